#!/usr/bin/env bash
# pyhhmm 2.0.1: a missing symbol counts as the one that each state is most likely to emit, a missing row as zeros.
#
# pyhhmm is for hidden Markov models with missing values. Summed over what it may have been, a missing symbol has
# probability 1 in every state and tells nothing. MultinomialHMM gives it the largest probability of the state's row, so
# that every gap speaks for the state with the clearest preference. Below, one coin is fair and one shows heads in 9
# throws of 10, each is as likely at the start, and they are swapped in 1 throw of 10. After ten throws that nobody saw,
# either is as likely as before. pyhhmm says that the fifth throw was of the loaded coin with 0.957, and that what was
# seen, nothing at all, had a probability of 0.096. In GaussianHMM a row without any value adds zeros to the sum of its
# state and one to the count: the mean of forty rows of 9 and 11 is 10 with variance 1, and with every other row missing
# it is 5 with variance 25.5. Nothing warns.
#
# Seen on 29 November 2026: "loaded by hand 0.500, pyhhmm 0.957", "probability of nothing by hand 1.000, pyhhmm 0.096",
# "forty rows mean 10.0 variance 1.0", "every other missing mean 5.0 variance 25.5".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyhhmm==2.0.1 matplotlib==3.7.3 scikit-learn==1.7.2 \
    scipy==1.16.3 numpy==1.26.4
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from itertools import product
from math import prod

import numpy as np
from pyhhmm.gaussian import GaussianHMM
from pyhhmm.multinomial import MultinomialHMM

start, stays, heads = [0.5, 0.5], np.array([[0.9, 0.1], [0.1, 0.9]]), np.array([[0.9, 0.1], [0.5, 0.5]])
coins = MultinomialHMM(n_states=2, n_emissions=1, n_features=[2])
coins.pi, coins.A, coins.B = np.array(start), stays, [heads]


def by_hand(throws):
    """Return the probability of the throws and, of the fifth, that it was of the loaded coin; None was not seen."""
    joint = {
        path: start[path[0]]
        * prod(stays[one, two] for one, two in zip(path, path[1:]))
        * prod(1 if throw is None else heads[coin, throw] for coin, throw in zip(path, throws))
        for path in product((0, 1), repeat=len(throws))
    }
    whole = sum(joint.values())
    return float(whole), float(sum(each for path, each in joint.items() if path[4] == 0) / whole)


def library(throws):
    """Return the same by pyhhmm."""
    rows = [[np.nan if throw is None else throw] for throw in throws]
    return float(np.exp(coins.score_samples([rows])[0])), float(coins.predict_proba([rows])[0][4, 0])


def spread(rows):
    """Return mean and variance of one state."""
    np.random.seed(0)
    model = GaussianHMM(n_states=1, n_emissions=1, covariance_type="diagonal", covars_prior=0.0)
    model, _ = model.train([rows], conv_thresh=1e-9)
    return float(model.means[0, 0]), float(np.ravel(model.covars)[0])


seen, unseen = [0, 1, 1, 0, 0, 0, 1, 0, 0, 0], [None] * 10
assert np.allclose(by_hand(seen), library(seen)), (by_hand(seen), library(seen))
hand, found = by_hand(unseen), library(unseen)
print(f"loaded by hand {hand[1]:.3f}, pyhhmm {found[1]:.3f}")
print(f"probability of nothing by hand {hand[0]:.3f}, pyhhmm {found[0]:.3f}")
rows = np.tile([9.0, 11.0, 11.0, 9.0], 10)[:, None]
holed = rows.copy()
holed[1::2] = np.nan
assert np.nanmean(holed) == 10 and np.nanvar(holed) == 1
whole, half = spread(rows), spread(holed)
print("forty rows mean {:.1f} variance {:.1f}".format(*whole))
print("every other missing mean {:.1f} variance {:.1f}".format(*half))
assert np.allclose(hand, (1, 0.5)) and abs(found[0] - 0.096) < 0.001 and abs(found[1] - 0.957) < 0.001, (hand, found)
assert np.allclose(whole, (10, 1)) and np.allclose(half, (5, 25.5)), (whole, half)
PYTHON
