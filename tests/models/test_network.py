"""Bayesian networks: against all completions written out, golden traces, published numbers, structures."""

import json
from dataclasses import replace
from itertools import product
from math import log
from pathlib import Path

import numpy as np
import pytest
from standing import stand_for

from emviz import testing
from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, UpdateCell
from emviz.em.domains import ParameterError
from emviz.em.families import case_sums, cases
from emviz.em.families.cases import MOST_LISTED, UNSEEN
from emviz.em.families.cliques import clique_tree
from emviz.em.families.completions import ranked
from emviz.em.families.dag import read_structure
from emviz.em.hyper import configure
from emviz.em.model import Look, Phase, Round, Step
from emviz.em.simulation.missingness import Missingness, with_holes
from emviz.em.theta.structure import record
from emviz.models.network import MODEL, Network
from emviz.models.network import table as network_table
from emviz.session import new_session, step
from emviz.testing import Scene, Trial

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "network.json").read_text())
FILES = {
    "candies": "candies",
    "crimes": "crimes",
    "clinic": "clinic",
    "clinic_pseudocount_1": "clinic",
    "heart": "heart",
    "heart_pseudocount_1": "heart",
    "injuries": "injuries",
}
EXAMPLES = {example.key: example for example in MODEL.examples}


def opened(key, **hyper):
    example = EXAMPLES[key]
    model = configure(MODEL, {**example.hyper, **hyper})
    return model, model.parse(read_table(example_path(example.file)))


def golden(case):
    told = GOLDEN[case]
    model, data = opened(FILES[case], structure=told["structure"], pseudocount=told["pseudocount"])
    return told, model, data


def at(data, told):
    return record(*data.names)(*(np.array(told[name], dtype=float) for name in data.names))


# -- against every completion --------------------------------------------------------------------------------


def written_out(data, params, row):
    """P(x, z) of every completion of a row, no sum but the plain one; states of all variables."""
    sizes, names = data.tree.sizes, data.names
    place = {name: v for v, name in enumerate(names)}
    options = [range(size) if state == UNSEEN else [state] for state, size in zip(row, sizes, strict=True)]
    found = {}
    for states in product(*options):
        chance = 1.0
        for node in data.structure.nodes:
            own = tuple(states[place[parent]] for parent in node.parents)
            chance *= params[place[node.name]][(*own, states[place[node.name]])]
        found[states] = chance
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "structure",
    [
        "[h=3][a|h][b|h][c|a:b][d|c]",
        "[a][b|a][c|a][d|b:c]",
        "[a][b][c|a:b][d]",
        "[d|c:b][c|a][b|a][a]",
    ],
)
def test_every_completion_written_out(structure, seed):
    rng = np.random.default_rng(seed)

    def cell(states):
        return "" if rng.random() < 0.4 else str(rng.integers(states))

    table = Table.from_columns(
        {
            name: ["" if rng.random() < 0.4 else str(rng.integers(2 + (name == "c"))) for _ in range(30)]
            for name in "abcd"
        }
        | {"count": rng.integers(0, 4, 30).tolist()}
    )
    model = Network(structure)
    data = model.parse(table)
    params = model.start(data, rng)
    height, cases, best = 0.0, [np.zeros(shape) for shape in data.shapes], [np.zeros(s) for s in data.shapes]
    for row, times in zip(data.cells.tolist(), data.times.tolist(), strict=True):
        chances = written_out(data, params, row)
        total = sum(chances.values())
        height += times * log(total)
        likeliest = max(chances, key=chances.get)
        for states, chance in chances.items():
            for v, family in enumerate(data.tree.families):
                place = tuple(states[u] for u in family)
                cases[v][place] += times * chance / total
                best[v][place] += times * (states == likeliest)
    found = model.e_step(data, params)
    assert found.objective == pytest.approx(height, rel=1e-12)
    hard = model.complete(data, params)
    for one, other in ((found.counts, cases), (hard, best)):
        for own, wanted in zip(data.tables(one.cases), other, strict=True):
            np.testing.assert_allclose(own, wanted, rtol=1e-10, atol=1e-10)


def test_the_best_of_many_completions_are_found_without_listing_them():
    rng = np.random.default_rng(3)
    names = [f"x{k}" for k in range(11)]
    cells = rng.choice(["no", "yes"], (40, 11))
    cells[:3], cells[rng.random((40, 11)) < 0.1] = "", ""
    chain = "[x0]" + "".join(f"[x{k}|x{k - 1}]" for k in range(1, 11))
    model = Network(chain)
    data = model.parse(Table.from_columns(dict(zip(names, cells.T.tolist(), strict=True))))
    assert data.most == 2048 > MOST_LISTED
    params = model.start(data, rng)
    rows = np.arange(40)
    found = ranked(data, params, rows, 4)
    for row in rows:
        chances = written_out(data, params, data.cells[data.which[row]].tolist())
        total = sum(chances.values())
        best = sorted(chances.values(), reverse=True)[:4]
        best += [0.0] * (4 - len(best))
        np.testing.assert_allclose(found.shares[row], np.array(best) / total, rtol=1e-10, atol=1e-14)
        for states, share in zip(found.states[row].tolist(), found.shares[row], strict=True):
            if states[0] != UNSEEN:
                assert chances[tuple(states)] / total == pytest.approx(share, rel=1e-10)
    step = engine.advance(model, data, engine.start(model, data, params))
    table = model.count_table(data, Round(step, Phase.E), rows[:1])
    assert "against all 2,048 completions" in table.derive(ShareCell(0, 1), 2).lines[0].words
    never = record(*data.names)(*(np.eye(2)[np.zeros(shape[:-1], dtype=int)] for shape in data.shapes))
    assert ranked(data, never, rows[:1], 4).shares.tolist() == [[1, 0, 0, 0]]
    shares = model.posterior(data, params, rows)
    assert shares.shape == (40, 4)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize(("where", "value"), [("CALL", -(10**12)), ("CELL", 0)])
