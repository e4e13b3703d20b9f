"""The count table of the layer "scores", and where each of its numbers comes from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    bayes_lines,
    bracketed,
    equals,
    factor,
    given,
    ratio_digits,
    rounded,
    significant,
    whole_line,
)
from emviz.em.labels import label_tags
from emviz.em.model import Phase, Rows
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.rounding import decimal, figures
from emviz.models.proteins.scores import steps
from emviz.models.proteins.scores.steps import NAMES, ScoresCounts, ScoresData, ScoresParams, ScoresRound

SYMBOLS = ("w", r"\mu", r"\sigma^{2}")
LETTERS = ("w", "μ", "σ²")
#: Significant digits of numbers that are worked with, and of what comes out.
DIGITS, FEWER = 10, 6
ALL_WORDS = "The exact terms of all matches are added, and rounded only for display."


def count_table(data: ScoresData, state: ScoresRound, rows: Rows) -> view.CountTable:
    """Return the table: how probable each match is to be correct, and what it adds to either kind."""
    weighed = state.phase is not Phase.START
    shares = _counted(data, state, rows)
    amounts = np.stack([np.ones(len(rows)), data.score[rows]], axis=-1)
    reference = steps.known(data)
    counts = state.base.expectation.counts
    return view.CountTable(
        heading="score",
        observed=tuple(_observed(data, row) for row in rows.tolist()),
        alphabet=(),
        completions=tuple(view.Tag(f"{state.letter}({name})", k) for k, name in enumerate(NAMES)),
        groups=tuple(view.Group(name, k, ("matches", "Σ score")) for k, name in enumerate(NAMES)),
        shares=shares if weighed else None,
        counts=(shares[:, :, None] * amounts[:, None, :]).reshape(len(rows), -1) if weighed else None,
        totals=np.stack([counts.matches, counts.matches * counts.mean], axis=-1).ravel() if weighed else None,
        updates=updates(data, counts, state.updated) if state.updated else (),
        names=None,
        labels=label_tags(data.kind, rows, NAMES),
        reference=() if reference is None else updates(data, reference, steps.maximised(data, reference)),
        derive=partial(_derive, data, state),
    )


def _shares(data: ScoresData, params: ScoresParams, rows: Rows) -> Array:
    joint = steps.log_joint(data, params, rows)
    return np.asarray(np.exp(joint - log_sum_exp(joint)[:, None]))


def _counted(data: ScoresData, state: ScoresRound, rows: Rows) -> Array:
    """Return the part of each match that is counted as either kind, shape (len(rows), 2)."""
    if not state.whole:
        return _shares(data, state.base.params, rows)
    return np.asarray(np.eye(2)[steps.log_joint(data, state.base.params, rows).argmax(axis=-1)])


def _observed(data: ScoresData, row: int) -> str:
    score = figures(data.score[row], 4)
    return score if data.names is None else f"{data.names[row]}: {score}"


def updates(data: ScoresData, counts: ScoresCounts, updated: ScoresParams) -> tuple[view.Update, ...]:
    """Return how shares, means and variances were found."""
    matches = tuple(counts.matches.tolist())
    made = []
    for place, (letter, values) in enumerate(zip(LETTERS, updated, strict=True)):
        for k, name in enumerate(NAMES):
            top, terms = _ratio(data, counts, place, k)
            made.append(
                view.Update(f"{letter}_{name}", k, top, matches if not place else terms, float(values[k]))
            )
    return tuple(made)


def _ratio(data: ScoresData, counts: ScoresCounts, place: int, k: int) -> tuple[float, tuple[float, ...]]:
    """Return the numerator of a parameter, and the terms of its denominator."""
    matches = float(counts.matches[k])
    if place == 0:
        return matches, tuple(counts.matches.tolist())
    if place == 1:
        return matches * float(counts.mean[k]), (matches,)
    return float(counts.scatter[k]) + steps.NU * data.scale**2, (matches, steps.NU)


# -- derivations ---------------------------------------------------------------------------------------------


def _derive(data: ScoresData, state: ScoresRound, cell: view.Cell, places: int) -> view.Derivation:
    """Return the lines from a cell of the table up to the parameter that it ends in."""
    if isinstance(cell, view.UpdateCell):
        place, k = divmod(cell.place, 2)
        lines = (*_sums(data, state, k, place, places), *_found(data, state, place, k, places))
        return view.Derivation(f"Where does {LETTERS[place]}_{NAMES[k]} come from?", k, lines)
    k = cell.place if isinstance(cell, view.ShareCell) else cell.group
    ends = (*_found(data, state, 0, k, places), *_found(data, state, 1, k, places))
    up = (*_sums(data, state, k, 1, places), *ends)
    if isinstance(cell, view.TotalCell):
        return view.Derivation(f"Where does the total of {NAMES[k]} matches come from?", k, up)
    what = (
        f"{state.letter}({NAMES[k]})"
        if isinstance(cell, view.ShareCell)
        else f"the count of {NAMES[k]} matches"
    )
    own = _row_lines(data, state, cell.row, k, places)
    return view.Derivation(f"Where does {what} in row {cell.row + 1} come from?", k, (*own, *up))


def _row_lines(data: ScoresData, state: ScoresRound, row: int, k: int, places: int) -> Iterator[view.Line]:
    rows, params = np.array([row]), state.base.params
    logs = steps.log_joint(data, params, rows)[0]
    densities = steps.log_joint(data, params._replace(weight=np.ones(2)), rows)[0]
    score, mean, variance = (
        rounded(float(value), DIGITS) for value in (data.score[row], params.mean[k], params.variance[k])
    )
    gap = rf"({score} - {mean})^{{2}}"
    yield view.Line(
        rf"N(x;\mu,\sigma^{{2}}) = \frac{{1}}{{\sqrt{{2\pi \cdot {variance}}}}} "
        rf"\exp\left(-\frac{{{gap}}}{{2 \cdot {variance}}}\right) \approx {significant(float(densities[k]))}",
        f"The normal density of {NAMES[k]} matches at this score.",
    )
    joint = [
        rf"{given(float(params.weight[j]), places + 1)} \cdot {significant(float(densities[j]))}"
        for j in range(2)
    ]
    share = float(_shares(data, params, rows)[0, k])
    asked = f"E-step: how probable it is that this match is {NAMES[k]} (Bayes)."
    yield from bayes_lines(NAMES[k], k, joint, logs.tolist(), share, places + 1, asked)
    share, amount = float(_counted(data, state, rows)[0, k]), float(data.score[row])
    if state.whole:
        yield whole_line(NAMES[k], share, "kind")
    count = share * amount
    yield view.Line(
        rf"{decimal(share, places + 1)} \cdot 1\,\mathrm{{match}},\quad {factor(share, amount, places)} "
        rf"\cdot {score} {equals(count, places)} {bracketed(decimal(count, places))}",
        f"So this share of the match and of its score is counted as {NAMES[k]}.",
    )


def _sums(data: ScoresData, state: ScoresRound, k: int, place: int, places: int) -> Iterator[view.Line]:
    """Yield the sums behind a parameter: matches, and scores or their scatter."""
    rows, counts = np.arange(min(len(data.score), MOST_TERMS)), state.base.expectation.counts
    shares = _counted(data, state, rows)[:, k]
    matches = float(counts.matches[k])
    yield _sum_line(data, shares, matches, places, ALL_WORDS)
    if place == 1:
        yield _sum_line(data, shares * data.score[rows], matches * float(counts.mean[k]), places, ALL_WORDS)
    if place == 2:
        gaps = np.square(data.score[rows] - counts.mean[k])
        words = "Each share times the gap between the score and the new mean squared, exact, added for all."
        yield _sum_line(data, shares * gaps, float(counts.scatter[k]), places, words)
        yield view.Line(
            rf"\nu s^{{2}} = {steps.NU} \cdot {rounded(data.scale, DIGITS)}^{{2}} "
            rf"\approx {rounded(steps.NU * data.scale**2, FEWER)}",
            f"The prior adds {steps.NU} of a match, as far from the mean as scores are.",
        )


def _sum_line(data: ScoresData, terms: Array, total: float, places: int, words: str) -> view.Line:
    shown = " + ".join(bracketed(decimal(term, places)) for term in terms.tolist())
    tail = r" + \cdots" if len(data.score) > len(terms) else ""
    return view.Line(rf"{shown}{tail} \approx {bracketed(decimal(total, places))}", words)


def _found(data: ScoresData, state: ScoresRound, place: int, k: int, places: int) -> Iterator[view.Line]:
    """Yield the M-step of one parameter, found already or as it will be; nothing where it fails."""
    counts = state.base.expectation.counts
    try:
        updated = state.updated or steps.maximised(data, counts)
    except ZeroDivisionError:
        return
    value = float(updated[place][k])
    top, terms = _ratio(data, counts, place, k)
    digits = ratio_digits(view.Update("", k, top, terms, value), places)
    below = [decimal(term, digits) for term in terms]
    if place == 2:  # what the prior adds is exact
        below[-1] = figures(steps.NU, 6)
    yield view.Line(
        rf"{SYMBOLS[place]}_{{\mathrm{{{NAMES[k]}}}}} = "
        rf"\frac{{{bracketed(decimal(top, digits))}}}{{{' + '.join(below)}}} "
        rf"{equals(value, places + 1)} {bracketed(decimal(value, places + 1))}",
        "M-step: these counts are treated as if they had been observed.",
    )
