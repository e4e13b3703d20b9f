"""The sentence under the pictures: what has happened, what comes next."""

import numpy as np
import pytest
from shared import FIGURE_1

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.convergence.ending import Ending, Place
from emviz.em.domains import Simplex, Unit
from emviz.em.engine import Outcome
from emviz.em.methods import BY_HALVES, method_named
from emviz.models import discover
from emviz.models.coins import Coins
from emviz.models.gmm import GaussianMixture
from emviz.wording.narration import ROOM, objective_name, sentence
from emviz.wording.numbers import figure, number, with_powers


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
        (1, ["E-step 1 done.", "Each set was shared between the coins.", "Next, the M-step"]),
        (
            2,
            [
                "M-step 1 done.",
                "Most changed: the bias θ_A = 0.71 (was 0.60).",
                "the E-step asks again which",
            ],
        ),
        (3, ["E-step 2 done.", "Each set was shared between the coins.", "Next, the M-step"]),
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
    assert "Most changed: the bias θ_A = 0.66 (was 0.60)." in sentence(session)
    assert sentence(session).endswith("Both coins are equal: EM cannot tell them apart from here.")


def test_the_end_of_a_run_is_told_with_what_is_to_be_remarked():
    session = desk.set_start(desk.example_session(), {"heads": np.array([0.6, 0.6])})
    assert sentence(run(session)).endswith(
        "EM has converged: the last iteration gained no more than rounding. "
        "Both coins are equal: EM cannot tell them apart from here."
    )


def run(session):
    more = tuple(desk.steps(session, None))
    return desk.extended(session, session.run, more, Outcome.CONVERGED)


def test_convergence_is_told_with_its_gain():
    told = sentence(run(desk.example_session()))
    # log P(θ(10)) = −31.57020050348, log P(θ(11)) = −31.57020027706, and −31.57020023600 where it ends.
    assert told.endswith(
        "EM has converged: the last iteration gained 2.3×10⁻⁷ nats, about 4.1×10⁻⁸ nats may be left. "
        "A small gain proves no maximum."
    )


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place.MAXIMUM, "This is a maximum, perhaps a local one."),
        (Place.SADDLE, "This is a saddle, no maximum."),
        (Place.RIDGE, "This is a ridge, flat in one direction."),
        (Place.BORDER, "This is on the border of the domain."),
        (Place.SLOPE, "A small gain proves no maximum: there is more to gain."),
        (Place.UNKNOWN, "A small gain proves no maximum."),
    ],
)
def test_convergence_is_told_with_where_it_ended(place, said):
    session = run(desk.example_session())
    assert sentence(session, ending=Ending(place, np.empty(0))).endswith(f" nats may be left. {said}")
    # A class that is to guess is not told.
    guessing = desk.show(session, session.display.unveil(False))
    told = sentence(guessing, ending=Ending(place, np.empty(0)))
    assert told.endswith("gained 2.3×10⁻⁷ nats. A small gain proves no maximum.")


def test_where_a_mistake_comes_to_rest_nothing_is_promised():
    session = run(desk.example_session("normal", "column-means"))
    said = sentence(session)
    assert "It has come to rest: the last iteration changed log P by −3.5×10⁻⁶ nats." in said
    assert "may be left" not in said


def test_convergence_by_the_step_of_theta_says_so():
    """The deaths of the Times, a step of 3e-4: a hundredth of a nat below the maximum, −1989.945860."""
    session = run(desk.set_limits(desk.example_session("deaths"), 3e-4, 1000, on="theta"))
    assert session.step.expectation.objective < -1989.9458599 - 0.01
    moved = [desk.stride_of(desk.seek(session, session.cursor - back)) for back in (2, 0)]
    assert moved[1] <= 3e-4 < moved[0]
    assert sentence(session).endswith(
        "EM has converged: the last step of θ was 0.00030 long. A small step proves no maximum."
    )


def test_rounding_is_told_as_the_end():
    session = run(desk.set_limits(desk.example_session(), 1e-15, 1000))
    assert sentence(session).endswith(
        "EM has converged: the last iteration gained no more than rounding. A small gain proves no maximum."
    )


def stopped(iterations, tolerance=0.0):
    session = desk.set_limits(desk.example_session(), tolerance, iterations)
    more = tuple(desk.steps(session, None))
    return sentence(desk.extended(session, session.run, more, Outcome.ITERATIONS))


def test_stopping_early_is_no_convergence():
    # 0.00286 nats by a run that goes on.
    assert stopped(5).endswith(
        "Stopped after 5 iterations, as asked; not yet converged. About 0.0046 nats may be left."
    )
    assert stopped(1).endswith("as asked; not yet converged. The remaining gain cannot be estimated yet.")
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
    assert sentence(session, row(session)) == (
        "E-step 1 done. Each set counts whole for its likeliest coin: 3 for A, 2 for B. "
        "Next, the M-step counts these completions as if they had been observed."
    )
    assert sentence(session).startswith(
        "E-step 1 done. Only the likeliest completion of each set was counted."
    )
    session = desk.step(session)
    assert sentence(session).startswith("M-step 1 done. Most changed: the bias θ_A = 0.80 (was 0.60).")
    assert objective_name(session) == "max log P(x, z)"
    session = desk.step(session)
    assert "No set changed its likeliest coin." in sentence(session, row(session))
    assert "Hard EM has converged" in sentence(run(session))


