"""The words and the table of a sheet as HTML that Qt sets."""

from __future__ import annotations

import re
from html import escape

from emviz.handouts import Sheet
from emviz.ui.frame.status import with_subscripts
from emviz.ui.look.theme import LIGHT
from emviz.wording.unbroken import unbroken

#: The size of letters of what is less important, and the most letters of a cell.
SMALL, LONGEST = 8, 48
#: A cell that is not broken into lines.
WHOLE = 'style="white-space: nowrap"'


def told(text: str) -> str:
    """Return words with true indices: θ_A, and ^(1)."""
    return re.sub(r"\^(\(\d+\))", r"<sup>\1</sup>", with_subscripts(escape(unbroken(text))))


def small(text: str) -> str:
    """Return words that are less important, if there are any."""
    return f'<span style="font-size: {SMALL}px; color: {LIGHT.muted}">{told(text)}</span>' if text else ""


def table(sheet: Sheet, many: int) -> str:
    """Return the count table, with so many rows."""
    head = "".join(_cell(each.heading, each.component, "th") for each in sheet.columns)
    rows = [f"<tr><th></th><th align='left' {WHOLE}>{told(sheet.heading)}</th>{head}</tr>"]
    for place, (number, observed) in enumerate(sheet.rows[:many]):
        cells = "".join(
            _cell(each.cells[place] if each.cells else "", each.component) for each in sheet.columns
        )
        rows.append(f"<tr><td>{number}</td><td {WHOLE}>{told(observed)}</td>{cells}</tr>")
    if any(each.total for each in sheet.columns):
        totals = "".join(_cell(each.total, each.component, "th") for each in sheet.columns)
        rows.append(f"<tr><td></td><th align='left'>total</th>{totals}</tr>")
    style = "border-collapse: collapse; border-style: solid; border-color: #c9c8c2"
    return f'<table border="0.5" cellspacing="0" cellpadding="2" style="{style}">{"".join(rows)}</table>'


def _cell(text: str, component: int, tag: str = "td") -> str:
    colour = LIGHT.component(component)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f'<{tag} align="right" style="color: {colour}">{told(text)}</{tag}>'


def lines(sheet: Sheet) -> str:
    """Return the lines of the M-step, each with what the parameter was before."""
    found = []
    for line in sheet.lines:
        colour = LIGHT.component(line.component)
        found.append(f'<b style="color: {colour}">{told(line.text)}</b> {small(line.was)}')
    return "<br>".join(found)
