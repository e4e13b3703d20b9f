"""All that the author of a model must import: the contract (`kernel`) and its records (`records`).

A model is a frozen dataclass of hyper-parameters and a collection of pure functions. Parameters θ live
outside of it, in a NamedTuple of float64 arrays; so do the expected counts. Adding a model is adding one
file in `emviz/models` that ends in ``MODEL = Foo()``.
"""

from emviz.em.kernel import (
    Answers,
    AnyModel,
    Completions,
    Counted,
    Described,
    Kernel,
    Labelled,
    Model,
    Pictured,
    Simulates,
    offers,
)
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
    "Answers",
    "AnyLook",
    "AnyModel",
    "AnyRound",
    "AnyStep",
    "C",
    "ColumnSpec",
    "Completions",
    "Counted",
    "D",
    "Described",
    "Example",
    "Expectation",
    "Fields",
    "Kernel",
    "Labelled",
    "Look",
    "Model",
    "ModelError",
    "P",
    "Phase",
    "Pictured",
    "Round",
    "Rows",
    "Simulates",
    "Step",
    "Stride",
    "Words",
    "fields_of",
    "offers",
    "record",
]
