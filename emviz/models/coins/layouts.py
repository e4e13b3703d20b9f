"""How people write tosses down: letters, words or bits, in one cell or in a column for each toss."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from emviz.data.column import CODES, text_array
from emviz.data.table import DataError, Numbers, Table
from emviz.em.columns import Layout
from emviz.em.symbols import UNSEEN

WORDS = {"h": "H", "head": "H", "heads": "H", "t": "T", "tail": "T", "tails": "T"}
ONES = {"1": "H", "0": "T"}
ZEROS = {"0": "H", "1": "T"}
#: What else files call the number of heads, of tails and of tosses.
HEADS = ("head", "n heads", "num heads", "number of heads", "heads count", "successes", "k", "h")
TAILS = ("tail", "n tails", "num tails", "number of tails", "tails count", "failures", "t")
TOTAL = ("n", "trials", "flips", "n tosses", "number of tosses", "size")
LABELS = ("coin", "set")
#: Columns, or digits in a cell, from which on 0 and 1 are taken for tosses; fewer may be anything.
FEWEST_BITS = 3

BRACKETS = re.compile(r"^[\[({]|[\])}]$")
BETWEEN = re.compile(r"[\s,;|]+|(?<=\w)-(?=\w)")
PLAIN = re.compile(r"[HTht ]+")


def layouts(table: Table) -> Sequence[Layout]:
    """Return how a table of tosses may be meant; none where tosses or their numbers stand there plainly."""
    names = [name for name in table.names if _letters_of(name) not in LABELS]
    known = {_letters_of(name) for name in names}
    if known & _also("heads", HEADS) and known & (_also("tails", TAILS) | _also("total", TOTAL)):
        return ()
    columns = [name for name in names if _holds(table, name, _is_toss)]
    if len(columns) >= (FEWEST_BITS if _are_bits(table, columns) else 2):
        return _ways(table, columns, f"one column for each toss ({columns[0]} to {columns[-1]})")
    rows = next((name for name in names if _holds(table, name, _are_tosses)), None)
    if rows is None or (_are_bits(table, [rows]) and _longest(table, rows) < FEWEST_BITS):
        return ()
    if rows == "tosses" and all(map(PLAIN.fullmatch, table.texts(rows).tolist())):
        return ()
    return _ways(table, [rows], f"the tosses of a set in one cell ({rows})")


def _letters_of(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def _also(name: str, others: Sequence[str]) -> set[str]:
    return {name, *map(_letters_of, others)}


def numbers(table: Table) -> tuple[Numbers, Numbers]:
    """Return the heads and tails of each set, shapes (N,).

    Raises
    ------
    DataError
        Where there are no such columns, a cell is no count, or there are more heads than tosses.
    """
    if "heads" not in table or not ("tails" in table or "total" in table):
        held = ", ".join(table.names)
        raise DataError(f"a column tosses is needed, or heads and tails; the table has {held}")
    heads = table.counts("heads")
    if "tails" in table:
        return heads, table.counts("tails")
    total = table.counts("total")
    more = np.flatnonzero(heads > total)
    if len(more):
        row = int(more[0])
        raise DataError(f"{heads[row]:.0f} heads are more than the {total[row]:.0f} tosses", row + 1, "total")
    return heads, total - heads


def _ways(table: Table, columns: Sequence[str], where: str) -> Sequence[Layout]:
    if not _are_bits(table, columns):
        return (Layout("tosses", where, partial(_joined, columns, WORDS)),)
    return (
        Layout("ones", f"{where}, 1 for heads", partial(_joined, columns, WORDS | ONES)),
        Layout("zeros", f"{where}, 0 for heads", partial(_joined, columns, WORDS | ZEROS)),
    )


def _joined(columns: Sequence[str], meaning: Mapping[str, str], table: Table) -> Table:
    """Return the table with its tosses as letters in one column, in the place of those that held them."""
    rows = zip(*(_letters(table, name, meaning) for name in columns), strict=True)
    others = {name: name for name in table.names if name not in columns}
    joined = table.picked(others).with_column("tosses", text_array(list(map("".join, rows))))
    return joined.picked({"tosses": "tosses", **others})


def _letters(table: Table, name: str, meaning: Mapping[str, str]) -> list[str]:
    cells = zip(table.texts(name).tolist(), table.missing(name).tolist(), strict=True)
    return [
        UNSEEN if out else "".join(meaning.get(token, UNSEEN) for token in split(text)) for text, out in cells
    ]


def _holds(table: Table, name: str, kind: Callable[[str], bool]) -> bool:
    """Say whether every cell of a column that is not missing is of a kind, and there is one."""
    cells = zip(table.texts(name).tolist(), table.missing(name).tolist(), strict=True)
    known = {text for text, out in cells if not out}
    return bool(known) and all(map(kind, known))


def _are_bits(table: Table, names: Sequence[str]) -> bool:
    return any(
        token in ONES for name in names for text in table.texts(name).tolist() for token in split(text)
    )


def _longest(table: Table, name: str) -> int:
    return max(len(split(text)) for text in table.texts(name).tolist())


def _is_toss(text: str) -> bool:
    return text.strip().lower() in WORDS | ONES


def _are_tosses(text: str) -> bool:
    tokens = split(text)
    return bool(tokens) and all(token in WORDS or token in ONES or token in CODES for token in tokens)


def split(text: str) -> list[str]:
    """Return the tosses in a cell, in small letters: words between separators, or letters side by side."""
    parts = [part.strip("'\"").lower() for part in BETWEEN.split(BRACKETS.sub("", text.strip()))]
    tokens = [part for part in parts if part]
    return tokens if len(tokens) > 1 or (tokens and tokens[0] in WORDS) else list("".join(tokens))