@pytest.mark.parametrize(("key", "hyper"), [("heart", {"pseudocount": 0.5}), ("candies", {})])
def test_listed_completions_and_the_tree_give_the_same_sums(monkeypatch, key, hyper, where, value):
    """All cases in one way: the completions of all are listed, or all go through the tree."""
    model, data = opened(key, **hyper)
    params = model.start(data, np.random.default_rng(3))
    never = params[1].copy()
    never[..., 1], never[..., 0] = 0, params[1][..., :2].sum(axis=-1)  # rules out some of the cases
    if key == "heart":
        params = type(params)(params[0], never, *params[2:])
    usual = model.e_step(data, params)
    monkeypatch.setattr(cases, where, value)
    other = replace(data)
    assert bool(len(other.parted[1])) == (where == "CELL")
    found = model.e_step(other, params)
    np.testing.assert_allclose(found.counts.cases, usual.counts.cases, rtol=1e-10, atol=1e-10)
    assert found.objective == pytest.approx(usual.objective, rel=1e-12)
    many = type(params)(*(np.stack([each, each]) for each in params))
    assert model.objectives(other, many) == pytest.approx([usual.objective] * 2, rel=1e-12)
    assert sum(1 for _ in model.e_parts(other, params)) >= 1


def test_a_large_clique_with_few_holes_is_listed_and_its_e_step_can_be_stopped():
    names = [f"x{k}" for k in range(13)]
    rng = np.random.default_rng(2)
    states = rng.integers(0, 2, (60, 13)).astype(str)
    states[rng.random(states.shape) < 0.1] = ""
    model = Network("".join(f"[{name}]" for name in names[1:]) + f"[x0|{':'.join(names[1:])}]")
    data = model.parse(Table.from_columns(dict(zip(names, states.T.tolist(), strict=True))))
    assert len(data.parted[1]) < 5  # two cells of 16,384 are missing at the most in nearly all
    step = engine.start(model, data, model.default(data))
    after = engine.advance(model, data, step)
    parts = list(engine.advancing(model, data, after))
    assert len(parts) == len(data.parted[0]) + bool(len(data.parted[1]))
    for row in rng.integers(0, 60, 3):
        logs = [log(p) for p in written_out(data, step.params, data.cells[data.which[row]].tolist()).values()]
        (height,) = data.tree.heights(step.params, data.seen(data.cells[data.which[[row]]]))
        assert height == pytest.approx(np.logaddexp.reduce(logs), rel=1e-12)


# -- golden traces and published numbers ---------------------------------------------------------------------


@pytest.mark.parametrize("case", FILES)
def test_golden_traces(case):
    told, model, data = golden(case)
    assert len(data.cells) == told["distinct_cases"]
    assert {name: list(own) for name, own in zip(data.names, data.states, strict=True)} == told["states"]
    params, wanted = at(data, told["start"]), {each["t"]: each for each in told["trace"]}
    for t in range(max(wanted) + 1):
        found = model.e_step(data, params)
        if t in wanted:
            assert found.objective == pytest.approx(wanted[t]["loglik"], abs=2e-8)
            own = dict(zip(data.names, params, strict=True))
            for name, table in wanted[t].get("theta", {}).items():
                np.testing.assert_allclose(own[name], table, atol=1e-9)
            tables = dict(zip(data.names, data.tables(found.counts.cases), strict=True))
            for name, cases in wanted[t].get("counts", {}).items():
                np.testing.assert_allclose(tables[name], cases, atol=2e-8)
        params = model.m_step(data, found.counts)


@pytest.mark.parametrize("case", ["crimes", "clinic", "clinic_pseudocount_1", "heart", "injuries"])
def test_hard_em_counts_the_most_probable_explanation(case):
    told, model, data = golden(case)
    params = at(data, told["start"])
    for wanted in told["hard"]["J"]:
        counts = model.complete(data, params)
        assert model.q(data, counts, params) == pytest.approx(wanted, abs=2e-8)
        params = model.m_step(data, counts)


@pytest.mark.parametrize("case", ["candies", "crimes", "clinic", "heart", "injuries"])
def test_the_clique_tree_is_that_of_the_reference(case):
    told, _, data = golden(case)
    assert [data.names[v] for v in data.tree.order] == told["elimination_order"]
    cliques = {frozenset(data.names[v] for v in clique) for clique in data.tree.cliques}
    assert cliques == {frozenset(clique) for clique in told["cliques"]}


@pytest.mark.parametrize(("size", "told"), GOLDEN["grids"]["sizes"].items())
def test_the_cliques_of_a_grid(size, told):
    side = int(size.partition("x")[0])
    cells = [(row, column) for row in range(side) for column in range(side)]
    families = tuple(
        (
            *((row * side + column - 1,) if column else ()),
            *(((row - 1) * side + column,) if row else ()),
            row * side + column,
        )
        for row, column in cells
    )
    tree = clique_tree([2] * len(cells), families, [str(cell) for cell in cells])
    assert len(tree.cliques) == told["cliques"]
    assert max(2 ** len(clique) for clique in tree.cliques) == told["largest_table"]


