#!/usr/bin/env bash
# pyBKT 1.4.3: where nobody can guess, a right answer of someone who has not learned the skill is taken for certain.
#
# Knowledge tracing is a hidden Markov model of two states, fitted by EM: a student has learned a skill or not, guesses
# right without it and slips with it. An example of pyBKT's README fixes a slip rate at 0, and who sets questions with
# free answers fixes the guess rate at 0. The E-step then takes 1 in the place of each probability of 0. A right answer,
# which proves the skill, becomes one that a student without the skill gives for certain. Below nobody guesses or slips,
# and twelve students answer three questions each. Four are right at once: the prior is 4/12. Four of the other eight
# are right from the second question on, two of the other four at the third: of 12 chances to learn, 6 were taken. pyBKT
# finds both when the rates are fixed at a millionth. At 0 it finds 0.313 and 0.277. With only the guess rate fixed at 0
# it finds that nobody knows or learns anything. Nothing warns.
#
# Seen on 29 November 2026: "by hand prior 0.333 learn 0.500", "both 1e-06 prior 0.333 learn 0.500", "both 0 prior 0.313
# learn 0.277", "guess 0 prior 0.000 learn 0.002". (It does not load beside scikit-learn 1.9.1 and does not fit with
# NumPy 2.4.6.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyBKT==1.4.3 scikit-learn==1.7.2 pandas==2.3.3 scipy==1.16.3 numpy==2.2.6 \
    requests==2.32.5
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import pandas as pd
from pyBKT.models import Model

students = [(1, 1, 1)] * 4 + [(0, 1, 1)] * 4 + [(0, 0, 1)] * 2 + [(0, 0, 0)] * 2
table = pd.DataFrame(
    [(student, "fractions", answer) for student, answers in enumerate(students) for answer in answers],
    columns=["user_id", "skill_name", "correct"],
)
table["order_id"] = range(len(table))


def by_hand():
    """Return the prior and the rate of learning: without guesses and slips, the answers show the states."""
    steps = [(one, two) for answers in students for one, two in zip(answers, answers[1:])]
    return sum(answers[0] for answers in students) / len(students), steps.count((0, 1)) / (
        steps.count((0, 1)) + steps.count((0, 0))
    )


def library(**rates):
    """Return the same by pyBKT with some rates fixed."""
    model = Model(seed=1, num_fits=5, parallel=False)
    model.coef_ = {"fractions": {name: np.array([rate]) for name, rate in rates.items()}}
    model.fit(data=table, fixed=True)
    found = model.coef_["fractions"]
    assert all(np.isclose(found[name], rate).all() for name, rate in rates.items()), found
    return float(found["prior"]), float(found["learns"][0])


found = {
    "by hand": by_hand(),
    "both 1e-06": library(guesses=1e-6, slips=1e-6),
    "both 0": library(guesses=0.0, slips=0.0),
    "guess 0": library(guesses=0.0),
}
for name, (prior, learn) in found.items():
    print(f"{name} prior {prior:.3f} learn {learn:.3f}")
assert found["by hand"] == (4 / 12, 6 / 12), found
assert np.allclose(found["both 1e-06"], found["by hand"], atol=0.001), found
assert found["both 0"][0] < 0.32 and found["both 0"][1] < 0.4, found
assert max(found["guess 0"]) < 0.01, found
PYTHON
