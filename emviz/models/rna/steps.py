"""E-step and M-step of a covariance model: inside-outside, and rows over their sums."""

from __future__ import annotations

import numpy as np

from emviz.em.model import Expectation, Rows
from emviz.em.numerics import Array, log_sum_exp, xlogy
from emviz.models.rna.data import (
    LETTERS,
    PAIRS,
    AnyCounts,
    Batch,
    RnaCounts,
    RnaData,
    RnaParams,
    SharedCounts,
)
from emviz.models.rna.diagonals import Diagonals
from emviz.models.rna.inside import LEAST_LOG, Smoothed, Weights, safe_inside, smooth
from emviz.models.rna.structure import INTO, Structure
from emviz.models.rna.unknown import counted, empty_symbols

#: Where a state leads, against 1 for the next column: one letter of a pair, or none; into an insert;
#: and from an insert into itself.
SIDEWAYS, INSIDE, AGAIN = 0.05, 0.02, 0.3


def expectation(data: RnaData, params: RnaParams, pseudocount: float) -> Expectation[AnyCounts]:
    """Return the expected letters and transitions, and the log-posterior at θ."""
    symbols, log, room = empty_symbols(data), 0.0, np.empty(0)
    for batch in data.by_length:
        passes = Diagonals(data.branches, params, batch)
        if passes.size > len(room):
            # The same for all batches: the system would clear it each time.
            room = np.empty(passes.size)
        own, seen = _weighed(data, params, passes, room)
        log += own
        for field, more in zip(symbols, seen, strict=True):
            field += more
    return Expectation(counted(data, params, symbols), log + log_prior(data.structure, params, pseudocount))


def _weighed(data: RnaData, params: RnaParams, passes: Diagonals, room: Array) -> tuple[float, RnaCounts]:
    """Return log P(x; θ) of a batch, and what it counts by symbols."""
    batch, symbols = passes.batch, empty_symbols(data)
    logs = passes.inside(room)
    if logs.min() >= LEAST_LOG:
        passes.count(symbols)
        return float(logs.sum()), symbols
    seen = smooth(Weights(data.structure, params, batch))
    symbols.transition[:] = seen.transition
    _add_symbols(data.structure, batch, seen, symbols)
    return float(seen.log.sum()), symbols


def maximisation(data: RnaData, counts: AnyCounts, pseudocount: float) -> RnaParams:
    """Return the expected counts, and the pseudocount for each that exists, over their sums."""
    own = padded(data.structure, counts, pseudocount)
    pair, single, transition = (field / field.sum(axis=-1, keepdims=True) for field in own)
    return RnaParams(pair, single, transition, partner(data.structure))


def padded(structure: Structure, counts: AnyCounts, pseudocount: float) -> RnaCounts:
    """Return the counts with the pseudocount added to each letter, pair and transition that exists."""
    return RnaCounts(
        counts.pair + pseudocount,
        counts.single + pseudocount,
        np.where(structure.allowed, counts.transition + pseudocount, 0.0),
    )


def complete_log(data: RnaData, counts: AnyCounts, params: RnaParams, pseudocount: float) -> float:
    """Return E[log P(x, z; θ)] under the counts, and the log-prior.

    A letter of an insert has probability ¼ whatever θ is, but their number depends on the parse tree.
    """
    fields = zip(padded(data.structure, counts, pseudocount), params[:3], strict=True)
    known = sum(float(xlogy(count, field).sum()) for count, field in fields)
    if isinstance(counts, SharedCounts):
        return known + float(data.by_chance.sum() - counts.against)
    inserted = float(data.lengths.sum() - 2 * counts.pair.sum() - counts.single.sum())
    return known - inserted * float(np.log(4))


def objectives(data: RnaData, params: RnaParams, pseudocount: float) -> Array:
    """Return the log-posterior, shape (B,), at many θ; inside suffices, without what lies outside."""
    many = [RnaParams(*fields) for fields in zip(*params, strict=True)]
    heights = [sum(_log_evidence(data, one, batch) for batch in data.by_length) for one in many]
    priors = [log_prior(data.structure, one, pseudocount) for one in many]
    return np.add(heights, priors)


def _log_evidence(data: RnaData, params: RnaParams, batch: Batch) -> float:
    """Return log P(x; θ) of a batch."""
    logs = Diagonals(data.branches, params, batch).inside()
    if logs.min() < LEAST_LOG:
        logs = log_planes(data, params, batch, 1)
    return float(logs.sum())


