"""Exports of tables and pictures; long ones are written in the background."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QColor, QImage, QRegion
from PySide6.QtWidgets import QWidget

from emviz.data.writer import csv_text, json_text, save_bytes, save_texts
from emviz.em.counts.glances import Portion
from emviz.em.counts.table import CountTable
from emviz.em.model import Phase
from emviz.em.optional import InParts, Spanning
from emviz.em.rounding import with_hyphens
from emviz.em.work import checked
from emviz.session import Session, trace_of
from emviz.ui.errors import sentence_of
from emviz.ui.exporting.imaging import png_of
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery, Worker

if TYPE_CHECKING:
    from emviz.em.uncertainty.certainty import Errors

#: Rows whose counts are computed at once at the most, and numbers that they may have together, more of them
#: where the model weighs several rows together.
COMPUTED, NUMBERS, TOGETHER = 10_000, 2**17, 2**22
#: Rows and numbers that are written between two looks at the clock.
WRITTEN, CELLS = 250, 2**15
#: Rows that are put into cells between two places where the work can be left.
LOOKED = 20
#: Rows of the data that are written between two looks at the clock.
COPIED = 5_000

#: Fraction done, and the next piece of the file.
Pieces: TypeAlias = Iterator[tuple[float, str]]
Row: TypeAlias = list[str | float | int]


class Exporter(Channel):
    """Writes files in the background."""

    saved = Signal(str)
    written = Signal(object, object)
    refused = Signal(str)

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__("export", worker, parent)
        self._news = ""
        self._content: tuple[Session, Callable[[Session], Pieces]] | None = None

    def save(self, path: Path, session: Session, pieces: Callable[[Session], Pieces], news: str = "") -> None:
        """Write a file atomically; `news` replaces the message that it is saved."""
        self._news, self._content = news or f"Saved {path.name}.", (session, pieces)
        self.start(f"Saving {path.name}", partial(writing, path, session, pieces))

    def save_picture(self, path: Path, picture: QImage) -> None:
        """Write a picture as PNG, atomically."""
        self._news, self._content = f"Saved {path.name}.", None
        self.start(f"Saving {path.name}", partial(_drawn, path, picture))

    def receive(self, delivery: Delivery) -> None:
        """Report that the file is written, or why it is not."""
        if not delivery.ended:
            return
        self.done()
        if delivery.error is None:
            self.saved.emit(self._news)
            if self._content is not None:
                self.written.emit(*self._content)
        else:
            self.refused.emit(sentence_of(delivery.error))


def data_csv(session: Session) -> Pieces:
    """Yield the displayed data as CSV, including true labels, in a form that can be opened again."""
    table = session.draft
    yield 0.0, csv_text(table.names, [])
    texts = [table.plain_texts(name) for name in checked(table.names)]
    for first in range(0, table.rows, COPIED):
        rows = zip(*(column[first : first + COPIED].tolist() for column in texts), strict=True)
        yield first / table.rows, csv_text((), rows).partition("\r\n")[2]


def trace_csv(session: Session) -> Pieces:
    """Yield the trace as CSV, one row per θ(t)."""
    header, rows = trace_of(session).rows()
    yield 0.0, csv_text(header, [])
    for first in range(0, len(rows), WRITTEN):
        yield first / len(rows), csv_text((), rows[first : first + WRITTEN]).partition("\r\n")[2]


def trace_json(session: Session) -> Pieces:
    """Yield the trace as JSON, in the form of ``emviz fit --json``."""
    yield 1.0, json_text(trace_of(session).record())


def counts_csv(session: Session) -> Pieces:
    """Yield the count table of all rows as CSV, unrounded, with the totals in the last row."""
    table = count_table(session, 0, 1)
    header = count_header(table)
    yield 0.0, csv_text(header, [])
    for fraction, rows in _count_rows(session, len(header)):
        yield fraction, csv_text((), rows).partition("\r\n")[2]
    totals: Row = ["total", *[""] * (_before_counts(table) - 1), *_totals(table), *_structure(table, None)]
    yield 1.0, csv_text((), [totals]).partition("\r\n")[2]


def counts_json(session: Session) -> Pieces:
    """Yield the count table of all rows as JSON: a list of row objects, and the totals."""
    table = count_table(session, 0, 1)
    header = count_header(table)
    about = {
        "model": session.model.key,
        "method": session.method.key,
        "source": session.source,
        "t": session.round.base.index,
    }
    separator = json_text(about).rstrip("\n}") + ',\n  "rows": [\n'
    for fraction, rows in _count_rows(session, len(header)):
        objects = (json_text(dict(zip(header, row, strict=True))).rstrip() for row in checked(rows))
        yield fraction, separator + ",\n".join(objects)
        separator = ",\n"
    names = header[_before_counts(table) : len(header) - len(_structure(table, None))]
    totals = json_text(dict(zip(names, _totals(table), strict=True))).rstrip()
    yield 1.0, f'\n  ],\n  "totals": {totals}\n}}\n'


def answers_csv(session: Session) -> Pieces:
    """Yield the most likely completions of every row as CSV, at the displayed θ."""
    from emviz.api import answers_report

    return answers_report.answers(session, session.step.params)


def posterior_csv(session: Session) -> Pieces:
    """Yield P of each variable's states as CSV, unrounded, with and without what is supposed."""
    from emviz.api import answers_report

    yield 1.0, answers_report.posterior(session)


