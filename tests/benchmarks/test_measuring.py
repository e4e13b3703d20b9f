"""The table: what is measured is what is done, and a peer that is missing is told."""

import pytest
from measuring import Row, Run, installed, lines_of, race

pytestmark = pytest.mark.benchmark


def test_the_row_of_a_race():
    calls = []
    ours = Run(lambda: calls.append("ours"), iterations=4)
    theirs = Run(lambda: calls.append("theirs"), whole=lambda: calls.append(bytearray(2**20)))
    row = race("a task", ours, "a peer", theirs, repeats=2)
    assert calls[:4] == ["ours", "theirs", "ours", "theirs"]
    assert (row.task, row.peer) == ("a task", "a peer")
    assert min(row.emviz, row.peer_time) > 0
    assert row.peer_memory == pytest.approx(1, rel=0.01)
    assert row.emviz_memory < 0.01


def test_the_lines_of_the_table():
    row = Row("gmm 10 × 2, K = 3", 20.0, 16.0, "scikit-learn", 1400.0, 164.25)
    missing = Row("hmm", 0.125, 1.5, "hmmlearn, log")
    alone = Row("LD test", 250.0, 1.5)
    head, *lines, note = lines_of([row, missing, alone])
    assert head.split("  ")[0] == "task"
    assert [" ".join(line.split()) for line in lines] == [
        "gmm 10 × 2, K = 3 20 scikit-learn 1,400 70 16 164",
        "hmm 0.125 hmmlearn, log (not installed) — — 1.5 —",
        "LD test 250 — — — 1.5 —",
    ]
    assert len({len(line) for line in (head, *lines)}) == 1
    assert "Milliseconds" in note


def test_a_peer_that_is_not_there():
    assert installed("no_such_peer") is None
    assert installed("math").pi > 3
