from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from emviz import models
from emviz.em.domains import ParameterError
from emviz.models import discover, example_named, model_named
from emviz.models.coins import MODEL


@dataclass(frozen=True)
class Guest:
    key: str
    title: str = "A"


@pytest.fixture
def with_guests(monkeypatch):
    """Two models of other packages."""

    def entry_points(*, group):
        assert group == "emviz.models"
        return [SimpleNamespace(load=lambda key=key: Guest(key)) for key in ("zebra", "ant")]

    monkeypatch.setattr(models, "entry_points", entry_points)
    discover.cache_clear()
    yield
    discover.cache_clear()


def test_every_file_of_the_folder_is_a_model():
    found = discover()
    assert MODEL in found
    assert len({model.key for model in found}) == len(found)
    assert [model.title for model in found] == sorted(model.title for model in found)
    assert discover() is found


@pytest.mark.usefixtures("with_guests")
def test_models_of_other_packages_come_last():
    assert MODEL in discover()
    assert [model.key for model in discover()[-2:]] == ["zebra", "ant"]
    assert model_named("ant") == Guest("ant")


@pytest.mark.usefixtures("with_guests")
def test_a_model_that_is_not_there():
    known = ", ".join(model.key for model in discover())
    with pytest.raises(ParameterError) as caught:
        model_named("dice")
    assert str(caught.value) == f"there is no model 'dice'; there are {known}"
    assert "coins" in known
    assert known.endswith("zebra, ant")


def test_examples_by_name():
    assert example_named(MODEL, None).key == "do2008"
    assert example_named(MODEL, "three-coins").hyper == {"coins": 3}
    with pytest.raises(ParameterError) as caught:
        example_named(MODEL, "four-coins")
    assert str(caught.value) == "coins has no example 'four-coins'; it has do2008, three-coins, one-coin"
