"""The model that the README writes: taken from there as it stands, checked, and offered as a plug-in."""

import importlib
import importlib.metadata
import json
import re
import sys
from importlib.metadata import EntryPoint
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from emviz import models
from emviz.console.cli import main
from emviz.models import left_out, model_named
from emviz.session.state import example_session
from emviz.testing import ContractError, check

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
DAYS = [0, 3, 1, 0, 0, 4, 2, 0, 3, 0]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """The plug-in of the README, installed beside emviz."""
    section = README.partition("## Write a model of your own")[2]
    (tmp_path / "closed.py").write_text(re.search(r"```python\n(.*?)```", section, re.S)[1], encoding="utf-8")
    (tmp_path / "closed.csv").write_text("\n".join(["customers", *map(str, DAYS)]), encoding="utf-8")
    name, value = re.search(r'"emviz.models"\]\n(\w+) = "(.*?)"', section).groups()
    monkeypatch.syspath_prepend(tmp_path)
    entries = [EntryPoint(name, value, "emviz.models")]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda *, group: entries)
    models._found.cache_clear()
    yield importlib.import_module("closed")
    sys.modules.pop("closed")
    monkeypatch.undo()
    models._found.cache_clear()


def test_it_keeps_the_contract(package):
    check(package.MODEL)


def test_its_numbers_are_those_of_a_calculation_by_hand(package):
    """c = .5, λ = 2: a day without customers is closed with probability .5 / (.5 + .5 e^−2)."""
    model = package.MODEL
    data = np.array(DAYS, dtype=float)
    found = model.e_step(data, package.Params(np.array(0.5), np.array(2.0)))
    closed = 5 / (1 + exp(-2))
    assert found.counts == pytest.approx((closed, 10 - closed, 13), rel=1e-14)
    known = 5 * log(0.5 + 0.5 * exp(-2)) + 5 * (log(0.5) - 2) + 13 * log(2) - log(6 * 24 * 2 * 6)
    assert found.objective == pytest.approx(known, rel=1e-14)


def test_emviz_offers_it(package, capsys):
    assert left_out() == ()
    assert model_named("closed") is package.MODEL
    session = example_session("closed")
    assert session.table.names == ("customers",)
    assert main(["fit", "closed", "--json", "--iterations", "200", "--tol", "1e-13"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = told["trace"][-1]["params"]
    # At the maximum as many days without customers are expected as there were, and as many customers.
    assert found["closed"] + (1 - found["closed"]) * exp(-found["rate"]) == pytest.approx(0.5, rel=1e-6)
    assert (1 - found["closed"]) * found["rate"] == pytest.approx(1.3, rel=1e-9)


def test_a_slip_in_it_is_named(package, monkeypatch):
    sound = package.Closed.q
    monkeypatch.setattr(package.Closed, "q", lambda *known: sound(*known) + 0.5 * float(known[-1].rate))
    with pytest.raises(ContractError, match=r"slopes|above the objective"):
        check(package.MODEL)
