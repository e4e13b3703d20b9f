"""Models of other packages: what one must have before it is offered beside the models of emviz."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import EntryPoint

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.em.hyper import configure
from emviz.em.model import AnyModel, Model

#: What a model is made of; every one is public.
PARTS = tuple(name for name in vars(Model) if not name.startswith("_"))


class PluginError(Exception):
    """Says why a model of another package cannot be used."""


def load(entry: EntryPoint, taken: Collection[str]) -> AnyModel:
    """Return the model of another package, once its first example has been read with it.

    Parameters
    ----------
    entry : EntryPoint
        Where the model lies.
    taken : collection of str
        The keys of other models.

    Raises
    ------
    PluginError
        With the name of the plug-in, whatever it does wrong while it is loaded.
    """
    try:
        model: AnyModel = entry.load()
        _check(model, taken)
    # A stranger's code may raise anything, and sys.exit() is no reason for emviz to end.
    except (Exception, SystemExit) as error:
        reason = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
        raise PluginError(f"the plug-in {entry.name} ({entry.value}) is left out: {reason}") from error
    return model


def _check(model: AnyModel, taken: Collection[str]) -> None:
    missing = [part for part in PARTS if not hasattr(model, part)]
    if missing:
        raise PluginError(f"it is no model, it lacks {', '.join(missing)}")
    if not (isinstance(model.key, str) and isinstance(model.title, str)):
        raise PluginError("its key and its title must be text")
    if model.key in taken:
        raise PluginError(f"there is a model {model.key!r} already")
    if not model.examples:
        raise PluginError("it has no example, and a model opens with its first one")
    first = model.examples[0]
    configured = configure(model, first.hyper)
    configured.parameters(configured.parse(read_table(example_path(first.file))))
