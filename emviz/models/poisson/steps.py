"""Incomplete Poisson counts, the tails of the Poisson distribution, and the two steps of EM."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.column import parse_number
from emviz.data.table import DataError, Table
from emviz.em.convergence.rate import fixed_point, missing
from emviz.em.model import Round
from emviz.em.numerics import Array, log_factorials, xlogy

#: The largest value that a table may hold; beyond it a sum over the tail would be long.
LARGEST = 10**6
#: Signs before the least value of a top group.
AT_LEAST = (">=", "≥")
#: Signs and words after the least value of a top group.
OR_MORE = re.compile(r"\s*(\+|(or|and) (more|over)|(oder|und) mehr|(et|ou) plus)", re.IGNORECASE)


class PoissonParams(NamedTuple):
    """The rate λ; shape ()."""

    rate: Array


class PoissonCounts(NamedTuple):
    """Expected statistics of the complete data; shapes ().

    Parameters
    ----------
    people : Array
        All units, including those never seen.
    events : Array
        The sum of their values.
    ways : Array
        The terms of log P(x, z; λ) without λ, in nats; those that depend on z alone are omitted from the
        expected counts, as a constant.
    """

    people: Array
    events: Array
    ways: Array


@dataclass(frozen=True, eq=False)
class PoissonData:
    """Values and their numbers of units.

    Parameters
    ----------
    value, count : Array, shape (N,)
        The value of each row, and its units; the value of the top group is its smallest one.
    lumped : boolean array, shape (N,)
        Whether a row is the top group.
    least : int or None
        The smallest value of the top group; None if the zeros are hidden.
    people, events : float
        All counted units, and the events of those with a written value.
    tail : float
        The units in the top group.
    ways : float
        −Σ log k! over the units with a written value.
    """

    value: Array
    count: Array
    lumped: NDArray[np.bool]
    least: int | None
    people: float
    events: float
    tail: float
    ways: float


PoissonRound: TypeAlias = Round[PoissonParams, PoissonCounts]


# -- data ----------------------------------------------------------------------------------------------------


def parsed(table: Table, hidden: str) -> PoissonData:
    """Return the values and their counts.

    Raises
    ------
    DataError
        For a value or a count that is not a whole number; a zero if zeros are hidden; a top group if zeros
        are hidden, or not exactly one otherwise; or no events.
    """
    count = table.counts_or_ones()
    pairs = [_value(cell, row) for row, cell in enumerate(table.texts("value").tolist(), 1)]
    value = np.array([each for each, _ in pairs], dtype=np.float64)
    lumped = np.array([group for _, group in pairs], dtype=np.bool)
    least = _least(value, lumped) if hidden == "top" else None
    if least is None:
        _refuse_zeros(value, lumped, count)
    written = np.where(lumped, 0.0, count)
    if not count.any():
        raise DataError("nothing was counted: every count is 0")
    if not (value * count).any():
        raise DataError("there are no events: every unit has the value 0, which leaves no rate above 0")
    return PoissonData(
        value,
        count,
        lumped,
        least,
        float(count.sum()),
        float(written @ value),
        float((count - written).sum()),
        -float(written @ log_factorials(value)),
    )


def _value(cell: str, row: int) -> tuple[float, bool]:
    """Return the number in a cell, and whether it is the least value of a top group."""
    number, group = top_group(cell)
    if number is None or not number.is_integer() or number < 0:
        raise DataError(f"expected a whole number, or a top group such as >=2, got '{cell}'", row, "value")
    if number > LARGEST:
        raise DataError(f"expected a value of at most {LARGEST:,}, got {cell}", row, "value")
    return number, group


def top_group(cell: str) -> tuple[float | None, bool]:
    """Return the number in a cell such as 3, >=3, 3+ or 3 or more, and whether it is the least of a group."""
    bare = cell.strip()
    sign = next((sign for sign in AT_LEAST if bare.startswith(sign)), "")
    more = OR_MORE.search(bare)
    behind = more[0] if more and bare.endswith(more[0]) and not sign else ""
    return parse_number(bare.removeprefix(sign).removesuffix(behind)), bool(sign or behind)


def _refuse_zeros(value: Array, lumped: NDArray[np.bool], count: Array) -> None:
    zero = (value == 0) & ~lumped
    if lumped.any():
        row = int(np.argmax(lumped)) + 1
        raise DataError(_top_words(bool(zero.any())), row, "value")
    if zero.any():
        row = int(np.argmax(zero))
        seen = "was counted" if count[row] else "has a row, with a count of 0"
        words = f"the value 0 {seen}, but Hidden is zeros, which nobody saw: leave the row out"
        raise DataError(words, row + 1, "value")


def _top_words(zeros: bool) -> str:
    """Return advice on a top group if the zeros are hidden, which depends on whether zeros have a row."""
    if zeros:
        return "a top group, and the zeros were counted: choose Hidden: top"
    return (
        "a top group, and no row for the value 0: if the zeros were not seen either, two things are hidden "
        "at once, which this model cannot treat; if they were seen, add their row and choose Hidden: top"
    )


def _least(value: Array, lumped: NDArray[np.bool]) -> int:
    groups = np.flatnonzero(lumped)
    if not len(groups):
        raise DataError("there is no top group such as >=2", column="value")
    if len(groups) > 1:
        raise DataError("there is a second top group; one is needed", int(groups[1]) + 1, "value")
    least = int(value[groups[0]])
    if not least:
        raise DataError(
            "the top group holds every value, so it carries no information",
            int(groups[0]) + 1,
            "value",
        )
    above = (value >= least) & ~lumped
    if above.any():
        row = int(np.argmax(above))
        raise DataError(f"{value[row]:.0f} is in the top group >={least} already", row + 1, "value")
    return least


# -- the Poisson distribution --------------------------------------------------------------------------------


def log_chances(values: Array, rate: Array) -> Array:
    """Return log P(X = k; λ), shape (..., n), for rates of shape (...)."""
    rate = np.asarray(rate)[..., None]
    return np.asarray(xlogy(values, rate) - rate - log_factorials(values))


def log_tail(least: int, rate: Array) -> Array:
    """Return log P(X ≥ m; λ), shape (...), to full precision however small it is; 0 for m ≤ 0.

    The sum runs away from the mean, so that its terms fall: upwards from m if λ is below it, otherwise
    downwards from m − 1, and is then subtracted from 1.
    """
    rate = np.asarray(rate, dtype=np.float64)
    if least <= 0:
        return np.zeros(rate.shape)
    # The terms fall at least as fast as those of a normal distribution of variance m.
    steps = np.arange(1, 41 + 10 * math.isqrt(least), dtype=np.float64)
    below = rate <= least + 1
    # Rates on the other side of m get 1 or m + 2 here, so that no product overflows; `where` drops them
    # below.
    # Each term relative to that at the edge, so that a sum of tiny terms does not underflow.
    upward = np.where(below, rate, 1.0)[..., None] / (least + steps)
    downward = np.maximum(least - steps, 0.0) / np.where(below, least + 2.0, rate)[..., None]
    edge = log_chances(np.array([least, least - 1.0]), rate)
    above = edge[..., 0] + np.log1p(np.cumprod(upward, axis=-1).sum(axis=-1))
    rest = np.exp(edge[..., 1]) * (1 + np.cumprod(downward, axis=-1).sum(axis=-1))
    # With λ above m the tail is most of the distribution: 1 − rest does not cancel.
    return np.where(below, above, np.log1p(-np.where(below, 0.0, rest)))


def tail_mean(least: int, rate: Array) -> Array:
    """Return E[X | X ≥ m; λ] = λ P(X ≥ m − 1) / P(X ≥ m)."""
    return np.asarray(rate * np.exp(log_tail(least - 1, rate) - log_tail(least, rate)))


def tail_variance(least: int, rate: Array) -> Array:
    """Return Var[X | X ≥ m; λ], with E[X (X − 1) | X ≥ m] = λ² P(X ≥ m − 2) / P(X ≥ m)."""
    mean = tail_mean(least, rate)
    pairs = rate**2 * np.exp(log_tail(least - 2, rate) - log_tail(least, rate))
    return np.asarray(pairs + mean - mean**2)


# -- the steps -----------------------------------------------------------------------------------------------


def heights(data: PoissonData, rate: Array) -> Array:
    """Return log P(x; λ), shape (...), of the values of all units, one unit after another.

    With hidden zeros it is Σ log [P(X = k) / (1 − e^−λ)], otherwise Σ log P(X = k) + n_≥m log P(X ≥ m).
    """
    written = data.people - data.tail
    known = data.ways + xlogy(data.events, rate) - written * rate
    if data.least is None:
        # expm1, since 1 − e^−λ would cancel for a small λ.
        return np.asarray(known - data.people * np.log(-np.expm1(-rate)))
    return np.asarray(known + data.tail * log_tail(data.least, rate))


def expected(data: PoissonData, params: PoissonParams) -> PoissonCounts:
    """Return the counts with n e^−λ / (1 − e^−λ) unseen units, or with n_≥m E[X | X ≥ m] events on top."""
    if data.least is None:
        return _counts(data.people + unseen(data, params.rate), data.events, data.ways)
    events = data.events + data.tail * tail_mean(data.least, params.rate)
    return _counts(data.people, events, data.ways)


def likeliest(data: PoissonData, params: PoissonParams) -> PoissonCounts:
    """Return the counts of the single most likely completion.

    Given n seen units, the number never seen is negative binomial, P(n₀) = C(n + n₀ − 1, n₀) e^−λn₀ (1 −
    e^−λ)^n, with its mode at ⌊(n − 1) e^−λ / (1 − e^−λ)⌋. The likeliest value of a unit in the top group is
    ⌊λ⌋, or the smallest of the group.
    """
    if data.least is None:
        people, zeros = data.people, likeliest_unseen(data, params.rate)
        ways = math.lgamma(people + zeros) - math.lgamma(people) - math.lgamma(zeros + 1)
        return _counts(people + zeros, data.events, data.ways + ways)
    mode = likeliest_value(data.least, params.rate)
    ways = data.tail * math.lgamma(mode + 1)
    return _counts(data.people, data.events + data.tail * mode, data.ways - ways)


def likeliest_unseen(data: PoissonData, rate: Array) -> int:
    """Return the likeliest number of units never seen."""
    return math.floor((data.people - 1) / math.expm1(float(rate)))


def likeliest_value(least: int, rate: Array) -> int:
    """Return the likeliest value of a unit of the top group."""
    return max(least, math.floor(float(rate)))


def unseen(data: PoissonData, rate: Array) -> Array:
    """Return E[n₀] = n e^−λ / (1 − e^−λ), the expected number never seen."""
    return np.asarray(data.people / np.expm1(rate))


def _counts(people: float | Array, events: float | Array, ways: float) -> PoissonCounts:
    return PoissonCounts(np.array(people, dtype=np.float64), np.array(events), np.array(ways))


def rated(counts: PoissonCounts) -> PoissonParams:
    """Return λ = events / units."""
    return PoissonParams(np.asarray(counts.events / counts.people))


def q_heights(counts: PoissonCounts, rate: Array) -> Array:
    """Return events · log λ − units · λ, plus terms without λ, shape (...)."""
    return np.asarray(xlogy(counts.events, rate) - counts.people * rate + counts.ways)


# -- the maximum ---------------------------------------------------------------------------------------------


def maximum(data: PoissonData) -> float | None:
    """Return λ*, or None if log P has its supremum at 0 or at infinity, which EM never reaches."""

    def step(rate: float) -> float:
        return float(rated(expected(data, PoissonParams(np.array(rate)))).rate)

    if boundless(data):
        return None
    high = float(data.value.max()) + 1
    # EM raises a rate below λ* and lowers one above it, so a step down closes the bracket.
    while step(high) > high:
        high *= 2
    return fixed_point(step, 0.0, high)


def boundless(data: PoissonData) -> bool:
    """Return whether every value seen is 1, or every unit is in the top group."""
    return data.events == data.people if data.least is None else data.tail == data.people


def missing_fraction(data: PoissonData, rate: float) -> float:
    """Return the fraction of missing information at λ; the score of the complete data is S/λ − n."""
    at = np.array(rate)
    if data.least is None:
        # n₀ is negative binomial, and the score falls by 1 with each unseen unit.
        variance = data.people * math.exp(-rate) / math.expm1(-rate) ** 2
        return missing(variance, data.events / rate**2)
    events = float(expected(data, PoissonParams(at)).events)
    variance = data.tail * float(tail_variance(data.least, at))
    return missing(variance / rate**2, events / rate**2)
