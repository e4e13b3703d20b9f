#!/usr/bin/env bash
# student-mixture 0.2.0: a tied scale counts an outlier in full, and depends on where the zero of the data is.
#
# A mixture of Student's t distributions is what one takes against outliers: EM gives each row a weight, which is
# small far from the centre, and the centre and the scale are sums with these weights. With scale_type="tied" all
# components share one scale matrix. The library takes the mean of x x' without weights for it, and subtracts c c'
# with the weighted centre c. So outliers count in full, and as the weighted centre is not the mean, what is left
# depends on the origin. For one component "tied" and "full" are two words for the same model. Below, 400 rows are
# laid out like a normal distribution with a correlation of 0.45, and two rows are 40 away. EM written out and "full"
# find 0.77 and 0.97 on the diagonal, and a correlation of 0.44, wherever the zero is. "tied" finds 4.91 and 5.15, and
# a correlation of 0.09. With 50 added to both columns it finds 14.60 and 14.83 and a correlation of 0.69. log P is
# lower by 338 and by 586, and `converged_` is True. For "diag" and "spherical" the library adds c c' with a weight of
# 1, which is wrong until EM ends; away from 0 that often stops it with an error.
#
# Seen on 1 December 2026, diagonal, correlation and log P: "by hand 0.77 0.97 0.44 -1181.6", "full, 0 added" and "full,
# 50 added" the same, "tied, 0 added 4.91 5.15 0.09 -1520.0", "tied, 50 added 14.60 14.83 0.69 -1767.5". (It does not
# work with NumPy 2.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet student_mixture==0.2.0 scikit-learn==1.5.2 scipy==1.13.1 numpy==1.26.4
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_t, norm
from student_mixture import StudentMixture

spread = norm.ppf((np.arange(20) + 0.5) / 20)
grid = np.array([(x, x / 2 + y) for x in spread for y in spread])
rows = np.concatenate([grid, [(40, 0), (0, 40)]])


def log_p(rows, centre, scale, freedom):
    """Return the log-likelihood of one t distribution."""
    return multivariate_t(centre, scale, df=freedom).logpdf(rows).sum()


def by_hand(rows):
    """Return centre, scale, degrees of freedom and log P after EM for one t distribution."""
    centre, scale, freedom = rows.mean(axis=0), np.cov(rows.T), 4.0
    for _ in range(300):
        far = np.einsum("ni,ij,nj->n", rows - centre, np.linalg.inv(scale), rows - centre)
        weights = (freedom + 2) / (freedom + far)
        centre = weights @ rows / weights.sum()
        scale = (weights[:, None] * (rows - centre)).T @ (rows - centre) / len(rows)
        best = minimize_scalar(lambda log: -log_p(rows, centre, scale, np.exp(log)), bounds=(0.7, 5), method="bounded")
        freedom = np.exp(best.x)
    return centre, scale, freedom, log_p(rows, centre, scale, freedom)


def library(rows, kind):
    """Return the same by the library."""
    model = StudentMixture(1, scale_type=kind, max_iter=5000, tol=1e-9, random_state=0).fit(rows)
    scale = model.scales_.reshape(2, 2)
    return model.locations_[0], scale, model.dofs_[0], model.score(rows) * len(rows), model.converged_


def tell(name, found):
    """Print the diagonal and the correlation of a scale, and log P."""
    scale = found[1]
    correlation = scale[0, 1] / np.sqrt(scale[0, 0] * scale[1, 1])
    print(f"{name} {scale[0, 0]:.2f} {scale[1, 1]:.2f} {correlation:.2f} {found[3]:.1f}")


hand = by_hand(rows)
tell("by hand", hand)
found = {}
for added in (0, 50):
    full, found[added] = library(rows + added, "full"), library(rows + added, "tied")
    tell(f"full, {added} added", full)
    tell(f"tied, {added} added", found[added])
    assert np.allclose(full[1], hand[1], rtol=1e-3) and abs(full[3] - hand[3]) < 1e-4, (full, hand)
    assert full[4] and found[added][4] and np.allclose(found[added][0], added, atol=0.01), found
    # What is said to be the tied scale, from the weights that belong to the centre found.
    centre, scale, freedom = found[added][:3]
    plain = (rows + added).T @ (rows + added) / len(rows) - np.outer(centre, centre)
    assert np.allclose(scale, plain, rtol=1e-4, atol=1e-4), (scale, plain)
assert np.all(np.diag(found[0][1]) > 5 * np.diag(hand[1])), found
assert np.all(np.diag(found[50][1]) > 2.5 * np.diag(found[0][1])), found
assert hand[3] - found[0][3] > 300 and found[0][3] - found[50][3] > 200, found
PYTHON
