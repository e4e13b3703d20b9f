"""Standard errors: computed in the background, shown in a table, saved as CSV."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from html import escape
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QAbstractTableModel, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from emviz.api import errors_report as report
from emviz.em.uncertainty.certainty import Errors
from emviz.session import Session, named, withheld
from emviz.session.errors import errors_at
from emviz.ui.commands.mnemonics import letter_buttons
from emviz.ui.errors import sentence_of
from emviz.ui.frame.status import with_subscripts
from emviz.ui.look.theme import Theme
from emviz.ui.opening.preview_model import ROOT, AnyIndex
from emviz.ui.uncertainty.profile_view import Profiles, ProfileView
from emviz.ui.widgets.controls import Progress
from emviz.ui.widgets.grid import Grid
from emviz.ui.widgets.labels import PlainLabel, as_tip
from emviz.ui.widgets.scripted import ScriptedNames
from emviz.ui.widgets.visible import TEXT, visible
from emviz.ui.widgets.working_dialog import WorkingDialog
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery
from emviz.wording.numbers import with_powers
from emviz.wording.unbroken import unbroken

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

Role = Qt.ItemDataRole
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

PICTURE = "Save picture…"
#: Rows shown without scrolling, and letters per line of the sentences.
ROWS, LETTERS = 12, 90
#: Pixels between columns.
GAP = 18
#: Tips of the columns after the name of the parameter.
TIPS = (
    "The estimate: the maximum beside θ of the displayed step",
    "The standard error, from the observed information",
    "The lower end of the interval, computed in log-odds or logarithms and transformed back",
    "The upper end of the interval, computed in log-odds or logarithms and transformed back",
    "The standard error that the expected counts would give if they had been observed",
    "The share of the information that was lost by not seeing z",
)


class ErrorsModel(QAbstractTableModel):
    """A table model with one row per entry of θ."""

    def __init__(self, errors: Errors, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._head = report.errors_head(errors)
        self._rows = [report.errors_row(each) for each in errors.entries]

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of entries."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of columns; the names are in the vertical header."""
        return 0 if parent.isValid() else len(self._head) - 1

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> object:
        """Return the text of a number, right-aligned."""
        if role == Role.TextAlignmentRole:
            return RIGHT
        return self._rows[index.row()][index.column() + 1] if role == Role.DisplayRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Return the headings and the names of the entries."""
        across = orientation == Qt.Orientation.Horizontal
        if role == Role.TextAlignmentRole and across:
            return RIGHT
        if role == Role.ToolTipRole:
            return as_tip(TIPS[section] if across else self._rows[section][0])
        if role != Role.DisplayRole:
            return None
        return self._head[section + 1] if across else visible(self._rows[section][0])


class ErrorsDialog(WorkingDialog):
    """Shows the standard errors of θ, or why there are none.

    Parameters
    ----------
    session : Session
        Its displayed step supplies θ.
    """

    save_requested = Signal(object)
    #: A picture of the profile is to be saved.
    picture_requested = Signal(QWidget)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("errorsDialog")
        self.setWindowTitle("Standard errors of θ")
        self.setAccessibleName("Standard errors of θ")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.errors: Errors | None = None
        self.heading = PlainLabel(f"{session.model.title}: {named(session)}, at θ({session.step.index})")
        self.bar = Progress()
        self.bar.hide()
        self.table = Grid("errorsTable", "Standard errors of θ")
        self.names = ScriptedNames()
        self.names.ink = QColor(theme.muted)
        self.table.setVerticalHeader(self.names)
        self.table.fit_rows()
        self.words = QLabel()
        self.profile = ProfileView(theme)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self.leave = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self.picture = self.buttons.addButton(PICTURE, QDialogButtonBox.ButtonRole.ActionRole)
        self._arrange()
        letter_buttons(self)
        self.buttons.rejected.connect(self.reject)
        self.save.clicked.connect(self._ask_to_save)
        self.picture.clicked.connect(self._ask_for_picture)

    def show_errors(self, errors: Errors) -> None:
        """Show the errors."""
        self.errors = errors
        self.table.setModel(ErrorsModel(errors, self))
        self.table.setVisible(bool(errors.entries))
        self.save.setVisible(bool(errors.entries))
        self._spread()
        self.profile.offer(errors)
        self.profile.setVisible(bool(errors.entries))
        self._show_words(report.errors_words(errors))

    @Slot()
    def make_room(self) -> None:
        """Grow to fit the content; never shrink below the user's size."""
        self.picture.setVisible(not self.profile.plot.isHidden())
        self.resize(self.size().expandedTo(self.sizeHint()))

    def refuse(self, reason: str) -> None:
        """Show why there are no errors."""
        self._show_words([reason])

    def sizeHint(self) -> QSize:
        """Return room for all columns, a dozen rows, and readable lines."""
        width, table = self.fontMetrics().averageCharWidth() * LETTERS, self.table
        # Not `isVisible`: before the dialog is shown none of its parts is.
        if not table.isHidden():
            margins = self._column.contentsMargins()
            width = max(width, self._wide() + margins.left() + margins.right())
        high = self._column.totalHeightForWidth(width)
        return QSize(width, high)

    def _wide(self) -> int:
        """Return the width of the table with a scroll bar."""
        table = self.table
        names, bar = table.verticalHeader().sizeHint().width(), table.verticalScrollBar().sizeHint().width()
        return names + table.horizontalHeader().length() + bar + 2 * table.frameWidth()

    def _spread(self) -> None:
        """Set the widths of the columns, and the height of the table to its rows, at most a dozen."""
        table = self.table
        table.resizeColumnsToContents()
        for column in range(table.model().columnCount()):
            table.setColumnWidth(column, table.columnWidth(column) + GAP)
        rows = min(ROWS, table.model().rowCount()) * table.verticalHeader().defaultSectionSize()
        high = rows + table.horizontalHeader().sizeHint().height() + 2 * table.frameWidth() + 2
        table.setMinimumHeight(high)
        if table.model().rowCount() <= ROWS:
            table.setMaximumHeight(high)

    def _show_words(self, words: list[str]) -> None:
        words = [with_powers(each) for each in words]
        self.leave.setText("Close")
        letter_buttons(self)
        paragraphs = (with_subscripts(escape(visible(each, TEXT), quote=False)) for each in words)
        self.words.setText(unbroken("".join(f"<p>{each}</p>" for each in paragraphs)))
        self.words.setAccessibleDescription(" ".join(words))
        self.words.show()
        self.resize(self.sizeHint())

    @Slot()
    def _ask_to_save(self) -> None:
        self.save_requested.emit(self.errors)

    @Slot()
    def _ask_for_picture(self) -> None:
        self.picture_requested.emit(self.profile)

    def _arrange(self) -> None:
        self.heading.setProperty("role", "hint")
        self.heading.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setWordWrap(True)
        self.table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.save.setText("Save as CSV…")
        for button in (self.save, self.leave, self.picture):
            # Otherwise Enter would press one of them wherever the focus is.
            button.setAutoDefault(False)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(10)
        for part in (self.heading, self.bar, self.table, self.words, self.profile, self.buttons):
            self._column.addWidget(part, 1 if part in (self.table, self.profile) else 0)
        for later in (self.table, self.words, self.profile, self.save, self.picture):
            later.hide()


