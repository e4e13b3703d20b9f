"""What is seen of proteins: the count tables with their derivations, the pictures."""

import numpy as np
import pytest
from protein_cases import (
    CHANCES,
    KINDS,
    PRESENCE,
    PROBABILITY,
    SCORE,
    SCORES,
    SHARED,
    THETA,
    at,
    example,
    parsed,
    scored,
)
from standing import stand_for

from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Look, Phase, Round, Step
from emviz.em.pictures import Landscape
from emviz.models.proteins import pairs
from emviz.models.proteins.presence import pictures as presence_pictures
from emviz.models.proteins.scores import ScoresParams
from emviz.models.proteins.shared import SharedParams
from emviz.models.proteins.shared import pictures as shared_pictures
from emviz.ui.widgets.formula import svg_of

LAYERS = {
    "shared": (SHARED, parsed(), THETA),
    "presence": (PRESENCE, parsed(PRESENCE), CHANCES),
    "scores": (SCORES, scored(), KINDS),
}
#: A, B with the same peptides, C by itself.
TWINS = (("x", "A"), ("x", "B"), ("y", "A"), ("y", "B"), ("z", "C"))


def tabled(layer, phase=Phase.M, rows=None):
    model, data, params = LAYERS[layer]
    state = at(phase, model, data, params)
    rows = np.arange(4) if rows is None else rows
    return model.count_table(data, state, rows), state


def lines_of(table, cell, places=2):
    return [line.formula for line in table.derive(cell, places).lines]


def pictured(layer, phase=Phase.M, **look):
    model, data, params = LAYERS[layer]
    return model.views(data, at(phase, model, data, params), Look(**look))


# -- the tables ----------------------------------------------------------------------------------------------


def test_the_shared_table_counts_each_pair_for_its_protein():
    table, _ = tabled("shared", rows=np.arange(7))
    assert table.observed[:2] == ("x – A · 0.9", "y – A · 0.75")
    assert [tag.text for tag in table.completions] == ["P(this)", "P(another)"]
    assert [group.heading for group in table.groups] == ["A", "B", "C"]
    np.testing.assert_allclose(table.shares[1], [0.5 / 0.8, 0.3 / 0.8])
    np.testing.assert_allclose(table.counts[1], [0.75 * 0.5 / 0.8, 0, 0])
    assert table.labels is None
    labelled = parsed(true=["A", "B", "B", "C", "C", "C", "B"])
    tags = SHARED.count_table(labelled, at(Phase.E, SHARED, labelled, THETA), np.arange(3)).labels
    assert [tag.text for tag in tags] == ["this", "another", "this"]


