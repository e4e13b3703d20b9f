"""The pictures of the layer "presence": the graph, the probability of each protein, the landscape."""

from __future__ import annotations

import numpy as np

from emviz.data.things import things
from emviz.em.counts.table import Entry
from emviz.em.model import Look, Phase
from emviz.em.numerics import Array
from emviz.em.pictures import Bar, Bars, Landscape, View
from emviz.em.rounding import decimal
from emviz.models.proteins.pairs import graph
from emviz.models.proteins.presence import steps
from emviz.models.proteins.presence.steps import PresenceData, PresenceParams, PresenceRound

#: The most proteins with bars, and the most cells with a landscape.
MOST_BARS, MOST_CELLS = 30, 5000
WORDS = "An edge is as wide as it is probable that the protein gave the peptide; a node, that it is there."
WHOLE_WORDS = "The likeliest case alone is counted: proteins of value 1 are there, wide edges gave a peptide."


def views(data: PresenceData, state: PresenceRound, look: Look[PresenceParams]) -> tuple[View, ...]:
    """Return the pictures, the most important one first."""
    weighed = state.phase is not Phase.START
    present, gave = _counted(data, state)
    places = 0 if state.whole else 2
    first = graph(
        data.pairs,
        gave if weighed else None,
        present if weighed else np.full(len(present), 0.5),
        [decimal(value, places) for value in present.tolist()] if weighed else [""] * len(present),
        look.row,
        WHOLE_WORDS if state.whole else WORDS,
    )
    bars = (presences(data, present, state.letter),) if weighed else ()
    return first, *bars, *_landscape(data)


def _counted(data: PresenceData, state: PresenceRound) -> tuple[Array, Array]:
    """Return the counted presence of each protein (n,), and the counted gift of each pair (R,)."""
    if state.whole:
        return steps.rows_of(data, steps.best(data, state.base.params))[:2]
    found = steps.weighed(data, state.base.params)
    return steps.presences(data, found), steps.given(data, state.base.params, found)


def presences(data: PresenceData, present: Array, letter: str) -> Bars:
    """Return a bar for the presence of each protein, or only of the first ones.

    Parameters
    ----------
    letter : str
        The letter for a share.
    """
    names = data.pairs.proteins
    shown = names[:MOST_BARS]
    few = "" if len(shown) == len(names) else f"The first {len(shown)} of {things(len(names), 'protein')}."
    return Bars(
        "Present",
        "protein",
        "P(present | x)" if letter == "P" else f"{letter}(present)",
        shown,
        tuple((Bar("", float(present[n]), n),) for n in range(len(shown))),
        note=few,
    )


def _landscape(data: PresenceData) -> tuple[Landscape, ...]:
    """Return the landscape over α, β and γ, if it is quickly drawn."""
    if len(data.lattice.peptide) > MOST_CELLS:
        return ()
    entries = tuple(Entry(name, ()) for name in ("alpha", "beta", "gamma"))
    corners = ((0.5, 0.5, 0.1), (0.2, 0.8, 0.02), (0.8, 0.3, 0.2))
    starts = tuple(PresenceParams(*map(np.array, corner)) for corner in corners)
    return (Landscape(entries, starts),)
