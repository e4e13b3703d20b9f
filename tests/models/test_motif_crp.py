"""The CRP set: an independent trace, the annotated sites, and that the highest likelihood is not all."""

import numpy as np
import pytest
from motif_cases import CRP, CRP_DATA, GOLDEN, best_starts, climbed, hits, seed_of

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.em import engine
from emviz.models.motif import MotifParams, tools

pytestmark = pytest.mark.unmeasured


@pytest.fixture(scope="module")
def walked():
    steps = [engine.start(CRP, CRP_DATA, seed_of(GOLDEN["seed_word"]))]
    while steps[-1].index < len(GOLDEN["loglik"]) - 1:
        steps.append(engine.advance(CRP, CRP_DATA, steps[-1]))
    return list(engine.iterations_of(steps))


def test_the_data():
    np.testing.assert_allclose(CRP_DATA.background, GOLDEN["background"], rtol=0, atol=1e-12)
    assert [list(own) for own in CRP_DATA.sites] == GOLDEN["sites_1based"]
    np.testing.assert_array_equal(seed_of(GOLDEN["seed_word"]).letters, GOLDEN["theta0"])


def test_golden_trace(walked):
    heights = [step.expectation.objective for step in walked]
    np.testing.assert_allclose(heights, GOLDEN["loglik"], rtol=0, atol=1e-7)
    for t, name in ((1, "theta1"), (5, "theta5"), (len(walked) - 1, "theta_final")):
        np.testing.assert_allclose(walked[t].params.letters, GOLDEN[name], rtol=0, atol=1e-10)


def test_golden_sites(walked):
    np.testing.assert_array_equal(best_starts(CRP, CRP_DATA, walked[0].params), GOLDEN["resp0"])
    found = best_starts(CRP, CRP_DATA, walked[-1].params)
    np.testing.assert_array_equal(found, GOLDEN["starts_final_1based"])
    posterior = CRP.posterior(CRP_DATA, walked[-1].params, np.arange(18))
    np.testing.assert_allclose(posterior.max(axis=1), GOLDEN["post_final"], rtol=0, atol=1e-9)
    assert hits(CRP_DATA, found) == GOLDEN["hits_within3"] == 16


def test_golden_complete_case():
    """The golden one counts the last annotated site of each sequence, emviz the first one."""
    table = read_table(example_path("crp0.fasta"))
    backwards = [",".join(map(str, reversed(own))) for own in CRP_DATA.sites]
    data = CRP.parse(table.with_column("sites", backwards))
    found = CRP.m_step(data, CRP.labelled(data)).letters
    np.testing.assert_allclose(found, GOLDEN["complete_theta"], rtol=0, atol=1e-11)
    assert CRP_DATA.labels == tuple(own[0] for own in GOLDEN["sites_1based"])


def _from(name, start):
    row = [str(each) for each in CRP_DATA.names].index(name)
    return climbed(CRP, CRP_DATA, seed_of(CRP_DATA.sequence(row)[start - 1 : start + 21]), 300)


def test_the_highest_likelihood_is_not_the_best_biology():
    best = GOLDEN["all_seeds"]
    highest, truer = _from(*best["best_seed"]), _from("ompa", 51)
    assert highest.expectation.objective == pytest.approx(best["best"], abs=5e-4)
    assert hits(CRP_DATA, best_starts(CRP, CRP_DATA, highest.params)) == best["best_hits"] == 15
    assert truer.expectation.objective == pytest.approx(-2471.458, abs=5e-4)
    assert hits(CRP_DATA, best_starts(CRP, CRP_DATA, truer.params)) == 17


def test_the_default_is_out_of_phase_and_a_shift_finds_the_highest_likelihood():
    first = climbed(CRP, CRP_DATA, CRP.default(CRP_DATA), 200)
    assert first.expectation.objective == pytest.approx(-2473.950, abs=5e-4)
    (finding,) = tools.use("shift-left", CRP_DATA, first.params, 0.0, "log P")
    second = climbed(CRP, CRP_DATA, finding.start, 200)
    assert second.expectation.objective == pytest.approx(GOLDEN["all_seeds"]["best"], abs=5e-4)
    moved = best_starts(CRP, CRP_DATA, first.params) - best_starts(CRP, CRP_DATA, second.params)
    assert np.count_nonzero(moved == 1) >= 14


@pytest.mark.thorough
def test_every_word_as_a_seed():
    found = list(CRP.use("seeds", CRP_DATA, CRP.default(CRP_DATA), np.random.default_rng(0)))
    last, golden = found[-1], GOLDEN["best_multistart"]
    assert len(found) > 50
    assert [finding.fraction for finding in found] == sorted(finding.fraction for finding in found)
    assert last.fraction == 1
    assert last.words.startswith("1,512 of 1,512 words tried, 3 iterations each. The best is AATGTGAG")
    name, start = golden["seed"]
    assert f"({name}, start {start}), with log P " in last.words
    (picture,) = last.views
    assert picture.plain
    assert picture.heights.sum() == 1512
    final = climbed(CRP, CRP_DATA, last.start, 300)
    assert final.expectation.objective == pytest.approx(golden["loglik"], abs=1e-7)
    np.testing.assert_array_equal(best_starts(CRP, CRP_DATA, final.params), golden["starts"])
    np.testing.assert_allclose(final.params.letters, golden["theta"], rtol=0, atol=1e-6)
    assert isinstance(last.start, MotifParams)
