"""The LD test: the published numbers, the exact permutation distribution, and EM on many tables at once."""

from itertools import product
from math import comb, erf

import numpy as np
import pytest
from haplotype_cases import GOLDEN, MODEL, climbed, example, people

from emviz.em.domains import ParameterError
from emviz.em.pictures import Histogram
from emviz.em.tools import Equipped, Finding
from emviz.models.haplotype import climbing
from emviz.models.haplotype.climbing import climb
from emviz.models.haplotype.ld import REPLICATES, permutation_p, varying_pair
from emviz.models.haplotype.snps import height_along, highest, line_of, linkage_words, maxima, snp_line
from emviz.models.haplotype.twoloci import disequilibrium, drawn_tables, known_of, optima


def _findings(data, seed=0):
    return list(MODEL.use("ld", data, MODEL.default(data), np.random.default_rng(seed)))


@pytest.fixture(scope="module")
def thompson():
    return varying_pair(example("thompson"))


def test_the_published_numbers_of_thompson(thompson):
    best, ratio = optima(thompson, thompson.table[None])
    np.testing.assert_allclose(best[0], GOLDEN["final"], rtol=0, atol=2e-9)
    assert ratio[0] == pytest.approx(GOLDEN["LR"], abs=1e-9)
    assert disequilibrium(thompson, best[0]) == pytest.approx((GOLDEN["D"], 0.00111081), abs=5e-9)
    assert thompson.freedom == 1
    assert thompson.loci == ("snp1", "snp2")


def _tables_with_margins(rows, columns):
    """Yield every 3 × 3 table with these margins and its probability under permutation."""
    total = sum(rows)
    fixed = comb(total, columns[0]) * comb(total - columns[0], columns[1])
    for a, b, c, d in product(*(range(min(rows[i], columns[j]) + 1) for i in (1, 2) for j in (1, 2))):
        table = np.array([[0, 0, 0], [0, a, b], [0, c, d]])
        table[1:, 0] = [rows[1] - a - b, rows[2] - c - d]
        table[0] = columns - table.sum(axis=0)
        if table.min() < 0:
            continue
        ways = 1
        for size, line in zip(rows, table.tolist(), strict=True):
            ways *= comb(size, line[0]) * comb(size - line[0], line[1])
        yield table, ways / fixed


def test_the_permutation_distribution_is_the_exact_one(thompson):
    rows, columns = ([int(x) for x in side] for side in (thompson.rows, thompson.columns))
    # Given the columns, each arrangement of the column labels among the people is equally likely.
    tables, chances = zip(*_tables_with_margins(rows, np.array(columns)), strict=True)
    assert sum(chances) == pytest.approx(1, rel=1e-12)
    ratios = optima(thompson, np.array(tables, dtype=float))[1]
    exact = sum(p for p, ratio in zip(chances, ratios, strict=True) if ratio >= GOLDEN["LR"] - 1e-6)
    assert exact == pytest.approx(GOLDEN["perm"]["p"], abs=4 * np.sqrt(0.2 / 9999))
    drawn = drawn_tables(thompson, 20_000, np.random.default_rng(8))
    np.testing.assert_array_equal(drawn.sum(axis=1), np.tile(columns, (20_000, 1)))
    np.testing.assert_array_equal(drawn.sum(axis=2), np.tile(rows, (20_000, 1)))
    found = optima(thompson, drawn)[1]
    assert permutation_p(found, GOLDEN["LR"]) == pytest.approx(exact, abs=4 * np.sqrt(0.2 / 20_000))
    mean = sum(p * table for p, table in zip(chances, tables, strict=True))
    np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=0.08)


