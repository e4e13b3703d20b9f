"""The contents of a column: genotypes, single alleles, or something else about a person."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from emviz.data.table import Mask, Table
from emviz.models.haplotype.data import COPIES, OTHERS, UNKNOWN_MARKS, copies_of, is_allele

#: Names of columns about something else, such as a trait, or the number of people.
TRAITS = frozenset(
    """
    affected affection age anzahl batch bloodpressure bmi bp case casecontrol cohort comment comments
    control count counts diagnosis disease ethnicity family father fid freq frequency gender group
    height häufigkeit iid male mat mother n note notes number pat personen pheno phenotype pop
    population pressure race region remark remarks sample sex site smoker status subject trait treatment
    weight
    """.split()
)
#: Marks of a missing allele, if they are not alleles of the locus.
ZERO, LETTER = "0", "N"
#: The most letters in genotypes such as AG, and the longest allele in a cell without its partner.
MOST_LETTERS, LONGEST = 4, 12
#: An allele that may be separated from another by a blank: A, ATT, 101, DRB1*02; not a word of a remark.
BARE = re.compile(r"[A-Za-z]{1,2}|[ACGTacgt]+|.*\d.*")
BETWEEN = re.compile(r"\s*[/|]\s*|\s+")
#: Other separators: in a list for any alleles; a colon, an underscore or a hyphen only for single letters.
LISTED = re.compile(r"\s*[,;\\]\s*")
SIMPLE = re.compile(r"([A-Za-z1-4])[:_-]([A-Za-z1-4])")
#: Codes of missing alleles that STRUCTURE and others write; no allele has a sign.
NEGATIVE = re.compile(r"-\d+")
#: Words for both alleles at once, without their names.
ZYGOSITY = frozenset(("het", "hom", "hetero", "homo", "heterozygous", "homozygous"))


def trait(name: str) -> bool:
    """Return whether a name is that of a trait, or of a number of people."""
    return re.sub(r"[\W_]+", "", name.lower()) in TRAITS


def all_cells(table: Table, name: str) -> list[str]:
    """Return the cells of a column, those that are missing as empty text."""
    texts, missing = table.texts(name).tolist(), table.missing(name).tolist()
    # Each text once: a column of genotypes has few different ones.
    cells = {text: copies_of(text.strip()) for text in set(texts)}
    return ["" if gone else cells[text] for text, gone in zip(texts, missing, strict=True)]


def known_cells(table: Table, name: str) -> list[str]:
    """Return the cells of a column that are not missing."""
    return [cell for cell in all_cells(table, name) if cell]


def is_genotype(cell: str) -> bool:
    """Return whether a cell is a genotype: two alleles, or a number of copies."""
    return cell in COPIES or halves_of(cell) is not None


@lru_cache(maxsize=10_000)
def halves_of(cell: str) -> tuple[str, str] | None:
    """Return the two sides of a cell such as A/a, or None."""
    simple = SIMPLE.fullmatch(cell)
    parts = list(simple.groups()) if simple else (LISTED if LISTED.search(cell) else BETWEEN).split(cell)
    if len(parts) != 2 or not all(is_allele(part) or _marks_missing(part) for part in parts):
        return None
    parted = "/" in cell or "|" in cell
    bare = parted or all(_marks_missing(part) or BARE.fullmatch(part) for part in parts)
    return (parts[0], parts[1]) if bare else None


def _marks_missing(part: str) -> bool:
    return part in (*UNKNOWN_MARKS, "-") or NEGATIVE.fullmatch(part) is not None


def two_letters(cells: set[str]) -> bool:
    """Return whether cells are genotypes such as AG, Aa or 12."""
    if not cells or not all(len(cell) == 2 and (cell.isalpha() or cell.isdigit()) for cell in cells):
        return False
    letters = set("".join(cells)) - {ZERO, LETTER}
    return len(letters) <= MOST_LETTERS and (letters <= {"1", "2"} or not any(map(str.isdigit, letters)))


def holds_alleles(table: Table, name: str) -> bool:
    """Return whether the cells of a column are single alleles."""
    cells = {cell for cell in known_cells(table, name) if not NEGATIVE.fullmatch(cell)}
    if not cells or name.lower() in OTHERS or trait(name) or two_letters(cells - {ZERO}):
        return False
    if all(map(SIMPLE.fullmatch, cells)) or not ZYGOSITY.isdisjoint(cell.lower() for cell in cells):
        return False
    return all(is_allele(cell) and len(cell) <= LONGEST for cell in cells)


def marked_missing(table: Table, name: str) -> Mask:
    """Return the rows of a column in whose cell an allele is missing, as in ./. or A/., shape (rows,)."""
    codes, texts = table.codes(name), table.texts(name).tolist()
    marked = {text for text in set(texts) if _lacks_allele(text, codes)}
    if not marked:
        return table.missing(name)
    return table.missing(name) | np.array([text in marked for text in texts], dtype=np.bool)


@lru_cache(maxsize=10_000)
def _lacks_allele(text: str, codes: frozenset[str]) -> bool:
    """Return whether one of two alleles is missing; a hyphen next to an allele is a deletion."""
    pair = re.split(r"\s*[/|]\s*", text.strip().lower())
    marks = {*UNKNOWN_MARKS, *codes} - {"", "-"}
    return len(pair) == 2 and (pair == ["-", "-"] or not marks.isdisjoint(pair))
