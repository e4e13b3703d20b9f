"""Pictures are asked for when what they depend on changes, and only then."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.counts.table import Entry
from emviz.em.objective.lines import Between, Goal
from emviz.em.optima.restarts import Kind
from emviz.models.coins import Coins
from emviz.session import Part
from emviz.ui.work.pictures import Pictures
from emviz.ui.work.store import Store
from emviz.ui.work.worker import Delivery, Worker


class Gallery:
    """A store, its pictures, and what has been drawn."""

    def __init__(self):
        self.store = Store(desk.example_session())
        self.worker = Worker()
        self.pictures = Pictures(self.store, self.worker)
        self.drawn = {"slice": [], "heights": [], "landmarks": [], "reference": []}
        self.worker.delivered.connect(self._take)

    def _take(self, delivery):
        """Note all that is drawn: of a picture that is refined, the store sees the last one at once."""
        for name, value in (each for together in delivery.values for each in together.items()):
            if name in self.drawn and self.worker.current(delivery):
                self.drawn[name].append(value)

    def wait(self, qtbot):
        qtbot.waitUntil(lambda: self.pictures.idle)

    def numbers(self):
        return {name: len(pictures) for name, pictures in self.drawn.items()}


@pytest.fixture
def gallery(qapp, qtbot, monkeypatch):
    # However slow the machine, no coarse landscape is shown before the fine one.
    monkeypatch.setattr("emviz.em.objective.heights.AWAITED", 60.0)
    gallery = Gallery()
    gallery.pictures.ask(gallery.store.session)
    gallery.wait(qtbot)
    yield gallery
    gallery.pictures._give_up(*gallery.pictures._waiting)
    gallery.worker.shutdown()


def test_the_first_pictures(gallery):
    assert gallery.numbers() == {"slice": 2, "heights": 1, "landmarks": 1, "reference": 1}
    assert gallery.drawn["slice"][1].gap == pytest.approx(0.13796629672685512, abs=1e-12)
    assert gallery.drawn["heights"][0].values.shape == (96, 96)
    kinds = [landmark.kind for landmark in gallery.drawn["landmarks"][0]]
    assert kinds == [Kind.MAXIMUM, Kind.MIRROR, Kind.SADDLE]
    assert gallery.drawn["reference"][0].params.heads.tolist() == [0.8, 0.45]


def test_an_e_step_needs_no_new_picture_and_the_slice_follows_the_iteration(gallery, qtbot):
    before = gallery.numbers()
    gallery.store.put(desk.step(gallery.store.session))
    gallery.wait(qtbot)
    assert gallery.numbers() == before
    session = gallery.store.session
    for _ in range(2):
        session = desk.step(session)
    gallery.store.put(session)
    gallery.wait(qtbot)
    assert gallery.numbers() == {"slice": 4, "heights": 1, "landmarks": 1, "reference": 1}
    assert gallery.drawn["slice"][-1].touch_objective == pytest.approx(-31.8592579, abs=1e-6)


def test_the_slice_follows_the_chosen_entry(gallery, qtbot):
    session = gallery.store.session
    entry = Entry("heads", (1,))
    gallery.store.put(desk.show(session, replace(session.display, slice=entry)))
    gallery.wait(qtbot)
    assert gallery.drawn["slice"][-1].entry == entry
    assert gallery.drawn["slice"][-1].touch == 0.5


@pytest.mark.thorough
def test_three_coins_redraw_the_landscape_as_the_third_moves(gallery, qtbot):
    session = desk.set_model(gallery.store.session, {"coins": 3})
    gallery.store.put(session)
    gallery.wait(qtbot)
    before = gallery.numbers()["heights"]
    for _ in range(3):
        session = desk.step(session)
    gallery.store.put(session)
    gallery.wait(qtbot)
    assert gallery.numbers()["heights"] == before + 1


@pytest.fixture
def steps_pictured(gallery, monkeypatch):
    """Return the steps that the model's pictures handed on were drawn of: their model and their place."""

    def drawn(session):
        return [SimpleNamespace(title="", of=(session.model.coins, session.cursor))]

    monkeypatch.setattr("emviz.session.views", drawn)
    steps = []

    def note(parts):
        views = gallery.store.results.views
        if Part.VIEWS in parts and views is not None:
            steps.append((*views.value[0].of, views.of.cursor))

    gallery.store.found.connect(note)
    return steps


