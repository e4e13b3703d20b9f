"""The contract at its smallest: eight members, and what stands for all the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
import pytest

from emviz.api.fitting import begun
from emviz.data.examples import example_path
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.counts.table import Answer, TotalCell
from emviz.em.domains import Parameter, ParameterError, Simplex, Unit
from emviz.em.hyper import text
from emviz.em.methods import method_named
from emviz.em.model import (
    Example,
    Expectation,
    Look,
    Model,
    ModelError,
    Phase,
    Round,
    fields_of,
    offers,
    record,
)
from emviz.em.numerics import Array
from emviz.em.objective.pictured import pictures_of
from emviz.em.pictures import Landscape
from emviz.em.theta.params import params_from
from emviz.intake import Taken


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows of whole numbers, a column each, and how often each occurs."""

    names: tuple[str, ...]
    codes: np.ndarray
    states: tuple[int, ...]


@dataclass(frozen=True)
class Classes(Model[Cells, tuple, tuple]):
    """Latent classes, log P: a table for each column that the text names, as wide as the data need it."""

    of: str = text("", "Of", "The columns, apart by blanks.")

    key = "classes"
    title = "Latent classes"
    columns = ()

    def parse(self, table):
        names = tuple(self.of.split())
        codes = np.stack([table.counts(name) for name in names], axis=-1).astype(int)
        return Cells(names, codes, tuple((codes.max(axis=0) + 1).tolist()))

    def parameters(self, data):
        classes = ("1", "2")
        fields = zip(data.names, data.states, strict=True)
        own = (Parameter(n, Simplex(), n, (classes, tuple(map(str, range(s))))) for n, s in fields)
        return (Parameter("class", Simplex(), "π", (classes,)), *own)

    def start(self, data, rng):
        drawn = [each.domain.sample(each.shape, rng) for each in self.parameters(data)]
        return record("class", *data.names)(*drawn)

    def _joint(self, data, params):
        joint = np.tile(params[0], (len(data.codes), 1))
        for column, table in zip(data.codes.T, params[1:], strict=True):
            joint = joint * table[:, column].T
        return joint

    def e_step(self, data, params):
        joint = self._joint(data, params)
        shares = joint / joint.sum(axis=1, keepdims=True)
        tables = [
            np.stack([shares[column == state].sum(axis=0) for state in range(states)], axis=-1)
            for column, states in zip(data.codes.T, data.states, strict=True)
        ]
        counts = record("class", *data.names)(shares.sum(axis=0), *tables)
        return Expectation(counts, float(np.log(joint.sum(axis=1)).sum()))

    def m_step(self, data, counts):
        return record("class", *data.names)(*(each / each.sum(axis=-1, keepdims=True) for each in counts))

    def q(self, data, counts, params):
        return float(sum((n * np.log(p)).sum() for n, p in zip(counts, params, strict=True)))


class Rate(NamedTuple):
    heads: Array


class Tally(NamedTuple):
    """The counts, and θ(t): an M-step that goes half of the way has to know where from."""

    heads: Array
    tails: Array
    here: Array


@dataclass(frozen=True)
class Halfway(Model[Table, Rate, Tally]):
    """Coins that went half under the table; log P of those that are seen."""

    key = "halfway"
    title = "Halfway"
    exact_m_step = False
    examples = (Example("one", "One", example_path("coins_one.csv"), "simulated"),)

    def parse(self, table: Table) -> Table:
        return table

    def parameters(self, data: Table) -> list[Parameter]:
        return [Parameter("heads", Unit(), "θ", ())]

    def start(self, data: Table, rng: np.random.Generator) -> Rate:
        return Rate(np.array(rng.uniform(0.1, 0.9)))

    def e_step(self, data: Table, params: Rate) -> Expectation[Tally]:
        heads, tails = (data.numbers(side).sum() for side in ("heads", "tails"))
        height = heads * math.log(params.heads) + tails * math.log1p(-params.heads)
        hidden = heads + tails
        counts = Tally(heads + hidden * params.heads, tails + hidden * (1 - params.heads), params.heads)
        return Expectation(counts, height)

    def m_step(self, data: Table, counts: Tally) -> Rate:
        return Rate((counts.here + counts.heads / (counts.heads + counts.tails)) / 2)

    def q(self, data: Table, counts: Tally, params: Rate) -> float:
        return float(counts.heads * np.log(params.heads) + counts.tails * np.log1p(-params.heads))


ROWS = list(product(range(2), range(3), range(2))) * 2 + [(0, 0, 0)] * 9 + [(1, 2, 1)] * 7
SEEN = Table.from_columns({name: [row[k] for row in ROWS] for k, name in enumerate("abc")})


