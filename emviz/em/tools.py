"""Tools: other computations that a model offers for its data, such as a test or a search for a start.

A tool is a generator, so the window can show intermediate findings and cancel it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeAlias, runtime_checkable

import numpy as np

from emviz.em.model import Fields, P

if TYPE_CHECKING:
    from emviz.em.pictures import View


@dataclass(frozen=True)
class Tool:
    """A computation that a model offers besides EM.

    Parameters
    ----------
    key, title : str
        Its names in code and on its button: "LD test".
    meaning : str
        One sentence on what it does.
    tells : bool
        Whether it reveals something that a class should guess first, such as where log P is highest; it is
        then disabled until that may be shown.
    """

    key: str
    title: str
    meaning: str
    tells: bool = True


@dataclass(frozen=True)
class Finding(Generic[P]):
    """An intermediate or final result of a tool.

    Parameters
    ----------
    fraction : float
        The part of the work that is done, 0 to 1.
    words : str
        The finding in one or two sentences.
    views : tuple of View
        Pictures of the finding, shown instead of the model's own.
    start : P or None
        A θ(0) to continue from, if the tool searches for one; only that of the last finding is used.
    """

    fraction: float
    words: str
    views: tuple[View, ...] = ()
    start: P | None = None


@runtime_checkable
class Equipped(Protocol):
    """A model with tools."""

    @property
    def tools(self) -> Sequence[Tool]:
        """The tools for the current hyper-parameters."""
        ...

    def use(self, key: str, data: object, params: Fields, rng: np.random.Generator) -> Iterator[AnyFinding]:
        """Yield the findings of a tool, often enough to be cancelled; the final one comes last.

        Raises
        ------
        ParameterError
            If the tool cannot be used on these data; the message gives the reason.
        """
        ...


AnyFinding: TypeAlias = "Finding[Fields]"
