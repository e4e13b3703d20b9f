"""The content of a page for each half-step: name, sentence, table, bound and progress."""

from __future__ import annotations

import base64
from collections.abc import Generator
from dataclasses import dataclass, field, replace

from emviz.em.convergence.ending import Ending, ending
from emviz.em.counts.table import Cell, CountTable
from emviz.em.methods import objective_written, why_unbounded
from emviz.em.model import Phase
from emviz.em.objective.bound import Slice, bound_to, entry_label
from emviz.em.objective.lines import Between, Goal
from emviz.em.optional import divergence_name, is_exact, is_whole_q, shown_table
from emviz.em.trace import Json
from emviz.em.work import last_of
from emviz.pages.interned import Interned
from emviz.pages.plots import bound_drawing, span_of
from emviz.pages.tables import Ledger, asked_of, key_of, lines_of, rows_shown, rows_words, table_of
from emviz.session import Session, aiming, bound_along, many_shown, settled, shown_at, shown_cell, telling
from emviz.wording.bound import BoundStory, UnboundedStory
from emviz.wording.lines import Lines
from emviz.wording.narration import gain_of, iteration, objective_name, place, sentence
from emviz.wording.numbers import figure, number
from emviz.wording.spoken import spoken

#: Number of points of the curves on a slice.
POINTS = 61


@dataclass(frozen=True)
class Patch:
    """The part of a picture that differs from another one, to be drawn over it.

    Parameters
    ----------
    data : bytes
        An image file of the same kind.
    place : tuple of float
        Left, top, width and height, as fractions of the picture.
    """

    data: bytes
    place: tuple[float, float, float, float]


@dataclass(frozen=True)
class Plane:
    """The position of a landscape's axes in its picture.

    Parameters
    ----------
    place : tuple of float
        Left, right, top and bottom, as fractions of the picture.
    xs, ys : tuple of float
        The range of each axis.
    """

    place: tuple[float, float, float, float]
    xs: tuple[float, float]
    ys: tuple[float, float]

    def listed(self) -> Json:
        """Return all values as one list."""
        return [*self.place, *self.xs, *self.ys]


@dataclass(frozen=True)
class Picture:
    """The model's picture of a half-step.

    Parameters
    ----------
    data : bytes
        The picture on a light background as a file; with a patch, that of another half-step.
    kind : str
        Type of the file: "png" or "webp".
    title, seen : str
        Title and description.
    patch : Patch, optional
        Where this half-step differs.
    plane : Plane, optional
        The axes of a landscape.
    """

    data: bytes
    kind: str
    title: str
    seen: str
    patch: Patch | None = None
    plane: Plane | None = None


@dataclass(frozen=True, eq=False)
class Store:
    """Content shared by the half-steps of a page, each item stored once."""

    texts: Interned[str] = field(default_factory=Interned)
    derivations: Interned[Json] = field(default_factory=Interned)
    tables: Interned[Json] = field(default_factory=Interned)
    plots: Interned[str] = field(default_factory=Interned)
    images: Interned[str] = field(default_factory=Interned)

    def record(self) -> dict[str, Json]:
        """Return all content."""
        return {
            "texts": [*self.texts.listed],
            "derivations": self.derivations.listed,
            "tables": self.tables.listed,
            "plots": [*self.plots.listed],
            "images": [*self.images.listed],
        }

    def image(self, picture: Picture | None) -> Json:
        """Return a picture's number, title, description and patch; None for no picture."""
        if picture is None:
            return None
        patch: Json = None
        if picture.patch is not None:
            patch = [self._image(picture.patch.data, picture.kind), *picture.patch.place]
        return [self._image(picture.data, picture.kind), picture.title, picture.seen, patch]

    def _image(self, data: bytes, kind: str) -> int:
        return self.images.place(f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}")


