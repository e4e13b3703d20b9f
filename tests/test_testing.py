"""The contract as a function: sound models pass, and of others one sentence says what is wrong."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from emviz.em.counts.table import Answer, Entry, Line
from emviz.em.model import Expectation
from emviz.em.pictures import Landscape
from emviz.models.coins import Coins
from emviz.models.deaths import DeathCounts, DeathParams, Deaths
from emviz.testing import ContractError, check

pytestmark = pytest.mark.unmeasured

SOUND = Deaths()
NOISE = np.random.default_rng(5)


@pytest.mark.parametrize("model", [Deaths(), Deaths(3), Coins(weights="learned")])
def test_sound_models_pass(model):
    check(model, seeds=1)


def _scaled(found):
    return Expectation(DeathCounts(*(1.1 * each for each in found.counts)), found.objective)


def _noisy(found):
    return Expectation(found.counts, found.objective + 1e-9 * NOISE.random())


def _spoiled(self, data, params):
    data.times[0] += 0
    return SOUND.e_step(data, params)


def _half(shares):
    return 0.5 * shares


def _table(**changes):
    """The count table with some parts replaced by what a function makes of them."""

    def table(self, data, state, rows):
        known = SOUND.count_table(data, state, rows)
        if known.shares is None:
            return known
        return replace(known, **{name: change(getattr(known, name)) for name, change in changes.items()})

    return table


def _wrong_line(derive):
    def derived(cell, places):
        known = derive(cell, places)
        return replace(known, lines=(*known.lines, Line(r"2 \times 3 = 7", "Wrong.")))

    return derived


def _m(**changes):
    def m_step(self, data, counts):
        return SOUND.m_step(data, counts)._replace(**changes)

    return m_step


def _always(self, data, rng) -> DeathParams:
    return self.default(data)


def _alike(self, data, rng) -> DeathParams:
    return self.default(data)._replace(rate=np.full(2, rng.uniform(1, 2)))


FAULTS = {
    "Q with a term too many": (
        "q",
        lambda self, data, counts, params: SOUND.q(data, counts, params) + 0.3 * params.rate.sum(),
        r"the bound at .* is .*, above the objective|Q and the objective have different slopes",
    ),
    "Q without log i!": (
        "q",
        lambda self, data, counts, params: SOUND.q(data, counts, params) - data.orders,
        r"a term of log P\(x, z; θ\) is left out of Q",
    ),
    "an M-step from nowhere": (
        "m_step",
        _m(rate=np.array([9.0, 9.5])),
        "the objective falls from .* in iteration",
    ),
    "an M-step that forgets the weights": ("m_step", _m(weight=np.array([0.5, 0.5])), "w_A is shown as 0.5"),
    "an M-step out of range": (
        "m_step",
        lambda self, data, counts: SOUND.m_step(data, counts)._replace(weight=np.array([0.6, 0.6])),
        "the M-step leaves the domain: weight must add up to 1|slopes|above the objective",
    ),
    "counts that are too large": (
        "e_step",
        lambda self, data, params: _scaled(SOUND.e_step(data, params)),
        "above the objective|slopes",
    ),
    "an objective with noise": (
        "e_step",
        lambda self, data, params: _noisy(SOUND.e_step(data, params)),
        "Q and the objective have different slopes",
    ),
    "an E-step that writes": ("e_step", _spoiled, "the E-step writes into its data"),
    "a posterior that does not add up": (
        "posterior",
        lambda self, data, params, rows: _half(SOUND.posterior(data, params, rows)),
        "the shares of a row add up to 0.4999999999999999, not to 1",
    ),
    "rows that do not add up": ("count_table", _table(counts=_half), "the rows of the table add up to"),
    "shares of something else": (
        "count_table",
        _table(shares=lambda shares: np.roll(shares, 1, axis=1)),
        "the shares of the table are not the posterior",
    ),
    "a derivation that is wrong": (
        "count_table",
        _table(derive=_wrong_line),
        r"2 .times 3 = 7 gives 6.0, and 7.0",
    ),
    "updates of something else": (
        "count_table",
        _table(updates=lambda updates: tuple(updates)[1:]),
        "updates are shown of .* are estimated",
    ),
    "answers in no order": (
        "answers",
        lambda self, data, params, rows: (Answer(("a", "b"), (0.2, 0.8)),) * len(rows),
        "the likeliest completion is not first",
    ),
    "one start for all seeds": ("start", _always, "eight seeds give only 1 starts"),
    "a start that does not say its type": (
        "start",
        lambda self, data, rng: SOUND.start(data, rng),
        "make_params returns another type than start: annotate what start returns",
    ),
    "a start of equal components": (
        "start",
        _alike,
        "all completions are equally probable at a random start",
    ),
    "labels that are not read": ("labelled", lambda self, data: None, "labelled gives no counts"),
    "labels that are misread": (
        "labelled",
        lambda self, data: (
            None if data.label is None else DeathCounts(np.array([5.0, 5.0]), np.array([5.0, 5.0]))
        ),
        "is simulated from .*, and the labels lead to",
    ),
    "a landscape of nothing": (
        "views",
        lambda self, data, state, look: [Landscape((Entry("rat", (0,)),), ())],
        "a landscape offers entries of θ that are not estimated",
    ),
    "no example": ("examples", (), "the model reads none of its examples"),
    "no description": ("description", "Short.", "the description is no paragraph"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_in_one_sentence(fault):
    name, part, sentence = FAULTS[fault]
    made = dataclass(frozen=True)(type("Broken", (Deaths,), {"__doc__": Deaths.__doc__, name: part}))()
    with pytest.raises(ContractError, match=sentence) as caught:
        check(made, seeds=1)
    assert "np." not in str(caught.value)
