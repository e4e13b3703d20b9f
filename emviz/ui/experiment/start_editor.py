"""The editor of θ(0), typed or drawn with a visible seed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from emviz import session as desk
from emviz.em.counts.table import Entry
from emviz.em.model import Fields, fields_of
from emviz.session import Request, Session
from emviz.ui.experiment.hyper_form import NarrowSpin
from emviz.ui.experiment.parameter_table import ParameterEditor, ParameterTable
from emviz.ui.look.theme import Theme
from emviz.ui.widgets.grid import make_compact, small_font
from emviz.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from emviz.ui.work.driver import Driver

TYPED = "Start θ(0)"


class StartEditor(QWidget):
    """θ(0): its table, a button for a random draw, and the seed."""

    #: Changed display settings, by name.
    display_requested = Signal(object)

    def __init__(self, driver: Driver) -> None:
        super().__init__()
        self._driver = driver
        self._start: Fields | None = None
        self._seed, self._field = 0, ""
        self.heading = PlainLabel(TYPED)
        self.theta = ParameterEditor("startTable", "Start θ(0)")
        self.random = QPushButton("Random")
        self.seed = NarrowSpin()
        self._furnish()
        self._arrange()
        self.theta.entered.connect(self._set_entry)
        self.theta.refused.connect(driver.refused)
        self.random.clicked.connect(self.draw)
        self.seed.valueChanged.connect(self._request_seed)
        self.theta.page_requested.connect(self._request_page)

    def _furnish(self) -> None:
        make_compact(self.random)
        self.random.setObjectName("randomStart")
        self.random.setAccessibleName("Draw a random start")
        self.random.setToolTip("Draw θ(0) at random, with the seed beside; the same seed draws the same θ(0)")
        self.seed.setObjectName("startSeed")
        self.seed.setRange(0, desk.HIGHEST_SEED)
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
        """The table of the current page."""
        return self.theta.table

    def show_session(self, session: Session) -> None:
        """Show the session's θ(0), its origin, and the seed of the next draw."""
        display = session.display
        self._seed, self._field = display.seed, display.field
        self.seed.setValue(display.seed)
        # This runs for every session: the table is filled again only for another θ(0).
        if session.start is not self._start:
            self._start = session.start
            self.theta.show_values(
                session.model.parameters(session.data), fields_of(session.start), display.field
            )
        else:
            self.theta.turn_to(display.field)
        self.heading.setText(TYPED if session.seed is None else f"θ(0): seed {session.seed}")

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        self.theta.apply_theme(theme)
        self.heading.setFont(small_font(self))

    @Slot()
    def draw(self) -> None:
        """Draw θ(0) with the current seed."""
        self._driver.edit(Request(desk.draw_start, desk.same_model, kept=desk.START_STAYS))

    @Slot(int)
    def _request_seed(self, seed: int) -> None:
        if seed != self._seed:
            self.display_requested.emit({"seed": seed})

    @Slot(str)
    def _request_page(self, title: str) -> None:
        if title != self._field:
            self.display_requested.emit({"field": title})

    @Slot(object, float)
    def _set_entry(self, entry: Entry, value: float) -> None:
        setting = partial(desk.set_entry, entry=entry, value=value)
        self._driver.edit(Request(setting, desk.same_model, kept="The old value stays."))
