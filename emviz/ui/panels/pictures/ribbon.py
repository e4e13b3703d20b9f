"""The picture of a long sequence: observations, posterior of the states as a ribbon, and Viterbi path."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy import intp
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QScrollBar, QWidget

from emviz.data.things import things
from emviz.em.numerics import Array
from emviz.em.pictures import Ribbon
from emviz.em.rounding import figures, with_minus
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.panels.pictures.picture import Canvassed
from emviz.ui.panels.pictures.ribbon_columns import Window, whole
from emviz.ui.panels.pictures.ribbon_scene import Lanes, drawn, lanes, shared
from emviz.wording.numbers import number

#: Zoom factor per notch of the wheel.
ZOOM = 1.3
#: A press that moves at most this far, in pixels, is a click.
STILL = 4.0
#: Units of the scroll bar per step, so that it moves smoothly when few steps are in sight.
PARTS = 16


class RibbonPicture(Canvassed[Ribbon]):
    """Bands over an axis of steps; the wheel zooms, a drag scrolls, a click selects a step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Ribbon of states", parent)
        self.bar = QScrollBar(Qt.Orientation.Horizontal)
        self.sight = whole(0)
        self._lanes: Lanes | None = None
        self._grip: tuple[QPointF, float] | None = None
        self._dragged = False
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Otherwise the picture would jump when the first zoom brings the scroll bar.
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(policy)
        self._stack(self.canvas, self.bar)
        self._connect()

    def show_view(self, view: Ribbon, session: Session) -> None:
        """Draw the bands; the steps in sight stay, unless the number of steps has changed."""
        moved = self._view is None or self._view.row != view.row
        if self.sight.steps != len(view.symbols):
            self.sight = whole(len(view.symbols))
        if moved and view.row is not None:
            self.sight = self.sight.showing(view.row)
        super().show_view(view, session)

    @property
    def lanes(self) -> Lanes | None:
        """The places of the bands; None before the first picture."""
        self.canvas.refresh()
        return self._lanes

    def show_window(self, window: Window) -> None:
        """Show the steps of a window."""
        self.sight = window
        self._redraw()

    def step_at(self, at: QPointF) -> int | None:
        """Return the step at a point of the canvas; None outside the bands."""
        if self.lanes is None or not self.lanes.left <= at.x() < self.lanes.right:
            return None
        step = int(self._place(at))
        return step if step < self.sight.steps else None

    def _connect(self) -> None:
        self.canvas.pressed.connect(self._press)
        self.canvas.moved.connect(self._move)
        self.canvas.released.connect(self._release)
        self.canvas.double_clicked.connect(self._show_all)
        self.canvas.wheeled.connect(self._zoom)
        self.bar.valueChanged.connect(self._scroll)

    def _announce(self, view: Ribbon, session: Session) -> None:
        self._describe(view.title, described(view, session.display.revealed), self.canvas)

    def _draw(self, view: Ribbon, session: Session) -> None:
        super()._draw(view, session)
        if len(view.symbols):
            self._fit_bar()

    def _compose(self, view: Ribbon, session: Session) -> None:
        if not len(view.symbols):
            return
        size, font = self.canvas.size(), font_for(self)
        self._lanes = lanes(view, size.width(), size.height(), font)
        seen = view if session.display.revealed else replace(view, truth=None)
        self.canvas.show_scene(drawn(seen, self.sight, self._lanes, font, self.theme))

    def _fit_bar(self) -> None:
        window = self.sight
        self.bar.setVisible(not window.whole)
        with QSignalBlocker(self.bar):
            self.bar.setRange(0, round((window.steps - window.span) * PARTS))
            self.bar.setPageStep(max(1, round(window.span * PARTS)))
            self.bar.setSingleStep(max(1, round(window.span * PARTS / 10)))
            self.bar.setValue(round(window.first * PARTS))

    def _place(self, at: QPointF) -> float:
        """Return the position of a point in steps, not rounded."""
        assert self.lanes is not None
        width = self.lanes.right - self.lanes.left
        return self.sight.first + (at.x() - self.lanes.left) * self.sight.span / width

    # -- the mouse ------------------------------------------------------------------------------------------

    @Slot(QPointF, float)
    def _zoom(self, at: QPointF, notches: float) -> None:
        if self.lanes is not None:
            self.show_window(self.sight.zoomed(self._place(at), ZOOM**-notches))

    @Slot(int)
    def _scroll(self, value: int) -> None:
        self.show_window(self.sight.moved(value / PARTS))

    @Slot()
    def _show_all(self) -> None:
        self._grip = None
        self.show_window(whole(self.sight.steps))

    @Slot(QPointF)
    def _press(self, at: QPointF) -> None:
        self._grip, self._dragged = (at, self.sight.first), False

    @Slot(QPointF)
    def _move(self, at: QPointF) -> None:
        if self._grip is not None and self.lanes is not None:
            self._drag(at, *self._grip)
        step = self.step_at(at)
        if step is None or self._view is None or self._session is None:
            self.hinted.emit("")
        else:
            self.hinted.emit(step_words(self._view, step, self._session.display.revealed))

    def _drag(self, at: QPointF, grip: QPointF, first: float) -> None:
        assert self.lanes is not None
        self._dragged = self._dragged or abs(at.x() - grip.x()) > STILL
        if self._dragged and not self.sight.whole:
            per_pixel = self.sight.span / (self.lanes.right - self.lanes.left)
            self.show_window(self.sight.moved(first - (at.x() - grip.x()) * per_pixel))

    @Slot(QPointF)
    def _release(self, at: QPointF) -> None:
        held, self._grip = self._grip, None
        step, view, session = self.step_at(at), self._view, self._session
        if held is None or self._dragged or step is None or view is None or session is None:
            return
        # If each row of the table is a sequence, a step is not a row.
        if not view.breaks or len(view.symbols) == session.table.rows:
            self.display_requested.emit({"row": step})


