#!/usr/bin/env bash
# psy 0.0.1: EM for the DINA model takes every profile of skills to be equally common, and makes good items look bad.
#
# DINA is a latent class model: each item names the skills it takes, who has them all gets it right unless they slip,
# and everybody else has to guess. A class is a profile of skills, and as in any mixture EM estimates how common each
# is along with the rest. Where the logarithm of that share belongs in the E-step, EmDina of psy adds 1 divided by the
# number of skills. This is the same for every profile and cancels, so that the shares stay equal whatever the answers
# say. Below, 7 of 10 people have both of two skills and 1 in 20 has neither. Everyone is right in 8 cases of 10 with
# the skills and in 2 of 10 without. EM written out finds this, and the shares. EmDina needs half of the people to be
# without the first skill, which leaves its items guessed in 586 cases of 1000, and finds that nobody ever slips on the
# item that takes both skills. EM written out with equal shares ends there too, with a log P that is lower by 746. If
# the profiles really are equally common, EmDina is right. (Its demo has 60 items, enough to leave little doubt about a
# profile whatever the shares.) Nothing warns.
#
# Seen on 30 November 2026, an item of the first skill, of the second and of both: "by hand guess 0.201 0.200 0.200,
# right 0.800 0.800 0.800", "equal shares guess 0.586 0.384 0.458, right 0.878 0.876 1.000", "log P by hand -40682, with
# equal shares -41428", "EmDina guess 0.586 0.384 0.458, right 0.878 0.876 1.000". With all profiles equally common:
# "EmDina guess 0.200 0.200 0.199, right 0.800 0.800 0.799".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet psy==0.0.1 progressbar2==4.6.0 scipy==1.17.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from itertools import product

import numpy as np
from psy import EmDina

# Rows: the skills an item takes. Three items take the first, three the second, one takes both.
takes = np.array([[1, 1, 1, 0, 0, 0, 1], [0, 0, 0, 1, 1, 1, 1]])
profiles = np.array(list(product([0, 1], repeat=2)))
able = profiles @ takes == takes.sum(axis=0)
shown = [0, 3, 6]


def people(shares):
    """Return answers as often as the model expects them of 10,000 people: guess 0.2, right 0.8."""
    patterns = np.array(list(product([0, 1], repeat=7)))
    chances = np.where(able, 0.8, 0.2)
    expected = [shares @ np.where(pattern, chances, 1 - chances).prod(axis=1) for pattern in patterns]
    return np.repeat(patterns, np.rint(10000 * np.array(expected)).astype(int), axis=0)


def by_hand(answers, estimate=True):
    """Return the rates of guessing and of being right, the shares and log P after EM."""
    patterns, counts = np.unique(answers, axis=0, return_counts=True)
    shares, guess, right = np.full(4, 0.25), np.full(7, 0.3), np.full(7, 0.7)
    run = []
    for _ in range(3000):
        chances = np.where(able, right, guess)
        logs = np.log(chances) @ patterns.T + np.log(1 - chances) @ (1 - patterns).T
        joint = np.exp(logs) * shares[:, None]
        run.append(counts @ np.log(joint.sum(axis=0)))
        weights = counts * joint / joint.sum(axis=0)
        if estimate:
            shares = weights.sum(axis=1) / len(answers)
        members, solved = weights.sum(axis=1)[:, None], weights @ patterns
        right = (solved * able).sum(axis=0) / (members * able).sum(axis=0)
        guess = (solved * ~able).sum(axis=0) / (members * ~able).sum(axis=0)
        right = np.minimum(right, 1 - 1e-10)
    assert np.all(np.diff(run) > -1e-6), np.diff(run).min()
    return guess, right, shares, run[-1]


def show(name, guess, right):
    """Print one item of each kind."""
    rates = [*guess[shown], *right[shown]]
    print(name, "guess {:.3f} {:.3f} {:.3f}, right {:.3f} {:.3f} {:.3f}".format(*rates))


def library(answers):
    """Return the rates of guessing and of being right by psy."""
    right, guess = EmDina(attrs=takes, score=answers, max_iter=5000, tol=1e-7).em()
    return guess, right


truth = np.array([0.05, 0.05, 0.2, 0.7])
answers = people(truth)
guess, right, shares, height = by_hand(answers)
show("by hand", guess, right)
same = by_hand(answers, estimate=False)
show("equal shares", *same[:2])
print(f"log P by hand {height:.0f}, with equal shares {same[3]:.0f}")
found = library(answers)
show("EmDina", *found)
assert np.allclose(guess, 0.2, atol=0.01) and np.allclose(right, 0.8, atol=0.01), (guess, right)
assert np.allclose(shares, truth, atol=0.01) and height > same[3] + 700, (shares, height, same[3])
assert np.allclose(found, same[:2], atol=1e-4), (found, same)
assert np.allclose(found[0][shown], [0.586, 0.384, 0.458], atol=0.001) and found[1][6] > 0.999, found

answers = people(np.full(4, 0.25))
print("all profiles equally common:")
guess, right, shares, height = by_hand(answers)
show("by hand", guess, right)
found = library(answers)
show("EmDina", *found)
for rates in ((guess, right), found):
    assert np.allclose(rates[0], 0.2, atol=0.01) and np.allclose(rates[1], 0.8, atol=0.01), rates
PYTHON
