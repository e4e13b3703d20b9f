#!/usr/bin/env bash
# mchmm 0.4.5: Viterbi and Baum-Welch read the table of transitions the wrong way round.
#
# The documentation has the state one comes from in the rows of `tp` and the state one goes to in the columns, and
# from_seq fills it that way. The forward and the backward recursion and Viterbi's take the row for the state one goes
# to. Every row still sums to one, so that nothing looks wrong, and a symmetric table gives the right path. Below, three
# states follow each other as A, B, C, A with probability 0.8, and each shows its own letter with probability 0.6. Of
# all 3^9 paths for "abcabcabc" the most probable is ABCABCABC. viterbi returns ACBACBACB, which is the best path of the
# transposed table and runs backwards all the way. from_baum_welch, started from these tables, ends with a lower
# likelihood than it had at its start; EM written out raises it with each iteration. Nothing warns.
#
# Seen on 29 November 2026: "by hand ABCABCABC, of the transposed table ACBACBACB, viterbi ACBACBACB", "log-likelihood
# at the start -39.2, by hand -20.2, from_baum_welch -49.5".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mchmm==0.4.5 graphviz==0.21 scipy==1.17.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from itertools import product
from math import prod

import numpy as np
from mchmm import HiddenMarkovModel

states, letters = "ABC", "abc"
start = np.array([0.4, 0.3, 0.3])
follows = np.array([[0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.8, 0.1, 0.1]])
shows = np.array([[0.6, 0.2, 0.2], [0.2, 0.6, 0.2], [0.2, 0.2, 0.6]])


def best(text, table):
    """Return the most probable of all paths."""

    def joint(path):
        steps = start[path[0]] * prod(table[one, two] for one, two in zip(path, path[1:]))
        return steps * prod(shows[state, letters.index(letter)] for state, letter in zip(path, text))

    return "".join(states[state] for state in max(product(range(3), repeat=len(text)), key=joint))


def scaled(text, begin, table, emit):
    """Return the responsibilities, the expected transitions and the log-likelihood."""
    seen = emit[:, [letters.index(letter) for letter in text]].T
    forward, backward, scale = np.zeros_like(seen), np.ones_like(seen), np.zeros(len(text))
    for place, each in enumerate(seen):
        forward[place] = each * (forward[place - 1] @ table if place else begin)
        scale[place] = forward[place].sum()
        forward[place] /= scale[place]
    for place in range(len(text) - 2, -1, -1):
        backward[place] = table @ (seen[place + 1] * backward[place + 1]) / scale[place + 1]
    ahead = seen[1:] * backward[1:] / scale[1:, None]
    return forward * backward, table * (forward[:-1].T @ ahead), float(np.log(scale).sum())


def by_hand(text, turns):
    """Return the log-likelihoods of Baum-Welch written out."""
    begin, table, emit, run = start, follows, shows, []
    for _ in range(turns):
        share, steps, height = scaled(text, begin, table, emit)
        run.append(height)
        begin, table = share[0], steps / steps.sum(axis=1, keepdims=True)
        counts = np.array([share[[letter == each for each in text]].sum(axis=0) for letter in letters]).T
        emit = counts / counts.sum(axis=1, keepdims=True)
    return run


model = HiddenMarkovModel(list(letters), list(states), follows, shows, start)
text = "abcabcabc"
right, turned = best(text, follows), best(text, follows.T)
found = "".join(model.viterbi(text)[0])
print(f"by hand {right}, of the transposed table {turned}, viterbi {found}")
long = "abcabbcabcaabcabcabcbabcabcacabcabcabccabcab"
run = by_hand(long, 50)
learned = HiddenMarkovModel().from_baum_welch(long, list(states), thres=1e-6, tp=follows, ep=shows, pi=list(start))
reached = scaled(long, learned.pi, learned.tp, learned.ep)[2]
print(f"log-likelihood at the start {run[0]:.1f}, by hand {run[-1]:.1f}, from_baum_welch {reached:.1f}")
counted = HiddenMarkovModel().from_seq("aabca", "AABCA").tp
assert np.allclose(counted, [[0.5, 0.5, 0], [0, 0, 1], [1, 0, 0]]), counted
assert right == "ABCABCABC" and found == turned == "ACBACBACB", (right, turned, found)
assert np.all(np.diff(run) > -1e-9) and reached < run[0] - 1 < run[-1] - 2, (run[0], run[-1], reached)
PYTHON
