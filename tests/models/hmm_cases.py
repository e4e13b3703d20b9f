"""Hidden Markov models written out: every path of tiny sequences, with nothing of the recursion."""

from itertools import pairwise, product

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.hyper import configure
from emviz.models import example_named
from emviz.models.hmm import MODEL, HiddenMarkov
from emviz.models.hmm.data import CategoricalParams, GaussianParams, laid_out


def example(key):
    """The model of an example, its table, and its data."""
    found = example_named(MODEL, key)
    model = configure(MODEL, found.hyper)
    table = read_table(example_path(found.file))
    return model, table, model.parse(table)


def steps_table(observed, lengths, gaussian, **more):
    ids = np.repeat(np.arange(len(lengths)), lengths)
    return Table.from_columns({"value" if gaussian else "symbol": observed, "sequence": ids, **more})


def random_params(rng, states, symbols, gaussian):
    rows = rng.dirichlet(np.ones(states), states + 1)
    if gaussian:
        return GaussianParams(rows[0], rows[1:], rng.normal(size=states), rng.uniform(0.3, 2, states))
    return CategoricalParams(rows[0], rows[1:], rng.dirichlet(np.ones(symbols), states))


def emission(params, x):
    """b_k(x) for each state; 1 where nothing is seen: NaN, or a symbol behind the last."""
    if np.isnan(x) or (isinstance(params, CategoricalParams) and x == params.emission.shape[1]):
        return np.ones(len(params.initial))
    if isinstance(params, CategoricalParams):
        return params.emission[:, x]
    return np.exp(-((x - params.mean) ** 2) / 2 / params.variance) / np.sqrt(2 * np.pi * params.variance)


def paths_of(params, sequence):
    """Every path through one sequence, with log P(x, z; θ)."""
    states = len(params.initial)
    emitted = [emission(params, x) for x in sequence]
    paths = list(product(range(states), repeat=len(sequence)))
    logs = []
    with np.errstate(divide="ignore"):
        for path in paths:
            chance = np.log(params.initial[path[0]]) + sum(
                np.log(params.transition[i, j]) for i, j in pairwise(path)
            )
            logs.append(chance + sum(np.log(each[k]) for each, k in zip(emitted, path, strict=True)))
    return paths, np.array(logs)


def written_out(params, sequences):
    """log P, γ, ξ of every step, and the best path of each sequence, by enumeration."""
    total, shares, moves, best, heights = 0.0, [], [], [], []
    states = len(params.initial)
    for sequence in sequences:
        paths, logs = paths_of(params, sequence)
        evidence = np.logaddexp.reduce(logs)
        q = np.exp(logs - evidence)
        total += evidence
        share = np.zeros((len(sequence), states))
        move = np.zeros((len(sequence), states, states))
        for path, weight in zip(paths, q, strict=True):
            for t, k in enumerate(path):
                share[t, k] += weight
                if t:
                    move[t - 1, path[t - 1], k] += weight
        shares.append(share)
        moves.append(move)
        best.append(paths[int(logs.argmax())])
        heights.append(logs.max() - evidence)
    return total, np.concatenate(shares), np.concatenate(moves), np.concatenate(best), np.array(heights)


def plain(params, sequences):
    """log P by the forward recursion, a step at a time."""
    total = 0.0
    for sequence in sequences:
        forward = params.initial
        for t, x in enumerate(sequence):
            forward = (forward @ params.transition if t else forward) * emission(params, x)
            total += np.log(forward.sum())
            forward = forward / forward.sum()
    return total


def data_of(params, observed, lengths, piece=None):
    """Data as parsed, or cut into pieces of so many steps at most."""
    from dataclasses import replace

    from emviz.models.hmm.lanes import lanes_of

    gaussian = isinstance(params, GaussianParams)
    states, lengths = len(params.initial), np.asarray(lengths, dtype=np.intp)
    if gaussian:
        data = laid_out(states, lengths, (), np.zeros(0, dtype=np.intp), observed, True)
    else:
        letters = tuple("abcdefgh"[: params.emission.shape[1]])
        data = laid_out(states, lengths, letters, observed, np.zeros(0), True)
    if piece is None:
        return data
    lanes = lanes_of(lengths, states, piece)
    seen = None if data.seen is None else data.seen[lanes.position]
    if gaussian:
        filled = np.nan_to_num(data.values, nan=1.25)[lanes.position]
        return replace(data, lanes=lanes, laid_values=filled, laid_seen=seen)
    return replace(data, lanes=lanes, laid_codes=data.codes[lanes.position], laid_seen=seen)


def model_for(params, **more):
    emits = "gaussian" if isinstance(params, GaussianParams) else "categorical"
    return HiddenMarkov(len(params.initial), emits, **more)


def drawn(rng, params, lengths):
    """Observations that have nothing to do with the model: any will do for an identity."""
    total = int(np.sum(lengths))
    if isinstance(params, GaussianParams):
        return rng.normal(size=total)
    return rng.integers(0, params.emission.shape[1], total)


def split(observed, lengths):
    return np.split(observed, np.cumsum(lengths)[:-1])
