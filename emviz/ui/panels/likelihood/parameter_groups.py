"""Groups of parameters that share a plot: of one kind, and few enough to be distinguished."""

from __future__ import annotations

from dataclasses import dataclass

from emviz.em.counts.table import Entry
from emviz.em.domains import Parameter, Simplex, Unit
from emviz.em.model import AnyModel
from emviz.em.objective.bound import free_entries, sampled
from emviz.ui.panels.likelihood.series import MOST
from emviz.wording.narration import telling_field

#: Most curves that are named in a plot.
NAMED = 12
#: Most curves in a plot; more would be a thicket.
SHOWN = 32


@dataclass(frozen=True)
class ParameterGroup:
    """Parameters in one plot.

    Parameters
    ----------
    title : str
        Name of the group, such as "μ waiting".
    entries : tuple of Entry
        The parameters.
    axis : int
        Position in their index that is the component, which decides the colour.
    """

    title: str
    entries: tuple[Entry, ...]
    axis: int = 0

    def component(self, entry: Entry) -> int:
        """Return the component of an entry."""
        return entry.index[self.axis] if entry.index else 0


def groups_of(model: AnyModel, data: object) -> tuple[ParameterGroup, ...]:
    """Return the groups in the order of θ; a few probabilities form one group.

    Of more parameters than `MOST`, and of more than `SHOWN` in a group, an even selection is kept.
    """
    estimated = [parameter for parameter in model.parameters(data) if parameter.estimated]
    probabilities = all(isinstance(parameter.domain, Unit | Simplex) for parameter in estimated)
    if probabilities and sum(parameter.estimated for parameter in estimated) <= NAMED:
        entries = tuple(Entry(each.name, index) for each in estimated for index in each.free)
        return (ParameterGroup("θ", entries),) if entries else ()
    followed = sampled(free_entries(model, data), MOST)
    return tuple(
        group
        for parameter in estimated
        for group in _of(parameter, [entry for entry in followed if entry.field == parameter.name])
    )


def first_of(groups: tuple[ParameterGroup, ...], model: AnyModel, data: object) -> int:
    """Return the index of the group shown first: that of the model's most informative field."""
    fields = [group.entries[0].field for group in groups]
    # A single group holds several fields and may begin with another one.
    return fields.index(telling_field(model, data)) if len(groups) > 1 else 0


def _of(parameter: Parameter, entries: list[Entry]) -> tuple[ParameterGroup, ...]:
    """Return one group per distribution, or per position along all axes but the first."""
    rows = isinstance(parameter.domain, Simplex) and len(parameter.axes) > 1
    found: dict[tuple[int, ...], list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.index[:-1] if rows else entry.index[1:], []).append(entry)
    axes = parameter.axes[:-1] if rows else parameter.axes[1:]
    return tuple(
        ParameterGroup(_title(parameter, axes, place), sampled(tuple(alike), SHOWN), -1 if rows else 0)
        for place, alike in found.items()
    )


def _title(parameter: Parameter, axes: tuple[tuple[str, ...], ...], place: tuple[int, ...]) -> str:
    names = [axis[i] for axis, i in zip(axes, place, strict=True)]
    return " ".join((parameter.symbol, *names))
