"""Sessions to start from, and what two of them have in common."""

from dataclasses import replace

from shared import FIGURE_1

from emviz import session as desk
from emviz.em.counts.table import Entry
from emviz.models.coins import Coins

A, B, C = (Entry("heads", (k,)) for k in range(3))


def opened(model=None, table=FIGURE_1, **more):
    return desk.new_session(model or Coins(), table, "Figure 1", **more)


def stepped(session, halves):
    for _ in range(halves):
        session = desk.step(session)
    return session


def phases(session):
    return [(step.index, step.phase) for step in session.trace]


def same_desk(one, other):
    """Say whether what undo has to restore is the very same."""
    names = ("model", "table", "data", "source", "trace", "cursor", "draft", "fault", "failure", "outcome")
    return all(getattr(one, name) is getattr(other, name) for name in names)


def all_known():
    """Coins of which nothing is estimated."""

    def parameters(self, data):
        return tuple(replace(parameter, fixed=True) for parameter in Coins.parameters(self, data))

    return type("Known", (Coins,), {"parameters": parameters})()


def dying():
    """θ_A = 1 where every set has tails: coin A gets nothing, and the M-step divides 0 by 0."""
    return opened(start={"heads": [1.0, 0.5]})