@pytest.mark.parametrize("of", ["a", "a b", "c a b"])
def test_fields_and_their_shapes_may_depend_on_a_text_and_on_the_data(of):
    model = Classes(of)
    session = begun(model, Taken(SEEN), "")
    fields = fields_of(session.start)
    assert list(fields) == ["class", *of.split()]
    assert [value.shape for value in fields.values()] == [
        (2,),
        *((2, {"b": 3}.get(n, 2)) for n in of.split()),
    ]
    assert getattr(session.start, "class") is session.start[0]
    assert session.start.a is fields["a"]
    again = params_from(model, session.data, {name: value.tolist() for name, value in fields.items()})
    assert type(again) is type(session.start)
    steps = list(engine.run(model, session.data, session.step, iterations=30, tolerance=0))
    heights = [step.expectation.objective for step in engine.iterations_of(steps)]
    assert all(after >= before - 1e-9 for before, after in pairwise(heights))
    # Of one column nothing but the margin can be learned: EM reaches the multinomial maximum.
    margin = np.unique(SEEN.numbers("a"), return_counts=True)[1]
    known = float((margin * np.log(margin / margin.sum())).sum())
    assert (of != "a") or heights[-1] == pytest.approx(known, rel=1e-12)


def test_counts_may_carry_the_parameters_they_were_made_at():
    model = Halfway()
    session = begun(
        model, Taken(Table.from_columns({"heads": [6, 9], "tails": [4, 1]})), "", start={"heads": 0.2}
    )
    steps = list(engine.run(model, session.data, session.step, iterations=3, tolerance=0))
    found = [float(step.params.heads) for step in steps if step.phase is Phase.M]
    # Half of the tosses seen, .75 heads: the M-step would go to (.75 + θ) / 2, and goes half of that way.
    assert found == pytest.approx([0.3375, 0.440625, 0.51796875], rel=1e-12)
    assert all(float(step.expectation.counts.here) == float(step.params.heads) for step in steps)


def test_what_stands_for_what_was_not_written():
    model = Halfway()
    data = model.parse(Table.from_columns({"heads": [6, 9], "tails": [4, 1]}))
    assert not any(
        offers(model, part) for part in ("posterior", "answers", "count_table", "views", "simulate")
    )
    assert offers(model, "examples")
    assert model.objective == "log P"
    assert model.description == "Coins that went half under the table; log P of those that are seen."
    assert [column.name for column in model.columns] == ["heads", "tails"]
    assert Classes("a").examples == ()
    assert model.words.units == "rows"
    assert model.label_column is None
    assert model.labelled(data) is None
    assert model.remark(data, model.default(data)) is None
    assert model.default(data) == model.start(data, np.random.default_rng(0))
    assert isinstance(model.make_params({"heads": np.array(0.5)}), Rate)
    assert model.answers(data, model.default(data), np.arange(2)) == (Answer(("component A",), (1.0,)),) * 2
    assert model.complete(data, model.default(data)) is None
    with pytest.raises(ParameterError, match="halfway cannot simulate data"):
        model.simulate(model.default(data), 10, np.random.default_rng(0))
    with pytest.raises(ModelError, match="no single most likely completion"):
        engine.start(model, data, model.default(data), method_named("hard"))


def test_a_member_that_must_be_written_is_named():
    @dataclass(frozen=True)
    class Half(Model):
        key = "half"

    with pytest.raises(TypeError, match="e_step, m_step, parameters, parse, q, start, title"):
        Half()


def test_totals_stand_in_a_table_of_their_own():
    model = Halfway()
    data = model.parse(Table.from_columns({"heads": [6, 9], "tails": [4, 1]}))
    step = engine.start(model, data, Rate(np.array(0.25)))
    before, after = (
        model.count_table(data, Round(step, phase), np.arange(2)) for phase in (Phase.START, Phase.E)
    )
    assert before.totals is None
    assert after.observed == ("row 1", "row 2")
    assert [group.heading for group in after.groups] == ["heads", "tails", "here"]
    np.testing.assert_allclose(after.totals, [20, 20, 0.25])
    assert (after.shares, after.counts) == (None, None)
    derivation = after.derive(TotalCell(2), 1)
    assert derivation.title == "Where does the total of here come from?"
    assert derivation.lines[0].formula == "0.2500"


def test_a_landscape_is_the_picture_of_a_model_without_one_if_it_has_two_entries():
    data = Halfway().parse(Table.from_columns({"heads": [6], "tails": [4]}))
    state = Round(engine.start(Halfway(), data, Rate(np.array(0.25))), Phase.E)
    assert pictures_of(Halfway(), data, state, Look()) == ()
    model = Classes("a b")
    cells = model.parse(SEEN)
    state = Round(engine.start(model, cells, model.default(cells)), Phase.E)
    assert model.views(cells, state, Look()) == ()
    (view,) = pictures_of(model, cells, state, Look())
    assert isinstance(view, Landscape)
    assert len(view.entries) == 2 + 2 * 2 + 2 * 3
    assert len(view.starts) == 1
