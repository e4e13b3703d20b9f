"""A count table that is declared: rows, totals, updates and derivations worked out by hand."""

from typing import NamedTuple

import numpy as np
import pytest

from emviz.em.counts.derivation import counted_line
from emviz.em.counts.sharing import Sharing
from emviz.em.counts.table import CountCell, Group, ShareCell, Tag, TotalCell, Update, UpdateCell
from emviz.em.domains import Parameter, Unit
from emviz.em.model import Expectation, Phase, Round, Step

#: Red and blue balls of each row, and how probable it is that a row was drawn from urn A.
BALLS = np.array([[3.0, 1.0], [0.0, 2.0]])
FROM_A = np.array([0.8, 0.5])


class Params(NamedTuple):
    red: np.ndarray


class Counts(NamedTuple):
    red: np.ndarray
    blue: np.ndarray


class Urns:
    def __init__(self, shares):
        self.shares = shares

    def parameters(self, data):
        return (Parameter("red", Unit(), "r", (("A", "B"),)),)

    def posterior(self, data, params, rows):
        return np.stack([self.shares[rows], 1 - self.shares[rows]], axis=-1)

    def m_step(self, data, counts):
        balls = counts.red + counts.blue
        if not np.all(balls > 0):
            raise ZeroDivisionError("an urn is empty")
        return Params(counts.red / balls)

    def labelled(self, data):
        return Counts(np.array([3.0, 0.0]), np.array([1.0, 2.0]))


class UrnLedger(Sharing):
    kind = "urn"
    heading = "balls"
    each = ("red", "blue")
    completions = (Tag("A", 0), Tag("B", 1))

    def observed(self, rows):
        return tuple(f"{red:.0f} red, {blue:.0f} blue" for red, blue in self.data[rows])

    def amounts(self, rows):
        return self.data[rows]

    def totals(self, counts):
        return np.stack(counts, axis=-1).ravel()

    def updates(self, counts, found):
        pairs = enumerate(zip(counts.red.tolist(), counts.blue.tolist(), strict=True))
        return tuple(Update(f"r_{'AB'[k]}", k, pair[0], pair, float(found.red[k])) for k, pair in pairs)

    def explained(self, row, place, places):
        shares = self.posterior(np.array([row]))[0]
        joint = [f"{share:.2f}" for share in shares]
        return self.bayes(row, place, joint, np.log(shares).tolist(), "Bayes.", places)

    def counted(self, row, place, share, places):
        amounts = dict(zip(self.each, self.data[row].tolist(), strict=True))
        return counted_line(share, amounts, places, "So much is counted.", self.state.whole)


class Spread(UrnLedger):
    """The same amounts, told column by column."""

    def amounts(self, rows):
        return np.stack([np.kron(urn, self.data[rows]) for urn in np.eye(2)], axis=1)


def ledger(kind=UrnLedger, phase=Phase.E, shares=FROM_A, whole=False):
    chosen = np.ones(2) if whole else shares  # of equals the first one
    both = np.stack([chosen, 1 - chosen])
    counts = Counts(*(both @ BALLS).T)
    step = Step(0, Phase.E, Params(np.array([0.6, 0.4])), Expectation(counts, -1.0), -1.0, -1.0)
    updated = Params(counts.red / (counts.red + counts.blue)) if phase is Phase.M else None
    return kind(Urns(shares), BALLS, Round(step, phase, updated, whole), len(BALLS))


def formulas(table, cell):
    return [line.formula for line in table.derive(cell, 1).lines]


@pytest.mark.parametrize("kind", [UrnLedger, Spread])
def test_rows_are_shared_and_add_up_to_the_totals(kind):
    table = ledger(kind, Phase.M).table(np.array([1, 0]))
    assert table.observed == ("0 red, 2 blue", "3 red, 1 blue")
    assert table.completions == (Tag("P(A)", 0), Tag("P(B)", 1))
    assert table.groups == (Group("urn A", 0, ("red", "blue")), Group("urn B", 1, ("red", "blue")))
    np.testing.assert_allclose(table.shares, [[0.5, 0.5], [0.8, 0.2]])
    np.testing.assert_allclose(table.counts, [[0, 1, 0, 1], [2.4, 0.8, 0.6, 0.2]])
    np.testing.assert_allclose(table.totals, [2.4, 1.8, 0.6, 1.2])
    assert [update.value for update in table.updates] == pytest.approx([2.4 / 4.2, 0.6 / 1.8])
    assert [update.value for update in table.reference] == [0.75, 0.0]


def test_a_cell_is_followed_to_the_parameter_that_it_ends_in():
    table = ledger().table(np.arange(2))
    up = [
        r"2.4 + 0.0 = 2.4\,\mathrm{red}",
        r"0.8 + 1.0 = 1.8\,\mathrm{blue}",
        r"r_{A} = \frac{2.4}{2.4 + 1.8} \approx 0.57",
    ]
    bayes = [
        r"P(\mathrm{A}) = \frac{0.80}{0.80 + 0.20}",
        r"\frac{0.8000}{0.8000 + 0.2000} = 0.80",
    ]
    counted = (
        r"0.80 \times 3\,\mathrm{red} = 2.4\,\mathrm{red},\quad "
        r"0.80 \times 1\,\mathrm{blue} = 0.8\,\mathrm{blue}"
    )
    assert formulas(table, ShareCell(0, 0)) == [*bayes, counted, *up]
    assert formulas(table, CountCell(0, 0)) == [*bayes, counted, *up]
    assert formulas(table, TotalCell(0)) == formulas(table, UpdateCell(0)) == up
    titles = [table.derive(cell, 1).title for cell in (ShareCell(0, 1), CountCell(1, 0), TotalCell(1))]
    assert titles == [
        "Where does P(B) in row 1 come from?",
        "Where does the count of urn A in row 2 come from?",
        "Where does the total of urn B come from?",
    ]


def test_what_is_counted_whole_is_told_without_decimals():
    table = ledger(whole=True).table(np.arange(2))
    assert table.completions[0].text == "q(A)"
    np.testing.assert_array_equal(table.shares, [[1, 0], [1, 0]])
    lines = table.derive(ShareCell(1, 0), 1).lines
    assert lines[2].formula == r"q(\mathrm{A}) = 1"
    assert lines[2].words == "The likeliest urn is counted whole."
    assert (
        lines[3].formula
        == r"1 \times 0\,\mathrm{red} = 0\,\mathrm{red},\quad 1 \times 2\,\mathrm{blue} = 2\,\mathrm{blue}"
    )
    assert lines[4].formula == r"3 + 0 = 3\,\mathrm{red}"


def test_an_m_step_that_will_fail_is_not_told():
    table = ledger(shares=np.array([1.0, 1.0])).table(np.arange(2))
    assert formulas(table, UpdateCell(1)) == [
        r"0.0 + 0.0 = 0.0\,\mathrm{red}",
        r"0.0 + 0.0 = 0.0\,\mathrm{blue}",
    ]
    assert table.derive(UpdateCell(1), 1).title == "Where does r_B come from?"
