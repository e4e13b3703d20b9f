"""Draws sheets into a PDF, one at a time, in points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QPoint, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QRegion,
    QTextDocument,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from emviz import session as desk
from emviz.handouts import Derived, Sheet, Solution, cut_words
from emviz.pages.plots import BOTTOM, HIGH, LEFT, RIGHT, TOP, WIDE
from emviz.session import Results, Session
from emviz.ui.exporting.handout.derivations import columns, fitted
from emviz.ui.exporting.handout.markup import SMALL, lines, small, table, told
from emviz.ui.frame.status import with_subscripts
from emviz.ui.lesson.words import FEATURES
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.pictures import AnyPicture
from emviz.ui.widgets.formula import plain
from emviz.wording.unbroken import unbroken

PAPERS = {"A4": QPageSize.PageSizeId.A4, "Letter": QPageSize.PageSizeId.Letter}
#: The size at which a picture of the model is drawn, in pixels, before it is fitted into its place.
PICTURE = (440, 280)
#: All lengths are points, of which an inch has so many; dots are what fonts and lines are rounded to.
POINT, DOTS = 72, 1200
MARGIN, GAP = 32.0, 10.0
#: The sizes of letters: of titles and of text.
TITLE, TEXT = 13, 10
#: The share of the width that words and numbers have; drawings have the rest.
WORDS = 0.56
#: A column of derivations that is higher than this share of a page is a whole one.
FULL = 0.8
#: No column of the table, and no formula, is made smaller than this share of its size.
LEAST = 0.5
#: The drawings of the web page, in the colours of paper.
STYLE = (
    "<style>"
    f".objective{{fill:none;stroke:{LIGHT.ink};stroke-width:2.2}}"
    f".bound{{fill:none;stroke:{LIGHT.bound};stroke-width:2.4;stroke-dasharray:7 4}}"
    f".tick,.name{{fill:{LIGHT.muted};font-size:12px;text-anchor:middle}}.side{{text-anchor:end}}"
    f".grid{{stroke:#e4e3de}}.axis{{fill:none;stroke:#b9b8b2}}"
    f".drop{{stroke:{LIGHT.muted};stroke-dasharray:2 3}}.gap{{stroke:{LIGHT.ink};stroke-width:2.5}}"
    f".touch{{fill:#ffffff;stroke:{LIGHT.ink};stroke-width:2.4}}.maximum{{fill:{LIGHT.bound}}}"
    f".found,.dot{{fill:{LIGHT.ink}}}.here{{fill:none;stroke:{LIGHT.component(0)};stroke-width:2.5}}"
    "</style>"
)
#: The share of the height below the sentence that the table may have.
TABLE = 0.6
#: Qt draws the path that others clip by, and complains of texts without a letter.
UNDRAWN = re.compile(r"<clipPath.*?</clipPath>|<text[^>]*></text>")
#: What is cut at the frame of a plot.
INSIDE = re.compile(r'<g clip-path="[^"]*">(.*?)</g>')


class Press:
    """Draws one sheet after another.

    Parameters
    ----------
    title : str
        What stands at the top of each.
    paper : str
        "A4" or "Letter", both taken broadside.
    """

    def __init__(self, title: str, paper: str) -> None:
        self._title = title
        self._buffer = QBuffer()
        self._buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setTitle(title)
        self._writer.setCreator("emviz")
        self._writer.setResolution(DOTS)
        self._writer.setPageLayout(
            QPageLayout(QPageSize(PAPERS[paper]), QPageLayout.Orientation.Landscape, QMarginsF())
        )
        self._painter = QPainter(self._writer)
        self._painter.scale(DOTS / POINT, DOTS / POINT)
        whole = self._writer.width() * POINT / DOTS, self._writer.height() * POINT / DOTS
        self._room = QRectF(0, 0, *whole).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        #: Derivations that belong to the solutions, under the names of their half-steps.
        self._solved: list[tuple[str, Sequence[Derived]]] = []
        #: How many there are so far.
        self.pages = 0

    def draw(self, sheet: Sheet, picture: QWidget | None, heading: str) -> None:
        """Draw the sheet of a half-step.

        Parameters
        ----------
        picture : QWidget or None
            Shows the picture of the model.
        heading : str
            What that is called.
        """
        top = self._begin(sheet.name, sheet.place)
        words = QRectF(self._room)
        words.setTop(top)
        words.setWidth(WORDS * self._room.width())
        rest = self._words(sheet, words)
        drawings = QRectF(words.right() + 2 * GAP, top, 0, self._room.bottom() - top)
        drawings.setRight(self._room.right())
        self._drawings(sheet, picture, heading, drawings)
        # Last, since they may go on to another page.
        self._derived(sheet.derived, rest, sheet.name)
        self._solved += [(sheet.name, sheet.solved)] if sheet.solved else []

    def solutions(self, solutions: Sequence[Solution]) -> None:
        """Draw what belongs in the blanks, and where it comes from."""
        cells = [f"<b>({each.number})</b> {told(each.text)}" for each in solutions]
        rows = max(1, int((self._room.height() - 4 * TITLE) / (1.4 * TEXT)))
        for first in range(0, len(cells), 3 * rows):
            top, own = self._begin("Solutions", ""), cells[first : first + 3 * rows]
            width = self._room.width() / 3
            for k in range(0, len(own), rows):
                place = QRectF(self._room.left() + k // rows * width, top, width - GAP, 0)
                self._text("<br>".join(own[k : k + rows]), place)

        for name, derived in self._solved:
            top = self._begin(name, "")
            page = QRectF(self._room.left(), top, self._room.width(), self._room.bottom() - top)
            self._derived(derived, page, name)

    def close(self) -> None:
        """Paint no more: a device that is still painted on must not be thrown away."""
        if self._painter.isActive():
            self._painter.end()

    def finish(self) -> bytes:
        """Return the PDF."""
        self.close()
        self._buffer.close()
        return bytes(self._buffer.data().data())

    # -- parts of a sheet ------------------------------------------------------------------------------------

    def _begin(self, name: str, place: str) -> float:
        """Begin a page, and return where what is on it begins."""
        if self.pages:
            self._writer.newPage()
        self.pages += 1
        room = self._room
        self._line(room, Qt.AlignmentFlag.AlignLeft, f"{name}", TITLE, bold=True)
        self._line(room, Qt.AlignmentFlag.AlignRight, self._title, TEXT)
        below = QRectF(room.left(), room.top() + 1.4 * TITLE, room.width(), 2 * SMALL)
        self._line(below, Qt.AlignmentFlag.AlignLeft, place, SMALL)
        foot = QRectF(room.left(), room.bottom() + GAP, room.width(), 2 * SMALL)
        self._line(foot, Qt.AlignmentFlag.AlignRight, f"{self.pages}", SMALL)
        return room.top() + 1.4 * TITLE + (2 * SMALL if place else 0) + GAP / 2

    def _line(
        self, room: QRectF, side: Qt.AlignmentFlag, text: str, size: int, *, bold: bool = False
    ) -> None:
        self._painter.setFont(_font(size, bold=bold))
        self._painter.setPen(LIGHT.ink if bold else LIGHT.muted)
        self._painter.drawText(room, int(side | Qt.AlignmentFlag.AlignTop), text)

    def _words(self, sheet: Sheet, room: QRectF) -> QRectF:
        """Draw the sentence, the table and the M-step; return the room below them."""
        parts: list[Callable[[QRectF], float]] = [
            lambda place: self._text(told(sheet.say), place),
            lambda place: self._markdown(sheet.words, place),
            lambda place: self._table(sheet, place),
            lambda place: self._text(lines(sheet), place),
            lambda place: self._text(small(sheet.reference), place),
            lambda place: self._text(small(sheet.story), place),
        ]
        for part in parts:
            height = part(room)
            room.setTop(room.top() + height + (GAP / 2 if height else 0))
        return room

    def _markdown(self, words: str, place: QRectF) -> float:
        """Draw the words of a scene, and return their height; nothing in them is loaded."""
        if not words:
            return 0.0
        text = _Words()
        text.setDocumentMargin(0)
        text.setDefaultFont(_font(TEXT))
        text.setMarkdown(unbroken(words), FEATURES)
        # Qt gives paragraphs of Markdown no space between them.
        text.setHtml(
            with_subscripts(text.toHtml()).replace("margin-bottom:0px", f"margin-bottom:{GAP / 2}px")
        )
        text.setTextWidth(place.width())
        return self._put(text, 1.0, place)

    def _table(self, sheet: Sheet, place: QRectF) -> float:
        """Draw the count table with as many rows as there is room for, and return its height."""
        for rows in range(len(sheet.rows), 0, -1):
            remark = sheet.remark if rows == len(sheet.rows) else cut_words(rows)
            text, scale = _set(table(sheet, rows) + small(remark), place.width(), LEAST)
            if text.size().height() * scale <= TABLE * place.height():
                break
        return self._put(text, scale, place)

    def _text(self, html: str, place: QRectF) -> float:
        """Draw HTML in the width of a place, and return its height."""
        return self._put(*_set(html, place.width()), place) if html else 0.0

    def _put(self, text: QTextDocument, scale: float, place: QRectF) -> float:
        self._painter.save()
        self._painter.translate(place.topLeft())
        self._painter.scale(scale, scale)
        # The window may be dark, and paper is white.
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor(LIGHT.ink))
        text.documentLayout().draw(self._painter, context)
        self._painter.restore()
        return float(text.size().height()) * scale

    def _derived(self, derived: Sequence[Derived], rest: QRectF, name: str) -> None:
        """Draw derivations from column to column: what is left of a page, then others."""
        if not derived:
            return
        free = self._columns(derived, rest, name)
        room, fresh = next(free), True
        for each in derived:
            title = f'<b style="color: {LIGHT.component(each.component)}">{told(each.title)}</b>'
            for k, (latex, words) in enumerate(each.lines):
                above = "" if k else title
                while self._line_height(latex, words, above, room.width()) > room.height():
                    # A line that is too high for a whole column is drawn all the same.
                    if fresh and room.height() > FULL * self._room.height():
                        break
                    room, fresh = next(free), True
                self._derivation(latex, words, above, room)
                fresh = False
            room.setTop(room.top() + GAP / 2)

    def _columns(self, derived: Sequence[Derived], rest: QRectF, name: str) -> Iterator[QRectF]:
        """Yield columns for derivations, on new pages where there are no more."""
        yield from columns(derived, rest, 2, GAP)
        while True:
            top = self._begin(f"{name}, continued", "")
            page = QRectF(self._room.left(), top, self._room.width(), self._room.bottom() - top)
            yield from columns(derived, page, 3, 2 * GAP)

    def _line_height(self, latex: str, words: str, above: str, width: float) -> float:
        """Return how high a line of a derivation is, with what stands above it."""
        drawn, size = fitted(latex, width)
        texts = [above, "" if drawn else escape(plain(latex)), small(words)]
        heights = [_set(each, width)[0].size().height() for each in texts if each]
        return float(size.height() + sum(heights) + GAP)

    def _derivation(self, latex: str, words: str, above: str, room: QRectF) -> None:
        """Draw a line of a derivation, with its title above it where it is the first."""
        if above:
            room.setTop(room.top() + self._text(above, room) + GAP / 2)
        drawn, size = fitted(latex, room.width())
        if drawn is None:
            room.setTop(room.top() + self._text(escape(plain(latex)), room))
        else:
            drawn.render(self._painter, QRectF(room.topLeft(), size))
            room.setTop(room.top() + size.height())
        room.setTop(room.top() + self._text(small(words), room) + GAP / 3)

    def _drawings(self, sheet: Sheet, picture: QWidget | None, heading: str, room: QRectF) -> None:
        """Draw the bound, log P and the picture below each other."""
        x, y = sheet.point
        climb = sheet.climb.replace(' at"', f' at" cx="{x}" cy="{y}"')
        many = 2 if picture is None else 3
        high = room.height() / many - 1.6 * TEXT - GAP / 2
        drawings = ("Lower bound", sheet.bound, WIDE - RIGHT), ("How far it has come", climb, x)
        for title, svg, end in drawings:
            self._caption(title, room)
            wide = min(room.width(), high * WIDE / HIGH)
            draw_plot(self._painter, svg, QRectF(room.left(), room.top(), wide, wide * HIGH / WIDE), end)
            room.setTop(room.top() + high + GAP / 2)
        if picture is not None:
            self._caption(heading, room)
            scale = min(room.width() / picture.width(), high / picture.height())
            self._painter.save()
            self._painter.translate(room.topLeft())
            self._painter.scale(scale, scale)
            # Panels have a `render` of their own. The ground is the paper.
            bare = QWidget.RenderFlag.DrawChildren
            QWidget.render(picture, self._painter, QPoint(), QRegion(), bare)
            self._painter.restore()

    def _caption(self, text: str, room: QRectF) -> None:
        room.setTop(room.top() + self._text(f"<b>{told(text)}</b>", room))


class _Words(QTextDocument):
    """Words that load nothing: a lesson may be anybody's file."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Load nothing."""
        return None


