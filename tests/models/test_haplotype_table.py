"""The count table of the haplotypes, and where its numbers come from, line by line."""

import re

import numpy as np
import pytest
from haplotype_cases import MODEL, at, example, people

from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, Tag, TotalCell, UpdateCell
from emviz.em.model import Phase, Round

THREE = people("A/a B/b C/c", "A/a B/b C/C", "A/A B/B C/C", phase=["ABC|abc", "AbC|aBC", "ABC|ABC"])


def _state(data, params, phase):
    step = engine.start(MODEL, data, params)
    return Round(step, phase, MODEL.m_step(data, step.expectation.counts) if phase is Phase.M else None)


def _shown(data, params=None, phase=Phase.M, rows=None):
    state = _state(data, MODEL.default(data) if params is None else params, phase)
    return MODEL.count_table(data, state, np.arange(len(data.which)) if rows is None else rows)


def test_thompson_in_numbers():
    """Five double heterozygotes, all else certain; uniform: half of their copies each way."""
    table = _shown(example("thompson"))
    assert table.heading == "genotypes"
    assert table.observed[4] == "A/a, B/b × 5"
    assert [tag.text for tag in table.completions] == ["1st", "2nd", "others"]
    assert table.names[4] == ("AB / ab", "Ab / aB", "")
    assert table.names[0] == ("AB / AB", "", "")
    np.testing.assert_array_equal(table.shares[4], [0.5, 0.5, 0])
    np.testing.assert_array_equal(table.counts[4], [2.5, 2.5, 2.5, 2.5])
    np.testing.assert_array_equal(table.counts[0], [286, 0, 0, 0])
    np.testing.assert_allclose(table.totals, [340.5, 43.5, 23.5, 2.5], rtol=1e-14)
    update = table.updates[0]
    assert (update.label, update.numerator, update.terms) == ("p_AB", 340.5, (410.0,))
    assert update.value == pytest.approx(340.5 / 410)
    assert table.labels is None
    assert table.reference == ()


def test_every_row_has_phases_of_its_own_with_the_likeliest_first():
    data = MODEL.parse(THREE)
    frequency = dict.fromkeys(data.names, 0.05)
    frequency |= {"AbC": 0.3, "aBc": 0.3, "ABC": 0.15}
    table = _shown(data, at(*np.array(list(frequency.values())) / sum(frequency.values())))
    assert table.names[0] == ("AbC / aBc", "ABC / abc", "ABc / abC", "1 more")
    assert table.names[1] == ("AbC / aBC", "ABC / abC", "", "")
    joint = np.array([0.3 * 0.3, 0.15 * 0.05, 0.05 * 0.05, 0.05 * 0.05])
    np.testing.assert_allclose(table.shares[0], joint / joint.sum(), rtol=1e-12)
    assert table.labels == (Tag("ABC / abc", 0), Tag("AbC / aBC", 2), Tag("ABC / ABC", 0))
    assert {update.label: update.value for update in table.reference}["p_ABC"] == pytest.approx(3 / 6)


def test_answers_name_the_phases():
    data = MODEL.parse(people("A/a B/b C/c D/d", "A/A B/B C/C D/d"))
    many, one = MODEL.answers(data, MODEL.default(data), np.arange(2))
    assert many.completions[0] == "ABCD / abcd"
    assert len(many.completions) == 5
    assert many.shares == (0.125,) * 5
    assert (one.completions, one.shares) == (("ABCD / ABCd",), (1.0,))


def _derived(data, cell, places=1, params=None, phase=Phase.E):
    return _shown(data, params, phase, np.arange(1)).derive(cell, places)


def test_a_share_up_to_its_frequency():
    derivation = _derived(example("thompson"), ShareCell(4, 0), params=at(0.8, 0.1, 0.05, 0.05))
    assert derivation.title == "Where does P(AB / ab) in row 5 come from?"
    assert derivation.component == 0
    assert [line.formula for line in derivation.lines] == [
        r"P(\mathrm{AB/ab}) = \frac{2 \cdot 0.80 \cdot 0.05}"
        r"{2 \cdot 0.80 \cdot 0.05 + 2 \cdot 0.10 \cdot 0.05}",
        r"\frac{0.08000}{0.08000 + 0.01000} \approx 0.89",
        r"0.889 \times 5\,\mathrm{AB} \approx 4.4\,\mathrm{AB},"
        r"\quad 0.889 \times 5\,\mathrm{ab} \approx 4.4\,\mathrm{ab}",
        r"286.0 + 35.0 + 0.0 + 17.0 + 4.4 + 0.0 + 0.0 + 0.0 + \cdots \approx 342.4\,\mathrm{copies}",
        r"p_{AB} = \frac{342.4}{410.0} \approx 0.84",
    ]


