"""Transcriptional modules: the two steps against an enumeration, the links, the data, the starts."""

import json
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.optional import is_exact
from emviz.em.theta.params import params_from
from emviz.models.modules import GenerativeParams, Modules, SoftmaxParams, link, steps
from emviz.models.modules.examples import TIMES, TRUTH
from emviz.testing.scene import slack

GOLDEN = Path(__file__).parents[1] / "golden"
TWO = Modules(2)
SOFT = Modules(2, "softmax")
TINY = {
    "gene": ["a", "b", "c", "d"],
    "t1": [0.5, -1.2, 2.0, 0.1],
    "t2": [1.5, 0.3, -0.7, -0.4],
    "reg:X": [1, 0, 1, 1],
    "reg:Y": [0, 0, 1, 1],
}
GENERATIVE = GenerativeParams(
    np.array([0.4, 0.6]),
    np.array([[0.3, 1.0], [0.9, -0.5]]),
    np.array([[0.8, 0.5], [1.5, 0.7]]),
    np.array([[0.7, 0.2], [0.4, 0.9]]),
)
SOFTMAX = SoftmaxParams(
    *GENERATIVE[1:3],
    np.array([[0.5, -1.0], [0.2, 1.3]]),
)
BOTH = pytest.mark.parametrize(("model", "params"), [(TWO, GENERATIVE), (SOFT, SOFTMAX)])


def parsed(model=TWO, **columns):
    return model.parse(Table.from_columns({**TINY, **columns}))


def example(key="cycle"):
    found = next(each for each in TWO.examples if each.key == key)
    model = Modules(**found.hyper)
    return model, model.parse(read_table(example_path(found.file))), found


def climbed(model, data, params, iterations):
    step = engine.start(model, data, params)
    seen = [step]
    for _ in range(2 * iterations):
        step = engine.advance(model, data, step)
        seen.append(step)
    return list(engine.iterations_of(seen))


# -- the oracle ----------------------------------------------------------------------------------------------


def normal(x, mean, variance):
    return np.exp(-0.5 * (x - mean) ** 2 / variance) / np.sqrt(2 * np.pi * variance)


def joint_of(params, row, m):
    """P(x_g, r_g, m), or with the softmax link P(x_g, m | r_g), number by number."""
    x = np.array([TINY["t1"][row], TINY["t2"][row]])
    r = np.array([TINY["reg:X"][row], TINY["reg:Y"][row]])
    density = np.prod(normal(x, params.mean[m], params.variance[m]))
    if isinstance(params, SoftmaxParams):
        powers = np.exp(params.link @ r)
        return density * powers[m] / powers.sum()
    chance = np.prod(np.where(r == 1, params.link[m], 1 - params.link[m]))
    return density * params.weight[m] * chance


def prior_of(params):
    spread = np.var([TINY["t1"], TINY["t2"]], axis=1)
    narrow = -0.5 * 0.1 * (np.log(params.variance) + spread / params.variance).sum()
    if isinstance(params, SoftmaxParams):
        return narrow - 0.5 * 0.1 * (params.link**2).sum()
    return narrow + 0.5 * np.log(params.link * (1 - params.link)).sum()


def assignments(params):
    """Every assignment of four genes to two modules, with P(x, r, z)."""
    for z in product(range(2), repeat=4):
        yield z, np.prod([joint_of(params, row, m) for row, m in enumerate(z)])


@BOTH
def test_the_e_step_is_that_of_all_assignments(model, params):
    data = parsed(model)
    found = model.e_step(data, params)
    every = list(assignments(params))
    total = sum(p for _, p in every)
    assert found.objective == pytest.approx(np.log(total) + prior_of(params), rel=1e-13)
    genes = sum(p * np.bincount(z, minlength=2) for z, p in every) / total
    np.testing.assert_allclose(found.counts.genes, genes, rtol=1e-12)
    points = np.column_stack([TINY["t1"], TINY["t2"]])
    bits = np.column_stack([TINY["reg:X"], TINY["reg:Y"]])
    active = steps.active(data, found.counts, model is SOFT)
    for m in range(2):
        shares = np.array([sum(p for z, p in every if z[row] == m) for row in range(4)]) / total
        np.testing.assert_allclose(model.posterior(data, params, np.arange(4))[:, m], shares, rtol=1e-12)
        mean = shares @ points / shares.sum()
        np.testing.assert_allclose(found.counts.mean[m], mean, rtol=1e-12)
        np.testing.assert_allclose(found.counts.scatter[m], shares @ (points - mean) ** 2, rtol=1e-11)
        np.testing.assert_allclose(active[m], shares @ bits, rtol=1e-12)


