"""The answers on a sequence once θ is learnt: its fold, and whether it belongs to the family."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emviz.em.counts.table import Answer
from emviz.em.model import Rows
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.rounding import decimal
from emviz.models.rna import parses, steps
from emviz.models.rna.data import RnaData, RnaParams
from emviz.models.rna.structure import Codes, Structure

#: Letters of a sequence whose fold still has room in a line.
MOST_FOLDED = 40


def answers(data: RnaData, params: RnaParams, rows: Rows) -> Sequence[Answer]:
    """Return for each row the number of pairs formed, the likeliest first, with its best fold and its bits.

    The bits compare P(x; θ) with the probability of any letters, ¼ each.
    """
    logs = steps.log_completions(data, params, rows)
    whole = log_sum_exp(logs)
    shares: Array = np.exp(logs - whole[:, None])
    bits = (whole - data.by_chance[rows]) / np.log(2)
    columns = parses.best_parses(data, params, rows).columns
    names = completion_names(data.structure)
    found = []
    for row, own, share, score in zip(rows.tolist(), columns, shares, bits.tolist(), strict=True):
        order = np.argsort(-share, kind="stable")
        texts = [names[k] for k in order]
        texts[0] += f"{_fold(data, row, own)}; {_fit(score)}"
        found.append(Answer(tuple(texts), tuple(share[order].tolist())))
    return tuple(found)


def completion_names(structure: Structure) -> tuple[str, ...]:
    """Return the completions in words."""
    many = len(structure.pairs)
    every = f"all {many} pairs" if many > 1 else "its pair"
    some = ("all but one pair", "fewer pairs") if many > 1 else ("no pair",)
    return (every, *some)


def folded(structure: Structure, columns: Codes, size: int) -> str:
    """Return the pairs of one sequence as brackets, one mark for each of its letters."""
    marks = np.full(size, ".")
    for left, right in structure.pairs:
        first, last = columns[left - 1], columns[right - 1]
        if first >= 0 and last >= 0:
            marks[first], marks[last] = "<", ">"
    return "".join(marks)


def _fold(data: RnaData, row: int, columns: Codes) -> str:
    size = len(data.texts[row])
    return f": {folded(data.structure, columns, size)}" if size <= MOST_FOLDED else ""


def _fit(bits: float) -> str:
    """Return how much better the family explains a sequence than random letters do."""
    return (
        f"{decimal(bits, 1)} bits better than random letters"
        if bits > 0
        else f"{decimal(bits, 1)} bits against random letters"
    )
