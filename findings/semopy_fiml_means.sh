#!/usr/bin/env bash
# semopy 2.3.11: with obj="FIML" a slope depends on where the zero of the data is.
#
# FIML is what one chooses for a structural equation model when cells are missing. For complete data it is maximum
# likelihood, and adding 10 to a column changes no slope. Model is documented as "without mean-structure". Its default
# objective, MLW, works with covariances, which do not know the means. FIML works with the rows and does not subtract
# the means: it takes them all to be zero, and y ~ x is a line through the origin. Below, y is 10 + 2 x plus an error of
# 1 or -1. For complete rows FIML finds a slope of 3.76, the sum of x y divided by that of x²; MLW finds 2. With y
# missing where x is above 6, the maximum is the line through the complete rows, again 2, and FIML finds 4.31. Centring
# the columns first does not help, because the mean of the y that were seen is too low: 1.49. MLW accepts the missing
# cells as well, takes each covariance from the rows that have both, and finds 1.11. Nothing warns.
#
# Seen on 29 November 2026: "complete: by hand 2.00, FIML 3.76, centred 2.00, MLW 2.00", "y missing: by hand 2.00, FIML
# 4.31, centred 1.49, MLW 1.11".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet semopy==2.3.11 statsmodels==0.15.0 scikit-learn==1.9.1 sympy==1.14.0 \
    numdifftools==0.11.2 pandas==3.1.1 scipy==1.17.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import pandas as pd
from semopy import Model

x = np.repeat(np.arange(1.0, 9.0), 4)
complete = pd.DataFrame({"x": x, "y": 10 + 2 * x + np.tile([1.0, -1.0], 16)})
holed = complete.copy()
holed.loc[x > 6, "y"] = np.nan


def library(rows, **options):
    """Return the slope that semopy learns."""
    model = Model("y ~ x")
    model.fit(rows, **options)
    found = model.inspect()
    return float(found[found.op == "~"].Estimate.iloc[0])


def by_hand(rows):
    """Return the slope of least squares through the complete rows, which are all that tell of y given x."""
    seen = rows.dropna()
    return float(np.polyfit(seen.x, seen.y, 1)[0])


def through_origin(rows):
    """Return the slope of the line through the origin, by least squares."""
    seen = rows.dropna()
    return float((seen.x * seen.y).sum() / (seen.x**2).sum())


for name, rows in (("complete", complete), ("y missing", holed)):
    right, zero = by_hand(rows), through_origin(rows)
    fiml, centred = library(rows, obj="FIML"), library(rows - rows.mean(), obj="FIML")
    usual = library(rows)
    print(f"{name}: by hand {right:.2f}, FIML {fiml:.2f}, centred {centred:.2f}, MLW {usual:.2f}")
    assert np.isclose(right, 2) and abs(fiml - zero) < 0.001 and zero > 3.7, (right, zero, fiml)
    if rows is complete:
        assert abs(centred - 2) < 0.001 and abs(usual - 2) < 0.001, (centred, usual)
    else:
        assert centred < 1.7 and usual < 1.7, (centred, usual)
PYTHON
