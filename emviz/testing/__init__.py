"""The contract of every model, as a function for a model's tests.

``emviz.testing.check(MODEL)`` raises `ContractError` with a sentence on the first violation.
"""

from __future__ import annotations

from typing import cast

from emviz.em.model import AnyModel
from emviz.testing import data, groups, kernel, table, whole
from emviz.testing.scene import ContractError, Scene, Trial

__all__ = ["CHECKS", "ContractError", "Scene", "Trial", "check"]

#: All properties of the contract, each a function of a scene, ordered so that causes come before
#: consequences.
CHECKS = (*kernel.CHECKS, *data.CHECKS, *table.CHECKS, *groups.CHECKS, *whole.CHECKS)


def check(model: object, trial: Trial | None = None, seeds: int = 3) -> None:
    """Check that a model fulfils the contract, on several simulated data sets.

    Parameters
    ----------
    model : Model
        With the hyper-parameters to be tested.
    trial : Trial
        Its special properties.
    seeds : int
        Number of data sets.

    Raises
    ------
    ContractError
        At the first violation.
    """
    known = cast("AnyModel", model)
    for seed in range(seeds):
        for hold in CHECKS:
            # Each property gets new data, so that its random draws do not affect the next one.
            hold(Scene.simulated(known, seed, trial or Trial()))
