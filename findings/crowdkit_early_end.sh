#!/usr/bin/env bash
# crowd-kit 1.4.2: EM for the Dawid-Skene model stops after two iterations, far from the maximum, if answers are biased.
#
# When several people label a task, the lower bound of EM contains the log of the class's prior once for each task.
# DawidSkene adds it once for each answer, and stops when this sum grows by less than `tol`. Its E-step and M-step are
# the textbook's; only the test is not. With five answers to a task the prior counts five times as much as it should,
# so that a step towards more even classes lowers the sum although the likelihood rises. EM starts from the votes, and
# where people overlook one class it has to move from the votes towards more even classes. Below, five readers say
# "ill" of 6 in 10 ill patients and of 1 in 10 healthy ones, and half of the patients are ill. EM written out finds
# that half. DawidSkene stops after two iterations with 0.605 healthy; neither a smaller tol nor a larger n_iter helps.
# A tol below zero turns the test off and gives the textbook's result, in which one patient in seven has another label.
# The sums are what loss_history_ holds.
#
# Seen on 29 November 2026: "as it is: 2 iterations, healthy 0.605", "tol 1e-12: 2 iterations, healthy 0.605", "tol -1:
# 300 iterations, healthy 0.495", "bound -1.1268 -1.1320 by hand -0.5977 -0.5953", "of 999 patients 150 are called
# otherwise". (transformers and pyarrow, which crowd-kit asks for and DawidSkene does not use, are not installed.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet attrs==26.1.0 nltk==3.10.4 tqdm==4.70.1 \
    pandas==3.1.1 scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/pip" install --quiet --no-deps crowd-kit==1.4.2
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from itertools import product
from math import prod

import numpy as np
import pandas as pd
from crowdkit.aggregation import DawidSkene

# The probability of "ill" from each reader, for healthy patients and for ill ones.
says_ill = 0.1, 0.6
patients = [
    answers
    for answers in product((0, 1), repeat=5)
    for _ in range(round(500 * sum(prod(p if answer else 1 - p for answer in answers) for p in says_ill)))
]
answers = np.array(patients)
table = pd.DataFrame(
    [(task, reader, label) for task, row in enumerate(patients) for reader, label in enumerate(row)],
    columns=["task", "worker", "label"],
)


def by_hand(turns, times=1):
    """Return P(healthy), the log-likelihood and the bound per answer after each iteration.

    The log of the prior is in the bound so many times for a patient.
    """
    ill = answers.mean(axis=1)
    run = []
    for turn in range(turns + 1):
        weights = np.stack([1 - ill, ill])
        prior = weights.mean(axis=1)
        rate = weights @ answers / weights.sum(axis=1, keepdims=True)
        given = np.log(rate) @ answers.T + np.log(1 - rate) @ (1 - answers).T
        joint = prior[:, None] * np.exp(given)
        bound = (weights * (times * np.log(prior)[:, None] + given - np.log(np.clip(weights, 1e-10, 1)))).sum()
        if turn:
            run.append((float(prior[0]), float(np.log(joint.sum(axis=0)).sum()), float(bound) / answers.size))
        ill = joint[1] / joint.sum(axis=0)
    return run


def library(**options):
    """Return DawidSkene's iterations, P(healthy), the bounds, and the labels."""
    model = DawidSkene(**options).fit(table)
    return len(model.loss_history_), float(model.priors_[0]), model.loss_history_, model.labels_.sort_index()


hand = by_hand(300)
five = by_hand(2, times=5)
usual, small, off = library(), library(n_iter=1000, tol=1e-12), library(n_iter=300, tol=-1.0)
for name, run in (("as it is", usual), ("tol 1e-12", small), ("tol -1", off)):
    healthy, likelihood, _ = hand[run[0] - 1]
    print(f"{name}: {run[0]} iterations, healthy {run[1]:.3f}; by hand {healthy:.3f}, log-likelihood {likelihood:.1f}")
    assert np.isclose(run[1], healthy), (run[1], healthy)
print("bound", *(f"{each:.4f}" for each in usual[2]), "by hand", *(f"{each[2]:.4f}" for each in hand[:2]))
called = int((usual[3] != off[3]).sum())
print(f"of {len(patients)} patients {called} are called otherwise")
assert usual[0] == small[0] == 2, (usual[0], small[0])
assert np.allclose(usual[2], [each[2] for each in five]), (usual[2], five)
assert hand[0][2] < hand[1][2] and np.all(np.diff([each[1] for each in hand]) > -1e-9), hand[:2]
assert hand[-1][1] - hand[1][1] > 10 and abs(off[1] - 0.5) < 0.01 < 0.1 < usual[1] - off[1], (usual[1], off[1])
assert called > 100, called
PYTHON