def test_crimes_as_kadane_and_schafer_have_them():
    told, model, data = golden("crimes")
    params = at(data, told["limit"])
    cells = [float(params[0][a] * params[1][a, b]) for a, b in product(range(2), repeat=2)]
    np.testing.assert_allclose(cells, [0.697123, 0.098630, 0.135783, 0.068463], atol=5e-7)
    assert model.e_step(data, params).objective == pytest.approx(-562.503373, abs=5e-7)


def test_the_diagnoses_that_em_finds_are_right_in_225_of_272():
    told, _, data = golden("heart")
    params = at(data, told["limit"])
    hidden = data.cells[data.which, 0] == UNSEEN
    assert hidden.sum() == told["hidden"]
    # Six other cells are missing too: all that they may hold is summed over.
    marginal = data.tree.family(data.tree.beliefs(params, data.seen(data.cells))[0], 0)[data.which]
    assert (marginal.argmax(axis=1) == data.truth[:, 0])[hidden].sum() == told["right"]


def test_clinic_answers():
    model, data = opened("clinic")
    truth = at(data, EXAMPLES["clinic"].truth)
    assert model.e_step(data, truth).objective == pytest.approx(GOLDEN["clinic"]["loglik_of_truth"], abs=2e-8)
    for told in GOLDEN["clinic_answers"]:
        cells = np.full((1, len(data.names)), UNSEEN)
        for name, state in told["evidence"].items():
            v = data.names.index(name)
            cells[0, v] = data.states[v].index(state)
        found, height = data.tree.beliefs(truth, data.seen(cells))
        assert height[0] == pytest.approx(told["log_evidence"], abs=1e-9)
        for name, wanted in told["posterior"].items():
            v = data.names.index(name)
            own = data.tree.family(found, v).reshape(-1, data.tree.sizes[v]).sum(axis=0)
            np.testing.assert_allclose(own, [wanted[state] for state in data.states[v]], atol=1e-9)
        states, best = data.tree.likeliest(truth, data.seen(cells))
        if "explanation" in told:
            named = {data.names[v]: data.states[v][k] for v, k in enumerate(states[0])}
            assert {name: named[name] for name in told["explanation"]} == told["explanation"]
            chance = np.exp(best[0] - height[0])
            assert chance == pytest.approx(told["explanation_probability"], abs=1e-9)


def test_complete_data_of_the_clinic():
    model, data = opened("clinic")
    counts, told = model.labelled(data), GOLDEN["clinic"]["complete_data"]
    for name, own in zip(data.names, data.tables(counts.cases), strict=True):
        np.testing.assert_array_equal(own, told["counts"][name])
    found = model.m_step(data, counts)
    for name, own in zip(data.names, found, strict=True):
        np.testing.assert_allclose(own, told["theta"][name], atol=1e-9)


def test_the_clinic_can_be_simulated_again():
    """The file is what its source says: the tables of 1988, a generator, a fifth of the cells blanked."""
    model, data = opened("clinic")
    table = read_table(example_path(EXAMPLES["clinic"].file))
    rng = np.random.default_rng(1988)
    drawn = model.simulate(at(data, EXAMPLES["clinic"].truth), 1000, rng)
    again = with_holes(model, drawn, Missingness(0.2), rng)
    for name in data.names:
        assert drawn.texts(name).tolist() == table.texts(f"true:{name}").tolist()
        assert again.missing(name).tolist() == table.missing(name).tolist()


@pytest.mark.thorough
@pytest.mark.unmeasured
@pytest.mark.parametrize(("key", "case"), [("candies", "tilted"), ("roles", "classes_2")])
def test_the_start_leans_and_leads_to_the_maximum(key, case):
    model, data = opened(key)
    told = GOLDEN["candies" if key == "candies" else "role_conflict"][case]
    params = model.default(data)
    if "start" in told:
        for name, own in zip(data.names, params, strict=True):
            np.testing.assert_allclose(own, told["start"][name], atol=1e-12)
    for _ in range(1500):
        params = model.m_step(data, model.e_step(data, params).counts)
    wanted = told.get("loglik", told.get("from_tilted"))
    assert model.e_step(data, params).objective == pytest.approx(wanted, abs=1e-6)


def test_uniform_tables_are_a_saddle_that_em_does_not_leave():
    model, data = opened("candies")
    uniform = record(*data.names)(*(np.full(shape, 1 / shape[-1]) for shape in data.shapes))
    assert "all states of bag are equal" in model.remark(data, uniform)
    assert model.remark(data, model.default(data)) is None
    params = uniform
    for _ in range(5):
        params = model.m_step(data, model.e_step(data, params).counts)
    assert model.e_step(data, params).objective == pytest.approx(-2063.160309, abs=1e-6)


# -- zeros and empty rows ------------------------------------------------------------------------------------


def test_a_row_without_cases_stays_as_it_was_and_says_so():
    model = Network("[a][b|a]")
    data = model.parse(Table.from_columns({"a": ["x", "x", "y"], "b": ["u", "v", "u"], "count": [3, 1, 0]}))
    params = record("a", "b")(np.array([0.5, 0.5]), np.array([[0.5, 0.5], [0.3, 0.7]]))
    counts = model.e_step(data, params).counts
    found = model.m_step(data, counts)
    np.testing.assert_allclose(found[0], [1, 0])
    np.testing.assert_allclose(found[1], [[0.75, 0.25], [0.3, 0.7]])
    step = engine.advance(model, data, engine.start(model, data, params))
    table = model.count_table(data, Round(step, Phase.M, found), np.arange(3))
    lines = table.derive(UpdateCell(4), 2).lines
    assert "stays as it was" in lines[-1].words
    assert table.updates[4].label == "θ(b=u|a=y)"


