"""Draws sheets into a PDF, one at a time, in points."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QPoint, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
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
from emviz.handouts import Derived, Sheet, Solution, Written
from emviz.pages.plots import BOTTOM, HIGH, LEFT, RIGHT, TOP, WIDE
from emviz.session import Results, Session
from emviz.ui.exporting.handout.derivations import columns, fitted
from emviz.ui.exporting.handout.markup import SMALL, indexed, lines, small
from emviz.ui.exporting.handout.typesetting import TEXT, common_extent, font, typeset, typeset_table
from emviz.ui.frame.status import with_subscripts
from emviz.ui.lesson.words import FEATURES
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.pictures import AnyPicture
from emviz.ui.widgets.formula import plain
from emviz.wording.unbroken import unbroken

PAPERS = {"A4": QPageSize.PageSizeId.A4, "Letter": QPageSize.PageSizeId.Letter}
#: Size in pixels at which a picture is drawn before it is scaled.
PICTURE = (440, 280)
#: Lengths are in points, with this many per inch; fonts and lines are rounded to dots.
POINT, DOTS = 72, 1200
MARGIN, GAP = 32.0, 10.0
#: Font size of titles.
TITLE = 13
#: Share of the width for text and numbers; the rest is for drawings.
WORDS = 0.56
#: Derivations get full-page columns if their column would be higher than this share of a page.
FULL = 0.8
#: Stylesheet of the web page's plots in colours for paper.
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
#: Share of the height below the sentence for the table, and the lines that a sentence may have.
TABLE, SENTENCE = 0.6, 3
#: SVG elements to remove: Qt draws clip paths, and warns about empty texts.
UNDRAWN = re.compile(r"<clipPath.*?</clipPath>|<text[^>]*></text>")
#: Elements that are clipped at the frame of a plot.
INSIDE = re.compile(r'<g clip-path="[^"]*">(.*?)</g>')


class Press:
    """Draws one sheet after another.

    Parameters
    ----------
    title : str
        Heading of each sheet.
    paper : str
        "A4" or "Letter", in landscape format.
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
        #: Derivations to print with the solutions, by half-step.
        self._solved: list[tuple[str, Sequence[Derived]]] = []
        #: Number of pages so far.
        self.pages = 0

    def draw(self, sheet: Sheet, picture: QWidget | None, heading: str) -> Iterator[None]:
        """Draw the sheet of a half-step; yields between its parts, so that a window can look after its user.

        Parameters
        ----------
        picture : QWidget or None
            Shows the picture of the model.
        heading : str
            Title of the picture.
        """
        top = self._begin(sheet.name, sheet.place)
        yield
        words = QRectF(self._room)
        words.setTop(top)
        words.setWidth(WORDS * self._room.width())
        rest = self._words(sheet, words)
        yield
        drawings = QRectF(words.right() + 2 * GAP, top, 0, self._room.bottom() - top)
        drawings.setRight(self._room.right())
        self._drawings(sheet, picture, heading, drawings)
        yield
        # Last, because they may continue on another page.
        yield from self._derived(sheet.derived, rest, sheet.name)
        self._solved += [(sheet.name, sheet.solved)] if sheet.solved else []

    def fitted(self, written: Callable[..., Written]) -> Generator[None, None, Written]:
        """Return the sheets of a run, their tables with the same rows and columns; yields in between.

        Parameters
        ----------
        written : callable
            `emviz.handouts.handout` with all but the extent.
        """
        below = self._room.height() - 1.4 * TITLE - 2 * SMALL - GAP - 1.2 * SENTENCE * TEXT
        extent = yield from common_extent(written()[0], WORDS * self._room.width(), TABLE * below)
        return written(extent=extent)

    def solutions(self, solutions: Sequence[Solution]) -> Iterator[None]:
        """Draw the contents of the blanks and their derivations; yields in between."""
        cells = [f"<b>({each.number})</b> {indexed(each.text)}" for each in solutions]
        rows = max(1, int((self._room.height() - 4 * TITLE) / (1.4 * TEXT)))
        for first in range(0, len(cells), 3 * rows):
            top, own = self._begin("Solutions", ""), cells[first : first + 3 * rows]
            width = self._room.width() / 3
            for k in range(0, len(own), rows):
                place = QRectF(self._room.left() + k // rows * width, top, width - GAP, 0)
                self._text("<br>".join(own[k : k + rows]), place)
                yield
        for name, derived in self._solved:
            top = self._begin(name, "")
            page = QRectF(self._room.left(), top, self._room.width(), self._room.bottom() - top)
            yield from self._derived(derived, page, name)

    def close(self) -> None:
        """End the painter: its device must not be destroyed while it is active."""
        if self._painter.isActive():
            self._painter.end()

    def finish(self) -> bytes:
        """Return the PDF."""
        self.close()
        self._buffer.close()
        return bytes(self._buffer.data().data())

    # -- parts of a sheet ------------------------------------------------------------------------------------

    def _begin(self, name: str, place: str) -> float:
        """Start a page, and return the y coordinate at which its content starts."""
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
        self._painter.setFont(font(size, bold=bold))
        self._painter.setPen(LIGHT.ink if bold else LIGHT.muted)
        self._painter.drawText(room, int(side | Qt.AlignmentFlag.AlignTop), text)

    def _words(self, sheet: Sheet, room: QRectF) -> QRectF:
        """Draw the sentence, the table and the M-step; return the room below them."""
        parts: list[Callable[[QRectF], float]] = [
            lambda place: self._text(indexed(sheet.say), place),
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
        """Draw the text of a scene, loading no resources, and return its height."""
        if not words:
            return 0.0
        text = _Words()
        text.setDocumentMargin(0)
        text.setDefaultFont(font(TEXT))
        text.setMarkdown(unbroken(words), FEATURES)
        # Qt puts no space between Markdown paragraphs.
        text.setHtml(
            with_subscripts(text.toHtml()).replace("margin-bottom:0px", f"margin-bottom:{GAP / 2}px")
        )
        text.setTextWidth(place.width())
        return self._put(text, 1.0, place)

    def _table(self, sheet: Sheet, place: QRectF) -> float:
        """Draw as much of the count table as can be read, and return its height."""
        _, text, scale = typeset_table(sheet, place.width(), TABLE * place.height())
        return self._put(text, scale, place)

    def _text(self, html: str, place: QRectF) -> float:
        """Draw HTML wrapped to a width, and return its height."""
        return self._put(typeset(html, place.width()), 1.0, place) if html else 0.0

    def _put(self, text: QTextDocument, scale: float, place: QRectF) -> float:
        self._painter.save()
        self._painter.translate(place.topLeft())
        self._painter.scale(scale, scale)
        # The application's palette may be dark, but paper is white.
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor(LIGHT.ink))
        text.documentLayout().draw(self._painter, context)
        self._painter.restore()
        return float(text.size().height()) * scale

    def _derived(self, derived: Sequence[Derived], rest: QRectF, name: str) -> Iterator[None]:
        """Draw derivations in columns, first in the rest of the page, then on further pages.

        Yields after each line.
        """
        if not derived:
            return
        free = self._columns(derived, rest, name)
        room, fresh = next(free), True
        for each in derived:
            title = f'<b style="color: {LIGHT.component(each.component)}">{indexed(each.title)}</b>'
            for k, (latex, words) in enumerate(each.lines):
                above = "" if k else title
                while self._line_height(latex, words, above, room.width()) > room.height():
                    # A line that is too high even for an empty column is drawn there anyway.
                    if fresh and room.height() > FULL * self._room.height():
                        break
                    room, fresh = next(free), True
                self._derivation(latex, words, above, room)
                fresh = False
                yield
            room.setTop(room.top() + GAP / 2)

    def _columns(self, derived: Sequence[Derived], rest: QRectF, name: str) -> Iterator[QRectF]:
        """Yield columns for derivations, starting new pages as needed."""
        yield from columns(derived, rest, 2, GAP)
        while True:
            top = self._begin(f"{name}, continued", "")
            page = QRectF(self._room.left(), top, self._room.width(), self._room.bottom() - top)
            yield from columns(derived, page, 3, 2 * GAP)

    def _line_height(self, latex: str, words: str, above: str, width: float) -> float:
        """Return the height of a line of a derivation, including its title."""
        drawn, size = fitted(latex, width)
        texts = [above, "" if drawn else escape(plain(latex)), small(words)]
        heights = [typeset(each, width).size().height() for each in texts if each]
        return float(size.height() + sum(heights) + GAP)

    def _derivation(self, latex: str, words: str, above: str, room: QRectF) -> None:
        """Draw a line of a derivation, with a title above the first one."""
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
        """Draw the bound, log P and the picture, one below the other."""
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
            # Called on QWidget because panels define `render` differently. The paper is the background.
            bare = QWidget.RenderFlag.DrawChildren
            QWidget.render(picture, self._painter, QPoint(), QRegion(), bare)
            self._painter.restore()

    def _caption(self, text: str, room: QRectF) -> None:
        room.setTop(room.top() + self._text(f"<b>{indexed(text)}</b>", room))


class _Words(QTextDocument):
    """A document that loads no resources, because a lesson may come from anyone."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Load nothing."""
        return None


def draw_plot(painter: QPainter, svg: str, place: QRectF, end: float) -> None:
    """Draw a plot of the web page, clipped at its frame and at a place.

    Parameters
    ----------
    end : float
        Right end of the curves, in coordinates of the plot.
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
    """Return the title of a picture."""
    view = desk.on_display(results.views.value if results.views else (), session.display)
    return (picture.heading if picture else "") or (view.title if view else "")


def _in_colour(svg: str) -> QSvgRenderer:
    """Return a drawing of the web page in colours for paper."""
    head, mark, rest = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).partition(">")
    return QSvgRenderer(QByteArray(f"{head}{mark}{STYLE}{rest}".encode()))
