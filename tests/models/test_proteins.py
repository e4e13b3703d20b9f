"""Protein identification: the three layers against enumerations, published-style lessons, labels, data."""

import json
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from protein_cases import (
    CHANCES,
    HELD,
    KINDS,
    PAIRS,
    PRESENCE,
    PROBABILITY,
    SCORE,
    SCORES,
    SHARED,
    THETA,
    at,
    climbed,
    completions,
    example,
    parsed,
    scored,
    table,
)

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em.model import Phase
from emviz.models.proteins import examples
from emviz.models.proteins.pairs import twins
from emviz.models.proteins.presence import PresenceParams, lattice, steps
from emviz.models.proteins.scores import ScoresParams
from emviz.models.proteins.shared import SharedParams
from emviz.testing.scene import slack

SURE = dict.fromkeys(PROBABILITY, 1.0)
GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "proteins.json").read_text("utf-8"))

# -- shared: which protein a peptide came from ---------------------------------------------------------------


def test_shared_e_step_is_that_of_all_origins():
    """With every peptide certain the objective is the logarithm of the sum over all choices of parents."""
    data = parsed(probability=SURE)
    abundance = dict(zip("ABC", THETA.abundance, strict=True))
    every = [
        (choice, np.prod([abundance[n] for n in choice])) for choice in product(*(HELD[p] for p in HELD))
    ]
    total = sum(p for _, p in every)
    found = SHARED.e_step(data, THETA)
    assert found.objective == pytest.approx(np.log(total), rel=1e-13)
    wanted = [sum(p * choice.count(n) for choice, p in every) / total for n in "ABC"]
    np.testing.assert_allclose(found.counts.peptides, wanted, rtol=1e-13)
    own = [
        sum(p for choice, p in every if choice[list(HELD).index(peptide)] == n) / total
        for peptide, n in PAIRS
    ]
    np.testing.assert_allclose(SHARED.posterior(data, THETA, np.arange(7))[:, 0], own, rtol=1e-13)
    best, height = max(every, key=lambda pair: pair[1])
    counts = SHARED.complete(data, THETA)
    np.testing.assert_array_equal(counts.peptides, [best.count(n) for n in "ABC"])
    assert SHARED.q(data, counts, THETA) == pytest.approx(np.log(height), rel=1e-13)


def test_a_peptide_counts_as_much_as_it_is_probable():
    data = parsed()
    found = SHARED.e_step(data, THETA)
    logs = {"x": np.log(0.5), "y": np.log(0.8), "z": 0.0, "u": np.log(0.3)}
    assert found.objective == pytest.approx(sum(PROBABILITY[p] * logs[p] for p in logs), rel=1e-13)
    wanted = [0.9 + 0.75 * 0.5 / 0.8 + 0.2 * 0.5, 0.75 * 0.3 / 0.8 + 0.2 * 0.3 + 1, 0.2 * 0.2]
    np.testing.assert_allclose(found.counts.peptides, wanted, rtol=1e-13)
    np.testing.assert_allclose(SHARED.m_step(data, found.counts).abundance, np.array(wanted) / 2.85)


def test_indistinguishable_proteins_lie_on_a_flat_ridge():
    model, data, _ = example("shared")
    assert data.twins == ((2, 3),)
    starts = [np.array([0.2, 0.2, held, 0.3 - held, 0.1, 0.2]) for held in (0.05, 0.15, 0.28)]
    ends = [climbed(model, data, SharedParams(start), 200)[-1] for start in starts]
    heights = [end.expectation.objective for end in ends]
    np.testing.assert_allclose(heights, heights[0], rtol=1e-12)
    pairs = np.array([end.params.abundance[2:4] for end in ends])
    np.testing.assert_allclose(pairs.sum(axis=1), pairs[0].sum(), rtol=1e-9)
    np.testing.assert_allclose(pairs[:, 0] / pairs.sum(axis=1), [0.05 / 0.3, 0.5, 0.28 / 0.3], rtol=1e-9)
    assert "C and D have the same peptides" in model.remark(data, ends[0].params)


