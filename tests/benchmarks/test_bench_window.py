"""The benchmark of the event loop runs, on tiny sizes, with every model and each of its pictures."""

import bench_window
import pytest

from emviz.models import discover

pytestmark = pytest.mark.benchmark


def test_every_case_is_measured(qapp, capsys):
    bench_window.main(["--size", "1e-4", "--seconds", "0.1", "--only", "idle", "coins 5"])
    lines = capsys.readouterr().out.splitlines()
    named = [line[:42].strip() for line in lines if not line.startswith("  ")]
    assert named == ["case, picture", "idle", "coins 5 sets"]
    assert lines[2].split("  ")[1] == "Landscape"
    steps = [float(line.split()[-1].replace(",", "")) for line in lines[1:]]
    assert steps[0] == 0
    assert min(steps[1:]) > 0


def test_every_model_is_among_the_cases():
    made = bench_window.cases(1e-4)
    assert {model.key for model in discover()} <= made.keys()
    assert made["profile 146 nodes"]().model.nodes == 146
    assert made["motif 8 × 200"]().table.rows == 8
    assert made["hmm 10 symbols"]().table.rows == 10
    assert made["gmm 100 × 2, K = 3"]().table.rows == 100
    assert made["haplotype 10 people"]().table.rows == 10
