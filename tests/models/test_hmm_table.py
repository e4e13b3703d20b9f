"""The count table of the hidden Markov model, its derivations, its answers and its pictures."""

import re
import warnings

import numpy as np
import pytest
from hmm_cases import example, steps_table
from standing import stand_for

from emviz.data.table import Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Look, Phase, Round
from emviz.em.pictures import Graph, Histogram, Matrix, Ribbon
from emviz.models.hmm import HiddenMarkov
from emviz.models.hmm.data import CategoricalParams, GaussianParams

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it reads its font in a way that Python is about to drop
    from ziamath.zmath import Latex

# Two states, a then b, by hand: f_1 = (2/3, 1/3); p_2 = (2/3, 1/3), times (1/2, 3/4) is (1/3, 1/4), so that
# c_2 = 7/12 and f_2 = (4/7, 3/7); b_1 = (33/35, 39/35); γ_1 = (22/35, 13/35); ξ = (16, 6; 4, 9) / 35.
HAND = CategoricalParams(
    np.array([0.5, 0.5]), np.array([[0.8, 0.2], [0.4, 0.6]]), np.array([[0.5, 0.5], [0.25, 0.75]])
)


def round_of(model, data, params, phase=Phase.M):
    step = engine.advance(model, data, engine.start(model, data, params))
    return Round(step, phase, engine.advance(model, data, step).params if phase is Phase.M else None)


def by_hand(places=3, model=HiddenMarkov(), **columns):  # noqa: B008
    data = model.parse(Table.from_columns(columns or {"symbol": ["a", "b"]}))
    rows = np.arange(2 if data.by_step else len(data.lengths))
    table = model.count_table(data, round_of(model, data, HAND), rows)
    return lambda cell: [line.formula for line in table.derive(cell, places).lines], table


def test_the_table_by_hand():
    _, table = by_hand()
    np.testing.assert_allclose(table.shares * 35, [[22, 13], [20, 15]], rtol=1e-12)
    assert [group.heading for group in table.groups] == [
        "from A",
        "from B",
        "emits in A",
        "emits in B",
        "first step",
    ]
    np.testing.assert_allclose(
        table.counts * 35,
        [[16, 6, 4, 9, 22, 0, 13, 0, 22, 13], [0, 0, 0, 0, 0, 20, 0, 15, 0, 0]],
        rtol=1e-12,
        atol=1e-12,
    )
    labels = ["π_A", "π_B", "a_A,A", "a_A,B", "a_B,A", "a_B,B", "b_A,a", "b_A,b", "b_B,a", "b_B,b"]
    assert [update.label for update in table.updates] == labels
    values = [22 / 35, 13 / 35, 16 / 22, 6 / 22, 4 / 13, 9 / 13, 22 / 42, 20 / 42, 13 / 28, 15 / 28]
    np.testing.assert_allclose([update.value for update in table.updates], values, rtol=1e-12)


def test_a_share_comes_from_forward_and_backward():
    lines, _ = by_hand()
    assert lines(ShareCell(0, 0)) == [
        r"p_{\mathrm{A}} = 0.5000 = 0.5000",
        r"f_{\mathrm{A}} = \frac{0.500000 \cdot 0.500000}"
        r"{0.500000 \cdot 0.500000 + 0.500000 \cdot 0.250000} \approx 0.6667",
        r"\beta_{\mathrm{A}} = 0.8000 \cdot 0.857143 + 0.2000 \cdot 1.28571 \approx 0.9429",
        r"P(\mathrm{A}) = \frac{0.666667 \cdot 0.942857}"
        r"{0.666667 \cdot 0.942857 + 0.333333 \cdot 1.11429}",
        r"\frac{0.628571}{0.628571 + 0.371429} \approx 0.6286",
        r"0.6286 \times 1 \approx 0.629\,[\mathrm{a}]",
        r"0.629 + 0.000 \approx 0.629\,[\mathrm{a}]",
        r"b_{\mathrm{A},\mathrm{a}} = \frac{0.6286}{0.6286 + 0.5714} \approx 0.5238",
    ]
    assert lines(ShareCell(1, 1))[:3] == [
        r"p_{\mathrm{B}} = 0.6666667 \cdot 0.2000 + 0.3333333 \cdot 0.6000 \approx 0.3333",
        r"f_{\mathrm{B}} = \frac{0.333333 \cdot 0.750000}"
        r"{0.666667 \cdot 0.500000 + 0.333333 \cdot 0.750000} \approx 0.4286",
        r"\beta_{\mathrm{B}} = 1",
    ]


