"""The M-step as the paper writes it: θ_A ≈ 21.3 / (21.3 + 8.6) ≈ 0.71, one line for each parameter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TypeAlias

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QScrollArea, QSizePolicy, QWidget

from emviz.em.derivation import equals, ratio_digits
from emviz.em.views import Update
from emviz.ui.panels.counts.delegate import tinted
from emviz.ui.panels.counts.texts import signed
from emviz.ui.theme import LIGHT, Theme

#: The ratio and the value of a line, each with the sign before it.
Sides: TypeAlias = tuple[tuple[str, str], tuple[str, str]]

#: Space around a line, in pixels.
PAD = 4
#: Lines on display; a model may have hundreds of parameters, and its pictures show them better.
MOST = 24
#: With more lines than this the table above matters more.
MANY = 8


def update_text(update: Update, iteration: int, places: int) -> str:
    """Return the line as plain text: θ_A^(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71, or = 24 / (24 + 6) = 0.80."""
    return _as_text(update, iteration, _sides(update, places))


def _as_text(update: Update, iteration: int, sides: Sides) -> str:
    (first, ratio), (second, value) = sides
    return f"{update.label}^({iteration}) {first} {ratio} {second} {value}"


def _sides(update: Update, places: int) -> Sides:
    """Return the ratio and the value, each with the sign before it: = where it is exact."""
    digits = ratio_digits(update, places)
    terms = " + ".join(signed(term, digits) for term in update.terms)
    below = f"({terms})" if len(update.terms) > 1 else terms
    whole = update.exact
    ratio = "=" if whole else "≈", f"{signed(update.numerator, digits)} / {below}"
    exact = whole and equals(update.value, places + 1) == "="
    return ratio, ("=" if exact else "≈", signed(update.value, places + 1))


def update_html(update: Update, iteration: int, places: int, colour: str) -> str:
    """Return the line with its indices set low and high, and the parameter in its colour."""
    return _as_html(update, iteration, _sides(update, places), colour)


def _as_html(update: Update, iteration: int, sides: Sides, colour: str) -> str:
    (first, ratio), (second, value) = sides
    letter, _, index = update.label.partition("_")
    name = f"{escape(letter)}<sub>{escape(index)}</sub><sup>({iteration})</sup>"
    own = f'style="color: {colour}; font-weight: 700"'
    return f"<span {own}>{name}</span> {first} {ratio} {second} <span {own}>{value}</span>"


class UpdateLine(QAbstractButton):
    """One line of the M-step, which can be picked; it is typeset when it is seen or measured."""

    picked = Signal(int)

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._document = QTextDocument(self)
        self._document.setDocumentMargin(0)
        self._html = ""
        self._theme: Theme = LIGHT
        self._growth = 1.0
        self._chosen = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._pick)

    def show_update(self, update: Update, iteration: int, places: int, theme: Theme) -> None:
        """Show a parameter that the M-step has found."""
        sides, before = _sides(update, places), self.text()
        text = _as_text(update, iteration, sides)
        self._theme = theme
        self.setText(text)
        self.setAccessibleName(text)
        html = _as_html(update, iteration, sides, theme.component(update.component))
        self._html = f"<body>{html}</body>"
        # Digits are all about as wide: as many letters leave the lines beside it where they are.
        if len(text) != len(before):
            self.updateGeometry()
        self.update()

    def _typeset(self) -> QTextDocument:
        """Return the line as it is painted."""
        if self._html:
            self._document.setDefaultFont(self.font())
            self._document.setDefaultStyleSheet(f"body {{ color: {self._theme.ink}; }}")
            self._document.setHtml(self._html)
            self._document.setTextWidth(-1)
            self._html = ""
        return self._document

    def set_chosen(self, chosen: bool) -> None:
        """Frame the line while its derivation is on display."""
        self._chosen = chosen
        self.update()

    def set_growth(self, growth: float) -> None:
        """Light up the line, so far into the motion."""
        self._growth = growth
        self.update()

    @Slot()
    def _pick(self) -> None:
        self.picked.emit(self._place)

    def _frame(self) -> QPen:
        if self._chosen:
            return QPen(QColor(self._theme.ink), 2)
        return QPen(
            QColor(self._theme.muted), 1, Qt.PenStyle.DotLine if self.hasFocus() else Qt.PenStyle.NoPen
        )

    # -- Qt overrides

    def sizeHint(self) -> QSize:
        """Return the size of the line with its wash."""
        size = self._typeset().size().toSize()
        return QSize(size.width() + 4 * PAD + 1, size.height() + PAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the wash of what is new, the line, and a frame where its derivation is on display."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._frame())
        painter.setBrush(tinted(self._theme.card, self._theme.newest, self._growth))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        document = self._typeset()
        painter.translate(2 * PAD, (self.height() - document.size().height()) / 2)
        document.drawContents(painter)
        painter.end()


class UpdateStrip(QScrollArea):
    """All lines of the M-step, side by side where there is room.

    Its height is kept before the M-step too, so that nothing jumps when the lines appear.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setAccessibleName("M-step")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(1)
        self.setWidget(self._inside)
        self._lines: list[UpdateLine] = []
        self._shown = 0
        self._arranged = 0
        self._line_size = QSize(1, 1)

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines on display, as plain text."""
        return tuple(line.text() for line in self._lines[: self._shown])

    def reserve(self, updates: Sequence[Update], iteration: int, places: int, theme: Theme) -> None:
        """Keep room for lines such as these, whether or not they are on display."""
        updates = updates[:MOST]
        while len(self._lines) > len(updates):
            self._lines.pop().deleteLater()
        while len(self._lines) < len(updates):
            self._lines.append(self._new_line())
        for line, update in zip(self._lines, updates, strict=True):
            line.show_update(update, iteration, places, theme)
            line.updateGeometry()
        sizes = [line.sizeHint() for line in self._lines] or [QSize(1, 1)]
        # Lines with fewest terms set the width of a place; longer ones take several.
        self._line_size = QSize(min(size.width() for size in sizes), max(size.height() for size in sizes))
        kin = [size.width() for size in sizes if size.width() < 1.25 * self._line_size.width()]
        self._line_size.setWidth(max(kin))
        self._arranged = 0
        self._arrange()

    def show_updates(
        self, updates: Sequence[Update], iteration: int, places: int, theme: Theme, chosen: int | None
    ) -> None:
        """Show what the M-step has found; nothing before it."""
        updates = updates[:MOST]
        self._shown = len(updates)
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(updates))
            line.set_chosen(place == chosen)
        for line, update in zip(self._lines, updates, strict=False):
            line.show_update(update, iteration, places, theme)

    def set_growth(self, growth: float) -> None:
        """Light up the lines, so far into the motion."""
        for line in self._lines[: self._shown]:
            line.set_growth(growth)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.setStyleSheet(f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {theme.card}; }}")

    @property
    def crowded(self) -> bool:
        """Whether there are more lines than anybody reads at once."""
        return len(self._lines) > MANY

    @property
    def line_height(self) -> int:
        """The height of one line."""
        return self._line_size.height() + self._grid.verticalSpacing()

    def height_for(self, width: int) -> int:
        """Return the height at which every line is in sight."""
        rows = [row for row, _, _ in self._places(self._across_for(width))]
        return (rows[-1] + 1) * self.line_height if rows else 0

    def _new_line(self) -> UpdateLine:
        line = UpdateLine(len(self._lines), self._inside)
        line.picked.connect(self.picked)
        line.hide()
        return line

    def _across_for(self, width: int) -> int:
        gap = self._grid.horizontalSpacing()
        return max(1, min(len(self._lines), (width + gap) // (self._line_size.width() + gap)))

    def _places(self, across: int) -> Iterator[tuple[int, int, int]]:
        """Yield the row, the column and the number of columns of each line."""
        row = column = 0
        for line in self._lines:
            span = min(across, -(-line.sizeHint().width() // self._line_size.width()))
            if column + span > across:
                row, column = row + 1, 0
            yield row, column, span
            column += span

    def _arrange(self) -> None:
        """Put as many lines side by side as fit the width."""
        across = self._across_for(self.viewport().width())
        if across == self._arranged:
            return
        self._arranged = across
        for column in range(self._grid.columnCount() + 1):
            self._grid.setColumnStretch(column, 1 if column == across else 0)
        for line, (row, column, span) in zip(self._lines, self._places(across), strict=True):
            self._grid.addWidget(line, row, column, 1, span, Qt.AlignmentFlag.AlignLeft)

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the lines for the new width."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Return nothing: the lines scroll where there is no room."""
        return QSize(0, 0)