def test_a_case_counted_0_times_that_theta_rules_out_adds_nothing():
    model = Network("[a][b|a]")
    data = model.parse(Table.from_columns({"a": ["x", "x", "z"], "b": ["u", "v", "u"], "count": [3, 1, 0]}))
    end = engine.advance(
        model, data, engine.advance(model, data, engine.start(model, data, model.default(data)))
    )
    assert end.expectation.objective == pytest.approx(3 * np.log(3 / 4) + np.log(1 / 4))


def test_a_case_that_cannot_be_is_shared_alike():
    model = Network("[a][b|a]")
    data = model.parse(Table.from_columns({"a": ["x", "y", ""], "b": ["u", "v", "v"]}))
    never = record("a", "b")(np.array([0.5, 0.5]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    found = model.e_step(data, never)
    assert found.objective == -np.inf
    np.testing.assert_allclose(found.counts.cases.sum(), 6)
    np.testing.assert_allclose(model.posterior(data, never, np.array([2])), [[0.5, 0.5]])


def test_what_cannot_be_is_derived_as_alike():
    model = Network("[a][b|a]")
    data = model.parse(Table.from_columns({"a": ["x", "y", ""], "b": ["u", "v", "v"]}))
    never = record("a", "b")(np.array([0.5, 0.5]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    step = Step(0, Phase.E, never, model.e_step(data, never), 0.0, 0.0)
    table = model.count_table(data, Round(step, Phase.E), np.array([2]))
    assert "is impossible" in table.derive(ShareCell(2, 0), 2).lines[0].words
    assert "equal shares" in table.derive(CountCell(2, 0), 2).lines[0].words
    pseudo = Network("[a][b|a]", pseudocount=1.0)
    words = (
        pseudo.count_table(data, Round(step, Phase.M, never), np.arange(3))
        .derive(UpdateCell(0), 2)
        .lines[-1]
        .words
    )
    assert words == "M-step: with the pseudocount 1 added to each of these counts."


def test_a_hidden_variable_below_another_one_is_no_saddle_by_itself():
    model = Network("[g][h=2|g][a|h][b|h]")
    data = model.parse(Table.from_columns({"g": ["x", "y"], "a": ["u", "v"], "b": ["u", "v"]}))
    uniform = record(*data.names)(*(np.full(shape, 0.5) for shape in data.shapes))
    assert model.remark(data, uniform) is None


def test_a_pseudocount_keeps_everything_possible():
    model, data = opened("heart", pseudocount=1.0)
    params = model.default(data)
    for _ in range(5):
        params = model.m_step(data, model.e_step(data, params).counts)
    assert min(float(table.min()) for table in params) > 0
    assert model.objective == "log posterior"


# -- the structure -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("[a][b|a]", "[a][b|a]"),
        (" [ a ] [b | a : c]\n[c]", "[a][b|a:c][c]"),
        ("a -> b, c -> b", "[a][b|a:c][c]"),
        ("bag=3 → flavour; bag -> hole", "[bag=3][flavour|bag][hole|bag]"),
        ("a\nb -> c", "[a][b][c|b]"),
    ],
)
def test_structures_that_are_read(text, same):
    assert str(read_structure(text)) == same
    assert str(read_structure(same)) == same


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a|b][b|c][c|a]", "arrows must not lead in a circle: "),
        ("[a|a]", "a → a"),
        ("[a][a]", "a has two brackets"),
        ("[b|a]", "a is a parent of b and has no bracket"),
        ("[b|a:a][a]", "a is named twice as a parent of b"),
        ("[a][b|]", r"a name is missing in \[b\|\]"),
        ("[a", "cannot read"),
        ("[a]x[b]", "cannot read 'x'"),
        ("[a=1]", "a=1 must have a whole number of states from 2 to 24"),
        ("[a=two]", "a=two must have a whole number"),
        ("a -> ", "cannot read 'a ->'"),
    ],
)
def test_structures_that_are_refused(text, words):
    with pytest.raises(ParameterError, match=words):
        read_structure(text)


TWO = {"a": ["x", "y", "x"], "b": ["u", "v", ""]}


@pytest.mark.parametrize(
    ("structure", "columns", "words"),
    [
        ("[a][c|a]", TWO, r"no column 'c', which the structure names; .* written \[c=2\]"),
        ("[a=2][b|a]", TWO, "there is a column a"),
        ("[a][b|a]", {"a": ["", ""], "b": ["u", "v"]}, "nothing is seen in column a"),
        ("[a][b]", {**TWO, "count": [0, 0, 0]}, "every count is 0"),
        ("[a]", {"a": [str(k) for k in range(30)]}, "30 different values"),
        ("", {"count": [1, 2]}, "no column has states"),
    ],
)
def test_data_that_are_refused(structure, columns, words):
    with pytest.raises(DataError, match=words):
        Network(structure).parse(Table.from_columns(columns))


def test_too_large_a_clique_is_one_sentence():
    names = [f"x{k}" for k in range(20)]
    structure = "".join(f"[{name}]" for name in names) + f"[y|{':'.join(names)}]"
    columns = {name: ["no", "yes"] for name in [*names, "y"]}
    with pytest.raises(DataError, match=r"a table of 2,097,152 cells over x0, x1, .*; the limit is 65,536"):
        Network(structure).parse(Table.from_columns(columns))


def test_cases_that_take_too_long_are_one_sentence(monkeypatch):
    _, data = opened("heart")
    seconds = 1e-9 * sum(len(rows) * data.completions(unseen) * data.each for unseen, rows in data.parted[0])
    seconds += 1e-9 * len(data.parted[1]) * data.tree.cells * cases.CELL
    monkeypatch.setattr(case_sums, "MOST_SECONDS", 0.9 * seconds)
    with pytest.raises(DataError, match=r"tables of 32 cells for each of 125 different cases; remove"):
        opened("heart")
    monkeypatch.setattr(case_sums, "MOST_SECONDS", 1.1 * seconds)
    assert len(opened("heart")[1].cells) == len(data.cells)


