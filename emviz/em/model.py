"""Everything that the author of a model imports: the contract (`kernel`) and its records (`records`).

A model is a frozen dataclass of hyper-parameters with pure functions. It does not hold the parameters θ:
these are a NamedTuple of float64 arrays, and so are the expected counts. To add a model to emviz, add one
file to `emviz/models` that ends in ``MODEL = Foo()``.
"""

from emviz.em.kernel import AnyModel, Kernel, Model, offers
from emviz.em.records import (
    POSTERIOR,
    AnyLook,
    AnyRound,
    AnyStep,
    C,
    ColumnSpec,
    D,
    Example,
    Expectation,
    Fields,
    Look,
    ModelError,
    P,
    Phase,
    Preset,
    Round,
    Rows,
    Step,
    Stride,
    Words,
    fields_of,
)
from emviz.em.theta.structure import record

__all__ = [
    "POSTERIOR",
    "AnyLook",
    "AnyModel",
    "AnyRound",
    "AnyStep",
    "C",
    "ColumnSpec",
    "D",
    "Example",
    "Expectation",
    "Fields",
    "Kernel",
    "Look",
    "Model",
    "ModelError",
    "P",
    "Phase",
    "Preset",
    "Round",
    "Rows",
    "Step",
    "Stride",
    "Words",
    "fields_of",
    "offers",
    "record",
]
