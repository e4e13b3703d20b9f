"""The lines of the M-step, as in the paper: θ_A ≈ 21.3 / (21.3 + 8.6) ≈ 0.71."""

from __future__ import annotations

from html import escape
from math import ceil

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontInfo,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextDocument,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolTip, QWidget

from emviz.em.counts.table import Update
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.counts.cell_painter import tinted
from emviz.ui.widgets.labels import as_tip, in_even_lines
from emviz.wording.counts import signed
from emviz.wording.lines import Found
from emviz.wording.updates import Sides, as_text, sides_of, spoken_line

#: Padding around a line, in pixels.
PAD = 4
#: How far a superscript reaches above its line, in ems.
RISE = 0.22
#: Gap between the line and its previous value, in pixels.
ASIDE = 14


def as_htmls(update: Update, iteration: int, sides: Sides, colour: str) -> tuple[str, str]:
    """Return the line as HTML, with and without its ratio; the parameter is in its component's colour."""
    (first, ratio), (second, value) = sides
    letter, _, index = update.label.partition("_")
    name = f"{escape(letter)}<sub>{escape(index)}</sub><sup>({iteration})</sup>"
    own = f'style="color: {colour}; font-weight: 700"'
    name, value = (f"<span {own}>{each}</span>" for each in (name, value))
    return f"{name} {first} {ratio} {second} {value}", f"{name} {second} {value}"


class UpdateLine(QAbstractButton):
    """A line of the M-step that can be picked; it is typeset only when it is painted or measured."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "text")
        self._place = 0
        self._was = ""
        #: The line with and without its ratio; valid where `_typed` is set.
        self._documents = (QTextDocument(self), QTextDocument(self))
        for document in self._documents:
            document.setDocumentMargin(0)
        self._htmls, self._typed = ["", ""], [True, True]
        self._shown: tuple[Found, int, int, Theme] | None = None
        self._theme: Theme = LIGHT
        self._growth = 1.0
        self._chosen = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._pick)

    @property
    def was_width(self) -> int:
        """Width of the previous value with the gap before it, in pixels."""
        return ASIDE + QFontMetrics(self.font()).horizontalAdvance(self._was) if self._was else 0

    @property
    def was(self) -> str:
        """The previous value: "was 0.60"."""
        return self._was

    def show_update(self, found: Found, iteration: int, places: int, theme: Theme) -> None:
        """Show a parameter found by the M-step."""
        shown = found, iteration, places, theme
        if shown == self._shown:
            return
        self._shown = shown
        update, self._place = found.update, found.place
        sides = sides_of(update, places)
        text = as_text(update, iteration, sides)
        self._theme = theme
        self._was = "" if found.was is None else f"was {signed(found.was, places + 1)}"
        self.setText(text)
        spoken = spoken_line(found.words or update.label, sides)
        self.setAccessibleName(f"{spoken}, {self._was}" if self._was else spoken)
        htmls = as_htmls(update, iteration, sides, theme.component(update.component))
        self._htmls, self._typed = [f"<body>{html}</body>" for html in htmls], [False, False]
        self.update()

    def _typeset(self, short: bool = False) -> QTextDocument:
        """Return the line with or without its ratio, typeset."""
        document = self._documents[short]
        if not self._typed[short]:
            document.setDefaultFont(self.font())
            document.setDefaultStyleSheet(f"body {{ color: {self._theme.ink}; }}")
            document.setHtml(in_even_lines(self._htmls[short], self.font()))
            document.setTextWidth(-1)
            self._typed[short] = True
        return document

    @property
    def shortened(self) -> bool:
        """Whether the ratio is omitted for lack of room; a number cut off would read as another number."""
        return self._typeset().size().width() + 3 * PAD > self.width()

    @property
    def cut(self) -> bool:
        """Whether even the line without its ratio lacks room."""
        return self.shortened and self._typeset(short=True).size().width() + 3 * PAD > self.width()

    def set_chosen(self, chosen: bool) -> None:
        """Frame the line while its derivation is displayed."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def set_growth(self, growth: float) -> None:
        """Set the strength of the highlight, 0 … 1."""
        if growth != self._growth:
            self._growth = growth
            self.update()

    @Slot()
    def _pick(self) -> None:
        self.picked.emit(self._place)

    def _frame(self) -> QPen:
        if self.hasFocus():
            return QPen(QColor(self._theme.focus), 2)
        return QPen(QColor(self._theme.ink), 2) if self._chosen else QPen(Qt.PenStyle.NoPen)

    # -- Qt overrides

    def sizeHint(self) -> QSize:
        """Return the size of the line with its highlight and previous value."""
        size = self._typeset().size().toSize()
        return QSize(size.width() + 4 * PAD + 1 + self.was_width, size.height() + PAD + self._rise)

    @property
    def _rise(self) -> int:
        """Pixels above the line for superscripts, which Qt does not count in a line's height."""
        return ceil(RISE * QFontInfo(self.font()).pixelSize())

    def changeEvent(self, event: QEvent) -> None:
        """Typeset the line again in a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._typed = [False, False]

    def event(self, event: QEvent) -> bool:
        """Show the whole line as a tooltip if its ratio is omitted."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), as_tip(self.text()) if self.shortened else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint highlight, frame, line, and the previous value if there is room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._frame())
        painter.setBrush(tinted(self._theme.card, self._theme.newest, self._growth))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        document = self._typeset(self.shortened)
        if document.size().width() + 4 * PAD + self.was_width <= self.width():
            painter.setPen(QColor(self._theme.muted))
            aside = self.rect().adjusted(0, self._rise, -2 * PAD, 0)
            painter.drawText(aside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._was)
        painter.translate(2 * PAD, (self.height() + self._rise - document.size().height()) / 2)
        document.drawContents(painter)
        painter.end()
