"""What a picture gives away can be left out of it, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from emviz.em import pictures
from emviz.em.pictures import (
    Bar,
    Bars,
    Blob,
    Curve,
    Curves,
    Dot,
    Histogram,
    Image,
    Logo,
    Plate,
    Scatter,
    Ternary,
)
from emviz.em.pictures.spoilers import HIDDEN, without_spoilers
from emviz.models import discover
from emviz.session import example_session, step, views

LINE = np.linspace(0, 1, 3)
KEPT = Dot(0.1, 1.0, "π(2)", "here"), Dot(0.2, 1.0, "H0", "other")
TOLD = tuple(Dot(0.5, 1.0, kind, kind) for kind in ("optimum", "saddle", "truth", "reference"))
BLOB = Blob("A", 0, 1.0, np.zeros(2), np.eye(2))
PLATE = Plate("λ(2)", np.ones((2, 2)), 0.0, 1.0)


def curve(role):
    return Curve(role, LINE, LINE, role=role)


def test_curves_and_dots():
    kept, told = (curve(""), curve("bound"), curve("faint")), (curve("truth"), curve("reference"))
    shown = without_spoilers(Curves("C", "x", "y", (*told, *kept), (*TOLD, *KEPT), note="A note."))
    assert shown == Curves("C", "x", "y", kept, KEPT, note="A note.")
    histogram = Histogram("H", "x", "y", LINE, np.ones((2, 1)), (*kept, *told), (*KEPT, *TOLD))
    shown = without_spoilers(histogram)
    assert (shown.curves, shown.dots) == (kept, KEPT)
    assert shown.heights is histogram.heights


def test_bars_and_the_triangle():
    bars = Bars("B", "x", "y", ("a", "b"), ((Bar("", 1.0),), (Bar("", 2.0),)), ((*TOLD, KEPT[0]), (TOLD[2],)))
    assert without_spoilers(bars) == replace(bars, marks=((KEPT[0],), ()))
    at = np.full(3, 1 / 3)
    dots = tuple((at, dot) for dot in (*KEPT, *TOLD))
    triangle = Ternary("T", ("A", "B", "O"), np.eye(3), 2, np.zeros(3), np.eye(3), dots)
    assert [dot for _, dot in without_spoilers(triangle).dots] == list(KEPT)


def test_a_scatter_and_an_image():
    scatter = Scatter("S", ("x", "y"), (0, 1), np.eye(2), None, None, (0, 1, 0, 1), (BLOB,), (BLOB,), (BLOB,))
    shown = without_spoilers(scatter)
    assert (shown.blobs, shown.truth, shown.reference) == ((BLOB,), (), ())
    image = Image("I", "row", "column", ("1",), ("1",), (PLATE, replace(PLATE, name="truth")))
    shown, hidden = without_spoilers(image).plates
    assert shown is PLATE
    # Its place is kept, so that nothing moves when it is revealed; its numbers are not.
    assert (hidden.name, hidden.hidden, hidden.values.tolist()) == ("truth", True, [[0.0, 0.0], [0.0, 0.0]])
    assert without_spoilers(replace(image, note="RMSE 2.1.", hiding="A note.")).note == "A note."


def test_the_logo_of_the_truth_and_a_note_on_the_maximum():
    logo = Logo("True logo", ("A", "C"), np.ones((3, 2)), note="The motif.", truth=True)
    hidden = without_spoilers(logo)
    assert (hidden.title, hidden.heights.size, hidden.note) == ("True logo", 0, HIDDEN)
    told = Curves("C", "x", "y", (curve(""),), note="At the maximum 0.3.", hiding="")
    assert without_spoilers(told).note == ""


def test_a_picture_that_gives_nothing_away_stays_as_it_is():
    logo = Logo("L", ("A",), np.ones((1, 1)))
    assert without_spoilers(logo) is logo


@pytest.mark.parametrize("model", [model.key for model in discover()])
def test_no_picture_of_any_model_gives_an_answer_away(model):
    for view in views(step(step(example_session(model)))):
        told = repr(without_spoilers(view)).replace(repr(getattr(view, "note", "")), "")
        for kind in ("'optimum'", "'saddle'", "kind='truth'", "kind='reference'", "role='truth'"):
            assert kind not in told, (view.title, kind)


def test_each_type_of_picture_is_found_where_it_lies_and_nothing_else():
    lazy = sum(pictures.NAMES.values(), ("COMPLETE", "ROWS_ALONE"))
    assert sorted(lazy) == sorted(pictures.__all__)
    assert {getattr(pictures, name).__name__ for name in ("Landscape", "Fold")} == {"Landscape", "Fold"}
    assert set(pictures.View.__args__) <= {getattr(pictures, name) for name in pictures.__all__}
    with pytest.raises(AttributeError, match="has no attribute 'Painting'"):
        pictures.Painting  # noqa: B018
