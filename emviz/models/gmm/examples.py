"""The data that come with the mixture."""

from __future__ import annotations

from emviz.em.model import Example

#: The mixture that the three clouds are drawn from.
CLOUDS = {
    "weight": [0.5, 0.3, 0.2],
    "mean": [[0, 0], [4, 1], [1, 5]],
    "covariance": [[[1.0, 0.6], [0.6, 1.0]], [[1.5, -0.5], [-0.5, 0.5]], [[0.4, 0.0], [0.0, 1.2]]],
}
EXAMPLES = (
    Example(
        "faithful",
        "Old Faithful, eruptions and waiting times",
        "old_faithful_272x2.csv",
        "Azzalini & Bowman, Applied Statistics 39:357 (1990)",
    ),
    Example(
        "faithful-waiting",
        "Old Faithful, waiting times alone",
        "old_faithful_272x2.csv",
        "Azzalini & Bowman, Applied Statistics 39:357 (1990)",
        {"variables": "waiting", "covariance": "tied"},
    ),
    Example(
        "cyano",
        "Genes of a cyanobacterium in high light",
        "cyano_hihara2001.tsv",
        "Hihara et al., Plant Cell 13:793 (2001); clustered by de Hoon et al., ISMB (2002)",
        {"components": 4, "covariance": "spherical"},
    ),
    Example(
        "clouds",
        "Three clouds, 300 points (simulated)",
        "clouds_three.csv",
        "simulated: three clusters, NumPy default_rng(2008)",
        {"components": 3},
        CLOUDS,
    ),
    Example(
        "ring",
        "A ring, 200 points (simulated)",
        "ring.csv",
        "simulated: radius 3 + 0.25 × a standard normal, any angle, NumPy default_rng(2009)",
        {"components": 5},
    ),
    Example(
        "faithful-holes",
        "Old Faithful, one cell in five removed",
        "old_faithful_holes.csv",
        "Azzalini & Bowman, Applied Statistics 39:357 (1990); removed where NumPy "
        "default_rng(1994).random((272, 2)) is below 0.2",
        start={
            "mean": [[2.0, 60.0], [4.0, 75.0]],
            "covariance": [[[1.0, 0.0], [0.0, 150.0]], [[1.0, 0.0], [0.0, 150.0]]],
        },
    ),
    Example(
        "clouds-holes",
        "Three clouds, one cell in five removed",
        "clouds_holes.csv",
        "the three clouds, removed where NumPy default_rng(1994).random((300, 2)) is below 0.2",
        {"components": 3},
        CLOUDS,
    ),
    Example(
        "singular",
        "Old Faithful, a cluster that loses its spread",
        "old_faithful_272x2.csv",
        "Azzalini & Bowman, Applied Statistics 39:357 (1990)",
        # The likelihood has no bound: B is left with ten points of the same waiting time.
        start={
            "mean": [[3.5, 71], [3.6, 79]],
            "covariance": [[[1.3, 14], [14, 185]], [[0.001, 0], [0, 0.001]]],
        },
    ),
)