def test_a_protein_without_a_peptide_of_its_own_vanishes():
    model, data, _ = example("shared")
    found = climbed(model, data, model.default(data), 200)[-1].params.abundance
    assert found[4] < 1e-12
    model, data, _ = example("cases")
    found = dict(
        zip(
            data.pairs.proteins,
            climbed(model, data, model.default(data), 3000)[-1].params.abundance,
            strict=True,
        )
    )
    assert found["subset"] < 1e-6
    assert found["subsumed"] < 1e-6
    assert found["alike1"] == found["alike2"] > 0.05


def test_true_proteins_are_read():
    data = parsed(true=["A", "B", "B", "C", "C", "C", "B"])
    np.testing.assert_allclose(SHARED.labelled(data).peptides, [0.9, 1.75, 0.2])
    told = parsed(true=["A", "B", "?", "C", "?", "", "B"])  # a row that tells tells of its peptide
    np.testing.assert_allclose(SHARED.labelled(told).peptides, [0.9, 1.75, 0.2])
    assert SHARED.labelled(parsed(true=["B", "B", "B", "C", "C", "C", "B"])) is None  # B does not hold x
    with pytest.raises(DataError, match="another true protein") as error:
        parsed(true=["A", "A", "B", "C", "C", "C", "B"])
    assert (error.value.row, error.value.column) == (3, "true")


def test_shared_answers_rank_the_proteins_of_the_peptide():
    told = SHARED.answers(parsed(), THETA, np.array([5, 0]))
    assert told[0].completions == ("A", "B", "C")
    np.testing.assert_allclose(told[0].shares, THETA.abundance)
    assert (told[1].completions, told[1].shares) == (("A",), (1.0,))


def test_shared_needs_two_proteins_and_a_peptide():
    with pytest.raises(DataError, match="only one protein"):
        parsed(pairs=(("x", "A"), ("y", "A")))
    with pytest.raises(DataError, match="probability 0"):
        parsed(probability=dict.fromkeys(PROBABILITY, 0.0))


def test_without_twins_there_is_nothing_to_remark():
    assert SHARED.remark(parsed(), THETA) is None
    assert PRESENCE.remark(parsed(PRESENCE), CHANCES) is None


def test_peptides_of_probability_0_tell_no_proteins_apart():
    pairs = (("x", "A"), ("x", "B"), ("y", "B"))
    assert twins(parsed(pairs=pairs).pairs) == ()
    assert twins(parsed(pairs=pairs, probability={"x": 1, "y": 0}).pairs) == ((0, 1),)


# -- presence: which proteins are there ----------------------------------------------------------------------


@pytest.mark.parametrize("chances", [CHANCES, PresenceParams(*map(np.array, (0.7, 0.3, 0.6)))])
def test_presence_e_step_is_that_of_all_vectors_and_givers(chances):
    data = parsed(PRESENCE)
    every = list(completions(chances))
    total = sum(p for _, p in every)
    found = PRESENCE.e_step(data, chances)
    assert found.objective == pytest.approx(np.log(total), rel=1e-12)

    def mean(count):
        return sum(p * count(*done) for done, p in every) / total

    wanted = [
        mean(lambda y, gave, chance: sum(y)),
        mean(lambda y, gave, chance: 3 - sum(y)),
        mean(lambda y, gave, chance: sum(gave)),
        mean(lambda y, gave, chance: y[0] * 3 + y[1] * 3 + y[2] - sum(gave)),
        mean(lambda y, gave, chance: sum(chance)),
        mean(lambda y, gave, chance: 4 - sum(chance)),
    ]
    np.testing.assert_allclose(found.counts[:6], wanted, rtol=1e-12)
    present = [mean(lambda y, gave, chance, n=n: y["ABC".index(n)]) for _, n in PAIRS]
    np.testing.assert_allclose(PRESENCE.posterior(data, chances, np.arange(7))[:, 0], present, rtol=1e-12)
    weighed = steps.weighed(data, chances)
    gave = [mean(lambda y, gave, chance, r=r: gave[r]) for r in range(7)]
    np.testing.assert_allclose(steps.given(data, chances, weighed), gave, rtol=1e-12)
    chance = [mean(lambda y, gave, chance, p=p: chance[list(HELD).index(p)]) for p in sorted(HELD)]
    np.testing.assert_allclose(steps.by_chance(data, chances, weighed), chance, rtol=1e-12)