@BOTH
def test_q_is_the_expected_log_joint(model, params):
    data = parsed(model)
    counts = model.e_step(data, params).counts
    every = list(assignments(params))
    total = sum(p for _, p in every)
    other = params._replace(mean=params.mean + 0.3, link=params.link * 0.8 + 0.05)
    wanted = sum(
        p / total * np.log(np.prod([joint_of(other, row, m) for row, m in enumerate(z)])) for z, p in every
    )
    assert model.q(data, counts, other) == pytest.approx(wanted + prior_of(other), rel=1e-12)


@BOTH
def test_hard_em_takes_the_likeliest_assignment(model, params):
    data = parsed(model)
    best, height = max(assignments(params), key=lambda pair: pair[1])
    counts = model.complete(data, params)
    np.testing.assert_array_equal(counts.genes, np.bincount(best, minlength=2))
    assert model.q(data, counts, params) == pytest.approx(np.log(height) + prior_of(params), rel=1e-12)


def test_the_m_step_by_hand():
    data = parsed(module=["A", "A", "B", "B"])
    found = TWO.m_step(data, TWO.labelled(data))
    np.testing.assert_allclose(found.weight, [0.5, 0.5])
    np.testing.assert_allclose(found.mean, [[-0.35, 0.9], [1.05, -0.55]], rtol=1e-12)
    spread = np.var([TINY["t1"], TINY["t2"]], axis=1)
    scatter = np.array([[2 * 0.85**2, 2 * 0.6**2], [2 * 0.95**2, 2 * 0.15**2]])
    np.testing.assert_allclose(found.variance, (scatter + 0.1 * spread) / 2.1, rtol=1e-12)
    np.testing.assert_allclose(found.link, [[1.5 / 3, 0.5 / 3], [2.5 / 3, 2.5 / 3]])


# -- the softmax link ----------------------------------------------------------------------------------------


def test_one_inner_step_by_hand():
    """Genes a, b, c, d have the patterns X, none, XY, XY; W = 0 foresees half of each."""
    data = parsed(SOFT)
    np.testing.assert_array_equal(data.patterns, [[0, 0], [1, 0], [1, 1]])
    regulated = np.array([[0.2, 0.9, 0.4], [0.8, 0.1, 1.6]])
    slope = np.array([[0.4 - 0.6, -0.6]])
    half = 0.5 * np.array([[3, 2], [2, 2]]) + 0.1 * np.eye(2)
    step = slope @ np.linalg.inv(half)
    found = link.inner_step(data, regulated, np.zeros((2, 2)))
    np.testing.assert_allclose(found, np.concatenate([step, -step]), rtol=1e-12)


def test_three_inner_steps_climb_and_more_would_climb_further():
    data = parsed(SOFT)
    step = engine.start(SOFT, data, SOFTMAX)
    counts = step.expectation.counts
    heights = []
    for inner in range(6):
        moved = SOFTMAX._replace(link=link.climbed(data, counts.regulated, counts.link, inner))
        heights.append(SOFT.q(data, counts, moved))
    assert all(after > before for before, after in pairwise(heights))
    found = SOFT.m_step(data, counts)
    np.testing.assert_array_equal(found.link, link.climbed(data, counts.regulated, SOFTMAX.link, 3))


def test_the_softmax_link_of_known_modules_is_at_its_maximum():
    data = parsed(SOFT, module=["A", "A", "B", "A"])
    counts = SOFT.labelled(data)
    np.testing.assert_allclose(link.slope(data, counts.regulated, counts.link), 0, atol=1e-8)
    found = SOFT.m_step(data, counts)
    np.testing.assert_allclose(found.link, counts.link, atol=1e-8)


