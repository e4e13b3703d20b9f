"""The entries of θ that a landscape opens on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emviz.em.counts.table import Entry
from emviz.em.domains import Index, NonNegative, Parameter, Positive, Real, Simplex
from emviz.em.families.covariances import Restricted
from emviz.em.model import AnyModel, AnyStep, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import Opening
from emviz.em.theta.covariance import Covariance

#: Rows of a field from which they are places in a sequence or an image, not components.
PLACES = 7


def first_axes(model: AnyModel, data: object, step: AnyStep) -> tuple[Entry, Entry] | None:
    """Return the entries that the landscape shows at first; None if θ has fewer than two.

    They are the same entry of two components if there are several, so that the components are compared. Of a
    field with many places, such as the columns of a motif or the pixels of an image, they are those that the
    first iteration of EM moves most: at most places nothing happens. A model may have its own choice.

    Parameters
    ----------
    step : AnyStep
        The step at θ(0).
    """
    own = model.opens_on(data) if isinstance(model, Opening) else None
    if own is not None:
        return own
    fields = [each for each in model.parameters(data) if each.estimated]
    shown = _telling(fields)
    if shown and _has_places(shown[0]):
        moving = _moving(model, data, step, [each for each in fields if _has_places(each)])
        if moving is not None:
            return moving
    entries = [Entry(each.name, index) for each in shown for index in each.free]
    if not entries:
        return None
    first, *others = entries
    others = [each for each in others if not _add_up(shown, first, each)]
    alike = (each for each in others if (each.field, each.index[1:]) == (first.field, first.index[1:]))
    second = next(alike, others[0] if others else None)
    return None if second is None else (first, second)


def _telling(fields: Sequence[Parameter]) -> Sequence[Parameter]:
    """Return the field with several entries that says most: means, then probabilities and rates."""
    many = [each for each in fields if each.estimated > 1 and not _is_pair(each)]
    means = [each for each in many if isinstance(each.domain, Real)]
    # A spread is less informative than what spreads.
    others = [each for each in many if not _is_spread(each)] or many
    return means[:1] or others[-1:] or fields


def _is_pair(field: Parameter) -> bool:
    """Return whether a field is two shares of a whole, one of which determines the other."""
    return isinstance(field.domain, Simplex) and field.shape == (2,)


def _add_up(fields: Sequence[Parameter], first: Entry, other: Entry) -> bool:
    """Return whether two entries are all the shares of a whole."""
    own = next(each for each in fields if each.name == first.field)
    same = first.field == other.field and first.index[:-1] == other.index[:-1]
    return same and isinstance(own.domain, Simplex) and own.shape[-1] == 2


def _is_spread(field: Parameter) -> bool:
    positive = isinstance(field.domain, Positive) and not isinstance(field.domain, NonNegative)
    return positive or isinstance(field.domain, Covariance | Restricted)


def _has_places(field: Parameter) -> bool:
    """Return whether a field has many places, each with its own probabilities or intensity."""
    return isinstance(field.domain, Simplex | NonNegative) and len(field.axes[0]) > PLACES


def _moving(
    model: AnyModel, data: object, step: AnyStep, fields: Sequence[Parameter]
) -> tuple[Entry, Entry] | None:
    """Return the two entries in different rows of a field that the M-step moves most; None if none moves."""
    # Transitions, whose domain is a special simplex, are harder to imagine than letters.
    fields = [each for each in fields if type(each.domain) in (Simplex, NonNegative)] or fields
    try:
        ahead = fields_of(model.m_step(data, step.expectation.counts))
    except ArithmeticError:
        return None
    here = fields_of(step.params)
    moves = {each.name: np.abs(ahead[each.name] - here[each.name]) for each in fields}
    field = max(fields, key=lambda each: float(moves[each.name].max()))
    own = moves[field.name]
    first = _largest(own)
    if not own[first] > 0:
        return None
    # In the same row it could only move in return.
    own[first[0]] = -1.0
    return Entry(field.name, first), Entry(field.name, _largest(own))


def _largest(values: Array) -> Index:
    return tuple(int(place) for place in np.unravel_index(values.argmax(), values.shape))
