"""The benchmark of clicks counts what it says, and compares two builds."""

from pathlib import Path

import bench_clicks
import pytest

pytestmark = pytest.mark.benchmark


def test_calls_are_counted():
    def inner():
        return [abs(-1)]

    def outer():
        return inner(), inner()

    assert bench_clicks.calls(outer) == 3, "outer, and inner twice"


@pytest.mark.thorough
def test_a_build_beside_itself(qapp, capsys):
    checkout = Path(__file__).resolve().parents[2]
    bench_clicks.main(["--only", "coins", "--rounds", "1", "--rest", "0", "--before", str(checkout)])
    heading, now, before, ratio = capsys.readouterr().out.splitlines()
    assert heading.split(", ms")[0].strip() == "cell"
    assert (now.split()[0], before.split()[0], ratio.split()[0]) == ("coins", "before", "ratio")
    counted = [[int(row.split()[place].replace(",", "")) for place in (2, 4)] for row in (now, before)]
    assert all(count > 100 for row in counted for count in row)
    assert [float(each) for each in ratio.split()[2:5:2]] == pytest.approx(
        [one / other for one, other in zip(*counted, strict=True)], abs=0.01
    )
