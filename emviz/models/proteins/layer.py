"""What a layer of the protein model is: a model without its name, its words and its examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np

from emviz.data.table import Table
from emviz.em.domains import Parameter
from emviz.em.model import C, D, Expectation, Look, P, Round, Rows, Words
from emviz.em.numerics import Array
from emviz.em.pictures import View
from emviz.em.views import Answer, CountTable


class Layer(Protocol[D, P, C]):
    """One of the three layers; each method does what that of `Model` does."""

    @property
    def objective(self) -> str:
        """What EM raises."""
        ...

    @property
    def label_column(self) -> str:
        """The optional column that holds the hidden variable."""
        ...

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that it reads."""
        ...

    @property
    def words(self) -> Words:
        """How sentences speak of it."""
        ...

    def parse(self, table: Table) -> D:
        """Return the typed data, or raise DataError."""
        ...

    def parameters(self, data: D) -> Sequence[Parameter]:
        """Return the fields of θ."""
        ...

    def make_params(self, values: Mapping[str, Array]) -> P:
        """Return θ from its fields."""
        ...

    def default(self, data: D) -> P:
        """Return the usual start."""
        ...

    def start(self, data: D, rng: np.random.Generator) -> P:
        """Return a random start."""
        ...

    def e_step(self, data: D, params: P) -> Expectation[C]:
        """Return expected counts and objective."""
        ...

    def m_step(self, data: D, counts: C) -> P:
        """Return arg max of Q."""
        ...

    def q(self, data: D, counts: C, params: P) -> float:
        """Return Q."""
        ...

    def objectives(self, data: D, params: P) -> Array:
        """Return the objective at many θ."""
        ...

    def posterior(self, data: D, params: P, rows: Rows) -> Array:
        """Return the two shares of some rows."""
        ...

    def answers(self, data: D, params: P, rows: Rows) -> Sequence[Answer]:
        """Return the completions of some rows in words."""
        ...

    def chosen(self, data: D, params: P, rows: Rows) -> Sequence[int | None]:
        """Return which completion of each answer is counted whole."""
        ...

    def complete(self, data: D, params: P) -> C:
        """Return the counts of the likeliest completion."""
        ...

    def labels_aside(self, read: Table) -> str | None:
        """Return why labels cannot be used, or None."""
        ...

    def labelled(self, data: D) -> C | None:
        """Return the counts of the true completion, or None."""
        ...

    def simulate(self, params: P, size: int, rng: np.random.Generator) -> Table:
        """Return so many rows drawn from known parameters."""
        ...

    def remark(self, data: D, params: P) -> str | None:
        """Return a sentence about a special place, or None."""
        ...

    def count_table(self, data: D, state: Round[P, C], rows: Rows) -> CountTable:
        """Return the table of Figure 1b."""
        ...

    def views(self, data: D, state: Round[P, C], look: Look[P]) -> Sequence[View]:
        """Return the pictures."""
        ...


#: Any layer, seen by the model that chooses between them.
AnyLayer: TypeAlias = "Layer[object, tuple[Array, ...], tuple[Array, ...]]"
