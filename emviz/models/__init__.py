"""One file per model. A model is found by being here, or through the entry-point group `emviz.models`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from emviz.em import plugins
from emviz.em.domains import ParameterError
from emviz.em.model import AnyModel, Example
from emviz.em.plugins import PluginError


def discover() -> tuple[AnyModel, ...]:
    """Return every model, those of emviz first by title, then those of other packages."""
    return _found()[0]


def left_out() -> tuple[str, ...]:
    """Return for each model of another package that cannot be used a sentence that names it and says why."""
    return _found()[1]


@cache
def _found() -> tuple[tuple[AnyModel, ...], tuple[str, ...]]:
    inside: list[AnyModel] = [
        import_module(f"{__name__}.{entry.name}").MODEL for entry in iter_modules(__path__)
    ]
    models, faults = sorted(inside, key=lambda model: model.title), []
    for entry in entry_points(group="emviz.models"):
        try:
            models.append(plugins.load(entry, {model.key for model in models}))
        except PluginError as error:
            faults.append(str(error))
    return tuple(models), tuple(faults)


def model_named(key: str) -> AnyModel:
    """Return the model with this key.

    Raises
    ------
    ParameterError
        Where there is none.
    """
    for model in discover():
        if model.key == key:
            return model
    known = f"there is no model {key!r}; there are {', '.join(model.key for model in discover())}"
    raise ParameterError("; ".join((known, *left_out())))


def example_named(model: AnyModel, key: str | None) -> Example:
    """Return an example of a model by its key; the first one for None.

    Raises
    ------
    ParameterError
        Where there is none of that name.
    """
    for example in model.examples:
        if key in (None, example.key):
            return example
    raise ParameterError(
        f"{model.key} has no example {key!r}; it has {', '.join(each.key for each in model.examples)}"
    )
