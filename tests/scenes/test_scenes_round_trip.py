"""A session written into a file and opened again is the same, to the last bit of every number."""

import json
from dataclasses import fields, replace
from importlib import metadata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import FIGURE_1

from emviz import session as desk
from emviz.data.column import CODES, Column, column_of
from emviz.data.table import DataError, Table
from emviz.em.counts.table import CountCell, Entry, ShareCell, TotalCell, UpdateCell
from emviz.em.methods import METHODS, Hard, method_named
from emviz.em.model import fields_of
from emviz.em.objective.lines import Between, Goal
from emviz.em.rounding import figures
from emviz.intake import Choice
from emviz.models import discover, model_named
from emviz.models.coins import Coins
from emviz.models.normal import MultivariateNormal
from emviz.scenes import is_scene
from emviz.scenes.performing import difference_words, performed, performing
from emviz.scenes.reading import read, read_file
from emviz.scenes.tables import WRITTEN, digest, written
from emviz.scenes.writing import pieces, program, write
from emviz.session import Arrangement, Display

A = Entry("heads", (0,))
FLOATS = st.floats(allow_nan=True, allow_infinity=True)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
CODED = st.sampled_from([CODES, frozenset(), frozenset({"-9", "x"})])


def coins(**more):
    return desk.new_session(Coins(), FIGURE_1, "class.csv", **more)


def again(session):
    found = performed(read(write(session)))
    assert found.differences == ()
    return found.session


def same_bits(one, other):
    return np.asarray(one, np.float64).tobytes() == np.asarray(other, np.float64).tobytes()


@pytest.mark.parametrize("model", discover(), ids=lambda model: model.key)
def test_an_example_of_each_model_opens_at_its_half_step_with_every_number_as_it_was(model):
    session = desk.draw_start(desk.example_session(model.key), 3)
    for _ in range(3):
        session = desk.step(session)
    session = desk.seek(session, 2)
    opened = again(session)
    assert opened.model == session.model
    assert (opened.cursor, opened.source, opened.seed) == (2, session.source, 3)
    assert len(opened.trace) == len(session.trace)
    for before, after in zip(session.trace, opened.trace, strict=True):
        assert after.expectation.objective == before.expectation.objective
        pairs = zip(fields_of(before.params).values(), fields_of(after.params).values(), strict=True)
        assert all(same_bits(one, other) for one, other in pairs)
    assert write(opened) == write(session)
    assert '"example": ' in write(session)


columns = st.integers(0, 4).flatmap(
    lambda rows: st.one_of(
        st.builds(
            lambda cells, codes: Column(np.array(cells, np.float64), codes),
            st.lists(FLOATS, min_size=rows, max_size=rows),
            CODED,
        ),
        st.builds(
            lambda cells, codes, decimal: replace(column_of(cells, decimal), codes=codes),
            st.lists(TEXTS, min_size=rows, max_size=rows),
            CODED,
            st.sampled_from([".", ","]),
        ),
    ).map(lambda column: (rows, column))
)


@settings(max_examples=40)
@given(cells=columns, name=TEXTS)
def test_columns_keep_every_bit_every_hole_and_how_they_are_read(cells, name):
    rows, column = cells
    table = replace(Table.from_columns({name: column}), places=np.arange(rows)[::-1] + 1)
    text = "".join(written(table))
    scene = read(json.dumps({"emviz": 1, "model": "coins", "data": {"columns": json.loads(text)}}))
    found = scene.data.table.column(name)
    assert (found.codes, found.decimal) == (column.codes, column.decimal)
    if column.came_as_numbers:
        holes = np.isnan(column.held)
        assert np.array_equal(np.isnan(found.held), holes)
        assert same_bits(found.held[~holes], column.held[~holes])
    else:
        assert found.texts.tolist() == column.texts.tolist()
    assert digest(scene.data.table) == digest(table)


def test_numbers_are_written_as_the_form_says():
    table = Table.from_columns({"x": np.array([0.1, -0.0, 5e-324, np.nan, np.inf, -np.inf, 1e22])})
    assert "".join(written(table)) == '[\n{"name":"x","numbers":[0.1,-0.0,5e-324,null,"inf","-inf",1e+22]}]'


