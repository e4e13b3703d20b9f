"""Records of standard errors and of missing information."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from emviz.em.domains import Index
from emviz.em.numerics import Array
from emviz.em.trace import Json

#: A fraction of missing information from here on is 1 up to rounding.
WHOLE: Final = 1 - 1e-5


@dataclass(frozen=True)
class Uncertain:
    """The standard error and confidence interval of one entry of θ.

    Parameters
    ----------
    field, index : str, tuple of int
        The entry.
    label : str
        Its name, such as θ_A.
    estimate, error : float
        Its value at the maximum and its standard error.
    low, high : float
        The ends of its confidence interval, which are in its domain because it is computed in log-odds for a
        probability, and in logarithms for a rate or variance.
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
        """The fraction, 0 to 1, of the information on it that is missing because z is hidden."""
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
class Nearing:
    """An entry of θ at the border of its domain, and how EM approaches it.

    Parameters
    ----------
    label : str
        Its name, such as π_A.
    factor : float
        The factor by which an iteration multiplies its distance from the border; 1 or more if EM does not
        approach it.
    """

    label: str
    factor: float


@dataclass(frozen=True)
class Errors:
    """Standard errors of θ, and the missing information.

    Parameters
    ----------
    level : float
        The confidence of the intervals.
    entries : tuple of Uncertain
        Every estimated entry, in reading order; empty if there are no standard errors.
    covariance : Array, shape (q, q)
        The covariance of all entries of the estimated fields, field by field; empty if there is none.
    withheld : str
        A sentence on why there are no standard errors; empty if there are.
    missing : Array, shape (p,)
        The fractions of missing information, largest first: the eigenvalues of the Jacobian of the EM map.
        Empty if not known. A value of 1 or more belongs to a ridge or a saddle. On a border they are those of
        the entries inside, with those at the border held.
    direction : mapping of field to Array
        The direction in θ, of length 1, in which EM is slowest; empty if not known.
    slowest : str
        The direction in words, such as "θ_A up, θ_B down".
    nearing : tuple of Nearing
        The entries at the border, the slowest first, if the fractions along it are known.
    distance : float
        The distance from the end of the run to the maximum, in standard errors; NaN without standard errors.
    measured : tuple of int and float, or None
        The last t at which the rate of EM can be measured, and the ratio of the two steps there.
    """

    level: float
    entries: tuple[Uncertain, ...] = ()
    covariance: Array = field(default_factory=lambda: np.empty((0, 0)))
    withheld: str = ""
    missing: Array = field(default_factory=lambda: np.empty(0))
    direction: Mapping[str, Array] = field(default_factory=dict)
    slowest: str = ""
    nearing: tuple[Nearing, ...] = ()
    distance: float = np.nan
    measured: tuple[int, float] | None = None

    @property
    def flat(self) -> bool:
        """Whether the largest fraction is 1 or more, as on a ridge or at a saddle, up to rounding."""
        return bool(len(self.missing) and self.missing[0] >= WHOLE)

    def record(self) -> dict[str, Json]:
        """Return the errors as nested lists and numbers, in the shape of ``emviz fit --errors --json``."""
        at, ratio = self.measured or (None, None)
        return {
            "level": self.level,
            "parameters": [each.record() for each in self.entries],
            "missing_information": self.missing.tolist(),
            "direction": {name: value.tolist() for name, value in self.direction.items()},
            "rate": {"t": at, "ratio_of_steps": ratio},
            **({"border": [vars(each) for each in self.nearing]} if self.nearing else {}),
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
