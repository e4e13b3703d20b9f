"""Two entries of θ moved together, as on the axes of a landscape or of a map of starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.table import Entry
from emviz.em.domains import Domain, Index, Simplex
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.objective.bound import free_entries, parameter_of

#: Slack for the sum of two shares that make a whole; with further shares, the least that is left for them.
MISSED = 1e-6


def with_pair(
    model: AnyModel, data: object, params: Fields, axes: tuple[Entry, Entry], at: tuple[float, float]
) -> Fields | None:
    """Return θ with two entries set; None if that is impossible, as for two shares whose sum exceeds 1.

    Of a row of probabilities, the others are scaled to fit, so that both entries have exactly these values.
    """
    fields, domains = fields_of(params), [parameter_of(model, data, entry).domain for entry in axes]
    if of_one_whole(model, data, *axes):
        x, y = axes
        value = _with_shares(domains[0], fields[x.field], (x.index, y.index), at)
        if value is None:
            return None
        fields[x.field] = value
    else:
        for entry, domain, number in zip(axes, domains, at, strict=True):
            fields[entry.field] = domain.with_entry(fields[entry.field], entry.index, number)
    faults = (
        domain.fault(fields[entry.field]) is not None for entry, domain in zip(axes, domains, strict=True)
    )
    return None if any(faults) else model.make_params(fields)


def of_one_whole(model: AnyModel, data: object, x: Entry, y: Entry) -> bool:
    """Return whether two entries are shares of one whole, which together cannot exceed 1."""
    same = x.field == y.field and x.index[:-1] == y.index[:-1] and x != y
    return same and isinstance(parameter_of(model, data, x).domain, Simplex)


def is_line(model: AnyModel, data: object, params: Fields, axes: tuple[Entry, Entry]) -> bool:
    """Return whether two entries are all the shares of a whole, so that they always add up to 1."""
    x, y = axes
    if not of_one_whole(model, data, x, y):
        return False
    value = fields_of(params)[x.field]
    return not _others(parameter_of(model, data, x).domain, value, (x.index, y.index)).any()


def free_pair(model: AnyModel, data: object, axes: tuple[Entry, Entry]) -> tuple[Entry, Entry]:
    """Return two entries; if they are the only shares of a whole, the first and one of another field."""
    sizes = {each.name: each.shape[-1] for each in model.parameters(data) if each.shape}
    if not of_one_whole(model, data, *axes) or sizes[axes[0].field] > len(axes):
        return axes
    others = (each for each in free_entries(model, data) if each.field != axes[0].field)
    return axes[0], next(others, axes[1])


def _with_shares(
    domain: Domain, value: Array, places: tuple[Index, Index], shares: tuple[float, float]
) -> Array | None:
    """Return the value with two shares of a row set and the others scaled to fit; None if impossible."""
    others, row = _others(domain, value, places), value[places[0][:-1]]
    left, rest = 1.0 - sum(shares), float(row[others].sum())
    if left < MISSED if others.any() else abs(left) > MISSED:
        return None
    moved, found = value.copy(), row.copy()
    found[[place[-1] for place in places]] = shares
    if others.any():
        found[others] = row[others] * (left / rest) if rest > 0 else left / others.sum()
    moved[places[0][:-1]] = found
    return moved


def _others(domain: Domain, value: Array, places: tuple[Index, Index]) -> NDArray[np.bool_]:
    """Return which further shares of a row can be above 0, shape (n,)."""
    own = places[0]
    # From a row that is one share only, a domain gives equal parts to all others that exist.
    spread = domain.with_entry(domain.with_entry(value, own, 1.0), own, 0.5)[own[:-1]] > 0
    spread[[place[-1] for place in places]] = False
    return np.asarray(spread)
