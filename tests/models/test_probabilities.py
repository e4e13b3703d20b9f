"""What is called log P is one: over all data that might have been seen, exp(log P) adds up to 1."""

from itertools import product

import numpy as np
import pytest
from haplotype_cases import at as frequencies
from haplotype_cases import people
from protein_cases import CHANCES, PRESENCE, PROBABILITY, table

from emviz.data.table import Table
from emviz.models.abo import Abo, AboParams
from emviz.models.coins import CoinParams, Coins
from emviz.models.haplotype import Haplotypes
from emviz.models.hmm import HiddenMarkov
from emviz.models.hmm.data import CategoricalParams
from emviz.models.linkage import Linkage, LinkageParams
from emviz.models.poisson import Poisson
from emviz.models.poisson.steps import PoissonParams
from emviz.models.tomography import Tomography, TomographyParams

LEARNED = CoinParams(np.array([0.3, 0.7]), np.array([0.8, 0.35]))


def columns(**named):
    return Table.from_columns(named)


def chance(model, params, read):
    return float(np.exp(model.e_step(model.parse(read), params).objective))


def divided(units, cells):
    """Every way to divide so many units among cells."""
    return [counts for counts in product(range(units + 1), repeat=cells) if sum(counts) == units]


def test_all_sequences_of_tosses_together_are_certain():
    every = product(("HHH", "HHT", "HTH", "HTT", "THH", "THT", "TTH", "TTT"), repeat=2)
    total = sum(chance(Coins(weights="learned"), LEARNED, columns(tosses=both)) for both in every)
    assert total == pytest.approx(1, rel=1e-12)


def test_all_numbers_of_heads_together_are_certain():
    tables = (columns(heads=[a, b], tails=[3 - a, 5 - b]) for a, b in product(range(4), range(6)))
    total = sum(chance(Coins(weights="learned"), LEARNED, read) for read in tables)
    assert total == pytest.approx(1, rel=1e-12)


def test_all_tables_of_phenotypes_together_are_certain():
    tables = (columns(phenotype=["A", "B", "AB", "O"], count=counts) for counts in divided(4, 4))
    total = sum(chance(Abo(), AboParams(np.array([0.3, 0.2, 0.5])), read) for read in tables)
    assert total == pytest.approx(1, rel=1e-12)


def test_all_tables_of_cells_together_are_certain():
    tables = (columns(cell=["1", "2", "3", "4"], count=counts) for counts in divided(5, 4))
    total = sum(chance(Linkage(), LinkageParams(np.array(0.37)), read) for read in tables)
    assert total == pytest.approx(1, rel=1e-12)


def test_all_genotypes_of_a_person_together_are_certain():
    """Beside one whose genotype allows all four haplotypes: their joint probabilities add up to hers."""
    loci = [("A/A", "A/a", "a/a"), ("B/B", "B/b", "b/b")]
    here = frequencies(0.4, 0.3, 0.2, 0.1)
    beside = [chance(Haplotypes(), here, people("A/a B/b", " ".join(both))) for both in product(*loci)]
    alone = chance(Haplotypes(), here, people("A/a B/b"))
    assert sum(beside) == pytest.approx(alone, rel=1e-12)


def test_all_sequences_of_symbols_together_are_certain():
    rows = np.random.default_rng(0).dirichlet(np.ones(2), 5)
    params = CategoricalParams(rows[0], rows[1:3], rows[3:])
    first = "ab"  # both symbols are to be known
    every = ["".join(letters) for letters in product("ab", repeat=4)]
    beside = sum(chance(HiddenMarkov(), params, columns(symbols=[first, text])) for text in every)
    assert beside == pytest.approx(chance(HiddenMarkov(), params, columns(symbols=[first])), rel=1e-12)


@pytest.mark.parametrize(("hidden", "values"), [("zeros", range(1, 60)), ("top", ("0", "1", "2", ">=3"))])
def test_all_values_of_a_unit_together_are_certain(hidden, values):
    def read(value):
        known = [str(value)] if hidden == "zeros" else list(dict.fromkeys(["1", ">=3", str(value)]))
        count = [int(each == str(value)) + (each == "1" and hidden == "top") for each in known]
        return columns(value=known, count=count)

    rate = PoissonParams(np.array(2.3))
    total = sum(chance(Poisson(hidden), rate, read(value)) for value in values)
    certain = 1.0 if hidden == "zeros" else 2.3 * np.exp(-2.3)  # a second unit, of value 1
    assert total == pytest.approx(certain, rel=1e-12)


def test_all_reports_of_peptides_together_are_certain():
    """A peptide is reported with certainty c, or the other way round with 1 − c."""
    total = 0.0
    for turned in product((False, True), repeat=len(PROBABILITY)):
        pairs = zip(PROBABILITY.items(), turned, strict=True)
        reported = {p: 1 - c if other else c for (p, c), other in pairs}
        total += chance(PRESENCE, CHANCES, table(probability=reported))
    assert total == pytest.approx(1, rel=1e-12)


@pytest.mark.thorough
@pytest.mark.unmeasured
def test_all_counts_of_a_scanner_together_are_certain():
    """Two angles of three bins, each with up to three counts; the table without any is not read."""
    model = Tomography(4)
    here = TomographyParams(np.full(16, 0.0375))
    tables = (np.array(counts, dtype=float).reshape(2, 3) for counts in product(range(4), repeat=6))
    seen = (dict(zip("abc", counts.T, strict=True)) for counts in tables if counts.any())
    total = sum(chance(model, here, columns(**each)) for each in seen)
    bins = model.parse(columns(a=[1, 0], b=[0, 1], c=[1, 1])).projector.project(here.activity).ravel()
    few = [np.exp(-y) * (1 + y + y**2 / 2 + y**3 / 6) for y in bins]
    assert total == pytest.approx(np.prod(few) - np.exp(-bins.sum()), rel=1e-12)