def test_pictures_that_are_begun_are_seen_while_steps_go_on(gallery, steps_pictured, qtbot):
    session = gallery.store.session
    for _ in range(6):
        session = desk.step(session)
        gallery.store.put(session)
    gallery.wait(qtbot)
    assert steps_pictured == [(2, 1, 1), (2, 6, 6)], "those between the first and the last are skipped"


def test_pictures_of_another_model_do_not_wait(gallery, steps_pictured, qtbot):
    session = desk.step(gallery.store.session)
    gallery.store.put(session)
    gallery.store.put(desk.set_model(session, {"coins": 3}))
    gallery.wait(qtbot)
    assert steps_pictured == [(3, 0, 0)], "those of two coins are not seen"


def test_other_data_get_landmarks_of_their_own(gallery, qtbot):
    """Not those that a landscape of the data before would lead to, nor none at all."""
    three = desk.example_session("coins", "three-coins")
    gallery.store.put(desk.open_instead(gallery.store.session, three))
    gallery.wait(qtbot)
    qtbot.waitUntil(lambda: len(gallery.drawn["landmarks"]) == 2)
    found = gallery.drawn["landmarks"][-1]
    assert {landmark.kind for landmark in found} >= {Kind.MAXIMUM, Kind.SADDLE}
    assert all(landmark.params.heads.shape == (3,) for landmark in found)


@pytest.mark.parametrize("channel", ["heights", "landmarks"])
def test_what_comes_late_for_other_data_is_not_handed_on(gallery, channel):
    """The landscape of the new data has not been asked for yet: its view is still on the way."""
    late, seen = object(), []

    def note(parts):
        found = getattr(gallery.store.results, channel)
        seen.append(found and found.value)

    gallery.store.found.connect(note)
    delivery = Delivery(channel, gallery.worker._tickets[channel], ({channel: late},))
    gallery.worker.delivered.emit(delivery)
    assert seen == [late]
    gallery.store.put(desk.example_session("coins", "three-coins"))
    gallery.worker.delivered.emit(delivery)
    assert seen == [late]
    assert getattr(gallery.store.results, channel) is None


def test_no_labels_no_reference(gallery, qtbot):
    table = Table.from_columns({"heads": [3.0, 8.0], "tails": [7.0, 2.0]})
    gallery.store.put(desk.set_table(gallery.store.session, table))
    gallery.wait(qtbot)
    assert gallery.store.results.reference.value is None


def test_where_the_m_step_fails_the_slice_is_along_an_entry(gallery, qtbot):
    session = desk.set_start(gallery.store.session, {"heads": np.array([1.0, 0.5])})
    assert desk.target(session) is None
    gallery.store.put(session)
    gallery.wait(qtbot)
    drawn = gallery.drawn["slice"][-1]
    assert drawn.entry == Entry("heads", (0,))
    assert np.all(np.isfinite(drawn.objective))


def test_a_landscape_that_is_not_on_display_is_not_computed(gallery, qtbot):
    gallery.store.put(desk.example_session("tomography", "spots"))
    gallery.wait(qtbot)
    assert gallery.numbers()["heights"] == gallery.numbers()["landmarks"] == 1
    assert [view.title for view in gallery.store.results.views.value][-1] == "Landscape"
    gallery.store.put(desk.shown(gallery.store.session, {"picture": "Landscape"}))
    gallery.wait(qtbot)
    assert gallery.numbers()["heights"] == gallery.numbers()["landmarks"] == 2


