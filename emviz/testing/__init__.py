"""The contract that every model keeps, as a function for the tests of a model.

``emviz.testing.check(MODEL)`` raises `ContractError`, which says in one sentence what a model does otherwise.
"""

from __future__ import annotations

from typing import cast

from emviz.em.model import AnyModel
from emviz.testing import data, groups, kernel, table, whole
from emviz.testing.scene import ContractError, Scene, Trial

__all__ = ["CHECKS", "ContractError", "Scene", "Trial", "check"]

#: All properties of the contract, each a function of a scene; the first to fail is the nearest to the cause.
CHECKS = (*kernel.CHECKS, *data.CHECKS, *table.CHECKS, *groups.CHECKS, *whole.CHECKS)


def check(model: object, trial: Trial | None = None, seeds: int = 3) -> None:
    """Check that a model keeps the contract, on so many data sets that it has simulated.

    Parameters
    ----------
    model : Model
        With the hyper-parameters under which it is to be checked.
    trial : Trial
        What is out of the ordinary about it.
    seeds : int
        How many data sets.

    Raises
    ------
    ContractError
        At the first property that does not hold.
    """
    known = cast("AnyModel", model)
    for seed in range(seeds):
        for hold in CHECKS:
            # Each on data of its own, so that what one property draws does not change the next.
            hold(Scene.simulated(known, seed, trial or Trial()))
