"""Pictures of how variables depend on each other."""

from __future__ import annotations

from dataclasses import dataclass

from emviz.em.views import Verdict


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
        How many arrows lead to it at the most, one after the other.
    seen : int or None
        The state that was seen, or is supposed to be.
    supposed : bool
        It is only supposed.
    before : tuple of float
        P of each state without what is supposed; empty where nothing is.
    reference : tuple of float
        P of each state at another θ, such as that of the complete rows alone; empty where there is none.
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
    """Variables with arrows between them, those that depend on others below them.

    Parameters
    ----------
    arrows : tuple of pair of int
        From which variable to which.
    whose : str
        Whose probabilities they are: "any case", "row 7".
    hiding : str or None
        The note while the reference is hidden.
    reference_name : str
        What the reference is of.
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
        """What is supposed, in words: "if smoke = yes, xray = no"; "" for nothing."""
        told = [
            f"{each.name} = {each.states[each.seen]}"
            for each in self.variables
            if each.supposed and each.seen is not None
        ]
        return f"if {', '.join(told)}" if told else ""


@dataclass(frozen=True)
class Balance:
    """What was seen of a row, for and against the likeliest state of one of its variables.

    Parameters
    ----------
    verdict : Verdict or None
        None where the row cannot be.
    whose : str
        Whose verdict it is: "any case", "row 7".
    """

    title: str
    verdict: Verdict | None
    whose: str
    note: str = ""
