"""Texts and tables of a sheet as HTML."""

from __future__ import annotations

import re
from html import escape

from emviz.handouts import Sheet
from emviz.ui.frame.status import with_subscripts
from emviz.ui.look.theme import LIGHT
from emviz.wording.unbroken import unbroken

#: Font size of less important text, and maximum length of a cell.
SMALL, LONGEST = 8, 48
#: Style of a cell that is not wrapped.
WHOLE = 'style="white-space: nowrap"'


def indexed(text: str) -> str:
    """Return escaped text with subscripts and superscripts: θ_A, and ^(1)."""
    return re.sub(r"\^(\(\d+\))", r"<sup>\1</sup>", with_subscripts(escape(unbroken(text))))


def small(text: str) -> str:
    """Return text in small grey letters; "" if empty."""
    return f'<span style="font-size: {SMALL}px; color: {LIGHT.muted}">{indexed(text)}</span>' if text else ""


def table(sheet: Sheet, many: int) -> str:
    """Return the count table with its first `many` rows."""
    head = "".join(_cell(each.heading, each.component, "th") for each in sheet.columns)
    rows = [f"<tr><th></th><th align='left' {WHOLE}>{indexed(sheet.heading)}</th>{head}</tr>"]
    for place, (number, observed) in enumerate(sheet.rows[:many]):
        cells = "".join(
            _cell(each.cells[place] if each.cells else "", each.component) for each in sheet.columns
        )
        rows.append(f"<tr><td>{number}</td><td {WHOLE}>{indexed(observed)}</td>{cells}</tr>")
    if any(each.total for each in sheet.columns):
        totals = "".join(_cell(each.total, each.component, "th") for each in sheet.columns)
        rows.append(f"<tr><td></td><th align='left'>total</th>{totals}</tr>")
    style = "border-collapse: collapse; border-style: solid; border-color: #c9c8c2"
    return f'<table border="0.5" cellspacing="0" cellpadding="2" style="{style}">{"".join(rows)}</table>'


def _cell(text: str, component: int, tag: str = "td") -> str:
    colour = LIGHT.component(component)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f'<{tag} align="right" style="color: {colour}">{indexed(text)}</{tag}>'


def lines(sheet: Sheet) -> str:
    """Return the lines of the M-step, each with the previous value of its parameter."""
    found = []
    for line in sheet.lines:
        colour = LIGHT.component(line.component)
        found.append(f'<b style="color: {colour}">{indexed(line.text)}</b> {small(line.was)}')
    return "<br>".join(found)
