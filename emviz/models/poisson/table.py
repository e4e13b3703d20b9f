"""The count table of the Poisson model: its columns, and the derivation of the hidden counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from emviz.em.counts.derivation import base, given, result, significant, whole_line
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Group, Line, Tag, Update
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.models.poisson.steps import (
    PoissonCounts,
    PoissonData,
    PoissonParams,
    likeliest_unseen,
    likeliest_value,
    log_chances,
    log_tail,
    tail_mean,
    unseen,
)

#: The values into which the top group is split; the last one is the rest of the tail.
SPLIT = 5


def names(data: PoissonData) -> tuple[str, ...]:
    """Return the names of the completions, in order."""
    if data.least is None:
        return ("seen", "never seen")
    values = range(data.least, data.least + SPLIT - 1)
    return ("as written", *map(str, values), f"≥{data.least + SPLIT - 1}")


def shares(data: PoissonData, rate: Array) -> Array:
    """Return the shares of a row with a written value, and of the top group; shape (2, completions).

    With hidden zeros these are the parts of all units that are seen and never seen, equal in every row.
    """
    if data.least is None:
        return np.tile(np.array([-np.expm1(-rate), np.exp(-rate)]), (2, 1))
    values = np.arange(data.least, data.least + SPLIT - 1, dtype=np.float64)
    rest = log_tail(data.least + SPLIT - 1, rate)
    logs = np.append(log_chances(values, rate), rest) - log_tail(data.least, rate)
    return np.stack([np.eye(SPLIT + 1)[0], np.append(0.0, np.exp(logs))])


def written(data: PoissonData, row: int) -> str:
    """Return the value of a row as the table has it."""
    return f"{'≥' if data.lumped[row] else ''}{data.value[row]:.0f}"


class PoissonLedger(Ledger[PoissonData, PoissonParams, PoissonCounts]):
    """Units of each value, the hidden part, and their events."""

    heading: ClassVar[str] = "value"
    treated = "M-step: events over units, as if all of them had been observed."

    @property
    def completions(self) -> tuple[Tag, ...]:
        """Seen and never seen, or the values in the top group."""
        return tuple(Tag(name, k) for k, name in enumerate(names(self.data)))

    @property
    def groups(self) -> tuple[Group, ...]:
        """Units seen, never seen, and the events of all; or units and their events, expected or whole."""
        last_heading = "in all" if self.state.whole else "expected"
        headings = ("seen", "never seen", "in all") if self.data.least is None else ("counted", last_heading)
        last = len(headings) - 1
        return tuple(Group(name, k, ("events" if k == last else "units",)) for k, name in enumerate(headings))

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the values and their units."""
        return tuple(f"{written(self.data, row)}: {self.data.count[row]:.0f}" for row in rows.tolist())

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the shares of some rows, with units and events."""
        data, rate, whole = self.data, self.params.rate, self.state.whole
        value, count, lumped = data.value[rows], data.count[rows], data.lumped[rows]
        shares = self._shares[lumped.astype(np.intp)]
        if data.least is None:
            never = likeliest_unseen(data, rate) if whole else unseen(data, rate)
            # The units never seen have no row: each row gets its part of them.
            return shares, np.stack([count, count * never / data.people, value * count], axis=-1)
        top = likeliest_value(data.least, rate) if whole else tail_mean(data.least, rate)
        return shares, np.stack([count, np.where(lumped, top, value) * count], axis=-1)

    @property
    def _shares(self) -> Array:
        """The shares, in hard EM with only the likeliest number or value."""
        data, rate = self.data, self.params.rate
        if not self.state.whole:
            return shares(data, rate)
        if data.least is None:
            never = likeliest_unseen(data, rate)
            return np.tile(np.array([data.people, never]) / (data.people + never), (2, 1))
        return np.eye(SPLIT + 1)[[0, min(1 + likeliest_value(data.least, rate) - data.least, SPLIT)]]

    def totals(self, counts: PoissonCounts) -> Array:
        """Return units and events."""
        people, events = float(counts.people), float(counts.events)
        seen = self.data.people
        return np.array([seen, people - seen, events] if self.data.least is None else [people, events])

    def updates(self, counts: PoissonCounts, found: PoissonParams) -> tuple[Update, ...]:
        """Return λ = events / units."""
        *units, events = self.totals(counts).tolist()
        return (Update("λ", 0, events, tuple(units), float(found.rate)),)

    def group_words(self, group: int) -> str:
        """Return the name of a group, such as "of units seen"."""
        return f"of {self.symbols[group]} {self.groups[group].heading}"

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the group of the hidden units or events."""
        return (1,)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield a total, and λ."""
        yield from self.sums([group], places)
        yield from self.ratios([0], places)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals form the ratio of an M-step line: all."""
        return range(len(self.groups))

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield all totals, and λ."""
        yield from self.sums(range(len(self.groups)), places)
        yield from self.ratios([0], places)

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the lines on the amount that one row adds to a group."""
        data, value, count = self.data, self.data.value[row], self.data.count[row]
        words = "The value of this row times its units: nothing is hidden in it."
        if group == 0:
            yield Line(rf"{count:.0f}\,\mathrm{{units}}", "The units of this row, as they were counted.")
            return
        if data.least is None and group == 1:
            yield from self._never_lines(row, places)
            return
        if data.lumped[row] and not self.state.whole:
            yield from self._tail_lines(row, places)
            return
        if data.lumped[row]:
            value = float(likeliest_value(int(value), self.params.rate))
            rate = figures(float(self.params.rate), 4)
            words = f"The likeliest value of the group, at λ = {rate}, times the units in it."
        yield Line(rf"{value:.0f} \times {count:.0f} = {value * count:.0f}\,\mathrm{{events}}", words)

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the lines on a share, and on the hidden units."""
        explained = self._whole_lines if self.state.whole else self._part_lines
        yield from explained(row, place, places)
        yield from self.count_lines(row, 1, places)

    def _never_lines(self, row: int, places: int) -> Iterator[Line]:
        """Yield the lines on the units never seen that belong to one row."""
        data, rate, count = self.data, self.params.rate, float(self.data.count[row])
        never = float(likeliest_unseen(data, rate) if self.state.whole else unseen(data, rate))
        shown = result(count * never / data.people, places, self.state.whole)
        if self.state.whole:
            yield self._mode_line()
            formula = rf"{count:.0f} \cdot {never:.0f} / {data.people:.0f} {shown}\,\mathrm{{units}}"
            yield Line(formula, "They are divided equally among the units seen.")
            return
        power = rf"e^{{-{given(float(rate), places + 1)}}}"
        yield Line(
            rf"{count:.0f} \times \frac{{{power}}}{{1 - {power}}} {shown}\,\mathrm{{units}}",
            "The expected number of units without an event, never seen, for the units seen in this row.",
        )

    def _mode_line(self) -> Line:
        never, rate = likeliest_unseen(self.data, self.params.rate), figures(float(self.params.rate), 4)
        return Line(
            rf"n_0 = \lfloor (n - 1) / (e^{{\lambda }} - 1) \rfloor = {never}\,\mathrm{{units}}",
            f"The likeliest number never seen beside n = {self.data.people:.0f}, at λ = {rate}: the mode of "
            "a negative binomial distribution.",
        )

    def _tail_lines(self, row: int, places: int) -> Iterator[Line]:
        """Yield the lines on the expected events of the top group."""
        least, count, rate = int(self.data.value[row]), float(self.data.count[row]), self.params.rate
        mean, shown = float(tail_mean(least, rate)), given(float(rate), places + 1)
        # The mean gets the digits that its product with the units needs, and its parts one more.
        digits = places + 1 + len(f"{count:.0f}")
        above, whole = (significant(float(log_tail(m, rate)), digits + 2) for m in (least - 1, least))
        bounds = rf"\frac{{P(X \geq {least - 1})}}{{P(X \geq {least})}}"
        numbers = rf"\frac{{{above}}}{{{whole}}} {result(mean, digits)}"
        events = rf"{result(mean * count, places)}\,\mathrm{{events}}"
        yield Line(
            rf"E[X \mid X \geq {least}] = {shown} \cdot {bounds} = {shown} \cdot {numbers}",
            "The expected value of a unit in the top group.",
        )
        formula = rf"{count:.0f} \times {decimal(mean, digits)} {events}"
        yield Line(formula, "This mean times the units in the group.")

    def _part_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the lines on the probability of one completion in one row."""
        data, power = self.data, rf"e^{{-{given(float(self.params.rate), places + 1)}}}"
        shown = self._shown(row, place, places)
        if data.least is None:
            name, what, chance, words = (
                (r"never\ seen", "X = 0", power, "a unit without an event is not seen."),
                ("seen", r"X \geq 1", f"1 - {power}", "one event is enough to be seen."),
            )[not place]
            yield Line(rf"P(\mathrm{{{name}}}) = P({what}) = {chance} {shown}", f"E-step: {words}")
        elif data.lumped[row] and place:
            yield from self._split_lines(data.least, place, shown, places)
        else:
            heading = self.completions[place].text.replace(" ", r"\ ")
            yield Line(rf"P(\mathrm{{{heading}}}) {shown}", f"All that is written is {written(data, row)}.")

    def _shown(self, row: int, place: int, places: int) -> str:
        share = float(self._shares[int(self.data.lumped[row]), place])
        return result(share, places + 1)

    def _whole_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the same lines for hard EM, which counts only the likeliest number or value."""
        if self.data.least is not None:
            share = float(self._shares[int(self.data.lumped[row]), place])
            what = "value" if self.data.lumped[row] else "one value written"
            yield whole_line(self.completions[place].text if place else "written", share, what)
            return
        never, people = likeliest_unseen(self.data, self.params.rate), f"{self.data.people:.0f}"
        yield self._mode_line()
        ratio = rf"\frac{{{never if place else people}}}{{{people} + {never}}}"
        yield Line(f"{ratio} {self._shown(row, place, places)}", "The part of all units, seen or not.")

    def _split_lines(self, least: int, place: int, shown: str, places: int) -> Iterator[Line]:
        """Yield P(X = k | X ≥ m), or P(X ≥ k | X ≥ m) for the last k."""
        rate, value, name = self.params.rate, least + place - 1, self.completions[place].text
        shown_rate = given(float(rate), places + 1)
        if place == SPLIT:
            top, (what, chance) = float(log_tail(value, rate)), _tail_formula(value, shown_rate)
        else:
            top = float(log_chances(np.array([float(value)]), rate)[0])
            what, chance = (
                f"X = {value}",
                rf"e^{{-{shown_rate}}} \cdot {base(shown_rate)}^{{{value}}} / {value}!",
            )
        below, whole = _tail_formula(least, shown_rate)
        numbers = [significant(log, places + 3) for log in (top, float(log_tail(least, rate)))]
        ratio = rf"\frac{{P({what})}}{{P({below})}} = \frac{{{numbers[0]}}}{{{numbers[1]}}} {shown}"
        yield Line(rf"P({what}) = {chance} \approx {numbers[0]}", "E-step: the probability of this value.")
        yield Line(rf"P({below}) = {whole} \approx {numbers[1]}", "The probability of the whole group.")
        yield Line(rf"P(\mathrm{{{name}}}) = {ratio}", "Their ratio, since nothing more is known (Bayes).")


def _tail_formula(least: int, rate: str) -> tuple[str, str]:
    """Return X ≥ m, and its probability as LaTeX."""
    return rf"X \geq {least}", rf"1 - \sum_{{k < {least}}} e^{{-{rate}}} \cdot {base(rate)}^{{k}} / k!"
