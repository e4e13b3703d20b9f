"""emviz: see the expectation-maximization algorithm, step by step.

    import emviz
    trace = emviz.fit("coins", start={"heads": [0.6, 0.5]})
    print(trace.objectives, trace.params["heads"])

Names are imported on first use, so that `import emviz` is quick, and the program can report what is missing
if NumPy or Qt is not installed.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emviz.api import DataError, ModelError, ModelInfo, ParameterError, Table, Trace, fit, models
    from emviz.api.bounding import bound
    from emviz.api.comparing import compare
    from emviz.api.mapping import Map, basins
    from emviz.api.opening import open_window
    from emviz.api.simulating import simulate
    from emviz.api.starting import Starts, starts
    from emviz.api.uncertainty import errors, profile
    from emviz.em.comparison import Comparison
    from emviz.em.objective.bound import Slice
    from emviz.em.uncertainty.certainty import Errors
    from emviz.em.uncertainty.profiles import Profile
    from emviz.pages.fit import Fit

    __version__: str

__all__ = [
    "Comparison",
    "DataError",
    "Errors",
    "Fit",
    "Map",
    "ModelError",
    "ModelInfo",
    "ParameterError",
    "Profile",
    "Slice",
    "Starts",
    "Table",
    "Trace",
    "__version__",
    "basins",
    "bound",
    "compare",
    "errors",
    "fit",
    "models",
    "open_window",
    "profile",
    "simulate",
    "starts",
]

#: Modules of names that are not in `emviz.api`.
ELSEWHERE = {
    "Comparison": "emviz.em.comparison",
    "Errors": "emviz.em.uncertainty.certainty",
    "Fit": "emviz.pages.fit",
    "Map": "emviz.api.mapping",
    "Profile": "emviz.em.uncertainty.profiles",
    "Slice": "emviz.em.objective.bound",
    "Starts": "emviz.api.starting",
    "basins": "emviz.api.mapping",
    "bound": "emviz.api.bounding",
    "compare": "emviz.api.comparing",
    "errors": "emviz.api.uncertainty",
    "open_window": "emviz.api.opening",
    "profile": "emviz.api.uncertainty",
    "simulate": "emviz.api.simulating",
    "starts": "emviz.api.starting",
}


class _Folder(ModuleType):
    """The package emviz/models, which can also be called: `emviz.models()`."""

    def __call__(self) -> tuple[ModelInfo, ...]:
        """Return the models."""
        listed: tuple[ModelInfo, ...] = import_module("emviz.api").models()
        return listed


class _Package(ModuleType):
    """The package emviz; once imported, its subpackage `models` would hide the function of that name."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "models" and isinstance(value, ModuleType):
            value.__class__ = _Folder
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'emviz' has no attribute {name!r}")
    if name == "__version__":
        return import_module("importlib.metadata").version("emviz")
    return getattr(import_module(ELSEWHERE.get(name, "emviz.api")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
