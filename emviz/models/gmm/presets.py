"""Things to see: two equal clusters, an invisibly small difference, and a cluster without spread."""

from __future__ import annotations

from emviz.em.model import Preset

#: Mean, and a covariance as wide as the data.
MIDDLE, WIDE = [3.5, 71.0], [[1.3, 14.0], [14.0, 185.0]]

PRESETS = (
    Preset(
        "alike",
        "Two equal clusters never part",
        "R: after one iteration both clusters have the mean of all points, (3.488, 70.90), and stay "
        "there: log P −1,289.80, while two different clusters reach −1,130.26.",
        start={"weight": [0.5, 0.5], "mean": [MIDDLE, MIDDLE], "covariance": [WIDE, WIDE]},
    ),
    Preset(
        "hair",
        "Equal but for 10⁻¹²",
        "R: for some 180 iterations nothing seems to happen; after 186 the means are 0.1 min apart, and "
        "EM goes on to log P −1,130.26.",
        start={
            "weight": [0.5, 0.5],
            "mean": [[MIDDLE[0] + 1e-12, MIDDLE[1]], MIDDLE],
            "covariance": [WIDE, WIDE],
        },
        iterations=300,
    ),
    Preset(
        "singular",
        "A cluster without spread",
        "R: the second cluster starts narrow and is left with ten points, all at 79 min: without spread "
        "log P has no bound, and the run stops. A floor prevents this.",
        example="singular",
    ),
)