def test_presence_q_is_the_expected_log_joint():
    data = parsed(PRESENCE)
    counts = PRESENCE.e_step(data, CHANCES).counts
    other = PresenceParams(*map(np.array, (0.25, 0.4, 0.3)))
    now, then = list(completions(CHANCES)), list(completions(other))
    total = sum(p for _, p in now)
    wanted = sum(p / total * np.log(q) for (_, p), (_, q) in zip(now, then, strict=True) if p > 0)
    assert PRESENCE.q(data, counts, other) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    "chances",
    [(0.4, 0.7, 0.1), (0.6, 0.3, 0.2), (0.6, 0.2, 0.3), (0.9, 0.45, 0.8), (0.05, 0.9, 0.4), (0.5, 0.95, 0.9)],
)
@pytest.mark.parametrize("likely", [False, True])
def test_presence_hard_em_takes_the_likeliest_completion(chances, likely):
    probability = {"x": 0.9, "y": 0.95, "z": 0.98, "u": 0.9} if likely else PROBABILITY
    params = PresenceParams(*map(np.array, chances))
    data = parsed(PRESENCE, probability=probability)
    counts = PRESENCE.complete(data, params)
    best = max(p for _, p in completions(params, probability))
    assert PRESENCE.q(data, counts, params) == pytest.approx(np.log(best), rel=1e-12)
    assert counts.present + counts.absent == 3
    assert counts.chance + counts.quiet == 4


def test_components_are_independent():
    """Two copies of the pairs under other names: twice the height, twice the counts."""
    copy = tuple((p + "'", n + "'") for p, n in PAIRS)
    twice = parsed(
        PRESENCE,
        pairs=(*PAIRS, *copy),
        probability=PROBABILITY | {p + "'": c for p, c in PROBABILITY.items()},
    )
    one, both = (PRESENCE.e_step(data, CHANCES) for data in (parsed(PRESENCE), twice))
    assert both.objective == pytest.approx(2 * one.objective, rel=1e-13)
    np.testing.assert_allclose(both.counts, 2 * np.array(one.counts), rtol=1e-13)


@pytest.mark.parametrize("edge", list(product((0.0, 1.0), (0.0, 0.3, 1.0), (0.0, 0.2, 1.0))))
def test_chances_of_0_and_1_are_weighed_without_a_complaint(edge):
    data = parsed(PRESENCE, probability={"x": 0.9, "y": 0.75, "z": 0.2, "u": 0.6})
    params = PresenceParams(*map(np.array, edge))
    found = PRESENCE.e_step(data, params)
    assert np.isfinite(found.objective)
    assert np.isfinite(PRESENCE.q(data, found.counts, params))


def test_what_is_certain_and_impossible_is_said():
    """β = 0, and no protein may be present: then u, which was surely seen, was given by nobody."""
    data = parsed(PRESENCE)
    params = PresenceParams(*map(np.array, (0.0, 0.5, 0.0)))
    assert PRESENCE.e_step(data, params).objective == -np.inf


def tags(model, data, params, rows):
    labels = model.count_table(data, at(Phase.START, model, data, params), np.arange(rows)).labels
    return [tag and tag.text for tag in labels]


@pytest.mark.parametrize("gap", ["", "NA", "?"])
def test_labels_of_some_peptides_are_shown_and_make_no_reference(gap):
    data = parsed(true=["A", gap, "B", gap, gap, gap, gap])  # pairs xA yA yB zC zA zB uB
    assert tags(SHARED, data, THETA, 7) == ["this", "another", "this", None, None, None, None]
    assert SHARED.labelled(data) is None
    assert parsed(true=[gap] * 7).true is None


@pytest.mark.parametrize(
    ("true", "said"),
    [
        (["A", "Q", "", "", "", "", ""], "column true holds 'Q', which is no protein here: it is set aside"),
        (["", "", "", "", "", "", "C"], "column true: C does not hold u, as it says: it is set aside"),
        (["A", "", "", "", "", "", "B"], None),
    ],
)
def test_labels_of_shared_that_do_not_fit_are_set_aside_with_a_sentence(true, said):
    assert SHARED.labels_aside(table(true=true)) == said
    assert (SHARED.parse(table(true=true)).true is None) == (said is not None)


def test_labels_need_pairs():
    assert SHARED.labels_aside(Table.from_columns({"true": ["A"]})) is None


