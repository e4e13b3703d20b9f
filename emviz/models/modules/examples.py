"""The data that come with the modules."""

from __future__ import annotations

import math

from emviz.em.model import Example

#: The cell cycle of the simulated genes: when each module is at its height, in minutes of a cycle of 60.
PEAKS, CYCLE = (0, 10, 25, 42), 60
TIMES = range(0, 120, 10)
TRUTH = {
    "weight": [0.30, 0.25, 0.25, 0.20],
    "mean": [[round(math.cos(2 * math.pi * (t - peak) / CYCLE), 3) for t in TIMES] for peak in PEAKS],
    "variance": [[0.81] * len(TIMES)] * len(PEAKS),
    "link": [
        [0.8, 0.6, 0.1, 0.1, 0.1, 0.1],
        [0.1, 0.6, 0.8, 0.1, 0.1, 0.1],
        [0.1, 0.1, 0.1, 0.7, 0.5, 0.1],
        [0.1, 0.1, 0.1, 0.1, 0.2, 0.8],
    ],
}
#: Where EM starts on the genes of yeast, so that its modules have the order of the functions: YBR173C of the
#: proteasome, YKL141W of respiration, and YHL001W of the ribosome.
STARTED_ON = [
    [-0.048, -0.017, 0.034, 0.087, -0.042, -0.042, -0.138, -0.189, -0.118, 0.068, -0.281],
    [-0.028, -0.14, 0.057, -0.008, 0.068, 0.03, 0.119, 0.145, 0.215, 0.372, 0.498],
    [0.065, -0.033, -0.129, -0.216, 0.04, -0.019, 0.04, 0.021, -0.039, -0.283, -0.374],
]
CYCLE_FILE = "modules_cycle.csv"
DRAWN = (
    "simulated: 4 modules of 120 genes with peaks at 0, 10, 25 and 42 min of a cycle of 60 min, variance "
    "0.81, 6 regulators, NumPy default_rng(2003)"
)

EXAMPLES = (
    Example(
        "cycle",
        "A cell cycle, 120 genes (simulated)",
        CYCLE_FILE,
        DRAWN,
        {"modules": 4},
        TRUTH,
    ),
    Example(
        "cycle-softmax",
        "The cell cycle by softmax, regulators choose the module",
        CYCLE_FILE,
        f"{DRAWN}; the generative link made them, so there is no true W",
        {"modules": 4, "link": "softmax"},
    ),
    Example(
        "cycle-holes",
        "The cell cycle with holes, one number in seven removed",
        "modules_cycle_holes.csv",
        f"{DRAWN}; removed where NumPy default_rng(1994).random((120, 12)) is below 0.15",
        {"modules": 4},
        TRUTH,
    ),
    Example(
        "yeast",
        "Yeast: 186 genes of three functions, 20 holes",
        "modules_yeast.csv",
        "Brown et al., PNAS 97:262 (2000), measured by Eisen et al., PNAS 95:14863 (1998); dithiothreitol, "
        "and the diauxic shift, with their own holes",
        {"modules": 3},
        start={"mean": STARTED_ON},
    ),
    Example(
        "cyano",
        "Genes of a cyanobacterium, no regulators",
        "cyano_hihara2001.tsv",
        "Hihara et al., Plant Cell 13:793 (2001); clustered by de Hoon et al., ISMB (2002)",
        {"modules": 4},
    ),
)