def test_without_a_structure_all_depends_on_the_first_column():
    table = Table.from_columns({**TWO, "size": [1.5, 2.5, 3.5]})
    assert str(Network().parse(table).structure) == "[a][b|a][size|a]"
    assert Network().assumed(table)[0].endswith("depend on a, as in [a][b|a]")


def test_none_is_a_state():
    table = Table.from_columns({"a": ["none", "some", "NA", "none", "None"], "b": list("uvuvu")})
    data = Network("[a][b|a]").parse(table)
    assert data.states[0] == ("none", "some")
    assert data.cells[data.which, 0].tolist() == [0, 1, UNSEEN, 0, UNSEEN]
    assert "none is taken for a state in a, not for a missing cell" in Network("[a][b|a]").assumed(table)


def test_states_stand_in_order_and_numbers_as_numbers():
    table = Table.from_columns({"a": ["10", "9", "2"], "b": ["low", "high", "low"]})
    assert Network("[a][b|a]").parse(table).states == (("2", "9", "10"), ("high", "low"))


# -- the count table -----------------------------------------------------------------------------------------


def rounds(key, halves=2):
    model, data = opened(key)
    step = engine.advance(model, data, engine.start(model, data, model.default(data)))
    found = engine.advance(model, data, step)
    return model, data, Round(step, Phase.E), Round(step, Phase.M, found.params)


def test_the_table_names_the_completions_of_each_case():
    model, data, weighed, _ = rounds("clinic")
    rows = np.array([0, 1])
    table = model.count_table(data, weighed, rows)
    assert table.observed[0] == "?, no, no, ?, ?, no, ?, no"
    assert table.listed == "asia, smoke, tub, lung, bronc, either, xray, dysp"
    assert table.names[0][0] == "asia no, lung no, bronc no, xray no"
    assert table.names[0][-1] == "13 more"
    np.testing.assert_allclose(table.shares[0], [1 / 16, 1 / 16, 1 / 16, 13 / 16])
    assert table.labels[1].text == "xray no"


def test_a_complete_case_is_counted_as_it_is():
    model, data, weighed, _ = rounds("crimes")
    table = model.count_table(data, weighed, np.arange(1))
    assert (table.observed[0], table.names[0][0]) == ("no, no × 392", "all seen")
    assert table.derive(ShareCell(0, 0), 2).lines[0].words.startswith("Nothing is missing")
    np.testing.assert_array_equal(table.counts[0], [392, 0, 392, 0, 0, 0])


def test_a_share_is_derived_by_the_tables_that_the_hole_touches():
    model, data = opened("candies")
    params = at(data, GOLDEN["candies"]["start"])
    step = engine.advance(model, data, engine.start(model, data, params))
    table = model.count_table(data, Round(step, Phase.E), np.arange(1))
    first, second = table.derive(ShareCell(0, 0), 2).lines[:2]
    assert r"0.6 \cdot 0.6" in first.formula.replace("0.600", "0.6")
    assert "0.835" in second.formula
    told = table.derive(CountCell(0, 0), 2)
    assert told.title == "Where do the cases of bag in row 1 come from?"
    assert any(r"273" in line.formula for line in told.lines)


@pytest.mark.unmeasured
@pytest.mark.parametrize("key", stand_for(["candies", "clinic"], []))
def test_the_contract_holds_for_other_structures(key):
    model = configure(MODEL, EXAMPLES[key].hyper)
    for hold in testing.CHECKS:
        hold(Scene.simulated(model, 5, Trial(units=120, many=20_000)))


def test_what_holes_and_labels_say_in_words():
    model, data = opened("clinic")
    table = model.parameters(data)[7]
    assert table.label((0, 1, 1)) == "θ(dysp=yes|bronc=no, either=yes)"
    assert table.said((0, 1, 1)) == "the probability of dysp yes with bronc no and either yes"
    assert model.parameters(data)[0].said((1,)) == "the probability of asia yes"
    read = read_table(example_path(EXAMPLES["clinic"].file))
    assert {"asia", "true:asia", "count"} <= set(model.reads(read))
    assert Network("[a").reads(read) == list(read.names)
    assert Network("[a").assumed(read) == []


@pytest.mark.parametrize(
    ("name", "cells", "why"),
    [
        ("count", ["1", "2"], "it is the number of cases"),
        ("true:a", ["x", "y"], "it has the true values of another column"),
        ("a|b", ["x", "y"], "cannot be written in a structure"),
        ("a", ["", ""], "every cell is missing"),
        ("a", ["x", "x"], "the same in every row"),
        ("a", [str(k) for k in range(30)], "30 different values"),
        ("a", [str(k) for k in range(13)], "13 different numbers: put them into classes first"),
        ("a", ["x", "y"], None),
    ],
)
def test_columns_that_are_no_variables(name, cells, why):
    known = configure(MODEL, {"structure": "[b][c|b]"})
    assert known.unsuited(Table.from_columns({"a": ["x", "y"]}), "a") == "the structure does not name it"
    assert known.unsuited(Table.from_columns({"b": ["x", "x"]}), "b") is None
    told = MODEL.unsuited(Table.from_columns({name: cells}), name)
    assert told == why if why is None else why in told


