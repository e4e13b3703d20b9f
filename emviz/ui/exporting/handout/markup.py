"""Texts and tables of a sheet as HTML."""

from __future__ import annotations

import re
from html import escape

from emviz.handouts import Sheet
from emviz.ui.frame.status import with_subscripts
from emviz.ui.look.theme import LIGHT
from emviz.wording.unbroken import unbroken

#: Font size of less important text, and the length of a cell beyond which only its first items are printed.
SMALL, LONGEST = 8, 48
#: The longest observation that is not wrapped, and the style that prevents it.
BRIEF, WHOLE = 30, 'style="white-space: nowrap"'
#: Blanks at which no line ends: behind a number or sign, and before one.
NAMED, NUMBERED = re.compile(r"(?<=[\d≈Σ:]) "), re.compile(r"(?<=[≈±]) | (?=[\d−≈±])")
#: Where a line may end all the same: behind a bar in a heading, and in a word as long as a sequence.
BAR, LETTERS = re.compile(r"\|(?=\S)"), re.compile(r"(\S{24})(?=\S)")


def indexed(text: str) -> str:
    """Return escaped text with subscripts and superscripts: θ_A, and ^(1)."""
    return re.sub(r"\^(\(\d+\))", r"<sup>\1</sup>", with_subscripts(escape(unbroken(text))))


def small(text: str) -> str:
    """Return text in small grey letters; "" if empty."""
    return f'<span style="font-size: {SMALL}px; color: {LIGHT.muted}">{indexed(text)}</span>' if text else ""


def table(sheet: Sheet) -> str:
    """Return the count table, and what is left out of it."""
    head = "".join(_cell(each.heading, each.component, "th") for each in sheet.columns)
    rows = [f"<tr><th></th><th align='left' {WHOLE}>{indexed(sheet.heading)}</th>{head}</tr>"]
    for place, (number, observed) in enumerate(sheet.rows):
        cells = "".join(
            _cell(each.cells[place] if each.cells else "", each.component) for each in sheet.columns
        )
        style = WHOLE if len(observed) <= BRIEF else ""
        rows.append(f"<tr><td>{number}</td><td {style}>{indexed(_breakable(observed))}</td>{cells}</tr>")
    if any(each.total for each in sheet.columns):
        totals = "".join(_cell(each.total, each.component, "th") for each in sheet.columns)
        rows.append(f"<tr><td></td><th align='left'>total</th>{totals}</tr>")
    style = "border-collapse: collapse; border-style: solid; border-color: #c9c8c2"
    drawn = f'<table border="0.5" cellspacing="0" cellpadding="2" style="{style}">{"".join(rows)}</table>'
    return drawn + small(sheet.remark)


def shortened(cell: str) -> str:
    """Return the first items of a long cell, and "…"; no number is cut."""
    if len(cell) <= LONGEST:
        return cell
    first, *items = cell.split(", ")
    for item in items:
        if len(first) + len(item) > LONGEST:
            break
        first = f"{first}, {item}"
    return first if len(first) == len(cell) else f"{first}, …"


def _breakable(text: str) -> str:
    return LETTERS.sub("\\1\N{ZERO WIDTH SPACE}", BAR.sub("|\N{ZERO WIDTH SPACE}", text))


def _joined(cell: str) -> str:
    """Return a cell with unbroken numbers: "0.5 no" where they come first, "start 62 0.92" behind names."""
    first = cell.startswith("≈") or cell[:1].isdigit()
    return (NAMED if first else NUMBERED).sub("\N{NO-BREAK SPACE}", cell)


def _cell(text: str, component: int, tag: str = "td") -> str:
    whole = _joined(_breakable(shortened(text)))
    return f'<{tag} align="right" style="color: {LIGHT.component(component)}">{indexed(whole)}</{tag}>'


def lines(sheet: Sheet) -> str:
    """Return the lines of the M-step, each with the previous value of its parameter."""
    found = []
    for line in sheet.lines:
        colour = LIGHT.component(line.component)
        found.append(f'<b style="color: {colour}">{indexed(line.text)}</b> {small(line.was)}')
    return "<br>".join(found)
