"""Every benchmark of an iteration in one table: task, emviz, peer, ratio, peak memory.

Run as ``python tests/benchmarks``. How late the window's event loop is, `bench_window.py` measures.
"""

from __future__ import annotations

from itertools import chain

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
from measuring import print_table

BENCHMARKS = (
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


def main() -> None:
    """Print the table."""
    print_table(chain.from_iterable(each.rows() for each in BENCHMARKS))


if __name__ == "__main__":
    main()
