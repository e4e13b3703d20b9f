"""The pictures of a model: its own, and a landscape for every model with two entries of θ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emviz.em.methods.climbing import MOST_CURVED
from emviz.em.model import AnyLook, AnyModel, AnyRound, Fields
from emviz.em.objective.bound import free_entries
from emviz.em.pictures import Landscape
from emviz.em.theta.coordinates import size_of

if TYPE_CHECKING:
    from emviz.em.pictures import View


def pictures_of(model: AnyModel, data: object, state: AnyRound, look: AnyLook) -> tuple[View, ...]:
    """Return the model's own pictures, and a landscape after them unless one of them is a landscape.

    There is none if θ has one degree of freedom only, such as two shares of a whole.
    """
    own = tuple(model.views(data, state, look))
    if size_of(model, data) < 2 or any(isinstance(view, Landscape) for view in own):
        return own
    return (*own, Landscape(free_entries(model, data), _starts(model, data)))


def _starts(model: AnyModel, data: object) -> tuple[Fields, ...]:
    """Return the default start; none if the kind of the place where it leads could not be determined."""
    return (model.default(data),) if size_of(model, data) <= MOST_CURVED else ()
