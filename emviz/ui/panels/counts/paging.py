"""Which columns of a table that is too wide are seen: whole ones, what was observed and the shares always."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from emviz.ui.panels.counts.faces import Kind
from emviz.ui.panels.counts.widths import Width

#: Where not all columns are in sight, what was observed takes at most and at least these shares of the width.
LABEL, LEAST_LABEL = 0.28, 0.15
#: The same of letters below their structure.
LETTERED = 0.58


@dataclass(frozen=True)
class Paging:
    """The columns that stand still, and those that are turned.

    Parameters
    ----------
    still : tuple of int
        Seen always.
    turned : tuple of int
        Seen as many at a time as fit the rest of the room, in this order.
    widths : tuple of int
        The width that each column needs.
    room : int
        The width of all.
    apart : set of int
        Columns whose totals are seen elsewhere too: they are on pages of their own, the others have the room.
    least : int
        The width of what was observed beside a column that needs more than is left of the room.
    """

    still: tuple[int, ...]
    turned: tuple[int, ...]
    widths: tuple[int, ...]
    room: int
    apart: frozenset[int] = frozenset()
    least: int = 0

    @property
    def last(self) -> int:
        """The first place among the turned ones from which on all others are seen."""
        place = len(self.turned) - 1
        while place > 0 and self.seen(place - 1)[-1] == self.turned[-1]:
            place -= 1
        return place

    def seen(self, first: int) -> tuple[int, ...]:
        """Return the columns that are seen from a place among the turned ones on; one at least is."""
        taken = 0
        seen: list[int] = []
        for column in self.turned[first:]:
            taken += self.widths[column]
            told_elsewhere = column in self.apart and seen and seen[0] not in self.apart
            if seen and (taken > self._left or told_elsewhere):
                break
            seen.append(column)
        return (*self.still, *seen)

    def label_beside(self, seen: Sequence[int], label: Width) -> Width:
        """Return how wide what was observed is beside the columns that are seen."""
        left = self.room - sum(self.widths[column] for column in seen if column)
        # Letters are cut only where the columns in sight leave them no room.
        whole = max(self.widths[0], label.least) if label.lines > 1 else self.widths[0]
        own = max(min(whole, left), min(self.widths[0], self.least))
        return replace(label, least=own, easy=own, most=max(own, most_of_label(label, self.room)))

    def first_for(self, column: int, first: int) -> int:
        """Return the place from which on a column is seen, the present one where it is."""
        if column in self.seen(first):
            return first
        place = self.turned.index(column)
        return min(place, self.last) if place < first else self._up_to(place)

    def _up_to(self, place: int) -> int:
        """Return the place from which on one can be seen as the last."""
        first = place
        while first > 0 and self.turned[place] in self.seen(first - 1):
            first -= 1
        return first

    @property
    def _left(self) -> int:
        return self.room - sum(self.widths[column] for column in self.still)


def paging(
    widths: Sequence[int],
    shares: int,
    room: int,
    apart: Iterable[int] = (),
    leading: Sequence[int] = (),
    cut: int = 0,
) -> Paging:
    """Return how the columns of a table are turned: what was observed, the shares, then the counts.

    Where the shares leave no room for any count, the last ones are turned too, after the counts. The
    first one stays where its name can be cut.

    Parameters
    ----------
    widths : sequence of int
        What each column needs, that of what was observed no more than its share of the room.
    shares : int
        How many shares there are.
    apart : iterable of int
        The counts whose totals are seen elsewhere too, which come after the others.
    leading : sequence of int
        The places of the counts among themselves, in the order in which they are seen.
    cut : int
        What the first share needs where its name is cut; 0 where it is a number alone.
    """
    told, least = frozenset(apart), _least_label(widths, room, cut)
    counts = range(1 + shares, len(widths))
    widest = max((widths[column] for column in counts), default=0)
    still = [0]
    for column in range(1, 1 + shares):
        left = room - least - sum(widths[each] for each in still[1:]) - widest
        if widths[column] > left:
            if column == 1 and 0 < cut <= left:
                widths = (widths[0], left, *widths[2:])
                still.append(column)
            break
        still.append(column)
    others = range(len(still), 1 + shares)
    ordered = [counts[place] for place in leading] if len(leading) == len(counts) else counts
    turned = (*sorted(ordered, key=told.__contains__), *others)
    return Paging(tuple(still), turned, tuple(widths), room, told, least)


def glance_paging(widths: Sequence[int], totals: Sequence[bool], shares: int, room: int) -> Paging:
    """Return how the columns are turned where some are read at a glance: first these, then the others.

    Where not all shares have room they are on another page, as most of what they tell is told already. Counts
    have what room is left.

    Parameters
    ----------
    totals : sequence of bool
        Whether each of the columns that are read at a glance has a total; they come behind what was observed.
    """
    first = range(1, 1 + len(totals))
    own = range(first.stop, first.stop + shares)
    counts = range(own.stop, len(widths))
    fitting = sum(widths[column] for column in (0, *first, *counts[:1])) <= room
    up_to = next((column for column in first if totals[column - 1]), 0)
    if sum(widths[: up_to + 1]) > room:
        # A total is in sight, however narrow the card.
        seen = sorted(first, key=lambda column: not totals[column - 1])
    else:
        seen = list(first)
    rest = (*counts, *own) if fitting else (*own, *counts)
    apart = sum(widths[column] for column in (0, *first, *own)) > room
    # What is read at a glance has dots where its room is short, and labels beside it are whole.
    return Paging((0,), (*seen, *rest), tuple(widths), room, frozenset(own if apart else ()), widths[0])


def narrowed(width: Width, room: int) -> Width:
    """Return how wide a column may be that has so much room where columns are turned."""
    return width if width.least <= room else replace(width, least=room, easy=room, most=room)


def needed_widths(
    kinds: Sequence[Kind], widths: Sequence[Width], room: int, alone: bool = False
) -> list[int]:
    """Return what each column needs where not all are in sight, what was observed first.

    Shares have a bar beside their number, where a count has room too.

    Parameters
    ----------
    alone : bool
        What was observed may have all that one column leaves.
    """
    others = list(zip(kinds, widths, strict=True))[1:]
    # A label that is too long is shorter by a rule, and elided only where even that has no room.
    widest = max((width.least for _, width in others), default=0) if alone else 0
    label = label_within(widths[0], room, widest) or most_of_label(widths[0], room)
    shares = sum(width.least + width.bar for kind, width in others if kind is Kind.SHARE)
    widest = max((width.least for kind, width in others if kind is Kind.COUNT), default=0)
    airy = label + shares + widest <= room or Kind.GLANCE in kinds
    return [label, *(width.least + (width.bar if airy else 0) for _, width in others)]


def most_of_label(label: Width, room: int) -> int:
    """Return how much of the room what was observed may take, and the badge beside it."""
    return int((LETTERED if label.lines > 1 else LABEL) * room) + label.badge


def label_within(label: Width, room: int, widest: int = 0) -> int | None:
    """Return the width of what was observed, no shorter than has to be; None where it has no room.

    Parameters
    ----------
    widest : int
        What the widest of the other columns needs; where it is the only one seen, the shortest label may have
        the rest. 0 where it may not.
    """
    most, forms = most_of_label(label, room), (label.least, *label.shorter)
    within = next((each for each in forms if each <= most), None)
    alone = min(forms) if widest and min(forms) + widest <= room else None
    return alone if within is None else within


def _least_label(needed: Sequence[int], room: int, cut: int) -> int:
    """Return what is left to what was observed beside a cut share and the widest column; both matter more."""
    return min(needed[0], max(room - max(needed[1:], default=0) - cut, int(LEAST_LABEL * room)))
