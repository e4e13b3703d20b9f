"""What reading a csv file costs, next to pandas.

Run as ``python tests/benchmarks/bench_reading.py``. pandas turns every cell into a number or a string at
once, emviz when it is asked for. So both are timed: to open a file, and to take all that is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from measuring import Row, Run, installed, print_table, race

from emviz.data.reader import read_table
from emviz.data.table import Table

WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa")

Write = Callable[[np.random.Generator, int], str]


def rounded(rng: np.random.Generator, rows: int) -> str:
    """Return three columns of numbers with six digits behind the point."""
    values = rng.normal(size=(rows, 3)).tolist()
    return "x,y,z\n" + "".join(f"{x:.6f},{y:.6f},{z:.6f}\n" for x, y, z in values)


def exact(rng: np.random.Generator, rows: int) -> str:
    """Return three columns of numbers with all their digits, as programs write them unless told otherwise."""
    values = rng.normal(size=(rows, 3)).tolist()
    return "x,y,z\n" + "".join(f"{x!r},{y!r},{z!r}\n" for x, y, z in values)


def mixed(rng: np.random.Generator, rows: int) -> str:
    """Return an identifier, a number and one of ten words."""
    values, words = rng.normal(size=rows).tolist(), rng.choice(WORDS, size=rows).tolist()
    lines = zip(range(rows), values, words, strict=True)
    return "id,value,word\n" + "".join(f"gene{row:06d},{value:.6f},{word}\n" for row, value, word in lines)


#: What is measured: a name, how the file is written, rows, repeats.
TASKS: tuple[tuple[str, Write, int, int], ...] = (
    ("numbers, 6 digits", rounded, 1_000_000, 9),
    ("numbers, all digits", exact, 1_000_000, 5),
    ("id, number, word", mixed, 1_000_000, 5),
)


def taken(path: Path) -> Table:
    """Return the table in a file after its numbers and the texts of the other columns have been asked for."""
    table = read_table(path)
    for name in table.names:
        if table.is_numeric(name):
            table.numbers(name)
        else:
            table.texts(name)
    return table


def agree(table: Table, path: Path, pandas: object) -> None:
    """Raise where the two read other cells, but for the last bit, which pandas does not promise."""
    frame = pandas.read_csv(path)
    assert table.names == tuple(frame.columns)
    for name in table.names:
        cells = frame[name].to_numpy()
        if table.is_numeric(name):
            np.testing.assert_allclose(table.numbers(name), cells, rtol=1e-15)
        else:
            assert table.texts(name).tolist() == cells.tolist()


def measure(name: str, write: Write, rows: int, repeats: int, seed: int = 2008) -> Iterator[Row]:
    """Yield the lines of one file: to open it, and to take all that is in it."""
    pandas = installed("pandas")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text(write(np.random.default_rng(seed), rows))
        theirs = None
        if pandas is not None:
            agree(taken(path), path, pandas)
            theirs = Run(lambda: pandas.read_csv(path))
        task = f"csv, {rows:,} × 3, {name}"
        yield race(f"{task}: open", Run(lambda: read_table(path)), "pandas", theirs, repeats)
        yield race(f"{task}: take", Run(lambda: taken(path)), "pandas", theirs, repeats)


def rows() -> Iterator[Row]:
    """Yield the lines of the table."""
    for task in TASKS:
        yield from measure(*task)


if __name__ == "__main__":
    print_table(rows())
