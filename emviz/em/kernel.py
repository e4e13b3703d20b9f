"""What a model is: eight members that must be written, and parts that may be.

A part that is left out behaves as it stands here, so that everything above the kernel sees a whole `Model`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em import plain
from emviz.em.answers import component_names, ranked
from emviz.em.domains import Parameter, ParameterError
from emviz.em.numerics import Array
from emviz.em.records import C, ColumnSpec, D, Example, Expectation, Fields, Look, P, Round, Rows, Words
from emviz.em.structure import params_type
from emviz.em.views import Answer, CountTable

if TYPE_CHECKING:
    from emviz.em.pictures import View

#: How sentences speak of a model that does not say it better.
PLAIN = Words(
    "row", "rows", "component", "components", "which component each row came from", "Which component is it?"
)


class Kernel(Protocol[D, P, C]):
    """What must be written; every method is pure."""

    @property
    @abstractmethod
    def key(self) -> str:
        """The name on the command line."""
        ...

    @property
    @abstractmethod
    def title(self) -> str:
        """The name on the screen."""
        ...

    @abstractmethod
    def parse(self, table: Table) -> D:
        """Return the typed data.

        Raises
        ------
        DataError
            At the first cell that cannot be used, with its row and column.
        """
        ...

    @abstractmethod
    def parameters(self, data: D) -> Sequence[Parameter]:
        """Return name, domain and labels of each field of θ, in the order of the NamedTuple.

        Their number and their shapes may depend on the data and on the hyper-parameters.
        """
        ...

    @abstractmethod
    def start(self, data: D, rng: np.random.Generator) -> P:
        """Return a random start that breaks the symmetry between components."""
        ...

    @abstractmethod
    def e_step(self, data: D, params: P) -> Expectation[C]:
        """Return expected counts and objective at θ. The hot path.

        What the M-step or Q need of θ(t) beside the counts, such as where a surrogate touches, is a field of
        the counts.
        """
        ...

    @abstractmethod
    def m_step(self, data: D, counts: C) -> P:
        """Return arg max of Q given the counts, or at least an improvement (generalised EM)."""
        ...

    @abstractmethod
    def q(self, data: D, counts: C, params: P) -> float:
        """Return E[log P(x, z; θ)] under the counts, plus the log-prior if any.

        Terms free of θ may be left out where `complete` gives None; else this is what hard EM raises.
        """
        ...


class Model(Kernel[D, P, C], Protocol[D, P, C]):
    """A model that EM can fit: the kernel, and every part as it is written or as it stands here."""

    # -- how it is spoken of, and what it opens with ---------------------------------------------------------

    @property
    def objective(self) -> str:
        """What EM raises.

        "log P", of the data as they were read, with every constant; "weighted log P" where units count by
        weights; "log posterior" where there is a prior: log P and the log-prior, without its constant.
        """
        return "log P"

    @property
    def description(self) -> str:
        """A paragraph: what is observed, what is hidden, what θ is, what to look for; else the docstring."""
        return " ".join(cleandoc(type(self).__doc__ or "").split())

    @property
    def words(self) -> Words:
        """How sentences speak of it."""
        return PLAIN

    @property
    def columns(self) -> Sequence[ColumnSpec]:
        """The columns it reads; else those of its first example."""
        names = read_table(example_path(self.examples[0].file)).names if self.examples else ()
        return tuple(ColumnSpec(name, "as in the first example") for name in names)

    @property
    def examples(self) -> Sequence[Example]:
        """Data sets to begin with; the first opens with the model, so that one is needed to be offered."""
        return ()

    # -- how θ is made ---------------------------------------------------------------------------------------

    def make_params(self, values: Mapping[str, Array]) -> P:
        """Return θ from its fields; else as the NamedTuple that `start` says it returns."""
        arrays = {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}
        return cast("P", params_type(type(self).start, tuple(arrays))(**arrays))

    def default(self, data: D) -> P:
        """Return the start of a textbook, the same every time; else the random start of seed 0."""
        return self.start(data, np.random.default_rng(0))

    def remark(self, data: D, params: P) -> str | None:
        """Return a sentence about a special place in parameter space, such as a saddle, or None."""
        return None

    # -- which completions a row has, and what is said of it -------------------------------------------------

    def posterior(self, data: D, params: P, rows: Rows) -> Array:
        """Return q_i(z), shape (len(rows), completions), for some rows of the table; rows add up to 1.

        Else there is one completion, all that is hidden.
        """
        return np.ones((len(rows), 1))

    def complete(self, data: D, params: P) -> C | None:
        """Return the counts of the single most likely completion; None, and there is no hard EM."""
        return None

    def answers(self, data: D, params: P, rows: Rows) -> Sequence[Answer]:
        """Return for some rows of the table the likeliest completions, in words, and their probabilities.

        Else completions are the components: "coin A", "coin B".
        """
        shares = self.posterior(data, params, rows)
        return ranked(shares, component_names(self.words.component, shares.shape[1]))

    # -- data in which the hidden variable is known ----------------------------------------------------------

    @property
    def label_column(self) -> str | None:
        """The optional column that holds the hidden variable, for the complete-data case."""
        return None

    def labelled(self, data: D) -> C | None:
        """Return the counts when z is known (Figure 1a of the paper), or None."""
        return None

    # -- data drawn from known parameters --------------------------------------------------------------------

    def simulate(self, params: P, size: int, rng: np.random.Generator) -> Table:
        """Return `size` units drawn from known parameters, the hidden variable in its own column.

        Raises
        ------
        ParameterError
            Where the model draws none.
        """
        raise ParameterError(f"{self.key} cannot simulate data")

    # -- the table of Figure 1b, and pictures ----------------------------------------------------------------

    def count_table(self, data: D, state: Round[P, C], rows: Rows) -> CountTable:
        """Return the table of Figure 1b for some rows of the table, each shared or whole as the round says.

        It is asked for in the window's own thread. Else there are only the totals, field by field.
        """
        return plain.count_table(state, rows)

    def views(self, data: D, state: Round[P, C], look: Look[P]) -> Sequence[View]:
        """Return the model's own pictures, the most telling one first; asked for in the background.

        Else the landscape over two entries of θ.
        """
        return plain.landscape(tuple(self.parameters(data)), self.default(data))


#: Any model, seen by code that knows none: the kernel, the session and the window.
AnyModel: TypeAlias = "Model[object, Fields, Fields]"


def offers(model: object, part: str) -> bool:
    """Return whether a model has written a part itself."""
    return getattr(type(model), part, None) is not getattr(Model, part)
