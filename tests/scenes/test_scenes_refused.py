"""Whatever a file holds, it is a session or one sentence that says what is wrong."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emviz import session as desk
from emviz.data.table import DataError
from emviz.em.counts.table import ShareCell, TotalCell
from emviz.em.model import Phase
from emviz.models import model_named
from emviz.scenes.performing import performing
from emviz.scenes.reading import read
from emviz.scenes.writing import write

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from([-1, 0, 1, 2, 10**6, 10**12, 10**400, "inf", "em", "hard", "file", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def good():
    """Sessions whose files have about everything in them."""
    coins = desk.example_session()
    table = coins.table.with_cell(1, "tosses", "HHT")
    edited = desk.edit_table(coins, table)
    edited = desk.set_memo(desk.step(desk.step(edited)), "Why?")
    draft = desk.edit_table(edited, table.with_cell(0, "tosses", "X"))
    chosen = desk.shown(desk.step(desk.example_session("gmm")), {"cell": TotalCell(1), "row": 2})
    hmm = desk.shown(desk.step(desk.example_session("hmm")), {"cell": ShareCell(0, 1)})
    return [json.loads(write(session)) for session in (edited, draft, chosen, hmm)]


GOOD = good()


def outcome(text, most=40):
    """The session that a text leads to, None where it takes long, or the sentence."""
    try:
        work = performing(read(text))
        for _ in range(most):
            next(work)
    except StopIteration as done:
        return done.value.session
    except DataError as error:
        return str(error)
    return None


def used(session):
    """Ask of a session what the window would."""
    found = desk.first_rows(session)
    cell = session.display.cell
    if cell is not None and session.round.phase is not Phase.START:
        assert found.derive(cell, session.display.decimals).lines
    desk.views(session)
    desk.heading(session)
    desk.held(session)


def checked(found):
    if isinstance(found, str):
        assert found
        assert "\n" not in found
        assert len(found) < 600
    elif found is not None:
        used(found)


@settings(max_examples=30, deadline=None)
@given(JSON)
def test_any_json_is_refused_in_a_sentence(value):
    found = outcome(json.dumps(value))
    assert isinstance(found, str)
    checked(found)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_refused_in_a_sentence(text):
    checked(outcome(text))
    assert isinstance(outcome(text), str)


def places(value, path=()):
    """Every place in a file, as the way to it."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from places(each, (*path, key))


PLACES = [[path for path in places(record) if path and len(path) < 6] for record in GOOD]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_file_with_something_else_in_one_or_two_places_is_a_session_or_a_sentence(data):
    which = data.draw(st.integers(0, len(GOOD) - 1))
    record = json.loads(json.dumps(GOOD[which]))
    for _ in range(data.draw(st.integers(1, 2))):
        *way, last = data.draw(st.sampled_from(PLACES[which]))
        at = record
        try:
            for key in way:
                at = at[key]
            match data.draw(st.sampled_from(["put", "drop", "add"])):
                case "put":
                    at[last] = data.draw(JSON)
                case "drop":
                    del at[last]
                case "add" if isinstance(at, dict):
                    at[data.draw(st.text(max_size=5))] = data.draw(JSON)
        except (KeyError, IndexError, TypeError):
            continue  # the first change has taken the place of the second away
    checked(outcome(json.dumps(record)))


def test_a_file_that_is_cut_off_anywhere_is_refused():
    text = json.dumps(GOOD[1])
    for end in range(0, len(text) - 1, 97):
        found = outcome(text[:end])
        assert isinstance(found, str)
        assert "cut off" in found


def refusal(change, which=0):
    record = json.loads(json.dumps(GOOD[which]))
    change(record)
    with pytest.raises(DataError) as caught:
        list(performing(read(json.dumps(record))))
    return str(caught.value)


def test_a_newer_form_says_what_to_do():
    assert refusal(lambda record: record.update(emviz=2, stage={"new": 1})) == (
        "this session was saved by a newer emviz, in form 2, and this one reads form 1: "
        "install the latest emviz"
    )


def cells(record):
    """The cells of the tosses."""
    return record["data"]["columns"][1]["texts"]


