"""The derivation of the numbers of a sequence: forward, backward, and the residues at a node."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from emviz.em.counts.derivation import (
    MOST_TERMS,
    SAFE,
    given,
    largest_line,
    result,
    significant,
    sum_line,
    tallied,
    whole_line,
)
from emviz.em.counts.table import Line
from emviz.em.numerics import Array
from emviz.models.profile.arcs import INSERT, MATCH
from emviz.models.profile.columns import COMPLETIONS
from emviz.models.profile.data import Kinds, ProfileCounts, ProfileData, ProfileParams, ProfileRound, some
from emviz.models.profile.logs import forward
from emviz.models.profile.passes import smooth
from emviz.models.profile.paths import best_paths, path_by_path, path_log, path_symbols
from emviz.models.profile.paths import places as passed
from emviz.models.profile.unknown import letters_of
from emviz.models.profile.weights import log_odds, weights


class Row:
    """One sequence at θ, with its posterior."""

    def __init__(self, data: ProfileData, state: ProfileRound, row: int) -> None:
        own, params = some(data, np.array([row])), state.base.params
        self.whole, self.letter, self._own, self._params = state.whole, state.letter, own, params
        block, ready = own.blocks[0], weights(own, params)
        seen = smooth(block, ready)
        self.text, self.codes = own.text(0), own.sequences[0]
        self.odds, self.into_match = log_odds(own, params), params.transition[:, :, MATCH]
        self.evidence, self.matched = float(seen.evidence[0]), seen.matched[1:, 0]
        self.arcs = seen.arcs[:, :, 0]
        self.forward = forward(block, ready)[:, :, 0]
        if self.whole:
            self._follow(own, best_paths(own, params)[0])

    def _follow(self, own: ProfileData, path: Kinds) -> None:
        """Count one path alone."""
        residue, node = passed(path)
        self.matched = np.zeros_like(self.matched)
        self.matched[residue - 1, node] = 1.0
        self.arcs = path_symbols(own, [path]).transition.transpose(1, 2, 0)

    @cached_property
    def visits(self) -> Array:
        """The expected residues in M and I, shape (2, L + 1)."""
        return np.stack([self.matched.sum(axis=0), self.arcs[:, INSERT].sum(axis=0)])

    def richest(self, kind: int) -> int:
        """Return the node with most of the residues of a kind: matched, or inserted."""
        return (
            int(self.visits[MATCH, 1:].argmax()) + 1 if kind == MATCH else int(self.visits[INSERT].argmax())
        )

    def share(self, kind: int, node: int, places: int) -> Iterator[Line]:
        """Yield the lines on the share of the residues that are matched, or inserted."""
        if not self.text:
            yield Line("0", "This sequence has no residues: every node is deleted.")
            return
        terms = self.visits[kind, kind == MATCH :]
        shown = [tallied(term, places + SAFE, self.whole) for term in terms[:MOST_TERMS].tolist()]
        more = r" + \cdots" if len(terms) > len(shown) else ""
        value = float(terms.sum()) / len(self.text)
        done = "matches" if kind == MATCH else "lets in"
        yield Line(
            rf"{self.letter}(\mathrm{{{COMPLETIONS[kind]}}}) = "
            rf"\frac{{{' + '.join(shown)}{more}}}{{{len(self.text)}}} "
            rf"{result(value, places + 1)}",
            f"E-step: the residues that each node {done}, over all residues of the sequence.",
        )
        yield from self.count(node, places)

    def path(self, places: int) -> Iterator[Line]:
        """Yield the lines on the probability of the likeliest path."""
        if self.whole:
            yield whole_line("path", 1.0, "path")
            return
        (best,) = best_paths(self._own, self._params)
        log, digits = path_log(self._own, self._params, 0, best), places + 1 + SAFE
        # Rounding may leave the best path above the sum of all paths.
        top, every = (significant(each, digits) for each in (min(log, self.evidence), self.evidence))
        name = rf"{self.letter}(\mathrm{{path}})"
        yield Line(
            rf"o_1 \approx {top}",
            "Viterbi: the odds of the likeliest path against the background, letters times transitions.",
        )
        yield Line(
            rf"{name} = \frac{{o_1}}{{\sum_{{z}} o_z}} = \frac{{{top}}}{{{every}}} "
            rf"{result(math.exp(min(log - self.evidence, 0.0)), places + 1)}",
            "E-step: against the odds of all paths together, which the forward pass adds up (Bayes).",
        )

    def count(self, node: int, places: int) -> Iterator[Line]:
        """Yield the lines on the residues of this sequence at a node."""
        if node and self.text:
            yield from self._matched(node, places)
        terms = self.arcs[:, INSERT, node]
        words = f"Inserted at {place_of(node)}: what comes from M, from I and from D."
        total = float(terms.sum())
        yield sum_line(terms.tolist(), total, len(terms), places, r"\,\mathrm{I}", words, SAFE, self.whole)

    def _matched(self, node: int, places: int) -> Iterator[Line]:
        posterior = self.matched[:, node]
        order = np.argsort(-posterior, kind="stable")
        if self.whole:
            name = f"{self.text[order[0]]}_{{{order[0] + 1}}}"
            yield whole_line(name, float(posterior[order[0]]), "path")
        else:
            yield from self._bayes(int(order[0]), node, places)
        terms, unit = posterior[order], r"\,\mathrm{M}"
        words = f"The shares of the residues that node {node} may match, the largest first."
        yield largest_line(terms, float(terms.sum()), len(terms), places, unit, words, self.whole)

    def _bayes(self, t: int, node: int, places: int) -> Iterator[Line]:
        """Yield forward and posterior of residue t, counted from 0, at a node."""
        name, letter, digits = rf"{{{t + 1},{node}}}", self.text[t], places + 2 + SAFE
        before, arcs = self.forward[t, :, node - 1].tolist(), self.into_match[node - 1].tolist()
        # Factors need more digits than their product.
        ways = [
            rf"{significant(f, digits + SAFE)} \cdot {given(arc, digits)}"
            for f, arc in zip(before, arcs, strict=True)
        ]
        own, share = float(self.forward[t + 1, MATCH, node]), float(self.matched[t, node])
        odds = significant(float(self.odds[node - 1, self.codes[t]]), digits + SAFE)
        yield Line(
            rf"f_{name} = {odds} \cdot ({' + '.join(ways)}) \approx {significant(own, digits)}",
            f"Forward: the odds of {letter} at node {node} against the background, times all ways there: "
            "from M, I and D of the node before.",
        )
        # Only the share is kept, the product of forward and backward over P(x); backward follows from it.
        rest = math.log(share) + self.evidence - own if share > 0 else -math.inf
        yield Line(
            rf"P_{name} = \frac{{f_{name} \cdot b_{name}}}{{P(x)}} = \frac{{{significant(own, digits)} \cdot "
            rf"{significant(rest, digits)}}}{{{significant(self.evidence, digits)}}} "
            rf"{result(share, places + 1)}",
            f"Past times future (backward), over all paths: {letter}, residue {t + 1}, is the likeliest.",
        )


def first_counts(data: ProfileData, params: ProfileParams, whole: bool = False) -> ProfileCounts:
    """Return the expected counts of each of the first sequences, or those of its best path, on a new axis."""
    few = min(len(data.sequences), MOST_TERMS)
    own = some(data, np.arange(few))
    if whole:
        match, arcs = path_by_path(own, best_paths(own, params))
        return ProfileCounts(letters_of(own, params, match), arcs)
    ready = weights(own, params)
    match = np.zeros((few, data.nodes, len(data.symbols)))
    arcs = np.zeros((few, *params.transition.shape))
    for block in own.blocks:
        seen = smooth(block, ready)
        arcs[block.rows] = seen.arcs.transpose(2, 3, 0, 1)
        for column, row in enumerate(block.rows.tolist()):
            symbols = np.eye(len(data.symbols))[own.sequences[row]]
            match[row] = seen.matched[1 : len(symbols) + 1, column, 1:].T @ symbols
    return ProfileCounts(letters_of(own, params, match), arcs)


def place_of(node: int) -> str:
    """Return the name of a node."""
    return f"node {node}" if node else "the begin"
