"""Something more that a model can do with its data: a test, a search for a start.

A tool is a generator, so that the window can show what it has found so far, and stop it.
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
    """Something more that a model can do with its data: a test, a search for a start.

    Parameters
    ----------
    key, title : str
        Its name in code, and on its button: "LD test".
    meaning : str
        What it does, in a sentence.
    tells : bool
        Whether it tells what a class should guess, such as where log P is highest: it waits until that may
        be told.
    """

    key: str
    title: str
    meaning: str
    tells: bool = True


@dataclass(frozen=True)
class Finding(Generic[P]):
    """What a tool has found so far.

    Parameters
    ----------
    fraction : float
        How much of the work is done, 0 … 1.
    words : str
        What has been found, in a sentence or two.
    views : tuple of View
        Pictures of it, shown in the place of the model's own.
    start : P or None
        A θ(0) to go to, where that was asked for; looked at only in the last finding.
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
        """The tools that it has with its present hyper-parameters."""
        ...

    def use(self, key: str, data: object, params: Fields, rng: np.random.Generator) -> Iterator[AnyFinding]:
        """Yield what a tool finds, often enough that it can be stopped, the whole finding last.

        Raises
        ------
        ParameterError
            Where the tool cannot be used on these data, with the reason.
        """
        ...


AnyFinding: TypeAlias = "Finding[Fields]"
