"""The pictures of an RNA family: the structure, a dot plot, the letters of a pair, the covariation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emviz.em.convergence.rate import times_of, walked
from emviz.em.model import Look, Phase
from emviz.em.numerics import Array
from emviz.em.pictures import Curve, Curves, Fold, Matrix, View
from emviz.em.rounding import decimal
from emviz.models.rna import parses
from emviz.models.rna.covariation import mutual_information
from emviz.models.rna.data import IS_HELICAL, LETTERS, PAIRS, AnyCounts, RnaData, RnaParams, RnaRound
from emviz.models.rna.inside import Weights, smooth
from emviz.models.rna.layout import placed
from emviz.models.rna.structure import Codes, Structure

UNWEIGHED = "Before the E-step nothing has been folded."
MEANT = "P: the pair is formed, or the column has a letter; the mean of all sequences. N is any letter."
OWN = "P: the pair is formed, or the column has a letter. A ring is a column without one."
MEANT_WHOLE = "q: the pair is formed, or the column has a letter, in the best parse trees; the mean of all."
OWN_WHOLE = "q: 1 in the best parse tree, which alone is counted. A ring is a column without a letter."
#: The least factor by which a named letter is likelier than equal letters.
NAMED = 1.02
#: Pairs beyond which the chosen one is highlighted in the covariation.
MOST_ALIKE = 5


def pictures(data: RnaData, state: RnaRound, look: Look[RnaParams]) -> Sequence[View]:
    """Return the structure, the dot plot, the letters of the chosen pair, and the covariation."""
    weighed = state.phase is not Phase.START
    row = look.row if look.row is not None and look.row < len(data.texts) else None
    counts = state.base.expectation.counts if weighed else None
    pair = chosen_pair(data.structure, look.columns)
    seen = _seen(data, state, row or 0) if weighed else None
    path = walked(state, look)
    return (
        _structure(data, state, row, seen, pair),
        _dot_plot(data, row or 0, seen, state),
        _letters(data.structure, counts, pair),
        _covariation(data.structure, path, times_of(path, look), pair),
    )


def chosen_pair(structure: Structure, columns: Sequence[int]) -> int:
    """Return the pair of the column that is chosen; the first one where none is."""
    for k, pair in enumerate(structure.pairs):
        if columns and columns[0] + 1 in pair:
            return k
    return 0


@dataclass(frozen=True, eq=False)
class _Seen:
    """One sequence at θ: its best parse tree, and what of its pairs is counted.

    Parameters
    ----------
    columns : integer array, shape (C,)
        The letter at each column in the best parse tree, counted from 0; −1 where there is none.
    shares : Array, shape (C,)
        How often the pair of each column is formed, or the column has a letter.
    paired : Array, shape (n, n)
        How often each two letters are a pair.
    """

    columns: Codes
    shares: Array
    paired: Array


def _seen(data: RnaData, state: RnaRound, row: int) -> _Seen:
    """Return one sequence as it is counted: shared between all parse trees, or whole on the best one."""
    own, size = data.structure, len(data.texts[row])
    best = parses.best_parses(data, state.base.params, np.array([row])).columns[0]
    if state.whole:
        return _Seen(best, _present(own, best), _paired(own, best, size))
    found = smooth(Weights(own, state.base.params, data.batched(np.array([row]))[0]))
    visits = sum(found.visits[v, :-1, 1:, 0] for v in own.having("MP").tolist())
    return _Seen(best, formed(own, found.transition), np.asarray(visits))


def _present(structure: Structure, columns: Codes) -> Array:
    """Return 1 where a parse tree forms the pair of a column, or gives an unpaired one a letter, (C,)."""
    there = columns >= 0
    partner = np.array(structure.partner)
    return np.asarray(there & (there[partner] | (partner < 0)), dtype=np.float64)


def _paired(structure: Structure, columns: Codes, size: int) -> Array:
    """Return 1 for each two letters that a parse tree pairs, shape (size, size)."""
    found = np.zeros((size, size))
    left, right = columns[np.array(structure.pairs).T - 1]
    both = (left >= 0) & (right >= 0)
    found[left[both], right[both]] = 1.0
    return found


# -- the structure -------------------------------------------------------------------------------------------


def _structure(data: RnaData, state: RnaRound, row: int | None, seen: _Seen | None, pair: int) -> Fold:
    own = data.structure
    letters, shares = ("",) * own.columns, None
    inserted: tuple[int, ...] = ()
    if seen is None:
        note = UNWEIGHED
    elif row is None:
        letters = consensus(own, state.updated or state.base.params)
        shares = formed(own, state.base.expectation.counts.transition) / len(data.texts)
        note = MEANT_WHOLE if state.whole else MEANT
    else:
        letters = tuple(data.texts[row][place] if place >= 0 else "" for place in seen.columns.tolist())
        shares = seen.shares
        inserted = _inserted(seen.columns, len(data.texts[row]))
        note = OWN_WHOLE if state.whole else OWN
    return Fold(
        title="Structure",
        heading="consensus" if row is None else data.name(row),
        places=placed(tuple(own.partner.tolist())),
        partner=tuple(own.partner.tolist()),
        letters=letters,
        shares=shares,
        inserted=inserted,
        chosen=own.pairs[pair][0] - 1,
        note=note,
        letter=state.letter,
    )


def formed(structure: Structure, transition: Array) -> Array:
    """Return the expected times that the pair of each column is formed, or the column has a letter, (C,).

    Each state but an insert is left as often as it is entered.
    """
    found = np.zeros(structure.columns)
    for node in structure.nodes:
        times = float(transition[structure.row[node.first]].sum())
        if node.kind in ("MATP", "MATL"):
            found[node.left - 1] = times
        if node.kind in ("MATP", "MATR"):
            found[node.right - 1] = times
    return found


def consensus(structure: Structure, params: RnaParams) -> tuple[str, ...]:
    """Return the likeliest letters of each column, those of a pair together."""
    letters = [""] * structure.columns
    for node in structure.nodes:
        place = structure.place[node.first]
        if node.kind == "MATP":
            both = _likeliest(params.pair[place], PAIRS)
            letters[node.left - 1], letters[node.right - 1] = both[0], both[1]
        elif node.kind in ("MATL", "MATR"):
            column = node.left if node.kind == "MATL" else node.right
            letters[column - 1] = _likeliest(params.single[place], tuple(LETTERS))
    return tuple(letters)


def _likeliest(chances: Array, names: tuple[str, ...]) -> str:
    """Return the likeliest letters; N for any."""
    best = int(chances.argmax())
    return names[best] if chances[best] * len(names) > NAMED else "N" * len(names[0])


def _inserted(columns: Codes, size: int) -> tuple[int, ...]:
    """Return the number of inserted letters before each column and behind the last one."""
    found, last = [], -1
    for place in columns.tolist():
        found.append(place - last - 1 if place >= 0 else 0)
        last = max(last, place)
    return (*found, size - last - 1)


# -- one sequence --------------------------------------------------------------------------------------------


def _dot_plot(data: RnaData, row: int, seen: _Seen | None, state: RnaRound) -> Matrix:
    text, size = data.texts[row], len(data.texts[row])
    values = np.full((size, size), np.nan)
    # Each two letters once, and none with itself.
    upper = np.triu_indices(size, 1)
    values[upper] = 0.0 if seen is None else seen.paired[upper]
    meant = "the pairs of the best parse tree" if state.whole else "how probable each two letters are a pair"
    names = tuple(f"{letter}{place}" for place, letter in enumerate(text, 1))
    return Matrix(
        title="Dot plot",
        row_heading="letter",
        column_heading="letter",
        rows=names,
        columns=names,
        values=values,
        marks=_true_pairs(data, row),
        note=UNWEIGHED if seen is None else f"{data.name(row)}: {meant}.",
        choosable=False,
    )


def _true_pairs(data: RnaData, row: int) -> tuple[tuple[int, int], ...]:
    if data.columns is None:
        return ()
    ends = [(int(data.columns[row, a - 1]), int(data.columns[row, b - 1])) for a, b in data.structure.pairs]
    return tuple((i, j) for i, j in ends if i >= 0 and j >= 0)


# -- pairs ---------------------------------------------------------------------------------------------------


def _letters(structure: Structure, counts: AnyCounts | None, pair: int) -> Matrix:
    side = len(LETTERS)
    values = np.full((side, side), np.nan) if counts is None else counts.pair[pair].reshape(side, side)
    name = pair_name(structure, pair)
    return Matrix(
        title="Pair counts",
        row_heading=f"column {structure.pairs[pair][0]}",
        column_heading=f"column {structure.pairs[pair][1]}",
        rows=tuple(LETTERS),
        columns=tuple(LETTERS),
        values=values,
        high=1.0 if counts is None else max(float(values.max()), 1e-9),
        numbers=True,
        note=f"Pair {name}. {UNWEIGHED}" if counts is None else _helical_note(name, counts.pair, pair),
        choosable=False,
    )


def _helical_note(name: str, counts: Array, pair: int) -> str:
    # Not 0/0 where no pair is formed.
    every = counts[:, IS_HELICAL].sum() / max(counts.sum(), 1e-300)
    own = counts[pair, IS_HELICAL].sum() / max(counts[pair].sum(), 1e-300)
    return (
        f"Pair {name}: {decimal(100 * own, 1)}% are Watson-Crick or GU, of all pairs "
        f"{decimal(100 * every, 1)}%. Another pair is chosen in the structure."
    )


def pair_name(structure: Structure, pair: int) -> str:
    """Return the columns of a pair."""
    left, right = structure.pairs[pair]
    return f"{left}–{right}"


def _covariation(structure: Structure, path: Sequence[RnaParams], times: Array, pair: int) -> Curves:
    bits = mutual_information(np.stack([params.pair for params in path]))
    return Curves(
        title="Covariation",
        x_label="iteration",
        y_label="mutual information / bits",
        curves=tuple(
            Curve(
                pair_name(structure, k),
                times,
                bits[:, k],
                k,
                "" if k == pair or len(bits.T) <= MOST_ALIKE else "faint",
            )
            for k in range(len(structure.pairs))
        ),
        note="The information of one letter of a pair on the other: 0 if independent, 2 bits at most.",
        whole=True,
    )
