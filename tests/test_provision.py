"""Provision: missing system libraries are offered to be installed, never installed unasked."""

import os
import select
import sys

import pytest

from emviz.machine import preflight, provision

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has apt-get")

PACKAGES = ["libegl1", "libxcb-cursor0"]
LINE = f"apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"


class Desk:
    """A machine without some libraries: its terminal, and programs that only note what they were told."""

    def __init__(self, folder, monkeypatch):
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.notes = folder / "notes"
        self.user, terminal = os.openpty()
        monkeypatch.setattr(provision, "TERMINAL", os.ttyname(terminal))
        monkeypatch.setenv("PATH", f"{self.programs}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(provision.shutil, "which", self.which)
        monkeypatch.setattr(preflight, "lacking_packages", lambda platform=None: list(PACKAGES))
        monkeypatch.setattr(preflight, "problem", self.problem)

    def has(self, *names):
        for name in names:
            program = self.programs / name
            program.write_text(f'#!/bin/sh\necho {name} "$@" >> {self.notes}\n')
            program.chmod(0o755)

    def which(self, name):
        return str(self.programs / name) if (self.programs / name).exists() else None

    def problem(self, platform=None):
        return None if "install" in self.done() else "libraries are missing"

    def types(self, keys):
        os.write(self.user, keys)

    def done(self):
        return self.notes.read_text() if self.notes.exists() else ""

    def shown(self, until=""):
        """Return what the terminal shows; words that are named are waited for."""
        told = ""
        while select.select([self.user], [], [], 5 if until not in told else 0)[0]:
            told += os.read(self.user, 4096).decode()
        return told


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return Desk(tmp_path, monkeypatch)


@pytest.mark.parametrize("keys", [b"\n", b"y\n", b"Yes\n"])
def test_root_is_asked_and_the_packages_are_installed(desk, keys):
    desk.has("apt-get")
    desk.types(keys)
    assert provision.problem() is None
    assert desk.done() == f"apt-get update\n{LINE}\n"
    asked = f"Type `{LINE}` now? [Y/n]"
    assert asked in desk.shown(until=asked)


def test_others_are_asked_through_sudo(desk, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    desk.has("apt-get", "sudo")
    desk.types(b"\n")
    assert provision.problem() is None
    assert desk.done() == f"sudo apt-get update\nsudo {LINE}\n"


@pytest.mark.parametrize("keys", [b"n\n", b"no\n", b"what\n", b"\x04"])
def test_no_is_no(desk, keys):
    desk.has("apt-get")
    desk.types(keys)
    assert provision.problem() == "libraries are missing"
    assert desk.done() == ""


def test_nobody_is_asked_what_cannot_be_done(desk, monkeypatch):
    assert provision.problem() == "libraries are missing"  # no apt-get
    desk.has("apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert provision.problem() == "libraries are missing"  # no sudo
    assert desk.shown() == ""


def test_without_a_terminal_nobody_is_asked(desk, monkeypatch, tmp_path):
    desk.has("apt-get")
    monkeypatch.setattr(provision, "TERMINAL", str(tmp_path / "none"))
    assert provision.problem() == "libraries are missing"
    assert desk.done() == ""


def test_where_libraries_are_not_what_is_missing_nothing_is_offered(desk, monkeypatch):
    desk.has("apt-get")
    monkeypatch.setattr(preflight, "lacking_packages", lambda platform=None: [])
    assert provision.problem() == "libraries are missing"
    assert desk.shown() == ""


def test_an_installation_that_fails_leaves_the_sentence(desk):
    desk.has("apt-get")
    (desk.programs / "apt-get").write_text("#!/bin/sh\nexit 100\n")
    desk.types(b"\n")
    assert provision.problem() == "libraries are missing"
