"""Typeset formulas: LaTeX to SVG through ziamath, and a widget that draws it."""

from __future__ import annotations

import html
import math
import re
import sys
import warnings
from collections import OrderedDict
from collections.abc import Generator, Iterator, Mapping
from functools import partial
from threading import Lock
from typing import TypeAlias, cast
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAbstractTextDocumentLayout, QPainter, QPaintEvent, QPalette, QTextDocument
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from emviz.ui.widgets.labels import below_lines, in_even_lines
from emviz.ui.widgets.visible import TEXT, visible
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery, Worker

#: A formula, its font height in pixels, and its colour as #rrggbb.
Asked: TypeAlias = tuple[str, int, str]
#: The SVG of each formula; None if it cannot be typeset.
Composed: TypeAlias = Mapping[Asked, str | None]
#: ziamath changes global font features while it works, so only one thread may use it at a time.
_ALONE = Lock()
#: Number of formulas kept; a derivation has about six.
KEPT = 96
#: Milliseconds from the first screen to the import of ziamath, which a brief look does not need.
SOON = 100
#: Smallest scale of a formula that is wider than the widget.
SMALLEST = 0.75

#: Minimum width of wrapped text, in font heights.
NARROWEST = 12
#: Subscripts and superscripts in a line of text: o_72, 0.6^5, θ^(1).
_LOW, _HIGH = re.compile(r"(?<=\w)_(\w+(?:,\w+)*)"), re.compile(r"\^(\(\w+\)|[−-]?\w+)")

#: The content of braces, with up to two nested levels.
_INSIDE = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_FRACTION, _ROOT = re.compile(rf"\\frac{_INSIDE}{_INSIDE}"), re.compile(rf"\\sqrt{_INSIDE}")
_GROUPED = re.compile(r"\\(?:mathrm|text|mathit|mathbf)\{([^{}]*)\}")
_HYPHEN = re.compile(f"({_GROUPED.pattern})|-")
_SIGNS = {
    r"\approx": "≈",
    r"\cdots": "…",
    r"\lambda": "λ",
    r"\gamma": "γ",
    r"\alpha": "α",
    r"\Delta": "Δ",
    r"\nu": "ν",
    r"\sum": "Σ",
    r"\geq": "≥",
    r"\mid": "|",
    r"\to": "→",
    r"\exp": "exp",
    r"\log": "log",
    r"\cdot": "·",
    r"\times": "×",
    r"\theta": "θ",
    r"\beta": "β",
    r"\mu": "μ",
    r"\pi": "π",
    r"\sigma": "σ",
    r"\Sigma": "Σ",
    r"\xi": "ξ",
    r"\ ": " ",
    r"\quad": " ",
    r"\,": " ",
}


def plain(latex: str) -> str:
    """Return a formula as one line of text, for screen readers and as a fallback."""
    # Hyphens inside names are kept.
    text = _HYPHEN.sub(lambda found: found[0] if found[1] else "−", latex)
    text = _GROUPED.sub(r"\1", text)
    text = _ROOT.sub(r"√(\1)", _FRACTION.sub(r"(\1) / (\2)", text))
    for command, sign in _SIGNS.items():
        text = text.replace(command, sign)
    text = re.sub(r"\s+([_^])", r"\1", re.sub(r"\\[a-zA-Z]+\s*", "", text))
    text = re.sub(r"\((−?[\w.]+)\)(?= /)", r"\1", text.replace("{", "").replace("}", ""))
    return re.sub(r"\s+", " ", text).strip()


def _scripted(text: str) -> str:
    """Return a line of text as HTML with subscripts and superscripts."""
    escaped = html.escape(visible(text, TEXT), quote=False)
    return _HIGH.sub(r"<sup>\1</sup>", _LOW.sub(r"<sub>\1</sub>", escaped))


