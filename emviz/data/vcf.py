"""Genotypes as VCF: the alleles of each sample at each variant, and their phase.

A|G gives the allele on each of the two chromosomes. All such genotypes of a person together are two
haplotypes, provided they are on one chromosome and, if PS is given, in one phase set; by the format, those
without PS are one set as well. All other genotypes are read as A/G. Sites and genotypes that failed a filter
are read like the others, as in other programs, and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from emviz.data.genotypes import HAPLOID, check_size, genotype_table
from emviz.data.lines import numbered_lines
from emviz.data.table import DataError, Table
from emviz.data.things import things

MISSING = "./."
#: The number of columns before the genotypes; the last is FORMAT.
FIXED = 9
FILTER = 6
MARKS = re.compile(r"([/|])")
#: Characters removed from the name of an allele: <DEL>.
SIGNS = re.compile(r"[^\w*:+']")
#: Values of a filter that was passed or not applied, in lower case.
PASSED = frozenset(("pass", ".", ""))
#: The most sites named in a note.
NAMED = 10
PHASED = "genotypes such as A|G are taken to be phased along the whole chromosome, as there is no PS"


@dataclass(frozen=True)
class Variant:
    """A line of a VCF.

    Parameters
    ----------
    chromosome, name : str
        Its chromosome and its ID, or its position if it has none.
    cells : sequence of str
        The genotype of each sample.
    sets : sequence of str or None
        The phase set of each sample, if PS is given.
    filter : str
        The filters that the site failed; PASS or a dot for none.
    failed : int
        The number of genotypes, not missing, that failed a filter for single genotypes (FT).
    """

    chromosome: str
    name: str
    cells: Sequence[str]
    sets: Sequence[str] | None
    filter: str = "PASS"
    failed: int = 0


def is_vcf(lines: Iterable[str]) -> bool:
    """Return whether a text begins like VCF."""
    return next(iter(lines), "").startswith("##fileformat=VCF")


def vcf_table(lines: Iterable[str], tick: Callable[[], object] = bool) -> Table:
    """Return a row for each sample: its name as `person`, then its genotypes, such as A/G or A|G.

    Raises
    ------
    DataError
        If there are no samples, or a line does not fit those above it; the message names the line.
    """
    people: list[str] | None = None
    variants: list[Variant] = []
    for number, line in numbered_lines(lines, tick):
        if line.startswith("#CHROM"):
            people = line.split("\t")[FIXED:]
        elif line and not line.startswith("#"):
            if not people:
                raise DataError(
                    f"line {number}: there are no samples above this; a VCF with genotypes is needed"
                )
            variants.append(_variant(line.split("\t"), len(people), number))
            check_size(len(variants), len(people))
    if not people or not variants:
        raise DataError("this VCF holds no genotypes; it needs samples and at least one variant")
    columns, notes = _in_phase(variants)
    notes += _failures(variants, len(people))
    return genotype_table(people, [variant.name for variant in variants], columns, notes)


def _variant(cells: Sequence[str], people: int, number: int) -> Variant:
    if len(cells) != FIXED + people:
        raise DataError(
            f"line {number}: expected {FIXED + people} cells with tabs between them, got {len(cells)}"
        )
    chromosome, position, name, reference, others = cells[:5]
    fields = cells[FIXED - 1].split(":")
    if "GT" not in fields:
        raise DataError(f"line {number}: there are no genotypes; expected GT in the column FORMAT")
    names = _names([reference, *others.split(",")])
    # A line has thousands of cells but few distinct genotypes, so each of these is parsed once.
    known: dict[str, str] = {}
    found = []
    for written in _field(cells[FIXED:], fields.index("GT")):
        if written not in known:
            known[written] = _genotype(written, names, number)
        found.append(known[written])
    sets = _field(cells[FIXED:], fields.index("PS")) if "PS" in fields else None
    filters = _field(cells[FIXED:], fields.index("FT")) if "FT" in fields else []
    failed = sum(
        cell != MISSING and not _passed(ft) for cell, ft in zip(found, filters or ["."] * people, strict=True)
    )
    named = name if name not in (".", "") else f"{chromosome}:{position}"
    return Variant(chromosome, named, found, sets, cells[FILTER], failed)


def _passed(written: str) -> bool:
    return written.strip().lower() in PASSED


def _failures(variants: Sequence[Variant], people: int) -> list[str]:
    """Return notes on the numbers of sites and genotypes that failed a filter and are read nevertheless."""
    failed = [variant for variant in variants if not _passed(variant.filter)]
    notes = []
    if failed:
        reasons = sorted({each for variant in failed for each in variant.filter.split(";")})
        names = ", ".join(variant.name for variant in failed[:NAMED])
        more = f" and {len(failed) - NAMED:,} more" if len(failed) > NAMED else ""
        notes.append(
            f"{len(failed):,} of {things(len(variants), 'site')} failed a filter ({', '.join(reasons)}) and "
            f"{'is' if len(failed) == 1 else 'are'} read like the others: {names}{more}"
        )
    genotypes = sum(variant.failed for variant in variants)
    if genotypes:
        notes.append(
            f"{genotypes:,} of {len(variants) * people:,} genotypes failed a genotype filter (FT) and "
            f"{'is' if genotypes == 1 else 'are'} read like the others"
        )
    return notes


def _field(cells: Sequence[str], place: int) -> list[str]:
    """Return one field of each sample; trailing fields may be omitted."""
    return [next(islice(cell.split(":"), place, None), ".") for cell in cells]


def _names(alleles: Sequence[str]) -> list[str]:
    """Return alleles as in a table: <DEL> as DEL; N, which is not a base, by its number."""
    bare = [SIGNS.sub("", allele) for allele in alleles]
    return [
        f"allele{place}" if not name or name == "N" or bare.count(name) > 1 else name
        for place, name in enumerate(bare)
    ]


def _genotype(written: str, alleles: Sequence[str], number: int) -> str:
    # A leading mark, which VCF 4.4 allows, has no further information.
    parts = MARKS.split(written.lstrip("/|"))
    if written in (".", "") or (len(parts) > 1 and set(parts[::2]) == {"."}):
        return MISSING
    alleles_read = [part if part in ("/", "|", ".") else _allele(part, alleles, number) for part in parts]
    return "".join(alleles_read if len(alleles_read) > 1 else (*alleles_read, HAPLOID))


def _allele(part: str, alleles: Sequence[str], number: int) -> str:
    if not (part.isascii() and part.isdigit() and len(part) < 6 and int(part) < len(alleles)):
        raise DataError(f"line {number}: expected 0 to {len(alleles) - 1} as an allele, got '{part[:40]}'")
    return alleles[int(part)]


def _in_phase(variants: Sequence[Variant]) -> tuple[list[Sequence[str]], list[str]]:
    """Return the genotypes with | only within the phase set that is used, and notes on the others."""
    main = Counter(variant.chromosome for variant in variants).most_common(1)[0][0]
    phased = [{cell for cell in set(variant.cells) if _tells(cell)} for variant in variants]
    here = [
        (variant, in_phase)
        for variant, in_phase in zip(variants, phased, strict=True)
        if in_phase and variant.chromosome == main
    ]
    own = _largest_sets(here)
    columns: list[Sequence[str]] = []
    apart: set[int] = set()
    for variant, in_phase in zip(variants, phased, strict=True):
        if not in_phase or (variant.chromosome == main and not own):
            gone: Collection[int] = ()
        elif variant.chromosome != main:
            gone = [person for person, cell in enumerate(variant.cells) if cell in in_phase]
        else:
            gone = [
                p
                for p, cell in enumerate(variant.cells)
                if cell in in_phase and own[p] != _set_of(variant, p)
            ]
            apart.update(gone)
        columns.append(_unphased(variant.cells, gone) if gone else variant.cells)
    notes = _without_sets(here)
    if len(here) < sum(map(bool, phased)):
        notes.append(
            f"phased genotypes on chromosomes other than {main}, which has most loci, are read as A/G"
        )
    if apart:
        people = things(len(apart), "person", "people")
        notes.append(f"of {people} only the largest phase set (PS) is taken as phased, the others as A/G")
    return columns, notes


def _without_sets(here: Sequence[tuple[Variant, Collection[str]]]) -> list[str]:
    """Return a note on the assumption for phased genotypes without PS, if there are any."""
    marks = [
        _set_of(variant, person) == "."
        for variant, in_phase in here
        for person, cell in enumerate(variant.cells)
        if cell in in_phase
    ]
    lone = sum(marks)
    if not lone:
        return []
    if lone == len(marks):
        return [PHASED]
    return [
        f"{lone:,} of {len(marks):,} phased genotypes have no PS: those of a person are taken for one set"
    ]


def _unphased(cells: Sequence[str], people: Collection[int]) -> list[str]:
    found = list(cells)
    for person in people:
        found[person] = found[person].replace("|", "/")
    return found


def _largest_sets(here: Sequence[tuple[Variant, Collection[str]]]) -> Mapping[int, str]:
    """Return the phase set with most loci for each person, the first of equals; empty without PS."""
    if all(variant.sets is None for variant, _ in here):
        return {}
    found: dict[int, Counter[str]] = {}
    for variant, in_phase in here:
        for person, cell in enumerate(variant.cells):
            if cell in in_phase:
                found.setdefault(person, Counter())[_set_of(variant, person)] += 1
    return {person: sets.most_common(1)[0][0] for person, sets in found.items()}


def _tells(cell: str) -> bool:
    """Return whether the phase of a genotype matters: it is phased, and its alleles differ."""
    first, *others = cell.split("|")
    return any(other != first for other in others)


def _set_of(variant: Variant, person: int) -> str:
    """Return the phase set of a person; genotypes without one are all in the set "."."""
    return "." if variant.sets is None else variant.sets[person] or "."
