"""Things to see: two maxima of data with half their cells missing, the saddle between, and three mistakes."""

from __future__ import annotations

from emviz.em.model import Preset

PRESETS = (
    Preset(
        "plus",
        "Two maxima: ρ = ½",
        "R: a covariance of 0.25 leads to 1.33: ρ = 1.33 / 2.67 = 0.50, log P −29.9743. Half the cells are "
        "missing, and the next start ends elsewhere.",
        example="murray",
        start={"covariance": [[2.5, 0.25], [0.25, 2.5]]},
    ),
    Preset(
        "minus",
        "Two maxima: ρ = −½",
        "R: a covariance of −0.25 leads to −1.33: ρ = −1.33 / 2.67 = −0.50, log P −29.9743, just as high as "
        "ρ = 0.50: the data cannot decide between them.",
        example="murray",
        start={"covariance": [[2.5, -0.25], [-0.25, 2.5]]},
    ),
    Preset(
        "saddle",
        "A covariance of 0 never moves",
        "R: EM stops at once, ρ stays 0, log P −30.0333. It is the saddle between two maxima, which reach "
        "−29.9743.",
        example="murray",
        start={"covariance": [[2.5, 0.0], [0.0, 2.5]]},
    ),
    Preset(
        "hair",
        "A covariance of 10⁻¹²",
        "R: for some 390 iterations nothing seems to happen; after 393 the covariance is 0.1, and EM goes on "
        "to ρ = 0.50, log P −29.9743.",
        example="murray",
        start={"covariance": [[2.5, 1e-12], [1e-12, 2.5]]},
        iterations=600,
    ),
    Preset(
        "forgotten",
        "The spread of the guesses forgotten",
        "R: log P falls at once from −376.92 to −377.73: without the spread of its guesses the variance of "
        "day 14 becomes 1,682.6, where EM keeps 1,952.2.",
        example="forgotten",
    ),
    Preset(
        "column-means",
        "The mean of the column in each hole",
        "R: log P falls from −376.92 to −378.89: with its mean in each hole the variance of day 14 becomes "
        "1,198.8, where EM keeps 1,952.2.",
        example="column-means",
    ),
    Preset(
        "by-value",
        "Holes that depend on the missing value",
        "R: EM ends at a mean of x2 of 19.07, while the same rows without holes give 19.81: large numbers "
        "were removed more often, and EM cannot know.",
        example="by-value",
    ),
)
