"""The benchmark of the event loop runs, on tiny sizes."""

import gc

import bench_window
import pytest

pytestmark = pytest.mark.benchmark


def test_every_case_is_measured(qapp, capsys):
    bench_window.main(["--sets", "50", "--seconds", "0.2"])
    gc.unfreeze()
    lines = capsys.readouterr().out.splitlines()
    assert [line[:36].strip() for line in lines] == [
        *("case", "idle", "5 sets", "50 sets", "50 sets, no two alike")
    ]
    steps = [float(line.split()[-1].replace(",", "")) for line in lines[1:]]
    assert steps[0] == 0
    assert min(steps[1:]) > 0