CHANGES = {
    "has no entry 'emviz'": lambda r: r.pop("emviz"),
    "there is no entry \"stage\"": lambda r: r.update(stage=1),
    "there is no entry \"display.zoom\"": lambda r: r["display"].update(zoom=2),
    "there is no model 'dice'": lambda r: r.update(model="dice"),
    "coins has no hyper-parameter 'sides'": lambda r: r["hyper"].update(sides=6),
    "coins must lie between": lambda r: r["hyper"].update(coins=10**9),
    "heads: expected 2 numbers, got 3": lambda r: r["start"].update(heads=[0.1, 0.2, 0.3]),
    "heads must lie between 0 and 1": lambda r: r["start"].update(heads=[0.1, 2]),
    "expected a number at \"start.heads[1]\", got \"x\"": lambda r: r["start"].update(heads=[0.1, "x"]),
    "expected a number at \"start.heads[0]\", got 1000": lambda r: r["start"].update(heads=[10**400, 0.1]),
    "nested too deeply": lambda r: r["start"].update(heads=[[[[[[[[[[0.1]]]]]]]]]]),
    "expected a whole number from 1 to 6 at \"display.decimals\"": lambda r: r["display"].update(decimals=9),
    "there is no row 7 to be shown": lambda r: r["display"].update(row=7),
    "θ has no entry heads[5]": lambda r: r["display"].update(slice={"entry": ["heads", [5]]}),
    "no cell {'count': [0, 9]}": lambda r: r["display"].update(cell={"count": [0, 9]}),
    "no cell {'share': [99, 0]}": lambda r: r["display"].update(cell={"share": [99, 0]}),
    "no cell {'share': [0, 2]}": lambda r: r["display"].update(cell={"share": [0, 2]}),
    "no cell {'update': 2}": lambda r: r["display"].update(cell={"update": 2}),
    "null or an object with one of share": lambda r: r["display"].update(cell={"share": [0, 0], "total": 1}),
    "a list of two at \"display.cell.share\"": lambda r: r["display"].update(cell={"share": [0]}),
    "one of \"four\", \"stage\"": lambda r: r["display"].update(arrangement="five"),
    "two runs are by the same method": lambda r: r["runs"].append(r["runs"][0]),
    "there is no run by \"hard\"": lambda r: r.update(front="hard"),
    "there is no method 'bfgs'": lambda r: (r["runs"][0].update(method="bfgs"), r.update(front="bfgs")),
    "from 0 to 2 at \"runs[0].cursor\"": lambda r: r["runs"][0].update(cursor=3),
    "from 0 to 2,000,000 at \"runs[0].steps\"": lambda r: r["runs"][0].update(steps=10**15),
    "at most 100 entries at \"runs\"": lambda r: r.update(runs=[{}] * 101),
    "from 0 to below 1 at \"limits.tolerance\"": lambda r: r["limits"].update(tolerance=2),
    "column tosses": lambda r: cells(r).__setitem__(0, "HX"),
    "expected texts at \"data.columns[1].texts[1]\"": lambda r: cells(r).__setitem__(1, 3),
    "two columns are called \"set\"": lambda r: r["data"]["columns"].append(r["data"]["columns"][0]),
    "has no cells": lambda r: r["data"]["columns"][1].pop("texts"),
    "either numbers or texts": lambda r: r["data"]["columns"][1].update(numbers=[1.0] * 5),
    "expected a list at \"data.columns[1].texts\"": lambda r: r["data"]["columns"][1].update(texts="HT"),
    "rows, but places for 100,000,000": lambda r: r["data"].update(places=[[1, 10**8]]),
    "expected true or false": lambda r: r["display"].update(next=1),
    "expected a text at \"notes\", got 7": lambda r: r.update(notes=7),
    "at most 1,000,000 letters": lambda r: r.update(notes="x" * 1_000_001),
    "expected an object at \"display\"": lambda r: r.update(display=[]),
    "expected a list at \"assumed\"": lambda r: r.update(assumed={}),
    "expected an object at \"start\"": lambda r: r.update(start=[]),
}  # fmt: skip


@pytest.mark.parametrize("said", CHANGES)
def test_what_is_wrong_is_named_with_its_place(said):
    assert said in refusal(CHANGES[said])


def numbered(cells):
    columns = [{"name": "x", "numbers": cells}]
    return {"emviz": 1, "model": "gmm", "data": {"source": "x.csv", "columns": columns}}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([1, "x"], 'expected numbers, null, "inf" or "-inf" at "data.columns[0].numbers"'),
        ([1, True], 'expected numbers at "data.columns[0].numbers[1]", got true'),
        ([1, 10**400], "is too large; at most 1.8e308"),
        ([1.0, "inf", 2.0], "expected a finite number, got inf"),
    ],
)
def test_cells_that_are_no_numbers_are_refused(cells, said):
    with pytest.raises(DataError) as caught:
        list(performing(read(json.dumps(numbered(cells)))))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"emviz": NaN}', "NaN is not a number in JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 5000, "Exceeds the limit"),
        ("[1]", "expected an object, got [1]"),
        ('{"emviz": 1}', "the file has no entry 'model'"),
        ('{"emviz": 1, "model": "coins", "runs": [{}]}', "'runs[0]' has no entry 'method'"),
    ],
)
def test_what_is_no_file_of_this_form_is_refused(text, said):
    with pytest.raises(DataError) as caught:
        read(text)
    assert said in str(caught.value)


def test_a_method_without_an_m_step_has_no_line_of_it_to_derive():
    record = json.loads(write(desk.step(desk.set_method(desk.example_session(), _newton()))))
    record["display"]["cell"] = {"update": 0}
    with pytest.raises(DataError, match="no cell"):
        list(performing(read(json.dumps(record))))
    assert model_named(record["model"]).key == "coins"


def _newton():
    from emviz.em.methods import method_named

    return method_named("newton")
