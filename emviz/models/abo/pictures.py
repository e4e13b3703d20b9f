"""The pictures of the ABO model: the likelihood over the triangle, and the genotypes of each phenotype."""

from __future__ import annotations

from functools import cache, partial
from itertools import product

import numpy as np

from emviz.em.convergence.rate import walked
from emviz.em.families.categories import Categories
from emviz.em.model import Look, Phase
from emviz.em.numerics import Array
from emviz.em.objective import whole
from emviz.em.pictures import Bar, Bars, Dot, Ternary
from emviz.models.abo import steps
from emviz.models.abo.steps import (
    ALLELES,
    BEHIND,
    COLOURS,
    GENOTYPES,
    PHENOTYPES,
    AboCounts,
    AboParams,
    AboRound,
)

#: Steps along an edge of the ternary map.
SIDE = 48
#: In search of the maximum: the most iterations, and the largest change of a frequency at which EM has
#: converged.
CLIMB, STILL = 2000, 1e-12


def ternary(data: Categories, state: AboRound, look: Look[AboParams]) -> Ternary:
    """Return the likelihood over the triangle of frequencies, with the path of EM and the maximum."""
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
        _raised(data, places) if state.whole else steps.heights(data, places),
        path,
        tuple(dots),
        "allele",
        now=now,
        height_name=whole.RAISED if state.whole else "log P",
    )


def _raised(data: Categories, places: Array) -> Array:
    """Return max log P(x, z; p), shape (n,)."""
    return whole.heights(partial(steps.likeliest, data), partial(steps.fit_of, data), map(AboParams, places))


def _whole_maximum(data: Categories) -> Array:
    """Return the maximum of max log P(x, z; p), shape (3,), at the frequencies of one of the completions.

    Only A and B have a choice of genotypes, so hard EM has four completions, and each is tried.
    """
    counts = [
        AboCounts(data.total @ np.eye(len(GENOTYPES))[list(genotypes)]) for genotypes in product(*BEHIND)
    ]
    found = [steps.frequencies(each) for each in counts]
    tops = [steps.fit_of(data, *pair) for pair in zip(counts, found, strict=True)]
    return found[int(np.argmax(tops))].allele


def _maximum(data: Categories) -> Array:
    """Return the point at which EM converges from the middle of the triangle, shape (3,)."""
    params = AboParams(np.full(3, 1 / 3))
    for _ in range(CLIMB):
        before, params = params, steps.frequencies(steps.split(data, params))
        if np.abs(params.allele - before.allele).max() < STILL:
            break
    return params.allele


def phenotypes(data: Categories, state: AboRound, look: Look[AboParams]) -> Bars:
    """Return the people of each phenotype split by genotype, with the numbers expected at p."""
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
    marked = [(size * steps.chances(params.allele), *named) for params, *named in expected]
    marks = tuple(
        tuple(Dot(place, float(height[place]), *named) for height, *named in marked)
        for place in range(len(PHENOTYPES))
    )
    note = "Marks: the people that the frequencies on display predict in each phenotype."
    return Bars("Genotypes", "phenotype", "people", PHENOTYPES, bars, marks, note=note)


@cache
def _triangle() -> Array:
    """Return a regular grid of points in the triangle, shape ((SIDE + 1)(SIDE + 2)/2, 3)."""
    points = [(a, b, SIDE - a - b) for a in range(SIDE + 1) for b in range(SIDE + 1 - a)]
    grid = np.array(points, dtype=np.float64) / SIDE
    # All callers share the cached array.
    grid.flags.writeable = False
    return grid
