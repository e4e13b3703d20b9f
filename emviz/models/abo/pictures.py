"""The pictures of the ABO model: the likelihood over the triangle, and phenotypes split in genotypes."""

from __future__ import annotations

from functools import cache, partial
from itertools import product

import numpy as np

from emviz.em import whole
from emviz.em.model import Look, Phase
from emviz.em.numerics import Array
from emviz.em.pictures import Bar, Bars, Dot, Ternary
from emviz.em.rate import walked
from emviz.models.abo.steps import (
    ALLELES,
    BEHIND,
    COLOURS,
    GENOTYPES,
    PHENOTYPES,
    AboCounts,
    AboData,
    AboParams,
    AboRound,
    chances,
    fit_of,
    frequencies,
    heights,
    likeliest,
    split,
)

#: Steps along an edge of the ternary map.
SIDE = 48
#: In search of the maximum, iterations at most, and the change in every frequency at which EM has arrived.
CLIMB, STILL = 2000, 1e-12


def ternary(data: AboData, state: AboRound, look: Look[AboParams]) -> Ternary:
    """Return the likelihood over the triangle of frequencies, with the path of EM and its goal."""
    places = _triangle()
    path = np.stack([params.allele for params in walked(state, look)])
    top = _whole_maximum(data) if state.whole else _maximum(data)
    dots = [(top, Dot(0, 0, "maximum", "optimum"))]
    if len(path) > 1:
        dots.append((path[0], Dot(0, 0, "start", "start")))
    if look.truth is not None:
        dots.append((look.truth.allele, Dot(0, 0, "truth", "truth")))
    now = state.base.index + (state.updated is not None)
    dots.append((path[-1], Dot(0, 0, f"p({now})", "here")))
    return Ternary(
        "Frequencies",
        ALLELES,
        places,
        SIDE,
        _raised(data, places) if state.whole else heights(data, places),
        path,
        tuple(dots),
        "allele",
        now=now,
        height_name=whole.RAISED if state.whole else "log P",
    )


def _raised(data: AboData, places: Array) -> Array:
    """Return max log P(x, z; p), shape (n,)."""
    return whole.heights(partial(likeliest, data), partial(fit_of, data), map(AboParams, places))


def _whole_maximum(data: AboData) -> Array:
    """Return where max log P(x, z; p) is highest: at the frequencies of one of the four completions."""
    counts = [
        AboCounts(data.total @ np.eye(len(GENOTYPES))[list(genotypes)]) for genotypes in product(*BEHIND)
    ]
    found = [frequencies(each) for each in counts]
    tops = [fit_of(data, *pair) for pair in zip(counts, found, strict=True)]
    return found[int(np.argmax(tops))].allele


def _maximum(data: AboData) -> Array:
    """Return where EM comes to rest from the middle of the triangle."""
    params = AboParams(np.full(3, 1 / 3))
    for _ in range(CLIMB):
        before, params = params, frequencies(split(data, params))
        if np.abs(params.allele - before.allele).max() < STILL:
            break
    return params.allele


def phenotypes(data: AboData, state: AboRound, look: Look[AboParams]) -> Bars:
    """Return the people of each phenotype in the pieces of their genotypes, with what p expects."""
    people = state.base.expectation.counts.genotypes
    weighed = state.phase is not Phase.START
    bars = tuple(
        tuple(Bar(GENOTYPES[place], float(people[place]), COLOURS[place]) for place in behind)
        if weighed
        else (Bar(name, float(total)),)
        for name, total, behind in zip(PHENOTYPES, data.total, BEHIND, strict=True)
    )
    size = data.total.sum()
    expected = [(state.updated or state.base.params, "expected", "other")]
    if look.truth is not None:
        expected.append((look.truth, "truth", "truth"))
    marked = [(size * chances(params.allele), *named) for params, *named in expected]
    marks = tuple(
        tuple(Dot(place, float(height[place]), *named) for height, *named in marked)
        for place in range(len(PHENOTYPES))
    )
    note = "Marks: the people that the frequencies on display expect in each phenotype."
    return Bars("Genotypes", "phenotype", "people", PHENOTYPES, bars, marks, note=note)


@cache
def _triangle() -> Array:
    """Return the points of a regular grid of the triangle, shape ((SIDE + 1)(SIDE + 2)/2, 3)."""
    points = [(a, b, SIDE - a - b) for a in range(SIDE + 1) for b in range(SIDE + 1 - a)]
    grid = np.array(points, dtype=np.float64) / SIDE
    grid.flags.writeable = False
    return grid
