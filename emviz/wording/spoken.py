"""The count table for screen readers: its totals, and the lines of the M-step."""

from __future__ import annotations

from emviz.data.things import things
from emviz.em.counts.table import CountTable
from emviz.session import Session, words_of
from emviz.wording.counts import count_text
from emviz.wording.lines import Lines
from emviz.wording.numbers import number
from emviz.wording.plain import Plain

#: The most columns and lines of the M-step in the text; the others can be read in the table itself.
SAID = 12


def spoken(session: Session, table: CountTable | None, rows: int, found: Lines | None) -> str:
    """Return in words the totals of a count table, and the lines of the M-step; None before it.

    Parameters
    ----------
    rows : int
        How many rows the table has: fewer than the data where some are alike.
    """
    words, places, every = words_of(session), session.display.decimals, session.table.rows
    different = f", {rows:,} of them different" if rows < every else ""
    said = [f"{things(every, words.unit, words.units)}{different}."]
    if table is None or table.totals is None:
        return f"{said[0]} Nothing has been counted yet."
    totals, plain = [], Plain(table, rows, session.method.whole)
    for k, (group, span) in enumerate(zip(table.groups[:SAID], table.spans, strict=False)):
        counts = count_text(table.totals[span], group.symbols, places, plain.counts(k))
        totals.append(f"{group.heading} {counts}")
    said.append(f"Totals: {'; '.join(totals)}{_more(len(table.groups))}.")
    if found is not None:
        lines = (found.at(place) for place in range(min(SAID, len(found))))
        lined = (f"{line.words} = {number(line.update.value, places + 1)}" for line in lines)
        said.append(f"M-step: {'; '.join(lined)}{_more(len(found))}.")
    return " ".join(said)


def _more(many: int) -> str:
    return f"; and {many - SAID:,} more" if many > SAID else ""
