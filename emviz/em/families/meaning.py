"""What missing means: what EM takes holes for, and what θ would be without the rows or without the doubt.

EM is right where a hole may depend on what is seen but not on what it hides (missing at random: Rubin,
Biometrika 63:581 (1976)). Complete rows alone are right in general where holes depend on nothing; a hole
filled with the mean of its column never is, as it takes variance away.
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
ALL, COMPLETE, MEANS, TOLD = "EM", "complete rows", "means", "none missing"
#: Iterations of each run at most, the gain that ends it, and half-steps between two looks at the watch.
MOST, TOLERANCE, OFTEN = 1000, 1e-12, 20
#: Entries of θ that are compared, those that differ most, and figures of a number in a sentence.
ENTRIES, FIGURES = 3, 4
#: A number below this, in units of the columns, is rounding.
NOUGHT = 1e-12

Entry = tuple[str, Index, str]


@dataclass(frozen=True)
class Lacking:
    """Data with holes, and what a model reads in their place.

    Parameters
    ----------
    ways : mapping of str to callable
        For each way to deal with holes, what returns the data, as the model reads them.
    cells, units : pair of float
        How many cells are missing, and of how many; how many units lack none, and of how many.
    unit : str
        What a unit is called.
    wrong : pair of str
        The name of the way that fills holes, which is wrong, and what it puts into them in words.
    measure : callable
        Returns what a difference of an entry of θ is measured in.
    blobs : callable
        Returns the ellipses of θ in two columns, for a model that has them.
    """

    ways: Mapping[str, Callable[[], object]]
    cells: tuple[float, float]
    units: tuple[float, float]
    unit: str
    wrong: tuple[str, str]
    measure: Callable[[str, Index], float]
    blobs: Callable[..., tuple[Blob, ...]] | None = None


def plain_table(columns: Sequence[str]) -> Callable[[Array, Rows], Table]:
    """Return what makes a table of numbers, shape (n, d), in these columns."""
    return lambda values, rows: Table.from_columns(dict(zip(columns, values.T, strict=True)))


def lacking_numbers(
    model: object,
    raw: Array,
    truth: Array | None,
    scale: Array,
    table: Callable[[Array, Rows], Table],
    blobs: Callable[..., tuple[Blob, ...]] | None = None,
) -> Lacking:
    """Return what there is to compare of numbers with holes.

    Parameters
    ----------
    raw : Array, shape (n, d)
        NaN in a hole.
    truth : Array or None, shape (n, d)
        What the holes hide, where the file tells all of it.
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
        ways[TOLD] = read(np.where(gone, truth, raw), every)

    def measure(name: str, index: Index) -> float:
        if name == "mean":
            return float(scale[index[-1]])
        if name == "covariance":
            return float(scale[index[-1]] * scale[index[-2]])
        return float(scale[index[-1]] ** 2) if name == "variance" else 1.0

    cells, units = (float(gone.sum()), float(gone.size)), (float(len(whole)), float(len(raw)))
    return Lacking(ways, cells, units, "row", (MEANS, "A mean in each hole"), measure, blobs)


def meant(of: object, data: object, params: P, lacking: Lacking | None) -> Iterator[Finding[P]]:
    """Yield what becomes of θ in each way to deal with the holes, all of them climbed to from one θ.

    Raises
    ------
    ParameterError
        Where no cell is missing.
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
    """Yield now and then while EM climbs; return the θ where it ends, None where it cannot."""
    try:
        data = read()
        if _shapes(model.default(data)) != shapes:  # a column without numbers that differ is left out
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
        # Of two probabilities that add up to 1 one tells it all.
        if not isinstance(each.domain, Simplex) or each.shape[-1] != 2 or index[-1] == 0
    ]


def _gaps(model: AnyModel, data: object, lacking: Lacking, found: Mapping[str, Fields], way: str) -> Array:
    """Return how far each entry of θ is from that of EM, in what it is measured in."""
    ours, theirs = fields_of(found[ALL]), fields_of(found[way])
    return np.array(
        [
            abs(float(theirs[name][index] - ours[name][index])) / lacking.measure(name, index)
            for name, index, _ in _entries(model, data)
        ]
    )


def _words(model: AnyModel, data: object, lacking: Lacking, found: Mapping[str, Fields]) -> str:
    (gone, cells), (whole, units) = lacking.cells, lacking.units
    told = [
        f"{gone:,.0f} of {cells:,.0f} cells are missing, {whole:,.0f} of {things(units, lacking.unit)} "
        f"{'is' if whole == 1 else 'are'} complete.",
        "EM assumes that a hole may depend on what is seen, not on what it hides (missing at random).",
    ]
    if ALL in found and COMPLETE not in found:
        told.append(f"Complete {lacking.unit}s alone do not determine θ.")
    way, what = lacking.wrong
    if {ALL, way} <= found.keys():
        name, index, label = _entries(model, data)[int(_gaps(model, data, lacking, found, way).argmax())]
        unit = lacking.measure(name, index)
        wrong, right = (_told(float(fields_of(found[way])[name][index]), unit) for way in (way, ALL))
        told.append(f"{what} is wrong: {label} = {wrong} instead of {right}.")
    return " ".join(told)


def _told(value: float, unit: float) -> str:
    """Return a number; one that is nothing but rounding in this unit is 0."""
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
    # Probabilities are shaded; else all cells are alike, as their numbers are of different units.
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
    """Return the points under the ellipses of EM, those of complete rows alone as a reference."""
    state = Round(engine.start(model, data, found[ALL]), Phase.E)
    views = model.views(data, state, Look())
    own = next((view for view in views if isinstance(view, Scatter)), None)
    if own is None or lacking.blobs is None or COMPLETE not in found:
        return None
    reference = lacking.blobs(found[COMPLETE], own.axes)
    return replace(own, title="Complete rows", reference=reference, reference_name=ROWS_ALONE, handles=())
