"""Marks, labels, brackets and lines on a plot, as data. Drawn by `overlay`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from emviz.em.numerics import Array
from emviz.ui.widgets.visible import TEXT, visible

#: Number of texts whose HTML is cached.
WRITTEN = 1024

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """One of pyqtgraph's symbols at a point.

    Parameters
    ----------
    x, y : float
        Position in plot coordinates.
    symbol, colour : str
        pyqtgraph's name of the symbol, and its colour.
    size : float
        In pixels.
    hollow : bool
        Filled with the card's colour instead of its own.
    """

    x: float
    y: float
    symbol: str
    colour: str
    size: float = 12.0
    hollow: bool = False


@dataclass(frozen=True)
class Label:
    """A text placed beside one of several points.

    Parameters
    ----------
    text : str
        Plain text; "_A" is set as a subscript.
    colour : str
        Text colour.
    anchors : tuple of Point
        Points that it may be placed beside, the better ones first.
    bold : bool
        Whether the text is bold.
    side: int
        Preferably above (−1) or below (1) its anchor, either (0), or only straight above it (−2).
    short : str
        Shorter text, used where the full one has no room or would cover a mark.
    brief : str
        The shortest text, used where neither of these has room.
    optional : bool
        Omitted where it would cover curves or marks.
    """

    text: str
    colour: str
    anchors: tuple[Point, ...]
    bold: bool = False
    side: int = 0
    short: str = ""
    optional: bool = False
    brief: str = ""


@dataclass(frozen=True)
class Stroke:
    """A straight or broken line.

    Parameters
    ----------
    points : tuple of Point
        Its vertices, in plot coordinates.
    colour : str
        Line colour.
    width : float
        In pixels.
    dotted, arrow : bool
        Whether it is dotted, and whether it ends in an arrow head.
    light : bool
        Whether labels may cover it.
    """

    points: tuple[Point, ...]
    colour: str
    width: float = 1.0
    dotted: bool = False
    arrow: bool = False
    light: bool = False


@dataclass(frozen=True)
class Bracket:
    """A vertical bracket from `low` to `high`, `shift` pixels to the right of `x`."""

    x: float
    low: float
    high: float
    colour: str
    shift: float = 13.0


@dataclass(frozen=True)
class Trail:
    """A curve that labels avoid, or that an inset magnifies."""

    xs: Array
    ys: Array
    colour: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class Inset:
    """A magnified detail, placed in the corner with the most room.

    Parameters
    ----------
    x, y : pair of float
        Ranges shown.
    trails : tuple of Trail
        Curves inside.
    marks : tuple of Mark
        Points inside.
    bracket : Bracket
        The distance that it magnifies.
    caption : str
        Text above the detail.
    colour : str
        Colour of the caption.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    trails: tuple[Trail, ...]
    marks: tuple[Mark, ...]
    bracket: Bracket
    caption: str
    colour: str


@dataclass(frozen=True)
class Drawing:
    """Everything marked on a plot; earlier labels get better places."""

    marks: tuple[Mark, ...] = ()
    labels: tuple[Label, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    brackets: tuple[Bracket, ...] = ()
    trails: tuple[Trail, ...] = ()
    inset: Inset | None = None


@lru_cache(WRITTEN)
def rich(text: str) -> str:
    """Return the text as HTML, with "θ_A" set as a subscript."""
    escaped = visible(text, TEXT).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"(?<=\w)_([\w–]+(?:,[\w–]+)*)", r"<sub>\1</sub>", escaped)


def rounded(value: float, low: float, high: float) -> float:
    """Return a value inside its range, rounded to a hundredth of the range's power of ten."""
    if not 0 < high - low < math.inf:
        return min(max(value, low), high)
    places = 2 - math.floor(math.log10(high - low))
    grain = 10.0**-places
    return round(min(max(value, low + grain), high - grain), places)


def plain(text: str) -> str:
    """Return a name in which `rich` finds no subscripts."""
    return text.replace("_", "\N{WORD JOINER}_")
