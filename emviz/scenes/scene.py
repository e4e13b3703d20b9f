"""The recipe of a session, as stored in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emviz.data.table import Table
from emviz.em.convergence import stopping
from emviz.em.engine import Outcome
from emviz.em.methods import EM
from emviz.intake import Choice
from emviz.session import Display

#: A stopping rule: tolerance, maximum iterations, and the kind of tolerance.
Limits = tuple[float, int, str]


@dataclass(frozen=True)
class Kept:
    """The origin of a scene's data.

    Parameters
    ----------
    source : str
        Name of the file with the cells; empty for an example.
    example : str or None
        Key of an example; None for the first one if there is no table.
    table : Table or None
        The cells.
    digest : str
        SHA-256 of the columns in hexadecimal; empty if unknown.
    unfilled : bool
        Of a draft: its only errors are rows without any entry yet.
    """

    source: str = ""
    example: str | None = None
    table: Table | None = None
    digest: str = ""
    unfilled: bool = False


@dataclass(frozen=True)
class Ran:
    """A run: the progress of a method from θ(0).

    Parameters
    ----------
    method : str
        Its name with options.
    steps, cursor : int
        The number of half-steps, and the displayed one.
    outcome : Outcome or None
        How it ended, if it was not interrupted.
    failed : bool
        The next half-step was impossible.
    objective : float or None
        log P at the cursor, if known.
    """

    method: str = EM.key
    steps: int = 0
    cursor: int = 0
    outcome: Outcome | None = None
    failed: bool = False
    objective: float | None = None


@dataclass(frozen=True)
class Scene:
    """A session before it is computed; its fields are those of a file (see `emviz.scenes`)."""

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
