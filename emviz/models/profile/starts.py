"""Starts of EM, and families drawn from a known profile."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from emviz.data.table import Table
from emviz.em.domains import ParameterError
from emviz.em.families.letters import DNA
from emviz.em.numerics import Array
from emviz.em.simulation import draws
from emviz.em.work import TOGETHER, checked
from emviz.models.profile.arcs import DELETE, INSERT, MATCH, allowed, normalised
from emviz.models.profile.data import Codes, Kinds, ProfileData, ProfileParams
from emviz.models.profile.paths import written

#: Transitions at the start, from M, I and D.
STAY = ((0.9, 0.05, 0.05), (0.5, 0.4, 0.1), (0.5, 0.1, 0.4))
#: The part of a sequence in the default start, and in a random one.
HALF, TRACE = 0.5, 0.25
#: Letters that the random distribution of a node is worth: few, so that nodes differ.
LETTERS = 20.0
#: θ closer to the background than this looks equal to it on the screen.
FLAT = 5e-4
#: The most states of a simulated path.
LONGEST = 100_000
#: The consensus of the simulated family, where it lets residues in, and where it loses them.
CONSENSUS, LETS_IN, LOSES = "GATTACAGCTGC", 6, 9
SOURCE = (
    f"simulated: {CONSENSUS}, each letter with probability 0.85, often an insert after node {LETS_IN}, node "
    f"{LOSES} often deleted, 40 sequences, NumPy default_rng(1994)"
)


def moves(nodes: int) -> Array:
    """Return the transitions at the start, shape (L + 1, 3, 3); what does not exist is left to the others."""
    arcs = np.where(allowed(nodes), np.array(STAY), 0.0)
    return normalised(arcs)


def family() -> Mapping[str, tuple[object, ...]]:
    """Return the fields of θ that the simulated family is drawn from."""
    arcs = moves(len(CONSENSUS))
    arcs[LETS_IN, MATCH] = (0.6, 0.35, 0.05)
    arcs[LOSES - 1, MATCH] = (0.6, 0.05, 0.35)
    letters = tuple(tuple(0.85 if a == b else 0.05 for a in DNA.letters) for b in CONSENSUS)
    return {"match": letters, "transition": tuple(tuple(map(tuple, node)) for node in arcs.tolist())}


def default(data: ProfileData) -> ProfileParams:
    """Return ½ for each residue of the first sequence that has as many as there are nodes, and ½ background.

    If all are shorter, the nodes behind the longest sequence are the background.
    """
    longest = int(data.lengths.argmax())
    row = next((i for i, size in enumerate(data.lengths.tolist()) if size >= data.nodes), longest)
    return ProfileParams(
        _imprinted(data, data.sequences[row][: data.nodes], data.background, HALF), moves(data.nodes)
    )


def drawn(data: ProfileData, rng: np.random.Generator) -> ProfileParams:
    """Return random distributions around the background, with ¼ of a random piece of a random sequence."""
    spread = rng.dirichlet(LETTERS * data.background + 1e-3, data.nodes)
    # A sequence without residues has no piece to leave a trace.
    codes = data.sequences[int(rng.choice(np.flatnonzero(data.lengths)))]
    first = int(rng.integers(max(1, len(codes) - data.nodes + 1)))
    return ProfileParams(
        _imprinted(data, codes[first : first + data.nodes], spread, TRACE), moves(data.nodes)
    )


def _imprinted(data: ProfileData, codes: Codes, around: Array, part: float) -> Array:
    # A copy, since what `broadcast_to` returns is read-only.
    letters = np.broadcast_to(around, (data.nodes, len(data.letters))).copy()
    letters[: len(codes)] *= 1 - part
    letters[: len(codes)] += part * data.possible[codes] / data.possible[codes].sum(axis=-1, keepdims=True)
    return letters


def simulated(params: ProfileParams, letters: str, size: int, rng: np.random.Generator) -> Table:
    """Return sequences with their alignment; inserts emit all letters alike.

    Raises
    ------
    ParameterError
        If an insert hardly ever ends.
    """
    emissions = np.cumsum(params.match, axis=1)
    paths = walks(params.transition, size, rng)
    texts, shown = [], []
    alphabet = np.array(list(letters))
    for path in checked(paths, TOGETHER):
        node, emitting = np.cumsum(path != INSERT), path != DELETE
        codes = rng.integers(len(letters), size=len(path))
        matched = path == MATCH
        odds = rng.random((int(matched.sum()), 1))
        # Without the last sum, which rounding may leave below 1.
        drawn_codes = (odds >= emissions[node[matched] - 1, :-1]).sum(axis=1)
        codes[matched] = drawn_codes
        text = "".join(alphabet[codes[emitting]].tolist())
        texts.append(text)
        shown.append(written(text, path))
    names = draws.numbered("s", np.arange(size))
    # A sequence without a residue is none that is missing, nor is NA.
    return Table.from_columns({"name": names, "sequence": texts, "alignment": shown}).with_codes(())


def walks(transition: Array, size: int, rng: np.random.Generator) -> list[Kinds]:
    """Return random paths from the begin to the end, all of them a step at a time.

    Raises
    ------
    ParameterError
        If one of them has more than `LONGEST` states.
    """
    ends = np.cumsum(transition, axis=-1)
    node, kind = np.zeros(size, dtype=np.intp), np.full(size, MATCH)
    rows, lengths = np.arange(size), np.zeros(size, dtype=np.intp)
    taken: list[tuple[Codes, Kinds]] = []
    while len(rows):
        for part in draws.row_blocks(len(rows), 3):
            own = rows[part]
            chances = ends[node[own], kind[own]]
            # Within the last sum, which need not be 1; the product may round up to it.
            found = (rng.random((len(own), 1)) * chances[:, -1:] >= chances).sum(axis=1)
            kind[own] = np.minimum(found, DELETE)
            node[own] += kind[own] != INSERT
        rows = rows[node[rows] < len(transition)]
        lengths[rows] += 1
        taken.append((rows, kind[rows].astype(np.uint8)))
        if len(taken) > LONGEST:
            raise ParameterError("an insert leads into itself and hardly ever ends; nothing can be simulated")
    stops = np.cumsum(lengths)
    first, states = stops - lengths, np.empty(int(stops[-1]), dtype=np.uint8)
    for place, (own, kinds) in checked(enumerate(taken)):
        states[first[own] + place] = kinds
    pairs = zip(first.tolist(), stops.tolist(), strict=True)
    return [states[begin:end] for begin, end in checked(pairs, TOGETHER)]
