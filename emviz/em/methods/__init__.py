"""Methods: how θ(t) becomes θ(t+1). One file each, entered in `METHODS`.

A method says all that a step shows: the objective that is raised and its name, the lower bound, how units are
counted, and the words for it. A model never knows the method; the round tells it whether units are counted
whole.
"""

from emviz.em.domains import ParameterError
from emviz.em.methods.anderson import Anderson
from emviz.em.methods.gradient import Backtracking, Gradient
from emviz.em.methods.hard import Hard
from emviz.em.methods.known import Known
from emviz.em.methods.method import Method, Resting, Sayings, Scaled, is_parted, phase_after, unstacked
from emviz.em.methods.newton import Newton, Safeguarded
from emviz.em.methods.options import optioned
from emviz.em.methods.soft import EM, Soft
from emviz.em.methods.squarem import FREE_JUMPS, Squarem
from emviz.em.model import POSTERIOR, AnyModel, Phase
from emviz.em.optional import mistake_of

#: Those of an E- and an M-step.
BY_HALVES: tuple[Method, ...] = (EM, Hard())
METHODS: tuple[Method, ...] = (
    *BY_HALVES,
    Gradient(),
    Backtracking(),
    Newton(),
    Safeguarded(),
    Squarem(),
    FREE_JUMPS,
    Anderson(),
)


def mistaken(method: Method, model: AnyModel) -> str:
    """Return what a method, as this model counts for it, does wrong on purpose; "" for nothing."""
    return "" if method.whole else mistake_of(model)


def why_unbounded(method: Method, model: AnyModel) -> str:
    """Return why a method has no lower bound with a model, {name} and {t} left open; "" where it has one."""
    mistake = mistaken(method, model)
    return method.unbounded or (f"There is no lower bound: {mistake}." if mistake else "")


def method_named(name: str) -> Method:
    """Return the method of this name.

    Options follow after colons: the length of a fixed step and the coordinates to step in, as in
    "gradient:0.03:natural".

    Raises
    ------
    ParameterError
        Where there is none, or it has no such option.
    """
    key, *options = name.split(":")
    for method in METHODS:
        if method.key == key:
            return optioned(method, options)
    raise ParameterError(f"there is no method {key!r}; there are {', '.join(each.key for each in METHODS)}")


def mapping(method: Method) -> Method:
    """Return the method of an E- and an M-step that raises the same: EM, or hard EM."""
    return method if Phase.M in method.phases else EM


def objective_written(method: Method, model: AnyModel, argument: str = "") -> str:
    """Return what a method raises as an axis has it, with what is left out: "log posterior + const."."""
    left_out = " + const." if model.objective == POSTERIOR else ""
    return method.objective_name(model, argument) + left_out