def test_a_hole_counts_for_each_state_by_what_was_seen():
    model, data, weighed, _ = rounds("clinic")
    table = model.count_table(data, weighed, np.arange(1))
    lines = table.derive(CountCell(0, 0), 2).lines
    assert [line.words for line in lines[1:4:2]] == [
        f"Cases with asia {state}, of this row." for state in ("no", "yes")
    ]
    assert lines[0].words.startswith("P of the observed cells with asia no, over P of the observed cells")
    assert "0.50" in lines[0].formula
    assert table.derive(ShareCell(0, 3), 2).title == "Where does the share of the others in row 1 come from?"
    assert table.derive(ShareCell(1, 2), 2).title == "Why is there no 3rd completion in row 2?"
    assert table.derive(ShareCell(1, 2), 2).lines[0].formula == "2"


def test_a_structure_that_cannot_be_read_names_no_columns():
    table = Table.from_columns({"a": ["x", "y"], "b": ["u", "v"]})
    assert configure(MODEL, {"structure": "[a"}).unsuited(table, "a") is None
    assert MODEL.gathers == "a variable with states"
    assert MODEL.marked_missing(Table.from_columns({"a": ["x", "?"]}), "a").tolist() == [False, True]


def test_the_drawing_says_where_a_case_cannot_be():
    model = Network("[a][b|a]")
    data = model.parse(Table.from_columns({"a": ["x", "y"], "b": ["u", "v"]}))
    never = record("a", "b")(np.array([0.5, 0.5]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    state = Round(Step(0, Phase.E, never, model.e_step(data, never), 0.0, 0.0), Phase.E)
    assert model.views(data, state, Look(row=1))[0].note == "At this θ row 2 cannot be."
    assert model.views(data, state, Look(row=0))[0].note.endswith("in row 1; framed: seen.")


# -- what if -------------------------------------------------------------------------------------------------


def drawn(model, data, params, **look):
    state = Round(Step(0, Phase.E, params, model.e_step(data, params), 0.0, 0.0), Phase.E)
    return model.views(data, state, Look(**look))[0]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (
            [0, 1, 2, 0],
            "b: 0 in 2 cells, where all other states are from 1 to 3: is it missing there? (--missing 0)",
        ),
        (
            [-1, 1, 2, 1],
            "b: -1 in 1 cell, where all other states are from 1 to 3: is it missing there? (--missing -1)",
        ),
        ([3, 1, 2, 1], None),
        ([0, 1, 0, 1], None),  # one state beside it
        ([0.5, 1, 2, 1], None),
        (["", "", "", ""], None),
    ],
)
def test_a_state_that_may_stand_for_a_missing_cell_is_asked_about(cells, told):
    table = Table.from_columns({"a": ["1", "2", "3", "1"], "b": [str(cell) for cell in cells]})
    found = [each for each in Network("[a][b|a]").assumed(table) if "missing there" in each]
    assert found == ([told] if told else [])
    assert not any("missing" in each for each in Network("[b]").assumed(table)) or 0 not in cells
    plain = Table.from_columns({"a": ["0", "1", "0", "1"], "b": ["0", "1", "2", "0"]})
    assert Network("[a][b|a]").assumed(plain) == []


def test_names_of_cases_are_no_variable():
    names = ["Ann", "Bob", "Cy", "Di", "Ed", "Flo", "NA"]
    table = Table.from_columns({"who": names, "a": [*"xyxyxyx"]})
    assert Network().unsuited(table, "who") == "no value twice: it names the cases"
    assert Network("[who][a|who]").unsuited(table, "who") is None
    assert Network().unsuited(table.where(np.arange(7) < 5), "who") is None


def test_blanks_around_a_state_are_not_seen_and_capitals_are_asked_about():
    table = Table.from_columns({"a": ["yes", "no ", "Yes", "no"], "b": ["u", "v", " u", "v "]})
    data = Network("[a][b|a]").parse(table)
    assert data.states == (("Yes", "no", "yes"), ("u", "v"))
    assert Network("[a][b|a]").assumed(table) == [
        "a: Yes, yes are taken for different states: write them alike if they are one"
    ]


def test_what_follows_from_a_test_is_bayes_by_hand():
    model = Network("[ill][test|ill]")
    data = model.parse(Table.from_columns({"ill": ["no", "yes", ""], "test": ["no", "yes", "no"]}))
    params = record("ill", "test")(np.array([0.7, 0.3]), np.array([[0.8, 0.2], [0.1, 0.9]]))
    # .3 · .9 = .27 against .7 · .2 = .14
    ill, test = drawn(model, data, params, supposed=(("test", "yes"),)).variables
    np.testing.assert_allclose(ill.shares, [14 / 41, 27 / 41], rtol=1e-12)
    np.testing.assert_allclose(ill.before, [0.7, 0.3], rtol=1e-12)
    assert (test.shares, test.seen, test.supposed) == ((0.0, 1.0), 1, True)
    # Row 3 has a negative test; it is supposed to be positive instead.
    other = drawn(model, data, params, row=2, supposed=(("test", "yes"),))
    np.testing.assert_allclose(other.variables[0].shares, [14 / 41, 27 / 41], rtol=1e-12)
    np.testing.assert_allclose(other.variables[0].before, [56 / 59, 3 / 59], rtol=1e-12)
    assert (other.condition, other.whose) == ("if test = yes", "row 3")
    told = (
        "in row 3; framed: seen; dashed: supposed; upright line: P without that; dotted: complete rows alone."
    )
    assert other.note.endswith(told)
    assert drawn(model, data, params, supposed=(("gone", "yes"), ("ill", "maybe"))).condition == ""


