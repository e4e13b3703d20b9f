"""The count table of a half-step: headings, rows, totals, lines of the M-step, derivations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from emviz.data.things import things
from emviz.em.counts.alike import NAMED
from emviz.em.counts.glances import Glance, Portion
from emviz.em.counts.table import Cell, CountCell, CountTable, Derivation, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Rows
from emviz.em.rounding import all_whole
from emviz.em.trace import Json
from emviz.pages.interned import Interned
from emviz.session import Session, derivation, in_file, many_shown, words_of
from emviz.wording.counts import alike_text, count_text, reference_text, sequence_text, share_text, signed
from emviz.wording.lines import Lines
from emviz.wording.plain import Plain
from emviz.wording.updates import as_text, sides_of, spoken_line

#: Maximum rows and columns of the table, rows and totals with derivations, and lines of the M-step.
ROWS, COLUMNS, DERIVED, TOTALS, LINES = 40, 30, 6, 12, 12
#: Rows shown on either side of a distant row that is asked about.
AROUND = 5
#: Derivation number of a cell without a derivation.
UNDERIVED = -1


@dataclass(frozen=True, eq=False)
class Ledger:
    """Content shared by the tables of all half-steps: rows, and texts and derivations, each stored once."""

    rows: Rows
    texts: Interned[str]
    derivations: Interned[Json]
    #: Cells and a row that are asked about, which always have derivations.
    wanted: frozenset[Cell] = frozenset()
    row: int | None = None

    def derives(self, cell: Cell, place: int) -> bool:
        """Return whether a cell in a given row of the table has a derivation."""
        return place < DERIVED or cell in self.wanted or self.rows[place] == self.row


def rows_shown(session: Session, wanted: Collection[Cell], row: int | None) -> Rows:
    """Return the rows that the page shows: the first, those asked about with their neighbours, and one more.

    The neighbours keep a row that is asked about from standing out.
    """
    many, order = many_shown(session), in_file(session)
    asked = {order.place(cell.row) for cell in wanted if isinstance(cell, ShareCell | CountCell)}
    places = set(range(min(ROWS, many)))
    for place in sorted(asked - places):
        around = set(range(max(0, place - AROUND), min(many, place + AROUND + 1)))
        places = set(sorted(places)[: ROWS - len(around)]) | around
    in_order = sorted(places)
    if row is not None and (shown := order.place(row)) not in places:
        in_order[-1] = shown
    return np.array([order.row(place) for place in in_order], dtype=np.intp)


def rows_words(session: Session, table: CountTable, ledger: Ledger) -> str:
    """Return a sentence on the rows and columns that are left out, and on the available derivations."""
    words, many, every = words_of(session), many_shown(session), session.table.rows
    sentences, units = [], things(every, words.unit, words.units)
    if many < every:
        sentences.append(f"Of {units} {many:,} are different; those that are alike are counted together.")
        units = "these"
    if many > ROWS:
        sentences.append(f"The table has {ROWS} of {units}; totals are over all of them.")
    columns = len(table.completions) + len(table.groups)
    if columns > COLUMNS:
        sentences.append(f"Of {columns} columns it has the first {COLUMNS}.")
    if len(table.updates) > LINES:
        sentences.append(
            f"Of {len(table.updates):,} lines of the M-step the page has the {LINES} that changed most."
        )
    if min(many, ROWS) > DERIVED:
        row = ledger.row
        far = "" if row is None or row not in ledger.rows[DERIVED:] else f" of row {row + 1:,},"
        which = f"the first {DERIVED} rows,{far}"
        sentences.append(f"Numbers of {which} and totals have derivations.")
    return " ".join(sentences)


def table_of(session: Session, table: CountTable, ledger: Ledger) -> Json:
    """Return the table of a half-step: the heading, and the columns' cells with derivations."""
    plain = Plain(table, many_shown(session), session.method.whole)
    columns: list[Json] = [
        *(_glance(session, table, each, ledger) for each in table.glances),
        *(_share(session, table, k, plain, ledger) for k in range(len(table.completions))),
        *(_count(session, table, k, plain, ledger) for k in range(len(table.groups))),
    ]
    return {
        "heading": table.heading,
        "rows": [int(row) + 1 for row in ledger.rows],
        "observed": [ledger.texts.place(_observed(table, place)) for place in range(len(table.observed))],
        "labels": _labels(session, table),
        "columns": columns[: COLUMNS + len(table.glances)],
        "reference": _reference(session, table),
    }


def lines_of(session: Session, table: CountTable, ledger: Ledger) -> list[Json]:
    """Return the lines of the M-step, of many those that changed most; [] before it."""
    state = session.round
    if state.updated is None or not table.updates:
        return []
    lines, places = (
        Lines(table.updates, session.model.parameters(session.data), state),
        session.display.decimals,
    )
    chosen = range(len(lines)) if len(lines) <= LINES else lines.order[:LINES].tolist()
    found: list[Json] = []
    for place in chosen:
        line = lines.at(int(place))
        sides = sides_of(line.update, places)
        was = "" if line.was is None else f"was {signed(line.was, places + 1)}"
        found.append(
            {
                "text": as_text(line.update, lines.iteration, sides),
                "spoken": spoken_line(line.words or line.update.label, sides),
                "was": was,
                "component": line.update.component,
                "key": key_of(table, UpdateCell(int(place))),
                "why": _derived(session, table, ledger, UpdateCell(int(place))),
            }
        )
    return found


