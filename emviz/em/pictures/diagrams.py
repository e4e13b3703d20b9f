"""Pictures of how variables depend on each other."""

from __future__ import annotations

from dataclasses import dataclass

from emviz.em.counts.table import Verdict


@dataclass(frozen=True)
class Variable:
    """A variable with the probabilities of its states.

    Parameters
    ----------
    name : str
    states : tuple of str
    shares : tuple of float
        P of each state.
    layer : int
        The length of the longest path of arrows to it.
    seen : int or None
        The state that was observed or is assumed; None for neither.
    supposed : bool
        True if the state is only assumed.
    before : tuple of float
        P of each state without the assumptions; empty if there are none.
    reference : tuple of float
        P of each state at another θ, such as θ from the complete rows; empty for none.
    """

    name: str
    states: tuple[str, ...]
    shares: tuple[float, ...]
    layer: int = 0
    seen: int | None = None
    supposed: bool = False
    before: tuple[float, ...] = ()
    reference: tuple[float, ...] = ()


@dataclass(frozen=True)
class Diagram:
    """Variables with arrows between them, children below their parents.

    Parameters
    ----------
    arrows : tuple of pair of int
        The variables at the tail and at the head of each arrow.
    whose : str
        The case that the probabilities belong to: "any case", "row 7".
    hiding : str or None
        The note while the reference is hidden; None to keep `note`.
    reference_name : str
        The name of the reference.
    """

    title: str
    variables: tuple[Variable, ...]
    arrows: tuple[tuple[int, int], ...]
    whose: str
    note: str = ""
    hiding: str | None = None
    reference_name: str = ""

    @property
    def condition(self) -> str:
        """The assumptions in words: "if smoke = yes, xray = no"; "" for none."""
        assumed = [
            f"{each.name} = {each.states[each.seen]}"
            for each in self.variables
            if each.supposed and each.seen is not None
        ]
        return f"if {', '.join(assumed)}" if assumed else ""


@dataclass(frozen=True)
class Balance:
    """The evidence in a row for and against the likeliest state of one of its variables.

    Parameters
    ----------
    verdict : Verdict or None
        The verdict; None for an impossible row.
    whose : str
        The case that it belongs to: "any case", "row 7".
    """

    title: str
    verdict: Verdict | None
    whose: str
    note: str = ""