def test_the_tool_in_the_end():
    findings = _findings(example("thompson"))
    assert all(isinstance(finding, Finding) for finding in findings)
    fractions = [finding.fraction for finding in findings]
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert fractions == sorted(set(fractions))
    assert len(fractions) >= 10
    words = findings[-1].words
    assert words.endswith(
        "snp1 and snp2: LR = 2 (L1 − L0) = 0.18548; χ² with 1 degree of freedom gives p = 0.66671. "
        "D = −0.002564, r² = 0.001111."
    )
    p = float(words.split()[3])
    assert p == pytest.approx(0.72, abs=0.02)
    assert "(9,999 permutations)" in words
    (histogram,) = findings[-1].views
    assert isinstance(histogram, Histogram)
    assert histogram.heights.shape == (len(histogram.edges) - 1, 1)
    assert histogram.heights.sum() == REPLICATES
    assert histogram.dots[0].x == pytest.approx(GOLDEN["LR"], abs=1e-9)
    assert histogram.curves[0].ys.sum() == pytest.approx(REPLICATES, rel=0.05)
    assert findings[0].views[0].heights.sum() == 0
    assert findings[-1].start is None


def test_a_seed_gives_the_same_permutations():
    data = example("thompson")
    one, again, other = (_findings(data, seed)[-1].words for seed in (1, 1, 2))
    assert one == again != other


def test_the_toy_has_but_one_permutation():
    """Everyone is heterozygous twice, so nothing changes hands: LR is high, and so in every permutation."""
    words = _findings(example("double-heterozygotes"))[-1].words
    assert words.startswith("Permutation p = 1.0000")
    assert f"LR = 2 (L1 − L0) = {12 * np.log(2):.5f}" in words
    # AB with ab, or Ab with aB: the data cannot tell which.
    assert words.endswith("D = −0.250000 or 0.250000, r² = 1.000000 at 2 maxima of equal height.")


def test_of_two_maxima_the_higher_one_alone_is_told():
    genotypes = ("A/a B/b", "A/A B/B", "a/a b/b", "A/A b/b", "a/a B/B")
    data = MODEL.parse(people(*genotypes, count=[20, 2, 2, 1, 1]))
    line = snp_line(data)
    np.testing.assert_allclose(maxima(data, line), [0.09904006, 0.45839615], atol=1e-8)
    np.testing.assert_allclose(highest(line), [0.45839615], atol=1e-8)
    # D = 0.45839615 − 1/2 · 1/2, r² = D² / (1/2)⁴.
    assert _findings(data)[-1].words.endswith("D = 0.208396, r² = 0.694863.")


def test_maxima_of_equal_height_may_differ_in_r_squared():
    line = varying_pair(example("double-heterozygotes"))
    assert linkage_words(line_of(line), np.array([0.0, 0.4])) == (
        "D = −0.250000 or 0.150000, r² = 1.000000 or 0.360000"
    )


def test_a_chi_squared_probability_too_small_for_a_float_says_so():
    genotypes = ("A/A B/B", "a/a b/b")
    data = MODEL.parse(people(*genotypes, count=[900, 900]))
    words = next(MODEL.use("ld", data, MODEL.default(data), np.random.default_rng(0))).words
    assert f"LR = 2 (L1 − L0) = {2 * 3600 * np.log(2):.5f}" in words
    assert "of freedom gives p < 1e−307." in words


def test_a_climb_takes_the_place_of_one_at_rest(monkeypatch):
    """However few are worked on together, each ends where it ends alone."""
    genotypes = [f"{one} {other}" for one in ("A/A", "A/a", "a/a") for other in ("B/B", "B/b", "b/b")]
    pair = varying_pair(MODEL.parse(people(*genotypes, count=[3, 4, 2, 5, 30, 4, 1, 6, 2])))
    tables = drawn_tables(pair, 40, np.random.default_rng(2))
    known = known_of(pair, tables.reshape(40, -1))
    begun = np.random.default_rng(3).dirichlet(np.ones(4), 40)
    together = climb(known, np.arange(40), begun, 1e-10)
    for few in (1, 7, 60):
        monkeypatch.setattr(climbing, "TOGETHER", few)
        np.testing.assert_array_equal(climb(known, np.arange(40), begun, 1e-10), together)
    for one in range(0, 40, 7):
        alone = known_of(pair, tables[[one]].reshape(1, -1))
        for _ in range(3000):
            begun[one] = _iterated(alone, begun[one])
        np.testing.assert_allclose(together[one], begun[one], rtol=0, atol=1e-8)


