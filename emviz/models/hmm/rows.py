"""The contributions of single rows of the table: posterior probabilities and expected counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.hmm.data import HmmData, HmmParams
from emviz.models.hmm.lanes import Whole
from emviz.models.hmm.logs import SmoothedLogs
from emviz.models.hmm.smooth import Smoothed
from emviz.models.hmm.steps import log_chain, log_emitted, smooth
from emviz.models.hmm.viterbi import best_path


@dataclass(frozen=True, eq=False)
class Window:
    """The sequences of some rows, smoothed at θ.

    Parameters
    ----------
    data : HmmData
        Only these sequences.
    params : HmmParams
        θ.
    rows : integer array, shape (R,)
        For each row its step among them, or its sequence if a row is a whole sequence.
    found : Smoothed, SmoothedLogs or None
        Forward and backward probabilities; None if the data are impossible.
    log_probability : float
        log P of these sequences, in nats.
    path : integer array, shape (T,), or None
        The only state that is counted at each step, on the most likely or the true path; None to share each
        step between the states.
    """

    data: HmmData
    params: HmmParams
    rows: Whole
    found: Smoothed | SmoothedLogs | None
    log_probability: float
    path: Whole | None = None

    def shares(self) -> Array:
        """Return γ of each row, shape (R, K), averaged over the steps if a row is a sequence."""
        if self.data.by_step:
            return self.share_at(self.rows)
        sums = np.add.reduceat(self.share_at(np.arange(self.data.steps)), self.data.starts)
        return np.asarray((sums / self.data.lengths[:, None])[self.rows])

    def counts(self, learned: bool) -> Array:
        """Return the expected counts of each row, shape (R, M), in the order of the columns."""
        if self.data.by_step:
            return self._binned(self.rows, np.arange(len(self.rows)), len(self.rows), learned)
        owner = np.repeat(np.arange(len(self.data.lengths)), self.data.lengths)
        return self._binned(np.arange(self.data.steps), owner, len(self.data.lengths), learned)[self.rows]

    def _binned(self, steps: Whole, bins: Whole, many: int, learned: bool) -> Array:
        shares, moves = self.share_at(steps), self.moves_at(steps)
        states = shares.shape[1]
        if not self.data.gaussian:
            width = len(self.data.alphabet) + 1  # the unseen ones last
            places = bins * width + self.data.codes[steps]
            emitted = [
                _binned(places, shares[:, k], many * width).reshape(many, width)[:, :-1]
                for k in range(states)
            ]
        else:
            powers = powers_of(self.data, steps)
            emitted = [_sums(bins, shares[:, k, None] * powers, many) for k in range(states)]
        moved = _sums(bins, moves.reshape(len(steps), -1), many)
        begun = [_sums(bins, shares * self.is_first(steps)[:, None], many)] if learned else []
        return np.concatenate([moved, *emitted, *begun], axis=1)

    def is_first(self, steps: Whole) -> Array:
        """Return 1 for the first step of a sequence, else 0."""
        return np.isin(steps, self.data.starts).astype(np.float64)

    def is_last(self, steps: Whole) -> Array:
        """Return 1 for the last step of a sequence, else 0."""
        return np.isin(steps + 1, np.append(self.data.starts, self.data.steps)).astype(np.float64)

    def share_at(self, steps: Whole) -> Array:
        """Return γ, shape (n, K), or 1 for the state on the path."""
        if self.path is not None:
            return np.asarray(np.eye(len(self.params.initial))[self.path[steps]])
        return self._at(None if self.found is None else self.found.share, steps)

    def logs_at(self, steps: Whole) -> tuple[Array, Array]:
        """Return log f and log ahead of some steps, shapes (n, K), as in `Smoothed`."""
        if self.found is None:
            nothing = np.full((len(steps), len(self.params.initial)), np.nan)
            return nothing, nothing
        return self.found.logs_at(self.data.lanes.place[steps])

    def moves_at(self, steps: Whole) -> Array:
        """Return ξ from each step to the next, shape (n, K, K); 0 at the last step of a sequence."""
        if self.path is not None:
            onward = 1 - self.is_last(steps)[:, None, None]
            # The last step has none after it and reads itself; `onward` takes that out.
            ahead = self.share_at(np.minimum(steps + 1, self.data.steps - 1))
            return np.asarray(onward * self.share_at(steps)[:, :, None] * ahead[:, None, :])
        forward = self.logs_at(steps)[0]
        after = self.logs_at(np.minimum(steps + 1, self.data.steps - 1))[1]
        # No move leaves a last step: exp(−∞) is 0.
        after = np.where(self.is_last(steps)[:, None] > 0, -np.inf, after)
        return np.asarray(np.exp(forward[:, :, None] + log_chain(self.params)[1] + after[:, None, :]))

    def chances(self, path: Whole) -> Array:
        """Return P(path | x; θ) of a path through all steps, for each sequence, shape (N,).

        P(z | x) = γ_1(z_1) Π ξ_t(z_t, z_{t+1}) / γ_t(z_t).
        """
        steps = np.arange(self.data.steps)
        share = np.log(self.share_at(steps)[steps, path])
        forward, ahead = (each[steps, path] for each in self.logs_at(steps))
        factors = share.copy()
        moves = forward[:-1] + log_chain(self.params)[1][path[:-1], path[1:]] + ahead[1:]
        onward = np.setdiff1d(steps, self.data.starts)
        factors[onward] = (moves - share[:-1])[onward - 1]
        return np.asarray(np.exp(np.add.reduceat(factors, self.data.starts)))

    def _at(self, laid: Array | None, steps: Whole) -> Array:
        states = len(self.params.initial)
        if laid is None:
            return np.full((len(steps), states), np.nan)
        return np.asarray(laid.reshape(states, -1)[:, self.data.lanes.place[steps]].T)


def window(data: HmmData, params: HmmParams, rows: Rows, whole: bool = False, known: bool = False) -> Window:
    """Return the sequences of the rows, smoothed at θ, or, if `whole`, with a single path each.

    Parameters
    ----------
    whole : bool
        Count only the most likely path of each sequence.
    known : bool
        Count only the true path.
    """
    sequences = np.searchsorted(data.starts, rows, side="right") - 1 if data.by_step else rows
    # A sequence is smoothed once, however many of its steps are shown.
    which, local = np.unique(sequences, return_inverse=True)
    some = data.only(which)
    if data.by_step:
        local = rows - data.starts[sequences] + some.starts[local]
    found, objective = smooth(some, params)
    path = some.state if known else viterbi(some, params) if whole else None
    return Window(some, params, local, found, objective, path)


def powers_of(data: HmmData, steps: Whole) -> Array:
    """Return 1, x and x² of some steps, shape (n, 3); zeros for an unseen step."""
    powers = np.asarray(np.power.outer(data.values[steps], np.arange(3)))
    if data.seen is not None:
        powers[~data.seen[steps]] = 0
    return powers


def viterbi(data: HmmData, params: HmmParams) -> Whole:
    """Return the single most likely path, shape (T,)."""
    return best_path(data.lanes, *log_chain(params), log_emitted(data, params))


def _sums(bins: Whole, weights: Array, many: int) -> Array:
    return np.stack([_binned(bins, column, many) for column in weights.T], axis=1)


def _binned(bins: Whole, weights: Array, many: int) -> Array:
    return np.asarray(np.bincount(bins, weights, many), dtype=np.float64)
