"""The table of Figure 1b for a profile: which residues each node matches, and which are inserted after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from emviz.em.counts.derivation import padded_line
from emviz.em.counts.glances import Glance, Portion, Stack
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Cell, CountCell, Group, Line, ShareCell, Tag, Update, Updates
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.profile.arcs import DELETE, INSERT, KINDS, MATCH, allowed
from emviz.models.profile.columns import COMPLETIONS, flat, groups, letter_order, shares, updates
from emviz.models.profile.data import AnyCounts, Kinds, ProfileCounts, ProfileData, ProfileParams, some
from emviz.models.profile.derive import Row, first_counts, place_of
from emviz.models.profile.glances import Visited, divided_nodes, path_shares, visited
from emviz.models.profile.paths import best_paths, path_symbols, written
from emviz.models.profile.steps import TRANSITION
from emviz.models.profile.unknown import settled_counts

if TYPE_CHECKING:
    from emviz.models.profile import Profile

#: Letters of an alignment on the badge of a row.
SHOWN = 8
#: The place of the likeliest path, behind those of the completions: it has no column among the shares.
PATH = len(COMPLETIONS)
#: The visits of no sequence.
NONE = np.zeros((0, len(KINDS)))


class ProfileLedger(Ledger[ProfileData, ProfileParams, AnyCounts]):
    """Which residues of each sequence are matched and which are inserted, node by node."""

    model: Profile
    heading: ClassVar[str] = "sequence"
    completions: ClassVar[tuple[Tag, ...]] = tuple(Tag(name, k) for k, name in enumerate(COMPLETIONS))
    counts_truth: ClassVar[bool] = True

    @property
    def groups(self) -> tuple[Group, ...]:
        """The residues at each node."""
        return groups(self.data.nodes)

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the names of the sequences."""
        return tuple(map(self.data.name, rows.tolist()))

    def glances(self, rows: Rows) -> Sequence[Glance]:
        """Return the probability of each alignment, and what becomes of the nodes that are most divided."""
        totals = self.expected.transition.sum(axis=-1)
        shares, visits, letters = self._alignments(rows) if len(rows) else (np.zeros(0), NONE, ())
        widest, tags = f"node {self.data.nodes}", tuple(Tag(kind, k) for k, kind in enumerate(KINDS))
        stacks = (
            Stack(
                heading=f"node {node}",
                parts=tags,
                values=visits[:, node] if len(rows) else NONE,
                letters=tuple(self.data.letters),
                marks=[text[node - 1] for text in letters],
                totals=totals[node],
                consensus=self.data.letters[int(self.expected.match[node - 1].argmax())],
                derives=partial(CountCell, group=node),
                widest=widest,
            )
            for node in divided_nodes(totals)
        )
        sure = Portion(f"{self.letter}(path)", MATCH, shares, derives=partial(ShareCell, place=PATH))
        return (sure, *stacks)

    def _alignments(self, rows: Rows) -> tuple[Array, Array, tuple[str, ...]]:
        """Return the path probabilities of some sequences, their visits, and their letters at the nodes."""
        own, found, shares = some(self.data, rows), self._visited(tuple(rows.tolist())), np.ones(len(rows))
        if found.evidence is not None:
            shares = path_shares(own, self.params, best_paths(own, self.params), found.evidence)
        return shares, found.visits, found.letters

    @cached_property
    def _visited(self) -> Callable[[tuple[int, ...]], Visited]:
        data, params, state = self.data, self.params, self.state
        # Glances, shares and counts of the same rows are read from one pass.
        return cache(lambda rows: visited(some(data, np.array(rows)), params, state.whole, state.known))

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return the true alignments."""
        return _labels(some(self.data, rows))

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the parts of the residues that are matched and inserted, and the residues at each node."""
        found = self._visited(tuple(rows.tolist())).visits[..., :DELETE]
        return shares(found), flat(found)

    def totals(self, counts: AnyCounts) -> Array:
        """Return the residues at each node."""
        return flat(counts.transition.sum(axis=-1)[:, :2])

    def updates(self, counts: AnyCounts, found: ProfileParams) -> Updates:
        """Return the M-step with its pseudocounts."""
        return updates(self.data, counts, found, self.model.pseudocount)

    def group_words(self, group: int) -> str:
        """Return a node."""
        return f"of {place_of(group)}"

    # -- one sequence ----------------------------------------------------------------------------------------

    def asked(self, cell: Cell) -> str:
        """Return the question that a derivation answers."""
        match cell:
            case ShareCell(row, place) if place == PATH:
                return f"Where does {self.letter}(path) in row {row + 1} come from?"
        return super().asked(cell)

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the node with the most matched, or inserted, residues; none for a whole path."""
        if place == PATH:
            return ()
        return (self._row(row).richest(place),)

    def share_component(self, row: int, place: int) -> int:
        """Return the colour of that node."""
        return MATCH if place == PATH or any(self.leads_to(row, place)) else INSERT

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Return the lines on the residues that are matched, or inserted, or on the likeliest path."""
        row_lines = self._row(row)
        if place == PATH:
            return row_lines.path(places)
        return row_lines.share(place, row_lines.richest(place), places)

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Return the lines on the residues of a sequence at a node."""
        return self._row(row).count(group, places)

    @cached_property
    def _row(self) -> Callable[[int], Row]:
        return cache(partial(Row, self.data, self.state))

    # -- all sequences ---------------------------------------------------------------------------------------

    @cached_property
    def _letters(self) -> list[int]:
        assert self.found is not None
        return [int(place) for place in letter_order(self.found)]

    @cached_property
    def _moves(self) -> list[list[int]]:
        return np.argwhere(allowed(self.data.nodes)).tolist()

    @cached_property
    def _few(self) -> ProfileCounts:
        """The expected letters and transitions of each of the first sequences, along a leading axis."""
        return first_counts(self.data, self.params, self.state.whole)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the sums over all sequences at a node, and what the M-step makes of its likeliest letter."""
        visits = self.expected.transition[group].sum(axis=-1)
        for kind in (MATCH, INSERT) if group else (INSERT,):
            terms = self._few.transition[:, group, kind].sum(axis=-1)
            words = f"The residues in {KINDS[kind]} of {place_of(group)}, added over all sequences."
            yield self._sum(terms, float(visits[kind]), KINDS[kind], words, places)
        yield from self.update_lines(group - 1 if group else self._begin, places)

    @property
    def _begin(self) -> int:
        """The place of the first transition into an insert, which belongs to the begin."""
        return len(self._letters) + self._moves.index([0, MATCH, INSERT])

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals a line of the M-step is the ratio of."""
        if place < len(self._letters):
            return (self._letters[place] // len(self.data.letters) + 1,)
        return (int(self._moves[place - len(self._letters)][0]),)

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the sum behind an entry of θ, its pseudocount, and the M-step."""
        counts, first = self.expected, self._few
        if place < len(self._letters):
            k, a = divmod(self._letters[place], len(self.data.letters))
            letter = self.data.letters[a]
            terms, total = first.match[:, k, a], float(counts.match[k, a])
            words = f"The {letter} that node {k + 1} matches, added over all sequences.{self._unknown}"
            yield self._sum(terms, total, letter, words, places)
            share, words = float(self.data.background[a]), "letters as the background has them"
        else:
            k, here, to = self._moves[place - len(self._letters)]
            terms, total = first.transition[:, k, here, to], float(counts.transition[k, here, to])
            unit = rf"{KINDS[here]} \to {KINDS[to]}"
            words = f"The transitions from {KINDS[here]} to {KINDS[to]} at {place_of(k)}"
            yield self._sum(terms, total, unit, f"{words}, added over all sequences.", places)
            share, words = TRANSITION, "as much to every transition"
        yield padded_line(total, self.model.pseudocount, share, places, "", words, self.state.whole)
        yield from self.ratios([place], places)

    def ratio_line(self, place: int, update: Update, places: int) -> Iterable[Line]:
        """Return an entry of θ as a ratio to the sum of the terms: they are many, or listed above."""
        return super().ratio_line(place, replace(update, terms=(sum(update.terms),)), places)

    @property
    def _unknown(self) -> str:
        return "" if self.data.known else " What is not known counts by its part of θ(t)."

    def _sum(self, terms: Array, total: float, unit: str, words: str, places: int) -> Line:
        return self.total_line(terms, total, self.rows, places, rf"\,\mathrm{{{unit}}}", words)


def labelled_counts(data: ProfileData, pseudocount: float) -> AnyCounts | None:
    """Return the counts of the true alignment, where all rows have it, with as many columns as nodes."""
    paths = [path for path in data.paths or () if path is not None]
    if len(paths) < len(data.sequences):
        return None
    return settled_counts(data, path_symbols(data, paths), pseudocount)


def _labels(data: ProfileData) -> tuple[Tag | None, ...] | None:
    if data.paths is None:
        return None
    return tuple(
        None if path is None else _label(data.text(row), path) for row, path in enumerate(data.paths)
    )


def _label(letters: str, path: Kinds) -> Tag:
    text = written(letters, path)
    return Tag(f"{text[:SHOWN]}…" if len(text) > SHOWN else text, 0)
