"""The lines of the M-step of a covariance model, one for every entry of θ that is free."""

from __future__ import annotations

import numpy as np

from emviz.em.counts.table import Entry, Update
from emviz.models.rna import steps
from emviz.models.rna.data import AnyCounts, RnaData


def entries(data: RnaData) -> tuple[Entry, ...]:
    """Return the free entries of θ, in reading order."""
    return tuple(Entry(each.name, index) for each in data.parameters for index in each.free)


def updates(data: RnaData, counts: AnyCounts, pseudocount: float) -> tuple[Update, ...]:
    """Return the M-step, the pseudocount within the counts; the 16 counts of a pair make up one term."""
    padded = steps.padded(data.structure, counts, pseudocount)
    found = steps.maximisation(data, counts, pseudocount)
    lines: list[Update] = []
    # Not strict: θ and its fields end with the partners, which no M-step changes and nothing counts.
    for component, (parameter, own, value) in enumerate(zip(data.parameters, padded, found, strict=False)):
        there = (
            data.structure.allowed if parameter.name == "transition" else np.ones(own.shape, dtype=np.bool_)
        )
        terms = [tuple(own[row][there[row]].tolist()) for row in range(len(own))]
        rows = [(sum(row),) for row in terms] if parameter.name == "pair" else terms
        lines += [
            Update(parameter.label(index), component, float(own[index]), rows[index[0]], float(value[index]))
            for index in parameter.free
        ]
    return tuple(lines)