def log_prior(structure: Structure, params: RnaParams, pseudocount: float) -> float:
    """Return c Σ log θ over all probabilities that exist, in nats: Dirichlet, up to a constant."""
    there = structure.allowed.astype(np.float64)
    letters = xlogy(1.0, params.pair).sum() + xlogy(1.0, params.single).sum()
    return pseudocount * float(letters + xlogy(there, params.transition).sum())


def log_planes(data: RnaData, params: RnaParams, batch: Batch, planes: int) -> Array:
    """Return log P(x, missing pairs; θ) of each sequence, shape (planes, B), in nats."""
    return safe_inside(Weights(data.structure, params, batch), planes)[2]


def planes(structure: Structure) -> int:
    """Return the number of completions: all pairs are formed, all but one, fewer."""
    return min(len(structure.pairs), 2) + 1


def log_completions(data: RnaData, params: RnaParams, rows: Rows) -> Array:
    """Return log P(x, completion; θ), shape (len(rows), planes), in nats."""
    many = planes(data.structure)
    found = np.zeros((len(rows), many))
    for batch in data.batched(rows):
        found[batch.rows] = log_planes(data, params, batch, many).T
    return found


def posterior(data: RnaData, params: RnaParams, rows: Rows) -> Array:
    """Return the probabilities that all pairs are formed, all but one, and fewer."""
    logs = log_completions(data, params, rows)
    return np.asarray(np.exp(logs - log_sum_exp(logs)[:, None]))


def partner(structure: Structure) -> Array:
    """Return the column that each column pairs with, counted from 1; 0 for none."""
    return np.asarray(structure.partner + 1, dtype=np.float64)


# -- starts --------------------------------------------------------------------------------------------------


def even(structure: Structure) -> RnaParams:
    """Return θ that knows the structure and nothing of the letters: all are as probable.

    The next consensus column is the usual way on; see `SIDEWAYS`, `INSIDE` and `AGAIN` for the others.
    """
    return RnaParams(
        np.full((len(structure.pairs), len(PAIRS)), 1 / len(PAIRS)),
        np.full((len(structure.having("ML", "MR")), len(LETTERS)), 1 / len(LETTERS)),
        usual_moves(structure),
        partner(structure),
    )


def usual_moves(structure: Structure) -> Array:
    """Return transitions that mostly lead straight on."""
    found = np.zeros(structure.allowed.shape)
    for step in structure.steps.values():
        kinds = [INTO[into] for into in step.into]
        usual = next(kind for kind in ("MP", "on", "ML", "MR") if kind in kinds)
        ways = [1.0 if kind == usual else INSIDE if kind in ("IL", "IR") else SIDEWAYS for kind in kinds]
        weights = np.where(step.mask, ways, 0.0)
        for own, kind in enumerate(step.node.kinds):
            weights[own, [kind in ("IL", "IR") and kind == other for other in kinds]] = AGAIN
        found[step.rows[:, None], step.into] = weights
    return np.asarray(found / found.sum(axis=-1, keepdims=True))


def random(structure: Structure, rng: np.random.Generator) -> RnaParams:
    """Return θ whose letters are drawn from all distributions alike, with the usual transitions shaken."""
    start = even(structure)
    moves = start.transition * rng.uniform(0.5, 1.5, start.transition.shape)
    return start._replace(
        pair=rng.dirichlet(np.ones(len(PAIRS)), len(start.pair)),
        single=rng.dirichlet(np.ones(len(LETTERS)), len(start.single)),
        transition=moves / moves.sum(axis=-1, keepdims=True),
    )


# -- letters -------------------------------------------------------------------------------------------------


def _add_symbols(structure: Structure, batch: Batch, seen: Smoothed, symbols: RnaCounts) -> None:
    many = len(batch.possible)
    for v in structure.having("MP").tolist():
        at = seen.visits[v, :-1, 1:]
        symbols.pair[structure.place[v]] += np.bincount(batch.couples.ravel(), at.ravel(), many**2)
    for v in structure.having("ML", "MR").tolist():
        at = emitted(seen.visits[v], structure.states[v].kind)
        symbols.single[structure.place[v]] += np.bincount(batch.codes.ravel(), at.ravel(), many)


def emitted(visits: Array, kind: str) -> Array:
    """Return the probability that a state emits each letter of each sequence, shape (N, B)."""
    return np.asarray(visits.sum(axis=0)[1:] if kind == "MR" else visits.sum(axis=1)[:-1])
