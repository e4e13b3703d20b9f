"""Pictures over one axis: lines, histograms, bars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from emviz.em.numerics import Array
from emviz.em.views import Entry


@dataclass(frozen=True)
class Dot:
    """A point worth naming on a curve or a map.

    Parameters
    ----------
    x, y : float
        Where.
    label : str
        What it is: "θ(3)", "maximum", "H0".
    kind : str
        "here", "start", "optimum", "saddle", "truth", "reference" or "other".
    """

    x: float
    y: float
    label: str
    kind: str = "other"


@dataclass(frozen=True)
class Curve:
    """A line through points.

    Parameters
    ----------
    name : str
        Written beside it; "" for nothing.
    xs, ys : Array, shape (m,)
    component : int or None
        Its colour; None for ink.
    role : str
        "" for a usual line, "bound" for the lower bound, "truth", "reference", or "faint".
    """

    name: str
    xs: Array
    ys: Array
    component: int | None = None
    role: str = ""


@dataclass(frozen=True)
class Curves:
    """Lines over one axis, with places worth naming.

    Parameters
    ----------
    x_label, y_label : str
        What is on the axes.
    curves : tuple of Curve
        The lines.
    dots : tuple of Dot
        The places.
    entry : Entry or None
        The entry of θ on the x axis: a click starts there; None where a click means nothing.
    whole : bool
        All of each line is to be seen; else its ends may lie below, as those of log P near a border.
    hiding : str or None
        The note while the answers are hidden; None for the same one.
    """

    title: str
    x_label: str
    y_label: str
    curves: tuple[Curve, ...]
    dots: tuple[Dot, ...] = ()
    entry: Entry | None = None
    note: str = ""
    whole: bool = False
    hiding: str | None = None


@dataclass(frozen=True)
class Histogram:
    """Numbers in one column, stacked by component, under densities.

    Parameters
    ----------
    x_label, y_label : str
        What is on the axes.
    edges : Array, shape (B+1,)
        The edges of the bins.
    heights : Array, shape (B, K)
        The height that each component has in each bin, from the bottom; one component of ink where K = 1
        and `plain` is set.
    curves : tuple of Curve
        Densities.
    dots : tuple of Dot
        Values worth naming, as vertical lines at their x.
    handles : tuple of Entry
        For each component the entry of θ(0) that dragging its mean moves.
    means : Array or None, shape (K,)
        Where the handles are.
    plain : bool
        Bars belong to no component.
    """

    title: str
    x_label: str
    y_label: str
    edges: Array
    heights: Array
    curves: tuple[Curve, ...] = ()
    dots: tuple[Dot, ...] = ()
    handles: tuple[Entry, ...] = ()
    means: Array | None = None
    plain: bool = False
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar, or one piece of a stacked one.

    Parameters
    ----------
    name : str
        What the piece is: "AO"; written into or beside it.
    value : float
        Its height.
    component : int or None
        Its colour; None for ink.
    hidden : bool
        It is a count of what was not observed, expected or of the likeliest completion: drawn hatched.
    """

    name: str
    value: float
    component: int | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Bars:
    """Bars side by side, each made of pieces.

    Parameters
    ----------
    x_label, y_label : str
        What is on the axes.
    names : tuple of str
        The name below each bar.
    bars : tuple of tuple of Bar
        The pieces of each bar, from the bottom.
    marks : tuple of tuple of Dot
        For each bar, heights worth naming, such as the truth (`x` is ignored).
    curve : Curve or None
        A line over the bars, its x counted in bars: what the model expects.
    """

    title: str
    x_label: str
    y_label: str
    names: tuple[str, ...]
    bars: tuple[tuple[Bar, ...], ...]
    marks: tuple[tuple[Dot, ...], ...] = ()
    curve: Curve | None = None
    note: str = ""

    @cached_property
    def of_counts(self) -> bool:
        """Whether the heights are counts: what is above 1 anywhere is no probability."""
        return any(sum(bar.value for bar in bars) > 1 for bars in self.bars)
