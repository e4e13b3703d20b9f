"""One file per model. A model is found by being here, or through the entry-point group `emviz.models`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from emviz.em.domains import ParameterError
from emviz.em.model import AnyModel, Example


@cache
def discover() -> tuple[AnyModel, ...]:
    """Return every model, those of emviz first by title, then those of other packages."""
    inside: list[AnyModel] = [
        import_module(f"{__name__}.{entry.name}").MODEL for entry in iter_modules(__path__)
    ]
    outside: list[AnyModel] = [entry.load() for entry in entry_points(group="emviz.models")]
    return tuple(sorted(inside, key=lambda model: model.title) + outside)


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
    raise ParameterError(
        f"there is no model {key!r}; there are {', '.join(model.key for model in discover())}"
    )


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