@pytest.mark.parametrize("gap", ["", "NA", "?"])
def test_labels_of_some_proteins_are_shown_and_make_no_reference(gap):
    kinds = ["gave", gap, "absent", gap, "silent", gap, gap]  # pairs xA yA yB zC zA zB uB
    data = parsed(PRESENCE, true=kinds)
    assert tags(PRESENCE, data, CHANCES, 7) == [
        "present", "present", "absent", None, "present", "absent", "absent",
    ]  # fmt: skip
    assert PRESENCE.labelled(data) is None
    assert PRESENCE.labels_aside(table(true=kinds)) is None
    assert PRESENCE.labels_aside(table(true=["A"] * 7)) == (
        "column true holds 'A', which is none of absent, silent, gave: it is set aside"
    )


def test_the_labels_of_presence_tell_all():
    kinds = ["gave", "silent", "absent", "gave + chance", "silent + chance", "absent + chance", "absent"]
    data = parsed(PRESENCE, probability=PROBABILITY | {"u": 0.3}, true=kinds)
    counts = PRESENCE.labelled(data)
    np.testing.assert_array_equal(counts[:6], [2, 1, 2, 2, 1, 3])
    assert counts.evidence == pytest.approx(np.log(0.9 * 0.25 * 0.2 * 0.7))
    assert data.absent.tolist() == [0, 0, 1, 0, 0, 1, 1]
    np.testing.assert_allclose(PRESENCE.m_step(data, counts), [2 / 3, 0.5, 0.25])


def test_labels_of_presence_may_be_of_no_use():
    assert parsed(PRESENCE, true=["A"] * 7).absent is None
    none = parsed(PRESENCE, probability=PROBABILITY | {"u": 0.5}, true=["absent"] * 7)
    assert PRESENCE.labelled(none) is None
    sure = ["gave", "silent", "absent", "silent", "silent", "absent", "absent"]  # u was surely seen
    assert PRESENCE.labelled(parsed(PRESENCE, true=sure)) is None


@pytest.mark.parametrize(
    ("kinds", "words", "row"),
    [
        (["gave", "absent", "gave", "gave", "gave", "gave", "gave"], "both present and absent", 2),
        (["gave", "gave", "gave + chance", "gave", "gave", "gave", "gave"], "by chance and not", 3),
    ],
)
def test_labels_of_presence_must_not_contradict_each_other(kinds, words, row):
    with pytest.raises(DataError, match=words) as error:
        parsed(PRESENCE, true=kinds)
    assert (error.value.row, error.value.column) == (row, "true")


def test_more_than_twelve_tied_proteins_are_too_many():
    chain = [(f"p{n // 2:02d}", f"P{(n + 1) // 2:02d}") for n in range(26)]
    probability = {p: 0.5 for p, _ in chain}
    assert len(parsed(PRESENCE, pairs=chain[:23], probability=probability).lattice.ones) == 2**12
    with pytest.raises(DataError, match="ties 13 proteins together") as error:
        parsed(PRESENCE, pairs=chain, probability=probability)
    assert (error.value.row, error.value.column) == (24, "protein")


def test_too_many_cells_are_refused(monkeypatch):
    monkeypatch.setattr(lattice, "MOST_CELLS", 20)
    with pytest.raises(DataError, match="32 presence vectors times peptides"):
        parsed(PRESENCE)


def test_no_protein_present_leaves_alpha_undefined():
    data = parsed(PRESENCE)
    counts = PRESENCE.e_step(data, CHANCES).counts._replace(gave=np.array(0.0), silent=np.array(0.0))
    with pytest.raises(ZeroDivisionError, match="leaves α undefined"):
        PRESENCE.m_step(data, counts)


def test_proteins_that_are_there_are_mostly_found():
    model, data, found = example("presence")
    best = climbed(model, data, model.default(data), 200)[-1]
    rows = np.unique(data.pairs.protein, return_index=True)[1]
    shares = model.posterior(data, best.params, rows)[:, 0]
    truth = data.absent[rows] == 0
    assert ((shares > 0.5) == truth).mean() > 0.75
    assert shares[truth].mean() > shares[~truth].mean() + 0.3
    assert found.truth == examples.PRESENCE


def test_presence_twins_are_told():
    data = parsed(PRESENCE, pairs=(("x", "A"), ("x", "B")))
    assert PRESENCE.remark(data, CHANCES).startswith("the proteins A and B have the same peptides")
    shares = PRESENCE.posterior(data, CHANCES, np.arange(2))
    np.testing.assert_allclose(shares[0], shares[1], rtol=1e-14)