def test_a_long_column_comes_in_pieces_that_fit_together():
    values = np.arange(2.5 * WRITTEN) / 7
    table = Table.from_columns({"x": values})
    parts = list(written(table))
    assert max(map(len, parts)) < 25 * WRITTEN
    assert same_bits(json.loads("".join(parts))[0]["numbers"], values)
    fractions = [fraction for fraction, _ in pieces(desk.new_session(model_named("gmm"), table, "x.csv"))]
    assert fractions == sorted(fractions)
    assert 0.3 < fractions[len(fractions) // 2] < 1


def test_what_was_read_from_a_file_is_kept_with_the_places_of_its_rows():
    table = Table.from_columns({"tosses": ["HT", "TT", "HH", "TH"]}).where(np.array([0, 2, 3]))
    choice = Choice("", {"tosses": "t"}, ("a", "b"), {"c": "an id"}, CODES | {"-9"}, True, {0: "units"})
    session = replace(
        desk.new_session(Coins(), table, "odd ☃ name.csv"),
        choice=choice,
        notes=("c is left out",),
        usual=(1e-6, 50, "theta"),
        truth=coins(start={"heads": [0.9, 0.1]}).start,
        memo="Ask: who is sure?\n– “all”",
    )
    opened = again(desk.set_limits(session, 0.0, 7, "theta"))
    assert opened.choice == choice
    assert opened.table.places.tolist() == [1, 3, 4]
    assert (opened.notes, opened.memo, opened.source) == (session.notes, session.memo, session.source)
    assert (opened.tolerance, opened.iterations, opened.tolerance_on) == (0.0, 7, "theta")
    assert opened.usual is None
    assert opened.truth.heads.tolist() == [0.9, 0.1]
    assert again(replace(session, usual=(1e-6, 50, "theta"))).usual == (1e-6, 50, "theta")


def test_runs_by_all_methods_stay_to_be_compared():
    session = coins(start={"heads": [0.6, 0.5]})
    for method in (*METHODS, method_named("gradient:0.01:natural")):
        session = desk.set_method(session, method)
        for _ in range(3):
            session = desk.step(session)
        session = desk.back(session)
    opened = again(desk.set_method(session, Hard()))
    assert list(opened.runs) == list(session.runs)
    assert opened.front == "hard"
    for key, run in session.runs.items():
        assert [step.expectation.objective for step in opened.runs[key].trail] == [
            step.expectation.objective for step in run.trail
        ]
        assert opened.runs[key].cursor == run.cursor


def test_a_run_that_has_converged_and_one_that_has_failed_are_so_again():
    from emviz.api.fitting import attempted

    done = attempted(coins(start={"heads": [0.6, 0.5]}), 1000, 1e-8)
    opened = again(done)
    assert opened.outcome is done.outcome is not None
    assert len(opened.trace) == len(done.trace)
    failed = coins(start={"heads": [1.0, 0.5]})
    while failed.failure is None:
        failed = desk.step(failed)
    assert str(again(failed).failure) == str(failed.failure)


CELLS = (ShareCell(4, 1), CountCell(np.intp(0), 1), TotalCell(0), UpdateCell(1))
LINES = (A, Between(0, 1), Goal.TRUTH, Goal.COMPLETE)


@pytest.mark.parametrize(("cell", "line"), list(zip(CELLS, LINES, strict=True)))
def test_every_choice_of_the_display_is_kept(cell, line):
    display = Display(
        decimals=4,
        slice=line,
        axes=(Entry("heads", (1,)), A),
        reference=False,
        revealed=True,
        next=False,
        guessing=True,
        cell=cell,
        row=3,
        columns=(2, 0),
        picture="no such picture",
        seed=77,
        plot="θ",
        group="weights",
        field="heads",
        arrangement=Arrangement.STAGE,
        upper="likelihood",
        large="counts",
        order="changed",
        earlier=True,
        parts=True,
        profile=True,
        contours=True,
        slowest=True,
        node="smoking",
        supposed=(("smoking", "yes"),),
    )
    usual = Display()
    # Each differs from what it usually is, so that none can be forgotten.
    assert all(getattr(display, each.name) != getattr(usual, each.name) for each in fields(Display))
    session = desk.show(desk.step(desk.step(coins())), display)
    # A model without variables has none to suppose anything of.
    assert again(session).display == replace(display, supposed=())


def test_what_is_supposed_in_a_network_is_kept():
    session = desk.example_session("network")
    name, states = next(iter(session.model.supposable(session.data).items()))
    supposed = desk.shown(session, {"supposed": ((name, states[0]),), "node": name})
    assert again(supposed).display.supposed == ((name, states[0]),)
    assert again(supposed).display.node == name


@pytest.mark.parametrize("source", ["edited: class.csv", "class.csv", ""])
@pytest.mark.parametrize("unfilled", [True, False])
def test_a_draft_that_cannot_be_used_yet_is_kept_with_what_is_wrong(source, unfilled):
    table = FIGURE_1.with_cell(2, "tosses", "" if unfilled else "HXT")
    session = desk.draft_of(coins(), table, source, unfilled)
    assert session.fault is not None
    opened = again(session)
    assert opened.draft.same(table)
    assert str(opened.fault) == str(session.fault)
    assert (opened.unfilled, opened.draft_source, opened.edited) == (unfilled, source, False)
    assert opened.table.same(FIGURE_1)
    assert ("class.csv, row 3" in str(opened.fault)) == (source == "class.csv")


def test_what_told_how_to_simulate_in_earlier_versions_is_passed_over():
    text = '{"emviz": 1, "model": "normal", "hyper": {"mean": "zero", "holes": 0.4, "destroyed": "by value"}}'
    assert performed(read(text)).session.model == MultivariateNormal("zero")


def test_a_draft_that_can_be_used_now_is_in_force():
    opened = desk.draft_of(coins(), FIGURE_1.without_rows([0]), "edited: class.csv", True)
    assert (opened.fault, opened.unfilled, opened.table.rows, opened.past) == (None, False, 4, ())


def test_data_of_an_example_that_have_been_edited_are_in_the_file():
    session = desk.example_session()
    edited = desk.set_table(session, session.table.with_cell(0, "tosses", "HHHH"), session.source)
    assert '"example"' not in write(edited)
    assert again(edited).table.cell(0, "tosses") == "HHHH"


def test_a_file_with_a_model_alone_is_its_first_example():
    opened = performed(read('{"emviz": 1, "model": "coins"}')).session
    first = desk.example_session()
    assert opened.source == first.source
    assert opened.start.heads.tolist() == first.start.heads.tolist()
    assert opened.display == first.display
    named = performed(read('{"emviz": 1, "model": "gmm", "data": {"example": "faithful-waiting"}}')).session
    assert named.source == desk.example_session("gmm", "faithful-waiting").source


def test_without_its_steps_a_session_stands_at_the_start_by_its_methods():
    session = desk.step(desk.set_method(desk.step(coins()), Hard()))
    found = performed(read(write(session)), stepping=False)
    assert found.differences == ()
    assert (found.session.front, len(found.session.trace)) == ("hard", 1)


def test_work_on_a_scene_can_be_stopped_at_any_half_step():
    session = coins()
    for _ in range(20):
        session = desk.step(session)
    fractions = list(performing(read(write(session))))
    assert len(fractions) > 20
    assert fractions == sorted(fractions)


# -- what is not as it was -----------------------------------------------------------------------------------


def changed(session, change):
    record = json.loads(write(session))
    change(record)
    scene = read(json.dumps(record))
    return difference_words(scene, performed(scene).differences)


def walked():
    return desk.step(desk.step(coins(start={"heads": [0.6, 0.5]})))


def test_log_p_that_differs_is_said_with_both_numbers():
    def change(record):
        record["program"] = "0.0.9"
        record["runs"][0]["objective"] += 1e-6

    said = changed(walked(), change)
    now = walked().step.expectation.objective
    assert said == (
        f"Not all is as it was saved by emviz 0.0.9: the objective by EM is {figures(now, 12)} at the "
        f"half-step on display, and was {figures(now + 1e-6, 12)}."
    )


@pytest.mark.parametrize("stored", [None, "last bit"])
def test_rounding_is_not_said(stored):
    def change(record):
        run = record["runs"][0]
        run["objective"] = None if stored is None else np.nextafter(run["objective"], 0.0)

    assert changed(walked(), change) in ("", changed(walked(), change))
    if stored is not None:
        assert changed(walked(), change) == ""


def test_data_that_differ_are_said():
    def change(record):
        record["data"]["columns"][0]["texts"][0] = "HHHHHHHHHH"

    assert "the data are different" in changed(walked(), change)

    def of_example(record):
        record["data"]["sha256"] = "0" * 64

    assert "the example has other data now" in changed(desk.example_session(), of_example)


def test_a_run_that_ends_sooner_or_later_is_said():
    def longer(record):
        record["start"]["heads"] = [1.0, 0.5]

    assert "the run by EM ends after 1 of 2 half-steps" in changed(walked(), longer)

    def failed(record):
        record["runs"][0]["failed"] = True

    assert "a half-step by EM that failed can be done" in changed(walked(), failed)


# -- files ---------------------------------------------------------------------------------------------------


def test_a_file_is_told_by_its_name_and_read_whole(tmp_path):
    path = tmp_path / "first.EMVIZ"
    assert is_scene(path)
    assert not is_scene(tmp_path / "data.csv")
    path.write_bytes(b"\xef\xbb\xbf" + write(walked()).encode())
    assert performed(read_file(path)).session.cursor == 2
    path.write_text("")
    with pytest.raises(DataError, match=r"first\.EMVIZ: the file is empty"):
        read_file(path)


def test_the_version_is_that_of_the_program_or_left_empty(monkeypatch):
    monkeypatch.setattr(metadata, "version", {"emviz": "9.9"}.__getitem__)
    assert program() == "9.9"
    assert '"program": "9.9"' in write(coins())

    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert program() == ""
