#!/usr/bin/env bash
# mixem 0.1.4: EM for a mixture stops after eleven iterations if the data are written in small units.
#
# The maximum of the likelihood does not know units: lengths in metres and in millimetres have the same weights, and
# means and deviations that are 1000 times apart. mixem documents `tol` as the smallest relative increase over ten
# iterations, and divides the increase by the value before, with its sign. That value is below 0 as a rule, and all
# goes well. Where densities are above 1 it is positive, an increase counts as a decrease, and EM ends the first
# time it is tested, without a word. Here that is far from the end: EM written out below agrees with mixem in
# millimetres after 648 iterations and with mixem in metres after eleven, between which the log-likelihood rises by
# more than 1 and the weight by 0.17. Neither a smaller `tol` nor more iterations help; only other units do.
#
# Seen on 29 November 2026: "millimetres 648 iterations, weight 0.4997", "metres 11 iterations, weight 0.3290", "by
# hand 648 iterations 0.4997, 11 iterations 0.3290".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mixem==0.1.4 scipy==1.17.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from statistics import NormalDist

import mixem
import numpy as np
from mixem.distribution import NormalDistribution

ranks = [(rank + 0.5) / 200 for rank in range(200)]
groups = NormalDist(0, 1.2), NormalDist(4, 1.7)
millimetres = np.array([group.inv_cdf(rank) for group in groups for rank in ranks])


def library(scale):
    """Return the number of iterations of mixem and the weight of its first component."""
    turns = []
    weights, _, _ = mixem.em(
        millimetres * scale,
        [NormalDistribution(-scale, scale), NormalDistribution(scale, scale)],
        initial_weights=[0.5, 0.5],
        max_iterations=2000,
        tol=0.0,
        progress_callback=lambda turn, *_: turns.append(turn),
    )
    return len(turns), float(weights[0])


def by_hand(turns):
    """Return the weight of the first component and the log-likelihood before each iteration."""
    weights, means, spreads = np.array([0.5, 0.5]), np.array([-1.0, 1.0]), np.array([1.0, 1.0])
    reached = []
    for _ in range(turns):
        scores = (millimetres[:, None] - means) / spreads
        joint = weights * np.exp(-scores * scores / 2) / spreads / np.sqrt(2 * np.pi)
        reached.append(np.log(joint.sum(axis=1)).sum())
        share = joint / joint.sum(axis=1, keepdims=True)
        heads = share.sum(axis=0)
        weights, means = heads / len(millimetres), share.T @ millimetres / heads
        spreads = np.sqrt((share * (millimetres[:, None] - means) ** 2).sum(axis=0) / heads)
    return float(weights[0]), reached


large, small = library(1.0), library(0.001)
print("millimetres {} iterations, weight {:.4f}".format(*large))
print("metres {} iterations, weight {:.4f}".format(*small))
late, reached = by_hand(large[0])
early, _ = by_hand(small[0])
print(f"by hand {large[0]} iterations {late:.4f}, {small[0]} iterations {early:.4f}")
assert small[0] == 11 and large[0] > 100, (small, large)
assert np.isclose(late, large[1]) and np.isclose(early, small[1]), (late, early)
assert abs(late - early) > 0.1 and reached[-1] - reached[10] > 1, (late, early, reached[10], reached[-1])
PYTHON