def test_counts_come_from_one_step_and_its_next():
    lines, _ = by_hand()
    assert lines(CountCell(0, 0)) == [
        r"\xi_{\mathrm{AA}} = 0.666667 \cdot 0.8000 \cdot 0.857143 \approx 0.457",
        r"\xi_{\mathrm{AB}} = 0.666667 \cdot 0.2000 \cdot 1.28571 \approx 0.171",
        r"0.457 + 0.000 \approx 0.457\,\mathrm{A}",
        r"0.171 + 0.000 \approx 0.171\,\mathrm{B}",
        r"a_{\mathrm{A},\mathrm{A}} = \frac{0.4571}{0.4571 + 0.1714} \approx 0.7273",
        r"a_{\mathrm{A},\mathrm{B}} = \frac{0.1714}{0.4571 + 0.1714} \approx 0.2727",
    ]
    assert lines(CountCell(1, 1))[0] == "0"
    assert lines(CountCell(0, 4))[0] == (
        r"0.6286 \times 1 \approx 0.629\,\mathrm{A},\quad 0.3714 \times 1 \approx 0.371\,\mathrm{B}"
    )
    assert lines(CountCell(1, 4))[0] == "0"
    assert lines(UpdateCell(9)) == [
        r"0.000 + 0.429 \approx 0.429\,[\mathrm{b}]",
        # 0.4286 / 0.8 is 0.53575, which would be 0.5358
        r"b_{\mathrm{B},\mathrm{b}} = \frac{0.42857}{0.37143 + 0.42857} \approx 0.5357",
    ]
    assert lines(UpdateCell(0))[1] == r"\pi _{\mathrm{A}} = \frac{0.6286}{0.6286 + 0.3714} \approx 0.6286"


def test_the_first_step_has_no_column_where_its_distribution_is_held():
    model = HiddenMarkov(first="uniform")
    lines, table = by_hand(model=model)
    assert table.groups[0].heading == "from A"
    assert table.updates[0].label == "a_A,A"
    assert lines(CountCell(0, 0))[0].startswith(r"\xi_{\mathrm{AA}}")
    assert lines(CountCell(1, 3))[0] == r"0.4286 \times 1 \approx 0.429\,[\mathrm{b}]"
    assert lines(UpdateCell(1))[-1].startswith(r"a_{\mathrm{A},\mathrm{B}}")


def test_a_row_that_is_a_sequence_adds_up_its_steps():
    lines, table = by_hand(symbols=["ab"])
    np.testing.assert_allclose(table.shares, [[21 / 35, 14 / 35]], rtol=1e-12)
    np.testing.assert_allclose(
        table.counts * 35, [[16, 6, 4, 9, 22, 20, 13, 15, 22, 13]], rtol=1e-12, atol=1e-12
    )
    assert lines(ShareCell(0, 0))[:3] == [
        r"P(\mathrm{A}) = \frac{0.6286 + 0.5714}{2} = 0.6000",
        r"0.629 + 0.000 \approx 0.629\,[\mathrm{a}]",
        r"0.000 + 0.571 \approx 0.571\,[\mathrm{b}]",
    ]
    assert lines(TotalCell(0))[0] == r"0.457 \approx 0.457\,\mathrm{A}"


