"""The derivation of the numbers of a row: forward, backward, shares, and counts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from emviz.em.counts.derivation import (
    MOST_TERMS,
    SAFE,
    agreed,
    bayes_lines,
    given,
    product,
    result,
    rounded,
    rounds_to,
    significant,
    sum_line,
    tallied,
    whole_line,
)
from emviz.em.counts.table import Line
from emviz.em.numerics import Array, log_sum_exp
from emviz.models.hmm.columns import Layout
from emviz.models.hmm.data import CategoricalParams, HmmData, HmmRound
from emviz.models.hmm.rows import Window, powers_of, window
from emviz.models.hmm.steps import log_chain, log_densities

#: Numbers with a larger logarithm are given by their first digits.
LARGE = 20.0


@dataclass(frozen=True, eq=False)
class RowLines:
    """The lines on one row, with numbers rounded to `places` decimals."""

    data: HmmData
    layout: Layout
    state: HmmRound
    places: int

    def share(self, row: int, k: int) -> Iterator[Line]:
        """Yield the lines on P(k) of a row."""
        seen = self._window(row)
        name = rf"\mathrm{{{self.layout.names[k]}}}"
        if self.data.by_step:
            if self.state.whole:
                taken = float(seen.share_at(seen.rows)[0, k])
                yield whole_line(self.layout.names[k], taken, "path")
            else:
                yield from self._step_share(seen, int(seen.rows[0]), k)
            return
        terms = seen.share_at(np.arange(seen.data.steps))[:, k]
        shown = [tallied(term, self.places + 1, self.state.whole) for term in terms[:MOST_TERMS].tolist()]
        more = r" + \cdots" if len(terms) > len(shown) else ""
        value = self._value(float(terms.mean()))
        yield Line(
            rf"{self.state.letter}({name}) = \frac{{{' + '.join(shown)}{more}}}{{{len(terms)}}} {value}",
            "E-step: the mean over the steps of this sequence.",
        )

    def _step_share(self, seen: Window, step: int, k: int) -> Iterator[Line]:
        """Yield forward, backward, and their product relative to that of all states."""
        name, steps = self.layout.names[k], np.array([step])
        yield from self._forward(seen, step, k)
        backward = self._backward(seen, step)
        yield self._backward_line(seen, step, k, float(backward[k]))
        forward = seen.logs_at(steps)[0][0]
        logs = forward + backward
        joint = [
            rf"{self._significant(f)} \cdot {self._significant(b)}"
            for f, b in zip(forward.tolist(), backward.tolist(), strict=True)
        ]
        share = float(seen.share_at(steps)[0, k])
        asked = f"E-step: past and present times future for state {name}, against all states."
        yield from bayes_lines(name, k, joint, logs.tolist(), share, self.places + 1, asked)

    def _forward(self, seen: Window, step: int, k: int) -> Iterator[Line]:
        """Yield the lines on f_k: the prediction for this step times the probability of its emission."""
        name, more = self.layout.names[k], self.places + 1
        params = seen.params
        if seen.is_first(np.array([step]))[0]:
            expected = params.initial
            terms = given(float(expected[k]), more)
        else:
            past = np.exp(seen.logs_at(np.array([step - 1]))[0][0])
            expected = past @ params.transition
            terms = " + ".join(
                rf"{given(f, more)} \cdot {given(a, more)}"
                for f, a in zip(past.tolist(), params.transition[:, k].tolist(), strict=True)
            )
        shown = _log_emitted(seen, step)
        value = float(np.exp(seen.logs_at(np.array([step]))[0][0, k]))
        # The printed factors get as many digits as a reader needs to find the printed f_k with a calculator.
        shares = agreed(
            lambda digits: [significant(each, digits) for each in (*_logs(expected), *shown.tolist())],
            lambda *numbers: _products(numbers)[k] / sum(_products(numbers)),
            rounds_to(value, more),
            more + SAFE,
        )
        half = len(shares) // 2
        joint = [rf"{p} \cdot {b}" for p, b in zip(shares[:half], shares[half:], strict=True)]
        yield Line(
            rf"p_{{\mathrm{{{name}}}}} = {terms} {self._value(float(expected[k]))}",
            f"Prediction from the past: the probability of state {name} before this step is seen.",
        )
        yield Line(
            rf"f_{{\mathrm{{{name}}}}} = \frac{{{joint[k]}}}{{{' + '.join(joint)}}} {self._value(value)}",
            "Forward: the step is unseen, so the prediction times 1, against all states."
            if is_unseen(seen.data, step)
            else "Forward: the prediction times the probability of the emission, against all states.",
        )

    def _backward(self, seen: Window, step: int) -> Array:
        """Return log b of each state, shape (K,)."""
        if seen.is_last(np.array([step]))[0]:
            return np.zeros(self.layout.states)
        return log_sum_exp(log_chain(seen.params)[1] + seen.logs_at(np.array([step + 1]))[1][0])

    def _backward_line(self, seen: Window, step: int, k: int, log: float) -> Line:
        name = self.layout.names[k]
        if seen.is_last(np.array([step]))[0]:
            return Line(
                rf"\beta_{{\mathrm{{{name}}}}} = 1",
                "Backward: nothing comes after the last step of a sequence.",
            )
        own, logs = seen.params.transition[k].tolist(), seen.logs_at(np.array([step + 1]))[1][0].tolist()
        factors = agreed(
            lambda digits: [
                *(given(a, digits) for a in own),
                *(significant(r, digits + SAFE) for r in logs),
            ],
            lambda *numbers: sum(_products(numbers), Decimal(0)),
            lambda hand: self._large(float(hand.ln())) == self._large(log),
            self.places + 1,
        )
        chances, ahead = factors[: len(own)], factors[len(own) :]
        terms = " + ".join(rf"{a} \cdot {r}" for a, r in zip(chances, ahead, strict=True))
        words = f"Backward: the probability of the later steps after state {name}, over that predicted."
        return Line(rf"\beta_{{\mathrm{{{name}}}}} = {terms} {self._large(log)}", words)

    def count(self, row: int, columns: list[int]) -> Iterator[Line]:
        """Yield the lines on the counts that a row adds to some columns."""
        seen = self._window(row)
        if not self.data.by_step:
            yield from self._sequence_counts(seen, columns[:MOST_TERMS])
            return
        group, step = self.layout.group_of(columns[0]), int(seen.rows[0])
        if self.layout.emits(group):
            yield self._emission(seen, step, columns)
        elif group < self.layout.states:
            yield from self._moves(seen, step, group)
        else:
            yield self._first(seen, step)

    def _emission(self, seen: Window, step: int, columns: list[int]) -> Line:
        if is_unseen(seen.data, step):
            return Line("0", "Nothing is seen at this step, so it counts for no emission.")
        k = self.layout.group_of(columns[0]) - self.layout.states
        share, name = float(seen.share_at(np.array([step]))[0, k]), self.layout.names[k]
        amounts = powers_of(seen.data, np.array([step]))[0].tolist() if self.data.gaussian else [1.0]
        units = [unit_of(self.layout, column) for column in columns]
        whole = self.state.whole
        parts = [
            product(share, amount, rounded(amount, 10), self.places, rf"\,{unit}", whole)
            for amount, unit in zip(amounts, units, strict=True)
        ]
        words = f"So this share of the step is counted for the emissions of state {name}."
        return Line(r",\quad ".join(parts), words)

    def _first(self, seen: Window, step: int) -> Line:
        if not seen.is_first(np.array([step]))[0]:
            return Line("0", "This is not the first step of a sequence, so it does not count here.")
        shares = seen.share_at(np.array([step]))[0].tolist()
        parts = [
            rf"{tallied(share, self.places + 1, self.state.whole)} \times 1 "
            rf"{self._total(share)}\,\mathrm{{{name}}}"
            for share, name in zip(shares, self.layout.names, strict=True)
        ]
        return Line(r",\quad ".join(parts), "The first step of a sequence: its shares are counted.")

    def _moves(self, seen: Window, step: int, k: int) -> Iterator[Line]:
        if seen.is_last(np.array([step]))[0]:
            yield Line("0", "No step comes after this one, so there is no transition.")
            return
        moves = seen.moves_at(np.array([step]))[0, k]
        name = self.layout.names[k]
        if self.state.whole:
            for to, move in zip(self.layout.names, moves.tolist(), strict=True):
                yield whole_line(f"{name}{to}", move, "path")
            return
        forward = float(seen.logs_at(np.array([step]))[0][0, k])
        ahead = seen.logs_at(np.array([step + 1]))[1][0].tolist()
        for j, to in enumerate(self.layout.names):
            chance = given(float(seen.params.transition[k, j]), self.places + 1)
            yield Line(
                rf"\xi_{{\mathrm{{{name}{to}}}}} = {self._significant(forward)} \cdot {chance} \cdot "
                rf"{self._significant(ahead[j])} {self._total(float(moves[j]))}",
                f"Forward in {name}, the transition to {to}, and how well the later steps fit {to}.",
            )

    def _sequence_counts(self, seen: Window, columns: list[int]) -> Iterator[Line]:
        # As if each step were a row, whose counts are the terms of the sums.
        inside = replace(seen, data=replace(seen.data, by_step=True), rows=np.arange(seen.data.steps))
        counts = inside.counts(self.layout.learned)[:, columns]
        words = "The shares of all steps of this sequence are added."
        for column, terms in zip(columns, counts.T, strict=True):
            unit = rf"\,{unit_of(self.layout, column)}"
            first, total = terms[:MOST_TERMS].tolist(), float(terms.sum())
            yield sum_line(first, total, len(terms), self.places, unit, words, whole=self.state.whole)

    # -- numbers ---------------------------------------------------------------------------------------------

    def _significant(self, log: float) -> str:
        return significant(log, self.places + 1 + SAFE)

    def _window(self, row: int) -> Window:
        return window(self.data, self.state.base.params, np.array([row]), self.state.whole)

    def _value(self, value: float) -> str:
        return result(value, self.places + 1)

    def _large(self, log: float) -> str:
        """Return a number that may be too large to write out, by its logarithm."""
        return self._value(math.exp(log)) if log < LARGE else rf"\approx {self._significant(log)}"

    def _total(self, value: float) -> str:
        return result(value, self.places, self.state.whole)


def unit_of(layout: Layout, column: int) -> str:
    """Return the unit of a column, as LaTeX."""
    name = roman([symbol for each in layout.groups for symbol in each.symbols][column])
    # In brackets, since a symbol such as 6 would look like a factor.
    return f"[{name}]" if layout.emits(layout.group_of(column)) and not layout.gaussian else name


def is_unseen(data: HmmData, step: int) -> bool:
    """Return whether a step is unseen."""
    return data.seen is not None and not data.seen[step]


def _log_emitted(seen: Window, step: int) -> Array:
    """Return the log probability, or log density, of the emission at a step, shape (K,)."""
    if is_unseen(seen.data, step):
        return np.zeros(len(seen.params.initial))
    if isinstance(seen.params, CategoricalParams):
        return np.array(_logs(seen.params.emission[:, seen.data.codes[step]]))
    value = seen.data.values[step : step + 1]
    return log_densities(value, seen.params.mean, seen.params.variance)[:, 0]


def _logs(values: Array) -> list[float]:
    with np.errstate(divide="ignore"):
        logs: list[float] = np.log(values).tolist()
    return logs


def roman(text: str) -> str:
    r"""Return a name as upright LaTeX, without characters that are special in LaTeX.

    Sums are written out: Σx² is \Sigma x^2.
    """
    if text.startswith("Σ"):
        return r"\Sigma x^2" if text.endswith("²") else r"\Sigma x"
    kept = "".join(sign for sign in text if sign.isalnum() or sign in "-+.*")
    return rf"\mathrm{{{kept}}}"


def _products(numbers: Sequence[Decimal]) -> list[Decimal]:
    """Return the products of the first half with the second half."""
    half = len(numbers) // 2
    return [one * other for one, other in zip(numbers[:half], numbers[half:], strict=True)]