def test_w_stops_climbing_after_so_many_steps(monkeypatch):
    monkeypatch.setattr(link, "MOST", 2)
    data = parsed(SOFT, module=["A", "A", "B", "A"])
    counts = SOFT.labelled(data)
    np.testing.assert_array_equal(counts.link, link.climbed(data, counts.regulated, np.zeros((2, 2)), 2))


def test_only_the_softmax_link_is_generalised_em():
    assert is_exact(TWO)
    assert not is_exact(SOFT)


def test_an_impossible_beta_is_impossible():
    data = parsed()
    edge = GENERATIVE._replace(link=np.array([[0.0, 1.0], [0.4, 0.9]]))
    assert TWO.e_step(data, edge).objective == -np.inf
    np.testing.assert_allclose(TWO.posterior(data, edge, np.arange(4)).sum(axis=1), 1)


# -- the examples --------------------------------------------------------------------------------------------


def test_the_cell_cycle_is_drawn_again():
    model, _, found = example()
    params = GenerativeParams(*(np.array(TRUTH[name]) for name in GenerativeParams._fields))
    drawn = model.simulate(params, 120, np.random.default_rng(2003))
    shipped = read_table(example_path(found.file))
    times = [f"{t}min" for t in TIMES]
    assert shipped.names == ("gene", *times, *(f"reg:R{f}" for f in range(1, 7)), "module")
    for name, mine in zip(shipped.names, drawn.names, strict=True):
        if name in times:
            np.testing.assert_allclose(shipped.numbers(name), drawn.numbers(mine), atol=0.005001)
        else:
            assert shipped.texts(name).tolist() == drawn.texts(mine).tolist()


@pytest.mark.parametrize("key", ["cycle", "cycle-softmax"])
def test_em_finds_the_modules_of_the_cell_cycle(key):
    model, data, _ = example(key)
    best = climbed(model, data, model.default(data), 60)[-1]
    found = model.posterior(data, best.params, np.arange(data.rows)).argmax(axis=1)
    agree = np.zeros((4, 4))
    np.add.at(agree, (found, data.label), 1)
    assert agree.max(axis=1).sum() >= 112
    assert sorted(agree.argmax(axis=1)) == [0, 1, 2, 3]
    assert best.expectation.objective > climbed_from_labels(model, data)


def climbed_from_labels(model, data):
    return model.e_step(data, model.m_step(data, model.labelled(data))).objective


def test_regulators_tell_genes_apart_that_expression_cannot():
    """With the regulators more genes find their true module than without them."""
    model, data, found = example()
    table = read_table(example_path(found.file))
    truth = params_from(model, data, found.truth)
    blind = model.parse(
        Table.from_columns({name: table.texts(name) for name in table.names if not name.startswith("reg:")})
    )
    unlinked = truth._replace(link=np.empty((4, 0)))
    rows = np.arange(120)
    hits = [
        (model.posterior(d, p, rows).argmax(axis=1) == data.label).sum()
        for d, p in ((data, truth), (blind, unlinked))
    ]
    assert hits[0] > hits[1]


@pytest.mark.parametrize("kind", ["generative", "softmax"])
def test_genes_without_regulators_form_modules(kind):
    _, data, _ = example("cyano")
    model = Modules(4, kind)
    assert data.arrays == ("15min", "1hour", "6hours", "15hours")
    assert data.regulators == ()
    path = climbed(model, data, model.default(data), 30)
    heights = [step.expectation.objective for step in path]
    assert all(after >= before - slack(before) for before, after in pairwise(heights))
    assert path[-1].params.link.shape == (4, 0)


# -- data and starts -----------------------------------------------------------------------------------------


