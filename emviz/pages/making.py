"""The page of a run, made half-step by half-step so that it can report progress and be cancelled."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from html import escape

import numpy as np

from emviz.em.counts.table import Cell
from emviz.em.methods import objective_written
from emviz.em.model import Phase
from emviz.em.trace import Json
from emviz.em.work import finished, untimed
from emviz.pages.assembling import assembled
from emviz.pages.halves import Halves, Picture, Store, short_name
from emviz.pages.keeping import kept, kept_words
from emviz.pages.plots import climb_drawing
from emviz.pages.setting import setting
from emviz.session import Session, row_to_tell, shown_at
from emviz.wording.narration import objective_name

#: Height of a page in a notebook, in pixels.
FRAMED = 720


def page_of(session: Session, pictures: Mapping[int, Picture] | None = None) -> str:
    """Return the page of a run; see `making`."""
    return finished(making(session, pictures))


def making(
    session: Session, pictures: Mapping[int, Picture] | None = None
) -> Generator[float | None, None, str]:
    """Return the page of the current run; yields the fraction done, or None.

    Parameters
    ----------
    pictures : mapping of int to Picture, optional
        Pictures by index of the half-step in the trace; the page is complete without them.

    Notes
    -----
    The page opens at the displayed half-step.
    """
    return assembled("run", (yield from recording(session, pictures)))


def recording(
    session: Session,
    pictures: Mapping[int, Picture] | None = None,
    places: tuple[int, ...] | None = None,
    *,
    whole: bool = True,
    cell: Cell | None = None,
) -> Generator[float | None, None, dict[str, Json]]:
    """Return the content of a run's page, its half-steps in the given order; yields like `making`.

    Parameters
    ----------
    places : tuple of int, optional
        The half-steps, as indices into the trace; by default the result of `kept`.
    whole : bool
        Include hidden answers, which the page itself hides until they are requested; otherwise what the
        session hides is left out.
    cell : Cell, optional
        A number of the first half-step, whose derivation is included as "see".
    """
    # A scene of a lesson tells of what it asks about.
    row = (yield from untimed(row_to_tell(session))) if places is None else session.display.row
    maker = _Maker(
        _opened(session) if whole else session,
        pictures or {},
        kept(session) if places is None else places,
        cell,
        row,
    )
    for k, at in enumerate(maker.places):
        yield from maker.add(at)
        yield (k + 1) / len(maker.places)
    return maker.record()


class _Maker:
    """Collects the content of the page."""

    def __init__(
        self,
        session: Session,
        pictures: Mapping[int, Picture],
        places: tuple[int, ...],
        cell: Cell | None,
        row: int | None,
    ) -> None:
        self.session, self.places, self._cell = session, places, cell
        self._row = 0 if row is None else shown_at(session, row)
        self._pictures, self._store = pictures, Store()
        self._writer = Halves(session, self._store, frozenset(() if cell is None else (cell,)), told=row)
        self._halves: list[Json] = []

    def add(self, at: int) -> Generator[None, None, None]:
        """Add a half-step."""
        session = self.session.moved(cursor=at)
        self._halves.append((yield from self._writer.half(at, _name(session), self._pictures.get(at))))

    def record(self) -> dict[str, Json]:
        """Return the content."""
        session, trail = self.session, self.session.trace
        heights = np.array(trail.heights(len(trail) - 1)[:])
        times = [trail.time(at) for at in self.places]
        climb, points = climb_drawing(
            heights, times, objective_written(session.method, session.model, "θ(t)")
        )
        return {
            "title": f"{session.model.title}: {session.source}" if session.source else session.model.title,
            "objective": objective_name(session),
            "at": max(k for k, at in enumerate(self.places) if at <= session.cursor),
            "kept": kept_words(session),
            "shown": self._writer.left_out,
            "setting": [list(pair) for pair in setting(session)],
            "climb": climb,
            "points": points,
            "halves": self._halves,
            "row": self._row,
            "see": self._writer.asked(self.places[0], self._cell),
            **self._store.record(),
        }


def framed(page: str, title: str) -> str:
    """Return a page in an iframe, which isolates its styles and names."""
    box = f"display: block; box-sizing: border-box; width: 100%; height: {FRAMED}px"
    style = f"{box}; border: 1px solid #bbb; border-radius: 8px"
    # Without allow-same-origin, scripts of the page cannot reach the notebook.
    inside = f'srcdoc="{escape(page)}" sandbox="allow-scripts" title="{escape(title)}" style="{style}"'
    return f"<iframe {inside}></iframe>"


def _opened(session: Session) -> Session:
    return replace(session, display=replace(session.display, next=True, earlier=False, parts=False))


def _name(session: Session) -> str:
    """Return the name of a half-step: "E-step 3 of 20"."""
    if session.step.phase is Phase.START:
        return short_name(session)
    trail = session.trace
    whole = -(-(len(trail) - 1) // trail.phases)
    return f"{short_name(session)} of {whole:,}"