# -- in words ------------------------------------------------------------------------------------------------


def step_words(view: Ribbon, step: int, revealed: bool) -> str:
    """Return one step in words."""
    parts = [f"step {step + 1:,}{_within(view, step)}: {_observed(view.symbols, step)}"]
    if view.shares is not None:
        likeliest = int(np.argmax(view.shares[step]))
        share = number(float(view.shares[step, likeliest]), 2)
        parts.append(f"{view.letter}({view.names[likeliest]}) = {share}")
    if view.best is not None:
        parts.append(f"Viterbi {view.names[view.best[step]]}")
    if revealed and view.truth is not None:
        parts.append(f"truth {view.names[view.truth[step]]}")
    return ", ".join(parts)


def described(view: Ribbon, revealed: bool) -> str:
    """Return the picture in words."""
    sentences = [f"{things(len(view.symbols), 'step')} in {things(len(view.breaks) + 1, 'sequence')}."]
    if view.shares is not None and len(view.shares):
        # NumPy's mean(axis=0) is ten times slower on a narrow array than the mean of each column.
        parts = [(name, float(each.mean())) for name, each in zip(view.names, view.shares.T, strict=True)]
        sentences.append(
            f"{shared(view).capitalize()}: "
            f"{', '.join(f'{name} {number(part, 2)}' for name, part in parts)} on average."
        )
    if view.best is not None:
        sentences.append(
            f"The most likely path changes its state {things(_changes(view.best, view.breaks), 'time')}."
        )
        if revealed and view.truth is not None and len(view.truth):
            right = float(np.mean(view.best == view.truth))
            sentences.append(f"It is the true one at {number(100 * right, 0)} % of the steps.")
    if view.row is not None:
        sentences.append(f"Selected: {step_words(view, view.row, revealed)}.")
    return " ".join(sentences)


def _observed(symbols: tuple[str, ...] | Array, step: int) -> str:
    if isinstance(symbols, tuple):
        return f"symbol {symbols[step]}"
    if np.isnan(symbols[step]):
        return "no value"
    return f"value {with_minus(figures(symbols[step], 6))}"


def _within(view: Ribbon, step: int) -> str:
    """Return the place of a step in its sequence, " (3 of sequence 2)"; "" for a single sequence."""
    if not view.breaks:
        return ""
    place = int(np.searchsorted(view.breaks, step, side="right"))
    begin = view.breaks[place - 1] if place else 0
    return f" ({step - begin + 1:,} of sequence {place + 1})"


def _changes(path: NDArray[intp], breaks: tuple[int, ...]) -> int:
    changed = np.diff(path) != 0
    changed[np.asarray(breaks, dtype=intp) - 1] = False
    return int(changed.sum())
