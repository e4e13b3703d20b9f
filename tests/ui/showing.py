"""A model with pictures and tools of every kind that the window hosts; how panels are handed results."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from emviz.em.domains import ParameterError
from emviz.em.pictures import Curve, Curves, Landscape
from emviz.em.tools import Finding, Tool
from emviz.em.work import finished
from emviz.models.coins import Coins
from emviz.session import Result, suited
from emviz.ui.panels.counts.copying import Copying


@dataclass(frozen=True)
class Gallery(Coins):
    """Coins with two pictures of their own before the landscape, and with tools."""

    tools: ClassVar = (
        Tool("count", "Count to three…", "Counts."),
        Tool("start", "Find a start", "Starts."),
        Tool("refuse", "Refuse", "Refuses."),
        Tool("forever", "Go on for ever", "Goes on."),
    )

    def views(self, data, state, look):
        (landscape,) = super().views(data, state, look)
        assert isinstance(landscape, Landscape)
        return curves("First", state.base.index), curves("Second", 7.0), landscape

    def use(self, key, data, params, rng):
        if key == "refuse":
            raise ParameterError("there is nothing to count")
        start = params._replace(heads=np.array([0.9, 0.1])) if key == "start" else None
        for place in range(3 if key != "forever" else 10**9):
            done = (place + 1) / 3 if key != "forever" else 0.5
            views = (curves("Counting", place),) if key != "start" else ()
            yield Finding(done, f"{place + 1} of 3", views, start)


def curves(title, height):
    xs = np.linspace(0, 1, 5)
    return Curves(title, "x", "y", (Curve("", xs, np.full(5, float(height))),))


def copied_cells(model, rows, wanted):
    """Return the cells of some rows that are copied, of the columns that are wanted."""
    whole = range(len(model.columns))
    chosen = tuple((range(10**6), range(c, c + 1)) for c in whole if wanted(0, c))
    return [line.split("\t") for line in _copied(model, rows, chosen)]


def copied_heading(model):
    """Return the headings that are copied with everything."""
    return _copied(model, [0], ())[0].split("\t")


def _copied(model, rows, chosen):
    own = [(row, model.row_at(row)) for row in rows]
    what = model.blocks.session, own, model.columns, model.first, model.places, chosen
    return finished(Copying(*what).text()).split("\n")


# -- what the store does -------------------------------------------------------------------------------------


def go(panel, session):
    """Show another session in a panel, with what of its results suits it."""
    panel.render(session, suited(panel.results, session))


def hand(panel, of, **values):
    """Show what has been computed of a session in a panel, beside what it shows already."""
    found = {name: Result(value, of) for name, value in values.items()}
    panel.render(panel.session, suited(replace(panel.results, **found), panel.session))
