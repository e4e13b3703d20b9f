"""What is supposed: chosen and taken back, undone, and dropped where the data no longer know it."""

import csv
import io

import numpy as np
import pytest

from emviz import session as desk
from emviz.api import answers_report as report
from emviz.data.table import Table
from emviz.em.domains import ParameterError


@pytest.fixture
def clinic():
    return desk.example_session("network", "clinic")


def supposing(session, *pairs):
    return desk.shown(session, {"supposed": pairs})


def test_a_state_is_supposed_in_the_place_of_another_and_taken_back(clinic):
    display = supposing(clinic, ("smoke", "no"), ("xray", "yes")).display
    assert desk.toggled(display, "smoke", "yes") == (("xray", "yes"), ("smoke", "yes"))
    assert desk.toggled(display, "smoke", "no") == (("xray", "yes"),)


def test_undo_takes_it_back_and_leaves_the_steps(clinic):
    one = supposing(clinic, ("smoke", "yes"))
    two = supposing(one, ("smoke", "yes"), ("xray", "yes"))
    stepped = desk.step(desk.step(two))
    back = desk.undo(stepped)
    assert back.display.supposed == (("smoke", "yes"),)
    assert (back.cursor, back.trace) == (2, stepped.trace)
    assert desk.undo(back).display.supposed == ()
    assert desk.redo(desk.redo(desk.undo(back))).display.supposed == two.display.supposed
    assert desk.redo(back).trace == stepped.trace


def test_undo_of_an_edit_takes_back_the_edit_alone(clinic):
    """A reset after something was supposed gives its steps back, and what was supposed stays."""
    stepped = desk.step(supposing(clinic, ("smoke", "yes")))
    again = desk.undo(desk.reset(stepped))
    assert (again.cursor, again.display.supposed) == (1, (("smoke", "yes"),))
    other = desk.undo(desk.set_model(stepped, {"pseudocount": 1.0}))
    assert (other.cursor, other.display.supposed) == (1, (("smoke", "yes"),))


def test_neither_data_nor_run_change(clinic):
    other = supposing(clinic, ("smoke", "yes"))
    assert (other.data, other.table, other.run) == (clinic.data, clinic.table, clinic.run)
    assert desk.diff(clinic, other) == {desk.Part.SUPPOSED, desk.Part.PAST}


def test_what_other_data_do_not_know_is_dropped(clinic):
    both = supposing(clinic, ("smoke", "yes"), ("xray", "yes"))
    text = "[smoke][lung|smoke]"
    assert desk.set_model(both, {"structure": text}).display.supposed == (("smoke", "yes"),)
    table = Table.from_columns({"smoke": ["never", "often"], "lung": ["no", "yes"]})
    edited = desk.edit_table(desk.set_model(both, {"structure": text}), table)
    assert edited.display.supposed == ()
    assert supposing(desk.example_session("coins"), ("smoke", "yes")).display.supposed == (("smoke", "yes"),)
    assert desk.set_model(supposing(desk.example_session("gmm"), ("a", "b")), {}).display.supposed == ()


def test_the_posterior_is_exported_with_what_is_supposed_and_without(clinic):
    session = desk.step(desk.shown(clinic, {"row": 1, "supposed": (("smoke", "yes"),)}))
    (view, *_) = desk.views(session)
    lines = list(csv.DictReader(io.StringIO(report.posterior(session))))
    assert len(lines) == 16
    assert {(line["t"], line["row"], line["if"]) for line in lines} == {("0", "2", "smoke = yes")}
    wanted = {
        (each.name, state): (share, before)
        for each in view.variables
        for state, share, before in zip(each.states, each.shares, each.before, strict=True)
    }
    told = {
        (line["variable"], line["state"]): (float(line["probability"]), float(line["without the if"]))
        for line in lines
    }
    assert told == wanted
    known = {line["variable"]: line["known"] for line in lines if line["known"]}
    assert known["smoke"] == "supposed"
    assert {name for name, how in known.items() if how == "seen"} == {
        name for name in session.data.names if name != "smoke" and session.table.cell(1, name)
    }
    plain = list(csv.DictReader(io.StringIO(report.posterior(desk.step(clinic)))))
    assert {(line["row"], line["if"], line["known"]) for line in plain} == {("any", "", "")}
    assert all(line["probability"] == line["without the if"] for line in plain)


def test_what_is_written_is_supposed_or_refused_in_a_sentence(clinic):
    assert desk.supposable(clinic, ["smoke = no", "xray=yes", "smoke=yes"]) == (
        ("smoke", "yes"),
        ("xray", "yes"),
    )
    for text, words in {
        "smoking=yes": "there is no variable 'smoking'; there are asia, smoke, tub",
        "smoke=often": "if smoke=often: smoke is no or yes",
        "smoke": "if smoke: smoke is no or yes",
    }.items():
        with pytest.raises(ParameterError, match=words):
            desk.supposable(clinic, [text])
    with pytest.raises(ParameterError, match="this model has no network"):
        desk.supposable(desk.example_session("coins"), ["a=b"])


def test_answers_tell_the_verdict_with_what_is_for_and_against_it(clinic):
    session = desk.step(desk.step(desk.shown(clinic, {"node": "lung"})))
    params = session.step.params
    lines = list(csv.DictReader(io.StringIO("".join(text for _, text in report.answers(session, params)))))
    assert len(lines) == 1000
    wanted = session.model.verdicts(session.data, params, np.arange(1000), "lung")
    for line, verdict in zip(lines, wanted, strict=True):
        assert (line["asked"], line["most likely"]) == ("lung", verdict.state)
        assert float(line["P"]) == verdict.share
        weights = {each.name: each.value for each in verdict.weights}
        told = {name: line[f"weight of {name}"] for name in session.data.names}
        assert {name: float(each) for name, each in told.items() if each} == weights
        above = [each for each in verdict.weights if each.value > 0]
        assert line["for"] == "; ".join(f"{each.name} = {each.state}" for each in above)
        below = [each for each in verdict.weights[::-1] if each.value < 0]
        assert line["against"] == "; ".join(f"{each.name} = {each.state}" for each in below)
