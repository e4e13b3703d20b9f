"""The points marked in a landscape: the fixed points of EM, and the reference."""

from __future__ import annotations

from typing import TypeAlias

from emviz.em.counts.table import Entry
from emviz.em.model import Fields
from emviz.em.objective.bound import entry_value, free_entries
from emviz.em.optima.restarts import Kind, Landmark, own_first
from emviz.session import Results, Session, on_axes
from emviz.ui.look.theme import Theme
from emviz.ui.panels.plot.drawing import Label, Mark
from emviz.wording.numbers import number

Axes: TypeAlias = tuple[Entry, Entry]

#: Difference from θ(t) in an entry off the axes above which a landmark is marked as elsewhere.
ELSEWHERE = 0.02
SYMBOLS = {Kind.SADDLE: "x"}
#: The words on a ridge.
RIDGE = "ridge: θ is not determined"


def shown_landmarks(session: Session, results: Results) -> tuple[Landmark, ...]:
    """Return the fixed points of EM, if they are known and shown; that nearest to θ(t) is the maximum."""
    found = results.landmarks
    if found is None or not session.display.reference:
        return ()
    return own_first(found.value, session.step.params)


def places_drawing(
    session: Session, results: Results, axes: Axes, theme: Theme
) -> tuple[list[Mark], list[Label]]:
    """Return the marks and labels of the fixed points and of the reference."""
    marks, labels, ridge_named = list[Mark](), list[Label](), False
    for landmark in shown_landmarks(session, results):
        mark, label = _landmark(session, axes, landmark, theme)
        marks.append(mark)
        # Several runs may end on the ridge, but it is one place and gets one label.
        if landmark.kind is not Kind.RIDGE or not ridge_named:
            labels.append(label)
        ridge_named |= landmark.kind is Kind.RIDGE
    complete = results.reference
    reference = None if complete is None else complete.value
    if reference is not None and session.display.reference:
        at = on_axes(reference.params, axes)
        marks.append(Mark(*at, "d", theme.muted, 12, hollow=True))
        words = f"{reference.name} ({number(at[0], 2)}, {number(at[1], 2)})"
        labels.append(Label(words, theme.ink, (at,), short=reference.name))
    return marks, labels


def _landmark(session: Session, axes: Axes, landmark: Landmark, theme: Theme) -> tuple[Mark, Label]:
    away = _elsewhere(session, axes, landmark.params)
    at, colour = on_axes(landmark.params, axes), theme.muted if away else theme.ink
    hollow = away or landmark.kind in (Kind.MIRROR, Kind.LOCAL, Kind.RIDGE)
    size = 11.0 if landmark.kind is Kind.SADDLE else 17.0
    name = RIDGE if landmark.kind is Kind.RIDGE else landmark.kind.value
    words = name + (" (elsewhere)" if away and landmark.kind is not Kind.RIDGE else "")
    return Mark(*at, SYMBOLS.get(landmark.kind, "star"), colour, size, hollow), Label(words, colour, (at,))


def _elsewhere(session: Session, axes: Axes, params: Fields) -> bool:
    """Return whether a point differs from θ(t) in an entry that is on neither axis."""
    here = session.step.params
    others = [entry for entry in free_entries(session.model, session.data) if entry not in axes]
    return any(abs(entry_value(params, entry) - entry_value(here, entry)) > ELSEWHERE for entry in others)
