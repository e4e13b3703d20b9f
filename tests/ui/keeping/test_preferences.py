"""Preferences come back as they were; whatever makes no sense is the default."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from emviz.data.table import DataError
from emviz.intake import Wishes
from emviz.ui.keeping import preferences
from emviz.ui.opening.openings import Opening

CHOSEN = preferences.Preferences(
    theme="dark",
    points=14,
    speed=5.0,
    decimals=3,
    motion=False,
    geometry=b"\x00\x01geometry",
    splitters=((300, 500, 400), (390, 160)),
    recent=("/data/Würfe, Münzen.csv", "/data/b.csv"),
    openings=(
        Opening("/data/b.csv", "coins", ("Kopf", "Zahl"), Wishes({"heads": "Kopf"}, codes=frozenset({"-9"}))),
        Opening("/data/c.csv", "gmm", ("x", "y"), Wishes(use=("y",), leave=("x",), drop=True, layout="")),
    ),
    scenes=(("/lessons/mine.lesson", 4), ("/lessons/a.lesson", 1)),
)


def test_preferences_come_back(tmp_path):
    path = tmp_path / "emviz.ini"
    preferences.save(preferences.settings_at(path), CHOSEN)
    assert preferences.load(preferences.settings_at(path)) == CHOSEN


def test_a_missing_file_gives_the_defaults(tmp_path):
    assert preferences.load(preferences.settings_at(tmp_path / "none.ini")) == preferences.Preferences()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", "@Invalid()"),
        ("points", "7"),
        ("points", "nine"),
        ("points", "9" * 5000),
        ("speed", "nan"),
        ("speed", "1e999"),
        ("speed", "0"),
        ("decimals", "7"),
        ("motion", "perhaps"),
        ("geometry", "no base64!"),
        ("splitters", "[[0, 0]]"),
        ("splitters", "[[-5, 10]]"),
        ("splitters", "{}"),
        ("splitters", "[" * 100_000),
        ("splitters", '[["a"]]'),
        ("openings", "{}"),
        ("openings", '[{"path": 1}]'),
        ("openings", '["a"]'),
        ("openings", "["),
        ("scenes", "{}"),
        ("scenes", '["a", ["b"], [1, 2], ["c", 0], ["d", true], ["e", 1e9], ["f\\u0000", 3]]'),
        ("recent", '"one"'),
        ("recent", "[1, 2"),
        ("recent", "@ByteArray(\\0\\xff)"),
    ],
)
def test_a_value_without_sense_is_the_default_and_the_others_stay(tmp_path, name, value):
    settings = preferences.settings_at(tmp_path / "emviz.ini")
    preferences.save(settings, CHOSEN)
    settings.setValue(name, value)
    settings.sync()
    loaded = preferences.load(preferences.settings_at(tmp_path / "emviz.ini"))
    assert loaded == replace(CHOSEN, **{name: getattr(preferences.Preferences(), name)})


@pytest.mark.parametrize(
    "content", [b"\x00\xff\xfe garbage \x80" * 50, b"[General\npoints=", b"points=12\n\x00[["]
)
def test_a_corrupt_file_loads_silently(tmp_path, content):
    path = tmp_path / "emviz.ini"
    path.write_bytes(content)
    assert isinstance(preferences.load(preferences.settings_at(path)), preferences.Preferences)


def test_recent_files_are_few_and_each_there_once():
    kept = preferences.Preferences()
    for i in range(20):
        kept = replace(kept, recent=kept.opened(f"/data/{i % 12}.csv"))
    assert len(kept.recent) == preferences.MOST_FILES == len(set(kept.recent))
    assert kept.recent[0] == "/data/7.csv"


def test_another_file_can_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv(preferences.VARIABLE, str(tmp_path / "other.ini"))
    assert Path(preferences.user_settings().fileName()) == tmp_path / "other.ini"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe")
def test_preferences_never_replace_a_pipe(tmp_path, monkeypatch):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    monkeypatch.setenv(preferences.VARIABLE, str(path))
    with pytest.raises(DataError, match="can only be kept in a file"):
        preferences.user_settings()
    assert path.is_fifo()
