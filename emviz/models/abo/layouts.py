"""How files write blood groups: 0 for O, with the Rhesus factor, in lower case, or a column for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from emviz.data.table import Table
from emviz.em.columns import Layout, upright
from emviz.models.abo.steps import PHENOTYPES

GROUP = re.compile(
    r"(AB|A|B|O|0)[ ,]*(?:rh(?:esus)?)?[ ,]*"
    r"(?:[+-]|\N{MINUS SIGN}|\(\+\)|\(-\)|pos\.?|neg\.?|positive?|negative?)?",
    re.IGNORECASE,
)
#: Fewest columns named like blood groups that are read as their counts.
FEWEST = 3


def layouts(table: Table) -> Sequence[Layout]:
    """Return how the phenotypes are written, if not as A, B, AB and O."""
    columns = {name: group for name in table.names if (group := group_of(name)) is not None}
    if table.rows == 1 and len(set(columns.values())) == len(columns) >= FEWEST:
        return (Layout("columns", "a column for each blood group", partial(upright, columns, "phenotype")),)
    name = next((name for name in table.names if _holds_groups(table, name)), None)
    if name is None:
        return ()
    note = _strange(_known(table, name))
    return (Layout("groups", f"blood groups ({name}), {note}", partial(_plain, name)),) if note else ()


def group_of(text: str) -> str | None:
    """Return the phenotype of a text, however it is written; None for other texts."""
    found = GROUP.fullmatch(text.strip())
    return None if found is None else found[1].upper().replace("0", "O")


def _holds_groups(table: Table, name: str) -> bool:
    cells = _known(table, name)
    return bool(cells) and all(group_of(cell) for cell in cells) and not table.is_numeric(name)


def _known(table: Table, name: str) -> set[str]:
    return set(table.texts(name)[~table.missing(name)].tolist())


def _strange(cells: set[str]) -> str:
    """Return a note on spellings other than A, B, AB and O; empty if there are none."""
    bare = {cell.strip() for cell in cells}
    if bare <= {*PHENOTYPES}:
        return ""
    zero = any("0" in cell for cell in bare)
    more = any(cell.upper() not in (*PHENOTYPES, "0") for cell in bare)
    notes = [*(["0 is O"] if zero else []), *(["the Rhesus factor left aside"] if more else [])]
    return ", ".join(notes) or "small letters as capitals"


def _plain(name: str, table: Table) -> Table:
    cells = zip(table.texts(name).tolist(), table.missing(name).tolist(), strict=True)
    return table.with_column(name, [cell if gone else group_of(cell) or cell for cell, gone in cells])
