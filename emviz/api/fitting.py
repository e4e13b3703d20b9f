"""Running a model on data, and listing the models."""

from __future__ import annotations

import os
import warnings
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from emviz import session as desk
from emviz.data.examples import example_path
from emviz.data.reader import read_table, sniff
from emviz.data.table import DataError, Frame, Table
from emviz.em.domains import ParameterError, ShapeError
from emviz.em.hyper import Hyper, configure, hypers
from emviz.em.methods import method_named
from emviz.em.model import AnyModel, AnyStep, ColumnSpec, Example, ModelError
from emviz.em.work import finished
from emviz.intake import Taken, Wishes, ask, take, with_way_out
from emviz.models import discover, example_named, model_named
from emviz.session import Session

if TYPE_CHECKING:
    from emviz.pages.fit import Fit

#: The value of `missing` that leaves out rows with a missing cell.
DROP = "drop"
WISHES = Wishes()

Data: TypeAlias = "str | os.PathLike[str] | Table | Mapping[str, object] | Frame"


class Assumed(UserWarning):
    """Warns of what was assumed about data, or ignored in them."""


@dataclass(frozen=True)
class ParameterInfo:
    """One field of θ: its name, symbol, and shape for the first example."""

    name: str
    symbol: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class ModelInfo:
    """Description of a model.

    Parameters
    ----------
    key, title, description : str
        The name for `fit`, the name on the screen, and a paragraph.
    columns : tuple of ColumnSpec
        The columns that it reads.
    hyper : tuple of Hyper
        Its hyper-parameters, with their defaults.
    parameters : tuple of ParameterInfo
        The fields of θ.
    examples : tuple of Example
        The data sets included with it.
    """

    key: str
    title: str
    description: str
    columns: tuple[ColumnSpec, ...]
    hyper: tuple[Hyper, ...]
    parameters: tuple[ParameterInfo, ...]
    examples: tuple[Example, ...]


@np.errstate(all="ignore")  # what leaves the range of a float is said in an error's words, not NumPy's
def fit(
    key: str,
    data: Data | None = None,
    *,
    start: Mapping[str, object] | None = None,
    seed: int = 0,
    method: str = "em",
    iterations: int = 1000,
    tol: float = 1e-8,
    tol_on: str = "gain",
    columns: Mapping[str, str] | None = None,
    use: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: str | Sequence[str] = (),
    sheet: str = "",
    every_row: bool = False,
    **hyper: object,
) -> Fit:
    """Run EM to convergence and return every half-step; a notebook displays the result as a page.

    Parameters
    ----------
    key : str
        The model; see `models`.
    data : path, Table, mapping of column name to values, or data frame, optional
        By default the model's first example. Arrays are used without conversion.
    start : mapping of parameter field to nested lists or arrays, optional
        θ(0); omitted fields have their default. By default drawn with `seed`.
    seed : int
        Seed for a random θ(0).
    method : str
        "em", or "hard" for hard EM.
    iterations : int
        Maximum number of iterations.
    tol : float
        Stop when neither the gain of an iteration nor the estimate of what is left exceeds this fraction of
        |log P|; 0 to do all the iterations.
    tol_on : str
        "gain", or "theta" to stop when a step of θ, √Σ Δ² over its independent entries, is at most `tol`
        long.
    columns : mapping of str to str, optional
        Maps the model's column names to those in the data; omitted ones are guessed.
    use, drop : sequence of str
        For a model with any number of columns: the only ones to use, or the ones to leave out.
    missing : str or sequence of str
        Further codes of a missing cell, such as "-9"; "drop" to leave out rows with a missing cell.
    sheet : str
        The sheet of a spreadsheet, or the alignment of a Stockholm file with several; by default the first
        one with a table.
    every_row : bool
        Whether rows above and below the data that look like units, totals or remarks are data too.
    **hyper
        The model's hyper-parameters by name.

    Warns
    -----
    Assumed
        If columns were guessed, combined or ignored.

    Raises
    ------
    DataError
        If the data cannot be used; names file, row and column.
    ParameterError
        For an unknown model or method, or an invalid parameter or hyper-parameter.
    ModelError
        If a half-step is impossible; its `steps` hold the trace up to there.
    """
    wishes = wishes_of(columns, use, drop, missing, every_row)
    session = opened(key, data, wishes, sheet, hyper, start=start, seed=seed, method=method)
    # Pages take a tenth of a second to import, and the window needs the rest of this module alone.
    from emviz.pages.fit import fitted

    return fitted(completed(desk.set_limits(session, tol, iterations, tol_on)))