def test_the_work_on_a_landscape_ends_when_another_picture_is_chosen(gallery, qtbot):
    session = desk.example_session("tomography", "spots")
    gallery.store.put(desk.shown(session, {"picture": "Landscape"}))
    qtbot.waitUntil(lambda: "heights" in gallery.pictures._waiting)
    gallery.store.put(desk.shown(gallery.store.session, {"picture": ""}))
    assert not gallery.pictures._waiting & {"heights", "landmarks"}
    gallery.wait(qtbot)
    assert gallery.numbers()["heights"] == 1


def test_a_picture_that_cannot_be_looked_at_keeps_nobody_waiting(gallery, qtbot, monkeypatch):
    """A model of another package may hand over anything; a snapshot waits until all has settled."""
    monkeypatch.setattr(Coins, "views", lambda *given: (object(),))
    with qtbot.captureExceptions() as raised, qtbot.waitSignal(gallery.pictures.settled):
        gallery.store.put(desk.step(desk.step(gallery.store.session)))
    assert gallery.pictures.idle
    assert {kind for kind, _, _ in raised} == {AttributeError}


@pytest.mark.thorough
def test_what_a_landscape_shows_besides_is_computed_when_it_is_asked_for(gallery, qtbot):
    store = gallery.store
    assert store.results.surface is None
    assert store.results.slowest is None
    store.put(desk.shown(store.session, {"contours": True, "slowest": True}))
    gallery.wait(qtbot)
    surface, found = store.results.surface, store.results.slowest
    assert surface.value.values.shape == (96, 96)
    assert found.value.rate == pytest.approx(0.40969066, abs=1e-6)
    store.put(desk.step(desk.step(desk.step(store.session))))
    gallery.wait(qtbot)
    assert store.results.slowest is found
    assert store.results.surface is not surface
    assert store.results.surface.of.round.base.index == 1
    store.put(desk.set_start(store.session, {"heads": [0.3, 0.3]}))
    gallery.wait(qtbot)
    assert store.results.slowest.value.rate > 1


@pytest.mark.thorough
def test_the_profile_is_computed_once_for_each_entry_and_given_up_with_the_answers(gallery, qtbot):
    store = gallery.store
    store.put(desk.shown(store.session, {"profile": True}))
    gallery.wait(qtbot)
    assert store.results.profile is None
    told = []
    gallery.worker.progressed.connect(lambda channel, _, part: told.append((channel, part)))
    store.put(desk.shown(store.session, {"slice": Entry("heads", (0,))}))
    gallery.wait(qtbot)
    told = [part for channel, part in told if channel == "profile"]
    assert told[-1] == 1.0
    assert told == sorted(told)
    found = store.results.profile
    assert found.value.top == pytest.approx(-31.5702002, abs=1e-6)
    assert [place for place, _ in found.value.tops] == pytest.approx([0.5195839, 0.7967891], abs=1e-6)
    store.put(desk.step(desk.step(store.session)))
    gallery.wait(qtbot)
    assert store.results.profile is found
    store.put(desk.shown(store.session, {"slice": Entry("heads", (1,))}))
    store.put(desk.shown(store.session, {"reference": False}))
    assert "profile" not in gallery.pictures._waiting
    gallery.wait(qtbot)
    assert store.results.profile is found
    store.put(desk.shown(store.session, {"reference": True}))
    gallery.wait(qtbot)
    assert store.results.profile.value.entry == Entry("heads", (1,))


def test_the_slice_is_drawn_on_the_line_that_is_asked_for(gallery, qtbot):
    store = gallery.store
    store.put(desk.shown(store.session, {"slice": Goal.COMPLETE}))
    gallery.wait(qtbot)
    assert store.results.slice.value.direction is Goal.COMPLETE
    store.put(desk.shown(store.session, {"slice": Between(0, 2), "earlier": True}))
    gallery.wait(qtbot)
    assert store.results.slice.value.direction is None
    for _ in range(4):
        store.put(desk.step(store.session))
    gallery.wait(qtbot)
    drawn = store.results.slice.value
    assert (drawn.direction, [each.t for each in drawn.earlier]) == (Between(0, 2), [0])
    store.put(desk.shown(store.session, {"slice": Goal.TRUTH}))
    gallery.wait(qtbot)
    assert store.results.slice.value.direction is None
