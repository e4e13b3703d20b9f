"""The profile likelihood of a parameter chosen by name."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from emviz.api import errors_report as report
from emviz.em.uncertainty.certainty import Errors, Uncertain
from emviz.em.uncertainty.profiles import Profile
from emviz.session import Session
from emviz.session.errors import profile_at
from emviz.ui.errors import sentence_of
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import Theme
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark, Trail, rich
from emviz.ui.panels.plot.plot import Plot, finite_range
from emviz.ui.widgets.controls import ComboBox, Progress
from emviz.ui.widgets.labels import PlainLabel, RichLabel
from emviz.ui.widgets.visible import visible
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery, Worker

ASKED, NONE = "Profile likelihood of", "choose a parameter"
#: Height of the plot, in font heights.
HIGH = 13
#: Component colours of the profile and of the Wald interval.
OWN, WALD = 0, 1
#: Distance of the Wald interval below the cut, as a share of the cut's depth.
LOWER = 0.16
DASHED = (4, 3)


class ProfileView(QWidget):
    """A selector of parameters, and the profile of the chosen one."""

    wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.choice = ComboBox()
        self.bar = Progress()
        self.bar.hide()
        self.plot = Plot("Profile likelihood")
        self.words = RichLabel()
        self._lines = [self.plot.curve() for _ in range(4)]
        self._arrange()
        self.plot.dress(theme, font_for(self))
        self.choice.activated.connect(self._ask)

    def offer(self, errors: Errors) -> None:
        """List the entries that have a standard error."""
        self.choice.addItem(NONE)
        # A combo box cannot show subscripts.
        self.choice.addItems([visible(each.label.replace("_", " ", 1)) for each in errors.entries])

    def show_profile(self, found: Profile) -> None:
        """Draw a profile with its cut and both intervals."""
        self.plot.show()
        self._draw(found)
        text = report.profile_words(found)
        self.words.show_html(rich(text))
        # A dialog does not ask a nested layout for a width-dependent height.
        words = self.words.heightForWidth(self.width())
        self.words.setMinimumHeight(words)
        head, gaps = self.choice.sizeHint().height(), 2 * self._column.spacing()
        self.setMinimumHeight(head + self.plot.minimumHeight() + words + gaps)
        self.plot.describe(text)

    def refuse(self, reason: str) -> None:
        """Show why there is no profile."""
        self.plot.hide()
        self.words.show_html(rich(reason))

    def _draw(self, found: Profile) -> None:
        theme, entry = self.plot.theme, found.entry
        deep = found.top - found.cut
        xs, ys = _ranges(found)
        low, high = (float(np.clip(end, *xs)) for end in (found.low, found.high))
        below = found.cut - LOWER * deep
        drawn = (
            (found.values, found.heights, theme.component(OWN), 2.2, ()),
            (np.array(xs), np.full(2, found.cut), theme.muted, 1.2, DASHED),
            (np.array([low, high]), np.full(2, found.cut), theme.component(OWN), 4.0, ()),
            (np.array([entry.low, entry.high]), np.full(2, below), theme.component(WALD), 4.0, ()),
        )
        for line, (x, y, colour, width, dash) in zip(self._lines, drawn, strict=True):
            line.show_points(x, y)
            self.plot.ink(line, colour, width, dash)
        # Otherwise the labels would be placed again for each axis.
        self.plot.overlay.drawing = Drawing()
        self.plot.show_range(xs, ys)
        self.plot.name_axis("bottom", entry.label)
        self.plot.name_axis("left", f"{found.name}, nats")
        self.plot.overlay.show(self._drawing(found, below))

    def _drawing(self, found: Profile, below: float) -> Drawing:
        theme, entry = self.plot.theme, found.entry
        own, wald = theme.component(OWN), theme.component(WALD)
        named = (
            Label("profile", own, ((entry.estimate, found.cut),), bold=True),
            Label("Wald", wald, ((entry.estimate, below),), bold=True),
        )
        tops = tuple(Mark(x, found.top, "star", theme.ink, 16) for x in (entry.estimate, *found.others))
        return Drawing(tops, named, trails=(Trail(found.values, found.heights),))

    @Slot(int)
    def _ask(self, place: int) -> None:
        # The first line of the list is only a request to choose.
        if place:
            self.wanted.emit(place - 1)

    def _arrange(self) -> None:
        label = PlainLabel(ASKED)
        label.setBuddy(self.choice)
        self.choice.setAccessibleName(ASKED)
        self.plot.setMinimumHeight(HIGH * self.fontMetrics().height())
        head = QHBoxLayout()
        for part in (label, self.choice):
            head.addWidget(part)
        head.addWidget(self.bar, 1)
        head.addStretch(1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        column.addWidget(self.words)
        self.plot.hide()


class Profiles(Channel):
    """Computes one profile at a time.

    Parameters
    ----------
    session : Session
        Its displayed step is the maximum.
    view : ProfileView
        Shows the profile.
    """

    found = Signal()

    def __init__(self, session: Session, view: ProfileView, worker: Worker, parent: QObject) -> None:
        super().__init__("profile of errors", worker, parent)
        self._session, self._view = session, view
        self.entries: tuple[Uncertain, ...] = ()
        self.level = 0.0
        view.wanted.connect(self.work_out)
        self.state_changed.connect(self._show_progress)
        self.cancelled.connect(view.refuse)

    @Slot(int)
    def work_out(self, place: int) -> None:
        """Compute the profile of an entry, replacing the previous one."""
        work = partial(_worked_out, self._session, self.entries[place], self.level)
        self.start("Profile likelihood", work)

    def receive(self, delivery: Delivery) -> None:
        """Show the result or the reason for a failure."""
        if not delivery.ended:
            return
        self.done()
        if delivery.error is None:
            self._view.show_profile(cast("Profile", delivery.result))
        else:
            self._view.refuse(sentence_of(delivery.error))
        self.found.emit()

    @Slot()
    def _show_progress(self) -> None:
        self._view.bar.show_work(self.shown is not None, self.progress)


def _ranges(found: Profile) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ranges of the axes: both intervals, and the profile as far as it was computed."""
    entry = found.entry
    ends = np.array([found.values[0], found.values[-1], entry.low, entry.high])
    heights = np.array([found.top, min(found.cut, float(found.heights.min()))])
    return finite_range(ends, pad=0.03), finite_range(heights, pad=0.12)


def _worked_out(
    session: Session, entry: Uncertain, level: float, control: Control
) -> Generator[None, None, Profile]:
    return control.reporting(profile_at(session, session.cursor, entry, level))
