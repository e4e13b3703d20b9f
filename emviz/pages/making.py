"""Makes the page of a run, half-step by half-step, so that it can be followed and given up."""

from __future__ import annotations

import base64
import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TypeVar

import numpy as np

from emviz.em.bound import Slice, bound_to, entry_label
from emviz.em.ending import Ending, ending
from emviz.em.lines import Between, Goal
from emviz.em.methods import objective_written, why_unbounded
from emviz.em.model import Phase
from emviz.em.optional import divergence_name, is_exact, is_whole_q
from emviz.em.trace import Json
from emviz.em.views import CountTable
from emviz.em.work import finished
from emviz.narration import figure, gain_of, iteration, number, objective_name, place, sentence
from emviz.pages.interned import Interned
from emviz.pages.keeping import kept, kept_words
from emviz.pages.plots import bound_drawing, climb_drawing
from emviz.pages.setting import setting
from emviz.pages.tables import Ledger, lines_of, rows_shown, rows_words, table_of
from emviz.session import Session, aiming, bound_along, settled, telling
from emviz.wording.bound import BoundStory, UnboundedStory
from emviz.wording.lines import Lines
from emviz.wording.spoken import spoken

T = TypeVar("T")

#: The height of a page in a notebook, in pixels.
FRAMED = 720
#: Points of the curves on a slice.
POINTS = 61
#: The half-steps by what their names begin with.
NAMES = {Phase.E: "E-step {t} of {n}", Phase.M: "M-step {t} of {n}", Phase.STEP: "Step {t} of {n}"}


@dataclass(frozen=True)
class Picture:
    """The model's own picture of a half-step.

    Parameters
    ----------
    data : bytes
        The picture on a light ground, as a file.
    kind : str
        What kind of file that is: "png" or "webp".
    title, told : str
        What it is, and what is seen on it.
    """

    data: bytes
    kind: str
    title: str
    told: str


def page_of(session: Session, pictures: Mapping[int, Picture] | None = None) -> str:
    """Return the page of a run, as `making` does, in one go."""
    return finished(making(session, pictures))


def making(
    session: Session, pictures: Mapping[int, Picture] | None = None
) -> Generator[float | None, None, str]:
    """Return the page of the run in front; yield how much is done, and None in between.

    Parameters
    ----------
    pictures : mapping of int to Picture, optional
        Those of half-steps, by their places in the trace; a page without is whole, too.

    Notes
    -----
    The page opens at the half-step on display.
    """
    return as_page((yield from recording(session, pictures)))


def recording(
    session: Session, pictures: Mapping[int, Picture] | None = None, places: tuple[int, ...] | None = None
) -> Generator[float | None, None, dict[str, Json]]:
    """Return all that the page of a run says, its halves in the order of the places; yield as `making` does.

    Parameters
    ----------
    places : tuple of int, optional
        The half-steps, as places in the trace; what `kept` returns unless given.
    """
    maker = _Maker(session, pictures or {}, kept(session) if places is None else places)
    for k, at in enumerate(maker.places):
        yield from maker.add(at)
        yield (k + 1) / len(maker.places)
    return maker.record()