def _iterated(known, frequency):
    copies = known.copies[0].copy()
    for (h, k, i, j), held in zip(known.phases.T, known.held, strict=True):
        one, other = frequency[h] * frequency[k], frequency[i] * frequency[j]
        copies[[h, k]] += held * one / (one + other)
        copies[[i, j]] += held * other / (one + other)
    return copies / copies.sum()


def test_of_many_alleles_permutations_are_shuffled_people():
    """Fewer people than combinations: against the expected table, and with the margins of the sample."""
    rng = np.random.default_rng(6)
    rows = [f"{a}/{b} {c}/{d}" for a, b, c, d in rng.integers(1, 7, (60, 4))]
    pair = varying_pair(MODEL.parse(people(*rows)))
    assert pair.people < pair.table.size
    drawn = drawn_tables(pair, 4000, rng)
    np.testing.assert_array_equal(drawn.sum(axis=1), np.tile(pair.columns, (4000, 1)))
    np.testing.assert_array_equal(drawn.sum(axis=2), np.tile(pair.rows, (4000, 1)))
    expected = np.outer(pair.rows, pair.columns) / 60
    spread = np.sqrt(expected / 4000)
    assert np.all(np.abs(drawn.mean(axis=0) - expected) < 6 * spread + 1e-12)
    # The variance of a cell of such a table: that of the hypergeometric distribution.
    variance = expected * np.outer(1 - pair.rows / 60, 1 - pair.columns / 60) * 60 / 59
    assert drawn.var(axis=0).sum() == pytest.approx(variance.sum(), rel=0.02)


def test_tables_of_many_alleles_are_climbed_as_by_themselves():
    rng = np.random.default_rng(7)
    rows = [f"{a}/{b} {c}/{d}" for a, b, c, d in rng.integers(1, 6, (40, 4))]
    pair = varying_pair(MODEL.parse(people(*rows)))
    tables = drawn_tables(pair, 12, rng)
    best, ratios = optima(pair, tables)
    for table, frequency, ratio in zip(tables, best, ratios, strict=True):
        alone = optima(pair, table[None])
        np.testing.assert_allclose(frequency, alone[0][0], rtol=0, atol=1e-9)
        assert ratio == pytest.approx(alone[1][0], abs=1e-8)


def test_strong_disequilibrium_is_found():
    words = _findings(example("three-snps"))[-1].words
    assert words.startswith("Permutation p = 0.0001")
    assert "p = 6.0e−07" in words


@pytest.mark.parametrize("seed", range(4))
def test_the_batch_finds_the_best_optimum_of_the_line(seed):
    """Against the roots of the cubic, table by table."""
    genotypes = [f"{one} {other}" for one in ("A/A", "A/a", "a/a") for other in ("B/B", "B/b", "b/b")]
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 5, 9) + 10 * (np.arange(9) == 4)
    data = MODEL.parse(people(*genotypes, count=counts))
    pair = varying_pair(data)
    tables = drawn_tables(pair, 20, rng)
    ratios = optima(pair, tables)[1]
    for table, ratio in zip(tables, ratios, strict=True):
        one = MODEL.parse(people(*genotypes, count=table.ravel()))
        line = snp_line(one)
        heights = height_along(one, line, np.append(maxima(one, line), line.independent))
        assert ratio == pytest.approx(2 * (heights[:-1].max() - heights[-1]), abs=1e-6)


def test_a_climb_that_would_never_end_is_stopped():
    """Three roots of the cubic in one, where there are as many double heterozygotes as others: EM creeps."""
    rows = ["A/A B/B", "A/A b/b", "a/a B/B", "a/a b/b"]
    data = MODEL.parse(people(*rows, "A/a B/b", count=[1, 1, 1, 1, 4]))
    pair = varying_pair(data)
    np.testing.assert_allclose(maxima(data, snp_line(data)), [0.25], atol=1e-4)
    best, ratio = optima(pair, pair.table[None])
    np.testing.assert_allclose(best, [[0.25] * 4], atol=1e-12)
    assert ratio[0] == pytest.approx(0, abs=1e-12)


