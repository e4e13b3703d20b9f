"""The records of the model of modules: parameters, counts, genes; and how a table is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.column import parse_number
from emviz.data.table import DataError, Table, Texts
from emviz.data.things import there_are
from emviz.em.columns import TRUE
from emviz.em.counts.labels import true_components
from emviz.em.families.alone import Alone
from emviz.em.families.clouds import Holes, differs, read_holes
from emviz.em.model import Round
from emviz.em.numerics import Array, distinct_rows
from emviz.em.scales import location
from emviz.em.work import blocks, checked

NAMES = "ABCDEFGHIJKL"
GENE, LABEL = "gene", "module"
#: What the name of a column of regulators begins with.
PREFIX = "reg:"
#: Cells of a column of text examined to distinguish words from numbers with a bad cell among them.
LOOKED_AT = 1000
#: Genes that are standardised between two places where the work can be left.
ROWS = 2**14


class GenerativeParams(NamedTuple):
    """Weights (M,), means and variances (M, A), and β, the probability of each regulator, (M, F)."""

    weight: Array
    mean: Array
    variance: Array
    link: Array


class SoftmaxParams(NamedTuple):
    """Means and variances (M, A), and W, the pull of each regulator towards each module, (M, F)."""

    mean: Array
    variance: Array
    link: Array


ModuleParams: TypeAlias = GenerativeParams | SoftmaxParams


class ModuleCounts(NamedTuple):
    """The expected counts of each module.

    Parameters
    ----------
    genes : Array, shape (M,)
        N = Σ_g q_g.
    mean, scatter : Array, shape (M, A)
        Σ_g q_g x_ga / N, and Σ_g q_g (x_ga − mean)², about the module's own mean, since sums of squares would
        lose digits.
    regulated : Array, shape (M, F) or (M, P)
        With the generative link the genes that have each regulator; with the softmax link the genes that
        have each pattern of regulators.
    link : Array, shape (M, F)
        W(t), the start of the inner steps of the softmax link; zeros with the generative link.
    """

    genes: Array
    mean: Array
    scatter: Array
    regulated: Array
    link: Array


class HoledModuleCounts(NamedTuple):
    """The same for genes with holes, as each module fills them.

    mean and scatter are those of the filled genes; the scatter includes the spread (M, A), which is the
    variance of the module for each hole. seen (M, A) = Σ_g q_g x_ga over the cells seen.
    """

    genes: Array
    mean: Array
    scatter: Array
    regulated: Array
    link: Array
    seen: Array
    spread: Array


AnyCounts: TypeAlias = ModuleCounts | HoledModuleCounts
ModuleRound: TypeAlias = Round[ModuleParams, AnyCounts]


@dataclass(frozen=True, eq=False)
class ModuleData:
    """The expression of n genes on A arrays, and the ones of F regulators that bind each gene.

    Parameters
    ----------
    genes : Texts, shape (n,), or None
        Their names.
    arrays, regulators : tuple of str
        The names of the columns, those of regulators without their prefix.
    constant : tuple of str
        The arrays of equal numbers, which are left out.
    raw : Array, shape (n, A)
        The expression as in the table; NaN in a hole.
    points : Array, shape (n, A)
        The same, each array at mean 0 and standard deviation 1; 0 in a hole.
    centre, scale : Array, shape (A,)
        The mean and standard deviation of the seen cells of each array.
    patterns : Array, shape (P, F)
        The patterns of regulators that occur, as 0 and 1; many genes share one.
    times : Array, shape (P,)
        The number of genes with each.
    which : integer array, shape (n,)
        The pattern of each gene.
    label : integer array, shape (n,), or None
        The true module of each gene, −1 where it is not known.
    labelled : ModuleCounts or HoledModuleCounts or None
        The counts of the true modules, if all of them have genes.
    holes : Holes or None
        The missing cells; None if there are none.
    alone : Alone or None
        The finder of θ from the complete rows alone; None if no cell is missing.
    """

    genes: Texts | None
    arrays: tuple[str, ...]
    regulators: tuple[str, ...]
    constant: tuple[str, ...]
    raw: Array
    points: Array
    centre: Array
    scale: Array
    patterns: Array
    times: Array
    which: NDArray[np.intp]
    label: NDArray[np.intp] | None
    labelled: AnyCounts | None = None
    holes: Holes | None = None
    alone: Alone | None = None

    @property
    def rows(self) -> int:
        """The number n of genes."""
        return len(self.raw)

    @cached_property
    def seen(self) -> Array | None:
        """1 for a cell that is seen and 0 for a hole, shape (n, A); None if all are seen."""
        return None if self.holes is None else np.asarray(~self.holes.missing, dtype=np.float64)


def parsed(table: Table, modules: int) -> ModuleData:
    """Return the genes of a table, `labelled` left open.

    Raises
    ------
    DataError
        For fewer genes than modules, no array on which genes differ, a cell that is no number, or a
        regulator that is neither 0 nor 1.
    """
    if table.rows < modules:
        raise DataError(f"{there_are(table.rows, 'gene')}, too few for {modules} modules")
    columns = {name: table.finite(name, holes=True) for name in checked(measured(table))}
    # An array of equal numbers, such as time 0 of log-ratios, cannot distinguish modules.
    arrays = tuple(name for name, column in checked(columns.items()) if differs(column))
    if not arrays:
        raise DataError("no column has numbers that differ; expression is needed, a column for each array")
    raw = np.empty((table.rows, len(arrays)))
    for place, name in checked(enumerate(arrays)):
        raw[:, place] = columns[name]
    centre, scale = np.array([location(columns[name], name) for name in checked(arrays)]).T
    holes = read_holes(table, {name: columns[name] for name in arrays})
    regulators = _regulators(table)
    bits = np.zeros((table.rows, len(regulators)))
    for place, name in enumerate(regulators):
        bits[:, place] = _bits(table, name)
    points = np.empty_like(raw)
    for part in blocks(len(raw), ROWS):
        points[part] = (raw[part] - centre) / scale
    # The link is computed once per pattern: thousands of genes share a few dozen of them.
    first, which, times = distinct_rows(bits.astype(np.intp))
    return ModuleData(
        genes=table.texts(GENE) if GENE in table else None,
        arrays=arrays,
        regulators=tuple(name.removeprefix(PREFIX).strip() for name in regulators),
        constant=tuple(name for name in columns if name not in arrays),
        raw=raw,
        # A 0 in a hole drops out of the matrix products of `steps.log_density`.
        points=points if holes is None else np.nan_to_num(points),
        centre=centre,
        scale=scale,
        patterns=bits[first],
        times=times.astype(np.float64),
        which=which,
        label=true_components(table, LABEL, NAMES[:modules]),
        holes=holes,
    )


def columns_read(table: Table) -> list[str]:
    """Return the columns of a table that are read."""
    arrays = list(measured(table))
    return [GENE, *arrays, *(TRUE + name for name in arrays), *_regulators(table), LABEL]


def _regulators(table: Table) -> list[str]:
    return [name for name in table.names if name.startswith(PREFIX)]


def measured(table: Table) -> Iterator[str]:
    """Yield the columns that are meant as numbers; columns of words are left out."""
    for name in table.names:
        if name in (GENE, LABEL) or name.startswith((PREFIX, TRUE)):
            continue
        some = table.texts(name)[:LOOKED_AT].tolist()
        if table.is_numeric(name) or any(parse_number(text) is not None for text in some):
            yield name


def _bits(table: Table, name: str) -> Array:
    """Return which genes a regulator binds, as 0 and 1."""
    column = table.numbers(name)
    bad = np.flatnonzero((column != 0) & (column != 1))
    if len(bad):
        raise DataError(f"a regulator is 0 or 1, got {table.cell(int(bad[0]), name)}", int(bad[0]) + 1, name)
    return column
