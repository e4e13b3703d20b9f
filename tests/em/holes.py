"""Normal numbers with holes: models of which an independent program has worked out the information."""

from typing import NamedTuple

import numpy as np

from emviz.em.domains import Parameter, Real
from emviz.em.model import Expectation
from emviz.em.theta.covariance import Covariance


class Spot(NamedTuple):
    mean: np.ndarray
    covariance: np.ndarray


class Moments(NamedTuple):
    units: np.ndarray
    sums: np.ndarray
    squares: np.ndarray


class Normal:
    """Rows of normal numbers, holes as NaN."""

    key = "normal"
    title = "Normal"
    objective = "log P"
    columns = ()

    def parameters(self, data):
        names = tuple(map(str, range(1, data.shape[1] + 1)))
        lower = frozenset(zip(*np.tril_indices(len(names), -1), strict=True))
        return (
            Parameter("mean", Real(), "μ", (names,)),
            Parameter("covariance", Covariance(), "Σ", (names, names), bound=lower),
        )

    def make_params(self, values):
        return Spot(np.asarray(values["mean"]), np.asarray(values["covariance"]))

    def default(self, data):
        return Spot(np.nanmean(data, axis=0), np.diag(np.nanvar(data, axis=0)))

    def start(self, data, rng):
        return self.default(data)

    def e_step(self, data, params):
        height, sums, squares = 0.0, np.zeros_like(params.mean), np.zeros_like(params.covariance)
        for row in data:
            seen = ~np.isnan(row)
            own, gap = params.covariance[np.ix_(seen, seen)], row[seen] - params.mean[seen]
            slope = params.covariance[:, seen] @ np.linalg.inv(own)
            filled = np.where(seen, row, params.mean + slope @ gap)
            sums += filled
            squares += np.outer(filled, filled) + params.covariance - slope @ params.covariance[seen]
            height -= 0.5 * (np.linalg.slogdet(2 * np.pi * own)[1] + gap @ np.linalg.solve(own, gap))
        return Expectation(Moments(np.array(float(len(data))), sums, squares), float(height))

    def m_step(self, data, counts):
        mean = counts.sums / counts.units
        return Spot(mean, counts.squares / counts.units - np.outer(mean, mean))

    def q(self, data, counts, params):
        cross = np.outer(counts.sums, params.mean)
        spread = counts.squares - cross - cross.T + counts.units * np.outer(params.mean, params.mean)
        inside = np.trace(np.linalg.solve(params.covariance, spread))
        return float(-0.5 * (counts.units * np.linalg.slogdet(2 * np.pi * params.covariance)[1] + inside))


HOLE = float("nan")
#: Size of the crop of 18 apple trees and percentage of wormy fruits (Little & Rubin 1987).
APPLE = np.array(
    [
        (8, 59),
        (6, 58),
        (11, 56),
        (22, 53),
        (14, 50),
        (17, 45),
        (18, 43),
        (24, 42),
        (19, 39),
        (23, 38),
        (26, 30),
        (40, 27),
        (4, HOLE),
        (4, HOLE),
        (5, HOLE),
        (6, HOLE),
        (8, HOLE),
        (10, HOLE),
    ]
)
#: 13 cements, four ingredients and heat (Hald 1952, holes by Rubin 1976): the condition is 1.3e5.
CEMENT = np.array(
    [
        (7, 26, 6, 60, 78.5),
        (1, 29, 15, 52, 74.3),
        (11, 56, 8, 20, 104.3),
        (11, 31, 8, 47, 87.6),
        (7, 52, 6, 33, 95.9),
        (11, 55, 9, 22, 109.2),
        (3, 71, 17, HOLE, 102.7),
        (1, 31, 22, HOLE, 72.5),
        (2, 54, 18, HOLE, 93.1),
        (HOLE, HOLE, 4, HOLE, 115.9),
        (HOLE, HOLE, 23, HOLE, 83.8),
        (HOLE, HOLE, 9, HOLE, 113.3),
        (HOLE, HOLE, 8, HOLE, 109.4),
    ]
)
#: Cholesterol of 28 patients, the third measurement missing for nine (Schafer 1997).
CHOLESTEROL = np.array(
    [
        (270, 218, 156),
        (236, 234, HOLE),
        (210, 214, 242),
        (142, 116, HOLE),
        (280, 200, HOLE),
        (272, 276, 256),
        (160, 146, 142),
        (220, 182, 216),
        (226, 238, 248),
        (242, 288, HOLE),
        (186, 190, 168),
        (266, 236, 236),
        (206, 244, HOLE),
        (318, 258, 200),
        (294, 240, 264),
        (282, 294, HOLE),
        (234, 220, 264),
        (224, 200, HOLE),
        (276, 220, 188),
        (282, 186, 182),
        (360, 352, 294),
        (310, 202, 214),
        (280, 218, HOLE),
        (278, 248, 198),
        (288, 278, HOLE),
        (288, 248, 256),
        (244, 270, 280),
        (236, 242, 204),
    ]
)
