"""The count table as a screen reader says it: its totals, and what the M-step made of them."""

from __future__ import annotations

from emviz.data.things import things
from emviz.em.views import CountTable
from emviz.narration import number
from emviz.session import Session, words_of
from emviz.ui.panels.counts.lines import Lines
from emviz.ui.panels.counts.texts import count_text, whole_symbols

#: Columns and lines of the M-step that are said; the table and the lines themselves have the others.
SAID = 12


def spoken(session: Session, table: CountTable | None, rows: int, found: Lines | None) -> str:
    """Return in words the totals of a count table, and the lines of the M-step; None before it."""
    words, places = words_of(session), session.display.decimals
    told = [f"{things(rows, words.unit, words.units)}."]
    if table is None or table.totals is None:
        return f"{told[0]} Nothing has been counted yet."
    totals = []
    for k, (group, span) in enumerate(zip(table.groups[:SAID], table.spans, strict=False)):
        whole = whole_symbols(table, k) if session.method.whole else ()
        totals.append(f"{group.heading} {count_text(table.totals[span], group.symbols, places, whole)}")
    told.append(f"Totals: {'; '.join(totals)}{_more(len(table.groups))}.")
    if found is not None:
        lines = (found.at(place) for place in range(min(SAID, len(found))))
        said = (f"{line.words} = {number(line.update.value, places + 1)}" for line in lines)
        told.append(f"M-step: {'; '.join(said)}{_more(len(found))}.")
    return " ".join(told)


def _more(many: int) -> str:
    return f"; and {many - SAID:,} more" if many > SAID else ""
