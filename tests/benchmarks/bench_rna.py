"""What an E-step of a covariance model costs, by length, next to place by place, one sequence at a time.

The peer is the other implementation that emviz has, for single sequences and for what would underflow.

Run as ``python tests/benchmarks/bench_rna.py``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from measuring import Row, Run, print_table, race

from emviz.em.model import Expectation
from emviz.models.rna import steps
from emviz.models.rna.data import LETTERS, RnaCounts, RnaData
from emviz.models.rna.inside import Smoothed, Weights, smooth
from emviz.models.rna.structure import Structure

ARM = "<<<<<.......>>>>>"
CLOVERLEAF = "<<<<<<<..<<<<........>>>>.<<<<<.......>>>>>.....<<<<<.......>>>>>>>>>>>>."


def drawn(brackets: str, sequences: int, seed: int = 2008) -> RnaData:
    """Return random sequences as long as the structure."""
    codes = np.random.default_rng(seed).integers(len(LETTERS), size=(sequences, len(brackets)))
    texts = tuple("".join(row) for row in np.array(list(LETTERS))[codes].tolist())
    return RnaData(Structure(brackets), texts)


#: What is measured: a name, the structure, how many sequences.
TASKS = (("arms", ARM, 60), ("arms", ARM, 1000), ("tRNA", CLOVERLEAF, 20))


def measure(name: str, brackets: str, sequences: int, repeats: int = 5) -> Row:
    """Return what an E-step costs, and the peer, after both have agreed."""
    data = drawn(brackets, sequences)
    params = steps.random(data.structure, np.random.default_rng(1))
    single = [data.batched(np.array([row])) for row in range(sequences)]

    def together() -> Expectation[RnaCounts]:
        return steps.expectation(data, params, 0.0)

    def apart() -> list[Smoothed]:
        return [smooth(Weights(data.structure, params, batch)) for (batch,) in single]

    found, parts = together(), apart()
    np.testing.assert_allclose(found.objective, sum(float(part.log.sum()) for part in parts), rtol=1e-12)
    known = sum(part.transition for part in parts)
    np.testing.assert_allclose(found.counts.transition, known, rtol=1e-8, atol=1e-12)
    task = f"rna {name}, {sequences:,} × {len(brackets)}, E-step"
    return race(task, Run(together), "place by place, one at a time", Run(apart), repeats)


def rows() -> Iterator[Row]:
    """Yield the lines of the table."""
    return (measure(*task) for task in TASKS)


if __name__ == "__main__":
    print_table(rows())
