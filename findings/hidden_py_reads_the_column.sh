#!/usr/bin/env bash
# hidden-py 1.2.0: its Baum-Welch step lowers the likelihood unless the matrix of emissions is symmetric.
#
# An emission matrix of this package has a row for each symbol and a column for each state: the forward recursion takes
# the row of the symbol that was seen. The backward recursion and the sum over transitions take the column with the
# symbol's number. Both are the same for a symmetric matrix, such as that of two coins that err equally often, and
# another state's probabilities for any other. The next matrix of transitions is then not that of the M-step, while the
# next emissions, which come from a smoother without this column, are. EM never lowers log P. Below, a hidden state
# with two symbols, of which one is rare in state 0 and usual in state 1, is read for 300 turns from the parameters
# that made them: one step takes log P down by 32, where Baum and Welch's own step raises it by 0.46. With an emission
# matrix that is symmetric both steps are equal to 1e-12.
#
# Seen on 30 November 2026: "log P -139.583, after a step by hand -139.118, by hidden-py -171.800", then
# "of the moves out of state 1, to state 0: by hand 0.2322, by hidden-py 0.6319".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet hidden-py==1.2.0 numba==0.68.1 numpy==2.4.6 scipy==1.17.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from hidden_py.optimize.optimization import EMOptimizer

MOVES = np.array([[0.9, 0.2], [0.1, 0.8]])  # a column for the state one comes from


def drawn(emissions, turns=300):
    dice, state = np.random.default_rng(0), 0
    states = [state]
    for _ in range(turns - 1):
        state = int(dice.random() < MOVES[1, state])
        states.append(state)
    return np.array([int(dice.random() < emissions[1, state]) for state in states])


def step(moves, emissions, seen):
    """Return log P and what Baum and Welch's step makes of both matrices, from an even start."""
    forward, backward = np.zeros((len(seen), 2)), np.ones((len(seen), 2))
    log_p, there = 0.0, np.full(2, 0.5)
    for turn, symbol in enumerate(seen):
        there = emissions[symbol] * (moves @ there)
        log_p += np.log(there.sum())
        forward[turn] = there = there / there.sum()
    for turn in range(len(seen) - 2, -1, -1):
        ahead = moves.T @ (emissions[seen[turn + 1]] * backward[turn + 1])
        backward[turn] = ahead / ahead.sum()
    shares = forward * backward
    shares /= shares.sum(axis=1, keepdims=True)
    counts = np.zeros((2, 2))
    for turn in range(1, len(seen)):
        pair = moves * np.outer(emissions[seen[turn]] * backward[turn], forward[turn - 1])
        counts += pair / pair.sum()
    symbols = np.array([shares[seen == symbol].sum(axis=0) for symbol in (0, 1)])
    return log_p, counts / counts.sum(axis=0), symbols / symbols.sum(axis=0)


uneven = np.array([[0.95, 0.4], [0.05, 0.6]])  # a row for the symbol
seen = drawn(uneven)
before, moves, emissions = step(MOVES, uneven, seen)
other_moves, other_emissions = EMOptimizer().baum_welch_step(MOVES, uneven, seen)
by_hand, by_package = step(moves, emissions, seen)[0], step(other_moves, other_emissions, seen)[0]
print(f"log P {before:.3f}, after a step by hand {by_hand:.3f}, by hidden-py {by_package:.3f}")
print(f"of the moves out of state 1, to state 0: by hand {moves[0, 1]:.4f}, by hidden-py {other_moves[0, 1]:.4f}")
assert by_hand > before > by_package + 30
np.testing.assert_allclose(other_emissions, emissions, rtol=1e-10)
np.testing.assert_allclose([before, by_hand, by_package], [-139.583, -139.118, -171.800], atol=5e-4)

even = np.array([[0.9, 0.1], [0.1, 0.9]])
seen = drawn(even)
_, moves, emissions = step(MOVES, even, seen)
for found, right in zip(EMOptimizer().baum_welch_step(MOVES, even, seen), (moves, emissions), strict=True):
    np.testing.assert_allclose(found, right, atol=1e-12)
print("with a symmetric matrix of emissions both steps are equal")
PYTHON
