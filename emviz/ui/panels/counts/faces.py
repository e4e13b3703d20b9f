"""The columns of the count table, and the appearance of its cells, as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum

from emviz.em.counts.glances import Glance, Stack
from emviz.em.counts.table import CountTable, Group
from emviz.ui.panels.counts.labels import begun
from emviz.wording.counts import units_above


class Kind(Enum):
    """The content of a column."""

    OBSERVED = "observed"
    GLANCE = "glance"
    SHARE = "share"
    COUNT = "count"


class Units(IntEnum):
    """The place of the units of counts; later ones take less room."""

    #: In each cell, as in the paper; in the heading; there, of the most informative numbers only; there,
    #: abbreviated, which is for enlarged text.
    BESIDE, ABOVE, CHOSEN, BEGUN = range(4)


@dataclass(frozen=True)
class Column:
    """The properties that all cells of a column share.

    Parameters
    ----------
    kind : Kind
        Its content.
    heading : str
        Its heading: tosses, P(A), coin A.
    place : int
        Its index among the glances, the completions or the groups.
    component : int
        The component whose colour it has.
    units : tuple of str
        The units below the heading; empty if the cells contain them.
    tints : tuple of int
        The components whose colours the units have, if they differ from the column's.
    chosen : tuple of int
        The symbols that are shown; empty for all.
    listed : str
        What its cells list, in order, which replaces the heading if it fits; "" for none.
    """

    kind: Kind
    heading: str
    place: int = 0
    component: int = 0
    units: tuple[str, ...] = ()
    tints: tuple[int, ...] = ()
    chosen: tuple[int, ...] = ()
    listed: str = ""


@dataclass(frozen=True)
class Face:
    """The appearance of a cell.

    Parameters
    ----------
    text : str
        Its text; "" where only `told` has it.
    component : int or None
        The component whose colour it has.
    bar : float or None
        The length of its bar, 0 to 1.
    letters : int
        Number of leading characters that are symbols of a sequence, each drawn in a cell.
    strong : str
        The symbol that is emphasised, as H for heads.
    badge : tuple of int and str, or None
        The true component and its letter.
    parts : tuple of str
        The numbers of the cell one by one, if the units are in the heading.
    told : callable or None
        Returns the text with the units, for a screen reader, where only `parts` are painted.
    lit, chosen : bool
        Whether it has just been computed, and whether its derivation is displayed.
    fed : bool
        Whether it contributes to the number whose derivation is displayed.
    glance : Glance or None
        The picture painted instead of the text.
    place : int or None
        The row of the glance; None for its totals.
    digits : int
        The decimals of its probabilities.
    brackets : str or None
        The structure above the letters, "" before it is known; None for sequences without one.
    heading : str
        The heading above it, whose word may be dropped from the text to shorten it.
    rows : tuple of str
        The data rows that this row represents, as texts from long to short; the first that fits is painted.
        Empty for a single row.
    """

    text: str
    component: int | None = None
    bar: float | None = None
    letters: int = 0
    strong: str = ""
    badge: tuple[int, str] | None = None
    parts: tuple[str, ...] = ()
    told: Callable[[], str] | None = None
    lit: bool = False
    chosen: bool = False
    fed: bool = False
    glance: Glance | None = None
    place: int | None = None
    digits: int = 2
    brackets: str | None = None
    heading: str = ""
    rows: tuple[str, ...] = ()


def columns_of(
    table: CountTable, places: int, above: Units = Units.BESIDE, axes: Sequence[int] = ()
) -> tuple[Column, ...]:
    """Return the columns of the table: observations, glances, shares, counts.

    Parameters
    ----------
    axes : sequence of int
        The data columns on the axes of a picture.
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
    return (Column(Kind.OBSERVED, table.heading, listed=table.listed), *glances, *shares, *counts)


def chosen_symbols(table: CountTable, above: Units, axes: Sequence[int]) -> tuple[int, ...]:
    """Return the symbols of each group that are shown; empty for all."""
    return table.telling(axes) if above >= Units.CHOSEN and table.telling is not None else ()


def heading_units(group: Group, above: Units, chosen: Sequence[int]) -> tuple[str, ...]:
    """Return the units in the heading of a group, abbreviated if they remain distinct."""
    units = tuple([group.symbols[k] for k in chosen]) if chosen else tuple(group.symbols)
    if above is not Units.BEGUN:
        return units
    brief = tuple(map(begun, units))
    return brief if len(set(brief)) == len(set(units)) else units


def _glance(glance: Glance, place: int) -> Column:
    parts = glance.parts if isinstance(glance, Stack) else ()
    units, tints = tuple(tag.text for tag in parts), tuple(tag.component for tag in parts)
    return Column(Kind.GLANCE, glance.heading, place, glance.component, units, tints)
