"""Models from other packages: the checks that a plug-in must pass before it is offered."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import is_dataclass
from importlib.metadata import EntryPoint
from typing import get_args

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.em import engine
from emviz.em.counts.table import Answer, CountTable
from emviz.em.hyper import configure
from emviz.em.model import AnyModel, ColumnSpec, Example, Kernel, Look, Model, Phase, Round, Words
from emviz.em.pictures import View
from emviz.em.theta.params import params_from

#: Seconds within which a plug-in must answer; importing a large library takes some of them.
PATIENCE = 10.0
#: The members of a model, the kernel's first; a subclass of `Model` has them all.
PARTS = tuple(name for kind in (Kernel, Model) for name in vars(kind) if name[0] != "_")


class PluginError(Exception):
    """The reason why a plug-in cannot be used."""


def load(entry: EntryPoint, taken: Collection[str], patience: float = PATIENCE) -> AnyModel:
    """Return the model of a plug-in after a trial: one iteration of EM on its first example.

    Parameters
    ----------
    entry : EntryPoint
        The entry point of the model.
    taken : collection of str
        The keys that are already in use.
    patience : float
        Seconds for import and trial together.

    Raises
    ------
    PluginError
        For any fault of the plug-in; the text names it.
    """
    ended: list[AnyModel | BaseException] = []
    # A plug-in that hangs must not block the program: its daemon thread is abandoned.
    trial = threading.Thread(target=_try, args=(entry, taken, ended), daemon=True)
    trial.start()
    trial.join(patience)
    end = ended[0] if ended else PluginError(f"it has not answered within {patience:g} seconds")
    if isinstance(end, BaseException):
        reason = str(end) if isinstance(end, PluginError) else f"{type(end).__name__}: {end}"
        raise PluginError(f"the plug-in {entry.name} ({entry.value}) is left out: {reason}") from end
    return end


def _try(entry: EntryPoint, taken: Collection[str], ended: list[AnyModel | BaseException]) -> None:
    # Foreign code may raise anything; even its sys.exit() must not end the program.
    try:
        model: AnyModel = entry.load()
        _check(model, taken)
        _rehearse(configure(model, model.examples[0].hyper), model.examples[0])
    except BaseException as error:
        ended.append(error)
    else:
        ended.append(model)


def _check(model: AnyModel, taken: Collection[str]) -> None:
    if isinstance(model, type):
        raise PluginError(f"it is a class, no model: write {model.__name__}()")
    missing = [part for part in PARTS if not hasattr(model, part)]
    if missing:
        raise PluginError(
            f"it is no model, it lacks {', '.join(missing)}; a model inherits from emviz.em.model.Model"
        )
    if not is_dataclass(model):
        raise PluginError("it is no dataclass, whose fields are the hyper-parameters")
    if not (isinstance(model.key, str) and isinstance(model.title, str)):
        raise PluginError("its key and its title must be text")
    if model.key in taken:
        raise PluginError(f"there is a model {model.key!r} already")
    if not model.examples:
        raise PluginError("it has no example, and a model opens with its first one")
    for example in model.examples:
        _expect("examples", example, Example)
    for column in model.columns:
        _expect("columns", column, ColumnSpec)
    _expect("words", model.words, Words)
    _expect("description", model.description, str)


def _rehearse(model: AnyModel, example: Example) -> None:
    """Do one iteration, and check what each phase would give the window to draw."""
    data = model.parse(read_table(example_path(example.file)))
    first = engine.start(model, data, params_from(model, data, example.start))
    second = engine.advance(model, data, first)
    third = engine.advance(model, data, second)
    for state in (Round(first, Phase.START), Round(second, Phase.E), Round(second, Phase.M, third.params)):
        _expect("count_table", model.count_table(data, state, np.array([0])), CountTable)
        for view in model.views(data, state, Look()):
            _expect("views", view, get_args(View))
    for answer in model.answers(data, first.params, np.array([0])):
        _expect("answers", answer, Answer)


def _expect(part: str, given: object, kind: type | tuple[type, ...]) -> None:
    if not isinstance(given, kind):
        raise PluginError(f"{part} returned {given!r}, which cannot be shown")
