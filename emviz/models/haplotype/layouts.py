"""How files write genotypes: one or two columns for each locus, and marks of missing alleles.

All are rewritten as A/a, with a point for a missing allele, for `parse_people` to read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, pairwise

from emviz.data.table import Table
from emviz.em.columns import Layout
from emviz.models.haplotype.cells import (
    LETTER,
    NEGATIVE,
    ZERO,
    all_cells,
    halves_of,
    holds_alleles,
    known_cells,
    trait,
    two_letters,
)
from emviz.models.haplotype.data import COPIES, OTHERS, UNKNOWN_MARKS
from emviz.models.haplotype.upright import by_locus, by_two_rows, single_letters

BASES = frozenset("ACGTacgt")
#: A deletion as an allele, as in A/-, and how it is written for the model.
GAP, DELETION = "-", "del"
#: A name such as snp1.a2, DQR_1 or a2: the stem, and which of the two alleles it is.
MEMBER = re.compile(r"(.*?)[\W_]*(?:(?<=[\W_])(?:a|al|all|allele)[\W_]*)?([12])$", re.IGNORECASE)
#: The ending by which data frames distinguish the second of two columns with the same name: DQR.1.
REPEATED = re.compile(r"[\W_]+[12]$")

#: Tables in which a row is no person: key, title, and what turns them.
UPRIGHT = (
    ("loci", "a row for each locus and a column for each person", by_locus),
    ("twos", "two rows for each person, an allele in each", by_two_rows),
)

Pair = tuple[str | None, str | None]


@dataclass(frozen=True)
class Locus:
    """A locus as written.

    Parameters
    ----------
    name : str
        Its name.
    columns : tuple of str
        The columns that hold it; none if the alleles of a cell are not separated.
    pairs : sequence of pair of str or None
        The two alleles of each row.
    phased : frozenset of int
        The rows whose alleles are separated by a |.
    """

    name: str
    columns: tuple[str, ...]
    pairs: Sequence[Pair]
    phased: frozenset[int] = frozenset()

    def marks(self, zero: bool) -> frozenset[str]:
        """Return the marks of a missing allele here: −9, N, and 0 if `zero`."""
        held = self.held()
        found = {*self.negative(), *({ZERO} if zero and ZERO in held else ())}
        others = held - {ZERO, LETTER, GAP} - found
        if LETTER in held and "n" not in held and (others <= BASES or len(others) > 1):
            found.add(LETTER)
        return frozenset(found)

    def negative(self) -> frozenset[str]:
        """Return the numbers below 0, which are no alleles."""
        return frozenset(filter(NEGATIVE.fullmatch, self.held()))

    def held(self) -> set[str]:
        """Return what is written for alleles here."""
        return {allele for pair in set(self.pairs) for allele in pair if allele is not None}

    def written(self, marks: frozenset[str]) -> list[str]:
        """Return the genotypes with a point for each missing allele."""
        written = {None: ".", GAP: DELETION} | dict.fromkeys(marks, ".")
        shown = ([written.get(allele, str(allele)) for allele in pair] for pair in self.pairs)
        return [("|" if row in self.phased else "/").join(pair) for row, pair in enumerate(shown)]


@lru_cache(maxsize=1)
def layouts(table: Table) -> Sequence[Layout]:
    """Return the possible readings of genotypes; none if they are already in the model's form."""
    for key, title, turned in UPRIGHT:
        if (people := turned(table)) is not None:
            ways = _people(people) or (Layout("", "", lambda given: given),)
            return (
                *(_turned(key, title, turned, way) for way in ways),
                Layout("rows", "a row for each person", _same),
            )
    return _people(table)


def _people(table: Table) -> Sequence[Layout]:
    """Return the possible readings of a table with a row for each person."""
    letters = single_letters(table)
    if letters:
        loci = [Locus(name, (name,), pairs) for name, pairs in letters.items()]
        title = "one letter for two alleles, such as R for A/G"
        return (Layout("letters", title, partial(_applied, loci, [frozenset[str]()] * len(loci))),)
    two, sure = paired(table)
    one = _ways("cells", _single(table), _adjacent)
    if not two:
        return one
    ways = _ways("pairs", _both(table, two), _joining)
    rest = one or (Layout("cells", "one column for each locus", lambda given: given),)
    return (*ways, *rest) if sure else (*rest, *ways)


