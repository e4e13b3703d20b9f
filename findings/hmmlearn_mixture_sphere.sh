#!/usr/bin/env bash
# hmmlearn 0.3.3: the variances of a GMMHMM with covariance_type="spherical" depend on how many components there are.
#
# With its default priors GMMHMM is meant to maximise the likelihood, and for "full", "diag" and "tied" it does: what
# the priors add to the denominator of the M-step cancels. For "spherical" the default takes the number of components
# where the number of features belongs, and the M-step divides by count times features plus features minus components.
# If there are as many of one as of the other, all is well. Below there is one feature, for which "spherical" and "diag"
# are two words for the same model. Each of two states has four components far apart, and each component has twelve
# rows, one above or one below its mean: a variance of 1. "spherical" divides 12 by 12 + 1 - 4 and has 1.333, which
# has a lower likelihood. With more components and fewer rows in each the error grows. With covars_prior=-1.5, which cancels
# for one feature, the variance is 1. Nothing warns.
#
# Seen on 29 November 2026: "diag 1.000, log-likelihood -274.163", "full 1.000, log-likelihood -274.163", "spherical
# 1.333, log-likelihood -275.972", "spherical, covars_prior -1.5 1.000, log-likelihood -274.163", "by hand 1.000,
# log-likelihood -274.163".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet hmmlearn==0.3.3 scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from hmmlearn.hmm import GMMHMM

centres = np.array([[0.0, 100, 200, 300], [1000, 1100, 1200, 1300]])
sides = np.tile([1.0, -1.0], 6)
rows = np.concatenate([(state + sides[:, None]).ravel() for state in centres])[:, None]
shapes = {"full": (2, 4, 1, 1), "diag": (2, 4, 1), "spherical": (2, 4)}


def by_hand():
    """Return the log-likelihood: the path of states and the component of each row are beyond doubt."""
    path = 47 * np.log(47 / 48) + np.log(1 / 48)
    return float(path + len(rows) * (np.log(1 / 4) - np.log(2 * np.pi) / 2 - 1 / 2))


def library(kind, **options):
    """Return the variances and the log-likelihood, once the means are known to be right."""
    model = GMMHMM(2, 4, covariance_type=kind, init_params="st", random_state=0, n_iter=50, **options)
    model.weights_, model.means_ = np.full((2, 4), 1 / 4), centres[:, :, None]
    model.covars_ = np.full(shapes[kind], 4.0)
    model.fit(rows)
    assert np.allclose(model.means_[:, :, 0], centres) and np.allclose(model.weights_, 1 / 4)
    return np.ravel(model.covars_), float(model.score(rows))


found = {
    "diag": library("diag"),
    "full": library("full"),
    "spherical": library("spherical"),
    "spherical, covars_prior -1.5": library("spherical", covars_prior=-1.5),
}
for name, (variances, likelihood) in found.items():
    print(f"{name} {variances[0]:.3f}, log-likelihood {likelihood:.3f}")
print(f"by hand 1.000, log-likelihood {by_hand():.3f}")
for name, (variances, likelihood) in found.items():
    wrong = name == "spherical"
    assert np.allclose(variances, 12 / (12 + 1 - 4) if wrong else 1, atol=1e-4), found
    assert likelihood < by_hand() - 1 if wrong else np.isclose(likelihood, by_hand(), atol=1e-3), found
PYTHON
