"""The pictures of a profile: the alignment, the logo, the paths of all sequences and that of one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from emviz.data.things import things
from emviz.em.model import Look, Phase, Rows
from emviz.em.numerics import Array, xlogy
from emviz.em.pictures import Alignment, Logo, Matrix, View
from emviz.em.work import checked
from emviz.models.profile.arcs import DELETE, INSERT, KINDS, MATCH
from emviz.models.profile.data import AnyCounts, Kinds, ProfileData, ProfileParams, ProfileRound, some
from emviz.models.profile.passes import smooth
from emviz.models.profile.paths import best_paths, path_log, places
from emviz.models.profile.weights import weights

#: The most sequences drawn; the first ones of more.
MOST_ROWS = 300
#: Nodes of the profiles whose best path is dotted.
MOST_DOTTED = 60
#: Longer inserts are written as their length.
LONGEST = 2
UNWEIGHED = "Before the E-step nothing is aligned."
READING = "Colour: how sure a residue is of its node. Small letters, numbers: inserted. P: of this path."
READING_WHOLE = (
    "Each sequence is counted whole on this path, its likeliest. Small letters, numbers: inserted."
)


def pictures(data: ProfileData, state: ProfileRound, look: Look[ProfileParams]) -> Sequence[View]:
    """Return the alignment, the logo, the true one if known, expected visits, and one sequence by node."""
    weighed = state.phase is not Phase.START
    shown = some(data, np.arange(min(len(data.sequences), MOST_ROWS)))
    row = look.row if look.row is not None and look.row < len(shown.sequences) else None
    updated = state.updated or state.base.params
    logos = [_logo("Logo", data, updated, "")]
    if look.truth is not None:
        true = _logo("True logo", data, look.truth, "The profile that the data were simulated from.")
        logos.append(replace(true, truth=True))
    counts = state.base.expectation.counts if weighed else None
    return (
        _aligned(shown, state, row, _first_note(len(shown.sequences), len(data.sequences)))
        if weighed
        else _unaligned(shown, row),
        *logos,
        _visits(data, counts, state),
        _residues(shown, state, row or 0),
    )


def information(letters: Array) -> Array:
    """Return the heights of the letters in bits, shape (L, S): e_k(a) · (log2 S − H(e_k))."""
    bits = math.log2(letters.shape[1]) + xlogy(letters, letters).sum(axis=-1, keepdims=True) / math.log(2)
    return np.asarray(letters * bits)


def _logo(title: str, data: ProfileData, params: ProfileParams, note: str) -> Logo:
    return Logo(title, tuple(data.letters), information(params.match), math.log2(len(data.letters)), note)


# -- the alignment -------------------------------------------------------------------------------------------


def _unaligned(data: ProfileData, row: int | None) -> Alignment:
    """Return the sequences as they come, one beside the other."""
    texts = [data.text(i)[: 2 * data.nodes] for i in range(len(data.sequences))]
    width = max(map(len, texts))
    nothing = ("",) * len(texts)
    return Alignment(
        title="Alignment",
        heading="sequence",
        names=tuple(map(data.name, range(len(texts)))),
        texts=tuple(text.ljust(width, ".") for text in texts),
        before=nothing,
        after=nothing,
        shares=(math.nan,) * len(texts),
        details=nothing,
        row=row,
        note=UNWEIGHED,
        sure=((0.0,) * width,) * len(texts),
    )


def _aligned(data: ProfileData, state: ProfileRound, row: int | None, note: str) -> Alignment:
    params = state.base.params
    paths = best_paths(data, params)
    texts, cells = lined_up([data.text(i) for i in range(len(paths))], paths, data.nodes)
    shares, sure = _on_these(data, paths) if state.whole else _among_all(data, params, paths)
    reading = READING_WHOLE if state.whole else READING
    verdict, nothing = _verdict(data, paths), ("",) * len(paths)
    return Alignment(
        title="Alignment",
        heading="sequence",
        names=tuple(map(data.name, range(len(paths)))),
        texts=texts,
        before=nothing,
        after=nothing,
        shares=tuple(shares.tolist()),
        details=nothing,
        agrees=_agreeing(data, paths),
        row=row,
        note=" ".join(filter(None, [verdict if data.open else "", reading, note])),
        verdict="" if data.open else verdict,
        sure=tuple(map(tuple, _spread(sure, cells, len(texts[0])).tolist())),
        letter=state.letter,
    )


def _among_all(data: ProfileData, params: ProfileParams, paths: Sequence[Kinds]) -> tuple[Array, Array]:
    """Return the probability of each path among all, shape (N,), and of its match at each node, (N, L)."""
    evidence, sure = confidences(data, params, paths)
    scores = np.array([path_log(data, params, i, path) for i, path in checked(enumerate(paths))])
    # Rounding may leave the best path above the sum of all paths.
    return np.exp(np.minimum(scores - evidence, 0.0)), sure


def _on_these(data: ProfileData, paths: Sequence[Kinds]) -> tuple[Array, Array]:
    """Return the same if each path alone is counted, whole."""
    sure = np.zeros((len(paths), data.nodes))
    for row, path in enumerate(paths):
        sure[row, places(path)[1] - 1] = 1.0
    return np.ones(len(paths)), sure


def lined_up(texts: Sequence[str], paths: Sequence[Kinds], nodes: int) -> tuple[tuple[str, ...], Rows]:
    """Return the sequences with the residues of a node below one another, and the cells of the nodes.

    A long insert is written as the number of its residues.
    """
    parts = [_cut(text, path, nodes) for text, path in checked(zip(texts, paths, strict=True))]
    inserts = [[_shortened(insert) for insert in own] for _, own in parts]
    widths = [max(map(len, column)) for column in zip(*inserts, strict=True)]
    rows = tuple(
        "".join(
            # What comes before the first node leans on it; other inserts, on the node before them.
            own.ljust(width, ".") + core if place else own.rjust(width, ".") + core
            for place, (own, width, core) in enumerate(zip(insert, widths, (*cores, ""), strict=True))
        )
        for insert, (cores, _) in checked(zip(inserts, parts, strict=True))
    )
    return rows, np.cumsum(widths[:-1]) + np.arange(nodes)


def _cut(text: str, path: Kinds, nodes: int) -> tuple[list[str], list[str]]:
    """Return the letter or hyphen of each node, and the inserts before the first and after each."""
    cores: list[str] = []
    inserts = [""] * (nodes + 1)
    letters = iter(text)
    for kind in path.tolist():
        if kind == INSERT:
            inserts[len(cores)] += next(letters).lower()
        else:
            cores.append("-" if kind == DELETE else next(letters))
    return cores, inserts


def _shortened(insert: str) -> str:
    return insert if len(insert) <= LONGEST else str(len(insert))


def confidences(data: ProfileData, params: ProfileParams, paths: Sequence[Kinds]) -> tuple[Array, Array]:
    """Return the log-odds of each sequence, and the posterior of its path at each node.

    Returns
    -------
    evidence : Array, shape (N,)
        log P(x; θ) − Σ log background, in nats.
    sure : Array, shape (N, L)
        The posterior of the residue that the path matches there; 0 if the node is deleted.
    """
    ready = weights(data, params)
    evidence, sure = np.zeros(len(paths)), np.zeros((len(paths), data.nodes))
    for block in data.blocks:
        seen = smooth(block, ready)
        evidence[block.rows] = seen.evidence
        for column, row in checked(enumerate(block.rows.tolist())):
            residues, nodes = places(paths[row])
            sure[row, nodes - 1] = seen.matched[residues, column, nodes]
    return evidence, sure


def _spread(sure: Array, cells: Rows, width: int) -> Array:
    found = np.zeros((len(sure), width))
    found[:, cells] = sure
    return found


def _agreeing(data: ProfileData, paths: Sequence[Kinds]) -> tuple[bool | None, ...]:
    if data.paths is None:
        return (None,) * len(paths)
    return tuple(
        None if true is None else np.array_equal(path, true)
        for path, true in zip(paths, data.paths, strict=True)
    )


def _verdict(data: ProfileData, paths: Sequence[Kinds]) -> str:
    """Return how many of the pairs of residues that share a node of the true alignment share one here.

    Which node it is does not matter: an alignment may be right and shifted.
    """
    if data.paths is None:
        return ""
    found = [dict(_pairs(path)) for path in paths]
    known = [(i, path) for i, path in enumerate(data.paths) if path is not None]
    true = [(i, *pair) for i, path in known for pair in _pairs(path)]
    among = _couples(node for _, _, node in true)
    here = _couples((node, found[i][t]) for i, t, node in true if t in found[i])
    return f"{here:,} of {among:,} pairs of residues that belong together are together." if among else ""


def _couples(places: Iterable[object]) -> int:
    """Return how many pairs have the same place."""
    return sum(many * (many - 1) // 2 for many in Counter(places).values())


# -- the paths -----------------------------------------------------------------------------------------------


def _visits(data: ProfileData, counts: AnyCounts | None, state: ProfileRound) -> Matrix:
    """Return how often the states of each node are visited by a sequence."""
    values = np.full((len(KINDS), data.nodes + 1), np.nan)
    if counts is not None:
        values[:] = counts.transition.sum(axis=-1).T / len(data.sequences)
        # Node 0 is the begin, which no path visits but every path leaves; only its insert is a state.
        values[MATCH, 0] = values[DELETE, 0] = np.nan
    return Matrix(
        title="Visits",
        row_heading="state",
        column_heading="node",
        rows=tuple(KINDS),
        columns=tuple(map(str, range(data.nodes + 1))),
        values=values,
        # A path may visit an insert several times, a match or a delete once.
        high=1.0 if counts is None else max(1.0, float(np.nanmax(values))),
        components=(MATCH, INSERT, DELETE),
        choosable=False,
        note=UNWEIGHED if counts is None else _visits_note(state),
    )


def _visits_note(state: ProfileRound) -> str:
    if state.whole:
        return "Visits of match, insert and delete by a sequence, on the likeliest paths alone."
    return "Expected visits of match, insert and delete by a sequence."


def _residues(data: ProfileData, state: ProfileRound, row: int) -> Matrix:
    """Return which node matches each residue of one sequence."""
    own = some(data, np.array([row]))
    text = own.text(0)
    values = np.full((max(1, len(text)), data.nodes), np.nan)
    bests: list[tuple[int, int]] = []
    weighed = state.phase is not Phase.START
    if weighed and text:
        pairs = _pairs(best_paths(own, state.base.params)[0])
        values[:] = _matched(own, state, pairs)
        # In a large matrix the dots would hide their cells.
        bests = pairs if data.nodes <= MOST_DOTTED else []
    return Matrix(
        title="Residues",
        row_heading="residue",
        column_heading="node",
        rows=tuple(f"{t} {letter}" for t, letter in enumerate(text, 1)) or ("none",),
        columns=tuple(map(str, range(1, data.nodes + 1))),
        values=values,
        marks=tuple(_pairs(true)) if (true := (own.paths or (None,))[0]) is not None else (),
        bests=tuple(bests),
        choosable=False,
        note=_residues_note(state, row) if weighed else UNWEIGHED,
    )


def _matched(own: ProfileData, state: ProfileRound, pairs: Sequence[tuple[int, int]]) -> Array:
    """Return the part of each residue of a sequence that is counted for each node, shape (T, L)."""
    if not state.whole:
        return np.asarray(smooth(own.blocks[0], weights(own, state.base.params)).matched[1:, 0, 1:])
    values = np.zeros((len(own.text(0)), own.nodes))
    for residue, node in pairs:
        values[residue, node] = 1.0
    return values


def _residues_note(state: ProfileRound, row: int) -> str:
    if state.whole:
        return f"Row {row + 1}: the node that each residue is counted for, on the likeliest path."
    return f"Row {row + 1}: how probable it is that a node matches a residue; dots: the best path."


def _pairs(path: Kinds) -> list[tuple[int, int]]:
    """Return the matches of a path: residue and node, counted from 0."""
    residues, nodes = places(path)
    return list(zip((residues - 1).tolist(), (nodes - 1).tolist(), strict=True))


def _first_note(shown: int, rows: int) -> str:
    return f"The first {shown} of {things(rows, 'sequence')}." if shown < rows else ""
