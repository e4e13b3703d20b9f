import importlib.metadata
import subprocess
import sys
import threading
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pkgutil import iter_modules
from types import ModuleType, SimpleNamespace

import pytest

from emviz import models
from emviz.em import plugins
from emviz.em.domains import ParameterError
from emviz.em.model import Example
from emviz.em.plugins import PluginError
from emviz.models import coins, discover, example_named, left_out, model_named
from emviz.models.coins import MODEL


@dataclass(frozen=True)
class Guest(coins.Coins):
    """The coins under another name, as another package would bring a model."""

    key = "ant"
    title = "A guest"


@dataclass(frozen=True)
class Bare(Guest):
    key = "bare"
    examples = ()


@dataclass(frozen=True)
class Lost(Guest):
    key = "lost"
    examples = (Example("none", "None", "no_such_file.csv", "nowhere"),)


@dataclass(frozen=True)
class Doubled(Guest):
    key = "coins"


@dataclass(frozen=True)
class Numbered(Guest):
    key = 7


@dataclass(frozen=True)
class Wordless(Guest):
    def count_table(self, data, state, rows):
        return None


@dataclass(frozen=True)
class Blind(Guest):
    def views(self, data, state, look):
        return ["a picture"]


@dataclass(frozen=True)
class Mute(Guest):
    def answers(self, data, params, rows):
        return [7]


@dataclass(frozen=True)
class Odd(Guest):
    words = "words"


@dataclass(frozen=True)
class Empty(Guest):
    examples = (7,)


@dataclass(frozen=True)
class Late(Guest):
    """Fails only once it is to show what the M-step has found."""

    def count_table(self, data, state, rows):
        return super().count_table(data, state, rows) if state.updated is None else 1 / 0


@dataclass(frozen=True)
class Careless(Guest):
    def m_step(self, data, counts):
        return list(super().m_step(data, counts))


@dataclass(frozen=True)
class Slow(Guest):
    def parse(self, table):
        threading.Event().wait(30)


@pytest.fixture
def plug_ins(monkeypatch):
    """Have `discover` find these entry points, by the name of what they point to."""

    def found(*values):
        def entry_points(*, group):
            assert group == "emviz.models"
            return [EntryPoint(name, value, group) for name, value in values]

        monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)
        models._found.cache_clear()

    yield found
    monkeypatch.undo()
    models._found.cache_clear()


@pytest.fixture
def guests(monkeypatch):
    """A module that holds models, good and bad."""
    module = ModuleType("emviz_guests")
    module.ANT, module.ZEBRA = Guest(), type("Zebra", (Guest,), {"key": "zebra"})()
    module.BARE, module.LOST, module.DOUBLED, module.NUMBERED = Bare(), Lost(), Doubled(), Numbered()
    module.RUBBISH, module.CLASS = object(), Guest
    module.ODD, module.EMPTY, module.LATE = Odd(), Empty(), Late()
    module.PLAIN = SimpleNamespace(**dict.fromkeys(plugins.PARTS, "plain"))
    module.WORDLESS, module.BLIND, module.MUTE, module.CARELESS = Wordless(), Blind(), Mute(), Careless()
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module.__name__


def test_every_folder_is_a_model_and_known_by_its_title():
    folders = {entry.name for entry in iter_modules(models.__path__)}
    assert set(models.TITLES) == folders
    for key, title in models.TITLES.items():
        model = importlib.import_module(f"emviz.models.{key}").MODEL
        assert (model.key, model.title) == (key, title)
        assert model_named(key) is model
    assert [model.key for model in discover()] == sorted(models.TITLES, key=models.TITLES.get)


def test_one_model_is_read_without_the_others():
    code = "import sys; from emviz.models import model_named; model_named('abo'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    read = {name.split(".")[2] for name in done.stdout.split() if name.startswith("emviz.models.")}
    assert read == {"abo"}


def test_models_of_other_packages_come_last(plug_ins, guests):
    plug_ins(("zebra", f"{guests}:ZEBRA"), ("ant", f"{guests}:ANT"))
    assert MODEL in discover()
    assert [model.key for model in discover()[-2:]] == ["zebra", "ant"]
    assert model_named("ant") == Guest()
    assert left_out() == ()


def test_a_model_that_is_not_there(plug_ins, guests):
    plug_ins(("zebra", f"{guests}:ZEBRA"), ("broken", "no_such_module:MODEL"))
    known = ", ".join(model.key for model in discover())
    with pytest.raises(ParameterError) as caught:
        model_named("dice")
    assert str(caught.value) == f"there is no model 'dice'; there are {known}; {left_out()[0]}"
    assert "coins" in known
    assert known.endswith("zebra")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("RUBBISH", "it is no model, it lacks key, title, parse, parameters, start, e_step, m_step, q, "),
        ("CLASS", "it is a class, no model: write Guest()"),
        ("PLAIN", "it is no dataclass, whose fields are the hyper-parameters"),
        ("ODD", "words returned 'words', which cannot be shown"),
        ("EMPTY", "examples returned 7, which cannot be shown"),
        ("LATE", "ZeroDivisionError: division by zero"),
        ("BARE", "it has no example, and a model opens with its first one"),
        ("LOST", "DataError: there is no example 'no_such_file.csv'"),
        ("DOUBLED", "there is a model 'coins' already"),
        ("NUMBERED", "its key and its title must be text"),
        ("ABSENT", "AttributeError: "),
        ("WORDLESS", "count_table returned None, which cannot be shown"),
        ("BLIND", "views returned 'a picture', which cannot be shown"),
        ("MUTE", "answers returned 7, which cannot be shown"),
        ("CARELESS", "ModelError: Iteration 1, M-step: the model ant has a fault (AttributeError: "),
    ],
)
def test_a_plug_in_that_cannot_be_used_is_named_and_harms_nobody(plug_ins, guests, name, reason):
    plug_ins(("mine", f"{guests}:{name}"), ("ant", f"{guests}:ANT"))
    (sentence,) = left_out()
    assert sentence.startswith(f"the plug-in mine ({guests}:{name}) is left out: {reason}")
    assert [model.key for model in discover()][-1] == "ant"
    assert model_named("coins") is MODEL


@pytest.mark.parametrize(
    "code",
    ["raise SystemExit(3)", "raise KeyboardInterrupt", "import no_such_module", "1 / 0", "syntax error"],
)
def test_a_plug_in_that_fails_to_import_is_named(plug_ins, tmp_path, monkeypatch, code):
    (tmp_path / "emviz_broken.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    plug_ins(("broken", "emviz_broken:MODEL"))
    (sentence,) = left_out()
    assert sentence.startswith("the plug-in broken (emviz_broken:MODEL) is left out: ")
    assert model_named("coins") is MODEL


def test_a_plug_in_that_never_returns_is_named(monkeypatch, guests):
    sys.modules[guests].SLOW = Slow()
    with pytest.raises(PluginError, match=r"the plug-in slow .* it has not answered within 0\.1 seconds"):
        plugins.load(EntryPoint("slow", f"{guests}:SLOW", "emviz.models"), (), patience=0.1)


def test_examples_by_name():
    assert example_named(MODEL, None).key == "do2008"
    assert example_named(MODEL, "three-coins").hyper == {"coins": 3}
    with pytest.raises(ParameterError) as caught:
        example_named(MODEL, "four-coins")
    assert str(caught.value) == "coins has no example 'four-coins'; it has do2008, three-coins, one-coin"
