"""The public API: the functions behind the command line and the window, and their results as text."""

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
