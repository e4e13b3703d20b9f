"""Short ways to people with genotypes, and the golden trace of Thompson's 205."""

import json
from itertools import product
from pathlib import Path

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em import engine
from emviz.models.haplotype import HaplotypeParams, Haplotypes

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "haplotype_thompson.json").read_text())[
    "thompson1988"
]
MODEL = Haplotypes()


def people(*rows, **more):
    """One string per person, a genotype for each locus: "A/a B/b"; a dash is a missing one."""
    columns = zip(*[row.split() for row in rows], strict=True)
    loci = {
        f"locus{place + 1}": ["" if cell == "-" else cell for cell in cells]
        for place, cells in enumerate(columns)
    }
    return Table.from_columns({**loci, **more})


def example(key):
    file = next(each.file for each in MODEL.examples if each.key == key)
    return MODEL.parse(read_table(example_path(file)))


def at(*frequency):
    return HaplotypeParams(np.array(frequency, dtype=float))


def climbed(data, params, iterations):
    step = engine.start(MODEL, data, params)
    for _ in range(2 * iterations):
        step = engine.advance(MODEL, data, step)
    return step


def written_out(rows, frequency):
    """Yield for each person every unordered pair of haplotypes that fits, with P(genotype, pair; p).

    `rows` holds for each person a pair of alleles per locus, None where not known; `frequency` is a mapping
    of haplotypes, as tuples of alleles, to numbers.
    """
    for person in rows:
        fitting = {}
        for one, other in product(frequency, repeat=2):
            if all(_fits(pair, a, b) for pair, a, b in zip(person, one, other, strict=True)):
                both = tuple(sorted((one, other)))
                fitting[both] = fitting.get(both, 0.0) + frequency[one] * frequency[other]
        yield fitting


def _fits(pair, a, b):
    return any(
        all(known in (None, seen) for known, seen in zip(pair, seen_pair, strict=True))
        for seen_pair in ((a, b), (b, a))
    )
