#!/usr/bin/env bash
# py-latent-profiles 0.4: predict_proba gives densities, not probabilities, and leaves out how common a profile is.
#
# A latent profile analysis is a Gaussian mixture, and the posterior of a profile is its share times its density at the
# person's values, divided by the sum over all profiles. The documentation of predict_proba promises "posterior
# probabilities". It returns the densities, and predict takes the profile with the largest. The shares are learned
# rightly. Below, 900 people have a mean of 0 and 100 a mean of 3, with the same deviation of 1. Halfway between the
# means the odds of the rare profile are those of the shares, 1 to 9, and the border lies higher by ln(9) / 3 = 0.73.
# predict has it halfway and puts 153 people into the rare profile; with the shares there are 90. What predict_proba
# gives for a person sums to anything between 0.002 and 0.404. Nothing warns.
#
# Seen on 30 November 2026: "halfway: by hand 0.100, predict_proba 0.130 and 0.130", "called rare: by hand 90, predict
# 153", "between the borders: 0.73", "rows of predict_proba sum to 0.002 up to 0.404".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet py-latent-profiles==0.4 tqdm==4.70.1 scipy==1.17.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from contextlib import redirect_stderr
from io import StringIO
from math import log
from statistics import NormalDist

import numpy as np
from py_lpa import GaussianMixture

normal = NormalDist()
values = np.array(
    [mean + normal.inv_cdf((rank + 0.5) / count) for count, mean in ((900, 0), (100, 3)) for rank in range(count)]
)


def fitted(numbers):
    """Return the model of two profiles with one variance; its progress bar is not shown."""
    np.random.seed(0)
    model = GaussianMixture(K=2)
    with redirect_stderr(StringIO()):
        model.fit(numbers[:, None], max_iter=500, tol=1e-9, var_constraint="classes", cov_constraint="zero")
    return model


model = fitted(values)
means, shares, variance = model.means_[0, :, 0], model.pi_[0], model.covariances_[0, 0, 0, 0]
rare = int(shares.argmin())
assert np.allclose(np.sort(means), (0, 3), atol=0.02) and abs(shares[rare] - 0.1) < 0.01 and abs(variance - 1) < 0.02


def by_hand(numbers):
    """Return the probability of the rare profile."""
    joint = shares * np.exp(-((numbers[:, None] - means) ** 2) / (2 * variance))
    return joint[:, rare] / joint.sum(axis=1)


halfway = np.full(2, means.mean())
given = model.predict_proba(halfway[:, None])[0][0]
print(f"halfway: by hand {by_hand(halfway)[0]:.3f}, predict_proba {given[rare]:.3f} and {given[1 - rare]:.3f}")
called = int((model.predict(values[:, None])[0] == rare).sum())
right = int((by_hand(values) > 0.5).sum())
print(f"called rare: by hand {right}, predict {called}")
assert np.allclose(given, np.exp(-9 / 8) / np.sqrt(2 * np.pi), atol=0.005), given
assert abs(by_hand(halfway)[0] - 0.1) < 0.01 and called > 1.5 * right, (called, right)
border = np.linspace(1, 3, 2001)
moved = border[by_hand(border) > 0.5][0] - border[model.predict(border[:, None])[0] == rare][0]
print(f"between the borders: {moved:.2f}")
assert abs(moved - log(9) / 3) < 0.02, moved
sums = model.predict_proba(values[:, None])[0].sum(axis=1)
print(f"rows of predict_proba sum to {sums.min():.3f} up to {sums.max():.3f}")
assert sums.max() < 0.5, sums.max()
PYTHON
