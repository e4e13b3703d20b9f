"""Special formats of tables, by the name of their layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from emviz.data.brackets import bracketed_table, is_bracketed
from emviz.data.expression import gct_table, geo_table, is_gct, is_geo, is_pcl, pcl_table
from emviz.data.matches import is_percolator, percolator_table
from emviz.data.orange import is_orange, orange_table
from emviz.data.plink import has_pairs, is_ped, is_raw, map_names, ped_table, raw_table
from emviz.data.popgen import (
    beagle_table,
    genalex_table,
    genepop_table,
    is_beagle,
    is_genalex,
    is_genepop,
    is_structure,
    structure_table,
)
from emviz.data.table import Table
from emviz.data.vcf import is_vcf, vcf_table

Tick: TypeAlias = Callable[[], object]


@dataclass(frozen=True)
class Format:
    """A special format of a table.

    Parameters
    ----------
    begins : callable
        Returns whether the first lines of a text are of this format.
    table : callable
        Makes a table from the path, the lines, a tick, and whether the lines are the whole file.
    """

    begins: Callable[[Sequence[str]], bool]
    table: Callable[[Path, Iterable[str], Tick, bool], Table]


FORMATS: Mapping[str, Format] = {
    "brackets": Format(is_bracketed, lambda _, lines, tick, __: bracketed_table(lines, tick)),
    "vcf": Format(is_vcf, lambda _, lines, tick, __: vcf_table(lines, tick)),
    "gct": Format(is_gct, lambda _, lines, tick, whole: gct_table(lines, tick, whole)),
    "geo": Format(is_geo, lambda _, lines, tick, whole: geo_table(lines, tick, whole)),
    "pcl": Format(is_pcl, lambda _, lines, tick, __: pcl_table(lines, tick)),
    "orange": Format(is_orange, lambda _, lines, tick, __: orange_table(lines, tick)),
    "percolator": Format(is_percolator, lambda _, lines, tick, __: percolator_table(lines, tick)),
    "genepop": Format(is_genepop, lambda _, lines, tick, __: genepop_table(lines, tick)),
    "genalex": Format(is_genalex, lambda _, lines, tick, __: genalex_table(lines, tick)),
    "structure": Format(is_structure, lambda _, lines, tick, __: structure_table(lines, tick)),
    "beagle": Format(is_beagle, lambda _, lines, tick, __: beagle_table(lines, tick)),
    "raw": Format(is_raw, lambda _, lines, tick, __: raw_table(lines, tick)),
    "ped": Format(is_ped, lambda path, lines, tick, __: ped_table(lines, tick, map_names(path))),
}


def format_of(lines: Sequence[str], file: str = "") -> str | None:
    """Return the name of the format of a text, judged by its start, or None.

    Parameters
    ----------
    file : str
        The name of the file; .ped is accepted even if alleles and sexes are unusual.
    """
    found = next((name for name, each in FORMATS.items() if each.begins(lines)), None)
    named = file.lower().removesuffix(".gz").endswith(".ped")
    return "ped" if found is None and named and has_pairs(lines) else found
