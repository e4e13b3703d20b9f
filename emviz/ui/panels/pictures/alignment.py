"""The picture of an alignment: the pieces of sequences found by the model, below one another."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath, QResizeEvent
from PySide6.QtWidgets import QScrollBar, QWidget

from emviz.data.things import things
from emviz.em.pictures import Alignment
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.style import mixed
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.alignment_plan import AlignmentPlan, cropped, letters_that_fit, planned
from emviz.ui.panels.pictures.letters import cell_colours
from emviz.ui.panels.pictures.picture import Picture
from emviz.ui.panels.plot.canvas import Canvas, Item, Letters, Shape, TextBox, polyline, rectangle
from emviz.wording.numbers import number

#: Opacity of the bar of a share.
BAR = 0.35
#: Gaps between the rows and the scroll bars beside and below them, in pixels.
BESIDE, BELOW = 4, 2
#: Steps of opacity of a letter's colour, by how certain its place is.
LEVELS = 6
#: Shown instead of a hidden verdict.
HIDDEN = "The annotation is hidden for now."
START = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class _Viewport(QWidget):
    """The parent of the rows and their scroll bars."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(60, 60)

    def sizeHint(self) -> QSize:
        """Return the size of an ordinary picture, in pixels."""
        return QSize(420, 260)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Report the new size."""
        super().resizeEvent(event)
        self.resized.emit()


class AlignmentPicture(Picture[Alignment]):
    """The pieces in scrollable rows; a click selects a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.room = _Viewport()
        self.canvas = Canvas("Alignment", self.room)
        self.bar = QScrollBar(Qt.Orientation.Vertical, self.room)
        self.across = QScrollBar(Qt.Orientation.Horizontal, self.room)
        self.plan: AlignmentPlan | None = None
        self._view: Alignment | None = None
        self._session: Session | None = None
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.across.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.across.hide()
        self.canvas.setCursor(Qt.CursorShape.PointingHandCursor)
        self._stack(self.room)
        self._connect()

    def show_view(self, view: Alignment, session: Session) -> None:
        """Draw the pieces, and scroll to the selected one if it has changed."""
        moved = self._view is None or self._view.row != view.row
        self._view, self._session = view, session
        verdict = view.verdict if session.display.revealed or not view.verdict else HIDDEN
        self._note(" ".join(filter(None, [verdict, view.note])))
        self._describe(view.title, described(view, session.display.revealed), self.canvas)
        self._lay_out()
        if moved and view.row is not None:
            self._bring(view.row)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        super().apply_theme(theme)
        self._lay_out()

    def row_at(self, at: QPointF) -> int | None:
        """Return the row at a point of the canvas, or None."""
        if self._view is None or self.plan is None or at.y() < self.plan.row:
            return None
        row = self.bar.value() + math.floor(at.y() / self.plan.row) - 1
        return row if row < len(self._view.texts) else None

    def _connect(self) -> None:
        self.room.resized.connect(self._lay_out)
        self.canvas.pressed.connect(self._select)
        self.canvas.moved.connect(self._hint)
        self.canvas.left.connect(self._leave)
        self.canvas.wheeled.connect(self._scroll)
        self.bar.valueChanged.connect(self._redraw)
        self.across.valueChanged.connect(self._redraw)

    def _marked(self) -> bool:
        view, session = self._view, self._session
        if view is None or session is None or not session.display.revealed:
            return False
        return any(each is not None for each in view.agrees)

    @Slot()
    def _lay_out(self) -> None:
        """Divide the room between the rows and the scroll bars.

        Done by hand: a QLayout would resize the rows when a bar appears, which might hide the bar again.
        """
        view = self._view
        if view is None:
            return
        # The outline of the selected row is wider than the row.
        width, height, rows = self.room.width() - 3, self.room.height(), len(view.texts)
        fit, shown = self._plan(view, width)
        beside = self.bar.sizeHint().width() + BESIDE
        if shown < rows:
            fit, shown = self._plan(view, width - beside)
        letters = max(map(len, view.texts), default=0)
        wide = self.room.width() - beside * (shown < rows)
        high = height - self._below * (fit < letters)
        self.canvas.setGeometry(0, 0, wide, high)
        self.bar.setGeometry(wide + BESIDE, 0, beside - BESIDE, high)
        self.across.setGeometry(0, high + BELOW, self.room.width(), self._below - BELOW)
        _set_range(self.across, letters, fit)
        _set_range(self.bar, rows, shown)
        self._redraw()

    @property
    def _below(self) -> int:
        """Height of the lower scroll bar with its gap, in pixels."""
        return self.across.sizeHint().height() + BELOW

    def _plan(self, view: Alignment, width: float) -> tuple[int, int]:
        """Make the plan; return the number of letters per piece and the number of rows that fit."""
        font, marked, height = font_for(self), self._marked(), self.room.height()
        letters = max(map(len, view.texts), default=0)
        fit = min(letters_that_fit(view, width, font, marked), letters)
        if fit < letters:
            view = cropped(view, 0, fit)
            height -= self._below
        self.plan = planned(view, width, height, font, marked)
        return fit, max(1, math.floor(height / self.plan.row) - 1)

    @Slot()
    def _redraw(self) -> None:
        view, plan = self._view, self.plan
        if view is None or plan is None:
            return
        if not self.across.isHidden():
            view = cropped(view, self.across.value(), self.across.pageStep())
        first = self.bar.value()
        rows = range(first, min(first + self.bar.pageStep(), len(view.texts)))
        self.canvas.show_scene(drawn(view, plan, rows, self._marked(), self.theme))

    def _bring(self, row: int) -> None:
        first, shown = self.bar.value(), self.bar.pageStep()
        if row < first:
            self.bar.setValue(row)
        elif row >= first + shown:
            self.bar.setValue(row - shown + 1)

    @Slot(QPointF, float)
    def _scroll(self, at: QPointF, notches: float) -> None:
        self.bar.setValue(self.bar.value() - round(3 * notches))

    @Slot(QPointF)
    def _select(self, at: QPointF) -> None:
        row = self.row_at(at)
        if row is not None and self._session is not None:
            self.display_requested.emit({"row": row})

    @Slot(QPointF)
    def _hint(self, at: QPointF) -> None:
        row = self.row_at(at)
        if row is None or self._view is None:
            self.hinted.emit("")
        else:
            self.hinted.emit(row_words(self._view, row, self._marked()))


