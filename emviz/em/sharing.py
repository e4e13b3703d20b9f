"""The count table of models whose rows are shared between the same completions, such as mixtures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from emviz.em.derivation import bayes_lines, whole_line
from emviz.em.labels import Labels, label_tags
from emviz.em.ledger import Ledger
from emviz.em.model import C, D, P, Rows
from emviz.em.numerics import Array
from emviz.em.views import Group, Line, Tag


@dataclass(frozen=True, eq=False)
class Sharing(Ledger[D, P, C]):
    """A ledger whose rows are shared between completions that are the same for all, as in a mixture."""

    #: What a completion is, in its groups and where it alone is counted: "coin".
    kind: ClassVar[str]
    counts_truth = True

    # -- what a model says -----------------------------------------------------------------------------------

    @property
    @abstractmethod
    def each(self) -> tuple[str, ...]:
        """What is counted for each completion: the symbols of its group."""

    @abstractmethod
    def amounts(self, rows: Rows) -> Array:
        """Return what each completion of some rows adds, where it is counted in full.

        Returns
        -------
        Array, shape (len(rows), Z, M) or (len(rows), S)
            The amount for each column; or the same S amounts for the group of each completion.
        """

    @abstractmethod
    def explained(self, row: int, place: int, places: int) -> Iterable[Line]:
        """Return the lines on the share of a completion in a row: Bayes, the numbers put in."""

    @abstractmethod
    def counted(self, row: int, place: int, share: float, places: int) -> Line:
        """Return the line on what is counted for this share of a row."""

    # -- what has a default ----------------------------------------------------------------------------------

    @property
    def groups(self) -> tuple[Group, ...]:
        """What is counted, column by column."""
        return tuple(Group(f"{self.kind} {tag.text}", tag.component, self.each) for tag in self.completions)

    @property
    def truth(self) -> Labels | None:
        """The place of the true completion of each row, `UNKNOWN` where it is missing; None for none."""
        return None

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return the true completions of some rows, None where none is known."""
        return label_tags(self.truth, rows, [tag.text for tag in self.completions])

    def preference(self, rows: Rows) -> Array:
        """Return what the completions of some rows are ranked by, the first of equals before the others."""
        return self.posterior(rows)

    def shares(self, rows: Rows) -> Array:
        """Return the part of some rows that is counted for each completion, shape (len(rows), Z)."""
        if not self.state.whole:
            return self.posterior(rows)
        if self.state.known and self.truth is not None:
            return np.asarray(np.eye(len(self.completions))[self.truth[rows]])
        return np.asarray(np.eye(len(self.completions))[self.preference(rows).argmax(axis=-1)])

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the shares of some rows, and what they give to each column, shape (len(rows), M)."""
        shares, amounts = self.shares(rows), self.amounts(rows)
        if amounts.ndim == 2:
            return shares, (shares[:, :, None] * amounts[:, None, :]).reshape(len(rows), -1)
        return shares, (shares[:, None, :] @ amounts)[:, 0]

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the lines on a completion of a row: its share, and what is counted for it."""
        denied = self.denied(row, place)
        if denied is not None:
            yield denied
            return
        yield from self.explained(row, place, places)
        yield self.counted(row, place, self.share(row, place), places)

    # -- what the lines are made of --------------------------------------------------------------------------

    def posterior(self, rows: Rows) -> Array:
        """Return the probabilities of the completions of some rows, shape (len(rows), Z)."""
        return self.model.posterior(self.data, self.params, rows)

    def share(self, row: int, place: int) -> float:
        """Return the part of a row that is counted for a completion."""
        return float(self.shares(np.array([row]))[0, place])

    def bayes(
        self, row: int, place: int, joint: Sequence[str], logs: Sequence[float], words: str, places: int
    ) -> Iterator[Line]:
        """Yield P(z | x) as the ratio of one P(x, z) to the sum of all, and what alone is counted.

        Parameters
        ----------
        joint, logs : sequence of str, sequence of float
            P(x, z) of the completions that the row can have, as LaTeX, and the logarithms of the same.
        words : str
            What the ratio says.
        """
        at = sum(self.denied(row, before) is None for before in range(place))
        name, likely = self.completions[place].text, float(self.posterior(np.array([row]))[0, place])
        yield from bayes_lines(name, at, joint, logs, likely, places + 1, words)
        if self.state.whole:
            yield whole_line(name, self.share(row, place), self.kind)
