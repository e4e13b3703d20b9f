"""The same file opens the same way next time, unless it has other columns."""

import json
from dataclasses import asdict, replace

import pytest

from emviz import session as desk
from emviz.data.dialect import Dialect, sniff
from emviz.intake import Wishes
from emviz.ui.experiment.setup import SetupPanel
from emviz.ui.opening.open_dialog import OpenDialog
from emviz.ui.opening.openings import CHANGED, LONGEST, MOST, Opening, again, found, parsed, remembered
from emviz.ui.work.driver import Driver
from emviz.ui.work.store import Store
from emviz.ui.work.worker import Worker

ASKED = Wishes(columns={"heads": "Kopf"}, leave=("n",), codes=frozenset({"-9"}), drop=True, every_row=True)
OPENING = Opening("/data/a.csv", "coins", ("Kopf", "Zahl", "n"), ASKED)


def test_what_was_asked_for_comes_back_for_the_same_file_and_model_alone():
    kept = remembered((), OPENING)
    assert found(kept, "/data/a.csv", "coins") == OPENING
    assert found(kept, "/data/a.csv", "gmm") is None
    assert found(kept, "/data/b.csv", "coins") is None


def test_how_a_file_is_written_comes_back_for_another_model_too():
    kept = remembered((), replace(OPENING, dialect=Dialect(delimiter=";")))
    assert found(kept, "/data/a.csv", "gmm") == replace(
        OPENING, model="gmm", wishes=Wishes(), dialect=Dialect(delimiter=";")
    )


@pytest.mark.parametrize("written", [None, Dialect(skip=1)])
def test_a_file_opens_as_it_did_unless_its_columns_are_other_ones(tmp_path, written):
    path = tmp_path / "own.csv"
    path.write_text("# by hand\nKopf,Zahl,n\n5,3,1\n")
    known = Opening(str(path), "coins", ("Kopf", "Zahl", "n"), ASKED, written)
    detected = sniff(path)
    assert again(path, detected, None) == (detected, Wishes(), "")
    assert again(path, detected, known) == (written or detected, ASKED, "")
    for text in ("# by hand\nKopf,Zahl\n5,3\n", "# by hand\n"):
        path.write_text(text)
        assert again(path, detected, known) == (detected, Wishes(), CHANGED)


def test_the_last_time_counts_and_asking_for_nothing_forgets():
    kept = remembered((OPENING,), replace(OPENING, wishes=Wishes(drop=True)))
    assert [each.wishes for each in kept] == [Wishes(drop=True)]
    assert remembered(kept, replace(OPENING, wishes=Wishes())) == ()
    written = replace(OPENING, wishes=Wishes(), dialect=Dialect())
    assert remembered((), written) == (written,)


def test_what_is_remembered_is_bounded():
    kept = ()
    for i in range(MOST + 5):
        kept = remembered(kept, replace(OPENING, path=f"/data/{i}.csv"))
    assert len(kept) == MOST
    assert kept[0].path == f"/data/{MOST + 4}.csv"
    assert remembered((), replace(OPENING, names=("x" * LONGEST,))) == ()


WRONG = [
    {"path": 1},
    {"path": "a\0b"},
    {"model": None},
    {"columns": []},
    {"columns": {"a": 1}},
    {"names": "ab"},
    {"use": [1]},
    {"codes": None},
    {"drop": 1},
    {"layout": 3},
    {"dialect": 3},
    {"dialect": {}},
    {"dialect": asdict(Dialect()) | {"skip": "1"}},
    {"dialect": asdict(Dialect()) | {"skip": -1}},
    {"dialect": asdict(Dialect()) | {"skip": True}},
    {"dialect": asdict(Dialect()) | {"layout": "pdf"}},
    {"names": ["x" * LONGEST]},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_record_without_sense_is_left_out(wrong):
    good = OPENING.record()
    assert parsed(json.dumps([good | wrong, good, "text"])) == (OPENING,)


def test_a_record_holds_how_the_file_is_written():
    written = replace(OPENING, dialect=Dialect("cp1252", ";", ",", skip=2, sheet="b", blocks=True))
    assert parsed(json.dumps([written.record()])) == (written,)
    old = OPENING.record()
    del old["dialect"]
    assert parsed(json.dumps([old])) == (OPENING,)


def test_the_dialog_shows_again_what_was_chosen_last_time(qtbot, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("Kopf,Zahl\n5,3\n9,7\n")
    driver = Driver(Store(desk.example_session("coins")), Worker())
    panel = SetupPanel(driver)
    qtbot.addWidget(panel)
    panel.render(driver.store.session)
    wishes = Wishes(columns={"heads": "Zahl", "tails": "Kopf"})
    panel.openings = (Opening(str(path), "coins", ("Kopf", "Zahl"), wishes),)
    panel.open_path(path)
    dialog = panel.findChild(OpenDialog)
    assert dialog.mapping.named["heads"].currentData() == "Zahl"
    dialog.mapping.drop.click()
    with qtbot.waitSignal(driver.opened):
        dialog.accept()
    assert driver.store.session.table.numbers("heads").tolist() == [3, 7]
    assert panel.openings[0].wishes == Wishes(columns=wishes.columns, drop=True)
    assert panel.openings[0].names == ("Kopf", "Zahl")
    driver.shutdown()
