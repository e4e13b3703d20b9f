"""The data that come with the multivariate normal."""

from __future__ import annotations

from emviz.em.model import Example

MURRAY = "Murray, in the discussion of Dempster, Laird & Rubin, J. R. Statist. Soc. B 39:27 (1977)"
HEART = (
    "Ryan, Joiner & Ryan, Minitab Handbook (1985); analysed by Schafer, Analysis of Incomplete Multivariate "
    "Data (1997)"
)
#: The maximum found by EM, rounded: from there the wrong treatments lower log P.
MAXIMUM = {
    "mean": [253.93, 230.64, 222.24],
    "covariance": [[2195, 1454.6, 835.4], [1454.6, 2127.2, 1515.5], [835.4, 1515.5, 1952.2]],
}
#: The distribution of the simulated rows.
DRAWN = {"mean": [10, 20, 30], "covariance": [[4, 3, -2], [3, 9, 1], [-2, 1, 4]]}
EXAMPLES = (
    Example("cholesterol", "Cholesterol after a heart attack, 28 patients", "normal_cholesterol.csv", HEART),
    Example(
        *("murray", "Murray's twelve points: two maxima", "normal_murray.csv", MURRAY, {"mean": "zero"}),
        start={"covariance": [[2.5, 0.25], [0.25, 2.5]]},
    ),
    Example(
        *("saddle", "Murray's twelve points, from the saddle ρ = 0", "normal_murray.csv", MURRAY),
        {"mean": "zero"},
        start={"covariance": [[2.5, 0], [0, 2.5]]},
    ),
    Example(
        "cement",
        "Little & Rubin's 13 cements",
        "normal_cement.csv",
        "Hald (1952), in Draper & Smith, Applied Regression Analysis (1966); the holes by Rubin, "
        "Technometrics 18:201 (1976), as in Little & Rubin, Statistical Analysis with Missing Data (1987)",
    ),
    Example(
        "apple",
        "Apple trees: crop and worms",
        "normal_apple.csv",
        "Snedecor & Cochran, Statistical Methods, 6th ed. (1967); with the holes in Little & Rubin (1987)",
    ),
    Example(
        "simulated",
        "60 rows, 30 % of the cells destroyed (simulated)",
        "normal_simulated.csv",
        "simulated: NumPy default_rng(1987), each cell destroyed with probability 0.3",
        truth=DRAWN,
    ),
    Example(
        "by-value",
        "400 rows, large numbers more often destroyed",
        "normal_by_value.csv",
        "simulated: NumPy default_rng(1976), two cells in five destroyed, the larger a number the likelier",
        truth=DRAWN,
    ),
    Example(
        *("forgotten", "Cholesterol from its maximum, spreads forgotten", "normal_cholesterol.csv", HEART),
        {"guesses": "forgotten"},
        start=MAXIMUM,
    ),
    Example(
        *("column-means", "Cholesterol from its maximum, column means", "normal_cholesterol.csv", HEART),
        {"guesses": "mean"},
        start=MAXIMUM,
    ),
)
