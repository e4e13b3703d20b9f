"""Cells that list several proteins: `P1;P2` is a pair of the peptide with each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

import numpy as np

from emviz.data.table import Table
from emviz.data.things import things
from emviz.em.columns import Layout
from emviz.models.proteins.pairs import PROBABILITY, PROTEIN

#: Other names of a column of proteins, in lower case.
PROTEINS = ("proteins", "protein id", "protein ids", "protein group", "protein groups", "accession")
#: How names of decoys and of contaminants begin.
ASIDE = re.compile(r"(rev|reverse|decoy|xxx|con|cont|contam|contaminant|crap|random)_+(?=\w)", re.IGNORECASE)
#: Names, without signs, of a column of the probability that a match is wrong.
ERRORS = ("pep", "posteriorerrorprob", "posteriorerrorprobability")

#: Signs that may separate proteins, the likeliest first.
SEPARATORS = (("semicolon", ";"), ("comma", ","), ("bar", "|"), ("blank", " "))
#: An accession of UniProt in its long form: sp|P12345|ALBU_HUMAN.
LONG_NAME = re.compile(r"(sp|tr|gi|ref|gb|emb|dbj)\|", re.IGNORECASE)


def listed_layouts(table: Table) -> Sequence[Layout]:
    """Return the proteins of a cell apart or together, the likelier first; none if each cell has one."""
    name = _named(table, PROTEIN, *PROTEINS)
    if name is None:
        return ()
    cells: list[str] = [cell.strip() for cell in table.texts(name).tolist()]
    found = [(key, sign) for key, sign in SEPARATORS if any(sign in cell for cell in cells)]
    if not found:
        return ()
    apart = [
        Layout(key, f"several proteins in a cell, between them a {key}", partial(split, name=name, sign=sign))
        for key, sign in found
    ]
    together = Layout("one", "one protein in each cell", lambda each: each)
    return (*apart, together) if _listed(found[0][0], cells) else (together, *apart)


def doubts(table: Table) -> list[str]:
    """Return questions about decoys and contaminants, and about errors that are not read as probabilities."""
    found = []
    names = np.strings.strip(table.texts(PROTEIN)).tolist() if PROTEIN in table else []
    aside = [name for name in names if ASIDE.match(name)]
    if aside:
        rows = things(len(aside), "row is", "rows are")
        found.append(f"{rows} of decoys or contaminants, such as {aside[0][:40]}: leave them out")
    errors = _named(table, *ERRORS)
    if errors and PROBABILITY not in table:
        found.append(
            "every peptide is taken for certain: "
            f"to weigh them, write 1 − {errors} into a column {PROBABILITY}"
        )
    return found


def _named(table: Table, *known: str) -> str | None:
    """Return the first column whose name has the letters of one of these, an exact one first."""
    bare = {_letters(each) for each in known}
    return next((each for each in known if each in table), None) or next(
        (name for name in table.names if _letters(name) in bare), None
    )


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def split(table: Table, name: str, sign: str) -> Table:
    """Return the table with a row for each protein that a cell lists."""
    parts = [
        list(dict.fromkeys(part.strip() for part in cell.split(sign) if part.strip())) or [cell]
        for cell in table.texts(name).tolist()
    ]
    rows = np.repeat(np.arange(table.rows), [len(each) for each in parts])
    columns = {column: table.texts(column)[rows] for column in table.names}
    coded = Table.from_columns({**columns, name: [part for each in parts for part in each]})
    return coded.with_codes(table.codes(name))


def _listed(key: str, cells: Sequence[str]) -> bool:
    """Return whether a sign separates proteins rather than being part of a name."""
    if key in ("semicolon", "comma"):
        return True
    if key == "bar":
        return not any(LONG_NAME.match(cell) for cell in cells)
    # Blanks separate names with digits, such as P1 P2; otherwise they belong to a description.
    return all(re.fullmatch(r"\w*\d\w*", part) for cell in cells for part in cell.split())
