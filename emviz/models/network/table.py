"""The count table of a network: each case with its likeliest completions, and the cases of each family."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import ClassVar

import numpy as np

from emviz.data.things import things
from emviz.em.counts.derivation import people_line, ratio_line, rest_line, whole_line
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Cell, CountCell, CountTable, Group, Line, ShareCell, Tag, TotalCell, Update
from emviz.em.families.case_lines import completion_lines, evidence_line, latex, plain
from emviz.em.families.cases import MOST_LISTED, UNSEEN, Cases
from emviz.em.families.cliques import States
from emviz.em.families.completions import Ranked, blocks, cells_of, ranked
from emviz.em.families.conditional import cell_label
from emviz.em.families.truths import counted_truth, true_tag, truly, truly_counted
from emviz.em.model import Fields, Phase, Rows
from emviz.em.numerics import Array
from emviz.em.work import checked
from emviz.models.network.data import NetworkCounts

RANKS = ("1st", "2nd", "3rd")


class NetworkLedger(Ledger[Cases, Fields, NetworkCounts]):
    """The likeliest completions of each case, and how often each state occurs with those of its parents."""

    heading: ClassVar[str] = "case"
    counts_truth: ClassVar[bool] = True
    treated = "M-step: these cases are treated as if they had been observed."
    several = "cases of"

    @cached_property
    def completions(self) -> tuple[Tag, ...]:
        """The ranks that any row can fill, and the others."""
        ranks = RANKS[: min(len(RANKS), self.data.most)]
        return tuple(Tag(rank, k) for k, rank in enumerate((*ranks, "others")))

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The ranks: each row has its own names for its completions."""
        return self.completions

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The cases of each state of a variable, one group for each set of states of its parents."""
        return self.data.groups

    @cached_property
    def _of_group(self) -> tuple[tuple[int, int], ...]:
        """The variable of each group, and the row of its table."""
        rows = ((v, math.prod(shape[:-1])) for v, shape in enumerate(self.data.shapes))
        return tuple((v, k) for v, many in rows for k in range(many))

    @cached_property
    def _group_of_cell(self) -> tuple[int, ...]:
        return tuple(k for k, span in enumerate(self.spans) for _ in span)

    def table(self, rows: Rows) -> CountTable:
        """Return the table; the values of a case follow one another in the order of these variables."""
        return replace(super().table(rows), listed=", ".join(self.data.names[v] for v in self.data.shown))

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the states that were seen, and how many cases have them."""
        texts = (", ".join(self.data.shown_in(case)) for case in self.data.which[rows].tolist())
        pairs, counted = zip(texts, self._cases(rows).tolist(), strict=True), self.data.counted
        return tuple(f"{text} × {count:.0f}" if counted or count != 1 else text for text, count in pairs)

    def _cases(self, rows: Rows) -> Array:
        """Return the number of cases in some rows, or in all rows counted together with them."""
        own = self.data.count[rows] if self.alike is None else self.data.times[self.data.which[rows]]
        return np.asarray(own)

    def _count(self, row: int) -> float:
        return float(self._cases(np.array([row]))[0])

    def _members(self, row: int) -> Rows:
        """Return the rows that are counted together with one, itself among them."""
        return np.array([row]) if self.alike is None else self.alike.like(row)

    def names(self, rows: Rows) -> tuple[tuple[str, ...], ...]:
        """Return the likeliest completions of some rows, and how many others there are."""
        if self.state.phase is Phase.START and self.data.most > MOST_LISTED:
            # No completion has a share yet, and a search for the likeliest would block the window.
            return (("",) * len(self.completions),) * len(rows)
        found, texts = self._ranked(rows), []
        for row, states in zip(rows.tolist(), found.states.tolist(), strict=True):
            unseen = self._unseen(row)
            more = self.data.completions(unseen) - self._many
            names = (self.data.named(each, unseen) if each[0] != UNSEEN else "" for each in states)
            texts.append((*names, f"{more:,} more" if more > 0 else ""))
        return tuple(texts)

    @property
    def _many(self) -> int:
        return len(self.completions) - 1

    def _unseen(self, row: int) -> tuple[int, ...]:
        return self.data.unseen[int(self.data.which[row])]

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return the true states in the holes of some rows; None if they are not known."""
        if self.data.truth is None:
            return None
        return tuple(true_tag(self.data, self._members(row)) for row in rows.tolist())

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the shares of the likeliest completions and of the rest, and the cases of each cell."""
        found = self._ranked(rows)
        return np.column_stack([found.shares, found.rest]), self._counted(rows, found.states[:, 0])

    @cached_property
    def _latest(self) -> dict[bytes, Ranked]:
        """The completions of the rows asked for last, since several columns need them."""
        return {}

    def _ranked(self, rows: Rows) -> Ranked:
        """Return the completions shown in the table; with complete data, only the true ones."""
        found = self._latest.get(rows.tobytes())
        if found is None and self.state.known:
            found = truly(self.data, [*map(self._members, rows.tolist())], self._many)
        elif found is None:
            found = ranked(self.data, self.params, rows, self._many, self.state.whole)
        # Only the latest rows are kept: a scrolled table would otherwise pile up without end.
        self._latest.clear()
        self._latest[rows.tobytes()] = found
        return found

    def _counted(self, rows: Rows, likeliest: States) -> Array:
        """Return the cases that some rows add to each cell of the tables, shape (len(rows), M)."""
        if self.state.known:
            return truly_counted(self.data, [*map(self._members, rows.tolist())])
        if self.state.whole:
            return self.data.each_tallied(likeliest, self._cases(rows))
        # Rows with the same states share one pass over the network.
        own, back = np.unique(self.data.which[rows], return_inverse=True)
        counts = np.empty((len(rows), self.data.spans[-1].stop))
        for part in blocks(self.data, len(own)):
            every, _ = cells_of(self.data, self.params, self.data.cells[own[part]])
            here = np.flatnonzero((back.ravel() >= part.start) & (back.ravel() < part.stop))
            counts[here] = self._cases(rows[here])[:, None] * every[back.ravel()[here] - part.start]
        return counts

    def totals(self, counts: NetworkCounts) -> Array:
        """Return the cases of each cell of the tables."""
        return counts.cases.copy()

    def updates(self, counts: NetworkCounts, found: Fields) -> tuple[Update, ...]:
        """Return θ = cases / all cases with the same states of the parents, both with the pseudocounts.

        A row without cases keeps its values.
        """
        made = []
        tables = zip(self.data.tables(counts.cases), self.data.tables(counts.before), found, strict=True)
        for v, (cases, before, table) in enumerate(tables):
            added, states = cases + self._pseudocount, self.data.states[v]
            # The M-step keeps a row without cases, since 0/0 would leave it undefined.
            added = np.where(added.sum(axis=-1, keepdims=True) > 0, added, before)
            for row, given_ in checked(enumerate(self.data.above(v))):
                terms = tuple(added.reshape(-1, len(states))[row].tolist())
                values = np.asarray(table).reshape(-1, len(states))[row].tolist()
                for k, state in enumerate(states):
                    label = cell_label(self.data.names[v], state, given_)
                    made.append(Update(label, row if given_ else k, terms[k], terms, values[k]))
        return tuple(made)

    @property
    def _pseudocount(self) -> float:
        return float(getattr(self.model, "pseudocount", 0.0))

    def made_of(self, place: int) -> Sequence[int]:
        """Return the group of a parameter, which is the row of its table."""
        return (self._group_of_cell[place],)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the totals of a row of a table, and its parameters."""
        yield from self.sums(self.spans[group], places)
        yield from self.ratios(self.spans[group], places)

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the totals of the row of a parameter, and the parameter."""
        yield from self.sums(self.spans[self._group_of_cell[place]], places)
        yield from self.ratios([place], places)

    def ratio_line(self, place: int, update: Update, places: int) -> Iterator[Line]:
        """Yield a parameter as a ratio, and mention a pseudocount or a row without cases."""
        span = self.spans[self._group_of_cell[place]]
        words = self.treated
        if self._pseudocount:
            words = f"M-step: with the pseudocount {self._pseudocount:g} added to each of these counts."
        elif not self.summed[span.start : span.stop].any():
            words = "No case has these states of the parents, so this row of the table stays as it was."
        yield ratio_line(update, places, words, self.name(place))

    def name(self, place: int) -> str:
        """Return a parameter as LaTeX."""
        v, row = self._of_group[self._group_of_cell[place]]
        state = self.data.states[v][place - self.spans[self._group_of_cell[place]].start]
        label = cell_label(self.data.names[v], state, self.data.above(v)[row])
        return rf"\theta{latex(label.removeprefix('θ'))}"

    # -- one row ---------------------------------------------------------------------------------------------

    def group_words(self, group: int) -> str:
        """Return the row of a table in words."""
        v, row = self._of_group[group]
        above = self.data.given(v)[row]
        return f"{self.data.names[v]} with {above}" if above else self.data.names[v]

    def asked(self, cell: Cell) -> str:
        """Return the question for a cell, with the name of the completion."""
        match cell:
            case CountCell(row, group):
                return f"Where do the cases of {self.group_words(group)} in {self.called(row)} come from?"
            case TotalCell(group):
                return f"Where do all cases of {self.group_words(group)} come from?"
            case ShareCell(row, place) if place == self._many:
                return f"Where does the share of the others in {self.called(row)} come from?"
            case ShareCell(row, place):
                states = self._states(row, place)
                if states is None:
                    return f"Why is there no {RANKS[place]} completion in {self.called(row)}?"
                name = self.data.named(states, self._unseen(row))
                return f"Where does {self.letter}({name}) in {self.called(row)} come from?"
        return super().asked(cell)

    def _states(self, row: int, place: int) -> list[int] | None:
        """Return the completion of a rank; None if the row has fewer."""
        states: list[int] = self._ranked(np.array([row])).states[0, place].tolist()
        return None if states[0] == UNSEEN else states

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the rows of the tables that a completion adds to, those of the holes first."""
        states = self._states(row, place) if place < self._many else None
        if states is None:
            return ()
        ordered = sorted(range(len(states)), key=lambda v: (v not in self._unseen(row), v))
        return [self._group_of_cell[int(self.data.places(v, np.array(states)))] for v in ordered]

    def _lines(self, cell: Cell, places: int) -> Iterator[Line]:
        if not isinstance(cell, ShareCell):
            yield from super()._lines(cell, places)
            return
        yield from self.share_lines(cell.row, cell.place, places)
        # One table is enough: the same share is added to the table of every variable.
        for group in self.leads_to(cell.row, cell.place)[:1]:
            yield from self.group_lines(group, places)

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the lines on the share of a completion, or of all that are not listed."""
        found = self._ranked(np.array([row]))
        if place == self._many:
            words = "The share that the listed completions leave: all shares of a row add up to 1."
            yield rest_line(found.shares[0].tolist(), float(found.rest[0]), places, words, self.state.whole)
            return
        states = self._states(row, place)
        if states is None:
            yield Line(str(self.data.completions(self._unseen(row))), "The completions that this case has.")
            return
        yield from completion_lines(self.data, self.params, self.data.which[row], states, places)
        name, share = plain(self.data.named(states, self._unseen(row))), float(found.shares[0, place])
        count = self._count(row)
        # Rows that are counted together may have different true states: then neither has all of the cases.
        if 0 < share < 1 and self.state.known:
            yield Line(*counted_truth(name, share, count))
        elif self.state.whole and self._unseen(row):
            yield whole_line(name, share)
        words = "This share of the case is counted in each table, in the cell of this completion."
        if self.alike is not None and len(self._members(row)) > 1:
            words = f"{things(count, 'case')} have the same seen states: this share of each is counted."
        yield people_line(share, count, places, "case" if count == 1 else "cases", words, self.state.whole)

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the lines on the cases that a row adds to a row of a table: P(states | those seen)."""
        v, above = self._of_group[group]
        given_ = self.data.given(v)[above]
        own = self.entries(np.array([row]))[1][0, self.spans[group]]
        count, alone, whole = self._count(row), len(self._members(row)) == 1, self.state.whole
        for k, state in enumerate(self.data.states[v]):
            named = f"{self.data.names[v]} {state}" + (f" with {given_}" if given_ else "")
            # A table may count 0 cases of a row.
            share = float(own[k] / count) if count else 0.0
            if not whole and 0 < share < 1:
                with_ = self.data.family(v, above, k)
                yield evidence_line(self.data, self.params, self.data.which[row], with_, share, named, places)
            words = f"Cases with {named}, of {'this row' if alone else 'these rows together'}."
            yield people_line(share, count, places, "case" if count == 1 else "cases", words, whole)
