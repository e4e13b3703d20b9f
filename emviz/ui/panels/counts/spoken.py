"""The count table as a screen reader says it: its totals, and what the M-step made of them."""

from __future__ import annotations

from itertools import islice

from emviz.data.things import things
from emviz.em.views import CountTable
from emviz.narration import number
from emviz.session import Session, words_of
from emviz.ui.panels.counts.texts import count_text, whole_symbols

#: Columns and lines of the M-step that are said; the table and the lines themselves have the others.
SAID = 12


def spoken(session: Session, table: CountTable | None, rows: int) -> str:
    """Return in words the totals of a count table, and the lines of the M-step."""
    words, places = words_of(session), session.display.decimals
    told = [f"{things(rows, words.unit, words.units)}."]
    if table is None or table.totals is None:
        return f"{told[0]} Nothing has been counted yet."
    totals = []
    for k, (group, span) in enumerate(zip(table.groups[:SAID], table.spans, strict=False)):
        whole = whole_symbols(table, k) if session.method.whole else ()
        totals.append(f"{group.heading} {count_text(table.totals[span], group.symbols, places, whole)}")
    told.append(f"Totals: {'; '.join(totals)}{_more(len(table.groups))}.")
    lines = [f"{line.label} = {number(line.value, places + 1)}" for line in islice(table.updates, SAID)]
    if lines:
        told.append(f"M-step: {'; '.join(lines)}{_more(len(table.updates))}.")
    return " ".join(told)


def _more(many: int) -> str:
    return f"; and {many - SAID:,} more" if many > SAID else ""