def models() -> tuple[ModelInfo, ...]:
    """Return a description of every model.

    Raises
    ------
    DataError
        If an example is missing because the installation is incomplete.
    """
    return tuple(_info(model) for model in discover())


def chosen(
    key: str,
    data: Data | None = None,
    *,
    example: str | None = None,
    hyper: Mapping[str, object],
    wishes: Wishes = WISHES,
    sheet: str = "",
) -> tuple[AnyModel, Taken, str]:
    """Return a model with its hyper-parameters, a table, and the table's title or file name.

    Parameters
    ----------
    example : str, optional
        The example to use without `data`; by default the model's first one.
    wishes : Wishes
        Settings for reading the data; the rest is guessed, and nothing of an example.
    sheet : str
        The sheet of a spreadsheet, or the alignment of a Stockholm file.
    """
    model = model_named(key)
    if data is not None:
        source = Path(data).name if isinstance(data, str | os.PathLike) else ""
        configured, table = configure(model, hyper), _table_of(data, sheet)
    else:
        known = example_named(model, example)
        source, table = known.title, _table_of(example_path(known.file), sheet)
        configured = configure(model, {**known.hyper, **hyper})
        if wishes == WISHES:
            return configured, Taken(table), source
    try:
        return configured, take(configured, table, ask(configured, table, wishes)), source
    except DataError as error:
        raise (error.within(source) if source else error) from None


def opened(
    key: str,
    data: Data | None,
    wishes: Wishes,
    sheet: str,
    hyper: Mapping[str, object],
    *,
    start: Mapping[str, object] | None = None,
    seed: int | None = None,
    method: str = "em",
) -> Session:
    """Return a session at θ(0) for a public function, and warn its caller of assumptions."""
    model, taken, source = chosen(key, data, hyper=hyper, wishes=wishes, sheet=sheet)
    for note in taken.notes:
        warnings.warn(note, Assumed, stacklevel=4)  # the caller of the public function, beyond `errstate`
    return begun(model, taken, source, start=start, seed=seed, method=method)


def wishes_of(
    columns: Mapping[str, str] | None = None,
    use: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: str | Sequence[str] = (),
    every_row: bool = False,
) -> Wishes:
    """Return settings for reading data from the arguments of `fit`."""
    codes = {code.strip().lower() for code in ([missing] if isinstance(missing, str) else missing)}
    return Wishes(
        columns or {},
        tuple(use),
        tuple(drop),
        frozenset(codes - {DROP}),
        DROP in codes,
        every_row=every_row,
    )


def begun(
    model: AnyModel,
    taken: Taken,
    source: str,
    *,
    start: Mapping[str, object] | None = None,
    seed: int | None = None,
    method: str = "em",
) -> Session:
    """Return a session at θ(0): the model's default if neither `start` nor `seed` is given."""
    if seed is not None and seed < 0:
        raise ParameterError(f"the seed must be a whole number of at least 0, got {seed}")
    try:
        way = method_named(method)
        begun = desk.new_session(model, taken.table, source, start=start, seed=seed, method=way)
        return replace(begun, choice=taken.choice, notes=taken.notes)
    except DataError as error:
        explained = taken.explained(model, with_way_out(model, taken.table, error, choice=taken.choice))
        raise (explained.within(source) if source else explained) from None
    except ModelError as error:
        raise error.because(taken.turned) from None
    except ShapeError as error:  # for example, a column was left out
        raise ParameterError("; ".join((str(error), *taken.notes))) from None


def completed(session: Session) -> Session:
    """Return a session run until its stopping rule applies.

    Raises
    ------
    ModelError
        If a half-step is impossible; its `steps` hold the trace up to there.
    """
    done = attempted(session, session.iterations, session.tolerance)
    if done.failure is not None:
        done.failure.steps = tuple(done.trace)
        raise done.failure
    return done


