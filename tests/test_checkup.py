"""What is sent to the support desk is true of this machine, and tells what is missing."""

import platform
from importlib import metadata

import numpy as np

from emviz.console import cli
from emviz.machine import checkup, preflight

EXTRA = ["pytest>=8; extra == 'test'"]


def as_pairs(lines):
    return [(line[:20].strip(), line[20:]) for line in lines]


def test_versions_are_those_of_what_is_installed(monkeypatch):
    monkeypatch.setattr(
        checkup, "requires", lambda name: ["numpy>=2", "numpy>=2.1; python_version > '3.12'", *EXTRA]
    )
    told = as_pairs(checkup.lines(None))
    assert [name for name, _ in told] == ["emviz", "Python", "system", "numpy", "window"]
    assert dict(told)["numpy"] == np.__version__
    assert dict(told)["Python"] == platform.python_version()
    assert dict(told)["window"] == "can open"


def test_what_is_missing_is_named(monkeypatch):
    def not_there(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(checkup, "requires", not_there)
    monkeypatch.setattr(checkup, "version", not_there)
    monkeypatch.setattr(preflight, "lacking_packages", lambda: ["libegl1", "libxcb-cursor0"])
    told = dict(as_pairs(checkup.lines("two system libraries are missing")))
    assert {told[package] for package in preflight.WINDOW.values()} == {"not installed"}
    assert told["missing"] == "libegl1, libxcb-cursor0"
    assert told["window"] == "cannot open: two system libraries are missing"


def test_screens_are_told_where_a_window_can_open(capsys, monkeypatch, qapp):
    monkeypatch.setattr(preflight, "problem", lambda: None)
    assert cli.main(["--check"]) == 0
    told = as_pairs(capsys.readouterr().out.splitlines())
    size = qapp.primaryScreen().size()
    assert ("platform", "offscreen") in told
    assert told[-1][0] == "screen"
    assert told[-1][1].startswith(f"{size.width()} × {size.height()} at scale 1, ")


def test_without_a_display_qt_is_not_asked(capsys, monkeypatch):
    monkeypatch.setattr(preflight, "problem", lambda: "no display")
    assert cli.main(["--check"]) == 2
    told = dict(as_pairs(capsys.readouterr().out.splitlines()))
    assert told["window"] == "cannot open: no display"
    assert "screen" not in told
