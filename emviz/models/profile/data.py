"""Sequences to be aligned, in blocks of like length, and the true alignment where there is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table, Texts
from emviz.data.things import things
from emviz.em.domains import Parameter, Simplex
from emviz.em.families.letters import DNA, GAPS, PROTEIN, STOP, Alphabet, frequencies, sequences_of, summed
from emviz.em.model import Round, Rows
from emviz.em.numerics import Array
from emviz.em.work import TOGETHER, blocks, checked
from emviz.models.profile.arcs import DELETE, INSERT, KINDS, MATCH, Arcs

ALPHABETS = {"protein": PROTEIN, "dna": DNA}
#: Marks of an empty cell in a written path; a hyphen is a deletion.
NO_LETTER = ".~_"
REMOVED = str.maketrans("", "", GAPS)
#: Residues × nodes × sequences that are computed at once: four arrays of some 10 MB.
CELLS = 1_500_000

Codes: TypeAlias = NDArray[np.intp]
#: The states of one path in order, as kinds; the begin and the end are left out.
Kinds: TypeAlias = NDArray[np.uint8]


class ProfileParams(NamedTuple):
    """Letters of each match state, shape (L, S); transitions (L + 1, 3, 3): node, from M I D, to M I D."""

    match: Array
    transition: Array


class ProfileCounts(NamedTuple):
    """Expected letters of each match state, (L, S), and expected transitions, (L + 1, 3, 3)."""

    match: Array
    transition: Array


class SharedCounts(NamedTuple):
    """The same where some letters are not known, and the background term that q subtracts, in nats."""

    match: Array
    transition: Array
    against: Array


AnyCounts: TypeAlias = ProfileCounts | SharedCounts
ProfileRound: TypeAlias = Round[ProfileParams, AnyCounts]


@dataclass(frozen=True, eq=False)
class Block:
    """Sequences side by side, the longest first.

    Parameters
    ----------
    rows : integer array, shape (n,)
        The rows of the sequences.
    codes : integer array, shape (T, n)
        Their letters, padded with 0.
    lengths : integer array, shape (n,)
    active : tuple of int
        The numbers of sequences with at least 0, 1, … T letters.
    """

    rows: Codes
    codes: Codes
    lengths: Codes
    active: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class ProfileData:
    """Sequences of letters, unaligned.

    Parameters
    ----------
    nodes : int
        L.
    letters : str
        The alphabet.
    symbols : str
        The alphabet, and the codes for unknown letters that occur.
    possible : Array, shape (C, S)
        The letters that each symbol may be.
    sequences : tuple of integer array
        The letters of each sequence as places among the symbols.
    background : Array, shape (S,)
        The letter frequencies of all sequences, pooled; an unknown letter is as frequent as the known ones.
    base : float
        Σ log background over all letters of all sequences, in nats.
    names : Texts, shape (N,), or None
        The names of the sequences.
    paths : tuple of Kinds or None, or None
        The true path of each sequence, None for a row without an alignment; None for all if no row has
        one, or if it does not have L match columns.
    columns : int or None
        The match columns of the alignment, if they are not L.
    open : bool
        Whether the sequences themselves contain the alignment.
    """

    nodes: int
    letters: str
    symbols: str
    possible: Array
    sequences: tuple[Codes, ...]
    background: Array
    base: float
    names: Texts | None
    paths: tuple[Kinds | None, ...] | None
    columns: int | None
    open: bool

    @cached_property
    def lengths(self) -> Codes:
        """The number of letters of each sequence, shape (N,)."""
        return np.array([len(codes) for codes in self.sequences], dtype=np.intp)

    @property
    def known(self) -> bool:
        """Whether all letters are known."""
        return len(self.symbols) == len(self.letters)

    @cached_property
    def behind(self) -> Array:
        """The background of all letters that each symbol may be, shape (C,)."""
        return self.background if self.known else summed(self.background, self.possible)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The fields of θ; transitions that do not exist are neither listed nor edited."""
        nodes = tuple(map(str, range(self.nodes + 1)))
        arcs = Arcs(self.nodes)
        missing = frozenset(map(tuple, np.argwhere(~arcs.there).tolist()))
        return (
            Parameter("match", Simplex(), "e", (nodes[1:], tuple(self.letters)), words="P({1} at node {0})"),
            Parameter(
                *("transition", arcs, "t", (nodes, tuple(KINDS), tuple(KINDS))),
                bound=missing,
                words="P({1} → {2} after node {0})",
            ),
        )

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All sequences, in blocks of like length."""
        order = np.argsort(-self.lengths, kind="stable")
        blocks, first = [], 0
        while first < len(order):
            size = max(1, CELLS // ((int(self.lengths[order[first]]) + 1) * (self.nodes + 1)))
            blocks.append(self.block(order[first : first + size]))
            first += size
        return tuple(blocks)

    def block(self, rows: Rows) -> Block:
        """Return some sequences as a block; the longest has to come first."""
        lengths = self.lengths[rows]
        codes = np.zeros((int(lengths[0]), len(rows)), dtype=np.intp)
        for column, row in enumerate(rows.tolist()):
            codes[: lengths[column], column] = self.sequences[row]
        # Lengths fall, so those with at least t letters come first.
        active = len(rows) - np.searchsorted(lengths[::-1], np.arange(lengths[0] + 1))
        return Block(rows, codes, lengths, tuple(active.tolist()))

    def text(self, row: int) -> str:
        """Return the letters of a sequence."""
        return "".join(self.symbols[code] for code in self.sequences[row])

    def name(self, row: int) -> str:
        """Return the name of a sequence, else its number."""
        return (str(self.names[row]) if self.names is not None else "") or f"sequence {row + 1}"


def part(block: Block, which: Codes) -> Block:
    """Return some sequences of a block, by their sorted places in it."""
    lengths = block.lengths[which]
    active = len(which) - np.searchsorted(lengths[::-1], np.arange(lengths[0] + 1))
    return Block(block.rows[which], block.codes[: lengths[0], which], lengths, tuple(active.tolist()))


def some(data: ProfileData, rows: Rows) -> ProfileData:
    """Return the data of some rows, with the background of all."""
    own = tuple(data.sequences[row] for row in rows.tolist())
    names = None if data.names is None else data.names[rows]
    paths = None if data.paths is None else tuple(data.paths[row] for row in rows.tolist())
    base = _base(own, data.behind)
    return replace(data, sequences=own, base=base, names=names, paths=paths)


def parsed(table: Table, nodes: int, alphabet: str) -> ProfileData:
    """Return the sequences of a table, and their alignment.

    Raises
    ------
    DataError
        For no rows or no letters, a missing sequence, a letter that is none of the alphabet and no code for
        some of it, gaps in sequences that are not of one length, and an alignment that is not one of the
        sequences.
    """
    known = ALPHABETS[alphabet]
    texts = sequences_of(table, known)
    aligned = _gapped(texts)
    if known is PROTEIN:
        texts = [STOP.sub("-" if aligned else "", text) for text in checked(texts, TOGETHER)]
    own, symbols = _coded(texts, known)
    possible = known.possible(symbols)
    seen = _occurring(own, len(symbols)).astype(np.float64)
    background = frequencies(seen, possible)
    written = _written(table, texts, known)
    given = any(path is not None for path in written)
    found = written if given else list(_paths(texts)) if aligned else []
    columns = next((_nodes_of(path) for path in found if path is not None), None)
    paths = tuple(found) if found and columns == nodes else None
    names = table.texts("name") if "name" in table else None
    return ProfileData(
        nodes,
        known.letters,
        symbols,
        possible,
        own,
        background,
        _base(own, summed(background, possible)),
        names,
        paths,
        None if paths else columns,
        aligned and not given,
    )


def _coded(texts: Sequence[str], alphabet: Alphabet) -> tuple[tuple[Codes, ...], str]:
    """Return the letters of each sequence as places among the symbols, and these."""
    bare = [alphabet.checked(text, row) for row, text in enumerate(checked(texts, TOGETHER), 1)]
    if not any(bare):
        raise DataError("there are no letters in any of the sequences", column="sequence")
    symbols = alphabet.letters + alphabet.codes_in(checked(bare, TOGETHER))
    place = {symbol: place for place, symbol in enumerate(symbols)}
    each = checked(bare, TOGETHER)
    return tuple(np.array([place[letter] for letter in text], dtype=np.intp) for text in each), symbols


def _occurring(sequences: Sequence[Codes], symbols: int) -> Codes:
    """Return how often each symbol occurs in some sequences, shape (symbols,)."""
    counts = np.zeros(symbols, dtype=np.intp)
    for part in blocks(len(sequences), TOGETHER):
        counts += np.bincount(np.concatenate(sequences[part]), minlength=symbols)
    return counts


def _base(sequences: Sequence[Codes], behind: Array) -> float:
    counts = _occurring(sequences, len(behind))
    # Letters that do not occur may have a background of 0.
    return float(counts[counts > 0] @ np.log(behind[counts > 0]))


def _gapped(texts: Sequence[str]) -> bool:
    """Return whether these are the rows of an alignment."""
    gaps = re.compile(f"[{re.escape(GAPS)}]")
    rows = enumerate(checked(texts, TOGETHER), 1)
    found = next(((row, hit) for row, text in rows if (hit := gaps.search(text))), None)
    if found is None:
        return False
    if len(set(map(len, texts))) > 1:
        row, hit = found
        raise DataError(
            f"there is a gap at position {hit.start() + 1}, but the sequences are not of one length; "
            "take the gaps out, or write the whole alignment",
            row,
            "sequence",
        )
    return True


def _paths(texts: Sequence[str]) -> list[Kinds]:
    """Return the paths of aligned sequences; a column with a residue in half of them or more is a node."""
    gaps = np.array([[letter in GAPS for letter in text] for text in checked(texts, TOGETHER)])
    match = 2 * gaps.sum(axis=0) <= len(texts)
    kinds = np.where(gaps, np.uint8(DELETE), np.where(match, np.uint8(MATCH), np.uint8(INSERT)))
    return [row[match | ~gap] for row, gap in checked(zip(kinds, gaps, strict=True), TOGETHER)]


def _nodes_of(path: Kinds) -> int:
    return int(np.count_nonzero(path != INSERT))


def _written(table: Table, texts: Sequence[str], alphabet: Alphabet) -> list[Kinds | None]:
    """Return the paths in the column alignment: THE-quickFOX, small letters are inserts.

    None for a row without one; gaps alone are one, and so are the residues NA.
    """
    if "alignment" not in table:
        return []
    codes = table.codes("alignment") - set(GAPS)
    paths: list[Kinds | None] = []
    first: tuple[int, int] | None = None
    pairs = checked(zip(table.texts("alignment").tolist(), texts, strict=True), TOGETHER)
    for row, (text, sequence) in enumerate(pairs, 1):
        if text.strip().lower() in codes and text.strip().upper() != sequence:
            paths.append(None)
            continue
        # An apostrophe keeps spreadsheets from taking a hyphen for the beginning of a formula.
        shown = STOP.sub("", text.removeprefix("'"))
        if _bare(alphabet.spell(shown)) != _bare(sequence):
            raise DataError("expected the letters of the sequence, with - for a deletion", row, "alignment")
        path = _path(shown)
        paths.append(path)
        first = first or (row, _nodes_of(path))
        if _nodes_of(path) != first[1]:
            expected = things(first[1], "capital or hyphen", "capitals and hyphens")
            message = f"expected {expected} as in row {first[0]}, got {_nodes_of(path)}"
            raise DataError(message, row, "alignment")
    return paths


def _path(text: str) -> Kinds:
    kinds = (
        DELETE if letter == "-" else INSERT if letter.islower() else MATCH
        for letter in text
        if letter not in NO_LETTER
    )
    return np.fromiter(kinds, dtype=np.uint8)


def _bare(text: str) -> str:
    return text.translate(REMOVED)