class _Maker:
    """Puts together what the page shows."""

    def __init__(self, session: Session, pictures: Mapping[int, Picture], places: tuple[int, ...]) -> None:
        # The page has all of the run: what a class is to guess is hidden by where it stands.
        asked = session.display.slice
        along = None if isinstance(asked, Between | Goal) else asked
        shown = replace(session.display, next=True, slice=along, earlier=False, parts=False)
        self.session = replace(session, display=shown)
        self.places = places
        self._pictures = pictures
        self._ledger = Ledger(rows_shown(session), Interned(), Interned())
        self._tables, self._plots = Interned[Json](), Interned[str]()
        self._images = Interned[str]()
        self._halves: list[Json] = []
        self._cut: tuple[object, Slice] | None = None
        #: The expected counts of the table before, and its number: an M-step has the table of its E-step.
        self._counted: tuple[object, int] | None = None
        self._told = ""

    def add(self, at: int) -> Generator[None, None, None]:
        """Add a half-step."""
        session = self.session.moved(cursor=at)
        table = session.model.count_table(session.data, session.round, self._ledger.rows)
        # There are lines to leave out only after an M-step.
        self._told = max(self._told, rows_words(session, table), key=len)
        story = yield from self._story(session)
        row = (yield from _last(telling(session))) if session.step.phase is Phase.E else None
        found = (yield from _ending(session)) if session.at_end and settled(session) else None
        lines = Lines(table.updates, session.model.parameters(session.data), session.round)
        done = lines if session.round.updated is not None else None
        picture = self._pictures.get(at)
        self._halves.append(
            {
                "name": _name(session),
                "place": place(session),
                "t": session.step.index,
                "objective": session.step.expectation.objective,
                "say": sentence(session, row, found),
                "table": self._table(session, table),
                "counted": spoken(session, table, session.table.rows, done),
                "lines": lines_of(session, table, self._ledger),
                "bound": self._plots.place(self._bound(session, story)),
                "story": story.story(),
                "climb": _climbed(session),
                "picture": None if picture is None else self._image(picture),
            }
        )

    def _table(self, session: Session, table: CountTable) -> int:
        """Return the number of the table of a half-step."""
        state = session.round
        weighed = state.base if state.phase is not Phase.START else None
        if weighed is None or self._counted is None or self._counted[0] is not weighed:
            self._counted = weighed, self._tables.place(table_of(session, table, self._ledger))
        return self._counted[1]

    def _story(self, session: Session) -> Generator[None, None, BoundStory]:
        """Return what is seen of the bound; the slice is that of θ(t), for both steps of an iteration."""
        model, method = session.model, session.method
        if self._cut is None or self._cut[0] is not session.round.base:
            aim = yield from aiming(session)
            drawn = yield from _last(bound_along(session, aim, None, (POINTS,)))
            assert drawn is not None
            self._cut = (session.round.base, drawn)
        cut = self._cut[1]
        label = "" if cut.entry is None else entry_label(model, session.data, cut.entry)
        divergence = None if method.whole else divergence_name(model)
        names = objective_name(session), objective_written(method, model, "θ")
        shown = (cut, session.round, label, None, *names, is_exact(model), divergence, True, False)
        reason = why_unbounded(method, model)
        if reason:
            return UnboundedStory(*shown, is_whole_q(model), reason=reason)
        return BoundStory(*shown, is_whole_q(model))

    def _bound(self, session: Session, story: BoundStory) -> str:
        along = ""
        if story.slice.entry is not None:
            held = bound_to(session.model, session.data, session.round.base.params, story.slice.entry)
            along = f"{story.label}, {held or 'all else held'}"
        return bound_drawing(story, along, story.full_name)

    def _image(self, picture: Picture) -> Json:
        data = base64.b64encode(picture.data).decode("ascii")
        return [self._images.place(f"data:image/{picture.kind};base64,{data}"), picture.title, picture.told]

    def record(self) -> dict[str, Json]:
        """Return all that the page says."""
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
            "shown": self._told,
            "setting": [list(pair) for pair in setting(session)],
            "climb": climb,
            "points": points,
            "halves": self._halves,
            "tables": self._tables.listed,
            "plots": [*self._plots.listed],
            "images": [*self._images.listed],
            "texts": [*self._ledger.texts.listed],
            "derivations": self._ledger.derivations.listed,
        }


def framed(page: str, title: str) -> str:
    """Return a page within a frame of its own, whose styles and names stay inside."""
    style = f"width: 100%; height: {FRAMED}px; border: 1px solid #bbb; border-radius: 8px"
    inside = f'srcdoc="{escape(page)}" sandbox="allow-scripts" title="{escape(title)}" style="{style}"'
    return f"<iframe {inside}></iframe>"


def as_page(record: Mapping[str, Json]) -> str:
    """Return the page of a record."""
    # Within a script only these can end it or begin a comment; JSON may write any sign by its number.
    run = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        run = run.replace(sign, f"\\u{ord(sign):04x}")
    page = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    head, tail = page.split("{{run}}")
    return f"{head.replace('{{title}}', escape(str(record['title'])))}{run}{tail}"


def _last(values: Iterator[T | None]) -> Generator[None, None, T | None]:
    """Return the last thing that comes of some work."""
    last = None
    for found in values:
        last = last if found is None else found
        yield
    return last


def _ending(session: Session) -> Generator[None, None, Ending]:
    """Return what kind of place the run has ended at."""
    return (yield from ending(session.model, session.data, session.step.params, session.method))


def _name(session: Session) -> str:
    """Return the name of a half-step: "E-step 3 of 20"."""
    if session.step.phase is Phase.START:
        return "Start, θ(0)"
    trail = session.trace
    whole = -(-(len(trail) - 1) // trail.phases)
    return NAMES[session.step.phase].format(t=f"{iteration(session):,}", n=f"{whole:,}")


def _climbed(session: Session) -> str:
    """Return how far it has come, in a sentence."""
    t, gain = session.step.index, gain_of(session)
    told = f"At θ({t}) {objective_name(session)} is {number(session.step.expectation.objective, 4)} nats"
    if gain is None:
        return f"{told}."
    return f"{told}, a {'fall' if gain < 0 else 'gain'} of {figure(abs(gain), 3)} nats."
