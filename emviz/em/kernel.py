"""The contract of a model: eight members that it must define, and optional ones.

An optional member that a model does not define has the default below, so the code above the kernel can rely
on a complete `Model`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar, cast

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.counts import plain
from emviz.em.counts.answers import component_names, ranked
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, ParameterError
from emviz.em.numerics import Array
from emviz.em.records import C, ColumnSpec, D, Example, Expectation, Fields, Look, P, Round, Rows, Words
from emviz.em.theta.structure import params_type

if TYPE_CHECKING:
    from emviz.em.pictures import View

D_contra = TypeVar("D_contra", contravariant=True)

#: The words for a model that defines none.
PLAIN = Words(
    "row", "rows", "component", "components", "which component each row came from", "Which component is it?"
)


class Kernel(Protocol[D, P, C]):
    """The members that a model must define. All methods are pure."""

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
            At the first cell that cannot be used; it carries the row and the column.
        """
        ...

    @abstractmethod
    def parameters(self, data: D) -> Sequence[Parameter]:
        """Return name, domain and labels of each field of θ, in the order of the fields of the NamedTuple.

        Their number and their shapes may depend on the data and on the hyper-parameters.
        """
        ...

    @abstractmethod
    def start(self, data: D, rng: np.random.Generator) -> P:
        """Return a random start that breaks the symmetry between components."""
        ...

    @abstractmethod
    def e_step(self, data: D, params: P) -> Expectation[C]:
        """Return the expected counts and the objective at θ, in nats. Each iteration calls it: keep it fast.

        If the M-step or Q needs something of θ(t) besides the counts, such as the point where a surrogate
        touches, make it a field of the counts.
        """
        ...

    @abstractmethod
    def m_step(self, data: D, counts: C) -> P:
        """Return arg max of Q given the counts, or at least a θ with a larger Q (generalised EM)."""
        ...

    @abstractmethod
    def q(self, data: D, counts: C, params: P) -> float:
        """Return Q = E[log P(x, z; θ)] under the counts, plus the log-prior if there is one, in nats.

        Terms free of θ may be left out if `complete` returns None; otherwise hard EM maximises this value.
        """
        ...


class Model(Kernel[D, P, C], Protocol[D, P, C]):
    """A model that EM can fit: the kernel, with defaults for everything else."""

    # -- words and examples ----------------------------------------------------------------------------------

    @property
    def objective(self) -> str:
        """The name of the objective.

        "log P", the log-likelihood of the data including all constants; "weighted log P" if the units have
        weights; "log posterior" if there is a prior: log P plus the log-prior without its constant.
        """
        return "log P"

    @property
    def description(self) -> str:
        """One paragraph: what is observed, what is hidden, what θ is. Default: the docstring."""
        return " ".join(cleandoc(type(self).__doc__ or "").split())

    @property
    def words(self) -> Words:
        """The words that sentences use for its units and components."""
        return PLAIN

    @property
    def columns(self) -> Sequence[ColumnSpec]:
        """The columns that the model reads. Default: those of its first example."""
        names = read_table(example_path(self.examples[0].file)).names if self.examples else ()
        return tuple(ColumnSpec(name, "as in the first example") for name in names)

    @property
    def examples(self) -> Sequence[Example]:
        """The data sets that come with the model. emviz opens it with the first, so it needs at least one."""
        return ()

    # -- parameters ------------------------------------------------------------------------------------------

    def make_params(self, values: Mapping[str, Array]) -> P:
        """Return θ with the given fields. Default: the NamedTuple in the return annotation of `start`."""
        arrays = {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}
        return cast("P", params_type(type(self).start, tuple(arrays))(**arrays))

    def default(self, data: D) -> P:
        """Return the start that the window opens with. Default: the random start of seed 0."""
        return self.start(data, np.random.default_rng(0))

    def remark(self, data: D, params: P) -> str | None:
        """Return a sentence if θ is a special point, such as a saddle, otherwise None."""
        return None

    # -- completions of a row --------------------------------------------------------------------------------

    def posterior(self, data: D, params: P, rows: Rows) -> Array:
        """Return q_i(z) for some rows of the table, shape (len(rows), completions); each row sums to 1.

        Default: each row has a single completion.
        """
        return np.ones((len(rows), 1))

    def complete(self, data: D, params: P) -> C | None:
        """Return the counts of the single most likely completion, or None if hard EM is not offered."""
        return None

    def answers(self, data: D, params: P, rows: Rows) -> Sequence[Answer]:
        """Return the likeliest completions of some rows, in words, with their probabilities.

        Default: the completions are the components: "coin A", "coin B".
        """
        shares = self.posterior(data, params, rows)
        return ranked(shares, component_names(self.words.component, shares.shape[1]))

    # -- known hidden variables ------------------------------------------------------------------------------

    @property
    def label_column(self) -> str | None:
        """The optional column that holds the hidden variable, or None."""
        return None

    def labelled(self, data: D) -> C | None:
        """Return the counts when z is known (Figure 1a of the paper), or None if they have no labels."""
        return None

    # -- simulated data --------------------------------------------------------------------------------------

    def simulate(self, params: P, size: int, rng: np.random.Generator) -> Table:
        """Return `size` simulated units; the hidden variable is a column of the table.

        Raises
        ------
        ParameterError
            If the model cannot simulate.
        """
        raise ParameterError(f"{self.key} cannot simulate data")

    # -- count table and pictures ----------------------------------------------------------------------------

    def count_table(self, data: D, state: Round[P, C], rows: Rows) -> CountTable:
        """Return the table of Figure 1b for some rows of the table, with soft or whole shares as in `state`.

        Called in the GUI thread, so it must be fast. Default: the totals of each field of the counts.
        """
        return plain.count_table(state, rows)

    def views(self, data: D, state: Round[P, C], look: Look[P]) -> Sequence[View]:
        """Return the model's own pictures, the most informative first. Called in the background thread.

        Unless one of them is a `Landscape`, `pictures_of` adds one: the objective over two entries of θ. A
        model returns its own to name the θ from which its maxima and saddles are found.
        """
        return ()


class Weighing(Protocol[D_contra, P, C]):
    """What a ledger needs from its model; the methods are those of `Model`."""

    def parameters(self, data: D_contra) -> Sequence[Parameter]:
        """Return the fields of θ."""
        ...

    def posterior(self, data: D_contra, params: P, rows: Rows) -> Array:
        """Return the shares of some rows, shape (len(rows), Z)."""
        ...

    def m_step(self, data: D_contra, counts: C) -> P:
        """Return arg max of Q given the counts."""
        ...

    def labelled(self, data: D_contra) -> C | None:
        """Return the counts when z is known, or None."""
        ...


#: Any model, for code that does not depend on a particular one: the kernel, the session and the window.
AnyModel: TypeAlias = "Model[object, Fields, Fields]"


def offers(model: object, part: str) -> bool:
    """Return whether a model defines an optional member itself."""
    return getattr(type(model), part, None) is not getattr(Model, part)