class Typesetter:
    """Typesets formulas and caches the latest ones.

    A formula takes 5 to 30 ms, too long for the path of a step.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Asked, QSvgRenderer | None] = OrderedDict()
        #: Formulas typeset in the background and not used yet.
        self._brought: dict[Asked, str | None] = {}

    def has(self, asked: Asked) -> bool:
        """Return whether a formula is already typeset."""
        return asked in self._kept or asked in self._brought

    def take(self, composed: Composed) -> None:
        """Replace the unused formulas that were typeset in the background."""
        self._brought = dict(composed)

    def typeset(self, latex: str, size: int, colour: str) -> QSvgRenderer | None:
        """Return a formula, or None if it cannot be typeset.

        Parameters
        ----------
        size : int
            Font height in pixels.
        colour : str
            Colour as #rrggbb.
        """
        key = (latex, size, colour)
        if key not in self._kept:
            svg = self._brought.pop(key) if key in self._brought else svg_of(*key)
            self._kept[key] = _rendered(svg)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def svg_of(latex: str, size: int, colour: str) -> str | None:
    """Return a formula as SVG, or None if ziamath cannot parse it."""
    try:
        read_ziamath()
        from ziamath.config import config
        from ziamath.tex import tex2mml
        from ziamath.zmath import Math

        # Qt hardly draws glyphs that are referenced by <use>, as in SVG 2.
        config.svg2 = False
        mathml = _flat(ElementTree.fromstring(tex2mml(latex)))
        mathml.set("mathcolor", colour)
        with _ALONE:
            return str(Math(mathml, size=size).svg())
    except Exception:  # any error of ziamath or its parser; plain text is shown
        return None


def _flat(mathml: Element) -> Element:
    """Remove the outer row of a formula that contains a row itself, because ziamath sets each row twice."""
    row = mathml[0]
    if len(mathml) == 1 and row.tag.endswith("}mrow") and not row.attrib:
        mathml[:] = list(row)
    return mathml


def read_ziamath() -> None:
    """Import ziamath, which takes 0.2 s and is not needed for the first screen."""
    if "ziamath.zmath" not in sys.modules:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import ziamath.zmath  # noqa: F401


class Foresight(QObject):
    """Imports ziamath in the background before the first derivation needs it.

    Parameters
    ----------
    worker : Worker
        The background thread.
    """

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = worker
        self._timer = QTimer(self, singleShot=True, interval=SOON)
        self._timer.timeout.connect(self._read)

    @Slot()
    def look(self) -> None:
        """Import ziamath after a pause, unless that is done."""
        if "ziamath" not in sys.modules and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _read(self) -> None:
        self._worker.submit("ziamath", _reading)


def _reading(control: Control) -> Iterator[None]:
    # If the import fails, derivations are shown as plain text.
    yield None
    read_ziamath()


class Composer(Channel):
    """Typesets formulas in the background during a run without pauses, when each would be a long turn.

    Parameters
    ----------
    worker : Worker
        The background thread.
    """

    composed = Signal(object)

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__("formulas", worker, parent)

    @Slot(object)
    def compose(self, asked: tuple[Asked, ...]) -> None:
        """Typeset formulas, replacing those requested earlier."""
        self.start(None, partial(_composing, asked))

    def receive(self, delivery: Delivery) -> None:
        """Emit all formulas together."""
        if delivery.ended:
            self.done()
            self.composed.emit(cast("Composed", delivery.result))


def _composing(asked: tuple[Asked, ...], control: Control) -> Generator[None, None, Composed]:
    composed = {}
    for each in asked:
        composed[each] = svg_of(*each)
        yield None
    return composed


class FormulaView(QWidget):
    """Shows one formula, scaled down if the widget is too narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._svg: QSvgRenderer | None = None
        self._text = ""
        self._stale = False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def typeset(self) -> bool:
        """Whether the formula is typeset; otherwise it is plain text."""
        return self._svg is not None

    def set_formula(self, latex: str, svg: QSvgRenderer | None) -> None:
        """Show a formula: typeset, or as plain text if there is no SVG."""
        self._svg, self._text, self._stale = svg, plain(latex), False
        self.setAccessibleName(self._text)
        self.updateGeometry()
        self.update()

    def set_stale(self) -> None:
        """Draw the formula paler, because its numbers belong to an earlier step."""
        self._stale = True
        self.update()

    def natural_size(self) -> QSize:
        """Return the size without scaling."""
        if self._svg is not None:
            return self._svg.defaultSize()
        return self.fontMetrics().size(Qt.TextFlag.TextSingleLine, self._text)

    def is_wrapped(self, width: int) -> bool:
        """Return whether it is shown as lines of text, because it would have to be scaled down too much."""
        natural = self.natural_size().width()
        return natural * (SMALLEST if self.typeset else 1.0) > width

    def _lines(self, width: int) -> QTextDocument:
        """Return it as text wrapped to a width."""
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setHtml(in_even_lines(_scripted(self._text), self.font()))
        document.setTextWidth(max(1, width))
        return document

    def _scale(self) -> float:
        size = self.natural_size()
        return min(1.0, self.width() / max(1, size.width()))

    # -- Qt overrides

    def sizeHint(self) -> QSize:
        """Return the natural size."""
        return self.natural_size()

    def minimumSizeHint(self) -> QSize:
        """Return the natural height, and the minimum width for readable lines of text."""
        size = self.natural_size()
        least = size.width() * SMALLEST if self.typeset else size.width()
        wrapped = NARROWEST * self.fontMetrics().height()
        return QSize(int(min(least, wrapped)) + 1, size.height())

    def heightForWidth(self, width: int) -> int:
        """Return the height of the formula, or of the lines of text, for a width."""
        if self.is_wrapped(width):
            below = below_lines(_scripted(self._text), self.font())
            return math.ceil(self._lines(width).size().height()) + below
        return self.natural_size().height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the formula left-aligned and vertically centred."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.3 if self._stale else 1.0)
        if self._svg is None or self.is_wrapped(self.width()):
            document = self._lines(self.width())
            if not self.is_wrapped(self.width()):
                painter.translate(0, (self.height() - document.size().height()) / 2)
            context = QAbstractTextDocumentLayout.PaintContext()
            ink = self.palette().color(QPalette.ColorRole.WindowText)
            context.palette.setColor(QPalette.ColorRole.Text, ink)
            document.documentLayout().draw(painter, context)
        else:
            size = self._svg.defaultSize().toSizeF() * self._scale()
            top = (self.height() - size.height()) / 2
            self._svg.render(painter, QRectF(0, top, size.width(), size.height()))
        painter.end()


def _rendered(svg: str | None) -> QSvgRenderer | None:
    if svg is None:
        return None
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    return renderer if renderer.isValid() else None