def test_columns_are_told_apart():
    data = parsed(note=["x", "y", "z", "w"], flat=[3, 3, 3, 3])
    assert data.arrays == ("t1", "t2")
    assert data.regulators == ("X", "Y")
    assert data.genes.tolist() == ["a", "b", "c", "d"]
    np.testing.assert_allclose(data.points.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(data.points.std(axis=0), 1)


@pytest.mark.parametrize(
    ("columns", "text", "row", "column"),
    [
        ({"t1": ["1", "2", "x", "3"]}, "number", 3, "t1"),
        ({"t1": np.array([1, np.inf, 2, 3])}, "finite number, got inf", 2, "t1"),
        ({"reg:X": [1, 0, 2, 1]}, "0 or 1, got 2", 3, "reg:X"),
        ({"reg:X": ["1", "no", "0", "1"]}, "number", 2, "reg:X"),
    ],
)
def test_a_bad_cell_is_named(columns, text, row, column):
    with pytest.raises(DataError, match=text) as error:
        parsed(**columns)
    assert (error.value.row, error.value.column) == (row, column)


def test_a_table_must_have_expression_and_genes_enough():
    with pytest.raises(DataError, match="numbers that differ"):
        TWO.parse(Table.from_columns({"gene": ["a", "b"], "t": [1, 1]}))
    with pytest.raises(DataError, match="too few for 5 modules"):
        Modules(5).parse(Table.from_columns(TINY))


def test_an_empty_module_is_no_complete_case():
    assert TWO.labelled(parsed(module=["A", "A", "A", "A"])) is None
    assert TWO.labelled(parsed(module=["A", "B", "?", "A"])) is None


def test_a_module_without_genes_stops_the_m_step():
    data = parsed()
    counts = TWO.e_step(data, GENERATIVE).counts
    with pytest.raises(ZeroDivisionError, match="module B has no genes left"):
        TWO.m_step(data, counts._replace(genes=np.array([4.0, 0.0])))


def test_a_module_of_one_gene_keeps_a_variance():
    data = parsed(module=["A", "B", "B", "B"])
    found = TWO.m_step(data, TWO.labelled(data))
    np.testing.assert_allclose(found.variance[0], 0.1 * data.scale**2 / 1.1)


def test_genes_that_are_all_alike_in_pairs_can_still_be_started_from():
    data = Modules(4).parse(Table.from_columns({"t": [1, 1, 2, 2]}))
    start = Modules(4).start(data, np.random.default_rng(0))
    assert set(start.mean[:, 0]) == {1, 2}


def test_the_default_start_is_far_apart_and_short():
    data = parsed()
    default = TWO.default(data)
    np.testing.assert_array_equal(default.mean, [[2.0, -0.7], [-1.2, 0.3]])
    np.testing.assert_array_equal(default.variance, np.tile([1.3, 0.72], (2, 1)))
    np.testing.assert_array_equal(default.link, np.full((2, 2), 0.5))


def test_equal_modules_are_told():
    data = parsed()
    same = GENERATIVE._replace(
        **{name: getattr(GENERATIVE, name)[[0, 0]] for name in ("mean", "variance", "link")}
    )
    assert TWO.remark(data, same) == "all modules are equal: EM cannot tell them apart from here"
    assert TWO.remark(data, GENERATIVE) is None


# -- the golden trace ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "kind"), [("cycle", "generative"), ("cycle-softmax", "softmax")])
def test_the_golden_trace(key, kind):
    """Computed gene by gene with scipy's normal density, Böhning's steps with an inverse matrix."""
    model, data, _ = example(key)
    start = model.default(data)._replace(mean=data.raw[[0, 1, 2, 4]], variance=np.tile(data.scale**2, (4, 1)))
    golden = json.loads((GOLDEN / "modules.json").read_text("utf-8"))[kind]
    for step, known in zip(climbed(model, data, start, 12), golden, strict=True):
        assert step.expectation.objective == pytest.approx(known["objective"], rel=1e-11)
        np.testing.assert_allclose(step.params.mean[0], known["mean_A"], rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(step.params.variance[0], known["variance_A"], rtol=1e-8)
        np.testing.assert_allclose(step.params.link, known["link"], rtol=1e-8, atol=1e-10)
        if "weight" in known:
            np.testing.assert_allclose(step.params.weight, known["weight"], rtol=1e-8)
