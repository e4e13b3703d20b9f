"""log P(x; θ) at many θ at once, for the pictures of the objective."""

from __future__ import annotations

import numpy as np

from emviz.em.numerics import Array
from emviz.models.hmm.data import CategoricalParams, HmmData, HmmParams
from emviz.models.hmm.lanes import Lanes, Whole, lanes_of
from emviz.models.hmm.steps import log_densities, log_likelihood

#: A sequence so long that its pieces side by side are faster than many θ side by side.
LONG = 2000
#: Numbers that one step works on.
BLOCK = 1 << 16


def objectives(data: HmmData, params: HmmParams) -> Array:
    """Return log P(x; θ), shape (B,), at parameters stacked along a leading axis of length B."""
    many, states = params.initial.shape
    longest = int(data.lengths.max())
    if longest > LONG:
        return np.array([log_likelihood(data, type(params)(*one)) for one in zip(*params, strict=True)])
    lanes = lanes_of(data.lengths, longest)
    observed = data.codes if data.codes is not None else data.values
    assert observed is not None
    laid = observed[lanes.position]
    size = max(1, BLOCK // (states * states * lanes.many))
    with np.errstate(all="ignore"):
        parts = [
            _side_by_side(lanes, laid, type(params)(*(field[at : at + size] for field in params)))
            for at in range(0, many, size)
        ]
    heights = np.concatenate(parts)
    return np.where(np.isfinite(heights), heights, -np.inf)


def _side_by_side(lanes: Lanes, laid: Whole | Array, params: HmmParams) -> Array:
    """Return Σ log c_t, shape (B,); θ lie along the last axis, sequences along the one before."""
    initial, transition = (np.ascontiguousarray(np.moveaxis(field, 0, -1)) for field in params[:2])
    forward = np.empty((len(initial), lanes.many, initial.shape[-1]))
    total = np.zeros(initial.shape[-1])
    table = np.ascontiguousarray(np.moveaxis(params[2], 0, -1))
    predicted = initial[:, None]
    for t, going in enumerate(lanes.going):
        if t:
            predicted = (transition[:, :, None] * forward[:, None, :going]).sum(axis=0)
        probability, left_out = _emitted(laid[t, :going], params, table)
        weighed = predicted * probability
        scale = weighed.sum(axis=0)
        np.divide(weighed, scale, out=forward[:, :going])
        total += np.log(scale).sum(axis=0) + left_out
    return total


def _emitted(observed: Whole | Array, params: HmmParams, table: Array) -> tuple[Array, Array | float]:
    """Return the probability from each state, shape (K, C, B), and the logarithm of what is left out."""
    if isinstance(params, CategoricalParams):
        return np.take(table, observed.astype(np.intp, copy=False), axis=1), 0.0
    mean, variance = (field.T.reshape(-1) for field in (params.mean, params.variance))
    logs = log_densities(observed, mean, variance)  # (K · B, C)
    logs = np.moveaxis(logs.reshape(*params.mean.T.shape, -1), 1, 2)
    top = logs.max(axis=0)
    return np.exp(logs - top), top.sum(axis=0)
