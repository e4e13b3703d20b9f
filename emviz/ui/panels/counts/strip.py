"""The lines of the M-step side by side, as many as fit; the wheel scrolls to the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from heapq import nlargest

from PySide6.QtCore import QRect, QSize, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from emviz.data.things import things
from emviz.em.counts.table import Update
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.counts.updates import PAD, UpdateLine
from emviz.wording.counts import signed
from emviz.wording.lines import Found, Lines
from emviz.wording.updates import update_text

#: About this number of lines is measured; lines are similar.
MEASURED = 24
#: Number of these, the longest as plain text, that are typeset to find the longest.
TYPESET = 3
#: Lines up to which the strip is not crowded; with more, the table above gets the room.
MANY = 8
#: Rows of one line each up to which the button for more lines does not take a row.
FEW = 4
#: Horizontal and vertical gap between lines, in pixels.
BESIDE, BELOW = 10, 1
#: Factor by which a line may be wider than those measured, which had other numbers.
LOOSE = 1.2
#: One notch of a mouse wheel, in eighths of a degree.
NOTCH = 120


class UpdateStrip(QWidget):
    """The lines of the M-step, all of the same width.

    If not all fit, the most changed come first. The height is reserved before the M-step too, so that nothing
    jumps when the lines appear.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "text")
        self.setAccessibleName("M-step")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._theme: Theme = LIGHT
        self._pool: list[UpdateLine] = []
        #: A hidden line for measuring.
        self._probe = UpdateLine(self)
        self._probe.hide()
        self._found: Lines | None = None
        self._without: frozenset[int] = frozenset()
        self._many, self._first, self._decimals = 0, 0, 1
        self._chosen: int | None = None
        self._growth = 1.0
        #: Measures the longest line with its previous value, and the latter alone; and its cached result.
        self._measure: Callable[[], tuple[QSize, int]] = _nothing
        #: Measures the lines of this strip alone.
        self._own = self._measure
        self._measured: tuple[QSize, int] | None = None
        #: What the present layout was made for.
        self._arranged: tuple[object, ...] = ()
        self._more = QToolButton(self)
        self._more.setAutoRaise(True)
        self._more.setProperty("role", "hint")
        self._more.clicked.connect(self._turn)
        self._more.hide()

    # -- content ---------------------------------------------------------------------------------------------

    @property
    def lines(self) -> tuple[UpdateLine, ...]:
        """The visible lines."""
        return tuple(line for line in self._pool if not line.isHidden())

    @property
    def texts(self) -> tuple[str, ...]:
        """The visible lines as plain text."""
        return tuple(line.text() for line in self.lines)

    @property
    def more(self) -> int:
        """Number of lines that are not visible."""
        return 0 if self._found is None else len(self._ordered) - len(self.lines)

    def reserve(self, updates: Sequence[Update], iteration: int, places: int, theme: Theme) -> None:
        """Reserve room for lines like these; call `show_lines` afterwards.

        They are measured on demand, since a strip on a hidden page needs no room.
        """
        self._theme, self._many, self._first = theme, len(updates), 0
        self._measure = self._own = partial(self._longest, updates, iteration, places)
        self._measured, self._arranged = None, ()

    def _longest(self, updates: Sequence[Update], iteration: int, places: int) -> tuple[QSize, int]:
        """Return the size of the longest line with its previous value, and the width of the latter."""
        font = font_for(self)
        self._probe.setFont(font)
        metrics, size, was = QFontMetrics(font), QSize(1, 1), 0

        def width(update: Update) -> int:
            """Return the approximate width of a line with its previous value, which is as long as the new."""
            value = signed(update.value, places + 1)
            return metrics.horizontalAdvance(update_text(update, iteration, places) + value)

        for update in nlargest(TYPESET, samples(updates), key=width):
            self._probe.show_update(Found(0, update, update.value), iteration, places, self._theme)
            size = size.expandedTo(self._probe.sizeHint())
            was = max(was, self._probe.was_width)
        return size, was

    def reserve_like(self, other: UpdateStrip) -> None:
        """Reserve the room that another strip measures for the same lines; call `show_lines` afterwards."""
        self._theme, self._many, self._first = other._theme, other._many, 0
        self._measure, self._measured, self._arranged = other._sizes, None, ()

    def reserve_most(self, several: Sequence[UpdateStrip]) -> None:
        """Reserve the room that the longest line of several strips needs; call `show_lines` afterwards."""
        measures = [each._own for each in several]
        self._measure, self._measured, self._arranged = partial(_most, measures), None, ()

    def _sizes(self) -> tuple[QSize, int]:
        if self._measured is None:
            self._measured = self._measure()
        return self._measured

    @property
    def _line_size(self) -> QSize:
        return self._sizes()[0]

    def show_lines(
        self,
        found: Lines | None,
        places: int,
        theme: Theme,
        chosen: int | None,
        without: Iterable[int] = (),
        area: QRect | None = None,
    ) -> None:
        """Show the results of the M-step; None before it.

        Parameters
        ----------
        without : iterable of int
            The lines that are shown elsewhere.
        area : QRect, optional
            Where the strip is moved; by default it stays.
        """
        if found is None or self._found is None:
            self._first = 0
        self._found, self._decimals, self._theme, self._chosen = found, places, theme, chosen
        self._without = frozenset(without)
        if area is not None:
            self.setGeometry(area)
        self._arrange()

    def set_growth(self, growth: float) -> None:
        """Set the strength of the highlight, 0 … 1."""
        self._growth = growth
        for line in self.lines:
            line.set_growth(growth)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self._theme, self._arranged = theme, ()
        for part in (self, self._more, *self._pool):
            part.setFont(font_for(self))
        self._more.setStyleSheet(
            f"QToolButton {{ color: {theme.muted}; border: 2px solid transparent; padding: 0 4px; }}"
            f"QToolButton:focus {{ border-color: {theme.focus}; }}"
        )

    # -- sizes -----------------------------------------------------------------------------------------------

    @property
    def crowded(self) -> bool:
        """Whether there are too many lines to read them all."""
        return self._many > MANY

    @property
    def line_height(self) -> int:
        """The height of a line with its gap, in pixels."""
        return self._line_size.height() + BELOW

    @property
    def line_width(self) -> int:
        """The width of a line with its previous value, in pixels."""
        return self._line_size.width()

    def height_for(self, width: int) -> int:
        """Return the height with every line in sight, in pixels."""
        return -(-self._many // self._across(width)) * self.line_height

    def _across(self, width: int) -> int:
        """Return the number of lines side by side without their previous values."""
        return max(self._fitting(width, self._line_size.width() - self._sizes()[1]), 1)

    def _fitting(self, width: int, line: int) -> int:
        return (width + BESIDE) // (line + BESIDE)

    # -- layout ----------------------------------------------------------------------------------------------

    @property
    def _ordered(self) -> Sequence[int]:
        """The lines to show: in the model's order if all fit, else the most changed first."""
        found = self._found
        if found is None:
            return ()
        across, down = self._grid()
        holds_all = self._many - len(self._without) <= across * down
        order = range(len(found)) if holds_all else found.order.tolist()
        return [place for place in order if place not in self._without] if self._without else order

    def _grid(self) -> tuple[int, int]:
        """Return the numbers of columns and rows of lines; in more than two rows, with previous values."""
        down = max(1, self.height() // self.line_height)
        with_was = max(1, self._fitting(self.width(), self._line_size.width()))
        across = (
            with_was if with_was * down >= self._many - len(self._without) else self._across(self.width())
        )
        return across if down < 3 else with_was, down

    def _arrange(self) -> None:
        """Show as many lines as fit, from the first one on."""
        if self._arranged != self._wanted():
            self._arrange_lines()
            self._arranged = self._wanted()

    def _wanted(self) -> tuple[object, ...]:
        shown = self._found, self._decimals, self._theme, self._chosen, self._without
        return *shown, self.width(), self.height(), self._first

    def _arrange_lines(self) -> None:
        if self._found is None:
            for part in (*self._pool, self._more):
                part.hide()
            return
        across, down = self._grid()
        crowd = len(self._ordered) > across * down
        # The button for the next lines takes a row below them, unless there are too few rows to give one up;
        # then it is beside them.
        below = crowd and down > (2 if across > 1 else FEW)
        self._lay_out(across, down, crowd, below)
        if crowd and not below and down > 1 and self.lines and self.lines[-1].cut:
            self._lay_out(across, down, crowd, below=True)

    def _lay_out(self, across: int, down: int, crowd: bool, below: bool) -> None:
        """Place the lines in rows and columns, with the button for the next ones below or beside them."""
        order = self._ordered
        down -= below
        room = across * down
        self._first = min(self._first, max(0, -(-(len(order) - room) // across) * across))
        shown = order[self._first : self._first + room]
        button = QFontMetrics(self._more.font()).horizontalAdvance(f"{self._many:,} more ↓") + 4 * PAD
        self._place(shown, across, button if crowd and not below else 0)
        self._place_button(len(order) - self._first - len(shown), crowd, down - (not below), below)

    def _place(self, shown: Sequence[int], across: int, taken: int) -> None:
        while len(self._pool) < len(shown):
            line = UpdateLine(self)
            line.picked.connect(self.picked)
            line.setFont(font_for(self))
            self._pool.append(line)
        alone = across == 1 and len(shown) > 2
        room = (self.width() - (0 if alone else taken) - (across - 1) * BESIDE) // across
        width = min(int(LOOSE * self._line_size.width()), room)
        for k, line in enumerate(self._pool):
            line.setVisible(k < len(shown))
            if k < len(shown) and self._found is not None:
                row, column = divmod(k, across)
                line.show_update(self._found.at(shown[k]), self._found.iteration, self._decimals, self._theme)
                line.set_chosen(shown[k] == self._chosen)
                line.set_growth(self._growth)
                x, y = column * (width + BESIDE), row * self.line_height
                last = alone and k == len(shown) - 1
                own = min(width, self.width() - taken) if last else width
                line.setGeometry(x, y, own, self._line_size.height())

    def _place_button(self, after: int, crowd: bool, row: int, below: bool) -> None:
        self._more.setVisible(crowd)
        if not crowd:
            return
        self._more.setText(f"{after:,} more ↓" if after else "↑ the first")
        self._more.setAccessibleName(
            f"{things(after, 'more line')} below" if after else "Back to the first lines"
        )
        size = self._more.sizeHint()
        x = 0 if below else self.width() - size.width()
        self._more.setGeometry(QRect(x, row * self.line_height, size.width(), self._line_size.height()))

    @Slot()
    def _turn(self) -> None:
        """Show the next lines; after the last ones come the first."""
        shown = len(self.lines)
        last = self._first + shown >= len(self._ordered)
        self._first = 0 if last else self._first + shown
        self._arrange()

    # -- Qt overrides

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by a row of lines."""
        if not self._more.isVisible():
            event.ignore()
            return
        across, _ = self._grid()
        self._first = max(0, self._first - across * round(event.angleDelta().y() / NOTCH))
        self._arrange()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the lines for the new size."""
        super().resizeEvent(event)
        self._arrange()

    def sizeHint(self) -> QSize:
        """Return the size of a line."""
        return self._line_size

    def minimumSizeHint(self) -> QSize:
        """Return nothing, since the lines scroll."""
        return QSize(0, 0)


def _most(measures: Sequence[Callable[[], tuple[QSize, int]]]) -> tuple[QSize, int]:
    """Return the largest size of a line, and the largest width of a previous value."""
    sizes = [measure() for measure in measures]
    largest = QSize(max(size.width() for size, _ in sizes), max(size.height() for size, _ in sizes))
    return largest, max(was for _, was in sizes)


def _nothing() -> tuple[QSize, int]:
    return QSize(1, 1), 0


def samples(updates: Sequence[Update]) -> Iterable[Update]:
    """Return the lines that a strip is measured by, evenly from the first to the last."""
    steps = max(1, len(updates) // MEASURED)
    return (updates[place] for place in range(0, len(updates), steps))
