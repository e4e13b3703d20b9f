"""How files write genotypes: two columns for each locus, or one; and what stands for a missing allele.

What is read is written as A/a, with a point where an allele is missing, for `parse_people` to read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, pairwise

from emviz.data.genotypes import HAPLOID
from emviz.data.table import Table
from emviz.em.columns import Layout
from emviz.models.haplotype.data import COPIES, OTHERS, UNTOLD, is_allele

#: Names of columns that say something else of a person, or how many there are.
TRAITS = frozenset(
    (
        "affected",
        "affection",
        "age",
        "anzahl",
        "batch",
        "bmi",
        "case",
        "casecontrol",
        "cohort",
        "control",
        "count",
        "counts",
        "diagnosis",
        "disease",
        "ethnicity",
        "family",
        "father",
        "fid",
        "freq",
        "frequency",
        "gender",
        "group",
        "häufigkeit",
        "height",
        "iid",
        "male",
        "mat",
        "mother",
        "n",
        "number",
        "pat",
        "personen",
        "pheno",
        "phenotype",
        "pop",
        "population",
        "race",
        "region",
        "sample",
        "sex",
        "site",
        "smoker",
        "status",
        "subject",
        "trait",
        "treatment",
        "weight",
    )
)
#: Whatever may stand for a missing allele, where it is no allele of the locus.
ZERO, LETTER = "0", "N"
BASES = frozenset("ACGTacgt")
#: What the name of a locus ends in where an allele is counted: rs1_A.
ALLELES = frozenset(f"_{base}" for base in "ACGT")
#: A name such as snp1.a2, DQR_1 or a2: the stem, and which of the two alleles it is.
MEMBER = re.compile(r"(.*?)[\W_]*(?:(?<=[\W_])(?:a|al|all|allele)[\W_]*)?([12])$", re.IGNORECASE)
#: The second of two columns of one name, as data frames tell them apart: DQR.1.
REPEATED = re.compile(r"[\W_]+[12]$")
#: Letters that genotypes such as AG may be made of, and of an allele that stands alone.
MOST_LETTERS, LONGEST = 4, 12

Pair = tuple[str | None, str | None]


@dataclass(frozen=True)
class Locus:
    """A locus as written.

    Parameters
    ----------
    name : str
        What it is called.
    columns : tuple of str
        The columns that it comes from; none where the alleles of a cell have nothing between them.
    pairs : sequence of pair of str or None
        The two alleles of each row.
    phased : frozenset of int
        The rows in which a | stands between them.
    """

    name: str
    columns: tuple[str, ...]
    pairs: Sequence[Pair]
    phased: frozenset[int] = frozenset()

    def marks(self, zero: bool) -> frozenset[str]:
        """Return what stands for a missing allele here, among 0, where that is `zero`, and N."""
        held = {allele for pair in self.pairs for allele in pair if allele is not None}
        found = {ZERO} if zero and ZERO in held else set()
        others = held - {ZERO, LETTER}
        if LETTER in held and "n" not in held and (others <= BASES or len(others) > 1):
            found.add(LETTER)
        return frozenset(found)

    def written(self, marks: frozenset[str]) -> list[str]:
        """Return the genotypes with a point for each missing allele."""
        shown = (["." if allele is None or allele in marks else allele for allele in p] for p in self.pairs)
        return [("|" if row in self.phased else "/").join(pair) for row, pair in enumerate(shown)]


def layouts(table: Table) -> Sequence[Layout]:
    """Return the ways in which genotypes may be meant; none where they are written as they are read."""
    two, sure = paired(table)
    one = _ways("cells", _single(table), _telling)
    if not two:
        return one
    ways = _ways("pairs", _both(table, two), _joining)
    rest = one or (Layout("cells", "one column for each locus", lambda given: given),)
    return (*ways, *rest) if sure else (*rest, *ways)


def unsuited(table: Table, name: str) -> str | None:
    """Return why a column is no locus, in a few words; None where it may be one."""
    if name.lower() in OTHERS:
        return "says who it is, or how many"
    if trait(name):
        return "its name tells of something else"
    cells = _cells(table, name)
    if not cells:
        return "every cell is missing" if table.rows else None
    if any(cell.endswith(HAPLOID) for cell in cells):
        return "some people have one copy alone, which has no phase"
    if 2 * sum(_is_genotype(cell) for cell in cells) < len(cells):
        return "not genotypes"
    distinct = set(cells)
    if not distinct <= set(COPIES):
        return None
    parted, whole = _told_by_all(table)
    if parted:
        return "no pairs of alleles, as the other loci have"
    plain = len(name) > 2 and not any(letter.isdigit() for letter in name) and name[-2:] not in ALLELES
    return (
        f"only {' and '.join(sorted(distinct))}, as a trait"
        if whole and plain and len(distinct) < 3
        else None
    )


@lru_cache(maxsize=1)
def _told_by_all(table: Table) -> tuple[bool, bool]:
    """Return whether any locus has a / or | in it, and whether any holds all of 0, 1 and 2.

    It is asked for each of thousands of columns, and is the same for all of them.
    """
    loci = [_cells(table, name) for name in table.names if name not in OTHERS and not trait(name)]
    parted = any("/" in cell or "|" in cell for cells in loci for cell in cells[:1])
    return parted, any(set(cells) == set(COPIES) for cells in loci)


def paired(table: Table) -> tuple[list[tuple[str, str, str]], bool]:
    """Return the loci with two columns each, as name and columns, and whether they can be nothing else.

    Two columns of 0, 1 and 2 with one stem, such as snp1 and snp2, are rather two loci.
    """
    alone = [name for name in table.names if _holds_alleles(table, name)]
    neighbours = [(a, b) for a, b in pairwise(table.names) if a in alone and b in alone]
    starts = Counter(start for name in alone for start in _numbered(name))
    found = [(stem, a, b) for a, b in neighbours if (stem := _stem(a, b, starts))]
    copies = all(set(_cells(table, name)) <= set(COPIES) for _, *both in found for name in both)
    if found:
        return found, not (copies and len(found) == 1)
    words = [name for name in alone if not set(_cells(table, name)) <= set(COPIES)]
    at = {name: place for place, name in enumerate(table.names)}
    twos = list(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 or not all(at[b] == at[a] + 1 and _share(table, a, b) for a, b in twos):
        return [], False
    return [(f"{a}-{b}", a, b) for a, b in twos], True


def trait(name: str) -> bool:
    """Return whether a name is that of a trait, or of a number of people."""
    return re.sub(r"[\W_]+", "", name.lower()) in TRAITS


def _ways(key: str, loci: Sequence[Locus], told: Callable[[Sequence[Locus]], str]) -> tuple[Layout, ...]:
    """Return the layouts of loci: with what seems to stand for missing alleles, and with those as alleles."""
    zero = _zero_is_missing(loci, key == "pairs")
    marks = [locus.marks(zero[place]) for place, locus in enumerate(loci)]
    none = [frozenset[str]()] * len(loci)
    title, found = told(loci), sorted(frozenset().union(*marks))
    if not found:
        return (Layout(key, title, partial(_applied, loci, none)),) if title else ()
    title = title or "two alleles in each cell"
    names = " and ".join(found)
    return (
        Layout(key, f"{title}; {names} for a missing allele", partial(_applied, loci, marks)),
        Layout(f"{key}-alleles", f"{title}; {names} among the alleles", partial(_applied, loci, none)),
    )


def _joining(loci: Sequence[Locus]) -> str:
    made = ", ".join(
        f"{locus.name} from {' and '.join(locus.columns)}" for locus in loci if locus.columns[1:]
    )
    return f"two columns for each locus: {made}"


def _telling(loci: Sequence[Locus]) -> str:
    """Return how alleles stand in one column, where it is not A/a."""
    return "two alleles in each cell, with no / between" if any(locus.columns == () for locus in loci) else ""


def _applied(loci: Sequence[Locus], marks: Sequence[frozenset[str]], table: Table) -> Table:
    """Return the table with the loci written as A/a, each in the place of its first column."""
    cells = {
        (locus.columns or (locus.name,))[0]: (locus.name, locus.written(own))
        for locus, own in zip(loci, marks, strict=True)
    }
    gone = {column for locus in loci for column in locus.columns[1:]}
    kept = [name for name in table.names if name not in gone]
    read = table.picked({cells[name][0] if name in cells else name: name for name in kept})
    for name, written in cells.values():
        read = read.with_column(name, written)
    return read


def _zero_is_missing(loci: Sequence[Locus], two_columns: bool) -> list[bool]:
    """Return for each locus whether 0 stands for a missing allele.

    Where alleles are numbers, the whole file tells: 0 and 1 alone are two alleles, and so are 0, 1 and 2 of
    which 0 stands with another in one cell. In files with two columns for each locus a lone 0 is missing.
    """
    held = [{a for pair in locus.pairs for a in pair if a not in (None, ZERO, LETTER)} for locus in loci]
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
        cells = set(_cells(table, name))
        if name.lower() in OTHERS or trait(name) or not cells or cells <= set(COPIES):
            continue
        if _two_letters(cells):
            letters = [(c[0], c[1]) if c else (None, None) for c in _all_cells(table, name)]
            found.append(Locus(name, (), letters))
        elif all(_halves(cell) for cell in cells):
            every = _all_cells(table, name)
            halves = [_halves(cell) or ("", "") for cell in every]
            phased = frozenset(row for row, cell in enumerate(every) if "|" in cell)
            codes = table.codes(name) | {"", *UNTOLD}
            known = [[None if a.lower() in codes else a for a in pair] for pair in halves]
            apart = any(re.search(r"[/|]", cell) is None for cell in cells)
            found.append(Locus(name, () if apart else (name,), [(a, b) for a, b in known], phased))
    return found


def _both(table: Table, two: Sequence[tuple[str, str, str]]) -> list[Locus]:
    taken = set(table.names) - {name for _, *both in two for name in both}
    found = []
    for stem, one, other in two:
        name = stem if stem not in taken else f"{one}-{other}"
        sides = ([cell or None for cell in _all_cells(table, column)] for column in (one, other))
        found.append(Locus(name, (one, other), list(zip(*sides, strict=True))))
    return found


def _all_cells(table: Table, name: str) -> list[str]:
    """Return the cells of a column, those that are missing as empty text."""
    texts, missing = table.texts(name).tolist(), table.missing(name).tolist()
    return ["" if gone else text.strip() for text, gone in zip(texts, missing, strict=True)]


def _cells(table: Table, name: str) -> list[str]:
    return [cell for cell in _all_cells(table, name) if cell]


def _is_genotype(cell: str) -> bool:
    return cell in COPIES or _halves(cell) is not None


def _halves(cell: str) -> tuple[str, str] | None:
    """Return the two sides of a cell such as A/a, or None."""
    parts = re.split(r"\s*[/|]\s*|\s+", cell)
    if len(parts) != 2 or not all(is_allele(part) or part in (*UNTOLD, "-") for part in parts):
        return None
    return parts[0], parts[1]


def _two_letters(cells: set[str]) -> bool:
    """Return whether cells are genotypes such as AG, Aa or 12."""
    if not cells or not all(len(cell) == 2 and (cell.isalpha() or cell.isdigit()) for cell in cells):
        return False
    letters = set("".join(cells)) - {ZERO, LETTER}
    return len(letters) <= MOST_LETTERS and (letters <= {"1", "2"} or not any(map(str.isdigit, letters)))


def _holds_alleles(table: Table, name: str) -> bool:
    """Return whether the cells of a column are single alleles."""
    cells = set(_cells(table, name))
    if not cells or name.lower() in OTHERS or trait(name) or _two_letters(cells - {ZERO}):
        return False
    return all(is_allele(cell) and len(cell) <= LONGEST for cell in cells)


def _stem(one: str, other: str, starts: Mapping[str, int]) -> str | None:
    """Return what the names of the two columns of a locus have in common; None for any other names.

    Parameters
    ----------
    starts : mapping of str to int
        How many names are such a text and then digits.
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
    """Return what a name is without some of the digits that it ends in: for rs12, rs1 and rs."""
    digits = len(name) - len(name.rstrip("0123456789"))
    return [name[:-many] for many in range(1, digits + 1)]


def _share(table: Table, one: str, other: str) -> bool:
    """Return whether two columns hold an allele in common."""
    return not set(_cells(table, one)).isdisjoint(_cells(table, other))