# -- scores: which matches are correct -----------------------------------------------------------------------


def scores_joint(params, row, k):
    gap = (SCORE[row] - params.mean[k]) ** 2 / params.variance[k]
    return params.weight[k] * np.exp(-0.5 * gap) / np.sqrt(2 * np.pi * params.variance[k])


def scores_prior(params):
    spread = np.var(SCORE)
    return -0.5 * 0.1 * (np.log(params.variance) + spread / params.variance).sum()


def test_scores_e_step_is_that_of_all_assignments():
    data = scored()
    every = [
        (z, np.prod([scores_joint(KINDS, row, k) for row, k in enumerate(z)]))
        for z in product((0, 1), repeat=4)
    ]
    total = sum(p for _, p in every)
    found = SCORES.e_step(data, KINDS)
    assert found.objective == pytest.approx(np.log(total) + scores_prior(KINDS), rel=1e-13)
    shares = (
        np.array([[sum(p for z, p in every if z[row] == k) for k in range(2)] for row in range(4)]) / total
    )
    np.testing.assert_allclose(SCORES.posterior(data, KINDS, np.arange(4)), shares, rtol=1e-12)
    means = np.array(SCORE) @ shares / shares.sum(axis=0)
    np.testing.assert_allclose(found.counts.matches, shares.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.counts.mean, means, rtol=1e-12)
    scatter = [(shares[:, k] * (SCORE - means[k]) ** 2).sum() for k in range(2)]
    np.testing.assert_allclose(found.counts.scatter, scatter, rtol=1e-11)
    best, height = max(every, key=lambda pair: pair[1])
    counts = SCORES.complete(data, KINDS)
    np.testing.assert_array_equal(counts.matches, np.bincount(best, minlength=2))
    assert SCORES.q(data, counts, KINDS) == pytest.approx(np.log(height) + scores_prior(KINDS), rel=1e-12)
    updated = SCORES.m_step(data, found.counts)
    np.testing.assert_allclose(updated.variance, (scatter + 0.1 * np.var(SCORE)) / (shares.sum(axis=0) + 0.1))


def test_scores_say_where_they_are():
    data = scored()
    assert SCORES.remark(data, KINDS) is None
    assert "changed places" in SCORES.remark(data, KINDS._replace(mean=KINDS.mean[::-1]))
    same = KINDS._replace(mean=np.zeros(2), variance=np.ones(2))
    assert "cannot tell them apart" in SCORES.remark(data, same)


def test_a_kind_without_matches_stops_the_m_step():
    data = scored()
    counts = SCORES.e_step(data, KINDS).counts._replace(matches=np.array([0.0, 4.0]))
    with pytest.raises(ZeroDivisionError, match="no correct matches are left"):
        SCORES.m_step(data, counts)


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        (["yes", "no", "no", "yes"], [0, 1, 1, 0]),
        ([1, 0, 0, 1], [0, 1, 1, 0]),
        (["Correct", "wrong", "wrong", "correct"], [0, 1, 1, 0]),
        (["good", "bad", "bad", "good"], [1, 0, 0, 1]),
    ],
)
def test_correct_matches_are_read(written, kinds):
    assert scored(correct=written).kind.tolist() == kinds


def test_labels_of_scores_may_be_missing_or_of_one_kind():
    some = scored(correct=["yes", "", "no", "no"])
    assert some.kind.tolist() == [0, -1, 1, 1]
    assert SCORES.labelled(some) is None
    assert SCORES.labelled(scored(correct=["yes"] * 4)) is None
    table = Table.from_columns({"score": [0.5, 2.5, -0.3, 3.0], "correct": ["a", "b", "c", "a"]})
    assert SCORES.parse(table).kind is None
    assert SCORES.labels_aside(table).startswith("column correct has 3 different kinds and the model has 2")
    mixed = Table.from_columns({"score": [0.5, 2.5, -0.3], "correct": ["Yes", "no", "yes"]})
    assert SCORES.labels_aside(mixed) is None


