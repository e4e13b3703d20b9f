"""Which proteins are in a sample, when only their peptides are seen.

The problem of Nesvizhskii, Keller, Kolker & Aebersold, Analytical Chemistry 75:4646 (2003), in three layers,
each a separate model with a likelihood: matches of spectra and peptides (`scores`), peptides shared among
proteins (`shared`), and the presence of proteins (`presence`). The iteration of ProteinProphet itself climbs
no likelihood, and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import ClassVar, cast

from emviz.data.table import Table
from emviz.em.columns import Layout
from emviz.em.hyper import choice
from emviz.em.model import AnyModel, ColumnSpec, Example, Preset
from emviz.models.proteins.examples import EXAMPLES
from emviz.models.proteins.lists import PROTEINS, doubts, listed_layouts
from emviz.models.proteins.pairs import PEPTIDE, PROBABILITY, PROTEIN, TRUE
from emviz.models.proteins.presence import Presence
from emviz.models.proteins.presets import PRESETS
from emviz.models.proteins.scores import Scores
from emviz.models.proteins.scores.steps import CORRECT, SCORE
from emviz.models.proteins.shared import Shared

__all__ = ["MODEL", "Proteins"]

LAYERS: Mapping[str, AnyModel] = {
    each.key: cast("AnyModel", each) for each in (Shared(), Presence(), Scores())
}


def _of_layer(part: str) -> property:
    return property(attrgetter(f"_layer.{part}"))


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
            PROTEINS,
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
    presets: ClassVar[Sequence[Preset]] = PRESETS
    examples: ClassVar[Sequence[Example]] = EXAMPLES

    @property
    def _layer(self) -> AnyModel:
        return LAYERS[self.layer]

    @property
    def weighted(self) -> bool:
        """Whether peptides count by their probability, as in the layer shared."""
        return self.layer == "shared"

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return the layouts that split cells with several proteins."""
        return listed_layouts(table)

    def assumed(self, table: Table) -> Sequence[str]:
        """Return questions about decoys, and about errors that are not read."""
        return () if self.layer == "scores" else doubts(table)

    # The layer answers all other calls.
    objective = _of_layer("objective")
    words = _of_layer("words")
    label_column = _of_layer("label_column")
    reads = _of_layer("reads")
    labels_aside = _of_layer("labels_aside")
    parse = _of_layer("parse")
    parameters = _of_layer("parameters")
    make_params = _of_layer("make_params")
    default = _of_layer("default")
    start = _of_layer("start")
    e_step = _of_layer("e_step")
    m_step = _of_layer("m_step")
    q = _of_layer("q")
    objectives = _of_layer("objectives")
    called = _of_layer("called")
    mixes = _of_layer("mixes")
    posterior = _of_layer("posterior")
    answers = _of_layer("answers")
    chosen = _of_layer("chosen")
    complete = _of_layer("complete")
    labelled = _of_layer("labelled")
    simulate = _of_layer("simulate")
    remark = _of_layer("remark")
    count_table = _of_layer("count_table")
    views = _of_layer("views")


MODEL: AnyModel = Proteins()
