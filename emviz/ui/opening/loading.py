"""Loads a file into the session, with the same reader as the command line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from emviz import session as desk
from emviz.data.reader import Dialect, read_table, sniff
from emviz.data.table import DataError, Table
from emviz.em.hyper import hypers
from emviz.em.model import AnyModel, ModelError
from emviz.em.work import check_stop, finished
from emviz.intake import Taken, Wishes, ask, others_words, readers, suiting, take
from emviz.models import discover, model_named
from emviz.session import Session
from emviz.session.cells import contradiction
from emviz.session.display import begun
from emviz.ui.errors import by_window, sentence_of
from emviz.ui.opening.openings import Opening, again
from emviz.ui.work.worker import Control
from emviz.wording.narration import method_lost

#: Said of a text setting that names none of a file's columns.
OTHER_DATA = "dropped, because it names columns that are not in this file"
#: Maximum length of the news about a file; thousands of column names would fill the window.
LONGEST_NEWS = 300


def loaded(
    path: Path,
    dialect: Dialect | None,
    wishes: Wishes,
    session: Session,
    control: Control,
    key: str | None = None,
) -> Session:
    """Return a session on a file; with a bad cell, a draft in which that cell can be corrected.

    Parameters
    ----------
    key : str, optional
        Key of the model to read it, if not the current one.
    """
    table = read_table(path, dialect, progress=control.report)
    model = session.model if key in (None, session.model.key) else model_named(key)
    try:
        return _read_by(model, table, path.name, wishes, session)
    except DataError as error:
        plain = suiting(model, table)
        if plain is model:
            raise (_with_others(error, model, table) if wishes == Wishes() else error) from None
    found = _read_by(plain, table, path.name, wishes, session)
    gone = [each.label for each, other in zip(hypers(model), hypers(plain), strict=True) if each != other]
    return replace(found, notes=(f"{', '.join(gone)}: {OTHER_DATA}", *found.notes))


def _with_others(error: DataError, model: AnyModel, table: Table) -> DataError:
    """Prefix an error with the models that can use the table, unless a single cell is at fault."""
    if error.row is not None:
        return error
    others = others_words(each for each in readers(discover(), table) if each and each.key != model.key)
    if not others:
        return error
    message = f"{others} (choose the model in Open file…, Ctrl+O). {model.title}: {error.message}"
    return DataError(message, column=error.column, source=error.source)


def _read_by(model: AnyModel, table: Table, name: str, wishes: Wishes, session: Session) -> Session:
    try:
        check_stop()
        choice = ask(model, table, wishes)
        check_stop()
        taken = take(model, table, choice)
    except DataError as error:
        raise error.within(name) from None
    check_stop()
    return replace(_opened(name, model, taken, session), choice=taken.choice, notes=taken.notes)


def reopened(path: Path, known: Opening, session: Session, control: Control) -> Session:
    """Return a session on a file opened as before; if the file has changed, opened as detected."""
    dialect, wishes, changed = again(path, sniff(path), known)
    session = loaded(path, dialect, wishes, session, control)
    return replace(session, notes=(changed, *session.notes)) if changed else session


@dataclass(frozen=True)
class Staged:
    """A session from a file, and news about it, such as its differences from when it was saved."""

    session: Session
    news: str


def staged(path: Path, session: Session, control: Control) -> Staged:
    """Return the session of a file with its steps recomputed.

    Answers that are hidden from a class stay hidden, whatever the file says.

    Raises
    ------
    DataError
        If the file holds no session; the error names the file.
    """
    # Imported on first use, to keep the start fast.
    from emviz.scenes.performing import difference_words, performing
    from emviz.scenes.reading import read_file

    scene = read_file(path)
    try:
        found = finished(control.reporting(performing(scene)))
    except DataError as error:
        raise error.within(path.name) from None
    display = replace(found.session.display, guessing=session.display.guessing)
    shown = desk.show(found.session, begun(display))
    return Staged(desk.open_whole(session, shown), difference_words(scene, found.differences))


def _opened(name: str, model: AnyModel, taken: Taken, session: Session) -> Session:
    try:
        opened = desk.new_session(model, taken.table, name)
    except DataError as error:
        if error.row is not None and model.key != session.model.key:
            # Unusable data become a draft; valid data of the same model stay behind it.
            drafted = desk.set_table(desk.example_session(model.key), taken.table, name)
            return desk.open_instead(session, replace(drafted, fault=error.within(name)))
        if error.row is None or model != session.model:
            raise taken.explained(model, error).within(name) from None
        return replace(desk.set_table(session, taken.table, name), fault=error.within(name))
    except ModelError as error:
        raise error.because(taken.turned) from None
    return desk.open_instead(session, opened)


def opening_news(before: Session, session: Session) -> str:
    """Return the news about an opened file; "" if nothing had to be assumed."""
    notes = sentence_of(by_window("; ".join(session.notes))) if session.notes else ""
    if len(notes) > LONGEST_NEWS:
        notes = f"{notes[:LONGEST_NEWS]}…"
    return " ".join(each for each in (notes, contradiction(session), method_lost(before, session)) if each)
