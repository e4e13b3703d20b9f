"""A Linux desktop learns of emviz, and forgets it again; elsewhere one sentence says what to do."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from emviz.console import cli
from emviz.data.examples import assets
from emviz.machine import registering


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def test_what_is_written_is_taken_back(home, capsys):
    assert cli.main(["--register"]) == 0
    assert str(home) in capsys.readouterr().out
    entry = (home / registering.ENTRY).read_text("utf-8")
    assert "MimeType=application/x-emviz-session;text/x-emviz-lesson;\n" in entry
    (line,) = (line for line in entry.splitlines() if line.startswith("Exec="))
    *command, last = shlex.split(line[5:])
    assert last == "%f"
    assert all(Path(part).is_file() for part in command)
    kept = {path for path in home.rglob("*emviz*") if path.is_file()}
    assert {home / place for place in (registering.ENTRY, registering.TYPES, registering.ICON)} <= kept
    assert cli.main(["--unregister"]) == 0
    assert "no longer" in capsys.readouterr().out
    assert not [path for path in home.rglob("*emviz*") if path.is_file()]
    assert cli.main(["--unregister"]) == 0
    assert "is not registered" in capsys.readouterr().out


def test_a_file_has_its_type_and_its_program(home):
    """The types are declared for the endings that emviz reads, under the names that the entry opens."""
    if shutil.which("desktop-file-validate"):
        entry = str(assets() / "desktop" / "emviz.desktop")
        assert subprocess.run(["desktop-file-validate", entry], check=False).returncode == 0
    names = "{http://www.freedesktop.org/standards/shared-mime-info}"
    types = ElementTree.parse(assets() / "desktop" / "emviz.xml").getroot()
    declared = {each.find(f"{names}glob").get("pattern"): each.get("type") for each in types}
    assert declared == {"*.emviz": "application/x-emviz-session", "*.lesson": "text/x-emviz-lesson"}
    entry = (assets() / "desktop" / "emviz.desktop").read_text("utf-8")
    assert f"MimeType={';'.join(declared.values())};" in entry


def test_odd_letters_in_a_path_are_escaped_twice():
    """As an argument, and then as a string of the file (Desktop Entry Specification, "The Exec key")."""
    assert registering.exec_line(["/a b/5%/$x\\y"]) == 'Exec="/a b/5%%/\\\\$x\\\\\\\\y" %f'


def test_a_plain_path_has_no_quotes():
    assert registering.exec_line(["/opt/emviz-0.1/bin/emviz", "ü%"]) == "Exec=/opt/emviz-0.1/bin/emviz ü%% %f"


def test_what_lists_the_types_is_named_where_it_is_missing(home, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: "/bin/true")
    assert "apt-get" not in registering.register()
    monkeypatch.setattr(shutil, "which", {"update-mime-database": "/bin/true"}.get)
    assert (
        "once update-desktop-database is there: `apt-get install desktop-file-utils`"
        in registering.register()
    )


def test_a_relative_data_home_does_not_count(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    assert registering.data_home() == Path.home() / ".local" / "share"


@pytest.mark.parametrize(("system", "word"), [("win32", "Open with"), ("darwin", "emviz FILE.emviz")])
def test_elsewhere_a_sentence_says_what_to_do(home, system, word):
    for deed in (registering.register, registering.unregister):
        assert word in deed(system)
    assert not list(home.iterdir())


def test_what_cannot_be_written_is_one_sentence(home, capsys):
    (home / "applications").write_text("a file", "utf-8")
    assert cli.main(["--register"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
