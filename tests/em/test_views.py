"""The records of the count table that do something."""

import pytest

from emviz.em.counts.table import Update, Updates


def test_lines_of_the_m_step_are_written_when_they_are_read():
    asked = []

    def written(place):
        asked.append(place)
        return Update(f"λ_{place}", 0, float(place), (1.0,), float(place))

    updates = Updates(10_000, written)
    assert updates
    assert len(updates) == 10_000
    assert asked == []
    assert [update.label for update in updates[:3]] == ["λ_0", "λ_1", "λ_2"]
    assert isinstance(updates[:3], tuple)
    assert updates[-1].value == 9_999
    assert set(asked) == {0, 1, 2, 9_999}
    with pytest.raises(IndexError):
        updates[10_000]
    assert not Updates(0, written)
    assert [update.value for update in Updates(3, written)] == [0, 1, 2]
