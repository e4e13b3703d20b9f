"""Presets: each does what its sentence says, numbers and all; its rule on when to stop ends with it."""

import re
from dataclasses import replace

import numpy as np
import pytest

import emviz
from emviz import session as desk
from emviz.em.engine import Outcome
from emviz.em.methods import EM, method_named
from emviz.em.model import Phase
from emviz.em.optional import presets_of
from emviz.models import discover
from emviz.session import example_session

#: Letters of two lines below the panels.
ROOM = 160
MINUS = "−"


def opened(model, key):
    return desk.open_preset(example_session("coins"), model, key)


def finished(session):
    """Return the session run as R runs it."""
    steps = desk.steps(session, None)
    more = []
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return desk.extended(session, session.run, tuple(more), end.value)
        if step is not None:
            more.append(step)


def ran(model, key):
    """Return the finished session, and what its sentence says."""
    session = opened(model, key)
    return finished(session), desk.preset_named(session.model, key).look


def at_m_steps(session):
    """Return θ(0), θ(1), …"""
    return [step.params for step in session.trace if step.phase in (Phase.START, Phase.M)]


def told(look, *numbers):
    """Return whether a sentence has these numbers, as they are written there."""
    return all(re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", look) for number in numbers)


def log_p(session, places=4):
    return f"{session.step.expectation.objective:,.{places}f}".replace("-", MINUS)


def first_apart(session, distance):
    """Return the first t at which two components differ by a tenth."""
    return next(t for t, params in enumerate(at_m_steps(session)) if distance(params) > 0.1)


EVERY = [(model.key, preset.key) for model in discover() for preset in presets_of(model)]


@pytest.mark.parametrize(("model", "key"), EVERY)
def test_each_opens_and_its_sentence_fits_on_two_lines(model, key):
    session = opened(model, key)
    preset = desk.preset_named(session.model, key)
    assert len(preset.look) <= ROOM
    assert session.model.key == model
    assert len(session.trace) == 1
    assert session.method == EM


def test_two_equal_coins_stay_at_the_saddle():
    session, look = ran("coins", "alike")
    thetas = at_m_steps(session)
    assert all(params.heads.tolist() == thetas[1].heads.tolist() for params in thetas[1:])
    np.testing.assert_allclose(thetas[1].heads, [0.66, 0.66], rtol=1e-12)
    assert told(look, "0.66", log_p(session), "−31.5702")
    assert session.outcome is Outcome.CONVERGED


@pytest.mark.parametrize("key", ["hair"])
def test_a_difference_of_1e_12_grows_until_the_coins_part(key):
    session, look = ran("coins", key)
    assert session.start.heads[0] - session.start.heads[1] == pytest.approx(1e-12, rel=1e-3)
    apart = first_apart(session, lambda params: abs(np.diff(params.heads)[0]))
    assert told(look, f"{apart}")
    assert abs(np.diff(at_m_steps(session)[50].heads)[0]) < 0.01
    assert told(look, *(f"{each:.2f}" for each in session.step.params.heads))


def test_coins_that_change_their_names_have_the_same_height():
    session, look = ran("coins", "names")
    assert told(look, *(f"{each:.2f}" for each in session.step.params.heads), log_p(session))
    paper = finished(example_session("coins"))
    assert log_p(paper) == log_p(session)
    np.testing.assert_allclose(paper.step.params.heads[::-1], session.step.params.heads, atol=1e-3)


def test_two_equal_clusters_never_part():
    session, look = ran("gmm", "alike")
    mean = session.step.params.mean
    assert mean[0].tolist() == mean[1].tolist()
    assert told(look, f"{mean[0, 0]:.3f}", f"{mean[0, 1]:.2f}", log_p(session, 2))
    assert told(look, log_p(finished(example_session("gmm")), 2))


def test_a_difference_of_1e_12_grows_until_the_clusters_part():
    session, look = ran("gmm", "hair")
    apart = first_apart(session, lambda params: abs(params.mean[0, 0] - params.mean[1, 0]))
    assert told(look, f"{apart}", log_p(session, 2))


def test_a_cluster_on_a_single_point_ends_the_run():
    session = opened("gmm", "singular")
    with pytest.raises(emviz.ModelError, match="singular"):
        finished(session)


def test_two_equal_dice_never_part():
    session, look = ran("hmm", "alike")
    emission = session.step.params.emission
    np.testing.assert_allclose(emission[0], emission[1], rtol=1e-12)
    assert told(look, f"{emission[0, 5]:.4f}", log_p(session), "−513.2660")


def test_a_difference_of_1e_12_grows_until_the_dice_part():
    session, look = ran("hmm", "hair")
    apart = first_apart(session, lambda params: np.abs(params.emission[0] - params.emission[1]).max())
    assert told(look, f"{apart}", log_p(session))


def test_equal_haplotypes_never_part_and_nearly_equal_ones_do():
    session, look = ran("haplotype", "alike")
    assert session.step.params.frequency.tolist() == [0.25] * 4
    assert told(look, "0.25", log_p(session))
    parted, said = ran("haplotype", "hair")
    apart = first_apart(parted, lambda params: np.ptp(params.frequency))
    assert told(said, f"{apart}", "0.5")
    np.testing.assert_allclose(sorted(parted.step.params.frequency), [0, 0, 0.5, 0.5], atol=1e-9)
    assert told(look, log_p(parted))


def test_the_slow_tail_is_slow_and_squarem_is_not():
    session, look = ran("deaths", "slow")
    assert session.outcome is Outcome.ITERATIONS
    assert told(look, f"{session.step.index:,}")
    rates = [params.rate[0] for params in at_m_steps(session)[-3:]]
    assert told(look, f"{(rates[2] - rates[1]) / (rates[1] - rates[0]):.3f}")
    squarem = desk.set_method(opened("deaths", "slow"), method_named("squarem"))
    spent = emviz.compare("deaths", methods=["squarem"], start=squarem.start._asdict()).contenders[0].spent
    assert told(look, f"{spent[-1]}")


def test_an_end_that_looks_like_one_is_none():
    session, look = ran("deaths", "flat")
    before, last = (session.trace.step_of(t).expectation.objective for t in (449, 450))
    assert session.step.index == 450
    assert told(look, "450", f"{last - before:.5f}", f"{session.step.params.rate[0]:.3f}")
    # A rule that looks at the last gain alone takes it for the end.
    assert last - before < 1e-8 * abs(last)
    assert not desk.settled(replace(session, tolerance=1e-8))
    assert told(look, f"{ran('deaths', 'maps')[0].step.params.rate[0]:.3f}")


def test_squarem_takes_72_maps_in_the_place_of_2643():
    """As many as turboEM in R."""
    session, look = ran("deaths", "maps")
    assert (session.step.index, session.outcome) == (2643, Outcome.CONVERGED)
    methods = ("squarem", "squarem-unguarded")
    start = session.start._asdict()
    rule = {"tol": session.tolerance, "tol_on": session.tolerance_on, "iterations": session.iterations}
    guarded, bare = emviz.compare("deaths", methods=methods, start=start, **rule).contenders
    assert told(look, f"{session.step.index:,}", f"{guarded.maps}", f"{bare.maps}")
    assert (guarded.monotone, bare.monotone) == (True, False)


def test_the_fast_tail_is_fast():
    session, look = ran("linkage", "fast")
    assert session.step.index == 6
    assert "six iterations" in look
    values = [float(params[0]) for params in at_m_steps(session)[-4:-1]]
    assert told(look, f"{(values[2] - values[1]) / (values[1] - values[0]):.3f}")


def hits(session):
    """Return how many starts of the motif lie within three letters of a site of the data."""
    sites = [[int(each) for each in text.split(",")] for text in session.table.texts("sites").tolist()]
    answers = desk.answers(session, session.step.params, np.arange(session.table.rows))
    starts = [int(re.findall(r"\d+", each.completions[0])[0]) - 1 for each in answers]
    pairs = zip(starts, sites, strict=True)
    return sum(any(abs(start - site) <= 3 for site in known) for start, known in pairs)


def test_the_highest_likelihood_finds_fewer_of_the_true_sites():
    high, said = ran("motif", "highest")
    low, look = ran("motif", "most-sites")
    assert high.step.expectation.objective > low.step.expectation.objective
    assert (hits(high), hits(low)) == (15, 17)
    assert told(said, log_p(high), "15")
    assert told(look, log_p(low), "17")


def test_a_flat_ridge_keeps_the_ratio_that_it_began_with():
    one, said = ran("proteins", "one-to-one")
    three, look = ran("proteins", "three-to-one")
    shares = one.step.params.abundance, three.step.params.abundance
    assert shares[0][2] / shares[0][3] == pytest.approx(1)
    assert shares[1][2] / shares[1][3] == pytest.approx(3)
    assert told(said, f"{shares[0][2]:.4f}", log_p(one))
    assert told(look, f"{shares[1][2]:.4f}", f"{shares[1][3]:.4f}", log_p(three))
    np.testing.assert_allclose(np.delete(shares[0], [2, 3]), np.delete(shares[1], [2, 3]), rtol=1e-9)


@pytest.mark.thorough
@pytest.mark.parametrize(("key", "rho"), [("plus", "0.50"), ("minus", f"{MINUS}0.50"), ("hair", "0.50")])
def test_murrays_points_have_two_maxima(key, rho):
    """σ² = 8/3 and ρ = ±½, −2 log P = 59.948573 (without the constant 30.542540), as Murray found."""
    session, look = ran("normal", key)
    covariance = session.step.params.covariance
    assert f"{covariance[0, 1] / covariance[0, 0]:.2f}".replace("-", MINUS) == rho
    assert session.step.expectation.objective == pytest.approx(-59.948573 / 2, abs=1e-6)
    assert told(look, rho.strip(MINUS), log_p(session))
    assert rho in look
    if key == "hair":
        apart = first_apart(session, lambda params: abs(params.covariance[0, 1]))
        assert told(look, f"{apart}")


def test_murrays_points_stay_at_the_saddle_between_them():
    session, look = ran("normal", "saddle")
    np.testing.assert_allclose(session.step.params.covariance, np.diag([2.5, 2.5]), atol=1e-12)
    assert session.step.expectation.objective == pytest.approx(-60.066685 / 2, abs=1e-6)
    assert told(look, log_p(session), "−29.9743")


def test_the_rule_on_when_to_stop_comes_back_after_a_preset_with_its_own():
    before = desk.set_limits(example_session("coins"), 1e-6, 500)
    preset = desk.open_preset(before, "coins", "hair")
    assert (preset.tolerance, preset.iterations) == (0.0, 100)
    other = desk.open_preset(preset, "coins", "alike")
    example = desk.open_example(preset, "coins")
    undone = desk.undo(preset)
    for each in (other, example, undone):
        assert (each.tolerance, each.iterations, each.usual) == (1e-6, 500, None)
    redone = desk.redo(undone)
    assert (redone.tolerance, redone.iterations) == (0.0, 100)
    again = desk.open_preset(preset, "hmm", "hair")
    assert again.usual == (1e-6, 500, "gain")
    own = desk.set_limits(preset, 1e-4, 50)
    assert desk.open_example(own, "coins").iterations == 50


def test_a_preset_is_by_em_whatever_the_method_was():
    before = desk.set_method(example_session("coins"), method_named("hard"))
    assert desk.open_preset(before, "coins", "alike").method == EM


@pytest.mark.parametrize("key", ["forgotten", "column-means"])
def test_what_is_wrong_with_holes_lowers_log_p_and_a_variance(key):
    session, look = ran("normal", key)
    first, last = session.trace.step_of(0), session.step
    assert told(look, f"{MINUS}{-first.expectation.objective:.2f}", log_p(session, 2))
    assert told(look, f"{last.params.covariance[2, 2]:,.1f}", f"{first.params.covariance[2, 2]:,.1f}")


def test_the_commonest_state_in_each_hole_is_far_from_where_em_ends():
    """Of 31 known diagnoses 21 are no, and so are all 272 others: (21 + 272) / 303."""
    session, look = ran("network", "commonest")
    heart = finished(example_session("network", "heart"))
    assert session.step.params.disease[0] == pytest.approx(293 / 303)
    assert told(look, f"{293 / 303:.3f}", f"{heart.step.params.disease[0]:.3f}", "272 of 303", "31")


def test_holes_that_depend_on_what_they_hide_mislead_em():
    session, look = ran("normal", "by-value")
    before = session.model.m_step(session.data, session.model.labelled(session.data))
    assert told(look, f"{session.step.params.mean[1]:.2f}", f"{before.mean[1]:.2f}")
    assert session.truth.mean[1] == 20
