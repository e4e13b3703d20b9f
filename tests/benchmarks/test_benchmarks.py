"""`python tests/benchmarks` prints one table of what every benchmark has measured."""

import runpy
from pathlib import Path

import bench_animation
import bench_coins
import bench_gmm
import bench_haplotype
import bench_hmm
import bench_holes
import bench_motif
import bench_network
import bench_profile
import bench_reading
import bench_rna
import bench_start
import bench_starts
import bench_tomography
import pytest
from measuring import Row

pytestmark = pytest.mark.benchmark
MODULES = (
    bench_coins,
    bench_gmm,
    bench_holes,
    bench_haplotype,
    bench_motif,
    bench_hmm,
    bench_network,
    bench_profile,
    bench_rna,
    bench_tomography,
    bench_reading,
    bench_start,
    bench_animation,
    bench_starts,
)


def test_one_table(monkeypatch, capsys):
    for module in MODULES:
        monkeypatch.setattr(module, "rows", lambda module=module: iter([Row(module.__name__, 1.0, 1.0)]))
    runpy.run_path(str(Path(__file__).parent), run_name="__main__")
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("task")
    assert [line.split()[0] for line in lines[: len(MODULES)]] == [module.__name__ for module in MODULES]


def test_every_benchmark_is_in_the_table():
    found = {path.stem for path in Path(__file__).parent.glob("bench_*.py")}
    assert found - {module.__name__ for module in MODULES} == {"bench_cancel", "bench_clicks", "bench_window"}
