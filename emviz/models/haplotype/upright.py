"""Tables in which a row is not a person: a row for each locus, or two rows for each person."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from emviz.data.genotypes import check_size
from emviz.data.lines import unique_names
from emviz.data.table import Table
from emviz.models.haplotype.cells import (
    NEGATIVE,
    all_cells,
    halves_of,
    holds_alleles,
    known_cells,
    trait,
    two_letters,
)
from emviz.models.haplotype.data import COPIES, OTHERS

#: Names, without signs, of a column with the names of loci, with a chromosome, and with a place on it.
NAMES = frozenset("rs rsid snp snpid snpname marker markername markerid locus locusname probeset".split())
CHROMOSOMES = frozenset("chr chrom chromosome".split())
PLACES = frozenset("pos position bp basepair physicalposition ps".split())
#: Names of further columns about a locus.
ABOUT = frozenset(
    """
    alleles allele1 allele2 a1 a2 ref alt referenceallele alternateallele minor major maf qual filter info
    format strand assembly center protlsid assaylsid panellsid panel qccode gene cm geneticdistance distance
    """.split()
)
#: A name that only a locus has.
LOCUS = re.compile(r"(rs|snp|ss|ax-|affx-)[\W_]*\d+", re.IGNORECASE)
#: What one letter says about both alleles (IUPAC), as TASSEL writes them.
BOTH = {"R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC"}
#: Names of a column of people, and what may as well be an allele.
PEOPLE = frozenset(("id", "ind", "individual", "name", "person", "animal", "plant"))
SHORT = re.compile(r"[\d:]*|[A-Za-z]{1,2}|[ACGTacgt]+")
#: What no cell with one letter for two alleles has.
PARTED = re.compile(r"[/|]|\d")
#: The fewest people with two rows each.
FEWEST = 2


def by_locus(table: Table) -> Table | None:
    """Return a table with a row for each person, if the rows of this one are loci; None if they are not.

    They are if a column has their names, or one their chromosome and another their place on it, and further
    columns hold genotypes.

    Raises
    ------
    DataError
        If there are too many loci.
    """
    words = {name: re.sub(r"[\W_]+", "", name.lower()) for name in table.names}
    named = next((name for name, word in words.items() if word in NAMES or _are_loci(table, name)), None)
    chromosome, place = (
        next((name for name, word in words.items() if word in known), None) for known in (CHROMOSOMES, PLACES)
    )
    placed = chromosome is not None and place is not None
    if not table.rows or (named is None and not placed) or not (placed or _are_loci(table, named or "")):
        return None
    about = {named, chromosome, place}
    people = [
        name
        for name, word in words.items()
        if name not in about
        and word not in ABOUT | NAMES
        and word not in OTHERS
        and (_holds_genotypes(table, name) or _holds_copies(table, name))
    ]
    if not people:
        return None
    check_size(table.rows, len(people))
    loci = (
        table.texts(named).tolist()
        if named is not None
        else [
            f"{table.cell(row, chromosome or '')}:{table.cell(row, place or '')}" for row in range(table.rows)
        ]
    )
    rows = zip(*(all_cells(table, name) for name in people), strict=True)
    names = unique_names(["person", *loci])
    return Table.from_columns(dict(zip(names, [people, *map(list, rows)], strict=True)))


def by_two_rows(table: Table) -> Table | None:
    """Return a table with one row for each person, A/a, if there are two rows of single alleles for each.

    None if there are not: if no column names the people, each twice, or one names the rows, or a cell has two
    alleles.
    """
    half, odd = divmod(table.rows, 2)
    if odd or half < FEWEST:
        return None
    named = next((name for name in table.names if _each_twice(table, name)), None)
    if named is None:
        return None
    same = [name for name in table.names if name != named and _same_in_twos(table, name)]
    apart = {named, *same}
    loci = [name for name in table.names if name not in apart and holds_alleles(table, name)]
    if not loci or any(_names_rows(table, name) for name in table.names if name != named):
        return None
    held = {cell for name in loci for cell in known_cells(table, name)}
    if held == {*COPIES}:  # rather two visits, with copies of an allele
        return None
    cells = {name: [cell or "." for cell in all_cells(table, name)] for name in loci}
    kept: dict[str, Sequence[str]] = {"person": table.texts(named)[::2].tolist()}
    kept |= {name: table.texts(name)[::2].tolist() for name in same if trait(name)}
    kept |= {name: list(map("/".join, zip(own[::2], own[1::2], strict=True))) for name, own in cells.items()}
    return Table.from_columns(kept)


def single_letters(table: Table) -> dict[str, list[tuple[str | None, str | None]]]:
    """Return the pairs of alleles of columns with one letter for both, by name; none without such a letter.

    R is A and G, and A is A twice; N is not known.
    """
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    seen: set[str] = set()
    for name in table.names:
        # The first cell rules out most of thousands of columns.
        if table.rows and PARTED.search(table.cell(0, name)):
            continue
        held = {cell.upper() for cell in known_cells(table, name)}
        if name.lower() not in OTHERS and not trait(name) and held and held <= {*BOTH, *"ACGTN"}:
            seen |= held
            found[name] = [_both(cell.upper()) for cell in all_cells(table, name)]
    return found if seen & BOTH.keys() else {}


def _both(letter: str) -> tuple[str | None, str | None]:
    if letter in ("", "N"):
        return None, None
    alleles = BOTH.get(letter, 2 * letter)
    return alleles[0], alleles[1]


def _are_loci(table: Table, name: str) -> bool:
    """Return whether each row has a name of a locus of its own."""
    # The first cell rules out most of thousands of columns.
    if name not in table or not table.rows or not LOCUS.fullmatch(table.cell(0, name).strip()):
        return False
    cells = [cell.strip() for cell in table.texts(name).tolist()]
    return len(set(cells)) == len(cells) and all(map(LOCUS.fullmatch, cells))


def _holds_genotypes(table: Table, name: str) -> bool:
    cells = set(known_cells(table, name))
    if not cells:
        return bool(table.missing(name).all())
    return (
        two_letters(cells)
        or all(map(halves_of, cells))
        or {cell.upper() for cell in cells} <= {*BOTH, *"ACGTN"}
    )


def _holds_copies(table: Table, name: str) -> bool:
    """Return whether the cells of a column are numbers of copies, with a number below 0 for none known."""
    return {cell for cell in known_cells(table, name) if not NEGATIVE.fullmatch(cell)} <= {*COPIES}


def _holds_pairs(table: Table, name: str) -> bool:
    cells = set(known_cells(table, name))
    return two_letters(cells) or (cells != set() and all(map(halves_of, cells)))


def _each_twice(table: Table, name: str) -> bool:
    """Return whether each two rows have a text of their own."""
    if trait(name) or table.cell(0, name).strip() != table.cell(1, name).strip():
        return False
    texts = [text.strip() for text in table.texts(name).tolist()]
    if name.lower() not in PEOPLE and any(map(SHORT.fullmatch, texts)):
        return False
    return texts[::2] == texts[1::2] and set(Counter(texts).values()) == {2}


def _names_rows(table: Table, name: str) -> bool:
    """Return whether a column has genotypes, or a text of its own in each row that is no number."""
    texts = set(table.texts(name).tolist())
    return _holds_pairs(table, name) or (len(texts) == table.rows and not table.is_numeric(name))


def _same_in_twos(table: Table, name: str) -> bool:
    """Return whether a column says the same in both rows of everybody, as a population does."""
    texts = table.texts(name).tolist()
    return trait(name) and texts[::2] == texts[1::2]
