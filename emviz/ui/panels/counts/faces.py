"""What the cells of the count table have in common, column by column, and how each of them looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum

from emviz.em.glances import Glance, Stack
from emviz.em.views import CountTable, Group
from emviz.ui.panels.counts.labels import begun
from emviz.wording.counts import units_above


class Kind(Enum):
    """What a column shows."""

    OBSERVED = "observed"
    GLANCE = "glance"
    SHARE = "share"
    COUNT = "count"


class Units(IntEnum):
    """Where the units of counts stand: the less room, the later one."""

    #: In each cell, as the paper has them; above the numbers; above those alone that tell most; their words
    #: begun there, where text was made larger.
    BESIDE, ABOVE, CHOSEN, BEGUN = range(4)


@dataclass(frozen=True)
class Column:
    """A column: what all of its cells have in common.

    Parameters
    ----------
    kind : Kind
        What it shows.
    heading : str
        What stands above it: tosses, P(A), coin A.
    place : int
        Its place among the glances, the completions or the groups.
    component : int
        The component that gives it its colour.
    units : tuple of str
        The units that stand below the heading; none where its cells name them.
    tints : tuple of int
        The components that give the units their colours, where they have their own.
    chosen : tuple of int
        The symbols that are shown, where not all of them are.
    """

    kind: Kind
    heading: str
    place: int = 0
    component: int = 0
    units: tuple[str, ...] = ()
    tints: tuple[int, ...] = ()
    chosen: tuple[int, ...] = ()


@dataclass(frozen=True)
class Face:
    """How a cell looks.

    Parameters
    ----------
    text : str
        What stands in it.
    component : int or None
        The component that gives it its colour.
    bar : float or None
        The length of its bar, 0 to 1.
    letters : int
        How many of the first characters are symbols of a sequence, to be drawn one by one.
    strong : str
        The symbol drawn strongest: H.
    badge : tuple of int and str, or None
        The true component and its letter.
    parts : tuple of str
        The numbers of the cell one by one, where the units stand in the heading.
    lit, chosen : bool
        It has just been found; its derivation is on display.
    fed : bool
        It goes into the number whose derivation is on display.
    glance : Glance or None
        What is painted in place of the text.
    place : int or None
        The row of the glance; None for its totals.
    digits : int
        The decimals of its probabilities.
    brackets : str or None
        The structure above the letters, "" before it is known; None where they have none.
    heading : str
        What stands above it, where the text may be made shorter by what that says.
    rows : str
        The rows of the data that are shown as this one, named where there is room; "" where it is alone.
    """

    text: str
    component: int | None = None
    bar: float | None = None
    letters: int = 0
    strong: str = ""
    badge: tuple[int, str] | None = None
    parts: tuple[str, ...] = ()
    lit: bool = False
    chosen: bool = False
    fed: bool = False
    glance: Glance | None = None
    place: int | None = None
    digits: int = 2
    brackets: str | None = None
    heading: str = ""
    rows: str = ""


def columns_of(
    table: CountTable, places: int, above: Units = Units.BESIDE, axes: Sequence[int] = ()
) -> tuple[Column, ...]:
    """Return the columns of the table: what was observed, what is read at a glance, shares, counts.

    Parameters
    ----------
    axes : sequence of int
        The columns of the data that a picture shows.
    """
    glances = (_glance(each, k) for k, each in enumerate(table.glances))
    shares = (Column(Kind.SHARE, tag.text, k, tag.component) for k, tag in enumerate(table.completions))
    chosen = chosen_symbols(table, above, axes)
    units = [
        heading_units(each, above, chosen) if units_above(each, places, above > Units.BESIDE) else ()
        for each in table.groups
    ]
    counts = (
        Column(Kind.COUNT, each.heading, k, each.component, units[k], chosen=chosen)
        for k, each in enumerate(table.groups)
    )
    return (Column(Kind.OBSERVED, table.heading), *glances, *shares, *counts)


def chosen_symbols(table: CountTable, above: Units, axes: Sequence[int]) -> tuple[int, ...]:
    """Return which symbols of each group are shown; none where all of them are."""
    return table.telling(axes) if above >= Units.CHOSEN and table.telling is not None else ()


def heading_units(group: Group, above: Units, chosen: Sequence[int]) -> tuple[str, ...]:
    """Return the units that stand in the heading of a group, begun if these stay apart."""
    units = tuple([group.symbols[k] for k in chosen]) if chosen else tuple(group.symbols)
    if above is not Units.BEGUN:
        return units
    brief = tuple(map(begun, units))
    return brief if len(set(brief)) == len(set(units)) else units


def _glance(glance: Glance, place: int) -> Column:
    parts = glance.parts if isinstance(glance, Stack) else ()
    units, tints = tuple(tag.text for tag in parts), tuple(tag.component for tag in parts)
    return Column(Kind.GLANCE, glance.heading, place, glance.component, units, tints)
