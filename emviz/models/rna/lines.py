"""The lines of the M-step of a covariance model, one for every entry of θ that is free."""

from __future__ import annotations

import numpy as np

from emviz.em.counts.table import Entry, Update, Updates
from emviz.models.rna import steps
from emviz.models.rna.data import AnyCounts, RnaData


def entries(data: RnaData) -> tuple[Entry, ...]:
    """Return the free entries of θ, in reading order."""
    return tuple(Entry(each.name, index) for each in data.parameters for index in each.free)


def updates(data: RnaData, counts: AnyCounts, pseudocount: float) -> Updates:
    """Return the M-step, the pseudocount within the counts; the 16 counts of a pair make up one term."""
    padded = steps.padded(data.structure, counts, pseudocount)
    found = steps.maximisation(data, counts, pseudocount)
    # θ and its fields end with the partners, which no M-step changes and nothing counts.
    ends = np.cumsum([0, *(own.size for own in padded)])

    def written(line: int) -> Update:
        """Return a line: there are hundreds of them, of which few are seen."""
        field, label, place = data.free[line]
        own, (row, column) = padded[field], np.unravel_index(place, padded[field].shape)
        terms = own[row]
        if data.parameters[field].name == "transition":
            terms = terms[data.structure.allowed[row]]
        rest = tuple(terms.tolist())
        if data.parameters[field].name == "pair":
            rest = (sum(rest),)
        return Update(label, field, float(own[row, column]), rest, float(found[field][row, column]))

    places = np.array([ends[field] + place for field, _, place in data.free], dtype=np.intp)
    return Updates(len(places), written, places)