def test_normal_emissions_by_hand():
    """Where all rows of a are even, each step is weighed on its own."""
    model = HiddenMarkov(2, "gaussian")
    data = model.parse(steps_table([-1.0, 2.0], [2], True))
    even = np.full((2, 2), 0.5)
    params = GaussianParams(even[0], even, np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    table = model.count_table(data, round_of(model, data, params), np.arange(2))
    share = 1 / (1 + np.exp(-1.5))  # N(-1; 0, 1) against N(-1; 1, 1), and at 2 the other way round
    np.testing.assert_allclose(table.shares, [[share, 1 - share], [1 - share, share]], rtol=1e-12)
    np.testing.assert_allclose(
        table.counts[0, 4:10], [*share * np.array([1, -1, 1]), *(1 - share) * np.array([1, -1, 1])]
    )
    mean = -share + 2 * (1 - share)
    found = {update.label: update for update in table.updates}
    assert found["μ_A"].value == pytest.approx(mean, rel=1e-12)
    assert found["σ²_A"].value == pytest.approx(
        share * (1 + mean) ** 2 + (1 - share) * (2 - mean) ** 2, rel=1e-12
    )
    lines = [line.formula for line in table.derive(CountCell(0, 2), 2).lines]
    assert lines == [
        r"0.818 \times 1 \approx 0.82\,\mathrm{steps},\quad 0.818 \times (-1) \approx -0.82\,\Sigma x,"
        r"\quad 0.818 \times 1 \approx 0.82\,\Sigma x^2",
        r"0.82 + 0.18 = 1.00\,\mathrm{steps}",
        r"(-0.82) + 0.36 \approx -0.45\,\Sigma x",
        r"0.82 + 0.73 \approx 1.55\,\Sigma x^2",
        r"\mu _{\mathrm{A}} = \frac{-0.453}{1.000} \approx -0.453",
        r"1.54728 - 1.00 \cdot (-0.45272)^{2} \approx 1.34",
        r"\sigma^2_{\mathrm{A}} = \frac{1.342}{1.000} \approx 1.342",
    ]
    assert [line.formula for line in table.derive(UpdateCell(6), 2).lines] == [lines[1], lines[2], lines[4]]
    assert [line.formula for line in table.derive(UpdateCell(8), 2).lines] == [*lines[1:4], *lines[5:]]


def test_a_state_that_nothing_leaves_is_told_in_its_derivation():
    model = HiddenMarkov()
    data = model.parse(steps_table(["a", "b"], [1, 1], False))
    table = model.count_table(data, round_of(model, data, HAND), np.arange(2))
    last = table.derive(TotalCell(0), 2).lines[-1]
    assert last.formula == r"a_{\mathrm{A},\mathrm{B}} = 0.500"
    assert "this one is uniform" in last.words


def test_no_m_step_is_told_where_it_will_fail():
    model = HiddenMarkov()
    data = model.parse(Table.from_columns({"symbol": ["a", "b", "a"]}))
    params = HAND._replace(initial=np.array([1.0, 0.0]), transition=np.array([[1.0, 0.0], [0.5, 0.5]]))
    step = engine.advance(model, data, engine.start(model, data, params))
    table = model.count_table(data, Round(step, Phase.E), np.arange(3))
    np.testing.assert_array_equal(table.shares, [[1, 0]] * 3)
    assert [line.formula for line in table.derive(TotalCell(2), 1).lines] == [
        r"1.0 + 0.0 + 1.0 = 2.0\,[\mathrm{a}]",
        r"0.0 + 1.0 + 0.0 = 1.0\,[\mathrm{b}]",
    ]
    update = table.derive(UpdateCell(6), 1)
    assert update.title == "Where does b_A,a come from?"
    assert len(update.lines) == 1


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "key", stand_for(["casino", "evenings", "levels", "earthquakes"], ["evenings", "earthquakes"])
)
def test_every_formula_can_be_drawn(key):
    model, _, data = example(key)
    table = model.count_table(data, round_of(model, data, model.default(data)), np.arange(3))
    cells = [
        *(ShareCell(1, k) for k in range(model.states)),
        *(CountCell(2, group) for group in range(len(table.groups))),
        *(UpdateCell(place) for place in range(len(table.updates))),
    ]
    formulas = {line.formula for cell in cells for line in table.derive(cell, 3).lines}
    for formula in sorted(formulas)[:: max(1, len(formulas) // 12)]:
        assert "<svg" in Latex(formula).svg()


@pytest.mark.unmeasured
@pytest.mark.parametrize("sign", ["#", "%", "_", "{", "\\", "&", "$", "é", "---"])
def test_symbols_that_mean_something_to_latex_do_no_harm(sign):
    model = HiddenMarkov()
    data = model.parse(Table.from_columns({"symbol": [sign, "a", sign, "a", "a"]}))
    table = model.count_table(data, round_of(model, data, HAND), np.arange(5))
    group = 3
    for line in (*table.derive(CountCell(0, group), 2).lines, *table.derive(TotalCell(group), 2).lines):
        assert line.formula.count("{") == line.formula.count("}")
        assert re.fullmatch(r"[^#%&$]*", line.formula)
        assert "<svg" in Latex(line.formula).svg()


# -- text ----------------------------------------------------------------------------------------------------


def test_long_sequences_are_shown_by_their_beginning():
    model = HiddenMarkov()
    data = model.parse(Table.from_columns({"symbols": ["ab" * 50, "ab"], "state": ["AB" * 50, "BB"]}))
    table = model.count_table(data, Round(engine.start(model, data, HAND), Phase.START), np.arange(2))
    assert table.observed == ("ab" * 30 + "…", "ab")
    assert [tag.text for tag in table.labels] == ["AB" * 30 + "…", "BB"]
    assert [tag.component for tag in table.labels] == [0, 1]
    (answer, short) = model.answers(data, HAND, np.arange(2))
    assert len(answer.completions[0]) == 61
    assert short.completions == ("AA",)
    assert short.shares[0] == pytest.approx(16 / 35, rel=1e-12)


def test_values_are_shown_as_they_are():
    model, _, data = example("earthquakes")
    table = model.count_table(
        data, Round(engine.start(model, data, model.default(data)), Phase.START), np.arange(3)
    )
    assert table.heading == "value"
    assert table.observed == ("13", "14", "8")
    assert table.labels is None


# -- pictures ------------------------------------------------------------------------------------------------


def test_the_ribbon_shows_posterior_best_path_and_truth():
    model, _, data = example("casino")
    state = round_of(model, data, model.default(data))
    ribbon, chain, moves, emissions, _ = model.views(data, state, Look(row=7))
    assert isinstance(ribbon, Ribbon)
    np.testing.assert_array_equal(ribbon.shares, model.posterior(data, state.base.params, np.arange(300)))
    np.testing.assert_array_equal(ribbon.truth, data.state)
    assert ribbon.best.shape == (300,)
    assert ribbon.symbols[:3] == ("6", "1", "6")
    assert ribbon.row == 7
    assert isinstance(chain, Graph)
    found = {(edge.source, edge.target): edge.weight for edge in chain.edges}
    assert found[0, 1] == state.updated.transition[0, 1]
    assert chain.nodes[1].detail == f"6: {state.updated.emission[1, 5]:.3f}"
    assert isinstance(moves, Matrix)
    np.testing.assert_array_equal(moves.values, state.base.expectation.counts.transition)
    assert isinstance(emissions, Matrix)
    np.testing.assert_array_equal(emissions.values, state.updated.emission)


def test_nothing_is_weighed_before_the_e_step():
    model, _, data = example("evenings")
    state = Round(engine.start(model, data, model.default(data)), Phase.START)
    ribbon, chain, moves, _, _ = model.views(data, state, Look(row=2))
    assert ribbon.shares is None
    assert ribbon.best is None
    assert ribbon.breaks == tuple(range(30, 600, 30))
    assert ribbon.row == 60
    assert np.isnan(moves.values).all()
    assert moves.note == "Nothing is counted before the E-step."
    assert [node.size for node in chain.nodes] == [0.5, 0.5]


def test_an_edge_of_probability_zero_is_not_drawn():
    model, _, data = example("casino")
    params = model.default(data)._replace(transition=np.array([[1.0, 0.0], [0.1, 0.9]]))
    chain = model.views(data, Round(engine.start(model, data, params), Phase.START), Look())[1]
    assert {(edge.source, edge.target) for edge in chain.edges} == {(0, 0), (1, 0), (1, 1)}


def test_a_state_of_numbers_tells_its_mean_and_deviation():
    model, _, data = example("levels")
    params = model.default(data)._replace(
        mean=np.array([-2.0604, 0.02872, 3312.4]), variance=np.array([0.861, 0.0604, 4000.0]) ** 2
    )
    chain = model.views(data, Round(engine.start(model, data, params), Phase.START), Look())[1]
    assert [node.detail for node in chain.nodes] == ["−2.06 ± 0.86", "0.029 ± 0.060", "3312 ± 4000"]


def test_the_histogram_of_the_levels():
    model, _, data = example("levels")
    state = round_of(model, data, model.default(data))
    shown = model.views(data, state, Look())[3]
    assert isinstance(shown, Histogram)
    width = np.diff(shown.edges)[0]
    assert (shown.heights.sum() * width) == pytest.approx(1, rel=1e-12)
    counts = state.base.expectation.counts
    np.testing.assert_allclose(shown.heights.sum(axis=0) * width * 500, counts.steps, rtol=1e-10)
    np.testing.assert_array_equal(shown.means, state.updated.mean)
    assert [curve.name for curve in shown.curves] == ["A", "B", "C"]


def test_true_densities_stand_behind_those_found():
    model, table, data = example("levels")
    truth = GaussianParams(np.full(3, 1 / 3), np.eye(3), np.array([-2.0, 0, 3]), np.ones(3))
    state = Round(engine.start(model, data, model.default(data)), Phase.START)
    known = model.views(data, state, Look(truth=truth))[3]
    assert known.plain
    assert [curve.role for curve in known.curves] == [""] * 3 + ["truth"] * 3
    unlabelled = model.parse(Table.from_columns({"value": table.numbers("value")}))
    assert len(model.views(unlabelled, state, Look(truth=truth))[3].curves) == 6
    two = GaussianParams(np.full(2, 0.5), np.eye(2), np.array([-2.0, 3]), np.ones(2))
    assert len(model.views(data, state, Look(truth=two))[3].curves) == 3


@pytest.mark.parametrize("key", ["evenings", "levels"])
def test_the_landscape_is_climbed_from_both_orders_of_the_states_and_from_equal_ones(key):
    """The order changes nothing, and states that are alike stay so."""
    model, _, data = example(key)
    landscape = model.views(data, round_of(model, data, model.default(data)), Look())[-1]
    usual, backwards, alike = landscape.starts
    heights = [model.e_step(data, each).objective for each in (usual, backwards)]
    assert heights[1] == pytest.approx(heights[0], rel=1e-12)
    np.testing.assert_array_equal(backwards.transition[0, 0], usual.transition[-1, -1])
    after = model.m_step(data, model.e_step(data, alike).counts)
    for name in set(after._fields) - {"initial", "transition"}:
        emitted = getattr(after, name)
        np.testing.assert_allclose(emitted, np.broadcast_to(emitted[0], emitted.shape), rtol=1e-9)
    known = {(each.name, index) for each in model.parameters(data) for index in each.free}
    assert {(entry.field, entry.index) for entry in landscape.entries} <= known
