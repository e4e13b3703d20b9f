"""Columns of counts that feed the lines of the M-step on the shelf come first, and stay where they are."""

from dataclasses import replace

import numpy as np
import pytest
from counting import MODELS, go, halves
from standing import stand_for

from emviz.em.counts.table import TotalCell
from emviz.ui.panels.counts.leading import leading_groups
from emviz.ui.panels.counts.paging import paging

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def table_of(key, parameters=None):
    session = halves(key, 2)
    table = session.model.count_table(session.data, session.round, np.arange(3))
    return table, session.model.parameters(session.data)


def test_what_the_matrices_on_the_shelf_are_made_of_comes_before_the_first_step():
    table, parameters = table_of("hmm")
    names = [table.groups[group].heading for group in leading_groups(table, parameters)]
    assert names == ["from A", "from B", "emits in A", "emits in B", "first step"]


def test_groups_follow_the_lines_that_read_them():
    """Of six proteins only the last two are read here, the last one first."""
    table, parameters = table_of("proteins")
    read = {0: 5, 1: 4}
    fed = replace(table, feeds=lambda line, total: TotalCell(read.get(line.place, 5)) == total)
    assert leading_groups(fed, parameters) == (5, 4, 0, 1, 2, 3)
    assert leading_groups(replace(table, feeds=None), parameters) == (0, 1, 2, 3, 4, 5)


def test_the_spread_of_the_guesses_is_seen_first():
    """Day 14 alone has holes: its sum, and that of its squares, which has the spread."""
    table, parameters = table_of("normal")
    names = [table.groups[group].heading for group in leading_groups(table, parameters)]
    assert names[:3] == ["Σ day14", "Σ day14²", "Σ day2"]
    assert leading_groups(replace(table, feeds=None), parameters)[:3] == (2, 8, 0)


def test_the_columns_that_lead_are_seen_first():
    widths = (100, 50, 120, 120, 120)
    assert paging(widths, shares=1, room=280, leading=(2, 0, 1)).seen(0) == (0, 1, 4)
    assert paging(widths, shares=1, room=280, leading=(2, 0, 1)).seen(1) == (0, 1, 2)
    assert paging(widths, shares=1, room=280, apart=(4,), leading=(2, 0, 1)).seen(0) == (0, 1, 2)


@pytest.mark.parametrize("key", stand_for(MODELS, ["hmm", "modules", "proteins"]))
def test_no_column_jumps_between_the_steps_of_two_iterations(counts_at, key):
    panel, seen = counts_at(), set()
    for many in (1, 2, 3, 4):
        go(panel, halves(key, many))
        rows = panel.sheet.grid.rows
        seen.add(tuple(rows.columnViewportPosition(k) for k in range(rows.model().columnCount())))
    assert len(seen) == 1


def test_of_more_matrices_than_the_shelf_has_room_for_none_leads():
    """A network has a matrix for each arrow; what they depend on comes first."""
    table, parameters = table_of("network")
    names = [table.groups[group].heading for group in leading_groups(table, parameters)]
    assert names[:3] == ["disease", "pain|disease=no", "pain|disease=yes"]
