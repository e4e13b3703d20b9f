"""How many cells of simulated data are missing, of which columns, at random or by what they hold."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFormLayout

from emviz.em.missingness import MOST, Columns, Missingness, rule
from emviz.ui.controls import ComboBox, Line, SpinBox
from emviz.ui.labels import PlainLabel

#: Columns that are named where all may lose cells.
NAMED = 6
AT_RANDOM, BY_VALUE = "at random", "by value"


class HolesForm(QObject):
    """Rows of a form that ask how many cells are missing, in which columns, and by which rule.

    Parameters
    ----------
    columns : Columns
        Those that may lose cells.
    usual : Missingness
        What is proposed.
    """

    changed = Signal()

    def __init__(self, columns: Columns, usual: Missingness, parent: QObject) -> None:
        super().__init__(parent)
        self._columns = columns
        self.share, self.where, self.how = SpinBox(), Line(), ComboBox()
        self.rule = PlainLabel()
        self._furnish(usual)
        self.share.valueChanged.connect(self._render)
        self.where.textChanged.connect(self._render)
        self.how.activated.connect(self._render)
        self._render()

    def add_to(self, form: QFormLayout) -> None:
        """Put the rows below those of a form."""
        form.addRow("Missing cells", self.share)
        form.addRow("In columns", self.where)
        form.addRow("Which", self.how)
        form.addRow(self.rule)

    def show_columns(self, columns: Columns) -> None:
        """Offer other columns."""
        self._columns = columns
        self._render()

    def missingness(self) -> Missingness:
        """Return what has been chosen."""
        names = tuple(name.strip() for name in self.where.text().split(",") if name.strip())
        return Missingness(self.share.value() / 100, names, self.how.currentText() == BY_VALUE)

    def _furnish(self, usual: Missingness) -> None:
        self.share.setObjectName("missingShare")
        self.share.setAccessibleName("Missing cells in per cent")
        self.share.setRange(0, round(100 * MOST))
        self.share.setSuffix(" %")
        self.share.setValue(round(100 * usual.share))
        self.where.setObjectName("missingColumns")
        self.where.setAccessibleName("Columns that lose cells, separated by commas; empty for all")
        self.how.setObjectName("missingHow")
        self.how.setAccessibleName("Which cells are missing")
        self.how.addItems([AT_RANDOM, BY_VALUE])
        self.rule.setProperty("role", "hint")
        self.rule.setWordWrap(True)

    @Slot()
    def _render(self) -> None:
        how, more = self.missingness(), ", …" if len(self._columns) > NAMED else ""
        self.where.setPlaceholderText(f"all: {', '.join([*self._columns][:NAMED])}{more}")
        self.where.setEnabled(how.share > 0)
        self.how.setEnabled(how.share > 0)
        self.rule.setText(rule(self._columns, how))
        self.changed.emit()