def test_more_alleles_against_em_over_all_people():
    rng = np.random.default_rng(5)
    alleles = (["A", "C", "G"], ["x", "y", "z"])
    haplotypes = list(product(*alleles))
    chances = rng.dirichlet(np.full(9, 0.7))
    both = rng.choice(9, (80, 2), p=chances)
    rows = [" ".join(f"{haplotypes[h][i]}/{haplotypes[k][i]}" for i in (0, 1)) for h, k in both]
    data = MODEL.parse(people(*rows))
    pair = varying_pair(data)
    best, ratio = optima(pair, pair.table[None])
    assert pair.freedom == (len(pair.one) - 1) * (len(pair.other) - 1)
    ends = [climbed(data, MODEL.start(data, np.random.default_rng(s)), 400) for s in range(6)]
    top = max(end.expectation.objective for end in ends)
    names = [f"{a}{b}" for a in data.alleles[0] for b in data.alleles[1]]
    chance = dict(zip(names, pair.independent, strict=True))
    floor = MODEL.e_step(
        data, MODEL.make_params({"frequency": np.array([chance[name] for name in data.names])})
    ).objective
    assert ratio[0] == pytest.approx(2 * (top - floor), abs=1e-5)
    assert best[0].sum() == pytest.approx(1, abs=1e-12)
    words = next(MODEL.use("ld", data, MODEL.default(data), rng)).words
    assert f"χ² with {pair.freedom} degrees of freedom" in words
    assert "D =" not in words


def test_people_with_missing_genotypes_are_left_out():
    full = ["A/a B/b", "A/A B/b", "a/a b/b", "A/a B/B"] * 3
    words = _findings(MODEL.parse(people(*full, "A/a -", "A/. b/b")))[-1].words
    alone = _findings(MODEL.parse(people(*full)))[-1].words
    assert words == f"{alone} 12 people tested; 2 left out for missing genotypes."


def test_of_many_loci_the_first_two_that_vary_are_varying_pair():
    data = MODEL.parse(people("X/X A/a B/b C/c", "X/X A/A B/B C/c"))
    assert varying_pair(data).loci == ("locus2", "locus3")


@pytest.mark.parametrize(
    ("rows", "counts", "reason"),
    [
        (("A/a B/B", "A/A B/B"), [1, 1], "the LD test needs two loci with two or more alleles each"),
        (("A/a -", "A/A B/b"), [1, 1], "among the 1 people without missing genotypes, locus1 and locus2"),
        (("A/a -", "A/A B/b"), [1, 0], "among the 0 people without missing genotypes, locus1 and locus2"),
    ],
)
def test_where_there_is_nothing_to_test(rows, counts, reason):
    data = MODEL.parse(people(*rows, count=counts))
    with pytest.raises(ParameterError) as caught:
        MODEL.use("ld", data, MODEL.default(data), np.random.default_rng(0))
    assert str(caught.value).startswith(reason)


def test_there_is_one_tool():
    assert isinstance(MODEL, Equipped)
    assert [tool.key for tool in MODEL.tools] == ["ld"]
    data = example("thompson")
    with pytest.raises(ParameterError, match="haplotype has no tool 'hwe'; it has ld"):
        MODEL.use("hwe", data, MODEL.default(data), np.random.default_rng(0))


def test_what_chi_squared_expects_stands_in_the_middle_of_each_bin():
    (histogram,) = _findings(example("thompson"))[-1].views
    (curve,) = histogram.curves
    np.testing.assert_allclose(curve.xs, histogram.edges[:-1] + np.diff(histogram.edges) / 2, rtol=1e-12)
    tops = [erf(np.sqrt(edge / 2)) for edge in histogram.edges]
    np.testing.assert_allclose(curve.ys, REPLICATES * np.diff(tops), rtol=1e-6)


def test_the_last_block_is_as_long_as_what_is_left(monkeypatch):
    monkeypatch.setattr("emviz.models.haplotype.ld.BLOCK", 4000)
    findings = _findings(example("thompson"))
    assert [round(finding.fraction * REPLICATES) for finding in findings] == [0, 4000, 8000, REPLICATES]