def _set_range(bar: QScrollBar, count: int, shown: int) -> None:
    """Let a bar scroll through `count` items of which `shown` fit; hide it if all fit."""
    bar.setRange(0, max(0, count - shown))
    bar.setPageStep(shown)
    bar.setVisible(shown < count)


# -- the scene -----------------------------------------------------------------------------------------------


def drawn(view: Alignment, plan: AlignmentPlan, rows: range, marked: bool, theme: Theme) -> list[Item]:
    """Return the scene of a range of rows."""
    colours = cell_colours(filter(str.isalpha, "".join(view.texts)), theme)
    items = _heads(view, plan, theme)
    for place, row in enumerate(rows, start=1):
        top = place * plan.row
        items += _cells(view, row, plan, top, colours, theme)
        items += _letters(view, plan, row, top, theme)
        items += _share(view.shares[row], plan, top, theme)
        items += _words(view, plan, row, top, theme)
        if marked:
            items += _mark(view.agrees[row], plan, top, theme)
        if row == view.row:
            outline = rectangle(1, top + 1, plan.width + 1, plan.row - 2, 4)
            items.append(Shape(outline, line=theme.focus, width=2.5))
    return items


def _heads(view: Alignment, plan: AlignmentPlan, theme: Theme) -> list[Item]:
    heads = ((view.heading, plan.names, START), (view.letter, plan.bar, Qt.AlignmentFlag.AlignCenter))
    return [
        TextBox(
            _elided(text, plan.font, width), QRectF(left, 0, width, plan.row), theme.muted, plan.font, align
        )
        for text, (left, width), align in heads
    ]


def _cells(
    view: Alignment, row: int, plan: AlignmentPlan, top: float, colours: dict[str, str], theme: Theme
) -> list[Item]:
    """Return the coloured cells of a piece; those of one letter and one certainty form one path."""
    text = view.texts[row]
    sure = [round(LEVELS * part) for part in view.sure[row]] if view.sure else [LEVELS] * len(text)
    paths: dict[tuple[str, int], QPainterPath] = {}
    for place, (letter, level) in enumerate(zip(text, sure, strict=True)):
        if level and letter in colours:
            path = paths.setdefault((letter, level), QPainterPath())
            path.addRect(QRectF(plan.piece[0] + place * plan.cell, top + 1, plan.cell - 1, plan.row - 2))
    return [
        Shape(path, mixed(theme.card, colours[letter], level / LEVELS), smooth=False)
        for (letter, level), path in sorted(paths.items(), key=lambda item: item[0])
    ]


