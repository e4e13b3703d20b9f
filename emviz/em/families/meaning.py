"""What missing means: θ under the assumption of EM, from complete rows only, and with imputed cells.

EM is right if a missing cell may depend on observed values but not on its own (missing at random: Rubin,
Biometrika 63:581 (1976)). Complete rows alone are right in general only if it depends on nothing; imputing
the mean of the column is never right, as it reduces the variance.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from emviz.data.table import DataError, Table
from emviz.data.things import things
from emviz.em import engine
from emviz.em.domains import Index, ParameterError, Simplex
from emviz.em.model import AnyModel, Fields, Look, ModelError, P, Phase, Round, Rows, fields_of
from emviz.em.numerics import Array
from emviz.em.pictures import ROWS_ALONE, Blob, Matrix, Scatter, View
from emviz.em.rounding import figures, with_minus
from emviz.em.tools import Finding, Tool

TOOL = Tool(
    "missing",
    "What missing means…",
    "What EM assumes of the holes, beside what complete rows alone, or one value in all holes, would give.",
)
ALL, COMPLETE, MEANS, TRUE_VALUES = "EM", "complete rows", "means", "none missing"
#: Maximum iterations and tolerance of each run, and half-steps between two yields.
MOST, TOLERANCE, OFTEN = 1000, 1e-12, 20
#: Entries of θ to compare, those that differ most, and significant digits of a number in a sentence.
ENTRIES, FIGURES = 3, 4
#: A number below this, in units of the columns, is rounding.
NOUGHT = 1e-12

Entry = tuple[str, Index, str]


@dataclass(frozen=True)
class Lacking:
    """Data with missing cells, and the alternative data to compare with.

    Parameters
    ----------
    ways : mapping of str to callable
        For each way to treat missing cells, a function that returns the parsed data.
    cells, units : pair of float
        The missing cells and all cells; the complete units and all units.
    unit : str
        The word for a unit.
    wrong : pair of str
        The name of the way that imputes one value, which is wrong, and that value in words.
    measure : callable
        Returns the unit for differences of an entry of θ.
    blobs : callable
        Returns the ellipses of θ in two columns; None for a model without ellipses.
    """

    ways: Mapping[str, Callable[[], object]]
    cells: tuple[float, float]
    units: tuple[float, float]
    unit: str
    wrong: tuple[str, str]
    measure: Callable[[str, Index], float]
    blobs: Callable[..., tuple[Blob, ...]] | None = None


def plain_table(columns: Sequence[str]) -> Callable[[Array, Rows], Table]:
    """Return a function that makes a table with these columns from numbers, shape (n, d)."""
    return lambda values, rows: Table.from_columns(dict(zip(columns, values.T, strict=True)))


def lacking_numbers(
    model: object,
    raw: Array,
    truth: Array | None,
    scale: Array,
    table: Callable[[Array, Rows], Table],
    blobs: Callable[..., tuple[Blob, ...]] | None = None,
) -> Lacking:
    """Return the comparison for numbers with missing cells.

    Parameters
    ----------
    raw : Array, shape (n, d)
        The numbers; NaN in a missing cell.
    truth : Array or None, shape (n, d)
        The true values of the missing cells, if the file has all of them.
    scale : Array, shape (d,)
        The standard deviations of the columns.
    table : callable
        Returns the table of some rows with these numbers.
    """
    reader = cast("AnyModel", model)
    gone, every = np.isnan(raw), np.arange(len(raw))
    whole = np.flatnonzero(~gone.any(axis=1))

    def read(values: Array, rows: Rows) -> Callable[[], object]:
        return lambda: reader.parse(table(values[rows], rows))

    ways = {
        ALL: read(raw, every),
        COMPLETE: read(raw, whole),
        MEANS: read(np.where(gone, np.nanmean(raw, axis=0), raw), every),
    }
    if truth is not None:
        ways[TRUE_VALUES] = read(np.where(gone, truth, raw), every)

    def measure(name: str, index: Index) -> float:
        if name == "mean":
            return float(scale[index[-1]])
        if name == "covariance":
            return float(scale[index[-1]] * scale[index[-2]])
        return float(scale[index[-1]] ** 2) if name == "variance" else 1.0

    cells, units = (float(gone.sum()), float(gone.size)), (float(len(whole)), float(len(raw)))
    return Lacking(ways, cells, units, "row", (MEANS, "A mean in each hole"), measure, blobs)


def meant(of: object, data: object, params: P, lacking: Lacking | None) -> Iterator[Finding[P]]:
    """Yield θ for each way to treat missing cells, all from runs of EM with the same start.

    Raises
    ------
    ParameterError
        If no cell is missing.
    """
    model = cast("AnyModel", of)
    if lacking is None:
        raise ParameterError("no cell is missing in these data")
    found: dict[str, Fields] = {}
    ways = lacking.ways
    for place, (name, read) in enumerate(ways.items()):
        run = _climbed(model, read, params, _shapes(params))
        while True:
            try:
                next(run)
            except StopIteration as end:
                if end.value is not None:
                    found[name] = end.value
                break
            yield Finding(place / len(ways), f"{name}: EM is under way.")
    yield Finding(1.0, _words(model, data, lacking, found), _views(model, data, lacking, found))


def _shapes(params: Fields) -> list[tuple[int, ...]]:
    return [each.shape for each in fields_of(params).values()]


def _climbed(
    model: AnyModel, read: Callable[[], object], params: Fields, shapes: Sequence[tuple[int, ...]]
) -> Generator[None, None, Fields | None]:
    """Run EM, yielding now and then; return the final θ, or None if it fails."""
    try:
        data = read()
        # A constant column was left out, so that θ has other shapes.
        if _shapes(model.default(data)) != shapes:
            return None
        step = engine.start(model, data, params)
        for at, each in enumerate(engine.run(model, data, step, iterations=MOST, tolerance=TOLERANCE)):
            step = each or step
            if at % OFTEN == 0:
                yield
    except (DataError, ModelError):
        return None
    return step.params


# -- in words and pictures -----------------------------------------------------------------------------------


def _entries(model: AnyModel, data: object) -> list[Entry]:
    return [
        (each.name, index, each.label(index))
        for each in model.parameters(data)
        for index in ([] if each.fixed else each.free)
        # Of two probabilities that sum to 1, one is enough.
        if not isinstance(each.domain, Simplex) or each.shape[-1] != 2 or index[-1] == 0
    ]


def _gaps(model: AnyModel, data: object, lacking: Lacking, found: Mapping[str, Fields], way: str) -> Array:
    """Return the difference of each entry of θ from that of EM, in its unit, shape (entries,)."""
    ours, theirs = fields_of(found[ALL]), fields_of(found[way])
    return np.array(
        [
            abs(float(theirs[name][index] - ours[name][index])) / lacking.measure(name, index)
            for name, index, _ in _entries(model, data)
        ]
    )


def _words(model: AnyModel, data: object, lacking: Lacking, found: Mapping[str, Fields]) -> str:
    (gone, cells), (whole, units) = lacking.cells, lacking.units
    sentences = [
        f"{gone:,.0f} of {cells:,.0f} cells are missing, {whole:,.0f} of {things(units, lacking.unit)} "
        f"{'is' if whole == 1 else 'are'} complete.",
        "EM assumes that a hole may depend on what is seen, not on what it hides (missing at random).",
    ]
    if ALL in found and COMPLETE not in found:
        sentences.append(f"Complete {lacking.unit}s alone do not determine θ.")
    way, what = lacking.wrong
    if {ALL, way} <= found.keys():
        name, index, label = _entries(model, data)[int(_gaps(model, data, lacking, found, way).argmax())]
        unit = lacking.measure(name, index)
        wrong, right = (_number(float(fields_of(found[way])[name][index]), unit) for way in (way, ALL))
        sentences.append(f"{what} is wrong: {label} = {wrong} instead of {right}.")
    return " ".join(sentences)


def _number(value: float, unit: float) -> str:
    """Return a number; 0 if it is only rounding in this unit."""
    text = figures(value, FIGURES) if abs(value) > NOUGHT * unit else "0"
    return with_minus(text)


def _views(model: AnyModel, data: object, lacking: Lacking, found: Mapping[str, Fields]) -> tuple[View, ...]:
    if ALL not in found:
        return ()
    entries = _entries(model, data)
    apart = np.max([_gaps(model, data, lacking, found, way) for way in found], axis=0)
    kept = [entries[place] for place in sorted(np.argsort(-apart, kind="stable")[:ENTRIES].tolist())]
    fields = [fields_of(each) for each in found.values()]
    values = np.array([[float(each[name][index]) for name, index, _ in kept] for each in fields])
    # Probabilities are shaded; otherwise all cells are equally pale, as their numbers have different units.
    low = 0.0 if values.min() >= 0 and values.max() <= 1 else float(values.max()) + 1.0
    matrix = Matrix(
        title="What missing means",
        row_heading="",
        column_heading="",
        rows=tuple(found),
        columns=tuple(label for _, _, label in kept),
        values=values,
        low=low,
        high=low + 1.0,
        numbers=True,
        choosable=False,
    )
    drawn = _scatter(model, data, lacking, found)
    return (matrix,) if drawn is None else (matrix, drawn)


def _scatter(model: AnyModel, data: object, lacking: Lacking, found: Mapping[str, Fields]) -> Scatter | None:
    """Return the points under the ellipses of EM, with those of complete rows only as a reference."""
    state = Round(engine.start(model, data, found[ALL]), Phase.E)
    views = model.views(data, state, Look())
    own = next((view for view in views if isinstance(view, Scatter)), None)
    if own is None or lacking.blobs is None or COMPLETE not in found:
        return None
    reference = lacking.blobs(found[COMPLETE], own.axes)
    return replace(own, title="Complete rows", reference=reference, reference_name=ROWS_ALONE, handles=())
