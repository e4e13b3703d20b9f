"""EM beside a limit on a border: next to shares worked out by hand, and to the rate of the run itself."""

import numpy as np
import pytest
from toys import COINS, PAPER, TOSSED, biased

from emviz import session as desk
from emviz.api.errors_report import errors_words
from emviz.data.table import Table
from emviz.em.convergence.slowest import slowest
from emviz.em.uncertainty import border as module
from emviz.em.uncertainty.border import beside
from emviz.em.uncertainty.standard_errors import standard_errors
from emviz.em.work import finished
from emviz.models import model_named
from emviz.models.coins import Coins


def found_at(key, example):
    session = desk.example_session(key, example)
    return session, finished(slowest(session.model, session.data, session.start))


def factors(found):
    return {each.label: each.factor for each in found.errors.nearing}


def test_two_proteins_that_fade_away_do_so_by_their_share_of_the_peptides():
    """Near 0, θ_n becomes θ_n Σ_p c_p / Σ θ*, over the proteins that hold p, divided by Σ c."""
    session, found = found_at("proteins", "cases")
    rows = list(
        zip(*(session.table.texts(name) for name in ("peptide", "protein", "probability")), strict=True)
    )
    (parameter,) = session.model.parameters(session.data)
    names = parameter.axes[0]
    abundance = dict(zip(names, found.limit.abundance, strict=True))
    chance = {peptide: float(value) for peptide, _, value in rows}
    sums = {peptide: sum(abundance[n] for p, n, _ in rows if p == peptide) for peptide in chance}

    def factor(name):
        held = [peptide for peptide, protein, _ in rows if protein == name]
        return sum(chance[peptide] / sums[peptide] for peptide in held) / sum(chance.values())

    assert list(factors(found)) == ["θ_subset", "θ_subsumed"]
    for label, value in factors(found).items():
        assert value == pytest.approx(factor(label.removeprefix("θ_")), abs=1e-6)
    # The twins are a ridge along the border.
    assert found.errors.missing[0] == pytest.approx(1, abs=1e-9)
    assert found.errors.flat
    assert "leaves 1.0000 of the error: a ridge or a saddle." in errors_words(found.errors)[1]


@pytest.mark.parametrize(
    ("key", "example", "largest"),
    [("hmm", "casino", "along"), ("tomography", "spots", "along"), ("network", "clinic", "towards")],
)
def test_the_rate_is_that_of_the_last_steps_of_the_run(key, example, largest):
    session, found = found_at(key, example)
    path = [session.start]
    for _ in range(900 if key == "hmm" else 60 if key == "network" else 330):
        counts = session.model.e_step(session.data, path[-1]).counts
        path.append(session.model.m_step(session.data, counts))
    measured = finished(standard_errors(session.model, session.data, path[-1], path)).measured[1]
    assert found.rate == pytest.approx(measured, abs=2e-4)
    along = found.errors.missing[0]
    assert found.rate == (along if largest == "along" else max(factors(found).values()))
    assert (found.rate == along) == (largest == "along")


def test_a_coin_that_only_shows_heads():
    """Six sets HH, one HT and one TT: HT is A's with (1 − θ_A) / P(HT | B), next to θ_A = 1."""
    data = COINS.parse(Table.from_columns({"heads": [2] * 6 + [1, 0], "tails": [0] * 6 + [1, 2]}))
    found = finished(slowest(COINS, data, biased(0.9, 0.4)))
    b = float(found.limit.heads[1])
    factor = 1 / (b * (1 - b)) / (6 * 2 / (1 + b**2))
    assert found.limit.heads[0] == pytest.approx(1, abs=1e-3)
    assert factors(found) == {"θ_A": pytest.approx(factor, abs=1e-3)}
    assert found.errors.slowest == "θ_B up"
    words = errors_words(found.errors)
    assert words[1].startswith("Along the border, with what is at it held, each iteration of EM leaves 0.")
    assert "the largest fraction of missing information there. Slowest direction: θ_B up." in words[1]
    assert words[2] == f"Each iteration multiplies the distance of θ_A from the border by {factor:.4f}."
    record = found.errors.record()
    assert record["border"] == [{"label": "θ_A", "factor": found.errors.nearing[0].factor}]


def test_the_largest_factor_of_several():
    _, found = found_at("tomography", "spots")
    many = len(found.errors.nearing)
    assert errors_words(found.errors)[2].endswith(f", the largest such factor of {many} entries.")
    assert list(factors(found).values()) == sorted(factors(found).values(), reverse=True)


@pytest.mark.parametrize(
    ("model", "data", "values"),
    [
        # Nothing is left to vary.
        ("linkage", {"cell": ["1", "2", "3", "4"], "count": [50, 0, 0, 40]}, {"pi": 1.0}),
        # The mean of a component without weight is not determined.
        ("deaths", {"value": [0, 1, 2, 5]}, {"weight": [1.0, 0.0], "rate": [2.0, 3.0]}),
        (
            "gmm",
            {"x": [0.0, 1.0, 2.0, 5.0]},
            {"weight": [1.0, 0.0], "mean": [[2.0], [3.0]], "covariance": [[[3.5]], [[1.0]]]},
        ),
        ("coins", {"heads": [3, 4], "tails": [2, 1]}, {"weight": [0.0, 1.0], "heads": [0.5, 0.7]}),
    ],
)
def test_there_is_no_rate_where_nothing_varies_or_is_not_determined(model, data, values):
    model = Coins(weights="learned") if model == "coins" else model_named(model)
    data = model.parse(Table.from_columns(data))
    params = model.make_params({name: np.array(value) for name, value in values.items()})
    assert finished(beside(model, data, params)) is None
    errors = finished(standard_errors(model, data, params))
    assert "is on the border of its domain" in errors.withheld
    assert (errors.missing.size, errors.nearing, errors.flat) == (0, (), False)


def test_there_is_none_inside_nor_where_em_still_moves_nor_where_it_fails(monkeypatch):
    limit = finished(slowest(COINS, TOSSED, PAPER)).limit
    assert finished(beside(COINS, TOSSED, limit)) is None
    assert finished(standard_errors(COINS, TOSSED, biased(1.0, 0.5))).missing.size == 0

    def fails(*_):
        raise ArithmeticError

    monkeypatch.setattr(module, "_along", fails)
    assert finished(standard_errors(COINS, TOSSED, biased(1.0, 0.5))).missing.size == 0


def test_it_tells_how_far_it_is():
    session, found = found_at("proteins", "cases")
    told = list(standard_errors(session.model, session.data, found.limit))
    assert told == sorted(told)
    assert 0.3 < told[-1] <= 1
