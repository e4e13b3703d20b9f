"""The entries of θ that a landscape opens on."""

from __future__ import annotations

from emviz.em.counts.table import Entry
from emviz.em.covariance import Covariance
from emviz.em.model import AnyModel


def first_axes(model: AnyModel, data: object) -> tuple[Entry, Entry] | None:
    """Return the entries that the landscape shows at first; None if θ has fewer than two.

    They are the same entry of two components if there are several, so that the components are compared.
    """
    fields = [each for each in model.parameters(data) if each.estimated]
    many = [each for each in fields if each.estimated > 1]
    # A covariance is less informative than the means before it.
    telling = [each for each in many if not isinstance(each.domain, Covariance)] or many
    shown = telling[-1:] or fields[:2]
    entries = [Entry(each.name, index) for each in shown for index in each.free]
    if len(entries) < 2:
        return None
    first, *others = entries
    alike = (each for each in others if (each.field, each.index[1:]) == (first.field, first.index[1:]))
    return first, next(alike, others[0])
