"""The public API: what the command line and the window do, as functions, and their results in words."""

from emviz.api.fitting import Assumed, ModelInfo, fit, models
from emviz.data.table import DataError, Table
from emviz.em.domains import ParameterError
from emviz.em.model import ModelError
from emviz.em.trace import Trace

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
