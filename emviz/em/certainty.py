"""How well θ is known: the records that the calculation of standard errors returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from emviz.em.domains import Index
from emviz.em.numerics import Array
from emviz.em.trace import Json


@dataclass(frozen=True)
class Uncertain:
    """One entry of θ, and how well it is known.

    Parameters
    ----------
    field, index : str, tuple of int
        Where it stands in θ.
    label : str
        Its name, such as θ_A.
    estimate, error : float
        Its value and standard error.
    low, high : float
        The ends of its confidence interval, which lie in its domain: drawn on log-odds of a probability, on
        the logarithm of a rate or variance.
    face_value : float
        The standard error that the expected counts would give if they had been observed.
    """

    field: str
    index: Index
    label: str
    estimate: float
    error: float
    low: float
    high: float
    face_value: float

    @property
    def lost(self) -> float:
        """The part of the information on it that was lost by not seeing z, 0 … 1."""
        return 1 - (self.face_value / self.error) ** 2

    def record(self) -> dict[str, Json]:
        """Return the entry as numbers and names."""
        return {
            "field": self.field,
            "index": list(self.index),
            "label": self.label,
            "estimate": self.estimate,
            "se": self.error,
            "low": self.low,
            "high": self.high,
            "se_at_face_value": self.face_value,
            "lost": self.lost,
        }


@dataclass(frozen=True)
class Errors:
    """How well θ is known.

    Parameters
    ----------
    level : float
        The confidence of the intervals.
    entries : tuple of Uncertain
        Every entry that is estimated, in reading order; none where they are withheld.
    covariance : Array, shape (q, q)
        Of all entries of the fields that are estimated, field after field; empty where it is withheld.
    withheld : str
        A sentence on why there are no standard errors; empty where there are.
    missing : Array, shape (p,)
        The fractions of missing information, largest first: the eigenvalues of the EM map's Jacobian. Empty
        where they are not known. One of 1 or more is that of a ridge or a saddle.
    direction : mapping of field to Array
        Where EM is slowest: the change of θ, of length 1, that belongs to the largest; empty where there is
        none.
    slowest : str
        The direction in words, such as "θ_A up, θ_B down".
    distance : float
        How far the maximum of the parabola at θ is, in standard errors; not a number where they are withheld.
    measured : tuple of int and float, or None
        The last t at which the steps of EM tell its rate, and the ratio of the two steps there.
    """

    level: float
    entries: tuple[Uncertain, ...] = ()
    covariance: Array = field(default_factory=lambda: np.empty((0, 0)))
    withheld: str = ""
    missing: Array = field(default_factory=lambda: np.empty(0))
    direction: Mapping[str, Array] = field(default_factory=dict)
    slowest: str = ""
    distance: float = np.nan
    measured: tuple[int, float] | None = None

    def record(self) -> dict[str, Json]:
        """Return the errors as nested lists and numbers, in the shape of ``emviz fit --errors --json``."""
        at, ratio = self.measured or (None, None)
        return {
            "level": self.level,
            "parameters": [each.record() for each in self.entries],
            "missing_information": self.missing.tolist(),
            "direction": {name: value.tolist() for name, value in self.direction.items()},
            "rate": {"t": at, "ratio_of_steps": ratio},
            **({"withheld": self.withheld} if self.withheld else {"distance": self.distance}),
        }

    def rows(self) -> tuple[list[str], list[list[str | float | int]]]:
        """Return the header and one row for each entry of θ."""
        header = ["parameter", "estimate", "se", "low", "high", "se_at_face_value", "lost"]
        body: list[list[str | float | int]] = [
            [each.label, each.estimate, each.error, each.low, each.high, each.face_value, each.lost]
            for each in self.entries
        ]
        return header, body
