"""The E-step and the M-step of a motif, by words of four letters.

log P(x_i, start j) = Σ log bg(x) + Σ_k log [θ_k(x) / bg(x)] − log(L_i − W + 1): only the window differs from
the background, which is common to all starts (Lawrence & Reilly, Proteins 7:41, 1990).

The sum over k is read from tables of the 256 words of four letters, one table for every four positions, and
the expected letters are counted as words too. The last table may overlap the one before; the positions in
both count in the earlier one. An unknown letter is one more symbol: its probability is the sum over its
possible letters, and its count is shared between them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from emviz.em.families.categoricals import normalised
from emviz.em.families.letters import settled_chances, shared, summed
from emviz.em.model import Expectation
from emviz.em.numerics import Array, xlogy
from emviz.em.work import blocks, check_stop, checked
from emviz.models.motif.data import (
    BLOCK,
    LETTERS,
    TOGETHER,
    AnyCounts,
    Codes,
    MotifCounts,
    MotifData,
    MotifParams,
    SharedCounts,
    parts_of,
    words_of,
)

#: A start this many nats below the best has no share: exp would be slow there, and no digit would change.
LEAST = -500.0
#: The most numbers in memory for a batch of parameters.
MOST = 2**21


def log_odds(data: MotifData, params: MotifParams) -> Array:
    """Return log θ_k / bg of each symbol in nats, shape (..., W, C); −∞ where θ is 0."""
    chances = params.letters if data.known else summed(params.letters, data.possible)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(chances) - data.logs)


def window_scores(data: MotifData, params: MotifParams) -> Array:
    """Return the log-odds of the window from each place on, shape (..., T); −∞ if there is none."""
    odds, places = log_odds(data, params), len(data.codes) - data.width
    scores = np.zeros((*odds.shape[:-2], places))
    offsets, new = zip(*_blocks(data.width, data.block), strict=True)
    pieces = odds[..., np.add.outer(offsets, np.arange(data.block)), :]
    # The positions that the last word shares with the one before must not count twice.
    pieces[..., -1, : data.block - new[-1], :] = 0.0
    tables = _outer_sum(pieces)
    for part in blocks(places, TOGETHER):
        looked_up = np.empty_like(scores[..., part])
        many = looked_up.shape[-1]
        for number, offset in enumerate(offsets):
            first = offset + part.start
            # Every word is in the table; "clip" only spares the check of each.
            scores[..., part] += tables[..., number, :].take(
                data.words[first : first + many], axis=-1, out=looked_up, mode="clip"
            )
    for part in blocks(len(data.closed), TOGETHER):
        scores[..., data.closed[part]] = -np.inf
    return scores


def weighed(data: MotifData, scores: Array) -> tuple[Array, Array]:
    """Return q(start) at each place, shape (..., T), and log P(x_i; θ), shape (..., N), in nats."""
    if scores.shape[-1] <= TOGETHER:
        return _weighed(scores, data.first, data.lengths, data.base)
    odds, evidence = np.empty_like(scores), np.empty((*scores.shape[:-1], len(data.first)))
    for rows, places in parts_of(data.first, data.lengths):
        odds[..., places], evidence[..., rows] = _weighed(
            scores[..., places], data.first[rows] - places.start, data.lengths[rows], data.base[rows]
        )
    return odds, evidence


def _weighed(scores: Array, first: Codes, lengths: Codes, base: Array) -> tuple[Array, Array]:
    top = np.maximum.reduceat(scores, first, axis=-1)
    # All starts of a sequence are impossible: −∞ − (−∞) would not be a number.
    if not np.isfinite(top).all():
        top = np.where(np.isfinite(top), top, 0.0)
    # In place, since fresh memory of this size costs more than the sums.
    odds = np.repeat(top, lengths, axis=-1)
    np.subtract(scores, odds, out=odds)
    kept = odds > LEAST
    np.maximum(odds, LEAST, out=odds)
    np.exp(odds, out=odds)
    odds *= kept
    sums = np.add.reduceat(odds, first, axis=-1)
    # −∞ and 0/0 if θ makes a sequence impossible, which the objective shows.
    with np.errstate(divide="ignore", invalid="ignore"):
        odds /= np.repeat(sums, lengths, axis=-1)
        return odds, base + top + np.log(sums)


def letter_counts(data: MotifData, params: MotifParams, shares: Array) -> AnyCounts:
    """Return the expected letters at each position of shares at each place, shape (T,)."""
    return _shared_letters(data, params, symbol_counts(data, shares))


def _shared_letters(data: MotifData, params: MotifParams, seen: Array) -> AnyCounts:
    """Return the letters of some symbols at each position, shape (W, C)."""
    if data.known:
        return MotifCounts(seen)
    letters, against = shared(seen, params.letters, data.possible, data.logs)
    return SharedCounts(letters, np.array(against))


def symbol_counts(data: MotifData, shares: Array) -> Array:
    """Return the expected symbols at each position, shape (W, C), of shares at each place, shape (T,)."""
    return _symbols_in(data, lambda offset: data.words[offset : offset + len(shares)], shares)


def _symbols_in(data: MotifData, words: Callable[[int], Codes], shares: Array) -> Array:
    """Return the symbols at each position, shape (W, C), of the words at an offset and their shares."""
    many = len(data.symbols) ** data.block
    offsets = (offset for offset, _ in checked(_blocks(data.width, data.block)))
    found = [tallied(words(offset), shares, many) for offset in offsets]
    return np.asarray(_positions(np.array(found)[None], data)[0])


def _symbols_at(data: MotifData, places: Codes) -> Array:
    """Return the symbols at each position, shape (W, C), of the windows at some places."""
    return _symbols_in(data, lambda offset: data.words[offset + places], np.ones(len(places)))


def row_counts(data: MotifData, params: MotifParams, shares: Array) -> Array:
    """Return the expected letters of each sequence separately, shape (N, W, 4)."""
    rows, words = len(data.first), len(data.symbols) ** data.block
    # Each sequence has a range of words of its own, so that one `bincount` counts all.
    base = np.repeat(np.arange(rows) * words, data.lengths)
    found = [
        tallied(base + data.words[offset : offset + len(shares)], shares, rows * words)
        for offset, _ in _blocks(data.width, data.block)
    ]
    seen = _positions(np.array(found).reshape(len(found), rows, words).swapaxes(0, 1), data)
    if data.known:
        return seen
    return shared(seen, params.letters, data.possible, data.logs)[0]


def by_row(data: MotifData, values: Array, fill: float = 0.0) -> Array:
    """Return values at each place, shape (T,), as a row of starts for each sequence, shape (N, Z)."""
    starts = np.arange(data.starts.max())
    inside = starts < data.starts[:, None]
    # What a sequence does not have reads place 0, and is filled below.
    places = np.where(inside, data.first[:, None] + starts, 0)
    return np.where(inside, values[places], fill)


def posterior(data: MotifData, params: MotifParams) -> Array:
    """Return q_i(start), shape (N, Z), 0 after the last start of a sequence."""
    return by_row(data, weighed(data, window_scores(data, params))[0])


def expectation(data: MotifData, params: MotifParams, pseudocount: float) -> Expectation[AnyCounts]:
    """Return the expected letters at each position, and log P(x; θ) with the log-prior if there is one."""
    shares, evidence = weighed(data, window_scores(data, params))
    objective = evidence.sum() + log_prior(data, params, pseudocount)
    return Expectation(letter_counts(data, params, shares), float(objective))


def maximisation(data: MotifData, counts: AnyCounts, pseudocount: float) -> MotifParams:
    """Return θ_k(a) = (letters a at k + c·bg(a)) / (all letters at k + c)."""
    return MotifParams(normalised(counts.letters + pseudocount * data.background))


def objectives(data: MotifData, params: MotifParams, pseudocount: float) -> Array:
    """Return the objective, shape (B,), at many θ at once."""
    words = len(data.symbols) ** data.block * -(-data.width // data.block)
    # The largest array is that of the scores of all places, or that of the tables of words.
    size = max(1, MOST // max(len(data.codes), words))
    heights = []
    for first in range(0, len(params.letters), size):
        batch = MotifParams(params.letters[first : first + size])
        evidence = weighed(data, window_scores(data, batch))[1]
        heights.append(evidence.sum(axis=-1) + log_prior(data, batch, pseudocount))
    return np.concatenate(heights)


def log_prior(data: MotifData, params: MotifParams, pseudocount: float) -> Array:
    """Return Σ_k Σ_a c·bg(a) log θ_k(a), shape (...): a Dirichlet log-density, up to a constant."""
    return np.asarray(xlogy(pseudocount * data.background, params.letters).sum(axis=(-2, -1)))


def complete_log(data: MotifData, counts: AnyCounts, params: MotifParams, pseudocount: float) -> float:
    """Return E[log P(x, z; θ)] under the counts, and the log-prior."""
    inside = xlogy(counts.letters, params.letters).sum()
    against = counts.against if isinstance(counts, SharedCounts) else (counts.letters * data.logs).sum()
    outside = data.base.sum() - against
    return float(inside + outside + log_prior(data, params, pseudocount))


def chosen_counts(data: MotifData, params: MotifParams, places: Codes) -> AnyCounts:
    """Return the letters of one window in each sequence, which begins at these places."""
    return _shared_letters(data, params, _symbols_at(data, places))


def labelled_counts(data: MotifData, places: Codes, pseudocount: float) -> AnyCounts:
    """Return the same if only the unknown letters are hidden, which are shared by EM of their own θ."""
    return chosen_counts(data, settled(data, places, pseudocount), places)


def settled(data: MotifData, places: Codes, pseudocount: float) -> MotifParams:
    """Return the θ at which the shares of the unknown letters in known windows converge."""
    seen = _symbols_at(data, places)
    return MotifParams(settled_chances(seen, data.possible, pseudocount * data.background))


def alone(data: MotifData, places: Codes) -> Array:
    """Return shares of 1 at some places and 0 elsewhere, shape (T,)."""
    shares = np.zeros(len(data.codes) - data.width)
    shares[places] = 1.0
    return shares


def best_places(data: MotifData, scores: Array) -> Codes:
    """Return the place of the best window of each sequence, the first of equals; shape (N,)."""
    found = np.empty(len(data.first), dtype=np.intp)
    for rows, places in parts_of(data.first, data.lengths):
        own, first = scores[places], data.first[rows] - places.start
        top = np.repeat(np.maximum.reduceat(own, first), data.lengths[rows])
        # Equal to the last digit: the top is one of these very scores.
        candidates = np.flatnonzero(own == top)
        found[rows] = places.start + candidates[np.searchsorted(candidates, first)]
    return found


def counted(data: MotifData, params: MotifParams, whole: bool) -> tuple[Array, Array]:
    """Return the counted share of each place, and the numbers by which places are ranked; (T,).

    Parameters
    ----------
    whole : bool
        Count only the best window of each sequence, the first of equals.
    """
    scores = window_scores(data, params)
    if not whole:
        shares = weighed(data, scores)[0]
        return shares, shares
    # Shares of 0 and 1 could not rank the starts behind the best.
    return alone(data, best_places(data, scores)), scores


def tallied(codes: Codes, shares: Array, size: int) -> Array:
    """Return the sum of the shares of each code, shape (size,)."""
    return np.asarray(np.bincount(codes, shares, size), dtype=np.float64)


def richest_place(data: MotifData) -> int:
    """Return the place of the window whose words of four letters are the most over-represented.

    It has the largest sum of (observed − expected) / √expected, with expectations from the background.
    """
    places = len(data.codes) - data.width
    words, spoilt = _plain_words(data)
    broken = ((data.first + data.lengths)[:, None] - np.arange(1, BLOCK)).ravel()
    held = np.empty(places)
    for part in blocks(places, TOGETHER):
        held[part] = ~spoilt[:places][part]
    held[broken] = 0.0
    check_stop()
    observed = tallied(words[:places], held, len(LETTERS) ** BLOCK)
    with np.errstate(divide="ignore"):
        # −∞ for a letter that does not occur: no word with it is expected.
        logs = np.broadcast_to(np.log(data.background), (BLOCK, len(LETTERS)))
    expected = held.sum() * np.exp(_outer_sum(logs))
    excess = (observed - expected) / np.sqrt(np.where(expected > 0, expected, 1.0))
    # Sums over all windows are differences of cumulative sums.
    ahead = np.zeros(len(words) + 1)
    for part in blocks(len(words), TOGETHER):
        own = np.where(spoilt[part], 0.0, excess[words[part]])
        own[0] += ahead[part.start]
        ahead[part.start + 1 : part.start + 1 + len(own)] = np.cumsum(own)
    sums, behind = np.empty(places), ahead[data.width - BLOCK + 1 :][:places]
    for part in blocks(places, TOGETHER):
        sums[part] = behind[part] - ahead[:places][part]
    sums[data.closed] = -np.inf
    check_stop()
    return int(sums.argmax())


def _plain_words(data: MotifData) -> tuple[Codes, NDArray[np.bool]]:
    """Return the words of four letters, and which have an unknown one: these are numbered as if it were A."""
    places = len(data.codes) - BLOCK + 1
    words, spoilt = np.empty(places, dtype=np.intp), np.empty(places, dtype=np.bool)
    for part in blocks(places, TOGETHER):
        codes = data.codes[part.start : part.stop + BLOCK - 1]
        unknown = codes >= len(LETTERS)
        words[part] = words_of(np.where(unknown, 0, codes), len(LETTERS), BLOCK)
        spoilt[part] = np.convolve(unknown, np.ones(BLOCK), mode="valid") > 0
    return words, spoilt


def seeded(word: Array) -> MotifParams:
    """Return the motif with .7 for each letter of a word, and .1 for the others; unknown letters share .7.

    Parameters
    ----------
    word : Array, shape (W, 4)
        The possible letters of each position, as ones and zeros.
    """
    many = word.sum(axis=-1, keepdims=True)
    # .1 for each of four letters and .6 to share, so that they add up to 1.
    return MotifParams(np.where(many == 1, np.where(word > 0, 0.7, 0.1), 0.1 + 0.6 * word / many))


def _blocks(width: int, block: int) -> list[tuple[int, int]]:
    """Return the offset of each word, and the number of its last letters that are not in the one before."""
    offsets = [*range(0, width - block, block), width - block]
    ends = [0, *(offset + block for offset in offsets[:-1])]
    return [(offset, offset + block - end) for offset, end in zip(offsets, ends, strict=True)]


def _outer_sum(piece: Array) -> Array:
    """Return Σ_k piece_k(a_k) for every word, shape (..., words), from pieces of shape (..., block, C)."""
    size = piece.shape[-2]
    if size == 1:
        return piece[..., 0, :]
    # By halves: only the last sum is as long as the table.
    one, other = _outer_sum(piece[..., : size // 2, :]), _outer_sum(piece[..., size // 2 :, :])
    return (one[..., :, None] + other[..., None, :]).reshape(*piece.shape[:-2], -1)


def _positions(words: Array, data: MotifData) -> Array:
    """Return counts of symbols, shape (N, W, C), from those of words, shape (N, blocks, words)."""
    block, symbols = data.block, len(data.symbols)
    found = (words @ _symbol_table(symbols, block)).reshape(*words.shape[:2], block, symbols)
    kept = [found[:, place, block - new :] for place, (_, new) in enumerate(_blocks(data.width, block))]
    return np.concatenate(kept, axis=1)


@cache
def _symbol_table(symbols: int, block: int) -> Array:
    """Return the symbol at each place of each word, shape (words, block · C), as ones and zeros."""
    codes = np.arange(symbols**block)[:, None] // symbols ** np.arange(block)[::-1] % symbols
    table = np.eye(symbols)[codes].reshape(symbols**block, -1)
    # The cache hands the same table to every caller.
    table.flags.writeable = False
    return table
