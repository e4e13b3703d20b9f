#!/usr/bin/env bash
# miss-hmm 0.3.0: after some four hundred throws of a die, Viterbi takes the state that is listed first for the rest.
#
# Viterbi's algorithm multiplies probabilities for each symbol, and the product soon falls below the smallest number of
# double precision, 5e-324. That is why one adds logarithms or scales. predict of miss-hmm, whose method is "Viterbi"
# unless it is given, multiplies, and where all products are 0 it takes the first state for the best. A throw of a fair
# die, with 0.98 to go on with the same die, is a factor of 0.16: 411 of them are enough. Below, a fair die and one that
# shows a six in half of its throws take turns of a hundred throws. With logarithms the path follows the turns to the
# end and does not depend on which die is listed first. predict agrees with it on the first 300 throws alone. Of 1200
# throws it calls the last 700 fair, or loaded if the loaded die is listed first. Nothing warns. (The package is for
# missing symbols; none is missing here.)
#
# Seen on 30 November 2026, throws called loaded among the last 700: "thrown 400, by hand 373, predict 0, predict with
# the loaded die first 700", and the share of all throws with the right die: "by hand 0.943, predict 0.638, 0.673".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet miss-hmm==0.3.0 scipy==1.17.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" -W error - <<'PYTHON'
import numpy as np
from miss_hmm.pred import predict

faces = np.array(list("123456"))
chances = {"fair": np.full(6, 1 / 6), "loaded": np.array([0.1] * 5 + [0.5])}
follows, start = np.array([[0.98, 0.02], [0.02, 0.98]]), np.array([0.5, 0.5])
dice = np.random.default_rng(0)
truth = np.repeat(["fair", "loaded"] * 6, 100)
throws = np.array([dice.choice(faces, p=chances[die]) for die in truth])


def by_hand(seen, names):
    """Return the path of Viterbi's algorithm with logarithms."""
    height = np.log(start)
    emit = np.log([chances[name] for name in names])
    back = []
    for place, face in enumerate(seen):
        if place:
            reach = height[:, None] + np.log(follows)
            back.append(reach.argmax(axis=0))
            height = reach.max(axis=0)
        height = height + emit[:, int(face) - 1]
    path = [int(height.argmax())]
    for best in reversed(back):
        path.append(int(best[path[-1]]))
    return np.array(names)[path[::-1]]


def predicted(seen, names):
    """Return the path of miss-hmm."""
    emit = np.array([chances[name] for name in names])
    return predict(np.array([seen]), follows, emit, start, np.array(names), faces)[0]


def late(path):
    """Return how many of the last 700 throws are called loaded."""
    return int(np.sum(path[500:] == "loaded"))


one, other = ["fair", "loaded"], ["loaded", "fair"]
right, found, turned = by_hand(throws, one), predicted(throws, one), predicted(throws, other)
shares = [float(np.mean(path == truth)) for path in (right, found, turned)]
print(f"thrown {late(truth)}, by hand {late(right)}, predict {late(found)}, ", end="")
print(f"predict with the loaded die first {late(turned)}")
print("by hand {:.3f}, predict {:.3f}, {:.3f}".format(*shares))
assert np.array_equal(right, by_hand(throws, other)) and shares[0] > 0.9 > 0.7 > max(shares[1:]), shares
assert late(found) == 0 and late(turned) == 700, (late(found), late(turned))
for names in (one, other):
    assert np.array_equal(predicted(throws[:300], names), by_hand(throws[:300], one)), names
PYTHON
