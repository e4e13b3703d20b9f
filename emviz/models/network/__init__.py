"""Bayesian networks with missing cells: diagnosis from a limited battery of tests.

L(θ) = Σ_rows log Σ_x Π_v θ_v(x_v | parents of v), over all states x that agree with the observed cells of the
row (Lauritzen, Comput. Statist. Data Anal. 19:191 (1995)). `em.families.cliques` explains the summation,
`em.families.dag` the notation of the structure.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from emviz.data.table import Mask, Table
from emviz.em.columns import TRUE
from emviz.em.counts.alike import Alike
from emviz.em.counts.table import Answer, CountTable, Verdict
from emviz.em.families import verdicts as diagnosis
from emviz.em.families.alone import Alone, known
from emviz.em.families.case_holes import COMMONEST, MISTAKE, lacking, with_alone
from emviz.em.families.case_pictures import first_entries, pictures
from emviz.em.families.case_sums import affordable, likeliest_sums
from emviz.em.families.cases import UNSEEN, Cases
from emviz.em.families.completions import flat, ranked, shares_of
from emviz.em.families.conditional import TableOf, carried, indistinct
from emviz.em.families.meaning import TOOL, meant
from emviz.em.families.states import missing
from emviz.em.hyper import choice, real, text
from emviz.em.model import ColumnSpec, Expectation, Fields, Look, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.pictures import Landscape, View
from emviz.em.simulation.missingness import Columns
from emviz.em.tools import Finding
from emviz.em.work import finished
from emviz.models.network import data as reading
from emviz.models.network import starts, steps
from emviz.models.network.data import COUNT, NetworkCounts
from emviz.models.network.examples import EXAMPLES, PRESETS
from emviz.models.network.steps import NetworkRound
from emviz.models.network.table import NetworkLedger

#: The most completions in an answer.
MOST_NAMED = 5


@dataclass(frozen=True)
class Network(Model[Cases, Fields, NetworkCounts]):
    """A table for each variable given its parents."""

    structure: str = text(
        "",
        "Structure",
        "[a][b|a] has a table for each; [c=2] is hidden; empty: all depend on the first.",
    )
    pseudocount: float = real(
        0.0, "Pseudocount α", "Added to each expected count, so that nothing is impossible.", 0.0, 10.0
    )
    holes: str = choice(
        *("summed over", "Holes", "By EM, or by the commonest state, which is wrong."),
        *("summed over", COMMONEST),
    )

    key = "network"
    title = "Bayesian network"
    description = (
        "Each row is a case, such as a patient, or a number of identical cases. Observed: the states of some "
        "variables, such as tests. Hidden: every missing cell, and variables without a column. θ has the "
        "table of each variable given its parents. See how each case is shared between its completions in "
        "every table, and how much the observed tests say about the diagnosis. Whether a cell is missing may "
        "depend on observed cells, but not on its own value. log P is that of the observed cells, case by "
        "case; with a pseudocount, the log posterior adds the log prior without its constant."
    )
    words = Words(
        *("case", "cases", "completion", "completions", "what the missing cells of each case hold"),
        "What are the likeliest values in the missing cells of this case?",
        completion="{name}",
        shared="Each case was shared between its completions",
    )
    columns = (
        ColumnSpec(
            "disease",
            "a variable, any number of them: words or numbers; empty, NA or ? if not seen",
            False,
            holes=True,
            free=True,
            unseen="a result that was not seen: all its states are summed over",
        ),
        ColumnSpec(COUNT, "the number of cases like this one; without it one case", required=False),
        ColumnSpec(f"{TRUE}NAME", "the true values of the holes in the column NAME", required=False),
    )
    examples = EXAMPLES
    presets = PRESETS
    tools = (TOOL,)
    usual_holes = 0.2
    gathers = "a variable with states"

    @property
    def objective(self) -> str:
        """Log P, or with a pseudocount the log posterior."""
        return "log posterior" if self.pseudocount else "log P"

    @property
    def mistake(self) -> str:
        """Why this is not EM; empty if it is."""
        return MISTAKE if self.holes == COMMONEST else ""

    def unsuited(self, table: Table, name: str) -> str | None:
        """Return why a column is not a variable; None if it may be one, or the structure names it."""
        return reading.unsuited(table, name, self.structure)

    def marked_missing(self, table: Table, name: str) -> Mask:
        """Return the rows in which a variable was not seen."""
        return missing(table, name)

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns of the variables, of their true values, and of the numbers of cases."""
        return reading.columns_read(table, self.structure)

    def assumed(self, table: Table) -> Sequence[str]:
        """Return the assumed structure, and that "none" is a state."""
        return reading.assumed(table, self.structure)

    def parse(self, table: Table) -> Cases:
        """Return the cases.

        Raises
        ------
        DataError
            If a variable has no column or no state, a count is invalid, there are no cases, or exact
            inference would take too long or need too large a table.
        ParameterError
            For a structure that cannot be read.
        """
        return with_alone(self, affordable(reading.parsed(table, self.structure, self.holes == COMMONEST)))

    def parameters(self, data: Cases) -> Sequence[TableOf]:
        """Return the table of each variable given its parents."""
        return [TableOf.of(data, v) for v in range(len(data.names))]

    def default(self, data: Cases) -> Fields:
        """Return uniform tables, in which the children of a hidden variable favour different states."""
        return starts.default(data)

    def start(self, data: Cases, rng: np.random.Generator) -> Fields:
        """Return tables drawn uniformly."""
        return starts.drawn(data, rng)

    def e_step(self, data: Cases, params: Fields) -> Expectation[NetworkCounts]:
        """Return the expected cases of each cell of the tables, and log P(x; θ), with any log-prior."""
        return finished(self.e_parts(data, params))

    def e_parts(self, data: Cases, params: Fields) -> Generator[None, None, Expectation[NetworkCounts]]:
        """Return the same; yield between blocks of cases."""
        counts, height = yield from steps.expecting(data, params)
        return Expectation(counts, height + steps.log_prior(params, self.pseudocount))

    def objectives(self, data: Cases, params: Fields) -> Array:
        """Return log P, or the log posterior, shape (B,), at many θ at once."""
        return steps.objectives(data, params, self.pseudocount)

    def m_step(self, data: Cases, counts: NetworkCounts) -> Fields:
        """Return (N + α) / Σ (N + α) in each row of each table; a row without cases stays as it was."""
        return steps.maximised(data, counts, self.pseudocount)

    def q(self, data: Cases, counts: NetworkCounts, params: Fields) -> float:
        """Return Σ (N + α) log θ over all cells of all tables."""
        return steps.fit_of(counts, params, self.pseudocount)

    def posterior(self, data: Cases, params: Fields, rows: Rows) -> Array:
        """Return the shares of each row's completions, shape (len(rows), most of any row).

        Of more than 1,024 completions, those of the three likeliest, and the rest.
        """
        return shares_of(data, params, rows, 3)

    def answers(self, data: Cases, params: Fields, rows: Rows) -> Sequence[Answer]:
        """Return the likeliest completions of the missing cells."""
        found = ranked(data, params, rows, min(MOST_NAMED, data.most))
        answers = []
        for case, states, shares in zip(data.which[rows].tolist(), found.states, found.shares, strict=True):
            known = np.flatnonzero(states[:, 0] != UNSEEN)
            names = tuple(data.named(own, data.unseen[case]) for own in states[known].tolist())
            answers.append(Answer(names, tuple(shares[known].tolist())))
        return answers

    def complete(self, data: Cases, params: Fields) -> NetworkCounts:
        """Return the counts if each case has its likeliest completion, the first of equals."""
        return NetworkCounts(likeliest_sums(data, params), flat(params))

    def labelled(self, data: Cases) -> NetworkCounts | None:
        """Return the counts of the true states, if all are known."""
        return steps.known(data)

    def alone(self, data: Cases) -> Alone | None:
        """Return the finder of θ from the complete cases alone; None if no cell is missing."""
        return data.alone

    def simulate(self, params: Fields, size: int, rng: np.random.Generator) -> Table:
        """Return `size` cases, and the states of variables without a column."""
        return reading.simulated(self.structure, params, size, rng)

    def may_lack(self, table: Table) -> Columns:
        """Return the variables that have a column, with their states."""
        return reading.lost(table, self.structure)

    def remark(self, data: Cases, params: Fields) -> str | None:
        """Return a sentence on a deliberate mistake, or on a hidden variable whose states are all equal."""
        name = indistinct(data, params)
        alike = f"all states of {name} are equal: EM cannot tell them apart from here" if name else None
        return self.mistake or alike

    def count_table(self, data: Cases, state: NetworkRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b, with the likeliest completions of each case."""
        return NetworkLedger(self, data, state, len(data.which)).table(rows)

    def alike(self, data: Cases) -> Alike:
        """Return the groups of cases with the same observed states."""
        return data.alike

    def distinct_table(self, data: Cases, state: NetworkRound, rows: Rows) -> CountTable:
        """Return the same table, with equal cases counted together."""
        return NetworkLedger(self, data, state, len(data.alike.first), alike=data.alike).table(rows)

    def rewired(self, data: Cases, source: str, target: str, drawn: bool) -> Mapping[str, object]:
        """Return the structure with one more or one fewer arrow; refuse a cycle."""
        change = data.structure.with_arrow if drawn else data.structure.without_arrow
        return {"structure": str(change(source, target))}

    def carried(self, before: Cases, data: Cases, params: Fields) -> Mapping[str, Array]:
        """Return the tables of the variables that keep their parents and numbers of states."""
        return carried(before, data, params)

    def supposable(self, data: Cases) -> Mapping[str, Sequence[str]]:
        """Return the states of each variable, any of which may be supposed."""
        return dict(zip(data.names, data.states, strict=True))

    def verdicts(self, data: Cases, params: Fields, rows: Rows, asked: str = "") -> Sequence[Verdict | None]:
        """Return verdicts on a variable, by default on the one that is missing in most cases."""
        v = data.names.index(asked) if asked in data.names else diagnosis.asked_by_default(data)
        # Rows with the same states have the same verdict, which costs a pass over the network.
        cases, back = np.unique(data.which[rows], return_inverse=True)
        found = list(diagnosis.verdicts(data, params, data.cells[cases], v))
        return [found[place] for place in back.ravel().tolist()]

    def use(
        self, key: str, data: Cases, params: Fields, rng: np.random.Generator
    ) -> Iterator[Finding[Fields]]:
        """Yield the findings on missing cells."""
        return meant(self, data, params, lacking(data))

    def views(self, data: Cases, state: NetworkRound, look: Look[Fields]) -> Sequence[View]:
        """Return the network, its tables, and the pattern of missing cells."""
        landscape, params = Landscape(first_entries(data), (starts.default(data),)), state.base.params
        return [*pictures(data, state.updated or params, look, known(self, data, params)), landscape]


MODEL = Network()
