"""The sentence under the pictures: what has happened, what comes next."""

import numpy as np
import pytest
from shared import FIGURE_1

from emviz import session as desk
from emviz.em.engine import Outcome
from emviz.em.methods import method_named
from emviz.models.coins import Coins
from emviz.narration import figure, number, objective_name, sentence


@pytest.fixture
def steps():
    sessions = [desk.example_session()]
    for _ in range(4):
        sessions.append(desk.step(sessions[-1]))
    return sessions


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        (0, ["θ(0) is a guess: θ_A = 0.60, θ_B = 0.50.", "Next, the E-step asks which coin"]),
        (1, ["E-step 1 done.", "at θ(0).", "Next, the M-step"]),
        (2, ["M-step 1 done.", "θ_A = 0.71, θ_B = 0.58.", "the E-step asks again which coin"]),
        (3, ["E-step 2 done.", "at θ(1).", "Next, the M-step"]),
    ],
)
def test_each_phase_is_told(steps, place, parts):
    told = sentence(steps[place])
    assert [part for part in parts if part not in told] == []


def test_a_replayed_step_is_told_like_the_first_time(steps):
    again = desk.seek(steps[-1], 1)
    assert sentence(again) == sentence(steps[1])


def test_equal_coins_are_named():
    session = desk.set_start(desk.example_session(), {"heads": np.array([0.6, 0.6])})
    for _ in range(2):
        session = desk.step(session)
    assert "θ_A = 0.66, θ_B = 0.66" in sentence(session)
    assert sentence(session).endswith("Both coins are equal: EM cannot tell them apart from here.")


def test_the_end_of_a_run_is_told_with_what_is_to_be_remarked():
    session = desk.set_start(desk.example_session(), {"heads": np.array([0.6, 0.6])})
    assert sentence(run(session)).endswith(
        "EM has converged: the last iteration gained no more than rounding. "
        "Both coins are equal: EM cannot tell them apart from here."
    )


def run(session):
    more = tuple(desk.steps(session, None, lambda: False))
    return desk.extended(session, session.run, more, Outcome.CONVERGED)


def test_convergence_is_told_with_its_gain():
    told = sentence(run(desk.example_session()))
    # log P(θ(10)) = −31.57020050348, log P(θ(11)) = −31.57020027706, and −31.57020023600 where it ends.
    assert told.endswith(
        "EM has converged: the last iteration gained 2.3×10⁻⁷ nats, about 4.1×10⁻⁸ nats may be left."
    )


def test_rounding_is_told_as_the_end():
    session = run(desk.set_limits(desk.example_session(), 1e-15, 1000))
    assert sentence(session).endswith("EM has converged: the last iteration gained no more than rounding.")


def stopped(iterations, tolerance=0.0):
    session = desk.set_limits(desk.example_session(), tolerance, iterations)
    more = tuple(desk.steps(session, None, lambda: False))
    return sentence(desk.extended(session, session.run, more, Outcome.ITERATIONS))


def test_stopping_early_is_no_convergence():
    # 0.00286 nats by a run that goes on.
    assert stopped(5).endswith(
        "Stopped after 5 iterations, as asked; not yet converged. About 0.0046 nats may be left."
    )
    assert stopped(1).endswith("as asked; not yet converged. Nothing can be told yet of what is left.")
    assert stopped(100).endswith(
        "Stopped after 100 iterations, as asked; the last one gained no more than rounding."
    )


def test_learned_weights_are_told():
    session = desk.set_model(desk.example_session(), {"weights": "learned"})
    assert "w_A = 0.50, w_B = 0.50, θ_A = 0.60" in sentence(session)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-31.859, 2, "−31.86"), (0.5, 1, "0.5"), (-0.0001, 2, "0.00"), (21.297, 1, "21.3")],
)
def test_numbers_have_a_true_minus_and_no_minus_zero(value, decimals, text):
    assert number(value, decimals) == text


def test_a_failing_m_step_leaves_the_sentence_intact():
    session = desk.set_start(desk.example_session(), {"heads": np.array([1.0, 0.5])})
    session = desk.step(desk.step(session))
    assert session.failure is not None
    assert "E-step 1 done." in sentence(session)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 2, "0"),
        (-0.0, 2, "0"),
        (1.2345, 2, "1.2"),
        (-1.2345, 3, "\N{MINUS SIGN}1.23"),
        (1234.5, 2, "1235"),
        (0.000123, 2, "0.00012"),
        (0.0000123, 2, "1.2×10⁻⁵"),
        (-3.4e-12, 1, "\N{MINUS SIGN}3×10⁻¹²"),
        (5e-324, 2, "4.9×10⁻³²⁴"),
    ],
)
def test_a_figure_has_so_many_significant_digits(value, digits, text):
    assert figure(value, digits) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0996, "0.10"), (9.96, "10"), (9.96e-5, "0.00010"), (9.96e-6, "1.0×10⁻⁵"), (-9.96e-9, "−1.0×10⁻⁸")],
)
def test_a_figure_that_is_rounded_up_to_a_power_of_ten_gets_no_digit_more(value, text):
    assert figure(value) == text


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_has_no_digits_is_told_as_it_is(value):
    assert figure(value) == str(value)


def test_hard_em_is_told_without_probabilities():
    session = desk.new_session(Coins(), FIGURE_1, "hard", method=method_named("hard"))
    session = desk.step(session)
    assert sentence(session) == (
        "E-step 1 done. Of each set only the likeliest completion at θ(0) was counted, and it whole. "
        "Next, the M-step counts these completions as if they had been observed."
    )
    session = desk.step(session)
    assert sentence(session).startswith("M-step 1 done. The counts were treated as if")
    assert objective_name(session) == "max log P(x, z)"
    assert "Hard EM has converged" in sentence(run(session))
