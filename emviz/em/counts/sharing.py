"""The count table of models with the same completions for every row, such as mixtures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from emviz.em.counts.derivation import bayes_lines, whole_line
from emviz.em.counts.labels import Labels, label_tags
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Group, Line, Tag
from emviz.em.model import C, D, P, Rows
from emviz.em.numerics import Array


@dataclass(frozen=True, eq=False)
class Sharing(Ledger[D, P, C]):
    """A ledger for a model with the same completions for every row, such as a mixture."""

    #: The word for a completion, in headings and sentences: "coin".
    kind: ClassVar[str]
    counts_truth = True

    # -- required --------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def each(self) -> tuple[str, ...]:
        """The symbols of the group of one completion."""

    @abstractmethod
    def amounts(self, rows: Rows) -> Array:
        """Return the counts that each completion of some rows adds if its share is 1.

        Returns
        -------
        Array, shape (len(rows), Z, M) or (len(rows), S)
            The amount for each column; or S amounts that are the same for the group of every completion.
        """

    @abstractmethod
    def explained(self, row: int, place: int, places: int) -> Iterable[Line]:
        """Return the lines for the share of a completion in a row: Bayes, with numbers."""

    @abstractmethod
    def counted(self, row: int, place: int, share: float, places: int) -> Line:
        """Return the line for the counts that this share of a row adds."""

    # -- with a default --------------------------------------------------------------------------------------

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of columns, one for each completion."""
        return tuple(Group(f"{self.kind} {tag.text}", tag.component, self.each) for tag in self.completions)

    @property
    def truth(self) -> Labels | None:
        """The index of the true completion of each row, `UNKNOWN` if missing; None without labels."""
        return None

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return the true completions of some rows, None for a row without one."""
        return label_tags(self.truth, rows, [tag.text for tag in self.completions])

    def preference(self, rows: Rows) -> Array:
        """Return the values by which hard EM ranks the completions, (len(rows), Z); ties go to the first."""
        return self.posterior(rows)

    def shares(self, rows: Rows) -> Array:
        """Return the shares of some rows as they are counted, shape (len(rows), Z)."""
        if not self.state.whole:
            return self.posterior(rows)
        if self.state.known and self.truth is not None:
            return np.asarray(np.eye(len(self.completions))[self.truth[rows]])
        return np.asarray(np.eye(len(self.completions))[self.preference(rows).argmax(axis=-1)])

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the shares (len(rows), Z) and the counts (len(rows), M) of some rows."""
        shares, amounts = self.shares(rows), self.amounts(rows)
        if amounts.ndim == 2:
            return shares, (shares[:, :, None] * amounts[:, None, :]).reshape(len(rows), -1)
        return shares, (shares[:, None, :] @ amounts)[:, 0]
        # A batched matrix product, which needs no array of len(rows) × Z × M for the result.

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the derivation of the share of a completion, and of what it adds to the counts."""
        denied = self.denied(row, place)
        if denied is not None:
            yield denied
            return
        yield from self.explained(row, place, places)
        yield self.counted(row, place, self.share(row, place), places)

    # -- building blocks for the lines -----------------------------------------------------------------------

    def posterior(self, rows: Rows) -> Array:
        """Return the probabilities of the completions of some rows, shape (len(rows), Z)."""
        return self.model.posterior(self.data, self.params, rows)

    def share(self, row: int, place: int) -> float:
        """Return the share of one completion of a row as it is counted."""
        return float(self.shares(np.array([row]))[0, place])

    def bayes(
        self, row: int, place: int, joint: Sequence[str], logs: Sequence[float], words: str, places: int
    ) -> Iterator[Line]:
        """Yield P(z | x) as the ratio of one P(x, z) to the sum of all; in hard EM, then the whole share.

        Parameters
        ----------
        joint, logs : sequence of str, sequence of float
            P(x, z) of the possible completions of the row, as LaTeX, and their logarithms in nats.
        words : str
            The words under the ratio.
        """
        # `joint` has no entry for an impossible completion, so the index is counted without these.
        at = sum(self.denied(row, before) is None for before in range(place))
        name, likely = self.completions[place].text, float(self.posterior(np.array([row]))[0, place])
        yield from bayes_lines(name, at, joint, logs, likely, places + 1, words)
        if self.state.whole:
            yield whole_line(name, self.share(row, place), self.kind)
