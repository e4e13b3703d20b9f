"""θ, its counts, and sequences side by side, in batches of like length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import Texts
from emviz.em.domains import Parameter, Real, Simplex
from emviz.em.families.letters import RNA
from emviz.em.model import Round, Rows
from emviz.em.numerics import Array
from emviz.models.rna.arcs import Arcs
from emviz.models.rna.branches import Branch, branches_of
from emviz.models.rna.structure import INTO, Codes, Structure

LETTERS = RNA.letters
PAIRS = tuple(a + b for a in LETTERS for b in LETTERS)
#: The pairs of a helix: Watson and Crick's, and the wobble of G and U.
HELICAL = ("AU", "UA", "CG", "GC", "GU", "UG")
IS_HELICAL = np.array([pair in HELICAL for pair in PAIRS])
#: The code of no letter, with which sequences are padded, and how it is written.
NONE, GAP = len(LETTERS), "."
#: States × starts × ends × sequences that are computed at once: 16 MB.
CELLS = 2_000_000
#: States × stretches × sequences whose inside is kept by the passes by length: 48 MB.
ROOM = 6_000_000
#: States of a branch × stretches of one length × sequences that stay in the cache: 1 MB.
AT_HAND = 130_000
#: The most that the longest sequence of a batch exceeds the shortest, as a factor; larger for the passes by
#: length, where calls cost more than padding.
LIKE, LIKE_BY_LENGTH = 1.15, 1.5


class RnaParams(NamedTuple):
    """Probabilities of a covariance model; the rows are states in order.

    Letters of a pair (P, 16), of a state for one consensus letter (S, 4); transitions (R, 7), by where they
    lead. The partner of each consensus column, counted from 1 and 0 for none, is the structure, (C,).
    """

    pair: Array
    single: Array
    transition: Array
    partner: Array


class RnaCounts(NamedTuple):
    """Expected letters and transitions, shaped as in θ."""

    pair: Array
    single: Array
    transition: Array


class SharedCounts(NamedTuple):
    """The same where some letters are not known, and the term that q subtracts for inserted letters."""

    pair: Array
    single: Array
    transition: Array
    against: Array


AnyCounts: TypeAlias = RnaCounts | SharedCounts
RnaRound: TypeAlias = Round[RnaParams, AnyCounts]


@dataclass(frozen=True, eq=False)
class Batch:
    """Sequences side by side.

    Parameters
    ----------
    rows : integer array, shape (B,)
        The rows of the sequences.
    codes : integer array, shape (N, B)
        Their letters as places among the symbols, padded with `NONE`.
    lengths : integer array, shape (B,)
    possible : Array, shape (C, 4)
        The letters that each symbol may be.
    """

    rows: Codes
    codes: Codes
    lengths: Codes
    possible: Array

    @cached_property
    def couples(self) -> Codes:
        """The symbols at two positions as one number, C i + j, shape (N, N, B)."""
        return np.asarray(len(self.possible) * self.codes[:, None] + self.codes[None], dtype=np.intp)

    @cached_property
    def possible_couples(self) -> Array:
        """Which pairs of letters each two symbols may be, shape (C², 16)."""
        return np.asarray(np.kron(self.possible, self.possible), dtype=np.float64)

    @property
    def side(self) -> int:
        """The number of places between letters, N + 1."""
        return len(self.codes) + 1

    @cached_property
    def firsts(self) -> tuple[int, ...]:
        """The number of stretches shorter than d = 0 … N + 1, which is the place of the first of length d."""
        return tuple(accumulate(range(self.side, 0, -1), initial=0))

    @cached_property
    def ends(self) -> tuple[Codes, Codes]:
        """Where each stretch begins and ends, the shortest first."""
        begins = np.concatenate([np.arange(n) for n in range(self.side, 0, -1)])
        return begins, begins + np.repeat(np.arange(self.side), np.arange(self.side, 0, -1))

    @cached_property
    def columns(self) -> tuple[slice, ...]:
        """The stretches of each length d = 0 … N among all, those of all sequences side by side."""
        many = len(self.rows)
        return tuple(slice(first * many, last * many) for first, last in pairwise(self.firsts))

    @cached_property
    def stretches(self) -> Codes:
        """The place of each stretch by where it begins and ends, (N + 1, N + 1); their number for none."""
        found = np.full((self.side, self.side), self.firsts[-1], dtype=np.intp)
        found[self.ends] = np.arange(self.firsts[-1])
        return found

    @cached_property
    def whole(self) -> tuple[Codes, Codes]:
        """The stretch of each sequence that is all of it: its place among the stretches, and the sequence."""
        firsts = [self.firsts[length] for length in self.lengths.tolist()]
        return np.array(firsts, dtype=np.intp), np.arange(len(firsts))


@dataclass(frozen=True, eq=False)
class RnaData:
    """Sequences of one family.

    Parameters
    ----------
    structure : Structure
        The consensus structure.
    texts : tuple of str
        The letters of each sequence.
    names : Texts, shape (N,), or None
        The names of the sequences.
    columns : integer array, shape (N, C), or None
        The letter of each sequence at each consensus column, counted from 0; −1 for none. None if the
        alignment is not known.
    inserted : integer array, shape (N, C + 1), or None
        The number of letters inserted before each column and behind the last one, if known.
    open : bool
        Whether the sequences themselves contain the alignment.
    labelled : AnyCounts or None
        The counts of the parse trees given by the alignment.
    """

    structure: Structure
    texts: tuple[str, ...]
    names: Texts | None = None
    columns: Codes | None = None
    inserted: Codes | None = None
    open: bool = False
    labelled: AnyCounts | None = None

    @cached_property
    def lengths(self) -> Codes:
        """The number of letters of each sequence, shape (N,)."""
        return np.array([len(text) for text in self.texts], dtype=np.intp)

    @cached_property
    def symbols(self) -> str:
        """The four letters, no letter, and the codes for unknown ones that occur."""
        return LETTERS + GAP + RNA.codes_in(self.texts)

    @cached_property
    def possible(self) -> Array:
        """Which letters each symbol may be, shape (C, 4)."""
        return RNA.possible(self.symbols)

    @property
    def known(self) -> bool:
        """Whether all letters are known."""
        return len(self.symbols) == NONE + 1

    @cached_property
    def by_chance(self) -> Array:
        """The log-probability of each sequence where any letter has ¼, shape (N,), in nats."""
        return np.asarray(log_even(self.possible)[self.codes].sum(axis=1))

    @cached_property
    def codes(self) -> NDArray[np.uint8]:
        """The letters of all sequences as places among the symbols, padded with `NONE`, (N, longest)."""
        longest = int(self.lengths.max())
        joined = "".join(text.ljust(longest, GAP) for text in self.texts).encode()
        table = np.full(256, NONE, dtype=np.uint8)
        table[[ord(symbol) for symbol in self.symbols]] = range(len(self.symbols))
        return np.asarray(table[np.frombuffer(joined, dtype=np.uint8)].reshape(len(self.texts), longest))

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """The structure as the passes by length go through it."""
        return branches_of(self.structure)

    @cached_property
    def by_length(self) -> tuple[Batch, ...]:
        """All sequences, in batches of like length for the passes by length."""
        states = [branch.emitting + 1 for branch in self.branches]

        def most(side: int) -> int:
            kept, at_hand = sum(states) * side * (side + 1) // 2, max(states) * side
            return min(ROOM // kept, AT_HAND // at_hand)

        return self._cut(np.arange(len(self.texts)), LIKE_BY_LENGTH, most)

    def batched(self, rows: Rows) -> tuple[Batch, ...]:
        """Return some sequences in batches of like length; `rows` of a batch are places among those given."""
        return self._cut(rows, LIKE, lambda side: CELLS // (len(self.structure.states) * side * side))

    def _cut(self, rows: Rows, like: float, most: Callable[[int], int]) -> tuple[Batch, ...]:
        """Return batches of like length, each with at most `most(N + 1)` sequences."""
        lengths = self.lengths[rows]
        order = np.argsort(lengths, kind="stable")
        found, first = [], 0
        while first < len(order):
            last = int(np.searchsorted(lengths[order], lengths[order[first]] * like, side="right"))
            side = int(lengths[order[last - 1]]) + 1
            # Equal batches: the calls for a small one cost as much as for a full one.
            pieces = -(-(last - first) // max(1, most(side)))
            for here in np.array_split(order[first:last], pieces):
                codes = self.codes[rows[here], : int(lengths[here].max())].T.astype(np.intp)
                found.append(Batch(here, codes, lengths[here], self.possible))
            first = last
        return tuple(found)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The fields of θ; transitions that do not exist are neither listed nor edited."""
        own, letters = self.structure, tuple(LETTERS)
        columns = tuple(map(str, range(1, own.columns + 1)))
        missing = frozenset((int(row), int(into)) for row, into in np.argwhere(~own.allowed))
        return (
            Parameter("pair", Simplex(), "e", (self._named("MP"), PAIRS), words="P({1} at {0})"),
            Parameter("single", Simplex(), "e", (self._named("ML", "MR"), letters), words="P({1} at {0})"),
            Parameter(
                "transition",
                Arcs(own.allowed),
                "t",
                (tuple(own.states[v].name for v in own.sources), INTO),
                bound=missing,
                words="P({0} → {1})",
            ),
            Parameter("partner", Real(), "pair", (columns,), fixed=True),
        )

    @cached_property
    def free(self) -> tuple[tuple[int, str, int], ...]:
        """Each free entry of θ: its field, its label, and its place in the flattened field."""
        fields = enumerate(self.parameters)
        return tuple((field, *each) for field, known in fields for each in known.labels.items())

    def _named(self, *kinds: str) -> tuple[str, ...]:
        return tuple(self.structure.states[v].name for v in self.structure.having(*kinds))

    def name(self, row: int) -> str:
        """Return the name of a sequence; where it has none, its letters."""
        return (str(self.names[row]) if self.names is not None else "") or self.texts[row]


def log_even(possible: Array) -> Array:
    """Return the log-probability of each symbol where all letters are alike, shape (C,); 0 for none."""
    many = possible.sum(axis=-1)
    return np.asarray(np.log(np.where(many > 0, many, possible.shape[-1]) / possible.shape[-1]))
