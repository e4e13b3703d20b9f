"""The same file opens the same way next time, unless it has other columns."""

import json
from dataclasses import replace

import pytest

from emviz import session as desk
from emviz.intake import Wishes
from emviz.ui.driver import Driver
from emviz.ui.open_dialog import OpenDialog
from emviz.ui.openings import LONGEST, MOST, Opening, parsed, remembered, wishes_for
from emviz.ui.setup import SetupPanel
from emviz.ui.store import Store
from emviz.ui.worker import Worker

ASKED = Wishes(columns={"heads": "Kopf"}, leave=("n",), codes=frozenset({"-9"}), drop=True)
OPENING = Opening("/data/a.csv", "coins", ("Kopf", "Zahl", "n"), ASKED)


def test_what_was_asked_for_comes_back_for_the_same_columns_alone():
    kept = remembered((), OPENING)
    assert wishes_for(kept, "/data/a.csv", "coins", ["Kopf", "Zahl", "n"]) == ASKED
    assert wishes_for(kept, "/data/a.csv", "coins", ["Kopf", "Zahl"]) == Wishes()
    assert wishes_for(kept, "/data/a.csv", "gmm", ["Kopf", "Zahl", "n"]) == Wishes()
    assert wishes_for(kept, "/data/b.csv", "coins", ["Kopf", "Zahl", "n"]) == Wishes()


def test_the_last_time_counts_and_asking_for_nothing_forgets():
    kept = remembered((OPENING,), replace(OPENING, wishes=Wishes(drop=True)))
    assert [each.wishes for each in kept] == [Wishes(drop=True)]
    assert remembered(kept, replace(OPENING, wishes=Wishes())) == ()


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
    {"names": ["x" * LONGEST]},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_record_without_sense_is_left_out(wrong):
    good = OPENING.record()
    assert parsed(json.dumps([good | wrong, good, "text"])) == (OPENING,)


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
