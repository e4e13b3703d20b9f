#!/usr/bin/env bash
# hmmlearn 0.3.3: GaussianHMM finds a correlation of 0.99 in features that are not correlated, if they are small.
#
# covars_prior is 0.01 unless it is given. One expects a scalar for the scale of an inverse Wishart prior to mean
# 0.01 times the identity, which makes the features less correlated. The M-step of covariance_type="full" and "tied"
# adds it to every entry of the scatter matrix, those off the diagonal too, which makes them more correlated. How
# much depends on the units: here each state has 100 rows (±0.001, ±0.001) about its mean, such as steps of a
# millimetre written in metres. The scatter of a state is 100 * 0.001² = 0.0001 on the diagonal and 0 beside it, so
# that the correlation is 0; hmmlearn divides 0.0101 and 0.01 by 100 and has 0.01 / 0.0101 = 0.990. In millimetres
# it has 0.0001. With the prior written as a matrix, 0.01 times the identity, the correlation is 0. It matters to EM
# because the fit ends without a word: the means and the path of states are right, and only the shape of each state
# is made up.
#
# Seen on 29 November 2026: "full 0.9901 0.9901", "tied 0.9804", "full, millimetres 0.0001 0.0001", "full, matrix
# 0.0000 0.0000". (Tied shares one matrix: 0.01 is added once to the scatter of 200 rows, 0.01 / 0.0102 = 0.980.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet hmmlearn==0.3.3 scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from hmmlearn.hmm import GaussianHMM

corners = np.tile([(1, 1), (1, -1), (-1, 1), (-1, -1)], (25, 1))
metres = np.concatenate([0.001 * corners, 5 + 0.001 * corners])
assert abs(np.corrcoef(metres[:100].T)[0, 1]) < 1e-12


def correlations(kind, rows, scale, **options):
    """Return the correlation that is learned in each state, once the states are known to be right."""
    model = GaussianHMM(2, covariance_type=kind, init_params="st", random_state=0, n_iter=20, **options)
    model.means_ = np.array([(0.0, 0.0), (5.0, 5.0)]) * scale
    wide = np.eye(2) * (0.1 * scale) ** 2
    model.covars_ = wide if kind == "tied" else np.array([wide, wide])
    model.fit(rows * scale)
    assert (model.predict(rows * scale) == np.repeat((0, 1), 100)).all()
    assert np.allclose(model.means_, np.array([(0, 0), (5, 5)]) * scale)
    tables = np.reshape(model.covars_, (-1, 2, 2))[: 1 if kind == "tied" else 2]
    return [float(table[0, 1] / np.sqrt(table[0, 0] * table[1, 1])) for table in tables]


found = {
    "full": correlations("full", metres, 1),
    "tied": correlations("tied", metres, 1),
    "full, millimetres": correlations("full", metres, 1000),
    "full, matrix": correlations("full", metres, 1, covars_prior=0.01 * np.eye(2)),
}
for name, values in found.items():
    print(name, *(f"{abs(value):.4f}" for value in values))
assert np.allclose(found["full"], 0.01 / 0.0101, atol=1e-6), found
assert np.allclose(found["tied"], 0.01 / 0.0102, atol=1e-6), found
assert np.allclose(found["full, millimetres"], 0.01 / 100.01, atol=1e-6), found
assert np.allclose(found["full, matrix"], 0, atol=1e-6), found
PYTHON
