"""All that the author of a model must import: the contract (`kernel`) and its records (`records`).

A model is a frozen dataclass of hyper-parameters and a collection of pure functions. Parameters θ live
outside of it, in a NamedTuple of float64 arrays; so do the expected counts. Adding a model is adding one
file in `emviz/models` that ends in ``MODEL = Foo()``.
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
from emviz.em.structure import record

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