@pytest.mark.parametrize("row", [None, 0, 7])
@pytest.mark.parametrize(
    "supposed", [{"smoke": 1}, {"xray": 1, "tub": 0}, {"dysp": 0, "either": 1, "asia": 1}]
)
def test_what_follows_is_what_all_completions_say(row, supposed):
    model, data = opened("clinic")
    params = model.start(data, np.random.default_rng(5))
    cells = [UNSEEN] * len(data.names) if row is None else data.cells[data.which[row]].tolist()
    without = written_out(data, params, cells)
    for name, k in supposed.items():
        cells[data.names.index(name)] = k
    chances = written_out(data, params, cells)
    pairs = tuple((name, data.states[data.names.index(name)][k]) for name, k in supposed.items())
    view = drawn(model, data, params, row=row, supposed=pairs)
    for v, variable in enumerate(view.variables):
        for all_, told in ((chances, variable.shares), (without, variable.before)):
            wanted = [sum(c for z, c in all_.items() if z[v] == k) / sum(all_.values()) for k in range(2)]
            np.testing.assert_allclose(told, wanted, rtol=1e-10, atol=1e-14)
        assert variable.supposed == (data.names[v] in supposed)


def test_what_cannot_be_supposed_is_said():
    model, data = opened("clinic")
    truth = at(data, EXAMPLES["clinic"].truth)
    view = drawn(model, data, truth, supposed=(("tub", "yes"), ("either", "no")))
    assert view.note == "At this θ any case, if tub = yes, either = no cannot be."


# -- for and against -----------------------------------------------------------------------------------------


def test_the_weight_of_a_test_by_hand():
    """P(ill) = .3; fever .8 against .2 and rash .4 against .5: with both .24 · .4 against .14 · .5."""
    model = Network("[ill][fever|ill][rash|ill]")
    data = model.parse(
        Table.from_columns(
            {"ill": ["no", "yes", ""], "fever": ["no", "yes", "yes"], "rash": ["no", "yes", "yes"]}
        )
    )
    tables = [[0.7, 0.3], [[0.8, 0.2], [0.2, 0.8]], [[0.5, 0.5], [0.6, 0.4]]]
    params = record("ill", "fever", "rash")(*map(np.array, tables))
    both, without_fever, without_rash = 0.096 / 0.166, 0.12 / 0.47, 0.24 / 0.38
    (told,) = model.verdicts(data, params, np.array([2]))
    assert (told.variable, told.state, told.seen) == ("ill", "yes", None)
    assert (told.share, told.prior) == pytest.approx((both, 0.3))
    assert [str(each) for each in told.weights] == ["fever = yes", "rash = yes"]
    assert [each.without for each in told.weights] == pytest.approx([without_fever, without_rash])
    wanted = [log(both / without_fever), log(both / without_rash)]
    assert [each.value for each in told.weights] == pytest.approx(wanted)
    assert wanted[0] > 0 > wanted[1]
    # What was seen of the variable itself is left out of the reckoning.
    (known,) = model.verdicts(data, params, np.array([1]), "ill")
    assert (known.seen, known.share, known.weights) == ("yes", told.share, told.weights)


@pytest.mark.parametrize("asked", ["lung", "dysp", "asia"])
def test_verdicts_are_what_all_completions_say(asked):
    model, data = opened("clinic")
    params, rows = model.start(data, np.random.default_rng(8)), np.array([0, 5, 40, 41])
    v = data.names.index(asked)

    def chance(cells, k):
        every = written_out(data, params, cells)
        return sum(c for z, c in every.items() if z[v] == k) / sum(every.values())

    for row, told in zip(rows, model.verdicts(data, params, rows, asked), strict=True):
        cells = data.cells[data.which[row]].tolist()
        cells[v] = UNSEEN
        k = max(range(2), key=lambda k: chance(cells, k))
        assert (told.variable, told.state) == (asked, data.states[v][k])
        assert told.share == pytest.approx(chance(cells, k), rel=1e-10)
        assert {each.name for each in told.weights} == {
            data.names[u] for u, state in enumerate(cells) if state != UNSEEN
        }
        for each in told.weights:
            fewer = list(cells)
            fewer[data.names.index(each.name)] = UNSEEN
            assert each.value == pytest.approx(log(told.share / chance(fewer, k)), rel=1e-8, abs=1e-12)
        values = [each.value for each in told.weights]
        assert values == sorted(values, reverse=True)


def test_a_balance_says_what_was_supposed_and_where_a_case_cannot_be():
    model, data = opened("heart")
    params = model.default(data)
    state = Round(Step(0, Phase.E, params, model.e_step(data, params), 0.0, 0.0), Phase.E)
    (_, plain, *_) = model.views(data, state, Look())
    assert (plain.verdict.variable, plain.verdict.weights) == ("disease", ())
    assert plain.note.startswith("Nothing else was seen: choose a row")
    (_, asked, *_) = model.views(data, state, Look(node="pain", supposed=(("angina", "yes"),)))
    assert [str(each) for each in asked.verdict.weights] == ["angina = yes (supposed)"]
    assert asked.note.startswith("Weight of a test: log P(pain = asymptomatic | all) − log P(pain = asymp")
    assert asked.note.endswith("asymptomatic | all but this test), in nats.")
    small = Network("[a][b|a][c]")
    few = small.parse(Table.from_columns({"a": ["x", "y"], "b": ["u", "v"], "c": ["s", "t"]}))
    never = record("a", "b", "c")(np.array([1.0, 0.0]), np.eye(2), np.array([0.5, 0.5]))
    state = Round(Step(0, Phase.E, never, small.e_step(few, never), 0.0, 0.0), Phase.E)
    (_, none, *_) = small.views(few, state, Look(row=1, node="c"))
    assert (none.verdict, none.note) == (None, "At this θ row 2 cannot be.")
    # By b alone row 2 would have a = y, which cannot be; of c nothing follows.
    assert small.verdicts(few, never, np.array([0, 1]), "c") == [
        small.verdicts(few, never, np.array([0]), "c")[0],
        None,
    ]


