#!/usr/bin/env bash
# splitpopsurv 0.1.0: the standard errors of a cure model depend on the unit of time, and in days a fit may end with 0
# for each parameter and say that it converged.
#
# A cure model is a mixture: some people never have the event, and who was followed long enough without it is most
# likely one of them. `bse` is documented as the inverse of the observed information, as in R and Stata. It is what the
# optimiser (L-BFGS-B) remembers of its last steps, which serves to find the next direction and no more. Below, 300 of
# 500 people without a gene and 250 of 500 with it had the event, the others were followed for a hundred years, and
# nobody is in doubt. So all is known by hand: the log odds of cure differ by ln(250 / 250) - ln(200 / 300) = 0.405, the
# standard error is the root of 1/200 + 1/300 + 1/250 + 1/250, 0.128, and p is 0.0015. splitpopsurv finds 0.405 in each
# unit, and in years the error is nearly four times too large. With Weibull times and days, some densities at the start
# are 0 in double precision. The sum is then replaced by 10^10, which is as flat as a minimum: all parameters are 0, all
# standard errors 1, and `converged` is True. Nothing warns.
#
# Seen on 30 November 2026: "by hand 0.405 error 0.128 p 0.0015", "years 0.405 error 0.485 p 0.4036", "months 0.405
# error 0.330 p 0.2188", "days 0.405 error 0.182 p 0.0259", "weibull, years: converged True -2.526 0.704 -0.405 0.405",
# "weibull, days: converged True 0.000 0.000 0.000 0.000".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet splitpopsurv==0.1.0 scipy==1.17.1 numpy==2.4.6 pandas==3.1.1
cd "$folder"
"$folder/venv/bin/python" -W error - <<'PYTHON'
from math import log, sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd
from splitpopsurv import fit_splitpop_lognormal, fit_splitpop_weibull

normal = NormalDist()
units = {"years": 1, "months": 12, "days": 365}


def people(unit):
    """Return a table of when the event was, or until when there was none."""
    rows = []
    for gene, ill, cured in ((0, 300, 200), (1, 250, 250)):
        ranks = [(rank + 0.5) / ill for rank in range(ill)]
        rows += [(unit * np.exp(1 + normal.inv_cdf(rank) / 2), 1, gene) for rank in ranks]
        rows += [(unit * 100, 0, gene)] * cured
    return pd.DataFrame(rows, columns=["time", "event", "gene"])


effect, error = log(250 / 250) - log(200 / 300), sqrt(1 / 200 + 1 / 300 + 1 / 250 + 1 / 250)
print(f"by hand {effect:.3f} error {error:.3f} p {2 - 2 * normal.cdf(effect / error):.4f}")
errors = {}
for name, unit in units.items():
    found = fit_splitpop_lognormal(people(unit), "time", "event", [], ["gene"])
    assert found.param_names[-1] == "P_regression:gene" and found.converged, found
    assert abs(found.params[-1] - effect) < 0.002, found.params
    errors[name] = found.bse[-1]
    print(f"{name} {found.params[-1]:.3f} error {found.bse[-1]:.3f} p {found.pvalues[-1]:.4f}")
found = {name: fit_splitpop_weibull(people(unit), "time", "event", [], ["gene"]) for name, unit in units.items()}
for name, each in found.items():
    print(f"weibull, {name}: converged {each.converged}", *(f"{value:.3f}" for value in each.params))
assert max(errors.values()) > 1.5 * min(errors.values()) and max(errors.values()) > 2 * error, errors
for name in ("years", "months"):
    assert abs(found[name].params[-1] - effect) < 0.002, found[name].params
assert found["days"].converged and not found["days"].params.any() and (found["days"].bse == 1).all(), found["days"]
PYTHON