def asked_of(session: Session, table: CountTable, ledger: Ledger, cell: Cell) -> Json:
    """Return the position of a number on the page, and its derivation."""
    return {"key": key_of(table, cell), "why": _derived(session, table, ledger, cell)}


def key_of(table: CountTable, cell: Cell) -> str:
    """Return the key of a cell on the page."""
    shares, glances = len(table.completions), len(table.glances)
    match cell:
        case ShareCell(row, place):
            return f"cell {row + 1} {glances + place}"
        case CountCell(row, group):
            return f"cell {row + 1} {glances + shares + group}"
        case TotalCell(group):
            return f"total {glances + shares + group}"
    return f"line {cell.place}"


def _reference(session: Session, table: CountTable) -> str:
    """Return the complete-data case in one line, if answers are shown."""
    free = [parameter for parameter in session.model.parameters(session.data) if parameter.estimated]
    symbol = free[-1].symbol if free else ""
    return reference_text(table, session.display.decimals, symbol) if session.display.reference else ""


def _observed(table: CountTable, place: int) -> str:
    text, rows = table.observed[place], "" if table.alike is None else alike_text(table.alike[place], NAMED)
    shown = sequence_text(text, table.alphabet) if table.alphabet else text
    return f"{shown}: {rows}" if rows else shown


def _labels(session: Session, table: CountTable) -> list[Json]:
    """Return the true component of each row with its colour, if labels are revealed."""
    if table.labels is None or not session.display.revealed:
        return []
    return [None if tag is None else [tag.text, tag.component] for tag in table.labels]


def _column(heading: str, component: int, cells: list[Json], total: str, why: int = UNDERIVED) -> Json:
    return {"heading": heading, "component": component, "cells": cells, "total": total, "why": why}


def _share(session: Session, table: CountTable, k: int, plain: Plain, ledger: Ledger) -> Json:
    tag, places = table.completions[k], session.display.decimals
    if table.shares is None:
        return _column(tag.text, tag.component, [], "")
    cells: list[Json] = []
    for place, row in enumerate(ledger.rows.tolist()):
        text = share_text(table, place, k, places, plain.shares(k))
        cell = ShareCell(row, k)
        why = _derived(session, table, ledger, cell) if ledger.derives(cell, place) and text else UNDERIVED
        cells.append([ledger.texts.place(text), why, round(float(table.shares[place, k]), 3)])
    return _column(tag.text, tag.component, cells, "")


def _count(session: Session, table: CountTable, k: int, plain: Plain, ledger: Ledger) -> Json:
    group, places, whole = table.groups[k], session.display.decimals, plain.counts(k)
    if table.counts is None or table.totals is None:
        return _column(group.heading, group.component, [], "")
    cells: list[Json] = []
    for place, row in enumerate(ledger.rows.tolist()):
        text = count_text(table.counts[place, table.spans[k]], group.symbols, places, whole)
        cell = CountCell(row, k)
        why = _derived(session, table, ledger, cell) if ledger.derives(cell, place) else UNDERIVED
        cells.append([ledger.texts.place(text), why, None])
    total = count_text(table.totals[table.spans[k]], group.symbols, places, whole)
    why = _derived(session, table, ledger, TotalCell(k)) if k < TOTALS else UNDERIVED
    return _column(group.heading, group.component, cells, total, why)


def _glance(session: Session, table: CountTable, each: Glance, ledger: Ledger) -> Json:
    places, sums, hard = session.display.decimals, each.sums, session.method.whole
    digits = places + 1
    cells: list[Json] = []
    for place, row in enumerate(ledger.rows.tolist() if len(each) else ()):
        why = UNDERIVED
        if each.derives is not None and isinstance(each, Portion):
            cell = each.derives(row)
            why = _derived(session, table, ledger, cell) if ledger.derives(cell, place) else UNDERIVED
        bar = round(float(each.values[place]), 3) if isinstance(each, Portion) else None
        cells.append([ledger.texts.place(each.text(place, digits)), why, bar])
    total = each.total_text(0 if hard and sums is not None and all_whole(sums.flat) else places)
    return _column(each.heading, each.component, cells, total if len(each) else "")


def _derived(session: Session, table: CountTable, ledger: Ledger, cell: Cell) -> int:
    """Return the number of a cell's derivation."""
    return ledger.derivations.place(_written(derivation(session, table, cell), ledger))


def _written(derivation: Derivation, ledger: Ledger) -> Json:
    lines: list[Json] = [
        [ledger.texts.place(line.formula), ledger.texts.place(line.words)] for line in derivation.lines
    ]
    return {"title": derivation.title, "component": derivation.component, "lines": lines}