class StandardErrors(Channel):
    """Computes and shows the errors at the displayed step.

    Parameters
    ----------
    window : MainWindow
        Its displayed step supplies θ.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__("errors", window.worker, window)
        self._window = window
        self._dialog: ErrorsDialog | None = None
        self._profiles: Profiles | None = None
        self.state_changed.connect(self._show_progress)
        self.cancelled.connect(window.status.announce)

    @Slot()
    def open(self) -> None:
        """Open the dialog and start the computation, or say why it would reveal an answer."""
        window, session = self._window, self._window.store.session
        if reason := withheld(session, "A table of standard errors"):
            window.status.announce(reason)
            return
        window.driver.pause()
        self._dialog = ErrorsDialog(session, window.appearance.theme, window)
        self._profiles = Profiles(session, self._dialog.profile, window.worker, self._dialog)
        self._dialog.works = (self._profiles,)
        self._profiles.found.connect(self._dialog.make_room)
        self._profiles.cancelled.connect(window.status.announce)
        self._dialog.finished.connect(self._close)
        self._dialog.save_requested.connect(window.saving.save_errors)
        self._dialog.picture_requested.connect(window.saving.save_profile)
        self._dialog.open()
        self.start("Standard errors", partial(_worked_out, session))

    def receive(self, delivery: Delivery) -> None:
        """Show the result or the reason for a failure."""
        # The dialog may have been closed since.
        if not delivery.ended or self._dialog is None:
            return
        self.done()
        if delivery.error is None and self._profiles is not None:
            errors = cast("Errors", delivery.result)
            self._profiles.entries, self._profiles.level = errors.entries, errors.level
            self._dialog.show_errors(errors)
        elif delivery.error is not None:
            self._dialog.refuse(sentence_of(delivery.error))

    @Slot()
    def _show_progress(self) -> None:
        if self._dialog is not None:
            self._dialog.bar.show_work(self.shown is not None, self.progress)

    @Slot()
    def _close(self) -> None:
        """Cancel the computation."""
        if self._profiles is not None:
            self._profiles.cancel()
        self._dialog = self._profiles = None
        self.cancel()


def _worked_out(session: Session, control: Control) -> Generator[None, None, Errors]:
    """Return the errors at the displayed step."""
    return control.reporting(errors_at(session, session.cursor))
