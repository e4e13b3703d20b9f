"""The public API: run a model on data and get the trace; list the models."""

from __future__ import annotations

import os
import warnings
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

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
from emviz.pages.fit import Fit, fitted
from emviz.session import Session

#: Says that rows with a missing cell are left out, in the place of a code.
DROP = "drop"
WISHES = Wishes()

Data: TypeAlias = "str | os.PathLike[str] | Table | Mapping[str, object] | Frame"


class Assumed(UserWarning):
    """Says what was assumed of data, or left out."""


@dataclass(frozen=True)
class ParameterInfo:
    """One field of θ: its name, its letter, and its shape on the first example."""

    name: str
    symbol: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class ModelInfo:
    """What there is to know of a model before it is run.

    Parameters
    ----------
    key, title, description : str
        The name for `fit`, the name on the screen, and a paragraph.
    columns : tuple of ColumnSpec
        The columns it reads.
    hyper : tuple of Hyper
        Its hyper-parameters, with their defaults.
    parameters : tuple of ParameterInfo
        The fields of θ.
    examples : tuple of Example
        The data sets that come with it.
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
    """Run EM to convergence and return every half-step of it; a notebook shows it as a page.

    Parameters
    ----------
    key : str
        The model; see `models`.
    data : path, Table, mapping of column name to values, or data frame, optional
        The model's first example where it is left out. Arrays are taken as they are.
    start : mapping of parameter field to nested lists or arrays, optional
        θ(0); fields left out take their default. Drawn with `seed` where it is left out.
    seed : int
        What θ(0) is drawn with.
    method : str
        "em", or "hard" for hard EM.
    iterations : int
        The most iterations to do.
    tol : float
        Stop when neither the gain of an iteration nor the estimate of what is left exceeds this fraction of
        |log P|; 0 to do all the iterations.
    tol_on : str
        "gain", or "theta" to stop when a step of θ, √Σ Δ² over its independent entries, is no longer than
        `tol`.
    columns : mapping of str to str, optional
        The model's names of columns to those in the data; those left out are guessed.
    use, drop : sequence of str
        For a model that takes any number of columns: those to take and no others, those to leave out.
    missing : str or sequence of str
        What else a missing cell holds, such as "-9"; "drop" to leave out rows with a missing cell.
    sheet : str
        The sheet of a spreadsheet, or the alignment of a Stockholm file with several; the first one that
        holds a table where it is left out.
    every_row : bool
        Whether rows above and below the data that look like units, totals or remarks are data too.
    **hyper
        The model's hyper-parameters by name.

    Warns
    -----
    Assumed
        Where columns were guessed, put together or left out.

    Raises
    ------
    DataError
        For data that cannot be used, with file, row and column.
    ParameterError
        For an unknown model or method, or an impossible parameter or hyper-parameter.
    ModelError
        Where a half-step cannot be done; its `steps` hold the trace up to there.
    """
    wishes = wishes_of(columns, use, drop, missing, every_row)
    session = opened(key, data, wishes, sheet, hyper, start=start, seed=seed, method=method)
    return fitted(completed(desk.set_limits(session, tol, iterations, tol_on)))


def models() -> tuple[ModelInfo, ...]:
    """Return what there is to know of every model.

    Raises
    ------
    DataError
        Where an example is missing: the installation is incomplete.
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
    """Return a model with its hyper-parameters, a table, and where that comes from: a title or a file name.

    Parameters
    ----------
    example : str, optional
        The example to take where `data` is left out; the model's first one unless named.
    wishes : Wishes
        What is to be read from `data`; the rest is guessed.
    sheet : str
        The sheet of a spreadsheet, or the alignment of a Stockholm file.
    """
    model = model_named(key)
    if data is not None:
        source = Path(data).name if isinstance(data, str | os.PathLike) else ""
        configured, table = configure(model, hyper), _table_of(data, sheet)
        try:
            return configured, take(configured, table, ask(configured, table, wishes)), source
        except DataError as error:
            raise (error.within(source) if source else error) from None
    known = example_named(model, example)
    table = read_table(example_path(known.file))
    return configure(model, {**known.hyper, **hyper}), Taken(table), known.title


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
    """Return a session at θ(0) for a public function; its caller is warned of what was assumed."""
    model, taken, source = chosen(key, data, hyper=hyper, wishes=wishes, sheet=sheet)
    for note in taken.notes:
        warnings.warn(note, Assumed, stacklevel=4)  # past this, the public function, and NumPy's `errstate`
    return begun(model, taken, source, start=start, seed=seed, method=method)


def wishes_of(
    columns: Mapping[str, str] | None = None,
    use: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: str | Sequence[str] = (),
    every_row: bool = False,
) -> Wishes:
    """Return what is to be read from data, as `fit` takes it."""
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
    """Return a session at θ(0): the model's default where neither `start` nor `seed` is given."""
    if seed is not None and seed < 0:
        raise ParameterError(f"the seed must be a whole number of at least 0, got {seed}")
    try:
        way = method_named(method)
        begun = desk.new_session(model, taken.table, source, start=start, seed=seed, method=way)
        return replace(begun, choice=taken.choice, notes=taken.notes)
    except DataError as error:
        told = taken.explained(model, with_way_out(model, taken.table, error, choice=taken.choice))
        raise (told.within(source) if source else told) from None
    except ModelError as error:
        raise error.because(taken.turned) from None
    except ShapeError as error:  # as after a column was left out
        raise ParameterError("; ".join((str(error), *taken.notes))) from None


def completed(session: Session) -> Session:
    """Return a session run until it stops by its own rule.

    Raises
    ------
    ModelError
        Where a half-step cannot be done; its `steps` hold the trace up to there.
    """
    done = attempted(session, session.iterations, session.tolerance)
    if done.failure is not None:
        done.failure.steps = tuple(done.trace)
        raise done.failure
    return done


def attempted(session: Session, iterations: int, tol: float) -> Session:
    """Return a session run to convergence, or up to the half-step that cannot be done, its `failure`.

    Raises
    ------
    ParameterError
        For a negative tolerance or no iterations.
    """
    return finished(attempting(session, iterations, tol))


def attempting(session: Session, iterations: int, tol: float) -> Generator[AnyStep | None, None, Session]:
    """Return what `attempted` does; yield every half-step, and None where a long one can be stopped."""
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
    """Return a session on an example with the parameters that its data were simulated from, if they were."""
    truth = example_named(session.model, example).truth
    return replace(session, truth=desk.fitting(session.model, session.data, truth))


def advanced(session: Session, iterations: int | None, tol: float, halves: int) -> Session:
    """Return the session run for so many iterations, None for none, and then so many half-steps.

    Where one of them cannot be done, it is the session's `failure`, and the trace ends before it.
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
    """Return the session with a picture, a row and the labels on display.

    Parameters
    ----------
    picture : str
        The title of one of the model's pictures; empty for the first one.
    row : int or None
        The row of the data that is asked about, counted from 1.
    supposed : sequence of str
        What is supposed of it, such as "smoke=yes".

    Raises
    ------
    ParameterError
        Where there is no such picture or row, and for what cannot be supposed.
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
        scalar = isinstance(values, str | bytes) or getattr(values, "ndim", 1) == 0
        if scalar or not hasattr(values, "__iter__"):
            raise DataError(f"expected a sequence of cells, got {values!r}", column=name)
    return Table.from_columns(cells)  # type: ignore[arg-type]  # each has just been seen to be iterable


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
