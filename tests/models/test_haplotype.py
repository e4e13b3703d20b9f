"""The haplotypes: against every completion written out, and against the numbers of others."""

from itertools import product

import numpy as np
import pytest
from haplotype_cases import GOLDEN, MODEL, at, climbed, example, people, written_out
from hypothesis import given, settings
from hypothesis import strategies as st

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.methods import Hard
from emviz.em.model import ModelError, Phase
from emviz.models.haplotype import steps

# -- every completion written out ----------------------------------------------------------------------------


@st.composite
def tiny(draw):
    """A few people at one to three loci, some alleles missing, and two places in parameter space."""
    loci = draw(st.integers(1, 3))
    numbers = [draw(st.integers(2, 3)) if loci < 3 else 2 for _ in range(loci)]
    allele = [st.sampled_from([*"ABC"[:number], None]) for number in numbers]
    rows = [[(draw(one), draw(one)) for one in allele] for _ in range(draw(st.integers(1, 3)))]
    rows.append([("A", "B")] * loci)  # so that every locus varies
    return rows, draw(st.integers(0, 2**32 - 1))


def _table(rows):
    cells = [["/".join("." if a is None else a for a in pair) for pair in person] for person in rows]
    return Table.from_columns({f"l{i}": column for i, column in enumerate(zip(*cells, strict=True))})


def _places(data, seed):
    rng = np.random.default_rng(seed)
    haplotypes = [tuple(name) for name in data.names]
    for _ in range(2):
        frequency = rng.dirichlet(np.ones(len(haplotypes)))
        yield at(*frequency), dict(zip(haplotypes, frequency, strict=True))


def _copies(chosen, haplotypes):
    counts = np.zeros(len(haplotypes))
    for one, other in chosen:
        counts[haplotypes.index(one)] += 1
        counts[haplotypes.index(other)] += 1
    return counts


@settings(max_examples=40, deadline=None)
@given(tiny())
def test_against_every_completion(case):
    rows, seed = case
    data = MODEL.parse(_table(rows))
    (here, table), (there, other_table) = _places(data, seed)
    haplotypes = list(table)
    fitting = list(written_out(rows, table))
    completions = list(product(*fitting))
    joint = np.array(
        [np.prod([fit[one] for fit, one in zip(fitting, chosen, strict=True)]) for chosen in completions]
    )
    q = joint / joint.sum()

    expectation = MODEL.e_step(data, here)
    assert expectation.objective == pytest.approx(np.log(joint.sum()), rel=1e-11)
    copies = np.array([_copies(chosen, haplotypes) for chosen in completions])
    np.testing.assert_allclose(expectation.counts.copies, q @ copies, rtol=1e-11, atol=1e-12)
    mixed = np.array([sum(one != other for one, other in chosen) for chosen in completions])
    assert expectation.counts.mixed == pytest.approx(q @ mixed, rel=1e-11, abs=1e-12)

    others = list(written_out(rows, other_table))
    logs = np.array(
        [sum(np.log(fit[one]) for fit, one in zip(others, chosen, strict=True)) for chosen in completions]
    )
    assert MODEL.q(data, expectation.counts, there) == pytest.approx(q @ logs, rel=1e-10)

    posterior = MODEL.posterior(data, here, np.arange(len(rows)))
    for shares, fit in zip(posterior, fitting, strict=True):
        known = np.array([fit[pair] for pair in sorted(fit)])
        np.testing.assert_allclose(shares[: len(fit)], known / known.sum(), rtol=1e-11)
        assert not shares[len(fit) :].any()

    best = MODEL.complete(data, here)
    assert MODEL.q(data, best, here) == pytest.approx(np.log(joint.max()), rel=1e-11)
    assert any(
        np.array_equal(best.copies, copies[place]) for place in np.flatnonzero(joint > 0.999999 * joint.max())
    )


