"""The pictures of the haplotypes: the slice in p_AB with all that is on it, bars, and the landscape."""

import numpy as np
import pytest
from haplotype_cases import GOLDEN, MODEL, at, climbed, example, people
from hypothesis import given, settings
from hypothesis import strategies as st

from emviz.em import engine
from emviz.em.model import Look, Phase, Round
from emviz.em.pictures import Landscape
from emviz.models.haplotype.snps import height_along, maxima, snp_line


def _views(data, params=None, phase=Phase.E, look=None):
    step = engine.start(MODEL, data, MODEL.default(data) if params is None else params)
    updated = MODEL.m_step(data, step.expectation.counts) if phase is Phase.M else None
    views = MODEL.views(data, Round(step, phase, updated), Look() if look is None else look)
    return {view.title: view for view in views}


def _kinds(view):
    return {dot.kind: dot for dot in view.dots}


@pytest.fixture(scope="module")
def thompson():
    return example("thompson")


def test_the_first_picture_is_the_slice(thompson):
    assert list(_views(thompson)) == [
        "Slice",
        "Frequencies",
        "Copies",
        "Landscape",
    ]
    assert "Copies" not in _views(thompson, phase=Phase.START)


def test_thompson_on_the_slice(thompson):
    view = _views(thompson)["Slice"]
    dots = _kinds(view)
    assert dots["optimum"].x == pytest.approx(GOLDEN["final"][0], abs=1e-9)
    assert dots["optimum"].y == pytest.approx(GOLDEN["loglik_final"], abs=1e-9)
    assert dots["optimum"].label == "maximum"
    assert (dots["other"].label, dots["other"].y) == ("H0", pytest.approx(GOLDEN["loglik_LE"], abs=1e-9))
    assert view.note.startswith("At the maximum D = −0.002564, r² = 0.001111, LR = 2 (L1 − L0) = 0.18548.")
    line = snp_line(thompson)
    assert (line.low, line.high) == pytest.approx((384 / 410 + 364 / 410 - 1, 364 / 410), abs=1e-14)


def test_the_start_is_not_on_the_line_and_every_later_theta_is(thompson):
    before, after = (_views(thompson, phase=phase)["Slice"] for phase in (Phase.E, Phase.M))
    assert "here" not in _kinds(before)
    assert before.note.endswith("one M-step brings it onto this line.")
    here = _kinds(after)["here"]
    assert here.label == "θ(1)"
    assert here.x == pytest.approx(GOLDEN["theta"][1][0], abs=1e-12)
    assert here.y == pytest.approx(GOLDEN["loglik"][1], abs=1e-8)
    assert after.note.endswith(".18548.")


def test_the_bound_touches_the_slice_and_stays_below(thompson):
    step = climbed(thompson, MODEL.default(thompson), 2)
    at_start = MODEL.views(thompson, Round(step, Phase.START), Look())[0]
    assert len(at_start.curves) == 1
    step = engine.advance(MODEL, thompson, step)
    curve, bound = MODEL.views(thompson, Round(step, Phase.E), Look())[0].curves
    assert bound.role == "bound"
    heights = np.interp(bound.xs, curve.xs, curve.ys)
    assert np.all(bound.ys <= heights + 1e-6)
    assert (heights - bound.ys).min() < 1e-3
    touched = bound.xs[np.argmin(heights - bound.ys)]
    assert touched == pytest.approx(step.params.frequency[0], abs=2 * np.diff(curve.xs).max())
    assert (
        np.argmax(bound.ys)
        == np.abs(bound.xs - MODEL.m_step(thompson, step.expectation.counts).frequency[0]).argmin()
    )


def test_both_optima_of_the_toy():
    data = example("double-heterozygotes")
    view = _views(data)["Slice"]
    tops = [dot for dot in view.dots if dot.kind == "optimum"]
    assert [dot.x for dot in tops] == pytest.approx([0, 0.5], abs=1e-12)
    assert [dot.y for dot in tops] == pytest.approx([6 * np.log(0.5)] * 2, rel=1e-12)
    assert [dot.label for dot in tops] == ["optimum", "optimum"]
    assert _kinds(view)["here"].x == _kinds(view)["other"].x == 0.25
    assert view.note.startswith("At 2 maxima of equal height D = −0.250000 or 0.250000, r² = 1.000000, LR")