def test_the_likeliest_of_very_many_completions_are_looked_for_with_the_e_step_alone(monkeypatch):
    """Eleven holes in a row leave 2,048 completions, more than are listed."""
    names = [f"v{place}" for place in range(11)]
    model = configure(MODEL, {"structure": "".join(f"[{name}]" for name in names)})
    session = new_session(model, Table.from_columns({name: ["a", "b", ""] for name in names}), "three cases")
    after = step(session)
    rows = np.arange(3)
    assert model.count_table(after.data, after.round, rows).names[2][0] != ""
    monkeypatch.setattr(network_table, "ranked", None)
    assert model.count_table(session.data, session.round, rows).names == (("",) * 4,) * 3


def test_a_search_finds_what_a_list_of_all_completions_has(monkeypatch):
    """All cases of the clinic together, with zeros in their tables, against every completion written out."""
    _, data = opened("clinic")
    params = at(data, EXAMPLES["clinic"].truth)
    rows = np.arange(len(data.which))
    listed = ranked(data, params, rows, 3)
    monkeypatch.setattr("emviz.em.families.completions.MOST_LISTED", 0)
    monkeypatch.setattr("emviz.em.families.completions.CASES", 100)
    searched = ranked(data, params, rows, 3)
    np.testing.assert_allclose(searched.shares, listed.shares, atol=1e-12)
    np.testing.assert_allclose(searched.rest, listed.rest, atol=1e-12)
    # Of equals either may come first; a completion that cannot be is in the list alone.
    clear = (np.diff(listed.shares, axis=1) < -1e-9).all(axis=1) & (listed.shares[:, 2] > 1e-9)
    assert clear.sum() > 200
    assert (searched.states[clear, :2] == listed.states[clear, :2]).all()


# -- what missing means --------------------------------------------------------------------------------------


def told_of_holes(model, data):
    return list(model.use("missing", data, model.default(data), np.random.default_rng(0)))[-1]


def test_what_missing_means_for_a_diagnosis():
    model, data = opened("heart")
    found = told_of_holes(model, data)
    assert found.words.startswith("278 of 1,818 cells are missing, 31 of 303 cases are complete. EM assumes")
    assert found.words.endswith(
        "The commonest state in each hole is wrong: θ(disease=no) = 0.967 instead of 0.6093."
    )
    (matrix,) = found.views
    assert matrix.rows == ("EM", "complete rows", "commonest")
    at = matrix.columns.index("θ(disease=no)")
    known = [k for k in data.cells[data.which][:, 0].tolist() if k != UNSEEN]
    assert len(known) == 31
    # All complete cases are those of which the diagnosis is known; every other one counts as no.
    assert matrix.values[1, at] == pytest.approx(known.count(0) / 31, abs=1e-12)
    assert matrix.values[2, at] == pytest.approx((known.count(0) + 272) / 303, abs=1e-12)
    mended = Network(model.structure, holes="commonest")
    filled = mended.parse(read_table(example_path(EXAMPLES["heart"].file)))
    assert "this is not EM" in mended.remark(filled, mended.default(filled))
    once = mended.m_step(filled, mended.e_step(filled, mended.default(filled)).counts)
    assert once.disease[0] == pytest.approx(matrix.values[2, at], abs=1e-12)


def test_what_the_file_says_of_all_holes_is_beside():
    table = Table.from_columns(
        {"a": ["x", "", "y", "x"], "b": ["u", "u", "v", ""], "true:a": list("xyyx"), "true:b": list("uuvv")}
    )
    model = Network("[a][b|a]")
    (matrix,) = told_of_holes(model, model.parse(table)).views
    assert matrix.rows == ("EM", "complete rows", "commonest", "none missing")


def test_where_no_case_is_complete_they_tell_nothing():
    table = Table.from_columns({"a": ["x", "", "y", ""], "b": ["", "u", "", "v"], "count": [3, 2, 1, 1]})
    model = Network("[a][b|a]")
    found = told_of_holes(model, model.parse(table))
    assert "Complete cases alone do not determine θ." in found.words
    assert found.words.startswith("7 of 14 cells are missing, 0 of 7 cases are complete.")
    whole = model.parse(Table.from_columns({"a": ["x", "y"], "b": ["u", "v"]}))
    with pytest.raises(ParameterError, match="no cell is missing"):
        told_of_holes(model, whole)


def test_dates_are_no_states():
    days = Table.from_columns({"t": ["2021/03/01 10:00", "2021/03/02 10:00", "2021/03/02 10:00", "NA"]})
    assert Network().unsuited(days, "t") == "dates, which say when"
    assert Network("[t]").unsuited(days, "t") is None
    assert Network().unsuited(Table.from_columns({"t": ["01.03.2021", "mild", "mild"]}), "t") is None


def test_whether_a_variable_is_the_number_of_cases_is_asked():
    cells = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "Freq": [10, 5, 3, 9]}
    asked = "Freq: if it is the number of cases of each row, say so (--columns count=Freq)"
    assert asked in Network().assumed(Table.from_columns(cells))
    assert asked not in Network("[a][b|a][Freq]").assumed(Table.from_columns(cells))
    assert asked not in Network().assumed(Table.from_columns({**cells, "b": [0, 0, 0, 1]}))
