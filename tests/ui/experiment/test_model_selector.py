"""The selector of the model: titles at once, what a model says later, models of other packages last."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from emviz import models
from emviz.models import coins, model_named
from emviz.ui.experiment.model_selector import Guests, ModelSelector
from emviz.ui.frame.status import StatusBar
from emviz.ui.work.worker import Worker


@dataclass(frozen=True)
class Guest(coins.Coins):
    key = "guest"
    title = "A guest"
    description = "Comes from elsewhere."


@pytest.fixture
def visited(monkeypatch):
    """A package with one good model and one that is left out."""
    monkeypatch.setattr(
        models, "_found", lambda: ((Guest(),), ("the plug-in mine is left out: it is rubbish",))
    )


@pytest.fixture
def selector(qtbot):
    made = ModelSelector()
    qtbot.addWidget(made)
    return made


def keys(selector):
    return [selector.itemData(place) for place in range(selector.count())]


def test_every_model_is_named_and_says_what_it_is_when_it_is_asked(selector):
    assert keys(selector) == sorted(models.TITLES, key=models.TITLES.get)
    for place, key in enumerate(keys(selector)):
        assert selector.itemText(place) == model_named(key).title
    tip = selector.itemData(selector.findData("abo"), Qt.ItemDataRole.ToolTipRole)
    assert "blood" in tip


def test_a_model_of_another_package_that_is_in_force_is_shown(selector, visited):
    selector.choose("guest")
    assert (selector.currentText(), selector.currentIndex()) == ("A guest", selector.count() - 1)
    assert "Comes from elsewhere." in selector.toolTip()
    selector.choose("coins")
    selector.offer_guests()
    assert keys(selector).count("guest") == 1
    assert selector.currentText() == "Coins"


def test_other_packages_are_looked_at_in_the_background(selector, visited, qtbot):
    worker, status, parent = Worker(), StatusBar(), QWidget()
    for widget in (status, parent):
        qtbot.addWidget(widget)
    said = []
    status.refuse = said.append
    looking = Guests(worker, selector, status, parent)
    assert "guest" not in keys(selector)
    looking.look()
    qtbot.waitUntil(lambda: "guest" in keys(selector))
    worker.shutdown()
    assert said == ["the plug-in mine is left out: it is rubbish"]
