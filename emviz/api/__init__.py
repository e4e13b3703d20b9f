"""The public API: what the command line and the window do, as functions, and their results in words."""

from emviz.api.fitting import (
    Assumed,
    DataError,
    ModelError,
    ModelInfo,
    ParameterError,
    Table,
    Trace,
    fit,
    models,
)

__all__ = [
    "Assumed",
    "DataError",
    "ModelError",
    "ModelInfo",
    "ParameterError",
    "Table",
    "Trace",
    "fit",
    "models",
]
