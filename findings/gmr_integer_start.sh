#!/usr/bin/env bash
# gmr 2.0.3: a mixture that starts from covariances in whole numbers has whole numbers as covariances ever after.
#
# GMM takes "array-like" priors, means and covariances to start EM from. One expects [[1, 0], [0, 1]] to be the
# identity, whether or not a point follows each number. gmr makes an integer array of it and writes each M-step into
# that array, which cuts off all that stands behind the point; priors and means, which it replaces instead, are
# right. Nothing warns. Each cluster below is (1.5, 0.5), (0.5, 1.5) and their negatives about its mean, with the
# variances (2 * 1.5² + 2 * 0.5²) / 4 = 1.25 and the covariance 4 * 0.75 / 4 = 0.75, a correlation of 0.6. After the
# integer start gmr says 1 and 0: features that are correlated come out as independent, and every later E-step works
# with that. Because of the same writing in place, an array of floats that was passed as the start holds the result
# afterwards, so that a second run "from the same start" is none.
#
# Seen on 29 November 2026: "floats [[1.25, 0.75], [0.75, 1.25]]", "whole numbers [[1, 0], [0, 1]]", "the start
# afterwards [[1.25, 0.75], [0.75, 1.25]]".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet gmr==2.0.3 scipy==1.17.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from gmr import GMM

cluster = np.array([(1.5, 0.5), (0.5, 1.5), (-1.5, -0.5), (-0.5, -1.5)])
rows = np.concatenate([cluster, cluster + 50])
by_hand = cluster.T @ cluster / len(cluster)
assert np.allclose(by_hand, [[1.25, 0.75], [0.75, 1.25]])


def learned(covariances):
    """Return the covariances after EM from given ones, once the rest is known to be right."""
    model = GMM(2, priors=[0.5, 0.5], means=[[0, 0], [50, 50]], covariances=covariances)
    model.from_samples(rows, R_diff=1e-12)
    assert np.allclose(model.priors, 0.5) and np.allclose(model.means, [[0, 0], [50, 50]])
    return model.covariances


start = np.array([np.eye(2), np.eye(2)])
floats = learned(start)
whole = learned([[[1, 0], [0, 1]], [[1, 0], [0, 1]]])
print("floats", floats[0].round(6).tolist())
print("whole numbers", whole[0].tolist())
print("the start afterwards", start[0].round(6).tolist())
assert np.allclose(floats, by_hand), floats
assert np.array_equal(whole, [np.eye(2), np.eye(2)]), whole
assert np.allclose(start, by_hand), start
PYTHON
