"""Pictures over one axis: lines, histograms, bars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from emviz.em.counts.table import Entry
from emviz.em.numerics import Array


@dataclass(frozen=True)
class Dot:
    """A labelled point on a curve or a map.

    Parameters
    ----------
    x, y : float
        The position.
    label : str
        The label: "θ(3)", "maximum", "H0".
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
        The label beside it; "" for none.
    xs, ys : Array, shape (m,)
    component : int or None
        The component that sets its colour; None for the text colour.
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
    """Lines over one axis, with labelled points.

    Parameters
    ----------
    x_label, y_label : str
        The labels of the axes.
    curves : tuple of Curve
        The lines.
    dots : tuple of Dot
        The labelled points.
    entry : Entry or None
        The entry of θ on the x axis, set by a click; None if a click does nothing.
    whole : bool
        True to fit all of each line into the picture; otherwise the low ends may be cut off, as of log P.
    hiding : str or None
        The note while the answers are hidden; None to keep `note`.
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
    """A histogram of one column, stacked by component, with densities over it.

    Parameters
    ----------
    x_label, y_label : str
        The labels of the axes.
    edges : Array, shape (B+1,)
        The edges of the bins.
    heights : Array, shape (B, K)
        The height of each component in each bin, stacked from the bottom; K = 1 in the text colour if `plain`
        is set.
    curves : tuple of Curve
        Densities.
    dots : tuple of Dot
        Labelled values, as vertical lines at their x.
    handles : tuple of Entry
        For each component, the entry of θ(0) that is set by dragging its mean.
    means : Array or None, shape (K,)
        The positions of the handles.
    plain : bool
        True if the bars belong to no component.
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
        The label of the piece, in or beside it: "AO".
    value : float
        Its height.
    component : int or None
        The component that sets its colour; None for the text colour.
    hidden : bool
        True for a count of something hidden, from expected or likeliest completions; drawn hatched.
    """

    name: str
    value: float
    component: int | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Bars:
    """Bars side by side, each stacked from pieces.

    Parameters
    ----------
    x_label, y_label : str
        The labels of the axes.
    names : tuple of str
        The name below each bar.
    bars : tuple of tuple of Bar
        The pieces of each bar, from the bottom.
    marks : tuple of tuple of Dot
        For each bar, labelled heights, such as the truth (`x` is ignored).
    curve : Curve or None
        A line over the bars for the expectation of the model; its x is in bars.
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
        """Whether the heights are counts: probabilities never exceed 1."""
        return any(sum(bar.value for bar in bars) > 1 for bars in self.bars)