@pytest.mark.parametrize(
    ("scores", "words", "row"),
    [
        ([1.0], "two scores at least", None),
        ([2.0, 2.0], "all scores are the same", None),
        ([2.0, np.nan], "expected a number", 2),
        (["1", "x"], "number", 2),
    ],
)
def test_scores_that_cannot_be_used(scores, words, row):
    with pytest.raises(DataError, match=words) as error:
        SCORES.parse(Table.from_columns({"score": scores}))
    assert error.value.row == row


# -- pairs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "words", "row"),
    [
        ({"peptide": ["a", ""], "protein": ["A", "B"]}, "a peptide is needed", 2),
        ({"peptide": ["a", "b"], "protein": [" ", "B"]}, "a protein is needed", 1),
        ({"peptide": ["a", "a"], "protein": ["A", "A"]}, "earlier row", 2),
        (
            {"peptide": ["a", "b"], "protein": ["A", "B"], "probability": [0.5, 1.5]},
            "from 0 to 1, got 1.5",
            2,
        ),
        ({"peptide": ["a"], "protein": ["A"], "probability": ["1.0000001"]}, "got 1.0000001", 1),
        (
            {"peptide": ["a", "b"], "protein": ["A", "B"], "probability": [np.nan, 0.5]},
            "got an empty cell",
            1,
        ),
        (
            {"peptide": ["a", "a"], "protein": ["A", "B"], "probability": [0.5, 0.6]},
            "has 0.5 in another row",
            2,
        ),
        ({"protein": ["A", "B"]}, "peptide", None),
        ({"peptide": [], "protein": []}, "no rows", None),
    ],
)
def test_pairs_that_cannot_be_used(columns, words, row):
    with pytest.raises(DataError, match=words) as error:
        SHARED.parse(Table.from_columns(columns))
    assert error.value.row == row


def test_without_probabilities_every_peptide_counts_as_one():
    data = SHARED.parse(Table.from_columns({"peptide": ["a", "b"], "protein": ["A", "B"]}))
    assert data.weight.tolist() == [1, 1]


# -- examples and golden traces ------------------------------------------------------------------------------


def test_the_simulated_examples_are_drawn_again():
    for key, drawn in {
        "shared": examples.drawn(22, np.random.default_rng(2003)),
        "presence": PRESENCE.simulate(
            PresenceParams(**{k: np.array(v) for k, v in examples.PRESENCE.items()}),
            160,
            np.random.default_rng(2010),
        ),
        "scores": SCORES.simulate(
            ScoresParams(**{k: np.array(v) for k, v in examples.SCORES.items()}),
            500,
            np.random.default_rng(2002),
        ),
    }.items():
        _, _, found = example(key)
        shipped = read_table(example_path(found.file))
        assert shipped.names == drawn.names
        for name in shipped.names:
            if shipped.is_numeric(name):
                np.testing.assert_allclose(shipped.numbers(name), drawn.numbers(name), atol=0.005001)
            else:
                assert shipped.texts(name).tolist() == drawn.texts(name).tolist()


def test_sets_of_proteins_tell_no_more_than_their_members():
    for abundance, sets in examples.FAMILIES.values():
        assert sum(sets.values()) == pytest.approx(1)
        for held, share in sets.items():
            for other in held:
                assert (
                    not abundance
                    or not examples.FAMILIES[other][0]
                    or examples.FAMILIES[other][1][held] == share
                )


@pytest.mark.parametrize("key", ["shared", "cases", "presence", "scores"])
def test_golden_traces(key):
    """Computed with dictionaries, one peptide or one presence vector after the other."""
    model, data, _ = example(key)
    path = climbed(model, data, model.default(data), 10)
    for step, known in zip(path, GOLDEN[key], strict=True):
        assert step.expectation.objective == pytest.approx(known["objective"], rel=1e-10)
        for name, value in known.items():
            if name != "objective":
                np.testing.assert_allclose(getattr(step.params, name), value, rtol=1e-9, atol=1e-12)
    heights = [step.expectation.objective for step in path]
    assert all(after >= before - slack(before) for before, after in pairwise(heights))


def test_layers_ignore_each_others_labels():
    file = example_path("proteins_shared.csv")
    assert PRESENCE.labelled(PRESENCE.parse(read_table(file))) is None
    assert SHARED.labelled(SHARED.parse(read_table(example_path("proteins_presence.csv")))) is None
    assert [model.label_column for model in (SHARED, PRESENCE, SCORES)] == ["true", "true", "correct"]
    assert table().names == ("peptide", "protein", "probability")