def _turned(key: str, title: str, turned: Callable[[Table], Table | None], way: Layout) -> Layout:
    """Return a reading of people behind one of rows that are none."""
    names = [f"{key}-{way.key}" if way.key else key, *filter(None, (title, way.title))]
    return Layout(names[0], "; ".join(names[1:]), lambda given: way.applied(turned(given) or given))


def _same(table: Table) -> Table:
    return table


def paired(table: Table) -> tuple[list[tuple[str, str, str]], bool]:
    """Return the loci with two columns each, as name and columns, and whether this is the only reading.

    Two columns of 0, 1 and 2 with a common stem, such as snp1 and snp2, are more likely two loci.
    """
    alone = [name for name in table.names if holds_alleles(table, name)]
    single = set(alone)
    neighbours = [(a, b) for a, b in pairwise(table.names) if a in single and b in single]
    starts = Counter(start for name in alone for start in _numbered(name))
    found = [(stem, a, b) for a, b in neighbours if (stem := _stem(a, b, starts))]
    if not found:  # all first alleles may come before all second ones
        found = [(stem, a, b) for a, b in _members(alone) if (stem := _stem(a, b, starts))]
    copies = all(_are_copies(table, name) for _, *both in found for name in both)
    if found:
        return found, not (copies and len(found) == 1)
    words = [name for name in alone if not _are_copies(table, name)]
    at = {name: place for place, name in enumerate(table.names)}
    twos = list(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 or not all(at[b] == at[a] + 1 and _share(table, a, b) for a, b in twos):
        return [], False
    return [(f"{a}-{b}", a, b) for a, b in twos], True


def _are_copies(table: Table, name: str) -> bool:
    """Say whether a column counts copies; besides 0, 1 and 2 it may have 9 or −9 for a missing genotype."""
    cells = {cell for cell in known_cells(table, name) if not NEGATIVE.fullmatch(cell)}
    return cells <= {*COPIES, "9"} and not cells <= {"9"}


def _ways(key: str, loci: Sequence[Locus], titled: Callable[[Sequence[Locus]], str]) -> tuple[Layout, ...]:
    """Return the layouts of loci, with likely marks of missing alleles read as such, or as alleles."""
    zero = _zero_is_missing(loci, key == "pairs")
    marks = [locus.marks(zero[place]) for place, locus in enumerate(loci)]
    title, found = titled(loci), sorted(frozenset().union(*marks))
    names, gone = " and ".join(found), any(GAP in pair for locus in loci for pair in locus.pairs)
    if not title and not found and not gone:
        return ()
    missing = [f"{names} for a missing allele"] if found else []
    deletion = [f"{GAP} for a deletion"] if gone else []
    ways = [(key, [*missing, *deletion], marks)]
    negative = [locus.negative() for locus in loci]
    alleles = " and ".join(sorted(frozenset().union(*marks) - frozenset().union(*negative)))
    if alleles:
        ways.append((f"{key}-alleles", [f"{alleles} among the alleles", *deletion], negative))
    if gone:
        every = " and ".join([*found, GAP])
        ways.append((f"{key}-gaps", [f"{every} for a missing allele"], [own | {GAP} for own in marks]))
    title = title or "two alleles in each cell"
    return tuple(
        Layout(way, "; ".join([title, *more]), partial(_applied, loci, own)) for way, more, own in ways
    )


def _joining(loci: Sequence[Locus]) -> str:
    made = ", ".join(
        f"{locus.name} from {' and '.join(locus.columns)}" for locus in loci if locus.columns[1:]
    )
    return f"two columns for each locus: {made}"


def _adjacent(loci: Sequence[Locus]) -> str:
    """Return a note if alleles in one cell are not separated."""
    return "two alleles in each cell, with no / between" if any(locus.columns == () for locus in loci) else ""


def _applied(loci: Sequence[Locus], marks: Sequence[frozenset[str]], table: Table) -> Table:
    """Return the table with the loci written as A/a, each in place of its first column."""
    cells = {
        (locus.columns or (locus.name,))[0]: (locus.name, locus.written(own))
        for locus, own in zip(loci, marks, strict=True)
    }
    gone = {column for locus in loci for column in locus.columns[1:]}
    kept = [name for name in table.names if name not in gone]
    read = table.picked({cells[name][0] if name in cells else name: name for name in kept})
    return read.with_columns(dict(cells.values()))


def _zero_is_missing(loci: Sequence[Locus], two_columns: bool) -> list[bool]:
    """Return for each locus whether 0 marks a missing allele.

    If alleles are numbers, the whole file decides: 0 and 1 alone are two alleles, and so are 0, 1 and 2 if
    some cell combines 0 with another. In files with two columns for each locus a lone 0 is missing.
    """
    held = [{a for pair in locus.pairs for a in pair if a not in (None, ZERO, LETTER, GAP)} for locus in loci]
    numbered = [all(str(a).isdigit() for a in alleles) for alleles in held]
    digits = frozenset(chain.from_iterable(a for a, plain in zip(held, numbered, strict=True) if plain))
    mixed = any(
        ZERO in pair and pair[0] != pair[1] and None not in pair
        for locus, plain in zip(loci, numbered, strict=True)
        if plain
        for pair in locus.pairs
    )
    coded = digits <= {"1"} or (mixed and not two_columns and all(len(str(a)) == 1 for a in digits))
    worded = not all(numbered) and two_columns
    return [worded or not plain or not coded for plain in numbered]


def _single(table: Table) -> list[Locus]:
    """Return the loci in one column each that hold two alleles; numbers of copies are left as they are."""
    found = []
    for name in table.names:
        every = all_cells(table, name)
        cells = set(every) - {""}
        if name.lower() in OTHERS or trait(name) or not cells or cells <= set(COPIES):
            continue
        if two_letters(cells):
            letters = [(c[0], c[1]) if c else (None, None) for c in every]
            found.append(Locus(name, (), letters))
        elif all(halves_of(cell) for cell in cells):
            halves = [halves_of(cell) or ("", "") for cell in every]
            phased = frozenset(row for row, cell in enumerate(every) if "|" in cell)
            codes = table.codes(name) | {"", *UNKNOWN_MARKS}
            # Next to a known allele a hyphen is a deletion: files do not record half a genotype.
            if any(GAP in pair and not codes.issuperset(a.lower() for a in pair) for pair in halves):
                codes -= {GAP}
            known = [[None if a.lower() in codes else a for a in pair] for pair in halves]
            apart = any(re.search(r"[/|]", cell) is None for cell in cells)
            found.append(Locus(name, () if apart else (name,), [(a, b) for a, b in known], phased))
    return found


def _both(table: Table, two: Sequence[tuple[str, str, str]]) -> list[Locus]:
    taken = set(table.names) - {name for _, *both in two for name in both}
    found = []
    for stem, one, other in two:
        name = stem if stem not in taken else f"{one}-{other}"
        sides = ([cell or None for cell in all_cells(table, column)] for column in (one, other))
        found.append(Locus(name, (one, other), list(zip(*sides, strict=True))))
    return found


def _members(alone: Sequence[str]) -> list[tuple[str, str]]:
    """Return the columns of first alleles with those of the second alleles, in any order."""
    matches = [(found[1], found[2], name) for name in alone if (found := MEMBER.match(name))]
    second = {stem: name for stem, which, name in matches if which == "2"}
    return [(name, second[stem]) for stem, which, name in matches if which == "1" and stem in second]


def _stem(one: str, other: str, starts: Mapping[str, int]) -> str | None:
    """Return the common stem of the names of the two columns of a locus; None for other names.

    Parameters
    ----------
    starts : mapping of str to int
        How many names consist of each text followed by digits.
    """
    if REPEATED.sub("", other) == one:
        return one
    first, second = MEMBER.match(one), MEMBER.match(other)
    if first is None or second is None or first[1] != second[1] or (first[2], second[2]) != ("1", "2"):
        return None
    # snp1 and snp2 beside snp3 are three loci.
    start = one[:-1]
    if starts[start] > sum(start in _numbered(name) for name in (one, other)):
        return None
    return first[1] or f"{one}-{other}"


def _numbered(name: str) -> list[str]:
    """Return a name without one or more of its final digits: for rs12, rs1 and rs."""
    digits = len(name) - len(name.rstrip("0123456789"))
    return [name[:-many] for many in range(1, digits + 1)]


def _share(table: Table, one: str, other: str) -> bool:
    """Return whether two columns hold an allele in common."""
    return not set(known_cells(table, one)).isdisjoint(known_cells(table, other))
