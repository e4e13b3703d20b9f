"""Pictures without the answers that a class is to guess: maxima, saddles, the truth, the complete data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from emviz.em.pictures import View
from emviz.em.pictures.curves import Bars, Curve, Curves, Dot, Histogram
from emviz.em.pictures.diagrams import Diagram
from emviz.em.pictures.grids import Image, Plate
from emviz.em.pictures.plane import Profiles, Scatter, Ternary
from emviz.em.pictures.sequences import Logo

#: Kinds of dots, and roles of curves, that are answers.
DOTS, ROLES, PLATES = {"optimum", "saddle", "truth", "reference"}, {"truth", "reference"}, {"truth"}
#: The note in place of a hidden picture.
HIDDEN = "Hidden until it is revealed."


def without_spoilers(view: View) -> View:
    """Return a view without its answers; true labels are hidden separately, by a setting of their own."""
    match view:
        case Curves():
            note = view.note if view.hiding is None else view.hiding
            return replace(view, curves=_curves(view.curves), dots=_dots(view.dots), note=note)
        case Histogram():
            return replace(view, curves=_curves(view.curves), dots=_dots(view.dots))
        case Bars():
            return replace(view, marks=tuple(map(_dots, view.marks)))
        case Ternary():
            return replace(view, dots=tuple((at, dot) for at, dot in view.dots if dot.kind not in DOTS))
        case Scatter():
            return replace(view, truth=(), reference=())
        case Profiles():
            return replace(view, reference=None)
        case Diagram():
            note = view.note if view.hiding is None else view.hiding
            return replace(
                view, variables=tuple(replace(each, reference=()) for each in view.variables), note=note
            )
        case Image():
            note = view.note if view.hiding is None else view.hiding
            return replace(view, plates=tuple(map(_plate, view.plates)), note=note)
        case Logo(truth=True):
            return replace(view, heights=view.heights[:0], note=HIDDEN)
    return view


def _dots(dots: Iterable[Dot]) -> tuple[Dot, ...]:
    return tuple(dot for dot in dots if dot.kind not in DOTS)


def _plate(plate: Plate) -> Plate:
    """Return a plate, or an empty one of the same size, so that nothing moves when it is revealed."""
    if plate.name not in PLATES:
        return plate
    return replace(plate, values=np.zeros_like(plate.values), hidden=True)


def _curves(curves: Iterable[Curve]) -> tuple[Curve, ...]:
    return tuple(curve for curve in curves if curve.role not in ROLES)
