"""Numeric columns that measure nothing: row numbers, identifiers, dates, codes and sums."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import islice, pairwise

import numpy as np

from emviz.data.table import Numbers, Table

#: Names of identifiers, of dates and times, and of codes made of digits.
IDENTIFIERS = frozenset(
    (
        "id",
        "ids",
        "index",
        "idx",
        "row",
        "rownames",
        "rowid",
        "no",
        "nr",
        "number",
        "obs",
        "sample",
        "subject",
        "person",
        "patient",
        "participant",
        "proband",
        "respondent",
        "case",
        "record",
        "entrez",
        "entrezid",
        "geneid",
        "uid",
        "nummer",
        "lfd",
        "zeile",
        "fall",
        "vp",
        *("barcode", "mrn", "accession", "tube", "specimen", "pmid", "taxid", "spectrum", "scan", "serial"),
        *("cage", "isbn", "ean", "lot", "plate", "station", "household"),
    )
)
#: Those that identify an individual, who may have several consecutive rows.
INDIVIDUALS = frozenset(
    ("id", "ids", "subject", "person", "patient", "participant", "proband", "respondent", "uid", "vp")
)
#: Positions on a chromosome, and names of the column with the chromosome.
CHROMOSOMES = frozenset(("chr", "chrom", "chromosome", "chromosom", "seqname", "seqnames"))
PLACES = frozenset(("start", "end", "stop", "pos", "position", "length", "bp"))
#: Words for a number, for example before "of"; such columns are not identifiers.
AMOUNTS = frozenset(("count", "counts", "amount", "frequency", "anzahl"))
NUMBERS = frozenset(("number", "no", "nr"))
TIMES = frozenset(
    (
        "dob",
        "birthday",
        "birthdate",
        "date",
        "day",
        "month",
        "year",
        "time",
        "timestamp",
        "datum",
        "tag",
        "monat",
        "jahr",
        "zeit",
    )
)
#: Words allowed beside those for times; a reaction time is a measurement.
WHEN = TIMES | {"birth", "s", "sec", "ms", "min", "h", "of", "the", "in", "point", "stamp"}
CHANCES = frozenset(("pvalue", "pval", "padj", "qvalue", "qval", "fdr"))
CODES = frozenset(("code", "zip", "zipcode", "postcode", "plz", "phone"))
#: A word in a name: Patient and ID in PatientID.
WORD = re.compile(r"[A-ZÄÖÜ]+(?![a-zäöüß])|[A-ZÄÖÜ]?[a-zäöüß]+")
#: Maximum number of columns for finding sums.
MOST_SUMMED = 50
#: Minimum number of rows for a pattern, and for one that holds up to rounding; how much that may be, beside
#: the spread of the column, and the most decimals of numbers that are rounded.
FEWEST, FEWEST_ROUNDED, LITTLE, MOST_PLACES = 3, 5, 0.05, 7


class Sums:
    """Numeric columns, one of which may be the sum or the mean of the others.

    Parameters
    ----------
    table : Table
        The table.
    names : iterable of str
        Its columns; the first numeric ones are examined.
    """

    def __init__(self, table: Table, names: Iterable[str] = ()) -> None:
        # One more than are summed, because a column is not part of itself.
        self._names = list(islice(filter(table.is_numeric, names), MOST_SUMMED + 1))
        self._columns = [table.numbers(name, holes=True) for name in self._names]

    def told(self, name: str, values: Numbers) -> str | None:
        """Return that a column is the sum or the mean of all the others, perhaps rounded; None if not."""
        others = [other for other in self._names if other != name][:MOST_SUMMED]
        if len(others) < 2:
            return None
        total, slack = self._totals if others == self._names[:MOST_SUMMED] else self._summed(others)
        for word, share in (("sum", 1), ("mean", len(others))):
            off = total / share - values
            known = ~np.isnan(off)
            if known.sum() < FEWEST:
                return None
            far = np.abs(off[known])
            if np.all(far <= slack[known] / share) or self._is_rounded(others, values[known], far, share):
                return f"the {word} of {', '.join(others)}"
        return None

    def _is_rounded(self, others: Collection[str], values: Numbers, far: Numbers, share: int) -> bool:
        """Return whether all are as far off as rounding makes them, which is little beside their spread."""
        little = LITTLE * values.std()
        if len(values) < FEWEST_ROUNDED or far.max() > little:
            return False
        columns = [own for name, own in zip(self._names, self._columns, strict=True) if name in others]
        step = max(map(_step, columns)) * len(others) / share + _step(values)
        return bool(step / 2 <= little and np.all(far <= step / 2 * (1 + 1e-6)))

    @cached_property
    def _totals(self) -> tuple[Numbers, Numbers]:
        """The sums of all but the first columns; computed once, even for thousands of columns."""
        return self._summed(self._names[:MOST_SUMMED])

    def _summed(self, names: Collection[str]) -> tuple[Numbers, Numbers]:
        known = zip(self._names, self._columns, strict=True)
        columns = np.array([values for name, values in known if name in names])
        return columns.sum(axis=0), 1e-9 * np.abs(columns).sum(axis=0)


# A sum or a difference beyond floats is infinite, and then like no other number.
@np.errstate(over="ignore", invalid="ignore")
def oddity(table: Table, name: str, sums: Sums | None = None) -> str | None:
    """Return why a numeric column seems to measure nothing, in a few words; None if it does not.

    Parameters
    ----------
    sums : Sums, optional
        The numeric columns of which it may be the sum.
    """
    if not table.is_numeric(name) or table.rows < FEWEST:
        return None
    cells = table.numbers(name, holes=True)
    known = ~np.isnan(cells)
    values = cells[known]
    if len(values) < FEWEST:
        return None
    named = [word.lower() for word in WORD.findall(name)]
    words = set(named)
    whole = bool(np.all(values == np.floor(values)))
    if whole and np.all(np.diff(values) == np.diff(np.flatnonzero(known))):
        return f"counts {values[0]:.0f} to {values[-1]:.0f}: looks like row numbers"
    if whole and words == {"sequence"} and values[0] == 1 and set(np.diff(values)) <= {0, 1}:
        return "numbers the sequences: says which, not how much"
    tells_apart = words & IDENTIFIERS and not _how_many(named)
    if whole and tells_apart and len(np.unique(values)) == len(values):
        return "no number twice: looks like identifiers"
    if whole and tells_apart and _counts_again(values):
        return f"counts from {values[0]:.0f} again and again: looks like row numbers"
    if whole and words & INDIVIDUALS and not _how_many(named) and _are_together(values):
        return "the rows of each number are together: says who, not how much"
    # A name without a letter, such as 12, has no word, and says nothing.
    if whole and words and (words <= CHROMOSOMES or (words <= PLACES and _has_chromosomes(table))):
        return "its name says where in the genome, not how much"
    # In "day14", the number is the day of the measurement.
    if words & TIMES and words <= WHEN and not any(letter.isdigit() for letter in name):
        return "its name says when, not how much"
    if whole and _are_dates(values):
        return "dates written as numbers"
    if words & CHANCES or words == {"p", "value"}:
        return "its name says how sure, not how much"
    if whole and words & CODES:
        return "its name says that the digits are a code"
    return sums.told(name, cells) if sums is not None else None


def _step(values: Numbers) -> float:
    """Return the last decimal place of numbers: 0.01 if they have two decimals; 0 if they have many."""
    known = values[np.isfinite(values)]
    steps = (10.0**-places for places in range(MOST_PLACES))
    return next((step for step in steps if np.all(np.abs(known / step - np.rint(known / step)) < 1e-6)), 0.0)


def _counts_again(values: Numbers) -> bool:
    """Return whether numbers count by one and restart at the first of them, which is 0 or 1."""
    on = np.diff(values) == 1
    return bool(values[0] in (0, 1) and np.all(on | (values[1:] == values[0])) and on.sum() > (~on).sum())


def _are_together(values: Numbers) -> bool:
    """Return whether equal numbers are in consecutive rows, and some of them in several."""
    first = np.flatnonzero(np.diff(values, prepend=np.nan))
    return FEWEST <= len(first) < len(values) and len(np.unique(values[first])) == len(first)


def _has_chromosomes(table: Table) -> bool:
    return any(name.strip().lower() in CHROMOSOMES for name in table.names)


def _how_many(words: Sequence[str]) -> bool:
    """Return whether a name denotes a number: "Number of people", "case count"."""
    before_of = {word for word, after in pairwise(words) if after == "of"}
    return bool(AMOUNTS & {*words} or NUMBERS & before_of)


def _are_dates(values: Numbers) -> bool:
    """Return whether integers are dates such as 20210331."""
    years, days = np.divmod(values, 10_000)
    month, day = np.divmod(days, 100)
    return bool(
        np.all(
            (years >= 1900) & (years <= 2100) & (month % 13 > 0) & (month < 13) & (day % 32 > 0) & (day < 32)
        )
    )
