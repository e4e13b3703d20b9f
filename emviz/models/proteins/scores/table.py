"""The count table of the layer "scores": its columns, and the derivation of the share of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np

from emviz.em.counts.derivation import base, given, outcome, rounded, significant
from emviz.em.counts.labels import Labels
from emviz.em.counts.table import Group, Line, Tag
from emviz.em.domains import Index
from emviz.em.families.measured import Measured, normal_density
from emviz.em.families.normals import NU
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.rounding import figures, with_minus
from emviz.models.proteins.scores import steps
from emviz.models.proteins.scores.steps import NAMES, ScoresCounts, ScoresData, ScoresParams


class ScoresLedger(Measured[ScoresData, ScoresParams, ScoresCounts]):
    """Matches shared between the kinds, and their scores."""

    kind = "kind"
    unit_name = "match"
    scaled = False
    letters: ClassVar[Mapping[str, str]] = {"weight": "w", "mean": r"\mu", "variance": r"\sigma^{2}"}
    heading: ClassVar[str] = "score"
    each: ClassVar[tuple[str, ...]] = ("matches", "Σ score")
    completions: ClassVar[tuple[Tag, ...]] = tuple(Tag(name, k) for k, name in enumerate(NAMES))
    added = "The exact terms of all matches are added, and rounded only for display."

    @property
    def groups(self) -> tuple[Group, ...]:
        """Matches of either kind."""
        return tuple(Group(name, k, self.each) for k, name in enumerate(NAMES))

    @property
    def values(self) -> Sequence[tuple[str, Array]]:
        """The scores."""
        return ((r"\mathrm{score}", self.data.score),)

    @property
    def truth(self) -> Labels | None:
        """The true kinds."""
        return self.data.kind

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the scores, and the names of the matches."""
        scores = [with_minus(figures(score, 4)) for score in self.data.score[rows].tolist()]
        names = self.data.names
        if names is None:
            return tuple(scores)
        return tuple(f"{name}: {score}" for name, score in zip(names[rows].tolist(), scores, strict=True))

    def group_words(self, group: int) -> str:
        """Return the matches of a kind."""
        return f"of {NAMES[group]} matches"

    def counted_words(self, place: int) -> str:
        """Return the kind that a match counts as."""
        return f"match and of its score is counted as {NAMES[place]}"

    def preference(self, rows: Rows) -> Array:
        """Return log P(x, z) of each kind."""
        return steps.log_joint(self.data, self.params, rows)

    def totals(self, counts: ScoresCounts) -> Array:
        """Return matches and scores of each kind."""
        return np.stack([counts.matches, counts.matches * counts.mean], axis=-1).ravel()

    def explained(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the normal density of a kind at a score, and the probability of the kind."""
        rows, params = np.array([row]), self.params
        # With weights of 1 the joint probability is the density alone.
        densities = steps.log_joint(self.data, params._replace(weight=np.ones(2)), rows)[0].tolist()
        score, mean, variance = map(float, (self.data.score[row], params.mean[place], params.variance[place]))
        name, value = r"N(x;\mu,\sigma^{2})", significant(densities[place])
        yield Line(
            normal_density(name, score, mean, variance, self.digits, value),
            f"The normal density of {NAMES[place]} matches at this score.",
        )
        joint = [
            rf"{given(float(weight), places + 1)} \cdot {significant(density)}"
            for weight, density in zip(params.weight, densities, strict=True)
        ]
        asked = f"E-step: how probable it is that this match is {NAMES[place]} (Bayes)."
        yield from self.bayes(row, place, joint, self.preference(rows)[0].tolist(), asked, places)

    # -- the M-step ------------------------------------------------------------------------------------------

    def spread(
        self, counts: ScoresCounts, name: str, index: Index, value: float
    ) -> tuple[float, tuple[float, ...]]:
        """Return numerator and denominator of a variance."""
        return float(counts.scatter[index]) + NU * self.data.scale**2, (float(counts.matches[index]), NU)

    def exact(self, name: str) -> tuple[float, float]:
        """Return the terms that the prior adds to the denominator of a variance."""
        return 0.0, NU if name == "variance" else 0.0

    def behind(self, name: str, index: Index, places: int) -> Iterator[Line]:
        """Yield matches, and scores or their scatter."""
        (k,) = index
        yield from self.sums(self.spans[k][: 2 if name == "mean" else 1], places)
        if name == "variance":
            gaps, scale = self.data.score - self.expected.mean[k], self.data.scale
            words = (
                "Each share times the gap between the score and the new mean squared, exact, added for all."
            )
            yield self.weighted_line(k, np.square(gaps), float(self.expected.scatter[k]), places, words=words)
            yield Line(
                rf"\nu s^{{2}} = {NU} \cdot {base(rounded(scale, self.digits))}^{{2}} "
                rf"\approx {outcome(NU * scale**2, self.fewer)}",
                f"The prior adds {NU} of a match, at the usual distance from the mean.",
            )
