"""Methods: the rules by which θ(t) becomes θ(t+1). One file each, listed in `METHODS`.

A method defines everything that a step shows: the objective and its name, the lower bound, how units are
counted, and the words for it. Models do not know the method; the round says whether units count whole.
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

#: Methods with an E- and an M-step.
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
    """Return the deliberate mistake of a model if the method uses its E-step; "" for none."""
    return "" if method.whole else mistake_of(model)


def why_unbounded(method: Method, model: AnyModel) -> str:
    """Return why there is no lower bound, with placeholders {name} and {t}; "" if there is one."""
    mistake = mistaken(method, model)
    return method.unbounded or (f"There is no lower bound: {mistake}." if mistake else "")


def method_named(name: str) -> Method:
    """Return the method of this name.

    Options follow after colons: the length of a fixed step and the coordinates to step in, as in
    "gradient:0.03:natural".

    Raises
    ------
    ParameterError
        If there is no such method, or no such option of it.
    """
    key, *options = name.split(":")
    for method in METHODS:
        if method.key == key:
            return optioned(method, options)
    raise ParameterError(f"there is no method {key!r}; there are {', '.join(each.key for each in METHODS)}")


def mapping(method: Method) -> Method:
    """Return the method with an E- and an M-step for the same objective: EM, or hard EM."""
    return method if Phase.M in method.phases else EM


def objective_written(method: Method, model: AnyModel, argument: str = "") -> str:
    """Return the objective as the label of an axis: "log P", or "log posterior + const."."""
    left_out = " + const." if model.objective == POSTERIOR else ""
    return method.objective_name(model, argument) + left_out
