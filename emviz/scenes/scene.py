"""The recipe of a session, as a file holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emviz.data.table import Table
from emviz.em import stopping
from emviz.em.engine import Outcome
from emviz.em.methods import EM
from emviz.intake import Choice
from emviz.session import Display

#: When a run stops: the tolerance, the iterations, and what the tolerance is on.
Limits = tuple[float, int, str]


@dataclass(frozen=True)
class Kept:
    """Where the data of a scene come from.

    Parameters
    ----------
    source : str
        The name of the file that the cells came from; empty for an example.
    example : str or None
        The key of an example; None for the first one where there is no table either.
    table : Table or None
        The cells.
    digest : str
        The SHA-256 of the columns, in hexadecimal digits; empty where it is not known.
    unfilled : bool
        Of a draft: nothing else is wrong with it than rows in which nothing has been typed yet.
    """

    source: str = ""
    example: str | None = None
    table: Table | None = None
    digest: str = ""
    unfilled: bool = False


@dataclass(frozen=True)
class Ran:
    """A run: how far a method has come from θ(0).

    Parameters
    ----------
    method : str
        Its name, with its options.
    steps, cursor : int
        The half-steps that have been done, and the one on display.
    outcome : Outcome or None
        How it ended, where it was left to itself.
    failed : bool
        The next half-step could not be done.
    objective : float or None
        Log P at the cursor, where that is known.
    """

    method: str = EM.key
    steps: int = 0
    cursor: int = 0
    outcome: Outcome | None = None
    failed: bool = False
    objective: float | None = None


@dataclass(frozen=True)
class Scene:
    """A session before it has been computed; the form of a file, entry by entry (see `emviz.scenes`)."""

    model: str
    program: str = ""
    hyper: Mapping[str, str | int | float] = field(default_factory=dict)
    data: Kept = field(default_factory=Kept)
    draft: Kept | None = None
    choice: Choice | None = None
    assumed: tuple[str, ...] = ()
    start: Mapping[str, object] = field(default_factory=dict)
    seed: int | None = None
    truth: Mapping[str, object] | None = None
    limits: Limits = (1e-8, 1000, stopping.GAIN)
    usual: Limits | None = None
    runs: tuple[Ran, ...] = (Ran(),)
    front: str = EM.key
    display: Display = field(default_factory=Display)
    notes: str = ""
