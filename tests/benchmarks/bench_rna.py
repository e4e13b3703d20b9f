"""What an E-step of a covariance model costs, all sequences of a length at once, next to one at a time.

Run as ``python tests/benchmarks/bench_rna.py``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from measuring import Row, Run, print_table, race

from emviz.em.model import Expectation
from emviz.models.rna import steps
from emviz.models.rna.data import LETTERS, RnaCounts, RnaData
from emviz.models.rna.structure import Structure

ARM = "<<<<<.......>>>>>"
CLOVERLEAF = "<<<<<<<..<<<<........>>>>.<<<<<.......>>>>>.....<<<<<.......>>>>>>>>>>>>."


def drawn(brackets: str, sequences: int, seed: int = 2008) -> RnaData:
    """Return random sequences as long as the structure."""
    codes = np.random.default_rng(seed).integers(len(LETTERS), size=(sequences, len(brackets)))
    texts = tuple("".join(row) for row in np.array(list(LETTERS))[codes].tolist())
    return RnaData(Structure(brackets), texts)


#: What is measured: a name, the structure, how many sequences. Nothing is gained at the length of a tRNA.
TASKS = (("arms", ARM, 60), ("arms", ARM, 1000), ("tRNA", CLOVERLEAF, 20))


def measure(name: str, brackets: str, sequences: int, repeats: int = 5) -> Row:
    """Return what an E-step costs batched, and one sequence at a time, after both have agreed."""
    data = drawn(brackets, sequences)
    params = steps.random(data.structure, np.random.default_rng(1))
    single = [RnaData(data.structure, (text,)) for text in data.texts]

    def together() -> Expectation[RnaCounts]:
        return steps.expectation(data, params, 0.0)

    def apart() -> list[Expectation[RnaCounts]]:
        return [steps.expectation(one, params, 0.0) for one in single]

    found, parts = together(), apart()
    np.testing.assert_allclose(found.objective, sum(part.objective for part in parts), rtol=1e-12)
    for place, field in enumerate(found.counts):
        known = sum(part.counts[place] for part in parts)
        np.testing.assert_allclose(field, known, rtol=1e-8, atol=1e-12)
    task = f"rna {name}, {sequences:,} × {len(brackets)}, E-step"
    return race(task, Run(together), "one sequence at a time", Run(apart), repeats)


def rows() -> Iterator[Row]:
    """Yield the lines of the table."""
    return (measure(*task) for task in TASKS)


if __name__ == "__main__":
    print_table(rows())
