"""What is seen of modules: the count table with its derivations, the pictures."""

import numpy as np
import pytest
from test_modules import GENERATIVE, SOFT, SOFTMAX, TINY, TWO, example, parsed

from emviz.data.table import Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Look, Phase, Round
from emviz.models.modules import Modules, pictures
from emviz.ui.widgets.formula import svg_of

EVERY = np.arange(4)


def at(phase, model=TWO, params=GENERATIVE, data=None):
    data = parsed(model, module=["A", "A", "B", "B"]) if data is None else data
    step = engine.start(model, data, params)
    updated = model.m_step(data, step.expectation.counts) if phase is Phase.M else None
    return data, Round(step, phase, updated)


def tabled(phase, model=TWO, params=GENERATIVE, rows=EVERY):
    data, state = at(phase, model, params)
    return model.count_table(data, state, rows)


# -- the table -----------------------------------------------------------------------------------------------


def test_the_table_tells_genes_and_what_they_add():
    table = tabled(Phase.M)
    assert table.heading == "gene: t1, t2 · regulators"
    assert table.observed[:2] == ("a: 0.5, 1.5 · 10", "b: −1.2, 0.3 · 00")
    assert [tag.text for tag in table.completions] == ["P(A)", "P(B)"]
    assert [group.symbols for group in table.groups] == [("genes", "Σ t1", "X")] * 2
    assert [tag.text for tag in table.labels] == ["A", "A", "B", "B"]
    share = table.shares[0, 0]
    np.testing.assert_allclose(table.counts[0, :3], [share, 0.5 * share, share])
    assert [update.label for update in table.updates[:4]] == ["w_A", "w_B", "μ_A,t1", "μ_A,t2"]


def test_genes_without_names_and_regulators_are_told_by_their_place():
    data = TWO.parse(Table.from_columns({name: TINY[name] for name in ("t1", "t2")}))
    _, state = at(Phase.E, params=GENERATIVE._replace(link=np.empty((2, 0))), data=data)
    table = TWO.count_table(data, state, EVERY)
    assert table.heading == "gene: t1, t2"
    assert table.observed[2] == "3: 2, −0.7"
    assert table.labels is None
    assert [view.title for view in TWO.views(data, state, Look())] == ["Heat map", "Mean curves"]


def test_w_is_no_ratio_of_counts():
    table = tabled(Phase.M, SOFT, SOFTMAX)
    update = next(update for update in table.updates if update.label == "W_A,Y")
    assert update.terms == (1.0,)
    assert update.numerator == update.value


# -- derivations ---------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.unmeasured
@pytest.mark.parametrize(("model", "params"), [(TWO, GENERATIVE), (SOFT, SOFTMAX)])
def test_formulas_can_be_typeset(model, params):
    table = tabled(Phase.M, model, params)
    cells = [ShareCell(2, 1), CountCell(0, 0), TotalCell(1), *map(UpdateCell, range(len(table.updates)))]
    for line in {line for cell in cells for line in table.derive(cell, 2).lines}:
        assert svg_of(line.formula, 18, "#000000").startswith("<svg")


def lines_of(table, cell, places=2):
    return [line.formula for line in table.derive(cell, places).lines]


def test_a_share_is_derived_with_its_numbers():
    table = tabled(Phase.M)
    density, bits, bayes, ratio, counted, *_ = lines_of(table, ShareCell(0, 0))
    # −½ [(0.5 − 0.3)² / 0.8 + log 2π 0.8] and −½ [(1.5 − 1.0)² / 0.5 + log 2π 0.5]
    assert r"(-0.8323667575) + (-0.8223649429) \approx -1.65473" in density
    assert bits == r"P(r \mid \mathrm{A}) = 0.7 \cdot 0.8 \approx 0.5600"
    assert bayes.startswith(r"P(\mathrm{A}) = \frac{0.400 \cdot 0.1911 \cdot 0.5600}")
    assert ratio.endswith(f"{table.shares[0, 0]:.3f}")
    assert counted.startswith(rf"{table.shares[0, 0]:.3f} \cdot 1\,\mathrm{{gene}}")


def test_the_choice_of_regulators_is_derived_with_its_numbers():
    formulas = lines_of(tabled(Phase.M, SOFT, SOFTMAX), ShareCell(2, 1))
    # genes c has both: exp(0.2 + 1.3) / (exp(0.5 − 1.0) + exp(0.2 + 1.3)) = 1 / (1 + e^−2)
    assert formulas[1] == (
        r"P(\mathrm{B} \mid r) = \frac{e^{0.2 + 1.3}}{e^{0.5 + (-1)} + e^{0.2 + 1.3}} \approx 0.8808"
    )
    none = lines_of(tabled(Phase.M, SOFT, SOFTMAX), ShareCell(1, 0))
    assert none[1] == r"P(\mathrm{A} \mid r) = \frac{e^{0}}{e^{0} + e^{0}} \approx 0.5000"


def test_updates_are_derived_with_what_the_prior_adds():
    data, state = at(Phase.M)
    table = TWO.count_table(data, state, EVERY)
    labels = [update.label for update in table.updates]
    counts, found = state.base.expectation.counts, state.updated
    variance = lines_of(table, UpdateCell(labels.index("σ²_A,t1")), 3)
    assert variance[-2].startswith(r"\nu s^{2} = 0.1 \cdot")
    top = counts.scatter[0, 0] + 0.1 * np.var(TINY["t1"])
    assert variance[-1] == (
        rf"\sigma^{{2}}_{{\mathrm{{A}},\mathrm{{t1}}}} = \frac{{{top:.4f}}}{{{counts.genes[0]:.4f} + 0.1}} "
        rf"\approx {found.variance[0, 0]:.4f}"
    )
    beta = lines_of(table, UpdateCell(labels.index("β_B,Y")), 3)
    assert beta[-1] == (
        rf"\beta_{{\mathrm{{B}},\mathrm{{Y}}}} = \frac{{{counts.regulated[1, 1]:.3f} + 0.5}}"
        rf"{{{counts.genes[1]:.3f} + 1}} \approx {found.link[1, 1]:.4f}"
    )
    mean = lines_of(table, UpdateCell(labels.index("μ_A,t2")), 3)
    assert mean[-1].endswith(f"{found.mean[0, 1]:.4f}")


