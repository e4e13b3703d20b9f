"""The experiment: model, example, hyper-parameters, θ(0), stopping rule, and opening of files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QDropEvent, QFontInfo, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from emviz import session as desk
from emviz.data.table import DataError
from emviz.models import model_named
from emviz.scenes import is_scene
from emviz.session import Part, Request, Results, Session, named, source_of
from emviz.ui.experiment.hyper_form import HyperForm
from emviz.ui.experiment.model_selector import ModelSelector
from emviz.ui.experiment.run_until import RunUntil
from emviz.ui.experiment.start_editor import StartEditor
from emviz.ui.lesson import ENDING as LESSON
from emviz.ui.look.theme import Theme
from emviz.ui.opening.openings import Opening, found, remembered
from emviz.ui.shield import shield_all
from emviz.ui.widgets.card import FORM, Card
from emviz.ui.widgets.grid import make_compact, small_font
from emviz.ui.widgets.labels import as_tip
from emviz.ui.widgets.scroller import Scroller
from emviz.ui.widgets.selector import TitleSelector
from emviz.ui.widgets.visible import visible
from emviz.wording.narration import method_lost

if TYPE_CHECKING:
    from emviz.ui.work.driver import Driver

#: Minimum width of the card, in letter heights, for a title beside the model's name.
TITLED = 26
FILES = (
    "Data, sessions, lessons (*.csv *.tsv *.tab *.txt *.dat *.xlsx *.xls *.ods *.gct *.pcl *.cdt *.vcf "
    "*.ped *.raw *.gz *.fasta *.fa *.faa *.fna *.sto *.stk *.emviz *.lesson);;"
    "Sessions (*.emviz);;Lessons (*.lesson);;Tables (*.csv *.tsv *.tab *.txt *.dat *.xlsx *.xls *.ods);;"
    "Sequences (*.fasta *.fa *.faa *.fna *.sto *.stk);;All files (*)"
)


def opened_example(model: str, example: str | None = None) -> Request:
    """Return a request for an example of a model, which is valid for any session."""
    return Request(partial(desk.open_example, model=model, example=example), desk.always, method_lost)


def dropped_file(event: QDropEvent) -> Path | None:
    """Return the first dropped file; None if there is none."""
    files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
    return Path(files[0]) if files else None


class SetupPanel(Card):
    """The settings of the experiment; changes are requested from the driver.

    Parameters
    ----------
    driver : Driver
        Applies the changes.
    """

    concerns = frozenset(
        (
            *(Part.MODEL, Part.DATA, Part.START, Part.LIMITS, Part.RUN),
            *(Part.REFERENCE, Part.REVEALED, Part.SEED, Part.FIELD),
        )
    )
    holds = FORM
    display_requested = Signal(object)
    #: A lesson file is to be opened.
    lesson_requested = Signal(object)

    def __init__(self, driver: Driver, parent: QWidget | None = None) -> None:
        super().__init__("Experiment", parent=parent)
        self.setObjectName("setupPanel")
        self._driver = driver
        self._folder = ""
        self.openings: tuple[Opening, ...] = ()
        self.model = ModelSelector()
        self.example = TitleSelector("exampleSelector", "Data to begin with")
        self.hyper = HyperForm()
        self.start = StartEditor(driver)
        self.limits = RunUntil(driver)
        self.open = QPushButton("Open file…")
        self.simulate = QPushButton("Simulate…")
        self.pin = QToolButton()
        self._furnish()
        self._arrange()
        self._connect()

    def show_session(self, session: Session, results: Results) -> None:
        """Show the session."""
        super().show_session(session, results)
        self.model.choose(session.model.key)
        self._render_example(session)
        self.hyper.show_model(session.model)
        self.start.show_session(session)
        self.limits.show_session(session)

    def in_sight(self) -> bool:
        """Return True: files are opened for the model selected here, even if the setup is hidden."""
        return True

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        super().apply_theme(theme)
        for selector in (self.model, self.example):
            selector.setFont(small_font(self))
        self.start.apply_theme(theme)
        self.limits.apply_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the title if the model's name needs the room."""
        super().resizeEvent(event)
        self.title.setVisible(self.width() >= TITLED * QFontInfo(self.font()).pixelSize())

    def offer_pin(self, action: QAction) -> None:
        """Add the button that pins the setup beside the panels."""
        self.pin.setDefaultAction(action)
        self.pin.show()

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file and open it."""
        dialog = QFileDialog(self, "Open data", self._folder, FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._open_chosen)
        dialog.open()

    def open_path(self, path: Path, turned: Opening | None = None) -> None:
        """Show the Open dialog for a file, which is read when that is confirmed.

        Parameters
        ----------
        turned : Opening, optional
            Another model to read it, and the dialect.
        """
        # Imported on first use, to keep the start fast; `shield_all` then covers its classes.
        from emviz.ui.opening.open_dialog import OpenDialog, detected

        shield_all()
        path = path.absolute()
        if self.session is None:
            return
        if is_scene(path) or path.suffix.lower() == LESSON:
            self.read_path(path)
            return
        try:
            dialect = detected(path)
        except DataError as error:
            self._driver.refused.emit(str(error))
            return
        model, revealed = self.session.model, self.session.display.revealed
        if turned is not None and turned.model != model.key:
            model = model_named(turned.model)
        known = found(self.openings, str(path), model.key) or turned
        dialog = OpenDialog(path, dialect, model, revealed, self, known)
        dialog.chosen.connect(self._load)
        dialog.turned.connect(self._turn)
        dialog.open()

    def read_path(self, path: Path) -> None:
        """Read a file without asking, as it was opened last time or as detected."""
        path = path.absolute()
        if path.suffix.lower() == LESSON:
            self.lesson_requested.emit(path)
            return
        if is_scene(path):
            self._driver.load_scene(path)
            return
        known = found(self.openings, str(path), self.session.model.key) if self.session else None
        if known is None:
            self._driver.load(path, None)
        else:
            self._driver.reload(path, known)

    @Slot()
    def ask_simulation(self) -> None:
        """Ask for the true parameters of simulated data."""
        from emviz.ui.experiment.simulate_dialog import SimulateDialog

        shield_all()
        if self.session is not None:
            SimulateDialog(self._driver, self.session, self.theme, self).open()

    def _furnish(self) -> None:
        # The layout asks for the size before there is a session.
        self.hyper.show_model(model_named(desk.FIRST_MODEL))
        for button in (self.open, self.simulate):
            make_compact(button)
        self.pin.setObjectName("pinButton")
        self.pin.setProperty("role", "bare")
        self.pin.setAccessibleName("Keep the experiment beside the panels")
        # A click leaves the focus where it is.
        self.pin.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.pin.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.pin.hide()
        self.open.setObjectName("openCsv")
        self.open.setToolTip("Open a data file, a session or a lesson (Ctrl+O), or drop one on the window")
        self.simulate.setObjectName("simulate")
        self.simulate.setToolTip("Draw data from parameters that you choose")

    def _arrange(self) -> None:
        # Names of models need the room, so this card has no hint.
        self.hint.hide()
        self.model.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.tools.addWidget(self.model, 1)
        self.tools.addWidget(self.pin)
        self.head.setStretchFactor(self.tools, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.open, 1)
        buttons.addWidget(self.simulate, 1)
        content = QWidget()
        self.scroller = Scroller(content, self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.example)
        column.addLayout(buttons)
        for widget in (self.hyper, self.start, self.limits):
            column.addWidget(widget)
        column.addStretch()
        self.body.addWidget(self.scroller)
        # The rest of the column belongs to the data.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _connect(self) -> None:
        self.model.activated.connect(self._choose_model)
        self.example.activated.connect(self._choose_example)
        self.hyper.edited.connect(self._set_hyper)
        self.open.clicked.connect(self.choose_file)
        self.simulate.clicked.connect(self.ask_simulation)
        self.start.display_requested.connect(self.display_requested)
        self.limits.unfolded.connect(self._show_limits)
        for unchanged in (self._driver.refused, self._driver.cancelled):
            unchanged.connect(self._restore)

    def _render_example(self, session: Session) -> None:
        examples = [(each.title, each.key, source_of(each, session)) for each in session.model.examples]
        name = named(session)
        if name not in [title for title, _, _ in examples]:
            examples.append((name, "", name))
        offered = [(visible(title), key, as_tip(source)) for title, key, source in examples]
        # Refilled only if it has changed, because this runs for every session.
        if offered != [_item(self.example, place) for place in range(self.example.count())]:
            self.example.clear()
            for place, (title, key, source) in enumerate(offered):
                self.example.addItem(title, key)
                self.example.setItemData(place, source, Qt.ItemDataRole.ToolTipRole)
        place = [title for title, _, _ in examples].index(name)
        self.example.setCurrentIndex(place)
        self.example.setToolTip(offered[place][2])

    @Slot(int)
    def _choose_model(self, place: int) -> None:
        key = self.model.itemData(place)
        if self.session is not None and key != self.session.model.key:
            self._driver.edit(opened_example(key))

    @Slot(int)
    def _choose_example(self, place: int) -> None:
        key = self.example.itemData(place)
        if self.session is not None and key:
            self._driver.edit(opened_example(self.session.model.key, key))

    @Slot(bool)
    def _show_limits(self, unfolded: bool) -> None:
        """Scroll to the unfolded stopping rule at the end of the panel."""
        self.scroller.keep_in_sight(self.limits if unfolded else None)

    @Slot(str, object)
    def _set_hyper(self, name: str, value: object) -> None:
        self._driver.edit(Request(partial(desk.set_model, values={name: value}), desk.same_data))

    @Slot(str)
    def _open_chosen(self, name: str) -> None:
        self._folder = str(Path(name).parent)
        self.open_path(Path(name))

    @Slot(object)
    def _turn(self, opening: Opening) -> None:
        self.open_path(Path(opening.path), opening)

    @Slot(object)
    def _load(self, opening: Opening) -> None:
        self.openings = remembered(self.openings, opening)
        self._driver.load(Path(opening.path), opening.dialect, opening.wishes, opening.model)

    @Slot(str)
    def _restore(self, reason: str) -> None:
        """Show the current values again after a refusal."""
        if self.session is not None:
            self.render(self.session)


def _item(combo: QComboBox, place: int) -> tuple[str, str, str]:
    tip = combo.itemData(place, Qt.ItemDataRole.ToolTipRole)
    return combo.itemText(place), combo.itemData(place), tip
