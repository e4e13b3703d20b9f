"""The texts of a handout's sheets, taken from the data of the web page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from emviz.data.things import things
from emviz.handouts.blanks import Blanks, Solution

#: Maximum rows, columns and lines of the M-step on a sheet.
ROWS, COLUMNS, LINES = 12, 10, 6


@dataclass(frozen=True)
class Extent:
    """The part of the count table that is printed: at most so many rows and columns."""

    rows: int = ROWS
    columns: int = COLUMNS

    def within(self, other: Extent) -> Extent:
        """Return what both have."""
        return Extent(min(self.rows, other.rows), min(self.columns, other.columns))


@dataclass(frozen=True)
class Column:
    """A column of the count table: a cell per row, and the total; empty before the E-step."""

    heading: str
    component: int
    cells: tuple[str, ...]
    total: str


@dataclass(frozen=True)
class Line:
    """A line of the M-step, and the previous value of its parameter."""

    text: str
    was: str
    component: int


@dataclass(frozen=True)
class Derived:
    """A derivation: LaTeX formulas, each with a sentence."""

    title: str
    component: int
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """A half-step.

    Parameters
    ----------
    at, drawn : int
        Its index in the trace, and that of the half-step of its picture: on a worksheet the latest one that
        does not reveal the blanks.
    name, place : str
        "E-step 1 of 9", and the progress of EM.
    say : str
        What has happened, or on a worksheet the task.
    heading : str
        Heading of the observations.
    rows : tuple of str
        Number of each row, and its observation.
    columns : tuple of Column
        The count table.
    chosen : int
        The place among the rows of the one whose numbers are derived.
    far : bool
        Whether rows before it are left out.
    whole : Extent
        The rows and columns that the page has.
    more : int
        The lines of the M-step that are left out.
    lines : tuple of Line
        The M-step.
    reference : str
        The complete-data case, if answers are shown.
    derived, solved : tuple of Derived
        Derivations of the numbers of the chosen row, or after an M-step of θ; on a worksheet they go with the
        solutions. Lines common to several are given once.
    bound, story : str
        The bound as SVG, and its description.
    climb, point : str, pair of float
        log P over the iterations as SVG, cut at the drawn half-step, and the position of that half-step.
    words : str
        The text of a lesson scene in Markdown.
    """

    at: int
    drawn: int
    name: str
    place: str
    say: str
    heading: str
    rows: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    chosen: int
    far: bool
    whole: Extent
    more: int
    lines: tuple[Line, ...]
    reference: str
    derived: tuple[Derived, ...]
    solved: tuple[Derived, ...]
    bound: str
    story: str
    climb: str
    point: tuple[float, float]
    words: str = ""

    def within(self, extent: Extent) -> Sheet:
        """Return the sheet with so many rows, the chosen one among them, and the first columns only."""
        places = _places(len(self.rows), extent.rows, self.chosen)
        columns = (
            replace(each, cells=tuple(each.cells[k] for k in places if each.cells))
            for each in self.columns[: extent.columns]
        )
        return replace(
            self,
            rows=tuple(self.rows[k] for k in places),
            columns=tuple(columns),
            chosen=places.index(self.chosen),
            far=self.far or self.chosen >= len(places),
        )

    @property
    def remark(self) -> str:
        """What is left out of the table and of the M-step."""
        rows, sentences = len(self.rows), []
        if self.far:
            before = f"The first {things(rows - 1, 'row')} and row" if rows > 1 else "Row"
            sentences.append(f"{before} {self.rows[-1][0]}; totals are over all rows.")
        elif rows < self.whole.rows:
            sentences.append(f"The first {things(rows, 'row')}; totals are over all of them.")
        if len(self.columns) < self.whole.columns:
            sentences.append(f"The first {things(len(self.columns), 'column')}.")
        if self.more:
            sentences.append(f"{len(self.lines)} lines of the M-step.")
        return " ".join(sentences)


#: Sheets, and the solutions of their blanks.
Written: TypeAlias = tuple[tuple[Sheet, ...], tuple[Solution, ...]]


def handout(
    record: Mapping[str, Any],
    places: Sequence[int],
    row: int | None = None,
    *,
    first: int = 0,
    last: int | None = None,
    worksheet: bool = False,
    extent: Extent = Extent(),
) -> Written:
    """Return the sheets of a run, and the solutions of its blanks.

    Parameters
    ----------
    record : mapping
        The result of `emviz.pages.recording`.
    places : sequence of int
        Its half-steps, as indices into the trace.
    first, last : int
        The first and the last half-step with a sheet.
    row : int, optional
        Index of the data row whose numbers are derived; by default the one that the page tells of.
    worksheet : bool
        Replace counts and θ(t+1) by blanks; otherwise there are no solutions.
    extent : Extent
        The part of the count table that has room, on every sheet the same.
    """
    reader = _Reader(record, record["row"] if row is None else row, Blanks() if worksheet else None, extent)
    end = places[-1] if last is None else last
    sheets = tuple(reader.sheet(k, at) for k, at in enumerate(places) if first <= at <= end)
    return sheets, tuple(reader.blanks.solutions) if reader.blanks else ()


def derived(record: Mapping[str, Any], why: int, seen: set[tuple[int, int]]) -> Derived:
    """Return a derivation without the lines in `seen`, and add its lines to them.

    Parameters
    ----------
    why : int
        Index of the derivation in the record.
    seen : set of pair of int
        Lines already given, as indices of their formula and sentence in the record.
    """
    derivation, texts = record["derivations"][why], record["texts"]
    lines = [(formula, words) for formula, words in derivation["lines"] if (formula, words) not in seen]
    seen.update(lines)
    written = tuple((texts[formula], texts[words]) for formula, words in lines)
    return Derived(derivation["title"], derivation["component"], written)


class _Reader:
    """Reads the data of a page, half-step by half-step."""

    def __init__(self, record: Mapping[str, Any], row: int, blanks: Blanks | None, extent: Extent) -> None:
        self.blanks, self._extent = blanks, extent
        self._record, self._texts, self._row = record, record["texts"], row

    def sheet(self, k: int, at: int) -> Sheet:
        """Return the sheet of a half-step."""
        half = self._record["halves"][k]
        table = self._record["tables"][half["table"]]
        before = len(self.blanks.solutions) if self.blanks else 0
        rows, chosen = table["rows"], self._chosen(table)
        places = _places(len(rows), self._extent.rows, chosen)
        columns = tuple(
            self._column(each, (half["table"], place), places)
            for place, each in enumerate(table["columns"][: self._extent.columns])
        )
        lines = tuple(self._line(each, (at, place)) for place, each in enumerate(half["lines"][:LINES]))
        found = self._derived(half, table, chosen)
        ahead = bool(self.blanks and half["lines"])
        return Sheet(
            at=at,
            drawn=at - ahead,
            name=half["name"],
            place=half["place"],
            say=self._said(half, before),
            heading=table["heading"],
            rows=tuple((f"{rows[k]:,}", self._texts[table["observed"][k]]) for k in places),
            columns=columns,
            chosen=places.index(chosen),
            far=chosen >= len(places),
            whole=Extent(len(rows), len(table["columns"])),
            more=len(half["lines"]) - len(lines),
            lines=lines,
            reference="" if self.blanks else table["reference"],
            derived=() if self.blanks else found,
            solved=found if self.blanks else (),
            bound=self._record["plots"][half["bound"]],
            story="" if self.blanks else half["story"],
            climb=self._record["climb"],
            point=tuple(self._record["points"][k - ahead]),
        )

    def _said(self, half: Mapping[str, Any], before: int) -> str:
        """Return the sentence of a half-step; on a worksheet the task, if there is one."""
        if self.blanks is None:
            return str(half["say"])
        first, last = before + 1, len(self.blanks.solutions)
        if last < first:
            return str(half["say"]) if not half["t"] and not half["lines"] else ""
        which = f"({first})" if last == first else f"({first}) {'to' if last > first + 1 else 'and'} ({last})"
        if half["lines"]:
            return f"Fill in {which}: θ({half['t']}), from the totals of the counts."
        return f"Fill in {which}: the counts of each row from its shares, then the totals."

    def _chosen(self, table: Mapping[str, Any]) -> int:
        """Return the place of the row whose numbers are derived; the first one where the page lacks it."""
        number = self._row + 1
        return table["rows"].index(number) if number in table["rows"] else 0

    def _column(self, column: Mapping[str, Any], key: tuple[int, int], places: Sequence[int]) -> Column:
        cells = [self._texts[column["cells"][k][0]] for k in places if column["cells"]]
        total = column["total"]
        # Shares have a bar, because the counts are calculated from them.
        counted = self.blanks is not None and not any(cell[2] is not None for cell in column["cells"])
        if self.blanks is not None and counted:
            cells = [self.blanks.blank((*key, place), text) for place, text in enumerate(cells)]
            total = self.blanks.blank((*key, "total"), total) if total else ""
        return Column(column["heading"], column["component"], tuple(cells), total)

    def _line(self, line: Mapping[str, Any], key: tuple[int, int]) -> Line:
        if self.blanks is None:
            return Line(line["text"], line["was"], line["component"])
        return Line(self.blanks.line(("line", *key), line["text"]), "", line["component"])

    def _derived(self, half: Mapping[str, Any], table: Mapping[str, Any], chosen: int) -> tuple[Derived, ...]:
        """Return derivations of the numbers of the chosen row, or after an M-step of θ."""
        asked = [line["why"] for line in half["lines"][:LINES]]
        if not half["lines"]:
            columns = [each for each in table["columns"][: self._extent.columns] if each["cells"]]
            asked = [each["cells"][chosen][1] for each in columns]
        seen: set[tuple[int, int]] = set()
        found: list[Derived] = []
        for why in dict.fromkeys(each for each in asked if each >= 0):
            one = derived(self._record, why, seen)
            found += [one] if one.lines else []
        return tuple(found)


def _places(rows: int, most: int, chosen: int) -> tuple[int, ...]:
    """Return the first places of so many rows, with the chosen one in place of the last if it is beyond."""
    first = range(min(rows, most))
    return (*first,) if chosen in first else (*first[:-1], chosen)