def draw_plot(painter: QPainter, svg: str, place: QRectF, end: float) -> None:
    """Draw a plot of the page; what leaves its frame is cut, and so is what lies beyond a place.

    Parameters
    ----------
    end : float
        How far curves are drawn, on the plot of the page.
    """
    svg = UNDRAWN.sub("", svg)
    inside = INSIDE.search(svg)
    _in_colour(INSIDE.sub("", svg)).render(painter, place)
    if inside is None:
        return
    scale = place.width() / WIDE
    frame = QRectF(LEFT, TOP, end - LEFT, HIGH - TOP - BOTTOM)
    painter.save()
    painter.setClipRect(QRectF(place.topLeft() + frame.topLeft() * scale, QSizeF(frame.size() * scale)))
    _in_colour(f'<svg viewBox="0 0 {WIDE} {HIGH}">{inside[1]}</svg>').render(painter, place)
    painter.restore()


def heading_of(picture: AnyPicture | None, session: Session, results: Results) -> str:
    """Return what a picture is called."""
    view = desk.on_display(results.views.value if results.views else (), session.display)
    return (picture.heading if picture else "") or (view.title if view else "")


def _in_colour(svg: str) -> QSvgRenderer:
    """Return a drawing of the page in the colours of paper."""
    head, mark, rest = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).partition(">")
    return QSvgRenderer(QByteArray(f"{head}{mark}{STYLE}{rest}".encode()))


def _set(html: str, width: float, least: float = 1.0) -> tuple[QTextDocument, float]:
    """Return HTML set in a width, and the size it is drawn at: smaller where it is broader.

    Parameters
    ----------
    least : float
        Where it would be smaller than this, it is broken into lines.
    """
    text = QTextDocument()
    text.setDocumentMargin(0)
    text.setDefaultFont(_font(TEXT))
    text.setHtml(html)
    scale = 1.0 if least == 1 else max(least, min(1.0, width / text.idealWidth()))
    text.setTextWidth(width / scale)
    return text, scale


def _font(size: int, *, bold: bool = False) -> QFont:
    font = QFont()
    # In pixels, of which the painter has one for each point.
    font.setPixelSize(size)
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
