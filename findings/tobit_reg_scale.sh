#!/usr/bin/env bash
# tobit-reg 0.0.1: the scale of a censored regression is too large by the root of the number of rows, and the slope
# doubles.
#
# In the Tobit model a line has normal errors, and an answer below a limit is seen as the limit. The log-likelihood of m
# uncensored answers contains the log of the scale m times. TobitRegression looks for a root of a derivative that counts
# it once. Without censored answers this changes the scale alone: below, by hand it is 0.959, and by tobit-reg 13.569,
# which is 0.959 times the root of 200. With them it changes all, because a censored answer says little about the line
# if the errors are large: 28 of 200 answers below 0 turn a slope of 1.95 into 4.25. By hand is EM, which fills in what
# is expected of an answer below the limit, and of its square. The maximum of the likelihood with the log counted once
# is where tobit-reg ends. With 74 answers below 0 it ends nowhere and returns what it has after 1000 steps. Nothing
# warns.
#
# Seen on 30 November 2026, slope, intercept and scale: "0 below 0: by hand 1.951 6.015 0.959, counted once 1.951 6.015
# 13.569, tobit-reg 1.951 6.015 13.569", "28 below 0: by hand 1.950 3.015 0.971, counted once 4.252 1.042 15.774,
# tobit-reg 4.252 1.042 15.774", "74 below 0: slope by hand 1.90, tobit-reg 7.60 after 1000 steps".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tobit-reg==0.0.1 scipy==1.17.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" -W error - <<'PYTHON'
import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm
from tobit_reg.tobit_reg import TobitRegression

x = np.repeat(np.linspace(-2, 2, 50), 4)
rows = np.column_stack([x, np.ones(200)])
errors = np.random.default_rng(0).normal(size=200)


def by_hand(seen):
    """Return slope, intercept and scale after EM; answers of 0 may be anything below."""
    censored = seen == 0
    line, scale = np.array([1.0, 1.0]), 1.0
    for _ in range(500):
        middle = rows @ line
        above = -middle / scale
        ratio = norm.pdf(above) / norm.cdf(above)
        filled = np.where(censored, middle - scale * ratio, seen)
        unsure = np.where(censored, scale**2 * (1 - above * ratio - ratio**2), 0)
        line = np.linalg.lstsq(rows, filled, rcond=None)[0]
        scale = np.sqrt(np.mean((filled - rows @ line) ** 2 + unsure))
    return *line, scale


def counted_once(seen):
    """Return the same where the log of the scale is in the log-likelihood once."""

    def loss(numbers):
        *line, log_scale = numbers
        scaled = (seen - rows @ line) / np.exp(log_scale)
        return log_scale - np.where(seen == 0, norm.logcdf(scaled), -(scaled**2) / 2).sum()

    *line, log_scale = minimize(loss, [1, 1, 1], method="Nelder-Mead", options={"maxiter": 9000, "xatol": 1e-9}).x
    return *line, np.exp(log_scale)


def library(seen):
    """Return the same by tobit-reg, and how many steps it took."""
    model = TobitRegression(low=0, dtype=np.float64)
    steps = len(model.fit(x[:, None], seen).history)
    return (*model.parameters[0], model.parameters[1]), steps


for level, below in ((6, 0), (3, 28)):
    seen = np.maximum(level + 2 * x + errors, 0)
    hand, once, (found, steps) = by_hand(seen), counted_once(seen), library(seen)
    assert (seen == 0).sum() == below and steps < 50, (below, steps)
    print(f"{below} below 0:", end=" ")
    print("by hand {:.3f} {:.3f} {:.3f},".format(*hand), "counted once {:.3f} {:.3f} {:.3f},".format(*once), end=" ")
    print("tobit-reg {:.3f} {:.3f} {:.3f}".format(*found))
    assert np.allclose(hand, (2, level, 1), atol=0.1) and np.allclose(found, once, atol=2e-3), (hand, once, found)
    if below:
        assert found[0] > 4 and found[2] > 15, found
    else:
        assert np.allclose(found, (hand[0], hand[1], hand[2] * np.sqrt(200))), found

seen = np.maximum(1 + 2 * x + errors, 0)
hand, (found, steps) = by_hand(seen), library(seen)
print(f"{(seen == 0).sum()} below 0: slope by hand {hand[0]:.2f}, tobit-reg {found[0]:.2f} after {steps} steps")
assert abs(hand[0] - 2) < 0.15 and steps == 1000, (hand, found, steps)
PYTHON
