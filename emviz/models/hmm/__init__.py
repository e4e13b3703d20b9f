"""A chain of hidden states, each of which emits a symbol or a number (Baum, Petrie, Soules & Weiss 1970).

log P(x; θ) = log Σ_z π(z_1) Π a(z_{t−1}, z_t) Π b(z_t, x_t) over all K^T paths z; the forward-backward
recursion sums over them in K² T steps.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import Layout
from emviz.em.counts.answers import places_of, ranked
from emviz.em.counts.labels import surplus
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, Positive, Real, Simplex
from emviz.em.hyper import choice, whole
from emviz.em.model import ColumnSpec, Example, Expectation, Look, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.optional import Group, Span
from emviz.em.pictures import View
from emviz.em.scales import telling_decimals
from emviz.models.hmm import starts, steps
from emviz.models.hmm.assumed import UNSEEN, assumed_of
from emviz.models.hmm.columns import layout_of
from emviz.models.hmm.data import (
    NAMES,
    CategoricalParams,
    GaussianParams,
    HmmCounts,
    HmmData,
    HmmParams,
    HmmRound,
    columns_read,
    parsed,
    state_cells,
)
from emviz.models.hmm.layouts import SYNONYMS, layouts
from emviz.models.hmm.pictures import landscape, pictures
from emviz.models.hmm.presets import PRESETS
from emviz.models.hmm.rows import viterbi, window
from emviz.models.hmm.table import HmmLedger, path_text

#: The casino of Durbin, Eddy, Krogh & Mitchison, Biological Sequence Analysis (1998), section 3.2.
CASINO: Mapping[str, object] = {
    "initial": (0.5, 0.5),
    "transition": ((0.95, 0.05), (0.10, 0.90)),
    "emission": ((1 / 6,) * 6, (0.1, 0.1, 0.1, 0.1, 0.1, 0.5)),
}
LEVELS: Mapping[str, object] = {
    "initial": (1 / 3, 1 / 3, 1 / 3),
    "transition": ((0.94, 0.05, 0.01), (0.04, 0.92, 0.04), (0.01, 0.05, 0.94)),
    "mean": (-2.0, 0.0, 3.0),
    "variance": (0.64, 0.36, 1.44),
}
#: The words for the examples of the casino.
ROLLS = Words(
    *("roll", "rolls", "die", "dice"), "which die was rolled each time", "Which die was rolled here?"
)
DICE = "simulated: the fair and the loaded die of Durbin, Eddy, Krogh & Mitchison (1998), section 3.2"


@dataclass(frozen=True)
class HiddenMarkov(Model[HmmData, HmmParams, HmmCounts]):
    """A hidden Markov model of K states."""

    states: int = whole(2, "States", "The number of states.", 2, 8)
    emission: str = choice(
        "categorical", "Emission", "What a state emits: symbols, or numbers.", "categorical", "gaussian"
    )
    first: str = choice(
        "learned", "First state", "Its distribution: learned, or held uniform.", "learned", "uniform"
    )

    key = "hmm"
    title = "Hidden Markov model"
    description = (
        "Each step shows a symbol or a number. Observed: the sequence. Hidden: the state of the chain at "
        "each step. θ is the distribution of the first state, the probabilities of the transitions, and what "
        "each state emits. Watch how the ribbon of the states sharpens as θ moves, where it agrees with the "
        "single best path, and how a transition of probability 0 stays at 0. log P is that of all observed "
        "symbols, or the log density of the numbers. A step whose symbol or value is missing stays in its "
        "sequence as an unseen step."
    )
    words = Words(
        # A row may be a step or a whole sequence, and "step" already means a step of EM.
        "row",
        "rows",
        "state",
        "states",
        "which state each step was in",
        "Which state was the chain in here?",
        hard="Viterbi training",
    )
    columns = (
        ColumnSpec(
            "symbol",
            "a symbol, one step per row; or give symbols",
            False,
            SYNONYMS["symbol"],
            holes=True,
            unseen=UNSEEN,
        ),
        ColumnSpec(
            "value",
            "a number, one step per row, for normal emissions; or give values",
            False,
            SYNONYMS["value"],
            holes=True,
            unseen=UNSEEN,
        ),
        ColumnSpec(
            "sequence",
            "an id: consecutive rows with the same id are one sequence",
            False,
            SYNONYMS["sequence"],
        ),
        ColumnSpec(
            "state",
            "the true state, for the complete-data case; for a whole sequence written like symbols",
            False,
            SYNONYMS["state"],
        ),
        ColumnSpec(
            "symbols",
            "a whole sequence per row: letters, or symbols separated by blanks, commas or similar",
            False,
            SYNONYMS["symbols"],
        ),
        ColumnSpec(
            "values",
            "a whole sequence per row: numbers separated by blanks, commas or semicolons",
            False,
            SYNONYMS["values"],
        ),
    )
    label_column = "state"
    unit_size = starts.LENGTH
    presets = PRESETS
    examples = (
        Example(
            "casino",
            "The dishonest casino, 300 rolls (simulated)",
            "hmm_casino.csv",
            f"{DICE}, NumPy default_rng(1998)",
            truth=CASINO,
            words=ROLLS,
        ),
        Example(
            "evenings",
            "The dishonest casino, 20 evenings of 30 rolls (simulated)",
            "hmm_casino_evenings.csv",
            f"{DICE}, NumPy default_rng(32)",
            truth=CASINO,
            words=replace(
                ROLLS,
                unit="evening",
                units="evenings",
                shared="The rolls of each {unit} were shared between the {components}",
            ),
        ),
        Example(
            "levels",
            "A signal of three levels, 500 steps (simulated)",
            "hmm_levels.csv",
            "simulated: three states of means -2, 0 and 3, NumPy default_rng(1970)",
            {"states": 3, "emission": "gaussian"},
            truth=LEVELS,
        ),
        Example(
            "earthquakes",
            "Large earthquakes per year, 1900-2006",
            "hmm_earthquakes.csv",
            "Zucchini & MacDonald, Hidden Markov Models for Time Series (2009), Table 1.1, "
            "after the U.S. Geological Survey: earthquakes of magnitude 7 or more",
            {"states": 3, "emission": "gaussian"},
        ),
    )

    @property
    def _learned(self) -> bool:
        return self.first == "learned"

    @property
    def _gaussian(self) -> bool:
        return self.emission == "gaussian"

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns of the chosen emissions; one step per row takes precedence."""
        return columns_read(table, self._gaussian)

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence if the table labels more states than the model has."""
        return surplus(state_cells(table, self._gaussian), "state", self.states, "states")

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return the possible separators of symbols, and whether to gather rows by their ids."""
        return layouts(table, self._gaussian)

    def assumed(self, table: Table) -> Sequence[str]:
        """Return the assumptions on numbers among symbols, and on the order of the steps."""
        return assumed_of(table, self._gaussian)

    def parse(self, table: Table) -> HmmData:
        """Return the sequences.

        Raises
        ------
        DataError
            For a missing column, a value that is not a number, or too many symbols or states.
        """
        return parsed(table, self.states, self._gaussian)

    def parameters(self, data: HmmData) -> Sequence[Parameter]:
        """Return the parameters of the chain and of the emissions."""
        names = tuple(NAMES[: self.states])
        chain = (
            Parameter("initial", Simplex(), "π", (names,), fixed=not self._learned, words="P(begins in {0})"),
            Parameter("transition", Simplex(), "a", (names, names), words="P({1} after {0})"),
        )
        if not self._gaussian:
            emission = Parameter(
                "emission", Simplex(), "b", (names, data.alphabet), words="P({1} in state {0})"
            )
            return (*chain, emission)
        return (
            *chain,
            Parameter("mean", Real(), "μ", (names,), words="the mean of state {0}"),
            Parameter("variance", Positive(), "σ²", (names,), words="the variance of state {0}"),
        )

    def interchangeable(self, data: HmmData) -> Sequence[Group]:
        """Return the states, whatever the symbols are called."""
        emitted = ("mean", "variance") if self._gaussian else ("emission",)
        chain = (("initial", 0), ("transition", 0), ("transition", 1))
        return ((*chain, *((name, 0) for name in emitted)),)

    def make_params(self, values: Mapping[str, Array]) -> HmmParams:
        """Return θ from its fields."""
        if self._gaussian:
            return GaussianParams(*(values[name] for name in GaussianParams._fields))
        return CategoricalParams(*(values[name] for name in CategoricalParams._fields))

    def default(self, data: HmmData) -> HmmParams:
        """Return states that mostly persist, the first of which emits all symbols equally."""
        return starts.default(data, self.states)

    def start(self, data: HmmData, rng: np.random.Generator) -> HmmParams:
        """Return rows drawn uniformly, with extra weight on staying, and means among the values."""
        return starts.start(data, self.states, self._learned, rng)

    def e_step(self, data: HmmData, params: HmmParams) -> Expectation[HmmCounts]:
        """Return the expected first states, transitions and emissions, and log P(x; θ)."""
        return steps.e_step(data, params)

    def m_step(self, data: HmmData, counts: HmmCounts) -> HmmParams:
        """Return the rows of expected counts divided by their sums (Baum-Welch).

        Raises
        ------
        ZeroDivisionError
            If a state is never visited, or its variance has shrunk to 0.
        """
        return steps.m_step(data, counts, self._learned)

    def q(self, data: HmmData, counts: HmmCounts, params: HmmParams) -> float:
        """Return Σ (expected count) · log θ."""
        return steps.q(counts, params)

    def objectives(self, data: HmmData, params: HmmParams) -> Array:
        """Return log P(x; θ), shape (B,), at stacked θ, by the forward recursion alone."""
        each = (
            self.make_params(dict(zip(params._fields, one, strict=True))) for one in zip(*params, strict=True)
        )
        return np.array([steps.log_likelihood(data, one) for one in each])

    def mixes(self, data: HmmData) -> bool:
        """Return whether a row is a whole sequence."""
        return not data.by_step

    def span(self, data: HmmData) -> Span:
        """Return the states of all steps of the longest sequence, which are smoothed together."""
        return Span(self.states * int(data.lengths.max(initial=0)), shared=data.by_step)

    def posterior(self, data: HmmData, params: HmmParams, rows: Rows) -> Array:
        """Return the probability of each state, shape (len(rows), K), averaged over a sequence."""
        return window(data, params, rows).shares()

    def answers(self, data: HmmData, params: HmmParams, rows: Rows) -> Sequence[Answer]:
        """Return the states of a step by probability; for a sequence the likeliest path and P(path | x)."""
        seen = window(data, params, rows)
        if data.by_step:
            return ranked(seen.shares(), [f"state {name}" for name in NAMES[: self.states]])
        path = viterbi(seen.data, params)
        chances = seen.chances(path)
        begins = seen.data.starts
        return tuple(
            Answer((path_text(path[begins[n] :][: seen.data.lengths[n]].tolist()),), (float(chances[n]),))
            for n in seen.rows.tolist()
        )

    def chosen(self, data: HmmData, params: HmmParams, rows: Rows) -> Sequence[int]:
        """Return the place, among the answers of a step, of the state on the most likely path."""
        if not data.by_step:
            return (0,) * len(rows)
        on_path = window(data, params, rows, whole=True).shares().argmax(axis=1)
        return places_of(on_path, window(data, params, rows).shares())

    def complete(self, data: HmmData, params: HmmParams) -> HmmCounts:
        """Return the counts of the single most likely path (Viterbi)."""
        return steps.path_counts(data, viterbi(data, params), self.states)

    def labelled(self, data: HmmData) -> HmmCounts | None:
        """Return the counts of the true states, if they are known and determine θ."""
        return steps.labelled(data, self.states)

    def simulate(
        self, params: HmmParams, size: int, rng: np.random.Generator, each: int | None = None
    ) -> Table:
        """Return `size` steps in sequences of `each` (twenty) steps, with the true states."""
        return starts.simulated(params, size, rng, each or starts.LENGTH.usual)

    def remark(self, data: HmmData, params: HmmParams) -> str | None:
        """Return a sentence on states that are all equal, or on a transition of 0; EM leaves neither."""
        # Equal emissions alone do not suffice: a chain that is not stationary still tells the states apart
        # by time.
        settled = np.allclose(params.initial @ params.transition, params.initial, rtol=0, atol=1e-12)
        if settled and not any(np.ptp(field, axis=0).any() for field in params[2:]):
            return "all states emit the same: EM cannot tell them apart from here"
        zeros = np.argwhere(params.transition == 0)
        if not len(zeros):
            return None
        one, other = (NAMES[k] for k in zeros[0])
        return f"a_{one},{other} is 0, and a transition of probability 0 stays at 0"

    def decimals(self, data: HmmData) -> int:
        """Return enough decimals to tell the observed numbers apart; one for symbols."""
        return telling_decimals(np.nanstd(data.values, keepdims=True)) if self._gaussian else 1

    def count_table(self, data: HmmData, state: HmmRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: states, transitions and emissions of each row."""
        layout = layout_of(data, self.states, self._learned)
        many = data.steps if data.by_step else len(data.lengths)
        return HmmLedger(self, data, state, many, layout).table(rows)

    def views(self, data: HmmData, state: HmmRound, look: Look[HmmParams]) -> Sequence[View]:
        """Return the ribbon, the chain, its transitions, the emissions, and log P over two entries of θ."""
        return (*pictures(data, state, look), landscape(self.default(data)))


MODEL = HiddenMarkov()