def _letters(view: Alignment, plan: AlignmentPlan, row: int, top: float, theme: Theme) -> list[Item]:
    flank = plan.flank
    before = view.before[row][-flank:].rjust(flank) if flank else ""
    after = view.after[row][:flank]
    parts = (
        (before, plan.before, plan.font, theme.muted),
        (view.texts[row], plan.piece, plan.letters, theme.ink),
        (after, plan.after, plan.font, theme.muted),
    )
    return [
        Letters(_spots(text, column[0], plan, font, top), colour, font)
        for text, column, font, colour in parts
        if text.strip()
    ]


def _spots(
    text: str, left: float, plan: AlignmentPlan, font: QFont, top: float
) -> tuple[tuple[str, QPointF], ...]:
    """Return each letter with the baseline position that centres it in its cell."""
    metrics = QFontMetricsF(font)
    wide = {letter: metrics.horizontalAdvance(letter) for letter in set(text)}
    base = top + (plan.row + metrics.ascent() - metrics.descent()) / 2
    return tuple(
        (letter, QPointF(left + place * plan.cell + (plan.cell - 1 - wide[letter]) / 2, base))
        for place, letter in enumerate(text)
        if letter != " "
    )


def _share(share: float, plan: AlignmentPlan, top: float, theme: Theme) -> list[Item]:
    if math.isnan(share):
        return []
    left, width = plan.bar
    box = QRectF(left, top, width, plan.row)
    filled = width * min(max(share, 0.0), 1.0)
    return [
        Shape(rectangle(left, top + 2, width, plan.row - 4), theme.faint, smooth=False),
        Shape(
            rectangle(left, top + 2, filled, plan.row - 4), mixed(theme.card, theme.accent, BAR), smooth=False
        ),
        TextBox(number(share, 2), box, theme.ink, plan.font),
    ]


def _words(view: Alignment, plan: AlignmentPlan, row: int, top: float, theme: Theme) -> list[Item]:
    left, width = plan.names
    name = _elided(view.names[row], plan.font, width, Qt.TextElideMode.ElideMiddle)
    items: list[Item] = [TextBox(name, QRectF(left, top, width, plan.row), theme.ink, plan.font, START)]
    if plan.detail[1]:
        left, width = plan.detail
        box = QRectF(left, top, width + 2, plan.row)
        items.append(TextBox(view.details[row], box, theme.muted, plan.font, START))
    return items


def _mark(agrees: bool | None, plan: AlignmentPlan, top: float, theme: Theme) -> list[Item]:
    """Return a tick or a cross, which differ in shape and in colour."""
    if agrees is None:
        return []
    size = 0.42 * plan.mark[1]
    x, y = plan.mark[0] + plan.mark[1] / 2, top + plan.row / 2
    width = max(2.0, size / 2.4)
    if agrees:
        tick = polyline((x - size, y), (x - size / 3, y + size * 0.8), (x + size, y - size * 0.8))
        return [Shape(tick, line=theme.good, width=width)]
    cross = polyline((x - size * 0.8, y - size * 0.8), (x + size * 0.8, y + size * 0.8))
    cross.addPath(polyline((x - size * 0.8, y + size * 0.8), (x + size * 0.8, y - size * 0.8)))
    return [Shape(cross, line=theme.fault, width=width)]


def _elided(
    text: str, font: QFont, width: float, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
) -> str:
    metrics = QFontMetricsF(font)
    if metrics.horizontalAdvance(text) <= width:
        return text
    return metrics.elidedText(text, mode, width)


# -- in words ------------------------------------------------------------------------------------------------


def row_words(view: Alignment, row: int, marked: bool) -> str:
    """Return one row in words."""
    share = view.shares[row]
    parts = [f"{view.names[row]}: {view.texts[row].strip()}"]
    parts += [] if math.isnan(share) else [f"{view.letter} = {number(share, 3)}"]
    parts += [view.details[row]] if view.details[row] else []
    if marked and view.agrees[row] is not None:
        parts.append("as annotated" if view.agrees[row] else "not as annotated")
    return ", ".join(parts)


def described(view: Alignment, revealed: bool) -> str:
    """Return the picture in words."""
    known = [each for each in view.agrees if each is not None] if revealed else []
    sentences = [f"{things(len(view.texts), 'piece')}."]
    # Hard counts, whose letter is not P, leave no piece less certain than another.
    if view.texts and view.letter == "P" and not np.isnan(view.shares).any() and any(view.shares):
        lowest = min(range(len(view.shares)), key=view.shares.__getitem__)
        sentences.append(f"The least certain is {row_words(view, lowest, bool(known))}.")
    if known:
        sentences.append(f"{sum(known)} of {len(known)} are as annotated.")
    if view.row is not None:
        sentences.append(f"Selected: {row_words(view, view.row, bool(known))}.")
    return " ".join(sentences)
