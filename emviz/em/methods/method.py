"""What every method offers: how θ(t) becomes θ(t+1), what it raises, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeGuard, runtime_checkable

from emviz.em.model import AnyModel, C, D, Expectation, Fields, Model, P, Phase, Step, fields_of
from emviz.em.numerics import Array
from emviz.em.work import checked


@dataclass(frozen=True)
class Sayings:
    """How sentences speak of a method.

    Parameters
    ----------
    name : str
        Its name within a sentence: "EM".
    weighed : str
        What the E-step did, with the {unit} of a model and how it is {shared} left open; no full stop. Of a
        method without one, what led from θ({t}) to the next θ; {name} is what it raises.
    counted : str
        What it counted: "expected counts".
    onward : str
        What the M-step does next, as if what it counts had been observed; without one, what the step does.
    """

    name: str
    weighed: str
    counted: str
    onward: str


class Method(Protocol):
    """How one iteration leads from θ(t) to θ(t+1), and how it is told. A model never knows it."""

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
        """What it does, in a sentence."""
        ...

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The steps of one iteration in their order; the last of them finds θ(t+1)."""
        ...

    @property
    def whole(self) -> bool:
        """Whether each unit is counted whole for one completion, instead of shared between all."""
        ...

    @property
    def known(self) -> bool:
        """Whether that completion is the true one, which the labels tell."""
        ...

    @property
    def sayings(self) -> Sayings:
        """How sentences speak of it."""
        ...

    @property
    def steady(self) -> bool:
        """Whether its gains shrink by a ratio of their own near the end, so that they tell what is left."""
        ...

    @property
    def unbounded(self) -> str:
        """Why no lower bound is drawn, with {name} of the objective and {t} left open; "" where one is."""
        ...

    def refusal(self, model: AnyModel, data: object) -> str:
        """Return what a model on these data has that keeps it from being offered; "" where it is offered."""
        ...

    def objective_name(self, model: AnyModel, argument: str = "") -> str:
        """Return what this method raises, such as "log P(x; θ)" with an argument "θ"."""
        ...

    def begin(self, model: Model[D, P, C], data: D, params: P) -> Step[P, C]:
        """Return the step at t = 0."""
        ...

    def advance(self, model: Model[D, P, C], data: D, step: Step[P, C]) -> Step[P, C]:
        """Return the step that follows."""
        ...

    def bound(self, model: Model[D, P, C], data: D, at: Step[P, C], params: P) -> float:
        """Return the lower bound at θ that touches the objective at the θ(t) of a step, in nats.

        Not a number where there is none.
        """
        ...

    def expect(self, model: Model[D, P, C], data: D, params: P) -> Expectation[C]:
        """Return the counts for the M-step and the objective that this method raises."""
        ...

    def objectives(self, model: AnyModel, data: object, stacked: Fields) -> Array:
        """Return the objective, shape (B,), at parameters stacked along a leading axis."""
        ...

    def along(
        self, model: AnyModel, data: object, base: Fields, ahead: Fields
    ) -> Callable[[Array], Array] | None:
        """Return the objective at base + a (ahead − base) as a function of a, where that is cheap."""
        ...


class Parted(Method, Protocol):
    """A method whose step may take long, and can be stopped on the way."""

    def parts(self, model: Model[D, P, C], data: D, step: Step[P, C]) -> Generator[None, None, Step[P, C]]:
        """Return what `Method.advance` does; yield wherever the work can be stopped."""
        ...


def is_parted(method: object) -> TypeGuard[Parted]:
    """Return whether a method's step can be stopped on the way: not where it writes `advance` alone anew."""
    own = (name for each in type(method).__mro__ for name in ("parts", "advance") if name in vars(each))
    return next(own, "") == "parts"


@runtime_checkable
class Resting(Protocol):
    """A method that makes more of steps of EM, the first of which may be short enough to end with."""

    def until(self, short: float) -> Method:
        """Return the method that rests where a step of EM is no longer than this."""
        ...


@runtime_checkable
class Scaled(Protocol):
    """A method whose step depends on how many units were observed."""

    def scaled(self, units: float) -> Method:
        """Return the method for so many units."""
        ...


def phase_after(method: Method, phase: Phase) -> Phase:
    """Return the phase that follows: after the start, and after the last of an iteration, the first."""
    phases = method.phases
    return phases[(phases.index(phase) + 1) % len(phases)] if phase in phases else phases[0]


def unstacked(model: AnyModel, stacked: Fields) -> Iterator[Fields]:
    """Yield one by one the parameters that are stacked along a leading axis; the work can be left there."""
    fields = fields_of(stacked)
    each = checked(zip(*fields.values(), strict=True))
    return (model.make_params(dict(zip(fields, one, strict=True))) for one in each)
