#!/usr/bin/env bash
# pgmpy 1.1.2: expectation maximization leaves out every row in which a cell is missing.
#
# EM is what one reaches for where cells are missing, and DiscreteEM of pgmpy takes a frame with NaN in it without
# an error. It learns from the complete rows alone: only variables that are missing altogether are summed over. An
# estimate of a variable that was seen in every row changes with it. Here rain was seen ten times, six times "no",
# so that the estimate of largest likelihood is 0.6 whatever became of the other column; pgmpy says 0.625, which is
# five of the eight complete rows.
#
# Seen: all cells 0.600, two cells missing 0.625, the complete rows alone 0.625.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pgmpy==1.1.2 pandas==3.1.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import logging

import numpy as np
import pandas as pd
from pgmpy.models import DiscreteBayesianNetwork
from pgmpy.parameter_estimator import DiscreteEM

logging.disable(logging.CRITICAL)


def no_rain(frame):
    """Return what is learned of P(rain = no)."""
    model = DiscreteBayesianNetwork([("rain", "wet")])
    learned = DiscreteEM(show_progress=False).fit(model, frame).parameters_
    table = next(each for each in learned if each.variable == "rain")
    return float(table.get_values()[table.state_names["rain"].index("no"), 0])


seen = pd.DataFrame({"rain": ["no"] * 6 + ["yes"] * 4, "wet": ["no"] * 5 + ["yes"] * 5})
holed = seen.copy()
holed.loc[[0, 9], "wet"] = np.nan
found = no_rain(seen), no_rain(holed), no_rain(holed.dropna())
print("all cells {:.3f}, two cells missing {:.3f}, the complete rows alone {:.3f}".format(*found))
assert np.allclose(found, (0.6, 0.625, 0.625)), found
PYTHON
