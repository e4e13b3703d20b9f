"""The conditional tables as fields of θ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emviz.em.domains import Index, Parameter, Simplex
from emviz.models.network.data import NetworkData


@dataclass(frozen=True)
class TableOf(Parameter):
    """The table of a variable, whose entries are named in full: θ(fever=yes|disease=no).

    Parameters
    ----------
    parents : tuple of str
        The names of the variables along its axes but the last.
    """

    parents: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: NetworkData, v: int) -> TableOf:
        """Return the table of a variable of some data."""
        family = data.tree.families[v]
        return cls(
            name=data.names[v],
            domain=Simplex(),
            symbol="θ",
            axes=tuple(data.states[u] for u in family),
            parents=tuple(data.names[u] for u in family[:-1]),
        )

    def label(self, index: Index) -> str:
        """Return the name of one entry."""
        states = [axis[k] for axis, k in zip(self.axes, index, strict=True)]
        return cell_label(self.name, states[-1], list(zip(self.parents, states, strict=False)))

    def said(self, index: Index, cut: Callable[[str], str] = str) -> str:
        """Return one entry in words."""
        states = [cut(axis[k]) for axis, k in zip(self.axes, index, strict=True)]
        above = " and ".join(
            f"{cut(name)} {state}" for name, state in zip(self.parents, states, strict=False)
        )
        own = f"{cut(self.name)} {states[-1]}"
        return f"the probability of {own} with {above}" if above else f"the probability of {own}"


def cell_label(name: str, state: str, above: list[tuple[str, str]]) -> str:
    """Return the name of an entry of a table."""
    given = ", ".join(f"{parent}={own}" for parent, own in above)
    return f"θ({name}={state}|{given})" if given else f"θ({name}={state})"