def errors_csv(session: Session, errors: Errors) -> Pieces:
    """Yield standard errors as CSV, one row per entry of θ."""
    from emviz.api import errors_report

    yield 1.0, errors_report.errors_csv(errors)


def count_table(session: Session, first: int, end: int) -> CountTable:
    """Return the count table of a range of rows, without the lines of the M-step, which no export has."""
    state = session.round
    if state.phase is Phase.M:
        state = replace(state, phase=Phase.E, updated=None)
    return session.model.count_table(session.data, state, np.arange(first, end))


def count_header(table: CountTable) -> list[str]:
    """Return the column names: row, observed, P(A) …, coin A H, coin A T, …, with those of the glances."""
    shares = [tag.text for tag in table.completions]
    if table.names is not None:
        shares = [name for share in shares for name in (f"{share} completion", share)]
    counts = [f"{group.heading} {symbol}" for group in table.groups for symbol in group.symbols]
    structure = [] if table.brackets is None else ["structure"]
    return ["row", "observed", *shares, *counts, *(each.column for each in table.glances), *structure]


def _before_counts(table: CountTable) -> int:
    return 2 + len(table.completions) * (1 if table.names is None else 2)


def picture_of(widget: QWidget, ratio: float = 2.0, ground: str | None = None) -> QImage:
    """Return a picture of a widget at a pixel ratio.

    Parameters
    ----------
    ground : str, optional
        Replaces the background colour of the widget.
    """
    image = QImage(widget.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(ground) if ground else widget.palette().color(widget.backgroundRole()))
    plots = widget.findChildren(Plot)
    for plot in plots:
        plot.rescale(ratio)
        plot.show_focus(False)
    # Called on QWidget because panels define `render` differently.
    own = QWidget.RenderFlag.DrawChildren
    if ground is None:
        own |= QWidget.RenderFlag.DrawWindowBackground
    QWidget.render(widget, image, QPoint(), QRegion(), own)
    for plot in plots:
        plot.rescale(widget.devicePixelRatioF())
        plot.show_focus(plot.hasFocus())
    return image


def _count_rows(session: Session, columns: int) -> Iterator[tuple[float, list[Row]]]:
    total, many = session.table.rows, _rows_at_once(session, columns)
    written = max(1, min(WRITTEN, CELLS // columns))
    for first in range(0, total, many):
        end = min(first + many, total)
        table = count_table(session, first, end)
        for begin in range(0, end - first, written):
            places = range(begin, min(begin + written, end - first))
            yield (
                (first + begin) / total,
                [_count_row(table, i, first + i + 1) for i in checked(places, LOOKED)],
            )


def _rows_at_once(session: Session, columns: int) -> int:
    """Return how many rows have their counts computed in one call: the fewer, the longer a row is."""
    # Where a row takes long the model weighs several together, and can be left on its way.
    numbers = TOGETHER if isinstance(session.model, InParts | Spanning) else NUMBERS
    return max(1, min(COMPUTED, numbers // columns))


def _count_row(table: CountTable, place: int, number: int) -> Row:
    observed = with_hyphens(table.observed[place])
    if table.shares is None or table.counts is None:
        symbols = sum(len(group.symbols) for group in table.groups)
        empty = _before_counts(table) - 2 + symbols + len(table.glances)
        return [number, observed, *[""] * empty, *_structure(table, None)]
    shares: Row = list(table.shares[place].tolist())
    if table.names is not None:
        pairs = zip(table.names[place], table.shares[place].tolist(), strict=True)
        shares = [cell for pair in pairs for cell in pair]
    glances = (
        float(each.values[place]) if isinstance(each, Portion) else each.written(place, None)
        for each in table.glances
    )
    return [number, observed, *shares, *table.counts[place].tolist(), *glances, *_structure(table, place)]


def _structure(table: CountTable, place: int | None) -> list[str]:
    """Return the structure cell of a row as a list; [""] for None, [] if the table has no structures."""
    if table.brackets is None:
        return []
    return ["" if place is None else table.brackets[place]]


def _totals(table: CountTable) -> Row:
    if table.totals is None:
        return [""] * (sum(len(group.symbols) for group in table.groups) + len(table.glances))
    sums = (
        each.total if isinstance(each, Portion) and each.total is not None else each.total_written(None)
        for each in table.glances
    )
    return [*table.totals.tolist(), *sums]


def writing(
    path: Path, session: Session, pieces: Callable[[Session], Pieces], control: Control
) -> Generator[object, None, object]:
    """Write a file atomically; yields where it can be cancelled."""
    parts = []
    for fraction, text in pieces(session):
        parts.append(text)
        control.report(fraction)
        yield None
    save_texts(path, checked(parts))
    return None


def _drawn(path: Path, picture: QImage, control: Control) -> Generator[object, None, None]:
    yield None
    save_bytes(path, png_of(picture))
