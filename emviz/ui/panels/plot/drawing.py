"""What is marked on a plot, as data: points, labels, brackets, lines. Drawn by `overlay`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from emviz.em.numerics import Array
from emviz.ui.widgets.visible import TEXT, visible

#: Texts that are turned into HTML once.
WRITTEN = 1024

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A symbol at a point, of pyqtgraph's kinds.

    Parameters
    ----------
    x, y : float
        Where, in the coordinates of the plot.
    symbol, colour : str
        What it looks like.
    size : float
        In pixels.
    hollow : bool
        Filled with the colour of the card.
    """

    x: float
    y: float
    symbol: str
    colour: str
    size: float = 12.0
    hollow: bool = False


@dataclass(frozen=True)
class Label:
    """A text beside one of several points.

    Parameters
    ----------
    text : str
        Plain text; "_A" is set as a subscript.
    colour : str
        Of the text.
    anchors : tuple of Point
        Where it may stand, the better places first.
    bold : bool
        For what matters most.
    side: int
        Better above (−1) or below (1) its anchor, or either (0); nowhere but straight above it (−2).
    short : str
        What to write where there is no room for the text, or only over a mark.
    optional : bool
        Left out rather than put over curves and marks.
    """

    text: str
    colour: str
    anchors: tuple[Point, ...]
    bold: bool = False
    side: int = 0
    short: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Stroke:
    """A straight or broken line.

    Parameters
    ----------
    points : tuple of Point
        Its corners.
    colour : str
        Its colour.
    width : float
        In pixels.
    dotted, arrow : bool
        Drawn with dots; with a head at its end.
    light : bool
        So faint that a label may stand on it.
    """

    points: tuple[Point, ...]
    colour: str
    width: float = 1.0
    dotted: bool = False
    arrow: bool = False
    light: bool = False


@dataclass(frozen=True)
class Bracket:
    """A bracket beside two points of equal x, so many pixels to the right of them."""

    x: float
    low: float
    high: float
    colour: str
    shift: float = 13.0


@dataclass(frozen=True)
class Trail:
    """A curve that labels should keep clear of, or that an inset magnifies."""

    xs: Array
    ys: Array
    colour: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class Inset:
    """A magnified window, put into the corner with the most room.

    Parameters
    ----------
    x, y : pair of float
        The ranges that it shows.
    trails : tuple of Trail
        The curves in it.
    marks : tuple of Mark
        The points in it.
    bracket : Bracket
        What it is there to show.
    caption : str
        What that is.
    colour : str
        Of the caption.
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
    """Everything that is marked on a plot; earlier labels get the better places."""

    marks: tuple[Mark, ...] = ()
    labels: tuple[Label, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    brackets: tuple[Bracket, ...] = ()
    trails: tuple[Trail, ...] = ()
    inset: Inset | None = None


@lru_cache(WRITTEN)
def rich(text: str) -> str:
    """Return the text as HTML, "θ_A" with a subscript."""
    escaped = visible(text, TEXT).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"(?<=\w)_([\w–]+(?:,[\w–]+)*)", r"<sub>\1</sub>", escaped)


def rounded(value: float, low: float, high: float) -> float:
    """Return a value to a hundredth of the power of ten of its range, and inside of the range."""
    if not 0 < high - low < math.inf:
        return min(max(value, low), high)
    places = 2 - math.floor(math.log10(high - low))
    grain = 10.0**-places
    return round(min(max(value, low + grain), high - grain), places)


def plain(text: str) -> str:
    """Return a name, such as that of a column, so that `rich` makes no subscripts of it."""
    return text.replace("_", "\N{WORD JOINER}_")
