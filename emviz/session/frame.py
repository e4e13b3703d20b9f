"""The part of the plane that a landscape shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from emviz.em.counts.table import Entry
from emviz.em.domains import Positive, Real
from emviz.em.model import AnyModel, Fields
from emviz.em.objective.bound import entry_span, entry_value, parameter_of
from emviz.em.objective.heights import Span
from emviz.session.results import Results
from emviz.session.state import Session

Axes: TypeAlias = tuple[Entry, Entry]
Frame: TypeAlias = tuple[Span, Span]
Point: TypeAlias = tuple[float, float]

#: The most that a view is widened for points outside, as a multiple; more would shrink the path to a dot.
WIDEST = 2.5
#: The same for the end of a path, which is then as long as the view; farther away a method has diverged.
FARTHEST = 20.0
#: The room around such a point, in parts of the view.
MARGIN = 0.1


def frame(session: Session, results: Results) -> Frame | None:
    """Return the ranges of the axes of the landscape; None if θ has fewer than two entries.

    They are those of the entries at θ(t), widened for θ(0), and for the maxima, saddles and reference if they
    are known and shown.
    """
    axes, model, data = session.display.axes, session.model, session.data
    if axes is None:
        return None
    known = list[Fields]()
    if session.display.reference:
        known += [each.params for each in results.landmarks.value] if results.landmarks else []
        complete = results.reference.value if results.reference else None
        known += [complete.params] if complete else []
    points = [on_axes(params, axes) for params in known]
    return holding(model, data, session.round.base.params, axes, points, [on_axes(session.start, axes)])


def on_axes(params: Fields, axes: Axes) -> Point:
    """Return the place of θ on the axes."""
    return entry_value(params, axes[0]), entry_value(params, axes[1])


def holding(
    model: AnyModel,
    data: object,
    params: Fields,
    axes: Axes,
    points: Iterable[Point],
    ends: Iterable[Point] = (),
) -> Frame:
    """Return the ranges of two entries at θ, widened for further points as far as this is possible.

    Parameters
    ----------
    params : Fields
        θ, which is always in the view.
    points : iterable of pair of float
        Further places; the nearest have the first claim.
    ends : iterable of pair of float
        The other ends of paths from θ, which come before them.
    """
    spans = tuple(entry_span(model, data, params, entry) for entry in axes)
    path = _widened_for(model, data, axes, (spans[0], spans[1]), ends, FARTHEST)
    return _widened_for(model, data, axes, path, points, WIDEST)


def _widened_for(
    model: AnyModel, data: object, axes: Axes, spans: Frame, points: Iterable[Point], most: float
) -> Frame:
    x, y = spans
    own = _width(x), _width(y)
    for place in sorted(points, key=lambda place: max(map(_beyond, (x, y), place))):
        wide = tuple(
            _widened(span, value, _floor(model, data, entry))
            for span, value, entry in zip((x, y), place, axes, strict=True)
        )
        inside = all(
            span is not None and _width(span) <= most * least for span, least in zip(wide, own, strict=True)
        )
        if inside and wide[0] is not None and wide[1] is not None:
            x, y = wide[0], wide[1]
    return x, y


def _width(span: Span) -> float:
    return span[1] - span[0]


def _beyond(span: Span, value: float) -> float:
    """Return how far a value is outside of a range, in parts of it; 0 inside."""
    return max(span[0] - value, value - span[1], 0.0) / (_width(span) or 1.0)


def _widened(span: Span, value: float, floor: float | None) -> Span | None:
    """Return a range with room around a value; None if it cannot be widened.

    Parameters
    ----------
    floor : float or None
        The lower limit of the range; None if it is a domain that is seen whole, or is no interval.
    """
    low, high = span
    if low <= value <= high:
        return span
    if floor is None:
        return None
    room = MARGIN * (max(high, value) - min(low, value))
    return (max(floor, value - room), high) if value < low else (low, value + room)


def _floor(model: AnyModel, data: object, entry: Entry) -> float | None:
    """Return the lower limit of an entry whose range may be widened; None if it may not be."""
    domain = parameter_of(model, data, entry).domain
    if isinstance(domain, Real):
        return float("-inf")
    # A covariance is limited by the other entries of its matrix.
    return 0.0 if isinstance(domain, Positive) else None