class Halves:
    """Describes the half-steps of a run one after another.

    Parameters
    ----------
    session : Session
        The run and its display settings.
    store : Store
        Stores tables, texts and drawings.
    wanted : set of Cell
        Numbers that questions ask about, which the table must include.
    guessed : bool
        The row named in an E-step's sentence is to be guessed, so it is not named.
    told : int, optional
        A row that the tables have, and whose numbers are derived, where none is chosen.
    """

    def __init__(
        self,
        session: Session,
        store: Store,
        wanted: frozenset[Cell] = frozenset(),
        guessed: bool = False,
        told: int | None = None,
    ) -> None:
        asked = session.display.slice
        along = None if isinstance(asked, Between | Goal) else asked
        self.session = replace(session, display=replace(session.display, slice=along))
        self.store, self._guessed = store, guessed
        wanted = frozenset(shown_cell(session, cell) for cell in wanted)
        row = told if session.display.row is None else session.display.row
        row = None if row is None else shown_at(session, row)
        self._ledger = Ledger(rows_shown(session, wanted, row), store.texts, store.derivations, wanted, row)
        self._cut: tuple[object, Slice] | None = None
        #: Expected counts of the previous table, and its number: an M-step uses the table of its E-step.
        self._counted: tuple[object, int] | None = None
        #: A sentence on what the tables leave out.
        self.left_out = ""

    def half(self, at: int, name: str, picture: Picture | None) -> Generator[None, None, dict[str, Json]]:
        """Return the content of a half-step.

        Parameters
        ----------
        at : int
            Its index in the trace.
        name : str
            Its name.
        """
        session = self.session.moved(cursor=at)
        table = shown_table(session.model, session.data, session.round, self._ledger.rows)
        # Lines can only be left out after an M-step.
        self.left_out = max(self.left_out, rows_words(session, table, self._ledger), key=len)
        story = yield from self._story(session)
        row_named = session.step.phase is Phase.E and not self._guessed
        row = (yield from last_of(telling(session))) if row_named else None
        found = (yield from _ending(session)) if session.at_end and settled(session) else None
        lines = Lines(table.updates, session.model.parameters(session.data), session.round)
        done = lines if session.round.updated is not None else None
        return {
            "name": name,
            "place": place(session),
            "t": session.step.index,
            "objective": session.step.expectation.objective,
            "say": sentence(session, row, found),
            "table": self._table(session, table),
            "counted": spoken(session, table, many_shown(session), done),
            "lines": lines_of(session, table, self._ledger),
            "bound": self.store.plots.place(self._bound(session, story)),
            "story": story.story(),
            "climb": _climbed(session),
            "picture": self.store.image(picture),
        }

    def asked(self, at: int, cell: Cell | None) -> Json:
        """Return the position of a number on the page at a half-step, and its derivation; None if none."""
        if cell is None:
            return None
        session = self.session.moved(cursor=at)
        table = shown_table(session.model, session.data, session.round, self._ledger.rows)
        return asked_of(session, table, self._ledger, shown_cell(session, cell))

    def key(self, at: int, cell: Cell) -> str:
        """Return the key of a cell on the page at a half-step."""
        session = self.session.moved(cursor=at)
        table = shown_table(session.model, session.data, session.round, self._ledger.rows)
        return key_of(table, shown_cell(session, cell))

    @property
    def span(self) -> tuple[float, float]:
        """The range of the horizontal axis of the last bound drawn."""
        assert self._cut is not None
        return span_of(self._cut[1])

    def _table(self, session: Session, table: CountTable) -> int:
        """Return the number of a half-step's table."""
        state = session.round
        weighed = state.base if state.phase is not Phase.START else None
        if weighed is None or self._counted is None or self._counted[0] is not weighed:
            self._counted = weighed, self.store.tables.place(table_of(session, table, self._ledger))
        return self._counted[1]

    def _story(self, session: Session) -> Generator[None, None, BoundStory]:
        """Return the description of the bound, with the slice at θ(t) for both steps of an iteration."""
        model, method, display = session.model, session.method, session.display
        if self._cut is None or self._cut[0] is not session.round.base:
            aim = yield from aiming(session)
            drawn = yield from last_of(bound_along(session, aim, None, (POINTS,)))
            assert drawn is not None
            self._cut = (session.round.base, drawn)
        cut = self._cut[1]
        label = "" if cut.entry is None else entry_label(model, session.data, cut.entry)
        divergence = None if method.whole else divergence_name(model)
        names = objective_name(session), objective_written(method, model, "θ")
        kind = is_exact(model), divergence, display.next, display.parts
        shown = (cut, session.round, label, None, *names, *kind)
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


def short_name(session: Session) -> str:
    """Return the name of a half-step: "E-step 3"."""
    if session.step.phase is Phase.START:
        return "Start, θ(0)"
    return (
        f"{'Step' if session.step.phase is Phase.STEP else session.step.phase.value} {iteration(session):,}"
    )


def _climbed(session: Session) -> str:
    """Return a sentence on the progress."""
    t, gain = session.step.index, gain_of(session)
    text = f"At θ({t}) {objective_name(session)} is {number(session.step.expectation.objective, 4)} nats"
    if gain is None:
        return f"{text}."
    return f"{text}, a {'fall' if gain < 0 else 'gain'} of {figure(abs(gain), 3)} nats."


def _ending(session: Session) -> Generator[None, None, Ending]:
    """Return the kind of place where the run has ended."""
    return (yield from ending(session.model, session.data, session.step.params, session.method))
