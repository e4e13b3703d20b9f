"""How people write down tosses: letters, words or bits, in one cell or one column per toss."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain

import numpy as np

from emviz.data.column import CODES, text_array
from emviz.data.table import DataError, Numbers, Table
from emviz.data.things import some
from emviz.em.columns import Layout, filled, filled_words
from emviz.em.symbols import UNSEEN
from emviz.em.work import checked
from emviz.models.coins.words import PAIRED, pair_of

WORDS = {"h": "H", "head": "H", "heads": "H", "t": "T", "tail": "T", "tails": "T"}
ONES = {"1": "H", "0": "T"}
ZEROS = {"0": "H", "1": "T"}
#: Other names in files for the numbers of heads, tails and tosses.
HEADS = ("head", "n heads", "num heads", "number of heads", "heads count", "successes", "k", "h", "kopf")
TAILS = ("tail", "n tails", "num tails", "number of tails", "tails count", "failures", "t", "zahl")
TOTAL = (
    "n",
    "trials",
    "flips",
    "n tosses",
    "number of tosses",
    "size",
    "throws",
    "würfe",
    "wuerfe",
    "gesamt",
)
LABELS = ("coin", "set")
#: Names of a column that numbers or names the set of each toss.
SETS = frozenset(
    """
    set sets setid setno id coinid sequence series trial run round experiment person student subject
    player group versuch satz reihe serie spieler
    """.split()
)
#: Fewest columns, or digits in a cell, of 0 and 1 that are read as tosses; fewer may mean anything.
FEWEST_BITS = 3
#: Cells that are looked at between two places where the work can be left.
TOGETHER = 20_000

BRACKETS = re.compile(r"^[\[({]|[\])}]$")
BETWEEN = re.compile(r"[\s,;|]+|(?<=\w)-(?=\w)")
PLAIN = re.compile(r"[HTht ]+")


def layouts(table: Table) -> Sequence[Layout]:
    """Return the possible readings of a table of tosses; none if it already has tosses or their numbers."""
    names = [name for name in table.names if _letters_of(name) not in LABELS]
    known = {_letters_of(name) for name in names}
    tosses = next((name for name in names if _letters_of(name) == "tosses"), "")
    # A numeric column "tosses" beside heads without tails is the number of tosses, not a sequence.
    heads_alone = known & _also("heads", HEADS) and not known & _also("tails", TAILS)
    if tosses and heads_alone and _are_many(table, tosses):
        return (Layout("total", "heads, and the number of tosses", partial(_with_total, tosses)),)
    if known & _also("heads", HEADS) and known & (_also("tails", TAILS) | _also("total", TOTAL)):
        return ()
    columns = [name for name in names if _holds(table, name, _is_toss)]
    sets = next((name for name in table.names if _letters_of(name) in SETS), None)
    if sets is not None and len(columns) == 1 and columns[0] != sets and _come_again(table, sets):
        return (
            *_gathering(table, columns[0], sets),
            *_ways(table, columns, f"one toss in each row ({columns[0]})"),
        )
    if len(columns) >= (FEWEST_BITS if _are_bits(table, columns) else 2):
        return _ways(table, columns, f"one column for each toss ({columns[0]} to {columns[-1]})")
    rows = next((name for name in names if _holds(table, name, _are_tosses)), None)
    if rows is None or (_are_bits(table, [rows]) and _longest(table, rows) < FEWEST_BITS):
        return _two_words(table, names)
    if rows == "tosses" and all(map(PLAIN.fullmatch, table.texts(rows).tolist())):
        return ()
    return _ways(table, [rows], f"the tosses of a set in one cell ({rows})")


def _letters_of(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def _also(name: str, others: Sequence[str]) -> set[str]:
    return {name, *map(_letters_of, others)}


def numbers(table: Table) -> tuple[Numbers, Numbers]:
    """Return the numbers of heads and tails of each set, shapes (N,).

    Raises
    ------
    DataError
        If there are no such columns, a cell is not a count, or there are more heads than tosses.
    """
    if "heads" not in table or not ("tails" in table or "total" in table):
        held = some(table.names)
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


def conflict(table: Table) -> Sequence[str]:
    """Return a note if a total differs from heads + tails."""
    needed = ("heads", "tails", "total")
    if "tosses" in table or not all(name in table and table.is_numeric(name) for name in needed):
        return ()
    heads, tails, total = (table.numbers(name, holes=True) for name in needed)
    # Not `!=`, which a missing number would pass as a fault: NaN is not above 0.
    rows = np.flatnonzero(np.abs(heads + tails - total) > 0)
    if not len(rows):
        return ()
    return (f"heads and tails are not the total in row {table.place(int(rows[0]))}; the total is not used",)


def unseen(table: Table) -> Sequence[str]:
    """Return a note on the number of unseen tosses, if there are any."""
    texts = table.texts("tosses").tolist() if "tosses" in table else []
    gone = sum(text.count(UNSEEN) for text in checked(texts, TOGETHER))
    if not gone:
        return ()
    every = sum(len(text) - text.count(" ") for text in texts)
    was = "was not seen, it is" if gone == 1 else "were not seen, each is"
    return (f"tosses: {gone:,} of {every:,} {was} left out of its set",)


def _ways(table: Table, columns: Sequence[str], where: str) -> Sequence[Layout]:
    if not _are_bits(table, columns):
        return (Layout("tosses", where, partial(_joined, columns, WORDS)),)
    return (
        Layout("ones", f"{where}, 1 for heads", partial(_joined, columns, WORDS | ONES)),
        Layout("zeros", f"{where}, 0 for heads", partial(_joined, columns, WORDS | ZEROS)),
    )


def _two_words(table: Table, names: Sequence[str]) -> Sequence[Layout]:
    """Return the readings in which two other words are heads and tails, in columns or in cells."""
    held = {name: {text.strip().lower() for text in _known(table, name)} for name in names}
    both = Counter(frozenset(words) for words in held.values() if len(words) == 2)
    # Beside a pair of words, a column of 1 and 2 numbers the tosses.
    pair = max(both, key=lambda p: (both[p], pair_of(p)[1], not p <= {"1", "2"}), default=frozenset[str]())
    columns = [name for name, words in held.items() if words and words <= pair]
    heads, known = pair_of(pair)
    sets = next((name for name in table.names if _letters_of(name) in SETS and name not in columns), None)
    if len(columns) == 1 and known and sets is not None and _come_again(table, sets):
        where = f"one toss in each row, the rows of one {sets} together"
        ways = _worded(columns, where, (heads, *(pair - {heads})))
        return [Layout(way.key, way.title, partial(_together, sets, way.applied)) for way in ways]
    if len(columns) >= (2 if known else FEWEST_BITS):
        where = f"one column for each toss ({columns[0]} to {columns[-1]})"
        return _worded(columns, where, (heads, *(pair - {heads})))
    for name in names:
        tokens = [split(text) for text in _known(table, name)]
        pair = frozenset(chain.from_iterable(tokens))
        heads, known = pair_of(pair)
        if known and max(map(len, tokens)) >= FEWEST_BITS:
            return _worded([name], f"the tosses of a set in one cell ({name})", (heads, *(pair - {heads})))
    return ()


def _worded(columns: Sequence[str], where: str, words: Sequence[str]) -> Sequence[Layout]:
    one, other = words
    return (
        Layout("first", f"{where}, {one} for heads", partial(_joined, columns, {one: "H", other: "T"})),
        Layout("second", f"{where}, {other} for heads", partial(_joined, columns, {one: "T", other: "H"})),
    )


def _come_again(table: Table, name: str) -> bool:
    return len(set(table.texts(name).tolist())) < table.rows


def _gathering(table: Table, toss: str, sets: str) -> Sequence[Layout]:
    """Return the layouts that join the rows of one set."""
    gaps = filled_words(table, sets)
    whole = filled(sets, table) if gaps else table
    many = len(set(whole.texts(sets).tolist()))
    where = f"one toss in each row, the rows of one {sets} together ({many} sets)"
    ways = _ways(whole, [toss], f"{where}, {gaps}" if gaps else where)
    return [Layout(f"gathered {way.key}", way.title, partial(_together, sets, way.applied)) for way in ways]


def _together(sets: str, applied: Callable[[Table], Table], table: Table) -> Table:
    """Return one row per set: its tosses, and the columns in which all its rows agree."""
    single = applied(filled(sets, table) if filled_words(table, sets) else table)
    ids = single.texts(sets).tolist()
    rows = {each: [row for row, name in enumerate(ids) if name == each] for each in dict.fromkeys(ids)}
    columns = {name: single.texts(name).tolist() for name in single.names}
    common = [
        name
        for name, cells in columns.items()
        if name == "tosses" or all(len({cells[row] for row in own}) == 1 for own in rows.values())
    ]
    return Table.from_columns(
        {
            name: [
                "".join(columns[name][row] for row in own) if name == "tosses" else columns[name][own[0]]
                for own in rows.values()
            ]
            for name in common
        }
    )


def _are_many(table: Table, tosses: str) -> bool:
    """Say whether a column called tosses holds the number of tosses."""
    if not table.is_numeric(tosses) or table.missing(tosses).any():
        return False
    # 101 may be a number or three tosses: a column in which every cell is a string of bits is read as tosses.
    bits = all(set(text) <= {"0", "1"} and len(text) >= FEWEST_BITS for text in table.texts(tosses).tolist())
    return not bits or not _holds(table, tosses, _are_tosses)


def _with_total(tosses: str, table: Table) -> Table:
    return table.picked({"total" if name == tosses else name: name for name in table.names})


def _joined(columns: Sequence[str], meaning: Mapping[str, str], table: Table) -> Table:
    """Return the table with the tosses as letters in one column, which replaces those that held them."""
    rows = zip(*(_letters(table, name, meaning) for name in columns), strict=True)
    others = {name: name for name in table.names if name not in columns}
    joined = table.picked(others).with_column("tosses", text_array(list(map("".join, rows))))
    return joined.picked({"tosses": "tosses", **others})


def _letters(table: Table, name: str, meaning: Mapping[str, str]) -> list[str]:
    cells = zip(table.texts(name).tolist(), table.missing(name).tolist(), strict=True)
    return [UNSEEN if out else "".join(_read(text, meaning)) for text, out in cells]


def _read(text: str, meaning: Mapping[str, str]) -> list[str]:
    whole = text.strip().lower()
    return [meaning[whole]] if whole in meaning else [meaning.get(token, UNSEEN) for token in split(text)]


def _holds(table: Table, name: str, kind: Callable[[str], bool]) -> bool:
    """Say whether a column has cells that are not missing, and all of them are of a kind."""
    known = _known(table, name)
    return bool(known) and all(map(kind, known))


def _known(table: Table, name: str) -> set[str]:
    cells = zip(table.texts(name).tolist(), table.missing(name).tolist(), strict=True)
    return {text for text, out in checked(cells, TOGETHER) if not out}


def _are_bits(table: Table, names: Sequence[str]) -> bool:
    return any(token in ONES for name in names for text in _known(table, name) for token in split(text))


def _longest(table: Table, name: str) -> int:
    return max(len(split(text)) for text in _known(table, name))


def _is_toss(text: str) -> bool:
    return text.strip().lower() in WORDS | ONES


def _are_tosses(text: str) -> bool:
    tokens = split(text)
    return bool(tokens) and all(token in WORDS or token in ONES or token in CODES for token in tokens)


def split(text: str) -> list[str]:
    """Return the tosses in a cell, in lower case: words between separators, or adjacent letters."""
    parts = [part.strip("'\"").lower() for part in BETWEEN.split(BRACKETS.sub("", text.strip()))]
    tokens = [part for part in parts if part]
    return tokens if len(tokens) > 1 or (tokens and tokens[0] in WORDS | PAIRED) else list("".join(tokens))
