"""The data that come with the protein model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from emviz.data.table import Table
from emviz.em.model import Example
from emviz.models.proteins.pairs import PEPTIDE, PROBABILITY, PROTEIN, TRUE

#: For each protein of the simulated mixture its abundance, and how often a peptide of it is held by each set
#: of proteins. A set is equally frequent for each of its proteins, so it gives no evidence between them.
FAMILIES: Mapping[str, tuple[float, Mapping[str, float]]] = {
    "A": (0.35, {"A": 0.3, "AB": 0.4, "AE": 0.3}),
    "B": (0.20, {"AB": 0.4, "B": 0.3, "BF": 0.3}),
    "C": (0.18, {"CD": 1.0}),
    "D": (0.07, {"CD": 1.0}),
    "E": (0.00, {"AE": 1.0}),
    "F": (0.20, {"BF": 0.3, "F": 0.7}),
}
TRUTH = {"abundance": [abundance for abundance, _ in FAMILIES.values()]}
PRESENCE = {"gamma": 0.5, "alpha": 0.6, "beta": 0.05}
SCORES = {"weight": [0.35, 0.65], "mean": [3.0, 0.5], "variance": [1.0, 0.64]}


def drawn(size: int, rng: np.random.Generator) -> Table:
    """Return `size` peptides of the six proteins of FAMILIES, with the true protein of each."""
    rows: list[tuple[str, str, float, str]] = []
    for place in range(size):
        true = str(rng.choice(list(FAMILIES), p=TRUTH["abundance"]))
        sets = FAMILIES[true][1]
        held = str(rng.choice(list(sets), p=list(sets.values())))
        probability = round(float(rng.beta(6, 1.5)), 2)
        rows += [(f"p{place + 1:02d}", protein, probability, true) for protein in held]
    columns = zip((PEPTIDE, PROTEIN, PROBABILITY, TRUE), zip(*rows, strict=True), strict=True)
    return Table.from_columns(dict(columns))


EXAMPLES = (
    Example(
        "shared",
        "22 peptides of six proteins (simulated)",
        "proteins_shared.csv",
        "simulated: abundances 0.35, 0.20, 0.18, 0.07, 0 and 0.20 of A to F; C and D have the same peptides, "
        "E has only peptides of A; NumPy default_rng(2003)",
        truth=TRUTH,
    ),
    Example(
        "cases",
        "Eight proteins, five cases (made up)",
        "proteins_cases.csv",
        "made up for teaching, after the cases that Nesvizhskii & Aebersold, Molecular & Cellular Proteomics "
        "4:1419 (2005) tell apart: distinct, differentiable, indistinguishable, subset, subsumable",
    ),
    Example(
        "presence",
        "Which of 60 proteins are there? (simulated)",
        "proteins_presence.csv",
        "simulated: γ = 0.5, α = 0.6, β = 0.05, families of three proteins, 160 pairs, NumPy "
        "default_rng(2010)",
        {"layer": "presence"},
        PRESENCE,
    ),
    Example(
        "scores",
        "Scores of 500 matches (simulated)",
        "proteins_scores.csv",
        "simulated: 35 % correct; scores normal with means 3.0 and 0.5, variances 1.0 and 0.64, NumPy "
        "default_rng(2002)",
        {"layer": "scores"},
        SCORES,
    ),
)
