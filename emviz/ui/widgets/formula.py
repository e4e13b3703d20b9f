"""Formulas, typeset: LaTeX through ziamath to SVG, and a widget that draws it."""

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

#: A formula, the height of its font in pixels, and its ink as #rrggbb.
Asked: TypeAlias = tuple[str, int, str]
#: What each looks like; None where it cannot be typeset.
Composed: TypeAlias = Mapping[Asked, str | None]
#: ziamath turns features of its fonts on and off while it works, which is for one thread at a time.
_ALONE = Lock()
#: Formulas kept; a derivation has about six.
KEPT = 96
#: Milliseconds from the first screen to the reading of ziamath: who only wants a look is spared it.
SOON = 100
#: A formula wider than its place shrinks to this much, and no further.
SMALLEST = 0.75

#: Lines of text are at least so many heights of the font wide.
NARROWEST = 12
#: What stands low and high in a line of text: o_72, 0.6^5, θ^(1).
_LOW, _HIGH = re.compile(r"(?<=\w)_(\w+(?:,\w+)*)"), re.compile(r"\^(\(\w+\)|[−-]?\w+)")

#: What stands between braces, braces in it included, two deep.
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
    """Return a formula as one line of text: for screen readers, and where it cannot be typeset."""
    # The hyphen of a name stays.
    text = _HYPHEN.sub(lambda found: found[0] if found[1] else "−", latex)
    text = _GROUPED.sub(r"\1", text)
    text = _ROOT.sub(r"√(\1)", _FRACTION.sub(r"(\1) / (\2)", text))
    for command, sign in _SIGNS.items():
        text = text.replace(command, sign)
    text = re.sub(r"\s+([_^])", r"\1", re.sub(r"\\[a-zA-Z]+\s*", "", text))
    text = re.sub(r"\((−?[\w.]+)\)(?= /)", r"\1", text.replace("{", "").replace("}", ""))
    return re.sub(r"\s+", " ", text).strip()


def _scripted(text: str) -> str:
    """Return a line of text as HTML, with what stands low and high in it."""
    escaped = html.escape(visible(text, TEXT), quote=False)
    return _HIGH.sub(r"<sup>\1</sup>", _LOW.sub(r"<sub>\1</sub>", escaped))


class Typesetter:
    """Typesets formulas, and keeps the latest ones.

    One formula takes 5 ms, and some 30: never typeset in the path of a step.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Asked, QSvgRenderer | None] = OrderedDict()
        #: Formulas that were typeset elsewhere, until they are asked for.
        self._brought: dict[Asked, str | None] = {}

    def has(self, asked: Asked) -> bool:
        """Return whether a formula is at hand, so that it costs little."""
        return asked in self._kept or asked in self._brought

    def take(self, composed: Composed) -> None:
        """Take over formulas that were typeset elsewhere, in place of those that nobody has asked for."""
        self._brought = dict(composed)

    def typeset(self, latex: str, size: int, colour: str) -> QSvgRenderer | None:
        """Return the formula, or None where it cannot be typeset.

        Parameters
        ----------
        size : int
            The height of the font, in pixels.
        colour : str
            The ink, as #rrggbb.
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
    """Return the formula as SVG, or None where ziamath cannot read it."""
    try:
        read_ziamath()
        from ziamath.config import config
        from ziamath.tex import tex2mml
        from ziamath.zmath import Math

        # SVG 2 refers to glyphs by <use>, of which Qt draws almost nothing.
        config.svg2 = False
        mathml = _flat(ElementTree.fromstring(tex2mml(latex)))
        mathml.set("mathcolor", colour)
        with _ALONE:
            return str(Math(mathml, size=size).svg())
    except Exception:  # ziamath and its parser raise whatever they meet; the words remain
        return None


def _flat(mathml: Element) -> Element:
    """Take away the row around a whole formula, which has itself one: ziamath sets each row twice."""
    row = mathml[0]
    if len(mathml) == 1 and row.tag.endswith("}mrow") and not row.attrib:
        mathml[:] = list(row)
    return mathml


def read_ziamath() -> None:
    """Import ziamath, which takes 0.2 s: the first screen has no formula."""
    if "ziamath.zmath" not in sys.modules:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import ziamath.zmath  # noqa: F401


class Foresight(QObject):
    """Has ziamath read in the background before the first derivation asks for it.

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
        """Begin in a moment, unless ziamath is there."""
        if "ziamath" not in sys.modules and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _read(self) -> None:
        self._worker.submit("ziamath", _reading)


def _reading(control: Control) -> Iterator[None]:
    # Where it cannot be read, the words of a derivation remain.
    yield None
    read_ziamath()


class Composer(Channel):
    """Has formulas typeset in the background, while EM runs flat out: each would be a long turn of its own.

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
        """Have formulas typeset, in place of those that were asked for before."""
        self.start(None, partial(_composing, asked))

    def receive(self, delivery: Delivery) -> None:
        """Hand on all formulas together."""
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
    """One formula, shrunk where its place is too narrow."""

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
        """Whether the formula is typeset; it is plain text where that failed."""
        return self._svg is not None

    def set_formula(self, latex: str, svg: QSvgRenderer | None) -> None:
        """Show a formula: typeset, or as plain text where there is no SVG."""
        self._svg, self._text, self._stale = svg, plain(latex), False
        self.setAccessibleName(self._text)
        self.updateGeometry()
        self.update()

    def set_stale(self) -> None:
        """Pale the formula: its numbers are of an earlier step."""
        self._stale = True
        self.update()

    def natural_size(self) -> QSize:
        """Return the size at which nothing is shrunk."""
        if self._svg is not None:
            return self._svg.defaultSize()
        return self.fontMetrics().size(Qt.TextFlag.TextSingleLine, self._text)

    def is_wrapped(self, width: int) -> bool:
        """Return whether it has to be told as lines of text, which is where it would shrink too much."""
        natural = self.natural_size().width()
        return natural * (SMALLEST if self.typeset else 1.0) > width

    def _lines(self, width: int) -> QTextDocument:
        """Return it as lines of text in a width."""
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
        """Return the natural height, and a width at which it can be read at least as lines of text."""
        size = self.natural_size()
        least = size.width() * SMALLEST if self.typeset else size.width()
        wrapped = NARROWEST * self.fontMetrics().height()
        return QSize(int(min(least, wrapped)) + 1, size.height())

    def heightForWidth(self, width: int) -> int:
        """Return the height in a width: that of the formula, or of lines of text where it has no room."""
        if self.is_wrapped(width):
            below = below_lines(_scripted(self._text), self.font())
            return math.ceil(self._lines(width).size().height()) + below
        return self.natural_size().height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the formula at the left, in the middle of its height."""
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
