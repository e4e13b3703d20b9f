"""Which proteins are in a sample, when only their peptides are seen.

The problem of Nesvizhskii, Keller, Kolker & Aebersold, Analytical Chemistry 75:4646 (2003), in three layers,
each a model of its own with a likelihood: matches of spectra and peptides (`scores`), peptides shared among
proteins (`shared`), and the presence of proteins (`presence`). The iteration of ProteinProphet itself has no
likelihood that it climbs, and is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import Layout
from emviz.em.domains import Parameter
from emviz.em.hyper import choice
from emviz.em.model import ColumnSpec, Example, Expectation, Look, Model, Round, Rows, Words
from emviz.em.numerics import Array
from emviz.em.pictures import View
from emviz.em.views import Answer, CountTable
from emviz.models.proteins.examples import EXAMPLES
from emviz.models.proteins.layer import AnyLayer
from emviz.models.proteins.lists import listed_layouts
from emviz.models.proteins.pairs import PEPTIDE, PROBABILITY, PROTEIN, TRUE
from emviz.models.proteins.presence import Presence
from emviz.models.proteins.scores import Scores
from emviz.models.proteins.scores.steps import CORRECT, SCORE
from emviz.models.proteins.shared import Shared

__all__ = ["MODEL", "Proteins"]

Fields: TypeAlias = tuple[Array, ...]

LAYERS: Mapping[str, AnyLayer] = {
    "shared": cast("AnyLayer", Shared()),
    "presence": cast("AnyLayer", Presence()),
    "scores": cast("AnyLayer", Scores()),
}


@dataclass(frozen=True)
class Proteins:
    """Peptides are seen, proteins are meant."""

    layer: str = choice(
        "shared",
        "Layer",
        "Peptides shared out, proteins present, or scores of matches.",
        *LAYERS,
    )

    key: ClassVar[str] = "proteins"
    title: ClassVar[str] = "Protein identification"
    description: ClassVar[str] = (
        "Each row pairs a peptide with a protein that holds it. Observed: which peptides were found, and "
        "how surely. Hidden, by layer: which of its proteins a peptide came from (shared; θ is the "
        "abundance of each protein), or which proteins are there and what they gave (presence; θ is the "
        "probability γ of a protein, α that it gives a peptide, β of chance), or which matches of spectra "
        "are correct (scores; θ is the share, mean and variance of the scores of either kind). Look for "
        "proteins with the same peptides: only their sum is known, along a flat ridge, and where EM stops "
        "depends on the start. log P is that each peptide came from a protein that holds it, weighted by "
        "its probability (shared); of the peptides as they were reported (presence); or the log density of "
        "the scores, to which the log posterior adds the log prior without its constant. ProteinProphet "
        "(2003) goes further and elsewhere: it favours proteins with several peptides and adjusts "
        "probabilities in an iteration that climbs no likelihood; PeptideProphet fits other distributions "
        "to several scores at once."
    )
    columns: ClassVar[Sequence[ColumnSpec]] = (
        ColumnSpec(
            PEPTIDE,
            "the peptide; in several rows if several proteins hold it",
            False,
            ("sequence", "peptide sequence"),
        ),
        ColumnSpec(
            PROTEIN,
            "a protein that holds it, or several: P1;P2 (layers shared and presence)",
            False,
            ("proteins", "protein id", "protein ids", "protein group", "accession"),
        ),
        ColumnSpec(
            PROBABILITY,
            "that the peptide was identified rightly; 1 if left out",
            False,
            ("prob", "probability of peptide", "p"),
        ),
        ColumnSpec(SCORE, "the score of a match (layer scores)", required=False),
        ColumnSpec(
            TRUE, "the true protein of the peptide; or absent, silent, gave (presence)", required=False
        ),
        ColumnSpec(CORRECT, "yes or no: whether a match is correct (layer scores)", required=False),
    )
    examples: ClassVar[Sequence[Example]] = EXAMPLES

    @property
    def _layer(self) -> AnyLayer:
        return LAYERS[self.layer]

    @property
    def objective(self) -> str:
        """Log P; with the prior of the scores the log posterior."""
        return self._layer.objective

    @property
    def weighted(self) -> bool:
        """Whether a peptide counts as much as it is probable: in the layer shared."""
        return self.layer == "shared"

    @property
    def words(self) -> Words:
        """How sentences speak of it."""
        return self._layer.words

    @property
    def label_column(self) -> str:
        """The column `true` or, of scores, `correct`."""
        return self._layer.label_column

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns of the layer."""
        return self._layer.reads

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return the proteins of a cell apart, where cells list several."""
        return listed_layouts(table)

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence where the labels are of another layer, or do not fit the pairs."""
        return self._layer.labels_aside(table)

    def parse(self, table: Table) -> object:
        """Return the pairs, or the scores.

        Raises
        ------
        DataError
            For a missing column or a cell that cannot be used; a pair that comes twice; a peptide with
            several probabilities; with the layer presence, more than 12 proteins that peptides tie together.
        """
        return self._layer.parse(table)

    def parameters(self, data: object) -> Sequence[Parameter]:
        """Return the fields of θ of the layer."""
        return self._layer.parameters(data)

    def make_params(self, values: Mapping[str, Array]) -> Fields:
        """Return θ from its fields."""
        return self._layer.make_params(values)

    def default(self, data: object) -> Fields:
        """Return the usual start of the layer."""
        return self._layer.default(data)

    def start(self, data: object, rng: np.random.Generator) -> Fields:
        """Return a random start."""
        return self._layer.start(data, rng)

    def e_step(self, data: object, params: Fields) -> Expectation[Fields]:
        """Return expected counts and the objective."""
        return self._layer.e_step(data, params)

    def m_step(self, data: object, counts: Fields) -> Fields:
        """Return arg max of Q.

        Raises
        ------
        ZeroDivisionError
            Where 0/0 leaves a parameter undefined.
        """
        return self._layer.m_step(data, counts)

    def q(self, data: object, counts: Fields, params: Fields) -> float:
        """Return Q."""
        return self._layer.q(data, counts, params)

    def objectives(self, data: object, params: Fields) -> Array:
        """Return the objective, shape (B,), at many θ."""
        return self._layer.objectives(data, params)

    def posterior(self, data: object, params: Fields, rows: Rows) -> Array:
        """Return the shares of both completions of each row, shape (len(rows), 2)."""
        return self._layer.posterior(data, params, rows)

    def answers(self, data: object, params: Fields, rows: Rows) -> Sequence[Answer]:
        """Return where the peptide came from, whether the protein is there, or if the match is correct."""
        return self._layer.answers(data, params, rows)

    def chosen(self, data: object, params: Fields, rows: Rows) -> Sequence[int | None]:
        """Return which completion of each answer is the one of the likeliest completion."""
        return self._layer.chosen(data, params, rows)

    def complete(self, data: object, params: Fields) -> Fields:
        """Return the counts of the likeliest completion."""
        return self._layer.complete(data, params)

    def labelled(self, data: object) -> Fields | None:
        """Return the counts of the true completion, where it is known."""
        return self._layer.labelled(data)

    def simulate(self, params: Fields, size: int, rng: np.random.Generator) -> Table:
        """Return `size` rows drawn from known parameters, with the truth in a column."""
        return self._layer.simulate(params, size, rng)

    def remark(self, data: object, params: Fields) -> str | None:
        """Name proteins that no peptide tells apart, or kinds of matches that are equal."""
        return self._layer.remark(data, params)

    def count_table(self, data: object, state: Round[Fields, Fields], rows: Rows) -> CountTable:
        """Return the table of Figure 1b."""
        return self._layer.count_table(data, state, rows)

    def views(self, data: object, state: Round[Fields, Fields], look: Look[Fields]) -> Sequence[View]:
        """Return the pictures of the layer."""
        return self._layer.views(data, state, look)


MODEL: Model[object, Fields, Fields] = Proteins()
