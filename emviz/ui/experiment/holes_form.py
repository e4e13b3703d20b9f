"""Form for missing cells in simulated data: how many, in which columns, by which rule."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFormLayout

from emviz.em.simulation.missingness import LARGE, MOST, SMALL, Columns, Missingness, rule
from emviz.ui.widgets.controls import ComboBox, Line, SpinBox
from emviz.ui.widgets.labels import PlainLabel

#: Maximum number of columns named if all may lose cells.
NAMED = 6
AT_RANDOM, BY_VALUE = "at random", "by value"


class HolesForm(QObject):
    """Form rows for the share of missing cells, their columns and the rule.

    Parameters
    ----------
    columns : Columns
        Columns that may lose cells.
    usual : Missingness
        The initial values.
    """

    changed = Signal()

    def __init__(self, columns: Columns, usual: Missingness, parent: QObject) -> None:
        super().__init__(parent)
        self._columns = columns
        self.share, self.where, self.how, self.hidden = SpinBox(), Line(), ComboBox(), ComboBox()
        self.rule = PlainLabel()
        self._furnish(usual)
        self.share.valueChanged.connect(self._render)
        self.where.textChanged.connect(self._render)
        # `activated` comes from the user alone: filling a list in `_offer` must not render again.
        self.how.activated.connect(self._render)
        self.hidden.activated.connect(self._render)
        self._render()

    def add_to(self, form: QFormLayout) -> None:
        """Append the rows to a form."""
        form.addRow("Missing cells", self.share)
        form.addRow("In columns", self.where)
        form.addRow("Which", self.how)
        form.addRow("More of", self.hidden)
        form.addRow(self.rule)

    def show_columns(self, columns: Columns) -> None:
        """Change the columns."""
        self._columns = columns
        self._render()

    def missingness(self) -> Missingness:
        """Return the chosen settings."""
        share, by_value = self.share.value() / 100, self.how.currentText() == BY_VALUE
        hidden = self.hidden.currentData() if by_value and self.hidden.currentIndex() > 0 else ""
        return Missingness(share, self._names(), by_value, hidden)

    def _names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.where.text().split(",") if name.strip())

    def _offered(self) -> list[tuple[str, str]]:
        """Return the kinds of value that can be missing more often, as text and for `Missingness`."""
        names = self._names() or tuple(self._columns)
        chosen = [self._columns[name] for name in names if name in self._columns]
        if not any(chosen):
            return [("large numbers", LARGE), ("small numbers", SMALL)]
        shared = [state for state in chosen[0] if all(state in states for states in chosen)]
        return [("the last state", LARGE), ("the first state", SMALL), *zip(shared, shared, strict=True)]

    def _offer(self) -> None:
        """List the kinds of value for the chosen columns, keeping the choice if possible."""
        offered, before = self._offered(), self.hidden.currentText()
        if [text for text, _ in offered] == [self.hidden.itemText(k) for k in range(self.hidden.count())]:
            return
        self.hidden.clear()
        for text, hidden in offered:
            self.hidden.addItem(text, hidden)
        self.hidden.setCurrentIndex(max(0, self.hidden.findText(before)))

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
        self.hidden.setObjectName("missingHidden")
        self.hidden.setAccessibleName("What is missing more often than anything else")
        self.rule.setProperty("role", "hint")
        self.rule.setWordWrap(True)

    @Slot()
    def _render(self) -> None:
        self._offer()
        how, more = self.missingness(), ", …" if len(self._columns) > NAMED else ""
        self.where.setPlaceholderText(f"all: {', '.join([*self._columns][:NAMED])}{more}")
        self.where.setEnabled(how.share > 0)
        self.how.setEnabled(how.share > 0)
        self.hidden.setEnabled(how.share > 0 and how.by_value)
        self.rule.setText(rule(self._columns, how))
        self.changed.emit()
