"""Count tables side by side: the same rows below the same headings in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from emviz.ui.panels.counts.sheet import CountSheet
from emviz.ui.panels.counts.widths import ColumnTexts, Ruler, Width


@dataclass(frozen=True)
class Widest(ColumnTexts):
    """The texts of one column in several tables; the widest of them decides."""

    columns: tuple[ColumnTexts, ...]

    def width(self, ruler: Ruler) -> Width:
        """Return the width in a ruler's font; each table has its own cached."""
        first, *others = (column.width(ruler) for column in self.columns)
        for other in others:
            first = _wider(first, other)
        return first


def align(sheets: Sequence[CountSheet]) -> bool:
    """Give tables of the same rows and columns the same widths, and their M-steps the same height.

    Each keeps what it has measured; call it again once one of them has been measured anew.

    Returns
    -------
    bool
        Whether anything was to be done; then the sheets have to show their blocks again.
    """
    looks = [sheet.grid.looks for sheet in sheets]
    if len(sheets) < 2 or all(each.shared for each in looks):
        return False
    several = [each.own for each in looks]
    possible = frozenset.intersection(*(possible for possible, _ in several))
    for sheet in sheets:
        sheet.grid.leading = sheets[0].grid.leading
        sheet.grid.looks.share(
            possible, lambda units: tuple(map(Widest, zip(*(of(units) for _, of in several), strict=True)))
        )
        sheet.strip.reserve_most([each.strip for each in sheets])
        sheet.share_out()
    return True


def _wider(one: Width, other: Width) -> Width:
    """Return the width at which both have room; labels have the forms that both have."""
    forms = zip(one.shorter, other.shorter, strict=False)
    parts = zip(one.parts, other.parts, strict=False)
    return replace(
        one,
        least=max(one.least, other.least),
        easy=max(one.easy, other.easy),
        most=max(one.most, other.most),
        parts=tuple(map(max, parts)),
        lines=max(one.lines, other.lines),
        below=max(one.below, other.below),
        shorter=tuple(map(max, forms)),
        badge=max(one.badge, other.badge),
        cut=max(one.cut, other.cut),
        share=max(one.share, other.share),
    )
