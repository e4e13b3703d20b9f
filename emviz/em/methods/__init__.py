"""Methods: how θ(t) becomes θ(t+1). One file each, entered in `METHODS`.

A method says all that a step shows: the objective that is raised and its name, the lower bound, how units are
counted, and the words for it. A model never knows the method; the round tells it whether units are counted
whole.
"""

from emviz.em.domains import ParameterError
from emviz.em.methods.hard import Hard
from emviz.em.methods.method import Method, Sayings, phase_after, unstacked
from emviz.em.methods.soft import EM, Soft
from emviz.em.model import POSTERIOR, AnyModel

__all__ = [
    "EM",
    "METHODS",
    "Hard",
    "Method",
    "Sayings",
    "Soft",
    "method_named",
    "objective_written",
    "phase_after",
    "unstacked",
]

METHODS: tuple[Method, ...] = (EM, Hard())


def method_named(key: str) -> Method:
    """Return the method of this name.

    Raises
    ------
    ParameterError
        Where there is none.
    """
    for method in METHODS:
        if method.key == key:
            return method
    raise ParameterError(f"there is no method {key!r}; there are {', '.join(each.key for each in METHODS)}")


def objective_written(method: Method, model: AnyModel, argument: str = "") -> str:
    """Return what a method raises as an axis has it, with what is left out: "log posterior + const."."""
    left_out = " + const." if model.objective == POSTERIOR else ""
    return method.objective_name(model, argument) + left_out
