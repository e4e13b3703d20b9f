"""The pictures of a motif: its possible starts, the aligned sites, its logo, the counted letters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from emviz.data.things import things
from emviz.em.model import Look, Phase, Rows
from emviz.em.numerics import Array, xlogy
from emviz.em.pictures import Alignment, Logo, Matrix, View
from emviz.em.rounding import figures
from emviz.models.motif import steps
from emviz.models.motif.data import LETTERS, NEAR, AnyCounts, MotifData, MotifParams, MotifRound, some

#: The most sequences and starts that are drawn; of more, the first.
MOST_ROWS, MOST_STARTS = 300, 2000
#: Letters shown on either side of a site.
FLANK = 10
UNWEIGHED = "Before the E-step no start has been weighed."


def pictures(data: MotifData, state: MotifRound, look: Look[MotifParams]) -> Sequence[View]:
    """Return the heat map of starts, the best sites, the logo, the true one if known, the letter counts."""
    weighed = state.phase is not Phase.START
    # Only the drawn rows are weighed: a picture must not take an E-step over all.
    shown = some(data, np.arange(min(len(data.first), MOST_ROWS)))
    row = look.row if look.row is not None and look.row < len(shown.first) else None
    seen = _Seen.at(shown, state) if weighed else None
    rows, drawn = len(data.first), len(shown.first)
    note = f"The first {drawn} of {things(rows, 'sequence')}." if drawn < rows else ""
    updated = state.updated or state.base.params
    logos = [_logo("Logo", updated, _sample_note(len(data.first)))]
    if look.truth is not None:
        true = _logo("True logo", look.truth, "The motif that the data were simulated from.")
        logos.append(replace(true, truth=True))
    return (
        _starts(shown, seen, row, note),
        _sites(shown, seen, row, note),
        *logos,
        _counts(data, state.base.expectation.counts if weighed else None),
    )


@dataclass(frozen=True, eq=False)
class _Seen:
    """The counted share of each start.

    Parameters
    ----------
    shares : Array, shape (N, Z)
        The part of each start.
    best : integer array, shape (N,)
        The likeliest start, the first of equals.
    whole : bool
        Whether each sequence is counted whole at one start.
    letter : str
        The symbol of a share.
    """

    shares: Array
    best: Rows
    whole: bool
    letter: str

    @classmethod
    def at(cls, data: MotifData, state: MotifRound) -> _Seen:
        """Return the shares at the θ(t) of a round, the same as in the table."""
        places, scores = steps.counted(data, state.base.params, state.whole)
        best = steps.by_row(data, scores, -np.inf).argmax(axis=1)
        return cls(steps.by_row(data, places), best, state.whole, state.letter)


def information(letters: Array) -> Array:
    """Return the heights of the letters in bits, shape (W, 4): θ_k(a) · (2 − H(θ_k))."""
    bits = math.log2(len(LETTERS)) + xlogy(letters, letters).sum(axis=-1, keepdims=True) / math.log(2)
    return np.asarray(letters * bits)


def _starts(data: MotifData, seen: _Seen | None, row: int | None, note: str) -> Matrix:
    starts = int(min(data.starts.max(), MOST_STARTS))
    held = np.arange(starts) < data.starts[:, None]
    # A priori all starts are equally probable.
    even = np.broadcast_to(1 / data.starts[:, None], held.shape)
    values = np.where(held, even if seen is None else seen.shares[:, :starts], np.nan)
    best = [] if seen is None else seen.best.tolist()
    marks = [(i, site - 1) for i, own in enumerate(data.sites or ()) for site in own]
    notes = [
        f"The first {starts:,} starts." if starts < data.starts.max() else "",
        "Before the E-step every start is equally probable." if seen is None else "",
        "Each sequence is counted whole at its likeliest start." if seen is not None and seen.whole else "",
        note,
    ]
    return Matrix(
        title="Starts",
        row_heading="sequence",
        column_heading="start",
        rows=tuple(data.name(i) for i in range(len(data.first))),
        columns=tuple(str(j + 1) for j in range(starts)),
        values=values,
        marks=tuple((i, j) for i, j in marks if j < min(starts, data.starts[i])),
        bests=tuple((i, j) for i, j in enumerate(best) if j < starts),
        row=row,
        note=" ".join(filter(None, notes)),
    )


def _sites(data: MotifData, seen: _Seen | None, row: int | None, note: str) -> Alignment:
    rows = range(len(data.first))
    names = tuple(data.name(i) for i in rows)
    if seen is None:
        blank, gaps = (" " * FLANK,) * len(rows), ("." * data.width,) * len(rows)
        nothing, nobody = ("",) * len(rows), (None,) * len(rows)
        unknown = " ".join(filter(None, [UNWEIGHED, note]))
        shares = (0.0,) * len(rows)
        return Alignment(
            "Sites", "sequence", names, gaps, blank, blank, shares, nothing, nobody, row, unknown
        )
    best = seen.best
    cut = [_cut(data.sequence(i), int(j), data.width) for i, j in enumerate(best)]
    before, texts, after = zip(*cut, strict=True)
    agrees = tuple(data.hit(i, int(j) + 1) for i, j in enumerate(best))
    return Alignment(
        title="Sites",
        heading="sequence",
        names=names,
        texts=texts,
        before=before,
        after=after,
        shares=tuple(seen.shares[rows, best].tolist()),
        details=tuple(f"start {j + 1}" for j in best),
        agrees=agrees,
        row=row,
        note=note,
        verdict=_hits_note(agrees),
        letter=seen.letter,
    )


def _cut(sequence: str, start: int, width: int) -> tuple[str, str, str]:
    """Return the letters before a site, the site, and the letters after it, with flanks of equal length."""
    before, after = sequence[max(0, start - FLANK) : start], sequence[start + width : start + width + FLANK]
    return before.rjust(FLANK), sequence[start : start + width], after.ljust(FLANK)


def _logo(title: str, params: MotifParams, note: str) -> Logo:
    return Logo(title, tuple(LETTERS), information(params.letters), math.log2(len(LETTERS)), note)


def _counts(data: MotifData, counts: AnyCounts | None) -> Matrix:
    values = np.full((data.width, len(LETTERS)), np.nan) if counts is None else counts.letters
    return Matrix(
        title="Letters",
        row_heading="position",
        column_heading="letter",
        rows=tuple(str(k + 1) for k in range(data.width)),
        columns=tuple(LETTERS),
        values=values,
        # Each sequence adds one letter at each position, so no count is higher.
        high=float(len(data.first)),
        numbers=True,
        choosable=False,
        note=UNWEIGHED if counts is None else "",
    )


def _hits_note(agrees: Rows | Sequence[bool | None]) -> str:
    known = [hit for hit in agrees if hit is not None]
    return f"{sum(known)} of {len(known)} within {NEAR} letters of an annotated site." if known else ""


def _sample_note(rows: int) -> str:
    """Return a note on the bits that a small sample adds by chance (Schneider et al., J Mol Biol 188:415)."""
    chance = (len(LETTERS) - 1) / (2 * math.log(2) * rows)
    bits = figures(chance, 2)
    return f"With {things(rows, 'site')}, chance alone adds about {bits} bits per position (not subtracted)."