@pytest.mark.thorough
@pytest.mark.unmeasured
@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=9, max_size=9), st.sampled_from([1, 1, 1000, 10**6]))
def test_the_maxima_are_all_there_are(counts, scale):
    genotypes = [f"{one} {other}" for one in ("A/A", "A/a", "a/a") for other in ("B/B", "B/b", "b/b")]
    counts[4] += 1
    data = MODEL.parse(people(*genotypes, count=[scale * count for count in counts]))
    line = snp_line(data)
    if line is None:  # one of the SNPs does not vary
        return
    found = maxima(data, line)
    assert len(found) in (1, 2)
    points = np.linspace(line.low, line.high, 2001)
    heights = height_along(data, line, points)
    padded = np.concatenate([[-np.inf], heights, [-np.inf]])
    peaks = points[(padded[1:-1] > padded[:-2]) & (padded[1:-1] > padded[2:]) & np.isfinite(heights)]
    reach = 2 * (line.high - line.low) / 2000
    for peak in peaks:
        assert np.abs(found - peak).min() <= reach
    best = height_along(data, line, found).max()
    assert best >= heights.max() - 1e-11 * max(100, abs(best))
    for top in found:
        start = line.frequencies(np.clip([top], line.low + 1e-6, line.high - 1e-6))[0]
        np.testing.assert_allclose(climbed(data, at(*start), 60).params.frequency[0], top, atol=0.02)


def test_truth_and_complete_data_are_marked():
    truth = at(0.6, 0.1, 0.1, 0.2)
    data = MODEL.parse(MODEL.simulate(truth, 100, np.random.default_rng(1)))
    views = _views(data, look=Look(truth=truth))
    dots = _kinds(views["Slice"])
    assert dots["truth"].x == 0.6
    assert dots["reference"].x == pytest.approx(data.labelled.copies[0] / 200)
    line = snp_line(data)
    assert line.low <= dots["reference"].x <= line.high
    marks = views["Frequencies"].marks
    assert [[dot.kind for dot in bar] for bar in marks] == [["truth", "reference"]] * 4
    assert [bar[0].y for bar in marks] == [0.6, 0.1, 0.1, 0.2]
    far = _views(data, look=Look(truth=at(0.01, 0.33, 0.33, 0.33)))
    assert "truth" not in _kinds(far["Slice"])


@pytest.mark.parametrize(
    "rows",
    [
        ("A/a B/b C/C", "A/A B/B C/c"),
        ("A/a B/b", "A/A -"),
        ("A/A B/B", "a/a b/b"),
        ("A/C B/b", "A/a B/b"),
        ("A/a", "A/A"),
    ],
)
def test_there_is_no_slice_where_it_would_not_be_complete(rows):
    views = _views(MODEL.parse(people(*rows)))
    assert next(iter(views)) == "Frequencies"


def test_a_genotype_that_nobody_has_does_not_make_a_snp_vary():
    data = MODEL.parse(people("A/A B/b", "A/a B/b", count=[3, 0]))
    assert len(data.names) == 4
    assert snp_line(data) is None


def test_frequencies_and_copies(thompson):
    views = _views(thompson, phase=Phase.M)
    bars = views["Frequencies"]
    assert bars.names == ("AB", "Ab", "aB", "ab")
    np.testing.assert_allclose([bar[0].value for bar in bars.bars], GOLDEN["theta"][1], atol=1e-12)
    assert bars.note == ""
    copies = views["Copies"]
    assert [[part.value for part in bar] for bar in copies.bars] == [
        [338, 2.5],
        [41, 2.5],
        [21, 2.5],
        [0, 2.5],
    ]
    assert [[part.hidden for part in bar] for bar in copies.bars] == [[False, True]] * 4


def test_of_many_haplotypes_the_most_frequent_are_drawn():
    data = MODEL.parse(people("A/a B/b C/c D/d E/e"))
    frequency = np.full(32, 0.5 / 8)
    frequency[:24] = 0.5 / 24
    views = _views(data, at(*frequency))
    bars = views["Frequencies"]
    assert len(bars.names) == 24
    assert set(data.names[24:]) < set(bars.names)
    assert bars.note == "The 24 most frequent; the other 8 have 0.167 together."
    assert len(views["Copies"].bars) == 24
    assert not any(isinstance(view, Landscape) for view in views.values())


def test_the_landscape_starts_in_the_middle_and_around(thompson):
    landscape = _views(thompson)["Landscape"]
    assert [entry.index for entry in landscape.entries] == [(0,), (1,), (2,), (3,)]
    assert landscape.starts[0].frequency.tolist() == [0.25] * 4
    assert len({tuple(start.frequency) for start in landscape.starts}) == 7
