"""Preflight: one sentence instead of an abort, whatever is missing."""

import os
import socket
import struct
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from emviz.machine import preflight

ROOT = Path(__file__).parents[1]
VARIABLES = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "QT_QPA_PLATFORM",
    "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
)
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has X and Wayland")


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A Linux with every library, an X server that lets everybody in, and no display."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(preflight, "X_SOCKETS", str(tmp_path))
    monkeypatch.setattr(preflight, "PATIENCE", 0.5)
    monkeypatch.setattr(preflight, "_loads", lambda library: True)
    monkeypatch.setattr(preflight, "_ask_server", lambda accepted: accepted.append(True))
    return monkeypatch


def listening(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    return closing(server)


def x_server():
    """Return a number of a display that is free, and the server that listens there."""
    for number in range(100, 9000):
        try:
            return number, socket.create_server(("127.0.0.1", 6000 + number))
        except OSError:
            continue
    raise AssertionError("no port is free")


def dead_display():
    """Return a number of a display, and what keeps its port from whoever might answer there."""
    for number in range(100, 9000):
        taken = socket.socket()
        try:
            taken.bind(("127.0.0.1", 6000 + number))
        except OSError:
            taken.close()
        else:
            return number, taken
    raise AssertionError("no port is free")


@linux
def test_no_display_says_so_and_what_to_do_instead(bare):
    said = preflight.problem()
    assert said == preflight.NO_DISPLAY
    assert "ssh -X" in said
    assert "emviz snapshot coins -o coins.png" in said


@linux
@pytest.mark.parametrize("display", [":7", ":7.0", "unix:7", "unix:7.1", "unix/:7", "/unix:7"])
def test_an_x_socket_that_answers_is_enough(bare, tmp_path, display):
    bare.setenv("DISPLAY", display)
    with listening(f"{tmp_path}/X7"):
        assert preflight.problem() is None


@linux
def test_an_abstract_x_socket_is_enough(bare, tmp_path):
    bare.setenv("DISPLAY", ":7")
    with listening(f"\0{tmp_path}/X7"):
        assert preflight.problem() is None


@linux
def test_a_display_at_a_host_is_asked_over_tcp(bare):
    number, server = x_server()
    with server:
        bare.setenv("DISPLAY", f"127.0.0.1:{number}.0")
        assert preflight.problem() is None


@pytest.mark.parametrize(
    ("display", "addresses"),
    [
        ("localhost:10.0", [("localhost", 6010)]),
        ("tcp/far.example:1", [("far.example", 6001)]),
        ("[::1]:2", [("::1", 6002)]),
        ("nonsense", []),
        (":", []),
        (":99999", []),
    ],
)
def test_a_display_is_read_as_x_reads_it(display, addresses):
    assert preflight._x_addresses(display) == addresses


@linux
@pytest.mark.parametrize("display", [":7", "127.0.0.1:9000", "no such host:0", "x" * 300 + ":1"])
def test_a_dead_display_is_named(bare, display):
    bare.setenv("DISPLAY", display)
    bare.setattr(socket, "create_connection", refuse)
    said = preflight.problem()
    assert said.startswith(f"no display: nothing answers at DISPLAY `{display}`")


def refuse(address, timeout):
    assert timeout <= 3
    raise ConnectionRefusedError


@linux
def test_a_display_that_is_no_name_is_said(bare):
    bare.setenv("DISPLAY", "nonsense")
    assert "`nonsense`, which names none" in preflight.problem()


@linux
def test_wayland_is_found_in_the_runtime_folder_or_by_its_path(bare, tmp_path):
    with listening(f"{tmp_path}/wayland-3"):
        bare.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        bare.setenv("WAYLAND_DISPLAY", "wayland-3")
        assert preflight.problem() is None
        bare.delenv("XDG_RUNTIME_DIR")
        assert "nothing answers at WAYLAND_DISPLAY `wayland-3`" in preflight.problem()
        bare.setenv("WAYLAND_DISPLAY", f"{tmp_path}/wayland-3")
        assert preflight.problem() is None


@linux
def test_x_stands_in_for_a_dead_wayland(bare, tmp_path):
    bare.setenv("WAYLAND_DISPLAY", f"{tmp_path}/gone")
    bare.setenv("DISPLAY", ":7")
    with listening(f"{tmp_path}/X7"):
        assert preflight.problem() is None


@linux
@pytest.mark.parametrize("platform", ["offscreen", "minimal", "offscreen:fonts=freetype", "xcb;offscreen"])
def test_some_platforms_need_no_display(bare, platform):
    bare.setenv("QT_QPA_PLATFORM", platform)
    assert preflight.problem() is None


@linux
def test_a_platform_that_qt_does_not_have_is_said(bare):
    bare.setenv("QT_QPA_PLATFORM", "holodeck")
    assert "`holodeck`, which this Qt does not have" in preflight.problem()


@linux
def test_missing_libraries_give_one_line_to_type(bare, tmp_path):
    bare.setenv("DISPLAY", ":7")
    bare.setattr(preflight, "_loads", lambda name: name not in ("libEGL.so.1", "libxcb-cursor.so.0"))
    bare.setattr(os, "geteuid", lambda: 1000)
    with listening(f"{tmp_path}/X7"):
        said = preflight.problem()
    assert "system libraries are missing: type `sudo apt-get install libegl1 libxcb-cursor0`" in said
    # A snapshot needs no library of X.
    assert preflight.missing_packages("offscreen") == ["libegl1"]


@linux
def test_only_where_nothing_but_libraries_is_missing_packages_are_named(bare, tmp_path):
    bare.setattr(preflight, "_loads", lambda name: name != "libEGL.so.1")
    assert preflight.lacking_packages() == []
    assert preflight.lacking_packages("offscreen") == ["libegl1"]
    assert preflight.lacking_packages("holodeck") == []
    bare.setenv("DISPLAY", ":7")
    bare.setattr(socket, "create_connection", refuse)
    assert preflight.lacking_packages() == []  # nothing answers there
    with listening(f"{tmp_path}/X7"):
        assert preflight.lacking_packages() == ["libegl1"]
        bare.setattr(sys, "version_info", (3, 10, 4))
        assert preflight.lacking_packages() == []


@linux
def test_root_needs_no_sudo(bare):
    bare.setattr(preflight, "_loads", lambda name: name != "libGL.so.1")
    bare.setattr(os, "geteuid", lambda: 0)
    said = preflight.problem("offscreen")
    assert said.startswith("a system library is missing: type `apt-get install libgl1`")


def test_a_library_is_there_if_it_loads():
    assert not preflight._loads("libemviz-has-none.so.0")


def test_missing_packages_give_one_line_to_type(bare):
    found = preflight.find_spec
    bare.setattr(preflight, "find_spec", lambda name: None if name == "PySide6" else found(name))
    said = preflight.problem()
    assert said.startswith("Python package is missing (PySide6-Essentials): type `")
    assert "pip" in said
    assert preflight.kernel_problem() is None


def test_the_line_to_type_makes_an_environment_where_there_is_none(bare):
    bare.setattr(sys, "prefix", sys.base_prefix)
    assert "-m venv .venv" in preflight.pip_line()
    bare.setattr(sys, "prefix", "/somewhere/.venv")
    assert preflight.pip_line().startswith(f'"{sys.executable}" -m pip install -e ')
    bare.setattr(preflight, "CHECKOUT", Path("/nowhere"))
    assert preflight.pip_line().endswith("-m pip install emviz")


def test_an_old_python_is_told_apart(bare):
    bare.setattr(sys, "version_info", (3, 10, 4))
    assert "needs Python 3.11 or newer, and this is 3.10" in preflight.problem()
    assert preflight.kernel_problem() == preflight.problem()


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_elsewhere_only_packages_are_looked_for(bare, system):
    bare.setattr(sys, "platform", system)
    assert preflight.problem() is None


@linux
@pytest.mark.skipif(not preflight._loads("libxcb.so.1"), reason="libxcb is not installed")
def test_an_x_server_that_turns_us_away_is_told(monkeypatch):
    number, server = x_server()
    with server:
        turning_away = threading.Thread(target=turn_away, args=(server,))
        turning_away.start()
        monkeypatch.setenv("DISPLAY", f"127.0.0.1:{number}")
        said = preflight._x_refusal()
        turning_away.join()
    assert "turns this user away: type `xhost +si:localuser:" in said


def turn_away(server):
    client, _ = server.accept()
    with client:
        client.recv(4096)
        reason = b"No protocol specified\n\0\0"
        client.sendall(struct.pack("<BBHHH", 0, 22, 11, 0, len(reason) // 4) + reason)


@linux
@pytest.mark.parametrize("named", [False, True])
def test_the_program_ends_with_status_2_and_one_line(named):
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    number, taken = dead_display()
    with taken:
        if named:
            environment["DISPLAY"] = f"127.0.0.1:{number}"
        ended = subprocess.run(
            [sys.executable, "main.py"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("emviz: no display: ")
    assert ended.stderr.count("\n") == 1
