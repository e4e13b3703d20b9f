"""Options after the name of a method: the length of its step, and its coordinates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from emviz.em.domains import ParameterError
from emviz.em.methods.climbing import Climbing
from emviz.em.methods.gradient import Gradient
from emviz.em.methods.method import Method
from emviz.em.theta.coordinates import KINDS


def optioned(method: Method, options: Sequence[str]) -> Method:
    """Return a method with options set; they become part of its key and its title.

    Raises
    ------
    ParameterError
        For an option that the method does not have.
    """
    changed = method
    for option in options:
        changed = _with(changed, option)
    if not (options and isinstance(changed, Climbing)):
        return changed
    return replace(
        changed, key=":".join([method.key, *options]), title=", ".join([method.title, *map(_words, options)])
    )


def _with(method: Method, option: str) -> Method:
    if isinstance(method, Climbing) and option in KINDS:
        return replace(method, coordinates=option)
    if isinstance(method, Gradient):
        return replace(method, step=_length(option))
    kinds = f"; it takes {' or '.join(KINDS)}" if isinstance(method, Climbing) else ""
    raise ParameterError(f"the method {method.key} has no option {option!r}{kinds}")


def _length(text: str) -> float:
    try:
        length = float(text)
    except ValueError:
        length = math.nan
    if not 0 < length < math.inf:
        raise ParameterError(f"expected the length of a step above 0, free or natural, got {text!r}")
    return length


def _words(option: str) -> str:
    return option if option in KINDS else f"step {option}"