def test_the_three_steps_of_w_add_up():
    data, state = at(Phase.M, SOFT, SOFTMAX)
    table = SOFT.count_table(data, state, EVERY)
    place = [update.label for update in table.updates].index("W_B,X")
    slope, steps = lines_of(table, UpdateCell(place), 3)[-2:]
    assert r"- 0.1 \cdot 0.2 \approx" in slope
    terms, value = steps.split(" = ")[1].split(r" \approx ")
    parts = [float(term.strip("()")) for term in terms.split(" + ")]
    assert len(parts) == 4
    assert parts[0] == 0.2
    assert sum(parts) == pytest.approx(float(value.strip("()")), abs=5e-4)
    assert float(value.strip("()")) == pytest.approx(state.updated.link[1, 0], abs=5e-5)


def test_nothing_is_derived_of_an_m_step_that_fails():
    data, state = at(Phase.E)
    counts = state.base.expectation.counts._replace(genes=np.array([4.0, 0.0]))
    expectation = type(state.base.expectation)(counts, state.base.expectation.objective)
    step = type(state.base)(0, Phase.E, state.base.params, expectation, 0.0, 0.0)
    table = TWO.count_table(data, Round(step, Phase.E), EVERY)
    assert not any("frac" in line for line in lines_of(table, TotalCell(0)))


@pytest.mark.thorough
@pytest.mark.unmeasured
def test_columns_with_odd_names_can_be_typeset():
    odd = {"α-factor (%)": TINY["t1"], "__": TINY["t2"], "reg:SWI4/6": TINY["reg:X"]}
    data = TWO.parse(Table.from_columns(odd))
    assert data.regulators == ("SWI4/6",)
    _, state = at(Phase.M, params=GENERATIVE._replace(link=GENERATIVE.link[:, :1]), data=data)
    table = TWO.count_table(data, state, EVERY)
    for place in range(len(table.updates)):
        for line in table.derive(UpdateCell(place), 2).lines:
            assert svg_of(line.formula, 18, "#000000").startswith("<svg")


@pytest.mark.parametrize("model", [TWO, SOFT])
def test_a_share_without_regulators_is_derived(model):
    data = model.parse(Table.from_columns({name: TINY[name] for name in ("t1", "t2")}))
    params = model.default(data)
    _, state = at(Phase.M, model, params, data)
    formulas = lines_of(model.count_table(data, state, EVERY), ShareCell(0, 0))
    assert not any("r" in formula.split("=")[0].replace("mathrm", "") for formula in formulas[:2])
    weight = r" \cdot 0.5000}" if model is SOFT else r"{0.500 \cdot "
    assert weight in formulas[1]
    assert all(svg_of(formula, 18, "#000000").startswith("<svg") for formula in formulas)


# -- pictures ------------------------------------------------------------------------------------------------


def test_the_heat_map_is_sorted_by_module_and_knows_its_rows():
    model, data, _ = example()
    step = engine.start(model, data, model.default(data))
    for _ in range(20):
        step = engine.advance(model, data, step)
    state = Round(engine.advance(model, data, step), Phase.E)
    heat, curves, bound = model.views(data, state, Look(row=7))
    assert list(heat.components) == sorted(heat.components)
    assert sorted(heat.sources) == list(range(120))
    assert heat.rows[heat.row] == "gene 8"
    assert heat.sources[heat.row] == 7
    np.testing.assert_array_equal(heat.values, data.raw[list(heat.sources)])
    assert heat.low == -heat.high
    assert curves.row == 7
    np.testing.assert_array_equal(curves.counts, state.base.expectation.counts.genes)
    assert bound.numbers
    assert bound.values.shape == (4, 6)
    assert (bound.low, bound.high) == (0, 1)


def test_before_the_e_step_genes_stand_as_in_the_table():
    data, state = at(Phase.START)
    heat, curves, _ = TWO.views(data, state, Look())
    assert heat.sources == (0, 1, 2, 3)
    assert heat.components is None
    assert heat.row is None
    assert heat.note == ""
    assert curves.shares is None


def test_the_softmax_link_has_two_signs():
    data, state = at(Phase.M, SOFT, SOFTMAX)
    bound = SOFT.views(data, state, Look())[-1]
    assert bound.low == -bound.high
    np.testing.assert_array_equal(bound.values, state.updated.link)
    assert bound.note.startswith("W")


def test_of_many_genes_some_are_drawn(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_GENES", 3)
    monkeypatch.setattr(pictures, "MOST_CURVES", 3)
    data, state = at(Phase.E)
    heat, curves, _ = TWO.views(data, state, Look(row=2))
    assert sorted(heat.sources) == [0, 1, 3]
    assert heat.row is None
    assert heat.note.endswith("3 of 4 genes, evenly spread over the table.")
    assert curves.note == "3 of 4 genes."


def test_answers_name_modules():
    data = parsed()
    told = Modules(2).answers(data, GENERATIVE, np.array([0]))[0]
    assert set(told.completions) == {"module A", "module B"}
