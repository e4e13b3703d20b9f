"""The contract for hard EM: the count table shows each unit counted whole for one completion."""

from __future__ import annotations

from emviz.em import engine
from emviz.em.methods import Hard
from emviz.em.model import AnyRound, ModelError, Phase, Round, offers
from emviz.testing.scene import Scene, require
from emviz.testing.table import rows_add_up, table_of, worked_out

HARD = Hard()


def whole_rounds(scene: Scene) -> list[AnyRound]:
    """Return E and M of the first iteration of hard EM.

    M is missing if a component is empty; the list is empty if the model has no single most likely completion.
    """
    params = scene.params()
    if not offers(scene.model, "complete") or scene.model.complete(scene.data, params) is None:
        return []
    step = engine.advance(scene.model, scene.data, engine.start(scene.model, scene.data, params, HARD), HARD)
    states = [Round(step, Phase.E, whole=True)]
    try:
        found = engine.advance(scene.model, scene.data, step, HARD)
    except ModelError:
        return states
    return [*states, Round(step, Phase.M, found.params, whole=True)]


def whole_rows_add_up(scene: Scene) -> None:
    """Check that the rows add up to the totals, and that no share is called a probability."""
    if not offers(scene.model, "count_table"):
        return
    for state in whole_rounds(scene):
        table = table_of(scene, state)
        rows_add_up(scene, table)
        called = any(tag.text.startswith("P(") for tag in table.completions)
        require(not called, "what is counted whole is called a probability")


def whole_derivations_can_be_worked_out(scene: Scene, places: int = 2) -> None:
    """Check that each result follows from the digits before it, with completions counted whole."""
    if not offers(scene.model, "count_table"):
        return
    for state in whole_rounds(scene):
        require(bool(worked_out(scene, state, places)), "no derivation has a result that can be worked out")


CHECKS = (whole_rows_add_up, whole_derivations_can_be_worked_out)
