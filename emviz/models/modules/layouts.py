"""Layouts of expression files: the column that names the genes, rows of weights, genes as columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np

from emviz.data.lines import unique_names
from emviz.data.table import Table
from emviz.data.things import things
from emviz.em.columns import Layout
from emviz.models.modules.data import GENE, LABEL, PREFIX

#: Other headers of the column of gene names, in lower case; those of `EITHER` may name arrays, too.
GENES = (
    "gene name", "gene symbol", "symbol", "orf", "genes", "gene names", "gene symbols", "gene id", "yorf",
    "uid", "probe", "probes", "probe id", "probe set", "probe set id", "id ref", "transcript",
    "transcript id", "locus", "locus tag", "ensembl id", "entrez id", "row names", "id", "name", "names",
)  # fmt: skip
EITHER = frozenset(("rownames", "id", "name", "names"))
#: Headers of a column that names the arrays, and names of arrays.
ARRAYS = frozenset(
    """
    array arrays sample samples sampleid samplename condition conditions experiment experiments exp hyb chip
    time times timepoint timepoints hour hours hr min minute minutes treatment gsm
    """.split()
)
ARRAY = re.compile(
    r"gsm\d+|(array|sample|chip|exp|experiment|cond|condition|time|t)[\W_]*\d+(\.\d+)?"
    r"|\d+(\.\d+)?[\W_]*(s|sec|m|min|mins|minutes|h|hr|hrs|hours|d|days?)?",
    re.IGNORECASE,
)
#: Rows of a table of Cluster that are no genes, and its column that is no array.
WEIGHTS, WEIGHT = ("AID", "EWEIGHT"), "GWEIGHT"
#: Columns from which on, if there are also this many times more than rows, they are genes, not arrays.
MANY, WIDE = 50, 2


def layouts(table: Table) -> Sequence[Layout]:
    """Return the possible readings of the table, the likelier first; none if there is only one."""
    body = _body(table)
    plain = Layout("rows", "a row for each gene, the table as it is", lambda same: same)
    more = _left_out(table.rows - body.rows)
    if _genes_across(body):
        return Layout("columns", _turned_title(body) + more, turned), plain
    names = _row_names(body)
    if names is not None and not _names_genes(names):
        more = f"; {names} names the genes{more}"
    return (Layout("genes", f"a row for each gene{more}", named), plain) if more else ()


def unsuited(name: str) -> str | None:
    """Return why a column of numbers is no array, by its name; None if it may be one."""
    return "weights of the genes" if name.strip().upper() == WEIGHT else None


def named(table: Table) -> Table:
    """Return the table with the column `gene`, and without rows that are no genes."""
    body = _body(table)
    names = _row_names(body)
    if names is None or _names_genes(names):
        return body
    return body.picked({GENE if name == names else name: name for name in body.names})


def turned(table: Table) -> Table:
    """Return the table with a row for each column of numbers, whose header is put in the column `gene`."""
    body = _body(table)
    names, genes = _row_names(body), _numeric(body)
    arrays = [""] * body.rows if names is None else body.texts(names).tolist()
    rows = zip(*(body.plain_texts(gene).tolist() for gene in genes), strict=True)
    headers = (text or f"array {place}" for place, text in enumerate(arrays, 1))
    columns = [genes, *map(list, rows)]
    made = Table.from_columns(dict(zip(unique_names([GENE, *headers]), columns, strict=True)))
    return made.with_codes(table.codes(table.names[0]))


def _turned_title(body: Table) -> str:
    names, numeric = _row_names(body), set(_numeric(body))
    others = [name for name in body.names if name != names and name not in numeric]
    named_in = f", the arrays named in {names}" if names is not None else ""
    return f"a column for each gene{named_in}" + (f"; left out: {', '.join(others)}" if others else "")


def _left_out(weights: int) -> str:
    return f"; {things(weights, 'row')} of weights left out" if weights else ""


def _body(table: Table) -> Table:
    """Return the rows that are genes, without the weights of Cluster."""
    if not table.names:
        return table
    # Only above the genes: AID is also the name of a gene.
    weights = np.logical_and.accumulate(np.isin(table.texts(table.names[0]).tolist(), WEIGHTS))
    return table.where(~weights) if weights.any() else table


def _row_names(body: Table) -> str | None:
    """Return the column that names the rows, if there is one: by its header, else by distinct words."""
    by_header = _named_by_header(body)
    first = _first(body)
    if by_header is not None or first is None:
        return by_header
    cells = body.texts(first).tolist()
    distinct = body.rows > 0 and len(set(cells)) == len(cells) and not body.missing(first).any()
    return first if distinct and not body.is_numeric(first) else None


def _named_by_header(body: Table) -> str | None:
    """Return the column that names the rows, by its header alone; it may contain numbers."""
    known = next((name for name in body.names if _names_genes(name)), None)
    first = _first(body)
    return first if known is None and first is not None and _letters(first) in ARRAYS else known


def _first(body: Table) -> str | None:
    return next((name for name in body.names if name != LABEL), None)


def _genes_across(body: Table) -> bool:
    """Return whether columns are genes, by the names or, without a clear name, by the number of columns."""
    names, numeric = _row_names(body), _numeric(body)
    if names is not None:
        letters = _letters(names)
        if letters in ARRAYS:
            return True
        if _names_genes(names) and letters not in EITHER:
            return False
        if _are_arrays(body.texts(names).tolist()):
            # Where rows and headers both look like arrays, the usual orientation is kept.
            return not _are_arrays(numeric)
    return len(numeric) >= max(MANY, WIDE * body.rows) and not _are_arrays(numeric)


def _are_arrays(texts: Sequence[str]) -> bool:
    return len(texts) > 1 and 2 * sum(ARRAY.fullmatch(text.strip()) is not None for text in texts) > len(
        texts
    )


def _numeric(body: Table) -> list[str]:
    """Return the columns of numbers that may be arrays, or genes."""
    names = _named_by_header(body)
    return [
        name
        for name in body.names
        if name not in (names, LABEL)
        and not name.startswith(PREFIX)
        and not unsuited(name)
        and body.is_numeric(name)
    ]


def _names_genes(name: str) -> bool:
    return _letters(name) in _gene_names()


@cache
def _gene_names() -> frozenset[str]:
    return frozenset(map(_letters, (GENE, *GENES)))


@lru_cache(maxsize=10_000)
def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())
