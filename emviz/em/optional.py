"""Optional abilities of a model, and the defaults for models without them.

Each ability is a protocol. The function below it, if any, gives the value for any model, so that callers need
no isinstance of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, Protocol, TypeAlias, cast, runtime_checkable

from emviz.data.table import Texts
from emviz.em.counts.alike import Alike
from emviz.em.counts.table import CountTable, Entry, Verdict
from emviz.em.model import AnyModel, AnyRound, Expectation, Fields, Preset, Rows
from emviz.em.numerics import Array


@runtime_checkable
class BatchedObjective(Protocol):
    """A model that evaluates its objective at many θ at once."""

    def objectives(self, data: object, params: Fields) -> Array:
        """Return the objective, shape (B,), at parameters stacked along a leading axis of length B."""
        ...


@runtime_checkable
class Batched(Protocol):
    """A model that can run EM from many starts at once.

    A start that it cannot run with exactly the result of a single run is refused, and is then run alone.
    """

    def at_once(self, data: object) -> int:
        """Return how many starts to run together, chosen so that one step of all takes a few milliseconds."""
        ...

    def e_steps(self, data: object, params: Fields) -> tuple[Fields, Array]:
        """Return counts and objectives (B,) at θ stacked along a leading axis of length B.

        The objective is NaN for a θ that has to be run alone, such as one that is not finite.
        """
        ...

    def m_steps(self, data: object, counts: Fields) -> Fields:
        """Return θ(t+1), stacked along a leading axis, from counts; NaN for a start whose M-step fails."""
        ...


#: Axes that are permuted together: the name of each field, and the axis of it.
Group: TypeAlias = tuple[tuple[str, int], ...]


@runtime_checkable
class InParts(Protocol):
    """A model whose E-step may take long and can be cancelled."""

    def e_parts(self, data: object, params: Fields) -> Generator[None, None, Expectation[Fields]]:
        """Return the result of `e_step`; yield wherever the work can be cancelled."""
        ...


@runtime_checkable
class Interchanging(Protocol):
    """A model that declares which components can be swapped; for others this follows from the axis names."""

    def interchangeable(self, data: object) -> Sequence[Group]:
        """Return the groups of axes along which components can be permuted without changing the model."""
        ...


@runtime_checkable
class Measured(Protocol):
    """A model whose counts have the units of the measurements, so that one decimal may be too few."""

    def decimals(self, data: object) -> int:
        """Return the decimals, 1 to 6, with which counts are shown at first."""
        ...


def first_decimals(model: AnyModel, data: object) -> int:
    """Return the decimals with which counts are shown at first. Default: one, as in the paper."""
    return model.decimals(data) if isinstance(model, Measured) else 1


@runtime_checkable
class Stepping(Protocol):
    """A model that may use generalised EM."""

    @property
    def exact_m_step(self) -> bool:
        """False for generalised EM: the M-step improves Q without reaching its maximum."""
        ...


def is_exact(model: object) -> bool:
    """Return whether the M-step of a model reaches the maximum of Q."""
    return not isinstance(model, Stepping) or model.exact_m_step


@runtime_checkable
class Surrogate(Protocol):
    """A model whose Q holds a lower bound on the log-prior; for others it holds the log-prior itself."""

    def slack(self, data: object, base: Fields, params: Fields) -> float:
        """Return log-prior minus its bound, both at θ, in nats; the bound touches at θ(t).

        Parameters
        ----------
        base, params : Fields
            θ(t) and θ.
        """
        ...


def slack_of(model: object, data: object, base: Fields, params: Fields) -> float:
    """Return the part of the gap between the objective and g_t at θ that is not a divergence, in nats."""
    return model.slack(data, base, params) if isinstance(model, Surrogate) else 0.0


@runtime_checkable
class Shortened(Protocol):
    """A model whose Q may lack terms of E[log P(x, z; θ)] that are free of θ."""

    @property
    def shortened_q(self) -> bool:
        """True if it does: then log P − Q at θ(t) is H(q) plus these terms."""
        ...


def is_whole_q(model: object) -> bool:
    """Return whether Q is all of E[log P(x, z; θ)], so that the bound is Q + H(q)."""
    return not isinstance(model, Shortened) or not model.shortened_q


@runtime_checkable
class Weighted(Protocol):
    """A model in which units can have weights."""

    @property
    def weighted(self) -> bool:
        """True if the objective, and so every divergence, is a weighted sum over the units."""
        ...


def divergence_name(model: object) -> str:
    """Return the name of the gap if there is no slack: "KL", or "weighted KL" if units have weights."""
    return "weighted KL" if isinstance(model, Weighted) and model.weighted else "KL"


@runtime_checkable
class Showing(Protocol):
    """A model with demonstrations, each on one of its examples."""

    @property
    def presets(self) -> Sequence[Preset]:
        """The demonstrations, in the order of a lesson."""
        ...


def presets_of(model: object) -> Sequence[Preset]:
    """Return the demonstrations of a model."""
    return model.presets if isinstance(model, Showing) else ()


@runtime_checkable
class Leading(Protocol):
    """A model whose picture is more informative than its count table."""

    @property
    def picture_leads(self) -> bool:
        """True if the picture gets the most room."""
        ...


def leads(model: object) -> bool:
    """Return whether the picture of a model gets more room than its count table."""
    return isinstance(model, Leading) and model.picture_leads


@runtime_checkable
class StraightObjective(Protocol):
    """A model whose objective is cheap to evaluate along a straight line through θ."""

    def objective_along(self, data: object, base: Fields, ahead: Fields) -> Callable[[Array], Array]:
        """Return the objective at base + a (ahead − base), shape (n,), as a function of a, shape (n,)."""
        ...


@runtime_checkable
class Supposing(Protocol):
    """A model whose pictures show what would follow from further observations of a row."""

    def supposable(self, data: object) -> Mapping[str, Sequence[str]]:
        """Return the variables whose value can be assumed, with their states."""
        ...

    def verdicts(self, data: object, params: Fields, rows: Rows, asked: str = "") -> Sequence[Verdict | None]:
        """Return the most likely state of a variable for some rows, with the evidence for and against it.

        None for a row that is impossible at θ.
        """
        ...


@runtime_checkable
class Wired(Protocol):
    """A model with a graph whose arrows can be edited."""

    def rewired(self, data: object, source: str, target: str, drawn: bool) -> Mapping[str, object]:
        """Return the hyper-parameters that change when an arrow is added or removed.

        Parameters
        ----------
        source, target : str
            The variables at the tail and at the head of the arrow.
        drawn : bool
            True to add the arrow, False to remove it.

        Raises
        ------
        ParameterError
            If there is nothing to add or remove, or if the arrow would close a cycle.
        """
        ...

    def carried(self, before: object, data: object, params: Fields) -> Mapping[str, Array]:
        """Return the fields of θ from before that have the same meaning in the new model."""
        ...


@runtime_checkable
class ChosenAnswer(Protocol):
    """A model in which the likeliest completion of a row may differ from the one that hard EM counts.

    Hard EM takes the likeliest completion of everything hidden, such as a whole path, and the likeliest state
    of a single step need not lie on it.
    """

    def chosen(self, data: object, params: Fields, rows: Rows) -> Sequence[int | None]:
        """Return for some rows the position in its answer of the completion that `complete` counts.

        None for a row without a single such completion.
        """
        ...


@runtime_checkable
class Naming(Protocol):
    """A model with names for the rows of its table."""

    def called(self, data: object, row: int) -> str:
        """Return the name of a row in a sentence: "sequence MYG_HORSE"."""
        ...


def own_name(unit: str, names: Texts | None, row: int) -> str:
    """Return the name of a row in a sentence: "gene YAL001", or "gene 7" if `names` has none for it."""
    name = "" if names is None else str(names[row])
    return name if name.lower().startswith(unit) else f"{unit} {name or f'{row + 1:,}'}"


def row_name(model: AnyModel, data: object, row: int, unit: str) -> str:
    """Return the name of a row of the table in a sentence; by default its number, as in "set 2"."""
    return model.called(data, row) if isinstance(model, Naming) else f"{unit} {row + 1:,}"


@runtime_checkable
class Mistaken(Protocol):
    """A model that can make a mistake on purpose, for teaching."""

    @property
    def mistake(self) -> str:
        """The mistake, as a sentence without a full stop; "" if there is none."""
        ...


def mistake_of(model: object) -> str:
    """Return the deliberate mistake of a model, which is then not EM; "" if there is none."""
    return model.mistake if isinstance(model, Mistaken) else ""


@runtime_checkable
class Mixing(Protocol):
    """A model whose rows may have several hidden variables each, such as the steps of a whole sequence."""

    def mixes(self, data: object) -> bool:
        """Return whether its rows do: then a row has shares, but no single completion."""
        ...


def mixes(model: object, data: object) -> bool:
    """Return whether a row of the table has several hidden variables; most models have one."""
    return isinstance(model, Mixing) and model.mixes(data)


class Span(NamedTuple):
    """The work of an E-step for one row.

    Parameters
    ----------
    numbers : int
        Numbers computed for it, such as one for each letter of its sequence.
    shared : bool
        True if the rows around it share them, such as the other steps of its sequence.
    """

    numbers: int
    shared: bool = False


@runtime_checkable
class Spanning(Protocol):
    """A model whose rows may be expensive though θ is small; for other models the cost grows with θ."""

    def span(self, data: object) -> Span:
        """Return the work for the most expensive row."""
        ...


def span_of(model: object, data: object) -> Span:
    """Return the work for the most expensive row, besides what grows with θ."""
    kind: type = type(model)
    return cast("Spanning", model).span(data) if _spans(kind) else Span(1)


@cache
def _spans(kind: type) -> bool:
    # Python looks up the members of a protocol each time it is asked, and every step asks several times.
    return issubclass(kind, Spanning)


@runtime_checkable
class Repeating(Protocol):
    """A model whose rows may be alike in all that was observed: its count table shows such rows once."""

    def alike(self, data: object) -> Alike:
        """Return the groups of equal rows, the same object for the same data."""
        ...

    def distinct_table(self, data: object, state: AnyRound, rows: Rows) -> CountTable:
        """Return the count table with the group of each of these rows in place of the row.

        The shares are those of a single row of the group, the counts the sums over all of its rows.
        """
        ...


def alike_of(model: object, data: object) -> Alike | None:
    """Return the groups of equal rows in the count table; None if it shows each row by itself."""
    alike = model.alike(data) if isinstance(model, Repeating) else None
    return alike if alike is not None and alike.repeat else None


def shown_table(model: AnyModel, data: object, state: AnyRound, rows: Rows) -> CountTable:
    """Return the count table as it is shown: with groups of equal rows if the model has them."""
    if isinstance(model, Repeating) and model.alike(data).repeat:
        return model.distinct_table(data, state, rows)
    return model.count_table(data, state, rows)


@runtime_checkable
class Doubting(Protocol):
    """A model with its own measure of uncertainty; for others it is the entropy of the completions."""

    def doubts(self, data: object, params: Fields, rows: Rows) -> Array:
        """Return the uncertainty of some rows, larger for a less certain row, shape (len(rows),)."""
        ...


@runtime_checkable
class Filling(Doubting, Protocol):
    """A model that imputes numbers: each row has a single completion, which moves with θ."""

    def shifts(self, data: object, before: Fields, params: Fields, rows: Rows) -> Array:
        """Return how far the imputed values of some rows moved between two θ, shape (len(rows),)."""
        ...


@runtime_checkable
class Opening(Protocol):
    """A model with its own choice of the two entries of θ that its landscape opens on."""

    def opens_on(self, data: object) -> tuple[Entry, Entry] | None:
        """Return the entries; None for the usual ones."""
        ...
