"""EM, hard EM and the complete data from one θ(0), stepped together.

EM refines a basic idea: rather than picking the single most likely completion, it weighs all of them (Do &
Batzoglou 2008). Each way of counting has its own session, with the same data and the same θ(0).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from emviz.em.domains import ParameterError
from emviz.em.methods import EM, Hard, Known, Method
from emviz.em.model import AnyModel, ModelError, Phase, fields_of
from emviz.em.optional import mixes
from emviz.session.edits import set_start
from emviz.session.limits import settled
from emviz.session.moves import from_start, seek, step
from emviz.session.state import Session, words_of

WAYS: tuple[Method, ...] = (EM, Hard(), Known())


@dataclass(frozen=True, eq=False)
class Abreast:
    """Sessions with different ways of counting units, all at the same half-step.

    Parameters
    ----------
    sessions : tuple of Session
        EM; hard EM if there is a likeliest completion; the complete data if all labels are known.
    place : int
        The current half-step; a session whose half-step failed stays at its last one.
    lacking : tuple of str
        The reasons for ways of counting that are left out, a sentence each.
    """

    sessions: tuple[Session, ...]
    place: int = 0
    lacking: tuple[str, ...] = ()

    @property
    def computed(self) -> int:
        """The last computed half-step of any of them."""
        return max(len(session.trace) for session in self.sessions) - 1

    @property
    def stuck(self) -> bool:
        """Whether none of them can go further."""
        return all(session.failure is not None for session in self.sessions)

    @property
    def settled(self) -> bool:
        """Whether a run of each would stop here."""
        return all(settled(session) or session.failure is not None for session in self.sessions)

    def seek(self, place: int) -> Abreast:
        """Return them at another half-step, or at the nearest that they have."""
        there = min(max(place, 0), self.computed)
        return replace(self, sessions=tuple(seek(each, there) for each in self.sessions), place=there)

    def stepping(self) -> Generator[None, None, Abreast]:
        """Return them one half-step later, computed if necessary; yield between the sessions."""
        moved = list[Session]()
        for each in self.sessions:
            moved.append(_stepped(each, self.place))
            yield
        return replace(self, sessions=tuple(moved), place=max(each.cursor for each in moved))


def _stepped(session: Session, place: int) -> Session:
    """Return a session one half-step later; a failed one is returned unchanged."""
    if session.cursor < place or (session.at_end and session.failure is not None):
        return session
    return step(session)


def beginning(session: Session, start: Mapping[str, object] | None = None) -> Generator[None, None, Abreast]:
    """Return the ways of counting that the model offers for the data of a session, at θ(0); yield in between.

    Parameters
    ----------
    start : mapping, optional
        Fields of θ(0); by default those of the session.
    """
    # All ways start from the same θ(0), including fields that `start` leaves out.
    begun = session if start is None else set_start(session, start)
    sessions, lacking = [], []
    for method in WAYS:
        try:
            sessions.append(from_start(begun, method))
        except (ModelError, ParameterError) as error:
            lacking.append(_lacking(begun, method, error))
        yield
    return Abreast(tuple(sessions), lacking=tuple(lacking))


def _lacking(session: Session, method: Method, error: Exception) -> str:
    reason = method.refusal(session.model, session.data)
    return f"{method.title} is left out: {f'there is {reason}' if reason else error}."


def other_starts(session: Session) -> Mapping[str, Mapping[str, object]]:
    """Return further θ(0) of the open example that are worth seeing, by title."""
    found = (each.others for each in session.model.examples if each.title == session.source)
    return {} if session.edited else next(found, {})


def raised_by(method: Method, model: AnyModel) -> str:
    """Return the objective of a way of counting in the notation of the paper: "max_z log P(x, z; θ)"."""
    if method.whole and not method.known:
        return f"max_z {Known().objective_name(model, 'θ')}"
    return method.objective_name(model, "θ")


def way_of(session: Session) -> str:
    """Return the name of a way of counting; for some models, hard EM has a special name."""
    own = session.model.words.hard if session.method.whole and not session.method.known else ""
    return f"{session.method.title}: {own}" if own else session.method.title


def counting(session: Session) -> str:
    """Return a sentence on how units are counted; before the first E-step, on what it asks."""
    words = words_of(session)
    if session.method.whole:
        kind = "completion" if mixes(session.model, session.data) else words.component
        which = "true" if session.method.known else "likeliest"
        return f"Each {words.unit} counts for its {which} {kind}."
    if session.step.phase is Phase.START:
        return f"The E-step asks {words.question}."
    return f"{words.shared.format(unit=words.unit, components=words.components)}."


def standing(session: Session) -> str:
    """Return a sentence if a way of counting has come to its end; "" while θ still moves."""
    if session.at_end and session.failure is not None:
        return f"{session.failure}."
    now = session.trace.time(session.cursor)
    since = _unchanged_since(session, now)
    return f"θ is the same since θ({since})." if since < now else ""


def _unchanged_since(session: Session, now: int) -> int:
    """Return the first t from which on θ equals θ(now) to the last digit."""
    there = fields_of(session.trace.step_of(now).params)
    since = now
    while since and all(
        np.array_equal(there[name], value)
        for name, value in fields_of(session.trace.step_of(since - 1).params).items()
    ):
        since -= 1
    return since