def test_the_presence_table_counts_proteins_and_peptides_once():
    table, _ = tabled("presence", rows=np.arange(7))
    counts = table.counts
    np.testing.assert_allclose(counts[:, :3].sum(axis=1), 1)
    # A first in row 1, B in row 3, C in row 4; x, y, z, u first in rows 1, 2, 4, 7.
    np.testing.assert_allclose(counts[:, 3:5].sum(axis=1), [1, 0, 1, 1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(counts[:, 5:].sum(axis=1), [1, 1, 0, 1, 0, 0, 1], atol=1e-12)
    assert [update.label for update in table.updates] == ["γ", "α", "β"]


def test_the_scores_table_counts_matches_and_scores():
    table, _ = tabled("scores")
    assert table.observed == ("0.5", "2.5", "−0.3", "3")
    np.testing.assert_allclose(table.counts[1], np.outer(table.shares[1], [1, 2.5]).ravel())
    named = scored(peptide=["a", "b", "c", "d"], correct=["no", "yes", "no", "yes"])
    table = SCORES.count_table(named, at(Phase.E, SCORES, named, KINDS), np.arange(2))
    assert table.observed == ("a: 0.5", "b: 2.5")
    assert [tag.text for tag in table.labels] == ["wrong", "correct"]
    assert len(table.reference) == 6


def test_of_many_proteins_the_denominator_is_one_sum():
    many = tuple((f"p{n}", f"P{n}") for n in range(9))
    data = parsed(pairs=many, probability={p: 0.5 for p, _ in many})
    table = SHARED.count_table(data, at(Phase.M, SHARED, data, SHARED.default(data)), np.arange(2))
    assert table.updates[0].terms == pytest.approx((4.5,))


# -- derivations ---------------------------------------------------------------------------------------------


@pytest.mark.unmeasured
@pytest.mark.parametrize("layer", stand_for(LAYERS, ["shared"]))
def test_formulas_can_be_typeset(layer):
    table, _ = tabled(layer)
    cells = [
        *(ShareCell(row, place) for row in range(4) for place in range(2)),
        *(CountCell(row, group) for row in range(4) for group in range(len(table.groups))),
        *(TotalCell(group) for group in range(len(table.groups))),
        *(UpdateCell(place) for place in range(len(table.updates))),
    ]
    for line in {line for cell in cells for line in table.derive(cell, 2).lines}:
        assert svg_of(line.formula, 18, "#000000").startswith("<svg")


def test_a_shared_peptide_is_derived_with_its_numbers():
    table, state = tabled("shared")
    share, counted, total, found = lines_of(table, ShareCell(1, 0))
    assert share == r"P(\mathrm{this}) = \frac{0.500}{0.500 + 0.300} = 0.625"
    assert counted == r"0.625 \cdot 0.75 \approx 0.47\,\mathrm{peptides}"
    assert total == r"0.90 + 0.47 + 0.10 \approx 1.47\,\mathrm{peptides}"
    value = f"{state.updated.abundance[0]:.3f}"
    assert found == rf"\theta_{{\mathrm{{A}}}} = \frac{{1.469}}{{1.469 + 1.341 + 0.040}} \approx {value}"
    assert lines_of(table, ShareCell(1, 1))[0] == (
        r"P(\mathrm{another}) = \frac{0.300}{0.500 + 0.300} = 0.375"
    )
    assert lines_of(table, ShareCell(0, 1))[0] == r"P(\mathrm{another}) = \frac{0}{0.500} = 0.000"
    assert lines_of(table, CountCell(1, 2))[0] == "0"
    assert lines_of(table, CountCell(1, 0))[:2] == [share, counted]


def test_a_presence_is_derived_with_its_numbers():
    table, state = tabled("presence", rows=np.arange(7))
    counts = state.base.expectation.counts
    seen, share, present, absent, gamma = lines_of(table, ShareCell(1, 0))
    # peptide y has two proteins: 1 − 0.9 · 0.3²
    assert seen == r"1 - 0.900 \cdot 0.300^{2} = 0.919"
    assert share.endswith(f"{table.shares[1, 0]:.3f}")
    assert r"y_{n} = 1" in share
    assert r"y_{n} = 0" in lines_of(table, ShareCell(1, 1))[1]
    assert present.endswith(rf"{counts.present:.2f}\,\mathrm{{present}}")
    assert absent.endswith(rf"{counts.absent:.2f}\,\mathrm{{absent}}")
    assert gamma == (
        rf"\gamma = \frac{{{counts.present:.2f}}}{{{counts.present:.2f} + {counts.absent:.2f}}} "
        rf"\approx {state.updated.gamma:.3f}"
    )
    _, giver, summed, gave, silent, alpha = lines_of(table, CountCell(1, 0))
    assert r"\frac{0.75 \cdot 0.700}" in giver
    assert giver.endswith(f"{table.counts[1, 0]:.2f}")
    assert summed.endswith(r"= 1\,\mathrm{pair}")
    assert gave.endswith(rf"{counts.gave:.2f}\,\mathrm{{gave}}")
    assert silent.endswith(rf"{counts.silent:.2f}\,\mathrm{{silent}}")
    assert alpha.endswith(f"{state.updated.alpha:.3f}")
    assert lines_of(table, CountCell(1, 1))[0] == "0"
    assert lines_of(table, CountCell(2, 2))[0] == "0"
    chance = lines_of(table, CountCell(3, 2))
    assert chance[1].startswith(r"\sum_{y} q(y) \frac{0.2 \cdot 0.100}")
    assert lines_of(table, UpdateCell(2))[-1].endswith(f"{state.updated.beta:.3f}")


def test_a_score_is_derived_with_its_numbers():
    table, state = tabled("scores")
    counts = state.base.expectation.counts
    density, bayes, ratio, counted, *_ = lines_of(table, ShareCell(1, 0))
    # (2.5 − 2)² / 1.6 = 0.15625; exp(−0.15625) / √(2π 0.8)
    assert density.endswith(r"\approx 0.3815")
    assert bayes.startswith(r"P(\mathrm{correct}) = \frac{0.400 \cdot 0.3815}{")
    assert ratio.endswith(f"{table.shares[1, 0]:.3f}")
    assert counted.startswith(rf"{table.shares[1, 0]:.3f} \cdot 1\,\mathrm{{match}}")
    labels = [update.label for update in table.updates]
    variance = lines_of(table, UpdateCell(labels.index("σ²_wrong")), 3)
    top = counts.scatter[1] + 0.1 * np.var(SCORE)
    assert variance[-1] == (
        rf"\sigma^{{2}}_{{\mathrm{{wrong}}}} = \frac{{{top:.4f}}}{{{counts.matches[1]:.4f} + 0.1}} "
        rf"\approx {state.updated.variance[1]:.4f}"
    )


@pytest.mark.parametrize(("layer", "field"), [("presence", "gave silent"), ("scores", "matches")])
def test_nothing_is_derived_of_an_m_step_that_fails(layer, field):
    model, data, params = LAYERS[layer]
    step = at(Phase.E, model, data, params).base
    counts = step.expectation.counts
    counts = counts._replace(**{name: np.zeros_like(getattr(counts, name)) for name in field.split()})
    expectation = type(step.expectation)(counts, step.expectation.objective)
    state = Round(Step(0, Phase.E, params, expectation, 0.0, 0.0), Phase.E)
    table = model.count_table(data, state, np.arange(4))
    assert not any("frac" in formula for formula in lines_of(table, TotalCell(0)))


# -- pictures ------------------------------------------------------------------------------------------------


def test_edges_are_as_wide_as_responsibilities():
    graph = pictured("shared")[0]
    assert [len(layer) for layer in graph.layers] == [4, 3]
    assert len(graph.edges) == 7
    names = [node.name for node in graph.nodes]
    found = {(names[e.source], names[e.target]): e.weight for e in graph.edges}
    assert found["y", "A"] == pytest.approx(0.5 / 0.8)
    assert graph.note.startswith("An edge is as wide")
    before = pictured("shared", Phase.START)[0]
    assert {edge.weight for edge in before.edges} == {0.3}
    assert before.note == ""


def test_a_graph_shows_what_it_has_room_for(monkeypatch):
    monkeypatch.setattr(pairs, "MOST_PEPTIDES", 3)
    graph = pictured("shared")[0]
    assert [node.name for node in graph.nodes] == ["x", "y", "z", "A", "C"]
    assert graph.note.endswith("2 of 3 proteins.")
    chosen = pictured("shared", row=6)[0]
    assert [node.name for node in chosen.nodes] == ["u", "y", "z", "B", "C"]
    monkeypatch.setattr(pairs, "MOST_PROTEINS", 1)
    assert len(pictured("shared")[0].layers[1]) == 1


def test_abundances_stand_beside_the_truth(monkeypatch):
    truth = SharedParams(np.array([0.6, 0.3, 0.1]))
    bars = pictured("shared", truth=truth)[1]
    assert bars.names == ("A", "B", "C")
    assert [marks[0].y for marks in bars.marks] == [0.6, 0.3, 0.1]
    assert bars.note == ""
    monkeypatch.setattr(shared_pictures, "MOST_BARS", 2)
    few = pictured("shared", truth=truth)[1]
    assert few.names == ("A", "B")
    assert [marks[0].y for marks in few.marks] == [0.6, 0.3]
    assert few.note == "The 2 most abundant of 3 proteins."
    assert pictured("shared")[1].marks == ()


def test_the_slice_between_twins_is_a_flat_line():
    data = parsed(pairs=TWINS)
    params = SharedParams(np.array([0.1, 0.4, 0.5]))
    state = at(Phase.E, SHARED, data, params)
    ridge = SHARED.views(data, state, Look())[-1]
    line, bound = ridge.curves
    assert ridge.title == "Flat ridge"
    assert np.ptp(line.ys) < 1e-12
    assert (line.xs[0], line.xs[-1]) == (0, 0.5)
    assert np.all(bound.ys <= line.ys[1:-1] + 1e-12)
    # The bound touches where it was made: at θ_A = 0.1.
    assert bound.ys.max() == pytest.approx(state.base.expectation.objective, abs=1e-12)
    assert bound.xs[bound.ys.argmax()] == pytest.approx(0.1)
    moved = params._replace(abundance=np.array([0.3, 0.2, 0.5]))
    place = int(np.argmin(np.abs(bound.xs - 0.3)))
    by_hand = state.base.expectation.objective + (
        SHARED.q(data, state.base.expectation.counts, moved)
        - SHARED.q(data, state.base.expectation.counts, params)
    )
    assert bound.ys[place] == pytest.approx(by_hand, rel=1e-12)
    before = SHARED.views(data, at(Phase.START, SHARED, data, params), Look())[-1]
    assert len(before.curves) == 1


def test_twins_that_are_gone_have_no_ridge():
    data = parsed(pairs=(*TWINS, ("x", "C"), ("y", "C")))
    params = SharedParams(np.array([0.0, 0.0, 1.0]))
    views = SHARED.views(data, at(Phase.E, SHARED, data, params), Look())
    assert [view.title for view in views] == ["Graph", "Abundances"]


def test_presences_are_told_after_the_e_step(monkeypatch):
    assert [view.title for view in pictured("presence", Phase.START)] == ["Graph", "Landscape"]
    graph, bars, landscape = pictured("presence", Phase.E)
    model, data, params = LAYERS["presence"]
    shares = model.posterior(data, params, np.array([0, 2, 3]))[:, 0]
    np.testing.assert_allclose([pieces[0].value for pieces in bars.bars], shares)
    np.testing.assert_allclose([node.size for node in graph.nodes[4:]], shares)
    assert isinstance(landscape, Landscape)
    monkeypatch.setattr(presence_pictures, "MOST_CELLS", 10)
    monkeypatch.setattr(presence_pictures, "MOST_BARS", 2)
    _, bars = pictured("presence", Phase.E)
    assert bars.note == "The first 2 of 3 proteins."


def test_scores_are_shared_out_under_their_densities():
    model, data, found = example("scores")
    truth = ScoresParams(*(np.array(found.truth[name]) for name in ScoresParams._fields))
    state = at(Phase.M, model, data, model.default(data))
    histogram, trust = model.views(data, state, Look(row=3, truth=truth))
    width = histogram.edges[1] - histogram.edges[0]
    assert histogram.heights.sum() * width == pytest.approx(1)
    assert [curve.name for curve in histogram.curves] == ["correct", "wrong", "", "truth"]
    assert histogram.dots[0].x == data.score[3]
    assert not histogram.plain
    wrong = trust.curves[1]
    shares = model.posterior(data, state.updated, np.arange(500))[:, 1]
    assert wrong.ys[-1] == pytest.approx(shares.mean())
    assert wrong.ys[0] == pytest.approx(shares[data.score.argmax()])
    before = model.views(data, at(Phase.START, model, data, model.default(data)), Look())[0]
    assert before.plain
    assert before.heights.shape[1] == 1
    assert before.dots == ()


def test_probabilities_stand_beside_peptides():
    graph = pictured("shared")[0]
    assert [node.detail for node in graph.nodes[:4]] == [f"{PROBABILITY[p]:.2f}" for p in "uxyz"]
