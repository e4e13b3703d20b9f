"""What a picture gives away before the class has guessed: maxima, saddles, the truth, the complete data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from emviz.em.pictures import View
from emviz.em.pictures.curves import Bars, Curve, Curves, Dot, Histogram
from emviz.em.pictures.grids import Image
from emviz.em.pictures.plane import Scatter, Ternary

#: Kinds of dots, and roles of curves, that are answers.
DOTS, ROLES, PLATES = {"optimum", "saddle", "truth", "reference"}, {"truth", "reference"}, {"truth"}


def without_spoilers(view: View) -> View:
    """Return a view without what it gives away; true labels are another matter, and hidden by themselves."""
    match view:
        case Curves() | Histogram():
            return replace(view, curves=_curves(view.curves), dots=_dots(view.dots))
        case Bars():
            return replace(view, marks=tuple(map(_dots, view.marks)))
        case Ternary():
            return replace(view, dots=tuple((at, dot) for at, dot in view.dots if dot.kind not in DOTS))
        case Scatter():
            return replace(view, truth=(), reference=())
        case Image():
            return replace(view, plates=tuple(plate for plate in view.plates if plate.name not in PLATES))
    return view


def _dots(dots: Iterable[Dot]) -> tuple[Dot, ...]:
    return tuple(dot for dot in dots if dot.kind not in DOTS)


def _curves(curves: Iterable[Curve]) -> tuple[Curve, ...]:
    return tuple(curve for curve in curves if curve.role not in ROLES)
