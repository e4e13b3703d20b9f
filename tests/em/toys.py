"""Models small enough to be worked out by hand, and models that fail."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from shared import FIGURE_1

from emviz.em.domains import Parameter, Simplex, Unit
from emviz.em.model import Expectation
from emviz.em.numerics import xlogy
from emviz.models.coins import CoinParams, Coins

COINS = Coins()
TOSSED = COINS.parse(FIGURE_1)
PAPER = CoinParams(np.array([0.5, 0.5]), np.array([0.6, 0.5]))


def biased(*heads):
    """θ of two coins, equally likely."""
    return CoinParams(np.array([0.5, 0.5]), np.array(heads))


def changed(**methods):
    """Coins, some of whose methods are others."""
    return type("Changed", (Coins,), methods)()


class Pi(NamedTuple):
    pi: np.ndarray


class Hidden(NamedTuple):
    x2: np.ndarray


@dataclass(frozen=True)
class Linkage:
    """Dempster, Laird & Rubin's own example: one number π; cells 1/2 + π/4, (1 − π)/4 twice, π/4."""

    key: ClassVar[str] = "linkage"

    def parameters(self, data):
        return (Parameter("pi", Unit(), "π", ()),)

    def make_params(self, values):
        return Pi(values["pi"])

    def default(self, data):
        return Pi(np.array(0.5))

    def e_step(self, data, params):
        y1, y2, y3, y4 = data
        pi = params.pi
        objective = y1 * np.log(0.5 + pi / 4) + xlogy(y2 + y3, (1 - pi) / 4) + xlogy(y4, pi / 4)
        return Expectation(Hidden(np.asarray(y1 * (pi / 4) / (0.5 + pi / 4))), float(objective))

    def m_step(self, data, counts):
        _, y2, y3, y4 = data
        return Pi(np.asarray((counts.x2 + y4) / (counts.x2 + y2 + y3 + y4)))

    def q(self, data, counts, params):
        _, y2, y3, y4 = data
        return float(xlogy(counts.x2 + y4, params.pi) + xlogy(y2 + y3, 1 - params.pi))

    def complete(self, data, params):
        return None


LINKAGE = Linkage()
ANIMALS = (125.0, 18.0, 20.0, 34.0)
#: The root of 197π² − 15π − 68 = 0.
PI_BEST = (15 + 53809**0.5) / 394


class Shares(NamedTuple):
    share: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Die:
    """A loaded die that is seen as it falls: no hidden variable, so that g_t is log P itself."""

    key: ClassVar[str] = "die"

    def parameters(self, data):
        faces = tuple("abc")
        return (Parameter("share", Simplex(), "p", (faces,)), Parameter("bias", Unit(), "β", (), fixed=True))

    def make_params(self, values):
        return Shares(values["share"], values["bias"])

    def default(self, data):
        return Shares(np.full(3, 1 / 3), np.array(0.5))

    def e_step(self, data, params):
        return Expectation(Pi(np.array(data)), self.q(data, Pi(np.array(data)), params))

    def m_step(self, data, counts):
        return Shares(counts.pi / counts.pi.sum(), np.array(0.5))

    def q(self, data, counts, params):
        return float(xlogy(counts.pi, params.share).sum())


DIE = Die()