def row(session):
    """Return what the E-step at the θ on display has most to tell of."""
    return list(desk.telling(session))[-1]


def test_the_first_steps_of_the_paper_word_for_word():
    told, session = [], desk.example_session()
    for _ in range(5):
        told.append(sentence(session, row(session)))
        session = desk.step(session)
    # P(A) of set 4 is .352 at (0.60, 0.50) and .190 at (0.713, 0.581): the paper's Figure 1b, and by hand.
    assert told == [
        "θ(0) is a guess: θ_A = 0.60, θ_B = 0.50. Next, the E-step asks which coin was tossed in each set; "
        "the M-step then estimates θ anew.",
        "E-step 1 done. Each set was shared between the coins; most divided: set 1, P(B) 0.55. "
        "Next, the M-step counts these shares as if they had been observed.",
        "M-step 1 done. Most changed: the bias θ_A = 0.71 (was 0.60). "
        "Next, the E-step asks again which coin was tossed in each set.",
        "E-step 2 done. No set changed its likeliest coin; most changed: set 4, P(B) 0.81 (was 0.65). "
        "Next, the M-step counts these shares as if they had been observed.",
        "M-step 2 done. Most changed: the bias θ_A = 0.75 (was 0.71). "
        "Next, the E-step asks again which coin was tossed in each set.",
    ]


def test_of_rows_that_are_divided_alike_none_is_the_most_divided():
    equal = desk.step(desk.open_preset(desk.example_session(), "coins", "alike"))
    told = sentence(equal, row(equal))
    assert told.startswith("E-step 1 done. Each set was shared between the coins, all equally divided. ")


def at(key, example, steps, method="em"):
    session = desk.set_method(desk.example_session(key, example), method_named(method))
    for _ in range(steps):
        session = desk.step(session)
    return sentence(session, row(session))


@pytest.mark.parametrize(
    ("key", "example", "steps", "method", "told"),
    [
        ("coins", "three-coins", 3, "em", "Set 7 is now most likely coin B (0.51, was 0.36); 9 more"),
        ("coins", "three-coins", 3, "hard", "Set 1 is now counted for coin B, and was for coin C; 9 more"),
        ("motif", "crp", 3, "em", "The site in sequence pbr322 moved to start 54 (0.84, was 0.15); 3"),
        ("gmm", "faithful", 3, "em", "Point 3 is now most likely cluster A (0.59, was 0.49). Next"),
        ("modules", "cyano", 3, "em", "Gene slr2067 is now most likely module A (0.68, was 0.37);"),
        ("abo", "textbook", 3, "em", "No phenotype changed its likeliest genotype; most changed: phenotype"),
        ("network", "candies", 3, "hard", "No case changed its likeliest completion."),
        ("network", "clinic", 3, "hard", "as smoke yes, lung no, …, and was as smoke no, lung no, … Next"),
        ("network", "crimes", 0, "em", "θ(0) is a guess at 6 parameters, and 756 cases will improve it."),
        ("proteins", "scores", 1, "hard", "for its likeliest kind: 204 correct, 296 wrong. Next"),
        ("proteins", "scores", 3, "hard", "Match p131 is now counted as wrong, and was as correct; 13 more"),
        ("profile", "globins", 1, "em", "most divided: sequence HBB_MANSP, P(path) < 0.01. Next"),
        ("gmm", "faithful-holes", 4, "em", "the variance of eruptions in cluster A = 0.21 (was 0.51)."),
        ("gmm", "faithful-waiting", 2, "em", "the variance of waiting in all clusters = 121.42 (was"),
        ("normal", "murray", 3, "em", "row 5, y ≈ 0.21 ± 1.57 (was 0.20 ± 1.57). Next"),
        ("normal", "murray", 2, "hard", "Most changed: the variance of x = 1.68 (was 2.50)."),
        ("linkage", "dlr1977", 3, "em", "Most changed: cell 1, P(1/2) 0.77 (was 0.80)."),
        ("linkage", "dlr1977", 3, "hard", "Nothing changed in the table."),
        ("poisson", "cholera", 3, "em", "Most changed, by less than 0.01: value 1, P(seen) 0.63."),
        ("poisson", "horse-kicks", 1, "em", "The units of the top group were shared between its values"),
        ("haplotype", "double-heterozygotes", 3, "em", "Nothing changed in the table. A saddle:"),
        ("proteins", "scores", 5, "em", "Match p36 is now most likely wrong (0.5020, was 0.4965)."),
        ("proteins", "presence", 2, "em", "Most changed: γ (a protein is present) = 0.52 (was 0.50)."),
        ("proteins", "scores", 2, "em", "Most changed: the mean of the scores of wrong matches = 0.48 (was"),
        ("gmm", "faithful", 2, "em", "Most changed: cov(eruptions, waiting) in cluster A = 5.11 (was 0.00)."),
        ("hmm", "casino", 1, "em", "Each roll was shared between the dice; most divided: roll 44, P(A) 0.50"),
        ("hmm", "casino", 3, "em", "Roll 115 is now most likely die B (0.51, was 0.45); 11 more turned too."),
        ("hmm", "casino", 2, "em", "Next, the E-step asks again which die was rolled each time."),
        ("hmm", "evenings", 3, "em", "Most changed: evening 2, P(A) 0.77 (was 0.81)."),
        ("hmm", "casino", 2, "em", "Most changed: P(begins in A) = 0.17 (was 0.50)."),
        ("profile", "globin-window", 2, "em", "Most changed: P(K at node 35) = 0.80 (was 0.06)."),
        ("tomography", "phantom", 2, "em", "Most changed: the activity of pixel 32,1 = 23.73 (was 58.61)."),
        ("profile", "globin-window", 0, "em", "a guess at 1,018 parameters, and 45 sequences will improve"),
    ],
)  # fmt: skip
def test_models_speak_of_their_data_in_their_words(key, example, steps, method, told):
    assert told in at(key, example, steps, method)


