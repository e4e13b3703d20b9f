"""One folder or file per model, found by `TITLES`, or through the entry-point group `emviz.models`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from emviz.em.domains import ParameterError
from emviz.em.model import AnyModel, Example

#: Title of each model by its key, the name of its file or folder. They are listed here so that the window can
#: name all models at its start but import only the one that it shows.
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "abo": "ABO blood groups",
        "network": "Bayesian network",
        "coins": "Coins",
        "tomography": "Emission tomography",
        "gmm": "Gaussian mixture",
        "haplotype": "Haplotypes",
        "hmm": "Hidden Markov model",
        "linkage": "Linkage",
        "normal": "Missing measurements",
        "poisson": "Poisson counts",
        "deaths": "Poisson mixture",
        "profile": "Profile HMM",
        "proteins": "Protein identification",
        "rna": "RNA covariance model",
        "motif": "Sequence motif",
        "modules": "Transcriptional modules",
    }
)


def discover() -> tuple[AnyModel, ...]:
    """Return every model, those of emviz first by title, then those of other packages."""
    return (*map(_own, sorted(TITLES, key=TITLES.__getitem__)), *guests())


def guests() -> tuple[AnyModel, ...]:
    """Return the models of other packages."""
    return _found()[0]


def left_out() -> tuple[str, ...]:
    """Return one sentence for each model of another package that cannot be used, with the reason."""
    return _found()[1]


def _own(key: str) -> AnyModel:
    model: AnyModel = import_module(f"{__name__}.{key}").MODEL
    return model


@cache
def _found() -> tuple[tuple[AnyModel, ...], tuple[str, ...]]:
    # Imported here since the search for packages is slow, and a window starts without it.
    from importlib.metadata import entry_points

    from emviz.em import plugins

    models: list[AnyModel] = []
    faults: list[str] = []
    for entry in entry_points(group="emviz.models"):
        try:
            models.append(plugins.load(entry, {*TITLES, *(model.key for model in models)}))
        except plugins.PluginError as error:
            faults.append(str(error))
    return tuple(models), tuple(faults)


def model_named(key: str) -> AnyModel:
    """Return the model with this key.

    Raises
    ------
    ParameterError
        If there is no such model.
    """
    if key in TITLES:
        return _own(key)
    for model in guests():
        if model.key == key:
            return model
    known = f"there is no model {key!r}; there are {', '.join(model.key for model in discover())}"
    raise ParameterError("; ".join((known, *left_out())))


def example_named(model: AnyModel, key: str | None) -> Example:
    """Return an example of a model by its key; the first one for None.

    Raises
    ------
    ParameterError
        If there is none of that name.
    """
    for example in model.examples:
        if key in (None, example.key):
            return example
    raise ParameterError(
        f"{model.key} has no example {key!r}; it has {', '.join(each.key for each in model.examples)}"
    )
