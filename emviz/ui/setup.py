"""The experiment: model, example, hyper-parameters, θ(0), when a run stops, and other data."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from emviz import session as desk
from emviz.data.dialect import Dialect
from emviz.data.reader import preview
from emviz.data.table import DataError
from emviz.intake import Wishes
from emviz.models import discover, model_named
from emviz.narration import method_lost
from emviz.session import Request, Session
from emviz.ui.card import Card
from emviz.ui.grid import make_compact, small_font
from emviz.ui.hyper_form import HyperForm, Selector
from emviz.ui.labels import as_tip
from emviz.ui.open_dialog import OpenDialog, detected
from emviz.ui.openings import Opening, remembered, wishes_for
from emviz.ui.run_until import RunUntil
from emviz.ui.simulate_dialog import SimulateDialog
from emviz.ui.start_editor import StartEditor
from emviz.ui.theme import Theme
from emviz.ui.visible import visible

if TYPE_CHECKING:
    from emviz.ui.driver import Driver

FILES = (
    "Data (*.csv *.tsv *.tab *.txt *.dat *.xlsx *.xls *.ods *.gct *.pcl *.cdt *.vcf *.ped *.raw *.gz "
    "*.fasta *.fa *.faa *.fna *.sto *.stk);;"
    "Tables (*.csv *.tsv *.tab *.txt *.dat *.xlsx *.xls *.ods);;"
    "Sequences (*.fasta *.fa *.faa *.fna *.sto *.stk);;All files (*)"
)
#: The width and height below which the panel scrolls, in pixels.
LEAST = (400, 320)


# -- edits of the session ------------------------------------------------------------------------------------


def with_example(session: Session, model: str, example: str | None = None) -> Session:
    """Return the session on an example of a model, its first one unless another is named."""
    return desk.open_instead(session, desk.example_session(model, example))


def opened_example(model: str, example: str | None = None) -> Request:
    """Return the wish for an example of a model, whatever is on the desk."""
    return Request(partial(with_example, model=model, example=example), desk.always, method_lost)


def with_hyper(session: Session, name: str, value: object) -> Session:
    """Return the session with one hyper-parameter changed."""
    return desk.set_model(session, {name: value})


# -- the panel -----------------------------------------------------------------------------------------------


class SetupPanel(Card):
    """What the experiment is; every change is asked of the driver.

    Parameters
    ----------
    driver : Driver
        Does the edits.
    """

    def __init__(self, driver: Driver, parent: QWidget | None = None) -> None:
        super().__init__("Experiment", parent=parent)
        self._driver = driver
        self._session: Session | None = None
        self._folder = ""
        self.openings: tuple[Opening, ...] = ()
        self.model = Selector("modelSelector", "Model")
        self.example = Selector("exampleSelector", "Data to begin with")
        self.hyper = HyperForm()
        self.start = StartEditor(driver)
        self.limits = RunUntil(driver)
        self.open = QPushButton("Open file…")
        self.simulate = QPushButton("Simulate…")
        self._furnish()
        self._arrange()
        self._connect()

    def render(self, session: Session) -> None:  # type: ignore[override]
        """Show the session."""
        self._session = session
        self._render_model(session)
        self._render_example(session)
        self.hyper.show_model(session.model)
        self.start.show_session(session)
        self.limits.show_session(session)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        super().apply_theme(theme)
        for selector in (self.model, self.example):
            selector.setFont(small_font())
        self.start.apply_theme(theme)
        self.limits.apply_theme(theme)

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file, and open it."""
        dialog = QFileDialog(self, "Open data", self._folder, FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._open_chosen)
        dialog.open()

    def open_path(self, path: Path) -> None:
        """Show how a file is written and what it holds, and read it where that is agreed to."""
        if self._session is None:
            return
        try:
            dialect = detected(path)
        except DataError as error:
            self._driver.refused.emit(str(error))
            return
        model, revealed = self._session.model, self._session.display.revealed
        dialog = OpenDialog(path, dialect, model, revealed, self, self._wishes(path, dialect, model.key))
        dialog.chosen.connect(self._load)
        dialog.open()

    @Slot()
    def ask_simulation(self) -> None:
        """Ask for the true parameters of data to be drawn."""
        if self._session is not None:
            SimulateDialog(self._driver, self._session, self.theme, self).open()

    def _furnish(self) -> None:
        for model in discover():
            self.model.addItem(visible(model.title), model.key)
            self.model.setItemData(
                self.model.count() - 1, as_tip(model.description), Qt.ItemDataRole.ToolTipRole
            )
        # The column asks for its size before there is a session.
        self.hyper.show_model(model_named(desk.FIRST_MODEL))
        for button in (self.open, self.simulate):
            make_compact(button)
        self.open.setObjectName("openCsv")
        self.open.setToolTip("Open a table from a text file (Ctrl+O); or drop one on the window")
        self.simulate.setObjectName("simulate")
        self.simulate.setToolTip("Draw data from parameters that you choose")

    def _arrange(self) -> None:
        # The names of models need the room; this card has no hint.
        self.hint.hide()
        self.model.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.tools.addWidget(self.model, 1)
        self.head.setStretchFactor(self.tools, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.open, 1)
        buttons.addWidget(self.simulate, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.example)
        column.addLayout(buttons)
        for widget in (self.hyper, self.start, self.limits):
            column.addWidget(widget)
        column.addStretch()
        self.scroller = Scroller(content)
        self.body.addWidget(self.scroller)
        # What is left of the column is for the data.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _connect(self) -> None:
        self.model.activated.connect(self._choose_model)
        self.example.activated.connect(self._choose_example)
        self.hyper.edited.connect(self._set_hyper)
        self.open.clicked.connect(self.choose_file)
        self.simulate.clicked.connect(self.ask_simulation)
        self.limits.unfolded.connect(self._show_limits)
        self._driver.refused.connect(self._restore)

    def _render_model(self, session: Session) -> None:
        place = self.model.findData(session.model.key)
        self.model.setCurrentIndex(place)
        self.model.setToolTip(as_tip(session.model.description))

    def _render_example(self, session: Session) -> None:
        examples = [(each.title, each.key, each.source) for each in session.model.examples]
        if session.source not in [title for title, _, _ in examples]:
            examples.append((session.source, "", session.source))
        offered = [(visible(title), key, as_tip(source)) for title, key, source in examples]
        if offered != [_item(self.example, place) for place in range(self.example.count())]:
            self.example.clear()
            for place, (title, key, source) in enumerate(offered):
                self.example.addItem(title, key)
                self.example.setItemData(place, source, Qt.ItemDataRole.ToolTipRole)
        place = [title for title, _, _ in examples].index(session.source)
        self.example.setCurrentIndex(place)
        self.example.setToolTip(offered[place][2])

    @Slot(int)
    def _choose_model(self, place: int) -> None:
        key = self.model.itemData(place)
        if self._session is not None and key != self._session.model.key:
            self._driver.edit(opened_example(key))

    @Slot(int)
    def _choose_example(self, place: int) -> None:
        key = self.example.itemData(place)
        if self._session is not None and key:
            self._driver.edit(opened_example(self._session.model.key, key))

    @Slot(bool)
    def _show_limits(self, unfolded: bool) -> None:
        """Bring what has been unfolded at the end of the panel into sight."""
        self.scroller.keep_in_sight(self.limits if unfolded else None)

    @Slot(str, object)
    def _set_hyper(self, name: str, value: object) -> None:
        self._driver.edit(Request(partial(with_hyper, name=name, value=value), desk.same_data))

    @Slot(str)
    def _open_chosen(self, name: str) -> None:
        self._folder = str(Path(name).parent)
        self.open_path(Path(name))

    def _wishes(self, path: Path, dialect: Dialect, model: str) -> Wishes:
        with suppress(DataError):  # the dialog says it
            return wishes_for(self.openings, str(path), model, preview(path, dialect, 1)[0])
        return Wishes()

    @Slot(object, object, object, object)
    def _load(self, path: Path, dialect: Dialect, wishes: Wishes, names: tuple[str, ...]) -> None:
        if self._session is not None:
            opening = Opening(str(path), self._session.model.key, names, wishes)
            self.openings = remembered(self.openings, opening)
        self._driver.load(path, dialect, wishes)

    @Slot(str)
    def _restore(self, reason: str) -> None:
        """Show again what is in force, where a field shows what was refused."""
        if self._session is not None:
            self.render(self._session)


