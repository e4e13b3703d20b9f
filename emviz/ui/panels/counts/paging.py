"""Paging through the columns of a table that is too wide; observations and shares are always visible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from emviz.ui.panels.counts.cell_painter import LEAST_BAR, Shares, bar_beside
from emviz.ui.panels.counts.faces import Kind
from emviz.ui.panels.counts.widths import Width

#: Largest and smallest share of the width for the labels (the observations) while columns are paged.
LABEL, LEAST_LABEL = 0.28, 0.15
#: The largest share for labels that are letters below their structure.
LETTERED = 0.58


@dataclass(frozen=True)
class Paging:
    """The division of the columns into fixed and paged ones.

    Parameters
    ----------
    still : tuple of int
        The columns that are always visible.
    turned : tuple of int
        The columns that are paged, in this order, as many at a time as fit.
    widths : tuple of int
        The width that each column needs, in pixels.
    room : int
        The width of the table, in pixels.
    apart : set of int
        Columns whose totals are shown elsewhere too; they do not share a page with others.
    least : int
        Width of the labels, in pixels, beside a column that needs more than the rest.
    """

    still: tuple[int, ...]
    turned: tuple[int, ...]
    widths: tuple[int, ...]
    room: int
    apart: frozenset[int] = frozenset()
    least: int = 0

    @property
    def last(self) -> int:
        """The first position among the paged columns from which on all others are visible."""
        place = len(self.turned) - 1
        while place > 0 and self.seen(place - 1)[-1] == self.turned[-1]:
            place -= 1
        return place

    def seen(self, first: int) -> tuple[int, ...]:
        """Return the columns visible from a position among the paged ones on, at least one of them.

        Shares make way for a column that has no room beside them.
        """
        taken = 0
        seen: list[int] = []
        # The labels may be shortened to the least before a share makes way.
        beside = self._left(self.still[1:]) - min(self.least, self.widths[0])
        wide = first < len(self.turned) and self.widths[self.turned[first]] > beside
        still = self.still[:1] if wide else self.still
        left = self._left(still)
        for column in self.turned[first:]:
            taken += self.widths[column]
            other_page = column in self.apart and seen and seen[0] not in self.apart
            if seen and (taken > left or other_page):
                break
            seen.append(column)
        return (*still, *seen)

    def widened(self, seen: Sequence[int], wanted: int) -> Paging:
        """Return the same with what the columns in sight leave given to a first share whose name is cut.

        Parameters
        ----------
        wanted : int
            The width at which no name is cut.
        """
        if self.still[1:2] != (1,) or self.widths[1] >= wanted:
            return self
        left = self.room - sum(self.widths[column] for column in seen)
        wider = min(wanted, self.widths[1] + max(0, left))
        return replace(self, widths=(self.widths[0], wider, *self.widths[2:]))

    def label_beside(self, seen: Sequence[int], label: Width) -> Width:
        """Return the width of the labels beside the visible columns."""
        left = self.room - sum(self.widths[column] for column in seen if column)
        # Sequences of letters get all the room that the visible columns leave: a part of one tells little.
        lettered = label.lines > 1 or label.shrinks
        whole = max(self.widths[0], label.least) if lettered else self.widths[0]
        own = max(min(whole, left), min(self.widths[0], self.least))
        return replace(label, least=own, easy=own, most=max(own, most_of_label(label, self.room)))

    def first_for(self, column: int, first: int) -> int:
        """Return the position from which on a column is visible: `first` if it is already."""
        if column in self.seen(first):
            return first
        place = self.turned.index(column)
        return min(place, self.last) if place < first else self._up_to(place)

    def _up_to(self, place: int) -> int:
        """Return the first position from which on the one at `place` is visible."""
        first = place
        while first > 0 and self.turned[place] in self.seen(first - 1):
            first -= 1
        return first

    def _left(self, still: Sequence[int]) -> int:
        return self.room - sum([self.widths[column] for column in still])


def paging(
    widths: Sequence[int],
    shares: int,
    room: int,
    apart: Iterable[int] = (),
    leading: Sequence[int] = (),
    cut: int = 0,
) -> Paging:
    """Return the paging of a table with labels, shares and counts.

    If the shares leave no room for the first count, the last shares are paged too, after the counts. The
    first one stays fixed if its name can be cut.

    Parameters
    ----------
    widths : sequence of int
        The width that each column needs, in pixels; for the labels at most their share.
    shares : int
        Number of shares.
    apart : iterable of int
        The counts whose totals are shown elsewhere too; they come last.
    leading : sequence of int
        The order of the counts.
    cut : int
        Width of the first share with its name cut, in pixels; 0 for a share without a name.
    """
    elsewhere, least = frozenset(apart), _least_label(widths, room, cut)
    counts = range(1 + shares, len(widths))
    ordered = [counts[place] for place in leading] if len(leading) == len(counts) else counts
    begins = sorted(ordered, key=elsewhere.__contains__)
    # A name is cut so far that any count has room beside it; numbers are not cut.
    beside = max((widths[column] for column in (begins if cut else begins[:1])), default=0)
    still = [0]
    for column in range(1, 1 + shares):
        left = room - least - sum(widths[each] for each in still[1:]) - beside
        if widths[column] > left:
            if column == 1 and 0 < cut <= left:
                widths = (widths[0], left, *widths[2:])
                still.append(column)
            break
        still.append(column)
    others = range(len(still), 1 + shares)
    return Paging(tuple(still), (*begins, *others), tuple(widths), room, elsewhere, least)


def glance_paging(widths: Sequence[int], totals: Sequence[bool], shares: int, room: int) -> Paging:
    """Return the paging of a table with glances: these first, then the others.

    If not all shares fit they get a page of their own, since the glances show most of their content.

    Parameters
    ----------
    totals : sequence of bool
        Whether each glance column has a total; they follow the labels.
    """
    first = range(1, 1 + len(totals))
    own = range(first.stop, first.stop + shares)
    counts = range(own.stop, len(widths))
    fitting = sum(widths[column] for column in (0, *first, *counts[:1])) <= room
    up_to = next((column for column in first if totals[column - 1]), 0)
    if sum(widths[: up_to + 1]) > room:
        # A column with a total comes first, so that one is visible even in a narrow card.
        seen = sorted(first, key=lambda column: not totals[column - 1])
    else:
        seen = list(first)
    rest = (*counts, *own) if fitting else (*own, *counts)
    apart = sum(widths[column] for column in (0, *first, *own)) > room
    # Glances can be elided, so the labels beside them are whole.
    return Paging((0,), (*seen, *rest), tuple(widths), room, frozenset(own if apart else ()), widths[0])


def narrowed(width: Width, room: int) -> Width:
    """Return the widths of a column limited to `room` pixels."""
    return width if width.least <= room else replace(width, least=room, easy=room, most=room)


def needed_widths(
    kinds: Sequence[Kind], widths: Sequence[Width], room: int, alone: bool = False
) -> list[int]:
    """Return the width in pixels that each column needs while columns are paged, labels first.

    Shares have a bar beside their number, where a count has room too: all counts but one are worth more.

    Parameters
    ----------
    alone : bool
        Whether the labels may have all that a single other column leaves.
    """
    others = list(zip(kinds, widths, strict=True))[1:]
    # Labels are shortened by a rule first, and elided only if even that does not fit.
    widest = max((width.least for _, width in others), default=0) if alone else 0
    label = label_within(widths[0], room, widest) or most_of_label(widths[0], room)
    shares = [width for kind, width in others if kind is Kind.SHARE]
    widest = max((width.least for kind, width in others if kind is Kind.COUNT), default=0)
    beside = room - label - sum(width.least + width.bar for width in shares)
    below = room - label - sum(width.least for width in shares)
    several = below >= 2 * widest > beside and kinds.count(Kind.COUNT) > 1
    airy = (beside >= widest and not several) or Kind.GLANCE in kinds
    return [label, *(width.least + (width.bar if airy else 0) for _, width in others)]


def most_of_label(label: Width, room: int) -> int:
    """Return the largest width of the labels with their badge, in pixels."""
    return int((LETTERED if label.lines > 1 else LABEL) * room) + label.badge


def label_within(label: Width, room: int, widest: int = 0, shorter: int = 0) -> int | None:
    """Return the width of what was observed, no shorter than has to be; None where it has no room.

    Parameters
    ----------
    widest : int
        What the widest of the other columns needs; where it is the only one seen, the shortest label may have
        the rest. 0 where it may not.
    shorter : int
        So many of its longer forms are passed over.
    """
    most, forms = most_of_label(label, room), (label.least, *label.shorter)
    within = next((each for each in forms[shorter:] if each <= most), None)
    alone = min(forms) if widest and min(forms) + widest <= room else None
    return alone if within is None else within


def _least_label(needed: Sequence[int], room: int, cut: int) -> int:
    """Return the width left to the labels beside a cut share and the widest column, which take precedence."""
    return min(needed[0], max(room - max(needed[1:], default=0) - cut, int(LEAST_LABEL * room)))


def shares_in(wide: Mapping[int, int], widths: Sequence[Width]) -> Shares:
    """Return the room for the texts of shares: the same in all rows, so that equal shares have equal bars.

    Where one column has no room for bars beside its texts, all have them below, since they are compared.

    Parameters
    ----------
    wide : mapping of int to int
        The width of each column in sight.
    widths : sequence of Width
        The possible widths of all columns.
    """
    texts = {place: widths[place].share for place in wide if widths[place].share}
    if all(bar_beside(wide[place], text) >= LEAST_BAR for place, text in texts.items()):
        return texts
    return {place: wide[place] for place in texts}
