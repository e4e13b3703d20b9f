"""The E-step and the M-step of a motif, by words of four letters.

log P(x_i, start j) = Σ log bg(x) + Σ_k log θ_k(x) / bg(x) − log(L_i − W + 1): a window is weighed against
the background, which all starts have in common outside of it (Lawrence & Reilly, Proteins 7:41, 1990).

The sum over k is read from tables of the 256 words of four letters, a table for each four positions, and
the expected letters are counted as words too. The last table may overlap the one before; the positions
that are in both count in the earlier one.
"""

from __future__ import annotations

import numpy as np

from emviz.em.model import Expectation
from emviz.em.numerics import Array, xlogy
from emviz.models.motif.data import BLOCK, LETTERS, Codes, MotifCounts, MotifData, MotifParams, log_background

#: Below this difference in nats a start has no share: exp would be slow there, and no digit would change.
LEAST = -500.0
#: Numbers that a batch of parameters may take at once.
MOST = 2**21


def log_odds(data: MotifData, params: MotifParams) -> Array:
    """Return log θ_k(a) / bg(a) in nats, shape (..., W, 4); −∞ where θ is 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(params.letters) - log_background(data.background))


def window_scores(data: MotifData, params: MotifParams) -> Array:
    """Return the log-odds of the window from each place on, shape (..., T); −∞ where there is none."""
    odds, places = log_odds(data, params), len(data.codes) - data.width
    scores = np.zeros((*odds.shape[:-2], places))
    looked_up = np.empty_like(scores)
    for offset, new in _blocks(data.width):
        piece = odds[..., offset : offset + BLOCK, :].copy()
        piece[..., : BLOCK - new, :] = 0.0
        table = _outer_sum(piece)
        scores += table.take(data.words[offset : offset + places], axis=-1, out=looked_up, mode="clip")
    scores[..., data.closed] = -np.inf
    return scores


def weighed(data: MotifData, scores: Array) -> tuple[Array, Array]:
    """Return q(start) at each place, shape (..., T), and log P(x_i; θ), shape (..., N), in nats."""
    top = np.maximum.reduceat(scores, data.first, axis=-1)
    if not np.isfinite(top).all():
        top = np.where(np.isfinite(top), top, 0.0)
    # In place, as fresh memory of this size costs more than the sums.
    odds = np.repeat(top, data.lengths, axis=-1)
    np.subtract(scores, odds, out=odds)
    kept = odds > LEAST
    np.maximum(odds, LEAST, out=odds)
    np.exp(odds, out=odds)
    odds *= kept
    sums = np.add.reduceat(odds, data.first, axis=-1)
    # −∞ and 0/0 where θ makes a sequence impossible: the objective says so.
    with np.errstate(divide="ignore", invalid="ignore"):
        odds /= np.repeat(sums, data.lengths, axis=-1)
        return odds, data.base + top + np.log(sums)


def letter_counts(data: MotifData, shares: Array) -> Array:
    """Return the expected letters at each position, shape (W, 4), of shares at each place, shape (T,)."""
    found = [
        tallied(data.words[offset : offset + len(shares)], shares, _WORDS)
        for offset, _ in _blocks(data.width)
    ]
    return np.asarray(_positions(np.array(found)[None], data.width)[0])


def row_counts(data: MotifData, shares: Array) -> Array:
    """Return the same for each sequence on its own, shape (N, W, 4)."""
    rows = len(data.first)
    base = np.repeat(np.arange(rows) * _WORDS, data.lengths)
    found = [
        tallied(base + data.words[offset : offset + len(shares)], shares, rows * _WORDS)
        for offset, _ in _blocks(data.width)
    ]
    return _positions(np.array(found).reshape(len(found), rows, _WORDS).swapaxes(0, 1), data.width)


def by_row(data: MotifData, values: Array, fill: float = 0.0) -> Array:
    """Return values at each place, shape (T,), as a row of starts for each sequence, shape (N, Z)."""
    starts = np.arange(data.starts.max())
    inside = starts < data.starts[:, None]
    places = np.where(inside, data.first[:, None] + starts, 0)
    return np.where(inside, values[places], fill)


def posterior(data: MotifData, params: MotifParams) -> Array:
    """Return q_i(start), shape (N, Z), 0 where a sequence has no more starts."""
    return by_row(data, weighed(data, window_scores(data, params))[0])


def expectation(data: MotifData, params: MotifParams, pseudocount: float) -> Expectation[MotifCounts]:
    """Return the expected letters at each position, and log P(x; θ) with the log-prior if there is one."""
    shares, evidence = weighed(data, window_scores(data, params))
    objective = evidence.sum() + log_prior(data, params, pseudocount)
    return Expectation(MotifCounts(letter_counts(data, shares)), float(objective))


def maximisation(data: MotifData, counts: MotifCounts, pseudocount: float) -> MotifParams:
    """Return θ_k(a) = (letters a at k + c·bg(a)) / (all letters at k + c)."""
    letters = counts.letters + pseudocount * data.background
    return MotifParams(letters / letters.sum(axis=-1, keepdims=True))


def objectives(data: MotifData, params: MotifParams, pseudocount: float) -> Array:
    """Return the objective, shape (B,), at many θ at once."""
    size = max(1, MOST // len(data.codes))
    heights = []
    for first in range(0, len(params.letters), size):
        batch = MotifParams(params.letters[first : first + size])
        evidence = weighed(data, window_scores(data, batch))[1]
        heights.append(evidence.sum(axis=-1) + log_prior(data, batch, pseudocount))
    return np.concatenate(heights)


def log_prior(data: MotifData, params: MotifParams, pseudocount: float) -> Array:
    """Return Σ_k Σ_a c·bg(a) log θ_k(a), shape (...): a Dirichlet log-density, up to a constant."""
    return np.asarray(xlogy(pseudocount * data.background, params.letters).sum(axis=(-2, -1)))


def complete_log(data: MotifData, counts: MotifCounts, params: MotifParams, pseudocount: float) -> float:
    """Return E[log P(x, z; θ)] under the counts, and the log-prior."""
    inside = xlogy(counts.letters, params.letters).sum()
    outside = data.base.sum() - (counts.letters * log_background(data.background)).sum()
    return float(inside + outside + log_prior(data, params, pseudocount))


def chosen_counts(data: MotifData, places: Codes) -> MotifCounts:
    """Return the letters of one window in each sequence, that from these places on."""
    shares = np.zeros(len(data.codes) - data.width)
    shares[places] = 1.0
    return MotifCounts(letter_counts(data, shares))


def best_places(data: MotifData, scores: Array) -> Codes:
    """Return the place of the best window of each sequence, the first of equals; shape (N,)."""
    top = np.repeat(np.maximum.reduceat(scores, data.first), data.lengths)
    candidates = np.flatnonzero(scores == top)
    rows = np.searchsorted(data.first, candidates, side="right") - 1
    return candidates[np.unique(rows, return_index=True)[1]]


def counted(data: MotifData, params: MotifParams, whole: bool) -> tuple[Array, Array]:
    """Return the share of each place that is counted, and what the places of a row are ranked by; (T,).

    Parameters
    ----------
    whole : bool
        Count the best window of each sequence alone, the first of equals.
    """
    scores = window_scores(data, params)
    if not whole:
        shares = weighed(data, scores)[0]
        return shares, shares
    alone = np.zeros_like(scores)
    alone[best_places(data, scores)] = 1.0
    return alone, scores


def tallied(codes: Codes, shares: Array, size: int) -> Array:
    """Return the sum of the shares of each code, shape (size,)."""
    return np.asarray(np.bincount(codes, shares, size), dtype=np.float64)


def richest_place(data: MotifData) -> int:
    """Return the place of the window whose words of four letters are the most over-represented.

    It has the largest sum of (observed − expected) / √expected, where the background says what is expected.
    """
    places = len(data.codes) - data.width
    broken = ((data.first + data.lengths)[:, None] - np.arange(1, BLOCK)).ravel()
    held = np.ones(places)
    held[broken] = 0.0
    observed = tallied(data.words[:places], held, _WORDS)
    with np.errstate(divide="ignore"):
        logs = np.broadcast_to(np.log(data.background), (BLOCK, len(LETTERS)))
    expected = held.sum() * np.exp(_outer_sum(logs))
    excess = (observed - expected) / np.sqrt(np.where(expected > 0, expected, 1.0))
    ahead = np.concatenate([[0.0], np.cumsum(excess[data.words])])
    sums = ahead[data.width - BLOCK + 1 :] - ahead[: len(ahead) - (data.width - BLOCK + 1)]
    sums[data.closed] = -np.inf
    return int(sums[:places].argmax())


def seeded(word: Codes) -> MotifParams:
    """Return the motif that gives each letter of a word .7, and the others .1."""
    return MotifParams(np.where(np.eye(len(LETTERS), dtype=bool)[word], 0.7, 0.1))


def _blocks(width: int) -> list[tuple[int, int]]:
    """Return where each word of four begins, and how many of its last letters are not in the one before."""
    offsets = [*range(0, width - BLOCK, BLOCK), width - BLOCK]
    ends = [0, *(offset + BLOCK for offset in offsets[:-1])]
    return [(offset, offset + BLOCK - end) for offset, end in zip(offsets, ends, strict=True)]


def _outer_sum(piece: Array) -> Array:
    """Return Σ_k piece_k(a_k) for every word, shape (..., 256), from shape (..., 4, 4)."""
    one, two, three, four = (piece[..., k, :] for k in range(BLOCK))
    pairs = one[..., :, None] + two[..., None, :]
    others = three[..., :, None] + four[..., None, :]
    quads = pairs[..., :, :, None, None] + others[..., None, None, :, :]
    return quads.reshape(*piece.shape[:-2], _WORDS)


def _positions(words: Array, width: int) -> Array:
    """Return counts of letters, shape (N, W, 4), from counts of the words of each block, (N, blocks, 256)."""
    letters = (words @ _LETTER_AT).reshape(*words.shape[:2], BLOCK, len(LETTERS))
    kept = [letters[:, place, BLOCK - new :] for place, (_, new) in enumerate(_blocks(width))]
    return np.concatenate(kept, axis=1)


def _letter_table() -> Array:
    codes = np.arange(_WORDS)[:, None] // len(LETTERS) ** np.arange(BLOCK)[::-1] % len(LETTERS)
    table = np.eye(len(LETTERS))[codes].reshape(_WORDS, -1)
    table.flags.writeable = False
    return table


_WORDS = len(LETTERS) ** BLOCK
#: Which letter stands at which of the four positions of each word, shape (256, 16), as ones and zeros.
_LETTER_AT = _letter_table()
