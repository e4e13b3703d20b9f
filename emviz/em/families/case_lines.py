"""Derivations by Bayes' theorem in a network, as products of table entries with their numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from emviz.em.counts.derivation import bayes_lines, given, significant
from emviz.em.counts.table import Line
from emviz.em.families.cases import MOST_LISTED, Cases
from emviz.em.families.cliques import States
from emviz.em.families.completions import completed
from emviz.em.model import Fields
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.rounding import decimal

#: The most completions whose products are written out in a sum; of more, the others are one term.
MOST_SUMMED = 4


def completion_lines(
    data: Cases, params: Fields, case: int, states: Sequence[int], places: int
) -> Iterator[Line]:
    """Yield the lines for the share of a completion: its product of table entries over the sum of all.

    Parameters
    ----------
    case : int
        One of the U cases.
    states : sequence of int
        The states of all variables.
    """
    unseen = data.unseen[case]
    name, many = data.named(states, unseen), data.completions(unseen)
    if not unseen:
        yield Line("1", "Nothing is missing in this case: it is counted as it is.")
        return
    if many > MOST_LISTED:
        yield from _among_many(data, params, case, states, places)
        return
    # Only tables with a missing variable differ between the completions; the others cancel.
    involved = [v for v, family in enumerate(data.tree.families) if set(family) & set(unseen)]
    (every,) = completed(data, np.array([case]), unseen)
    logs = _log_products(data, params, every, involved)
    if logs.max() == -math.inf:
        words = "This case is impossible at θ(t), so all its completions get equal shares."
        yield Line(rf"{latex(name)}:\ \frac{{1}}{{{len(every)}}}", words)
        return
    at = int(np.all(every == np.array(states), axis=1).argmax())
    share = float(np.exp(logs[at] - log_sum_exp(logs)))
    k, joint = at, [_product(data, params, each, involved, places) for each in every[:MOST_SUMMED].tolist()]
    if len(every) > MOST_SUMMED:
        joint, k = [_product(data, params, states, involved, places), r"\mathrm{others}"], 0
        logs = np.array([logs[at], log_sum_exp(np.delete(logs, at))])
    left = " Factors that all of them share are left out." if len(involved) < len(states) else ""
    words = (
        f"E-step: how probable it is to be {name}, against the {many:,} completions of this case "
        f"(Bayes): the product of an entry of each table.{left}"
    )
    yield from bayes_lines(plain(name), k, joint, logs.tolist(), share, places + 1, words)


def _among_many(data: Cases, params: Fields, case: int, states: Sequence[int], places: int) -> Iterator[Line]:
    """Yield the lines for the share of a completion if there are too many to list: against P of all."""
    every, unseen = range(len(states)), data.unseen[case]
    _, heights = data.tree.beliefs(params, data.seen(data.cells[[case]]))
    own = float(_log_products(data, params, np.array([states]), every)[0])
    # log(P − P_own) = log P + log(1 − P_own / P); at least one unit in the last place, for a share near 1.
    rest = heights[0] + math.log(max(-math.expm1(own - heights[0]), math.ulp(1.0)))
    joint = [_product(data, params, states, every, places), r"\mathrm{others}"]
    many = data.completions(unseen)
    words = f"E-step: how probable this is, against all {many:,} completions of this case (Bayes)."
    share, name = float(np.exp(own - heights[0])), plain(data.named(states, unseen))
    yield from bayes_lines(name, 0, joint, [own, float(rest)], share, places + 1, words)


def evidence_line(
    data: Cases, params: Fields, case: int, with_: Mapping[int, int], share: float, words: str, places: int
) -> Line:
    """Return the line P(observed cells and some states) over P(observed cells).

    Parameters
    ----------
    with_ : mapping of int to int
        The states of some missing variables.
    words : str
        These states in words.
    """
    cells = data.cells[[case, case]]
    cells[0, list(with_)] = list(with_.values())
    _, heights = data.tree.beliefs(params, data.seen(cells))
    if np.isneginf(heights[1]):
        return Line(rf"\mathrm{{share}} {given(share, places)}", "All completions get equal shares here.")
    top, bottom = (significant(float(height), places + 4) for height in heights)
    sentence = f"P of the observed cells with {words}, over P of the observed cells; the rest is summed over."
    return Line(rf"\frac{{{top}}}{{{bottom}}} \approx {decimal(share, places + 1)}", sentence)


def _log_products(data: Cases, params: Fields, every: States, involved: Sequence[int]) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(sum(np.log(_entry(data, params, v, every)) for v in involved))


def _entry(data: Cases, params: Fields, v: int, states: States) -> Array:
    return np.asarray(params[v][tuple(states[..., u] for u in data.tree.families[v])])


def _product(data: Cases, params: Fields, states: Sequence[int], involved: Sequence[int], places: int) -> str:
    laid = np.array(states)
    entries = (float(_entry(data, params, v, laid)) for v in involved)
    return r" \cdot ".join(given(entry, places + 1) for entry in entries)


def plain(name: str) -> str:
    """Return a name as LaTeX without any commands."""
    letters = (letter if letter.isalnum() or letter in ", =|()" else " " for letter in name)
    return "".join(letters).replace(" ", r"\ ")


def latex(name: str) -> str:
    """Return a name as upright LaTeX."""
    return rf"\mathrm{{{plain(name)}}}"