def test_a_homozygote_counts_twice():
    lines = _derived(example("thompson"), ShareCell(0, 0)).lines
    assert lines[0].formula == r"P(\mathrm{AB/AB}) = \frac{0.25^{2}}{0.25^{2}}"
    assert lines[2].formula == r"1.00 \times 286\,\mathrm{AB} = 286.0\,\mathrm{AB}"
    assert "143 people" in lines[2].words


def test_counts_totals_and_updates():
    data = example("thompson")
    count, total, update = (
        _derived(data, cell, phase=Phase.M) for cell in (CountCell(4, 3), TotalCell(3), UpdateCell(3))
    )
    assert count.title == "Where do the copies of ab in row 5 come from?"
    assert count.lines[2].formula == r"0.50 \times 5 = 2.5"
    assert count.lines[-2:] == total.lines == update.lines
    assert (total.title, update.title) == (
        "Where does the total of ab come from?",
        "Where does p_ab come from?",
    )
    assert update.lines[-1].formula == r"p_{ab} = \frac{2.5}{410.0} \approx 0.01"
    none = _derived(data, CountCell(0, 3))
    assert none.lines[0].formula == "0"
    assert none.lines[0].words == "No pair that makes up this genotype holds ab."


def test_phases_that_are_not_there_and_those_that_are_not_told():
    data = MODEL.parse(THREE)
    none = _derived(data, ShareCell(1, 2))
    assert none.title == "Why is there no 3rd phase in row 2?"
    assert none.lines[0].formula == r"\mathrm{ABC/abC},\ \mathrm{AbC/aBC}"
    rest = _derived(data, ShareCell(0, 3))
    assert rest.title == "Where does the share of the others in row 1 come from?"
    assert rest.lines[0].formula == "1 - 0.25 - 0.25 - 0.25 = 0.25"


def test_many_phases_are_told_as_one_against_the_others():
    data = MODEL.parse(people("A/a B/b C/c D/d E/e", "- - C/C D/D E/E"))
    share = _derived(data, ShareCell(0, 0), places=3)
    joint = r"2 \cdot 0.03125000 \cdot 0.03125000"
    assert share.lines[0].formula == (
        rf"P(\mathrm{{ABCDE/abcde}}) = \frac{{{joint}}}{{{joint} + \mathrm{{others}}}}"
    )
    assert share.lines[1].formula.endswith("= 0.0625")
    count = _derived(data, CountCell(1, 0))
    assert count.lines[2].formula == (r"0.06 \times 2 + 0.13 \times 1 + 0.13 \times 1 + 0.13 \times 1 = 0.5")
    assert count.lines[3].formula == r"0.1 + 0.5 \approx 0.6\,\mathrm{copies}"


def test_a_haplotype_in_many_phases():
    data = MODEL.parse(people("- - -", "A/a B/b C/c"))
    line = _derived(data, CountCell(0, 0)).lines[2]
    assert line.formula.count(r"\times") == 8
    assert not line.formula.endswith(r"\cdots")
    more = MODEL.parse(people("- - - -", "A/a B/b C/c D/d"))
    assert r" + \cdots \approx 0.1" in _derived(more, CountCell(0, 0)).lines[2].formula


def test_a_row_that_nobody_has_and_nobody_can_have():
    data = MODEL.parse(people("A/A B/B", "A/a B/b", count=[2, 0]))
    line = _derived(data, ShareCell(1, 1), params=at(1, 0, 0, 0)).lines[0]
    assert line.formula == r"\mathrm{Ab/aB}:\ \frac{1}{2}"
    assert line.words.endswith("nobody has this genotype.")
    possible = _derived(data, ShareCell(1, 1), params=at(0.5, 0, 0, 0.5)).lines[1].formula
    assert possible == r"\frac{0}{0.5000 + 0} = 0.00"


def test_a_share_of_one_person():
    data = MODEL.parse(people("A/a B/b", "A/A B/B"))
    assert "for one person" in _derived(data, ShareCell(0, 0)).lines[2].words


@pytest.mark.parametrize("places", range(1, 7))
def test_the_numbers_agree_with_the_table(places):
    data = example("thompson")
    table = _shown(data, at(0.8, 0.1, 0.05, 0.05))
    for h in range(4):
        total, ratio = (line.formula for line in table.derive(UpdateCell(h), places).lines)
        *terms, copies = re.findall(r"\d+\.\d+", total)
        assert terms == [f"{count:.{places}f}" for count in table.counts[:8, h]]
        top, bottom, value = re.findall(r"\d+\.\d+", ratio)
        assert top == copies == f"{table.totals[h]:.{places}f}"
        assert float(bottom) == 410
        assert value == f"{table.updates[h].value:.{places + 1}f}"
