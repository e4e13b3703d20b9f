"""What is read at a glance, in words and for a file."""

import numpy as np
import pytest

from emviz.em.counts.glances import Portion, Stack, Strip, Word
from emviz.em.counts.table import CountCell, Tag

VALUES = np.array([0.05, 0.5, 0.1, 0.3, 0.05])
COUNTS = np.array([[2.25, 0.75, 0.0, 0.0], [0.0, 0.5, 0.5, 2.0]])
PARTS = (Tag("M", 0), Tag("I", 1), Tag("D", 2))


def test_a_strip_tells_its_likeliest_places_and_the_rest():
    strip = Strip("P(start)", 0, "start", [VALUES, VALUES[1:2] * 2])
    assert len(strip) == 2
    assert strip.text(0, 2) == "start 2 0.50, start 4 0.30, start 3 0.10, 2 others 0.10"
    assert strip.text(1, 2) == "start 1 1.00"
    assert strip.written(0, 3) == "0.050 0.500 0.100 0.300 0.050"
    assert strip.written(0, None) == "0.05 0.5 0.1 0.3 0.05"
    assert (strip.column, strip.sums) == ("P(start) of every start", None)
    assert strip.total_text(1) == strip.total_written(None) == ""


def test_a_word_tells_its_place_and_its_probability_and_how_often_letters_are_counted():
    word = Word("likeliest start", 0, "start", [7], ["AT"], np.array([0.125]), tuple("ACGT"), COUNTS, 9)
    assert (len(word), word.column) == (1, "likeliest start")
    assert word.text(0, 2) == "start 7 AT 0.13"
    assert word.written(0, None) == "7 AT 0.125"
    assert word.total_text(2) == "1 A 2.25, C 0.75; 2 T 2.00, C 0.50, G 0.50"
    assert word.total_written(1) == "AT"
    assert word.sums is COUNTS


def test_a_stack_tells_its_letter_and_its_parts():
    totals = np.array([3.0, 0.25, 1.0])
    stack = Stack("node 12", PARTS, np.array([[0.75, 0.125, 0.25]]), tuple("KV"), ["K"], totals, "V")
    assert (len(stack), stack.component, stack.sums) == (1, 0, totals)
    assert stack.column == "node 12 M, I, D"
    assert stack.text(0, 2) == "K M 0.75 I 0.13 D 0.25"
    assert stack.written(0, None) == "K M 0.75 I 0.125 D 0.25"
    assert stack.total_text(1) == "V M 3.0 I 0.3 D 1.0"
    assert stack.total_written(None) == "V M 3.0 I 0.25 D 1.0"


@pytest.mark.parametrize("total", [None, 2.5])
def test_a_portion_tells_its_probability_and_its_total_if_it_has_one(total):
    portion = Portion("pair 1–17", 1, np.array([0.875, 0.5]), total, lambda row: CountCell(row, 0))
    assert (len(portion), portion.column) == (2, "pair 1–17")
    assert portion.text(0, 2) == "0.88"
    assert portion.written(0, None) == "0.875"
    assert portion.total_text(1) == ("" if total is None else "2.5")
    assert portion.total_written(None) == ("" if total is None else "2.5")
    assert (portion.sums is None) == (total is None)
