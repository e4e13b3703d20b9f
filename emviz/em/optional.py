"""What a model may offer beyond the protocol, and what is taken of one that does not."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

from emviz.data.table import Texts
from emviz.em.model import AnyModel, Expectation, Fields, Preset, Rows
from emviz.em.numerics import Array
from emviz.em.views import Verdict


@runtime_checkable
class BatchedObjective(Protocol):
    """A model that evaluates its objective at many θ at once."""

    def objectives(self, data: object, params: Fields) -> Array:
        """Return the objective, shape (B,), at parameters stacked along a leading axis of length B."""
        ...


@runtime_checkable
class Batched(Protocol):
    """A model that takes the steps of EM from many starts at once.

    What it cannot do exactly as one at a time, it leaves out: then that start is run by itself.
    """

    def at_once(self, data: object) -> int:
        """Return how many starts can be taken together, so that a step of all takes some milliseconds."""
        ...

    def e_steps(self, data: object, params: Fields) -> tuple[Fields, Array]:
        """Return counts and objectives (B,) at θ stacked along a leading axis of length B.

        An objective is no number where a θ has to be done by itself, as one that is not finite.
        """
        ...

    def m_steps(self, data: object, counts: Fields) -> Fields:
        """Return θ(t+1), stacked along a leading axis, from counts; no numbers where it cannot be found."""
        ...


#: Axes of fields that are put in another order together: the name of each field, and which axis of it.
Group: TypeAlias = tuple[tuple[str, int], ...]


@runtime_checkable
class InParts(Protocol):
    """A model whose E-step may take long, and can be stopped on the way."""

    def e_parts(self, data: object, params: Fields) -> Generator[None, None, Expectation[Fields]]:
        """Return what `e_step` does; yield wherever the work can be stopped."""
        ...


@runtime_checkable
class Interchanging(Protocol):
    """A model that says which components may change places; of others the names of the axes tell it."""

    def interchangeable(self, data: object) -> Sequence[Group]:
        """Return the groups of axes along which the order of the components means nothing."""
        ...


@runtime_checkable
class Measured(Protocol):
    """A model whose counts are in the units of what was measured, which may be small."""

    def decimals(self, data: object) -> int:
        """Return the decimals, 1 to 6, that counts have at first."""
        ...


def first_decimals(model: AnyModel, data: object) -> int:
    """Return the decimals that counts have at first: one, as in the paper, where a model says no other."""
    return model.decimals(data) if isinstance(model, Measured) else 1


@runtime_checkable
class Stepping(Protocol):
    """A model that says whether its M-step reaches the maximum of Q; of others it does."""

    @property
    def exact_m_step(self) -> bool:
        """False for generalised EM: the M-step improves Q without reaching its maximum."""
        ...


def is_exact(model: object) -> bool:
    """Return whether the M-step of a model reaches the maximum of Q."""
    return not isinstance(model, Stepping) or model.exact_m_step


@runtime_checkable
class Surrogate(Protocol):
    """A model whose Q holds a lower bound on the log-prior; that of others holds the log-prior itself."""

    def slack(self, data: object, base: Fields, params: Fields) -> float:
        """Return how far at θ the log-prior lies above the bound on it that touches at θ(t), in nats.

        Parameters
        ----------
        base, params : Fields
            θ(t) and θ.
        """
        ...


def slack_of(model: object, data: object, base: Fields, params: Fields) -> float:
    """Return the part of the gap between objective and g_t at θ that is no divergence, in nats."""
    return model.slack(data, base, params) if isinstance(model, Surrogate) else 0.0


@runtime_checkable
class Shortened(Protocol):
    """A model whose Q may leave out terms of E[log P(x, z; θ)] that are free of θ; that of others has all."""

    @property
    def shortened_q(self) -> bool:
        """Whether it does: then log P − Q at θ(t) is H(q) and these terms."""
        ...


def is_whole_q(model: object) -> bool:
    """Return whether Q holds all of E[log P(x, z; θ)], so that the bound is Q + H(q)."""
    return not isinstance(model, Shortened) or not model.shortened_q


@runtime_checkable
class Weighted(Protocol):
    """A model that may count a unit as less than one."""

    @property
    def weighted(self) -> bool:
        """True where the objective, and so every divergence, is a weighted sum over the units."""
        ...


def divergence_name(model: object) -> str:
    """Return what the gap is without any slack: "KL", or "weighted KL" where units count by weights."""
    return "weighted KL" if isinstance(model, Weighted) and model.weighted else "KL"


@runtime_checkable
class Showing(Protocol):
    """A model that has things to show, each at one of its examples."""

    @property
    def presets(self) -> Sequence[Preset]:
        """What there is to see, in the order of a lesson."""
        ...


def presets_of(model: object) -> Sequence[Preset]:
    """Return what a model has to show."""
    return model.presets if isinstance(model, Showing) else ()


@runtime_checkable
class Leading(Protocol):
    """A model whose picture tells more than its count table."""

    @property
    def picture_leads(self) -> bool:
        """True where the picture gets the most room."""
        ...


def leads(model: object) -> bool:
    """Return whether the picture of a model gets more room than its count table."""
    return isinstance(model, Leading) and model.picture_leads


@runtime_checkable
class StraightObjective(Protocol):
    """A model whose objective is cheap along a straight line through θ."""

    def objective_along(self, data: object, base: Fields, ahead: Fields) -> Callable[[Array], Array]:
        """Return the objective at base + a (ahead − base), shape (n,), as a function of a, shape (n,)."""
        ...


@runtime_checkable
class Supposing(Protocol):
    """A model whose pictures tell what would follow if more were seen of a row."""

    def supposable(self, data: object) -> Mapping[str, Sequence[str]]:
        """Return the variables that something can be supposed of, with their states."""
        ...

    def verdicts(self, data: object, params: Fields, rows: Rows, asked: str = "") -> Sequence[Verdict | None]:
        """Return which state a variable of some rows most likely has, and what was seen for and against it.

        None for a row that cannot be at θ.
        """
        ...


@runtime_checkable
class Wired(Protocol):
    """A model whose structure is drawn, and edited arrow by arrow."""

    def rewired(self, data: object, source: str, target: str, drawn: bool) -> Mapping[str, object]:
        """Return the hyper-parameters that change with an arrow more, or with one less.

        Raises
        ------
        ParameterError
            Where the arrow is there or is not, and where it would close a circle.
        """
        ...

    def carried(self, before: object, data: object, params: Fields) -> Mapping[str, Array]:
        """Return the fields of θ on earlier data that mean the same on others."""
        ...


@runtime_checkable
class ChosenAnswer(Protocol):
    """Answers whose likeliest completion is not always the one that hard EM counts.

    That of all that is hidden, such as a path, need not be made of the likeliest ones of the rows.
    """

    def chosen(self, data: object, params: Fields, rows: Rows) -> Sequence[int | None]:
        """Return for some rows the place in its answer of the completion that `complete` counts.

        None where it counts no single one of them.
        """
        ...


@runtime_checkable
class Naming(Protocol):
    """A model that has better names for the rows of its table than their numbers."""

    def called(self, data: object, row: int) -> str:
        """Return what a sentence calls a row: "sequence MYG_HORSE"."""
        ...


def own_name(unit: str, names: Texts | None, row: int) -> str:
    """Return what a sentence calls a row: "gene YAL001", or "gene 7" where it has no name, or this one."""
    name = "" if names is None else str(names[row])
    return name if name.lower().startswith(unit) else f"{unit} {name or f'{row + 1:,}'}"


def row_name(model: AnyModel, data: object, row: int, unit: str) -> str:
    """Return what a sentence calls a row of the table, else by its number: "set 2"."""
    return model.called(data, row) if isinstance(model, Naming) else f"{unit} {row + 1:,}"


@runtime_checkable
class Mistaken(Protocol):
    """A model that can be told to make a mistake, so that it can be seen what becomes of it."""

    @property
    def mistake(self) -> str:
        """What is wrong, as a sentence without a stop; "" where nothing is."""
        ...


def mistake_of(model: object) -> str:
    """Return what a model does wrong on purpose, so that this is not EM; "" for none."""
    return model.mistake if isinstance(model, Mistaken) else ""


@runtime_checkable
class Mixing(Protocol):
    """A model whose rows may hold several hidden things each, such as the steps of a whole sequence."""

    def mixes(self, data: object) -> bool:
        """Return whether they do: then a row is shared, and has no completion of its own."""
        ...


def mixes(model: object, data: object) -> bool:
    """Return whether a row of the table stands for several hidden things; of most models for one."""
    return isinstance(model, Mixing) and model.mixes(data)


class Span(NamedTuple):
    """How far what has to be weighed for one row reaches.

    Parameters
    ----------
    numbers : int
        How many numbers are worked out for it, such as one for each letter of its sequence.
    shared : bool
        They are the same for the rows around it, such as other steps of its sequence.
    """

    numbers: int
    shared: bool = False


@runtime_checkable
class Spanning(Protocol):
    """A model whose rows may take long to weigh though θ is small; those of others do where θ is large."""

    def span(self, data: object) -> Span:
        """Return what has to be weighed for the row that takes longest."""
        ...


def span_of(model: object, data: object) -> Span:
    """Return what has to be weighed for the row that takes longest, besides θ."""
    return model.span(data) if isinstance(model, Spanning) else Span(1)


@runtime_checkable
class Doubting(Protocol):
    """A model that says of which rows it is least sure; of others the entropy of their completions does."""

    def doubts(self, data: object, params: Fields, rows: Rows) -> Array:
        """Return for some rows a number that is larger the less sure it is of them, shape (len(rows),)."""
        ...


@runtime_checkable
class Filling(Doubting, Protocol):
    """A model that fills holes with numbers: a row has one completion, which moves."""

    def shifts(self, data: object, before: Fields, params: Fields, rows: Rows) -> Array:
        """Return how far what is filled into some rows has moved from one θ to another, (len(rows),)."""
        ...
