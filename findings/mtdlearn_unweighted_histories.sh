#!/usr/bin/env bash
# mtdlearn 0.2.3: EM for a Markov chain with two lags ends far below the maximum, because its M-step counts histories
# that were rarely seen like those that were often seen.
#
# A mixture transition distribution lets the next symbol depend on one of the last symbols, drawn by lot; which one it
# was is hidden, and EM estimates the shares and a table for each lag. The table of a lag adds up, over all histories,
# how often a history was seen times the probability that this lag decided. MTD adds up these probabilities alone,
# each history once, and multiplies the sum by how often the lag's own symbol was followed by the next, whatever the
# other lag was. The shares are right. Below, after two equal symbols the chain goes on with the other one in 9 cases
# of 10, and after two different ones anything comes. Two lags that each avoid their symbol with 0.9 explain this
# exactly: EM written out finds them, with the log P of a chain that has a probability for each history. MTD ends
# where EM with its M-step ends: after two equal symbols the same comes again with 0.357, and log P is lower by 211.
# It goes there from the maximum too, which a step of EM never leaves. The best of a hundred random starts is lower by
# 201. Nothing warns, and aic and bic call the chain without lags far better than the mixture that equals it.
#
# Seen on 1 December 2026, log P and the chance of a third equal symbol: "by hand -1887.3 0.100", "chain of order 2
# -1887.3", "by hand with its M-step -2097.9 0.357", "MTD -2097.9 0.357, from the maximum -2097.9 0.357, best of 100
# starts -2087.9 0.346". (It does not work with NumPy 1.24.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mtdlearn==0.2.3 scikit-learn==1.2.2 scipy==1.10.1 numpy==1.23.5
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from mtdlearn.mtd import MTD, MarkovChain

# How often 0 and 1 came after each two symbols, the older one first.
seen = {(0, 0): (60, 540), (0, 1): (540, 540), (1, 0): (540, 540), (1, 1): (540, 60)}
histories = np.array([pair for pair in seen for _ in range(2)])
nexts = np.array([0, 1] * 4)
counts = np.array([count for pair in seen.values() for count in pair])


def log_p(shares, tables):
    """Return the log-likelihood of a mixture of two lags."""
    chances = shares[0] * tables[0, histories[:, 0], nexts] + shares[1] * tables[1, histories[:, 1], nexts]
    return counts @ np.log(chances)


def step(shares, tables, fault=False):
    """Return shares and tables after one step of EM, or of EM that weighs all histories alike."""
    given = np.stack([shares[lag] * tables[lag, histories[:, lag], nexts] for lag in (0, 1)])
    given /= given.sum(axis=0)
    sums, plain, cells = np.zeros((3, 2, 2, 2))
    for lag in (0, 1):
        where = lag, histories[:, lag], nexts
        np.add.at(sums, where, counts * given[lag])
        np.add.at(plain, where, given[lag])
        np.add.at(cells, where, counts)
    if fault:
        sums = cells * plain / plain.sum(axis=0)
    return given @ counts / counts.sum(), sums / sums.sum(axis=2, keepdims=True)


def library(start=None, **options):
    """Return shares, tables and log P by the library."""
    if start:
        options.update(lambdas_init=start[0], transition_matrices_init=start[1], number_of_initiations=1)
    np.random.seed(0)
    model = MTD(order=2, verbose=0, n_jobs=1, **options)
    model.fit(histories, nexts, sample_weight=counts)
    return model.log_likelihood, model.predict_proba(np.array([[0, 0]]))[0, 0], model


def by_hand(fault=False):
    """Return shares and tables after EM."""
    found = start
    for _ in range(500):
        found = step(*found, fault=fault)
    return found


start = np.array([0.5, 0.5]), np.array([[[0.4, 0.6], [0.6, 0.4]]] * 2)
hand, wrong = by_hand(), by_hand(fault=True)
best, again = log_p(*hand), hand[0] @ hand[1][:, 0, 0]
low, often = log_p(*wrong), wrong[0] @ wrong[1][:, 0, 0]
print(f"by hand {best:.1f} {again:.3f}")
chain = MarkovChain(order=2, verbose=0)
chain.fit(histories, nexts, sample_weight=counts)
print(f"chain of order 2 {chain.log_likelihood:.1f}")
print(f"by hand with its M-step {low:.1f} {often:.3f}")
usual, left, many = library(start), library(hand), library(number_of_initiations=100)
print(f"MTD {usual[0]:.1f} {usual[1]:.3f}, from the maximum {left[0]:.1f} {left[1]:.3f}", end=", ")
print(f"best of 100 starts {many[0]:.1f} {many[1]:.3f}")
assert abs(best - chain.log_likelihood) < 1e-6 and abs(again - 0.1) < 1e-6, (best, again)
assert all(np.allclose(*pair) for pair in zip(hand, step(*hand))), hand
for found in (usual, left):
    assert abs(found[0] - low) < 1e-6 and abs(found[1] - often) < 1e-6, (found, low)
    assert best - found[0] > 200 and found[2].aic > chain.aic + 400 and found[2].bic > chain.bic + 400, found
assert best - many[0] > 150, many
PYTHON