def test_haplotypes_are_those_that_anyone_can_have():
    """Every haplotype that fits a genotype, and no other."""
    data = MODEL.parse(people("A/A B/B", "A/a B/B", "a/a b/b"))
    assert data.names == ("AB", "aB", "ab")
    assert MODEL.parse(people("A/A B/B", "A/a B/b")).names == ("AB", "Ab", "aB", "ab")
    assert MODEL.parse(people("A/A -", "a/a B/b")).names == ("AB", "Ab", "aB", "ab")


# -- the numbers of others -----------------------------------------------------------------------------------


def test_the_golden_trace_of_thompson():
    data = example("thompson")
    assert data.times.sum() == 205
    step = engine.start(MODEL, data, at(*GOLDEN["theta0"]))
    trace = [step]
    for _ in range(2 * (len(GOLDEN["loglik"]) - 1)):
        step = engine.advance(MODEL, data, step)
        trace.append(step)
    ends = [step for step in trace if step.phase is not Phase.E]
    np.testing.assert_allclose([step.params.frequency for step in ends], GOLDEN["theta"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        [step.expectation.objective for step in ends], GOLDEN["loglik"], rtol=0, atol=1e-9
    )


def test_the_published_end_of_thompson():
    end = climbed(example("thompson"), at(0.25, 0.25, 0.25, 0.25), 120)
    np.testing.assert_allclose(
        end.params.frequency, [0.828941555, 0.107643811, 0.058863323, 0.004551311], rtol=0, atol=1e-9
    )
    assert end.expectation.objective == pytest.approx(-197.742245256, abs=1e-9)


def test_rows_with_a_count_are_so_many_people():
    told = MODEL.parse(people("A/a B/b", "A/A B/b", "A/A B/B", count=[3, 1, 2]))
    single = MODEL.parse(people(*["A/a B/b"] * 3, "A/A B/b", *["A/A B/B"] * 2))
    here = at(0.4, 0.3, 0.2, 0.1)
    assert (told.counted, single.counted) == (True, False)
    assert told.total == single.total == 6
    one, other = (MODEL.e_step(data, here) for data in (told, single))
    assert one.objective == other.objective
    np.testing.assert_array_equal(one.counts.copies, other.counts.copies)


def test_equal_genotypes_are_one_whichever_way_they_are_written():
    data = MODEL.parse(people("A/a B|b", "a/A b/B", "A|a b|B"))
    np.testing.assert_array_equal(data.times, [3])
    np.testing.assert_array_equal(data.which, [0, 0, 0])


# -- starts, saddles, borders --------------------------------------------------------------------------------


def test_the_double_heterozygotes_have_a_saddle_and_two_equal_maxima():
    data = example("double-heterozygotes")
    middle = MODEL.default(data)
    assert MODEL.remark(data, middle) == (
        "a saddle: all phases are equally probable here, so EM does not move; change a frequency"
    )
    assert climbed(data, middle, 5).params.frequency.tolist() == [0.25] * 4
    cis, trans = (climbed(data, at(*start), 60) for start in ((0.3, 0.2, 0.2, 0.3), (0.2, 0.3, 0.3, 0.2)))
    np.testing.assert_allclose(cis.params.frequency, [0.5, 0, 0, 0.5], atol=1e-12)
    np.testing.assert_allclose(trans.params.frequency, [0, 0.5, 0.5, 0], atol=1e-12)
    assert cis.expectation.objective == pytest.approx(6 * np.log(0.5), rel=1e-12)
    assert trans.expectation.objective == pytest.approx(cis.expectation.objective, rel=1e-12)
    for end in (cis, trans):
        assert MODEL.remark(data, end.params) is None
    for seed in range(5):
        start = MODEL.start(data, np.random.default_rng(seed))
        assert MODEL.remark(data, start) is None
        assert np.ptp(MODEL.posterior(data, start, np.arange(1))) > 1e-3


def test_equal_shares_at_a_maximum_are_no_saddle():
    """One of each homozygote holds the frequencies where one double heterozygote would leave them."""
    rows = ["A/A B/B", "A/A b/b", "a/a B/B", "a/a b/b"]
    data = MODEL.parse(people(*rows, *rows, "A/a B/b"))
    middle = MODEL.default(data)
    np.testing.assert_allclose(climbed(data, middle, 1).params.frequency, middle.frequency, atol=1e-15)
    assert MODEL.remark(data, middle) is None


def test_where_every_phase_is_certain_there_is_nothing_to_remark():
    data = MODEL.parse(people("A/A B/B", "a/a B/B"))
    assert MODEL.remark(data, at(0.5, 0.5)) is None


def test_a_genotype_that_nobody_has_weighs_nothing():
    data = MODEL.parse(people("A/A B/B", "A/a B/b", "A/A b/b", count=[2, 0, 1]))
    here = at(0.7, 0.3, 0, 0)
    assert MODEL.e_step(data, here).objective == pytest.approx(2 * np.log(0.49) + np.log(0.09), rel=1e-14)
    shares = MODEL.posterior(data, here, np.arange(3))
    np.testing.assert_array_equal(shares, [[1, 0], [0.5, 0.5], [1, 0]])
    assert MODEL.complete(data, here).copies.tolist() == [4, 2, 0, 0]
    assert MODEL.remark(data, here) is None


@pytest.mark.parametrize("method", [engine.EM, Hard()])
def test_impossible_data_are_called_so(method):
    data = MODEL.parse(people("A/A B/B", "A/a B/b"))
    with pytest.raises(ModelError, match="−∞, the data are impossible under these parameters"):
        engine.start(MODEL, data, at(0, 0.5, 0.5, 0), method)


def test_hard_em_counts_the_first_of_equal_phases():
    data = example("double-heterozygotes")
    counts = MODEL.complete(data, MODEL.default(data))
    assert counts.copies.tolist() == [6, 0, 0, 6]
    assert counts.mixed == 6


def test_hard_em_counts_one_pair_of_a_genotype_whose_products_underflow():
    """AB / ab has 2e-350 and Ab / aB 2e-330, both below the least float."""
    data = MODEL.parse(people("A/a B/b"))
    unlikely = at(1e-200, 1e-170, 1e-160, 1e-150)
    shares = steps.row_shares(data, unlikely, np.array([0]), whole=True)
    copies = steps.row_copies(data, shares, np.array([0]))
    np.testing.assert_array_equal(copies[0], MODEL.complete(data, unlikely).copies)
    assert copies.tolist() == [[0, 1, 1, 0]]


# -- simulation ----------------------------------------------------------------------------------------------


def test_simulated_people_are_pairs_of_haplotypes_drawn_at_random():
    params = at(0.5, 0.0, 0.25, 0.25)
    table = MODEL.simulate(params, 4000, np.random.default_rng(3))
    assert table.names == ("snp1", "snp2", "phase")
    phases = table.texts("phase").tolist()
    assert set(phases) == {"AB|AB", "AB|aB", "AB|ab", "aB|aB", "aB|ab", "ab|ab"}
    assert phases.count("AB|ab") == pytest.approx(1000, abs=110)
    seen = set(zip(table.texts("snp1").tolist(), table.texts("snp2").tolist(), phases, strict=True))
    assert ("A/a", "B/b", "AB|ab") in seen
    assert ("a/a", "B/B", "aB|aB") in seen
    assert len(seen) == 6


@pytest.mark.parametrize(("many", "loci"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4)])
def test_so_many_frequencies_need_so_many_snps(many, loci):
    table = MODEL.simulate(at(*[1 / many] * many), 3, np.random.default_rng(0))
    assert len(table.names) == loci + 1


def test_the_examples_are_what_their_source_says():
    simulated = MODEL.examples[1]
    truth = at(*simulated.truth["frequency"])
    table = read_table(example_path(simulated.file))
    assert MODEL.simulate(truth, 200, np.random.default_rng(1995)).same(table)
    data = MODEL.parse(table)
    assert data.names == ("ABC", "ABc", "AbC", "Abc", "aBC", "aBc", "abC", "abc")
    found = climbed(data, MODEL.default(data), 300).params.frequency
    np.testing.assert_allclose(found, data.labelled.copies / 400, atol=0.03)
    thompson = read_table(example_path(MODEL.examples[0].file))
    assert thompson.numbers("count").tolist() == GOLDEN["counts"]
