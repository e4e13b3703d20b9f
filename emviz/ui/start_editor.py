"""The editor of θ(0): typed, or drawn with a seed that can be seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, SignalInstance, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from emviz import session as desk
from emviz.em.model import Fields, fields_of
from emviz.em.views import Entry
from emviz.session import Request, Session
from emviz.ui.grid import make_compact, small_font
from emviz.ui.hyper_form import NarrowSpin
from emviz.ui.labels import PlainLabel
from emviz.ui.parameter_table import ParameterEditor, ParameterTable
from emviz.ui.theme import Theme

if TYPE_CHECKING:
    from emviz.ui.driver import Driver

TYPED = "Start θ(0)"
#: Draws whose seed is remembered, so that undo finds it again.
KEPT_DRAWS = 100
HIGHEST_SEED = 9_999


# -- edits of the session ------------------------------------------------------------------------------------


def with_entry(session: Session, entry: Entry, value: float) -> Session:
    """Return the session with one entry of θ(0) moved; entries bound to it follow."""
    parameters = {parameter.name: parameter for parameter in session.model.parameters(session.data)}
    field = fields_of(session.start)[entry.field]
    moved = parameters[entry.field].domain.with_entry(field, entry.index, value)
    return desk.set_start(session, {entry.field: moved})


def with_draw(session: Session, seed: int, drawn: SignalInstance) -> Session:
    """Return the session at a random θ(0), and tell whoever asked which θ(0) the seed has led to."""
    moved = desk.draw_start(session, seed)
    drawn.emit(moved.start, seed)
    return moved


class StartEditor(QWidget):
    """θ(0): its table, a random draw, and the seed of it."""

    drawn = Signal(object, int)

    def __init__(self, driver: Driver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._driver = driver
        self._start: Fields | None = None
        self._draws: tuple[tuple[Fields, int], ...] = ()
        self.heading = PlainLabel(TYPED)
        self.theta = ParameterEditor("startTable", "Start θ(0)")
        self.random = QPushButton("Random")
        self.seed = NarrowSpin()
        self._furnish()
        self._arrange()
        self.theta.entered.connect(self._set_entry)
        self.theta.refused.connect(driver.refused)
        self.random.clicked.connect(self.draw)
        self.drawn.connect(self._remember)

    def _furnish(self) -> None:
        make_compact(self.random)
        self.random.setObjectName("randomStart")
        self.random.setAccessibleName("Draw a random start")
        self.random.setToolTip("Draw θ(0) at random, with the seed beside; the same seed draws the same θ(0)")
        self.seed.setObjectName("startSeed")
        self.seed.setRange(0, HIGHEST_SEED)
        self.seed.setPrefix("seed ")
        self.seed.setAccessibleName("Seed of the next random start")
        self.seed.setToolTip("The seed of the next draw; it goes up by one with each")
        self.heading.setBuddy(self.theta.table)

    def _arrange(self) -> None:
        draw = QHBoxLayout()
        draw.setSpacing(6)
        draw.addWidget(self.heading, 1)
        draw.addWidget(self.random)
        draw.addWidget(self.seed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(draw)
        layout.addWidget(self.theta)

    @property
    def table(self) -> ParameterTable:
        """The table of the page on display."""
        return self.theta.table

    def show_session(self, session: Session) -> None:
        """Show θ(0) of the session."""
        if session.start is not self._start:
            self._start = session.start
            self.theta.show_values(session.model.parameters(session.data), fields_of(session.start))
            self._name_origin()

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        self.theta.apply_theme(theme)
        self.heading.setFont(small_font())

    @Slot()
    def draw(self) -> None:
        """Draw θ(0) with the seed that is shown, and show the next one."""
        seed = self.seed.value()
        self._driver.edit(Request(partial(with_draw, seed=seed, drawn=self.drawn), desk.same_model))
        self.seed.setValue(seed + 1 if seed < HIGHEST_SEED else 0)

    @Slot(object, float)
    def _set_entry(self, entry: Entry, value: float) -> None:
        self._driver.edit(Request(partial(with_entry, entry=entry, value=value), desk.same_model))

    @Slot(object, int)
    def _remember(self, start: Fields, seed: int) -> None:
        self._draws = (*self._draws, (start, seed))[-KEPT_DRAWS:]
        self._name_origin()

    def _name_origin(self) -> None:
        seeds = [seed for start, seed in self._draws if start is self._start]
        self.heading.setText(f"θ(0): seed {seeds[-1]}" if seeds else TYPED)