def attempted(session: Session, iterations: int, tol: float) -> Session:
    """Return a session run to convergence, or up to an impossible half-step, its `failure`.

    Raises
    ------
    ParameterError
        For a negative tolerance or number of iterations.
    """
    return finished(attempting(session, iterations, tol))


def attempting(session: Session, iterations: int, tol: float) -> Generator[AnyStep | None, None, Session]:
    """Return the result of `attempted`; yields every half-step, and None where a long one can be stopped."""
    limited = desk.set_limits(session, tol, iterations)
    run = desk.steps(limited, None)
    more: list[AnyStep] = []
    while True:
        try:
            found = next(run)
        except StopIteration as end:
            return desk.extended(limited, limited.run, more, end.value)
        except ModelError as failure:
            return desk.failed(desk.extended(limited, limited.run, more), limited.run, failure)
        more += [] if found is None else [found]
        yield found


def with_truth(session: Session, example: str | None) -> Session:
    """Return the session with the parameters that its example was simulated from, if it was."""
    truth = example_named(session.model, example).truth
    return replace(session, truth=desk.fitting(session.model, session.data, truth))


def advanced(session: Session, iterations: int | None, tol: float, halves: int) -> Session:
    """Return the session run for a number of iterations, or None for none, and then some half-steps.

    If one of them is impossible, it becomes the session's `failure`, and the trace ends before it.
    """
    if iterations is not None:
        session = attempted(session, iterations, tol)
    for _ in range(halves):
        if session.failure is None:
            session = desk.step(session)
    return session


def shown(
    session: Session, picture: str, row: int | None, revealed: bool, supposed: Sequence[str] = ()
) -> Session:
    """Return the session with a picture, a row and the labels displayed.

    Parameters
    ----------
    picture : str
        Title of one of the model's pictures; empty for the first one.
    row : int or None
        Number of the selected data row, from 1.
    supposed : sequence of str
        What is supposed of the row, such as "smoke=yes".

    Raises
    ------
    ParameterError
        If there is no such picture or row, or something cannot be supposed.
    """
    titles = [view.title for view in desk.views(session)]
    if picture and picture not in titles:
        raise ParameterError(f"there is no picture {picture!r}; there are {', '.join(titles)}")
    if row is not None and not 1 <= row <= session.table.rows:
        raise ParameterError(f"there is no row {row} among {session.table.rows:,}")
    place = None if row is None else row - 1
    pairs = desk.supposable(session, supposed)
    display = replace(session.display, picture=picture, row=place, revealed=revealed, supposed=pairs)
    return desk.show(session, display)


def _table_of(data: Data, sheet: str) -> Table:
    if isinstance(data, str | os.PathLike):
        return read_table(Path(data), sniff(Path(data), sheet) if sheet else None)
    if isinstance(data, Table):
        return data
    if isinstance(data, Mapping):
        return _table_of_columns(data)
    if hasattr(data, "columns") and hasattr(data, "__getitem__"):
        return Table.from_frame(data)
    raise DataError(
        f"expected a path, a Table, a mapping of columns or a data frame, got a {type(data).__name__}"
    )


def _table_of_columns(columns: Mapping[str, object]) -> Table:
    cells = {str(name): values for name, values in columns.items()}
    for name, values in cells.items():
        # An array without axes has `__iter__`, and raises a TypeError when it is called.
        scalar = isinstance(values, str | bytes) or getattr(values, "ndim", 1) == 0
        if scalar or not hasattr(values, "__iter__"):
            raise DataError(f"expected a sequence of cells, got {values!r}", column=name)
    return Table.from_columns(cells)  # type: ignore[arg-type]  # checked above: each is iterable


def _info(model: AnyModel) -> ModelInfo:
    first = example_named(model, None)
    configured = configure(model, first.hyper)
    data = configured.parse(read_table(example_path(first.file)))
    parameters = [ParameterInfo(each.name, each.symbol, each.shape) for each in configured.parameters(data)]
    return ModelInfo(
        model.key,
        model.title,
        model.description,
        tuple(model.columns),
        hypers(model),
        tuple(parameters),
        tuple(model.examples),
    )