class Scroller(QScrollArea):
    """As large as its content, up to a size that leaves room for the data; beyond that, it scrolls."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidget(content)
        # A scroll area paints the ground of the window under what it holds.
        for part in (self.viewport(), content):
            part.setAutoFillBackground(False)
        self._content = content
        self._wanted: QWidget | None = None
        self.verticalScrollBar().rangeChanged.connect(self._follow)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)

    @Slot(QWidget, QWidget)
    def _follow_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """Bring what has the focus into sight: Tab may come from outside."""
        if now is not None and self.isAncestorOf(now):
            # Qt's own way shows the cursor in a field, not all of the field.
            for corner in (now.rect().bottomLeft(), now.rect().topLeft()):
                at = now.mapTo(self._content, corner)
                self.ensureVisible(at.x(), at.y(), 0, 4)

    def keep_in_sight(self, wanted: QWidget | None) -> None:
        """Scroll to a part, now and whenever there is another height to scroll; None for no part."""
        self._wanted = wanted
        self._follow()

    @Slot()
    def _follow(self) -> None:
        if self._wanted is not None:
            self.ensureWidgetVisible(self._wanted, 0, 0)

    def sizeHint(self) -> QSize:
        """Ask for the size of the content."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Ask for the size of the content, as far as a small window can give it."""
        beside = QSize(self.verticalScrollBar().sizeHint().width(), 0)
        width, height = LEAST
        # On a small screen, or a finely scaled one, the window as a whole must still fit.
        height = min(height, self.screen().availableSize().height() // 4)
        return (self._content.minimumSizeHint() + beside).boundedTo(QSize(width, height))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell the column when the content asks for another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def _item(combo: QComboBox, place: int) -> tuple[str, str, str]:
    tip = combo.itemData(place, Qt.ItemDataRole.ToolTipRole)
    return combo.itemText(place), combo.itemData(place), tip
