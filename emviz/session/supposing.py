"""Assumed observations of a row: choosing a state, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from emviz.em.domains import ParameterError
from emviz.em.optional import Supposing
from emviz.session.display import Display
from emviz.session.state import Session

#: Variables with their states, by name.
Supposed: TypeAlias = tuple[tuple[str, str], ...]


def toggled(display: Display, variable: str, state: str) -> Supposed:
    """Return the assumptions with a state set for a variable, or removed if it was set."""
    others = tuple(pair for pair in display.supposed if pair[0] != variable)
    return others if (variable, state) in display.supposed else (*others, (variable, state))


def known_of(session: Session) -> Supposed:
    """Return the assumptions that are valid for the model and its data."""
    known = _states(session)
    return tuple(pair for pair in session.display.supposed if pair[1] in known.get(pair[0], ()))


def supposable(session: Session, texts: Sequence[str]) -> Supposed:
    """Return assumptions from texts such as "smoke=yes"; the last one wins for a repeated variable.

    Raises
    ------
    ParameterError
        If the model has no such variable or state.
    """
    known, found = _states(session), dict[str, str]()
    for text in texts:
        name, _, state = (part.strip() for part in text.partition("="))
        if name not in known:
            there = f"; there are {', '.join(known)}" if known else ": this model has no network"
            raise ParameterError(f"if {text}: there is no variable {name!r}{there}")
        if state not in known[name]:
            raise ParameterError(f"if {text}: {name} is {' or '.join(known[name])}")
        found[name] = state
    return tuple(found.items())


def _states(session: Session) -> Mapping[str, Sequence[str]]:
    model = session.model
    return model.supposable(session.data) if isinstance(model, Supposing) else {}
