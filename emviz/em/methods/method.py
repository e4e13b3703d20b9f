"""The contract of a method: how θ(t) becomes θ(t+1), the objective, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeGuard, runtime_checkable

from emviz.em.model import AnyModel, C, D, Expectation, Fields, Model, P, Phase, Step, fields_of
from emviz.em.numerics import Array
from emviz.em.work import checked


@dataclass(frozen=True)
class Sayings:
    """The words of a method.

    Parameters
    ----------
    name : str
        Its name within a sentence: "EM".
    weighed : str
        The sentence on the E-step, without a full stop, with placeholders {unit} for the unit of the model
        and {shared} for its own words. For a method without an E-step: on the way from θ({t}) to the next θ,
        with {name} for the objective.
    counted : str
        The name of its counts: "expected counts".
    onward : str
        The next step, as a clause: the M-step, or the whole step of a method without one.
    """

    name: str
    weighed: str
    counted: str
    onward: str


class Method(Protocol):
    """One iteration from θ(t) to θ(t+1), and the words for it. Models do not depend on the method."""

    @property
    def key(self) -> str:
        """The name on the command line."""
        ...

    @property
    def title(self) -> str:
        """The name on the screen."""
        ...

    @property
    def tip(self) -> str:
        """One sentence on how it works, for a tooltip."""
        ...

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The steps of one iteration in order; the last of them finds θ(t+1)."""
        ...

    @property
    def whole(self) -> bool:
        """Whether each unit counts for one completion only, instead of being shared between all."""
        ...

    @property
    def known(self) -> bool:
        """Whether that completion is the true one, from the labels."""
        ...

    @property
    def sayings(self) -> Sayings:
        """The words for it in sentences."""
        ...

    @property
    def steady(self) -> bool:
        """Whether its gains shrink geometrically near the end, so that the rest can be estimated."""
        ...

    @property
    def unbounded(self) -> str:
        """Why there is no lower bound, with placeholders {name} and {t}; "" if there is one."""
        ...

    def refusal(self, model: AnyModel, data: object) -> str:
        """Return the property of model and data for which it is not offered, to follow "has"; "" if it is."""
        ...

    def objective_name(self, model: AnyModel, argument: str = "") -> str:
        """Return the name of the objective, such as "log P(x; θ)" with an argument "θ"."""
        ...

    def begin(self, model: Model[D, P, C], data: D, params: P) -> Step[P, C]:
        """Return the step at t = 0."""
        ...

    def advance(self, model: Model[D, P, C], data: D, step: Step[P, C]) -> Step[P, C]:
        """Return the step that follows."""
        ...

    def bound(self, model: Model[D, P, C], data: D, at: Step[P, C], params: P) -> float:
        """Return the lower bound at θ that touches the objective at the θ(t) of a step, in nats; NaN without.

        The bound is a lower bound of the objective of the method.
        """
        ...

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts for the M-step and the objective of this method, in nats."""
        ...

    def objectives(self, model: AnyModel, data: object, stacked: Fields) -> Array:
        """Return the objective in nats, shape (B,), at parameters stacked along a leading axis."""
        ...

    def along(
        self, model: AnyModel, data: object, base: Fields, ahead: Fields
    ) -> Callable[[Array], Array] | None:
        """Return the objective at base + a (ahead − base) as a function of a; None if this is not cheap."""
        ...


class Parted(Method, Protocol):
    """A method whose step may take long and can be cancelled."""

    def parts(self, model: Model[D, P, C], data: D, step: Step[P, C]) -> Generator[None, None, Step[P, C]]:
        """Return the result of `Method.advance`; yield where the work can be cancelled."""
        ...


def is_parted(method: object) -> TypeGuard[Parted]:
    """Return whether a method can be cancelled within a step.

    It cannot if its class overrides `advance` but not `parts`, since `parts` would then do something else.
    """
    own = (name for each in type(method).__mro__ for name in ("parts", "advance") if name in vars(each))
    return next(own, "") == "parts"


@runtime_checkable
class Resting(Protocol):
    """A method that accelerates EM, and can end with a plain EM step."""

    def until(self, short: float) -> Method:
        """Return the method that ends with a plain EM step no longer than this."""
        ...


@runtime_checkable
class Scaled(Protocol):
    """A method whose step depends on the number of observed units."""

    def scaled(self, units: float) -> Method:
        """Return the method for this number of units."""
        ...


def phase_after(method: Method, phase: Phase) -> Phase:
    """Return the next phase; the first one follows the start, and the last phase of an iteration."""
    phases = method.phases
    return phases[(phases.index(phase) + 1) % len(phases)] if phase in phases else phases[0]


def unstacked(model: AnyModel, stacked: Fields) -> Iterator[Fields]:
    """Yield the θ of stacked parameters one by one; this can be cancelled between any two."""
    fields = fields_of(stacked)
    each = checked(zip(*fields.values(), strict=True))
    return (model.make_params(dict(zip(fields, one, strict=True))) for one in each)