def test_a_small_change_is_said_to_be_small():
    session = run(desk.example_session("coins", "one-coin"))
    session = desk.step(session)
    told = sentence(session, row(session))
    assert "No set changed its likeliest coin; most changed, by less than 0.01: set " in told


def test_where_theta_stands_still_nothing_is_said_to_change():
    session = desk.set_method(desk.example_session("poisson", "cholera"), method_named("hard"))
    session = desk.set_limits(session, 0.0, 1000)
    for _ in range(4):
        session = desk.step(session)
    assert sentence(session).startswith("M-step 2 done. θ did not change. Next, the E-step asks again")


def test_a_remark_that_begins_with_a_symbol_keeps_it():
    session = desk.set_method(desk.example_session("hmm", "casino"), method_named("hard"))
    assert "rounding. a_A,B is 0, and a transition of probability 0 stays at 0." in sentence(run(session))


def test_a_long_name_is_cut_and_not_the_sentence():
    long = "a name as long as some files have them"
    table = Table.from_columns({long: [1.0, 2.0, 8.0, 9.5], "b": [1.0, 2.5, 7.0, 9.0], "gene": [long] * 4})
    session = desk.step(desk.new_session(GaussianMixture(), table, "long"))
    told = sentence(session, row(session))
    assert "most divided: point a name as long as…, P(" in told
    told = sentence(desk.step(session))
    assert long not in told
    assert len(told) <= ROOM


CASES = [
    (model.key, example.key, method.key)
    for model in discover()
    for example in model.examples
    for method in BY_HALVES
    if not method.refusal(model, None) and example.key not in ("cloverleaf", "fork", "globins")
]


@pytest.mark.parametrize(("key", "example", "method"), CASES)
def test_what_an_m_step_changed_most_is_found_by_hand(key, example, method):
    session = desk.set_method(desk.example_session(key, example), method_named(method))
    session = desk.step(desk.step(session))
    if session.failure:
        return
    told = sentence(session, None)
    if "Most changed" not in told:
        assert "converged" in told or "did not change" in told
        return
    best = max(_changed(session), key=lambda each: each[0])
    places = session.display.decimals + 1
    moved = f"{best[1]} = {number(best[2], places)} (was {number(best[3], places)})"
    assert moved in told or "less than" in told


def _changed(session):
    """Yield for every entry how far it moved, its name, and its value now and before."""
    before = session.round.base.params
    for place, parameter in enumerate(session.model.parameters(session.data)):
        for index in parameter.free:
            now, was = float(session.step.params[place][index]), float(before[place][index])
            probability = isinstance(parameter.domain, Simplex | Unit)
            scale = 1.0 if probability else max(abs(now), abs(was)) or 1.0
            yield abs(now - was) / scale, parameter.said(index), now, was


def test_an_example_is_spoken_of_in_its_own_words_until_other_data_are_opened():
    session = desk.example_session("hmm", "casino")
    assert desk.words_of(session).unit == "roll"
    other = desk.new_session(session.model, session.table, "mine.csv")
    assert desk.words_of(other) is session.model.words


def test_what_the_e_step_asks_is_a_question_in_every_model():
    for model in discover():
        words = [model.words, *(example.words for example in model.examples if example.words is not None)]
        for question in (each.question for each in words):
            assert {"how", "what", "where", "which"}.intersection(question.split()[:2]), question


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("π_A = 7.67e-34 is on the border", "π_A = 7.67×10⁻³⁴ is on the border"),
        ("1e-09, 2.5e+16.", "1×10⁻⁹, 2.5×10¹⁶."),
        ("gene1e5, 1e5x and 0.25 stay", "gene1e5, 1e5x and 0.25 stay"),
    ],
)
def test_powers_of_ten_are_set_as_such_in_a_sentence(printed, text):
    assert with_powers(printed) == text
