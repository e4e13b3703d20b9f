"""Checks whether emviz can run and open a window, before Qt is loaded, which would abort on a problem.

Uses only the standard library and syntax of Python 3.8, because it must run where nothing is installed yet.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import socket
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

OLDEST = (3, 11)
PATIENCE = 3.0  # maximum seconds to wait for the display
X_SOCKETS = "/tmp/.X11-unix"
CHECKOUT = Path(__file__).resolve().parents[2]

#: Python modules and their packages.
KERNEL = {"numpy": "numpy", "python_calamine": "python-calamine"}
WINDOW = {**KERNEL, "PySide6": "PySide6-Essentials", "pyqtgraph": "pyqtgraph", "ziamath": "ziamath"}

#: System libraries and their Debian packages: for any window, for X, for Wayland.
CORE_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
X_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}

ELSEWHERE = "over ssh use `ssh -X`; without any screen use `emviz snapshot coins -o coins.png`"
NO_DISPLAY = f"no display: neither DISPLAY nor WAYLAND_DISPLAY is set ({ELSEWHERE})"


def kernel_problem() -> str | None:
    """Return why emviz cannot compute here, and what to type; None if it can."""
    return _old_python() or _missing_modules(KERNEL)


def problem(platform: str | None = None) -> str | None:
    """Return why a window cannot open here, and what to type; None if it can.

    Parameters
    ----------
    platform : str, optional
        Qt's platform plugin, such as "offscreen"; by default determined by QT_QPA_PLATFORM and the session.
    """
    lacking = _old_python() or _missing_modules(WINDOW)
    if lacking or not sys.platform.startswith("linux"):
        return lacking
    faults = []
    for plugin in _plugins(platform or os.environ.get("QT_QPA_PLATFORM", "")):
        fault = _plugin_fault(plugin)
        if fault is None:
            return None
        faults.append(fault)
    return faults[0] if faults else NO_DISPLAY


def missing_packages(plugin: str) -> list[str]:
    """Return the Debian packages that a platform plugin needs and the system lacks."""
    return [package for name, package in _libraries(plugin).items() if not _loads(name)]


def lacking_packages(platform: str | None = None) -> list[str]:
    """Return the Debian packages whose absence is the only problem; [] if there is another one."""
    if _old_python() or _missing_modules(WINDOW) or not sys.platform.startswith("linux"):
        return []
    for plugin in _plugins(platform or os.environ.get("QT_QPA_PLATFORM", "")):
        if _exists(plugin) and _display_fault(plugin) is None:
            return missing_packages(plugin)
    return []


def pip_line() -> str:
    """Return the command that installs emviz and its requirements, in a new environment if necessary."""
    here = (CHECKOUT / "pyproject.toml").is_file()
    if sys.prefix != sys.base_prefix or not here:
        return f'"{sys.executable}" -m pip install ' + (f'-e "{CHECKOUT}"' if here else "emviz")
    if os.name == "nt":
        return rf'cd "{CHECKOUT}" && py -m venv .venv && .venv\Scripts\pip install -e .'
    return f'cd "{CHECKOUT}" && python3 -m venv .venv && .venv/bin/pip install -e .'


def _old_python() -> str | None:
    if sys.version_info >= OLDEST:
        return None
    oldest, here = ".".join(map(str, OLDEST)), ".".join(map(str, sys.version_info[:2]))
    return f"emviz needs Python {oldest} or newer, and this is {here}: type `python{oldest} -m venv .venv`"


def _missing_modules(modules: dict[str, str]) -> str | None:
    missing = [package for module, package in modules.items() if find_spec(module) is None]
    if not missing:
        return None
    noun = "package is" if len(missing) == 1 else "packages are"
    return f"Python {noun} missing ({', '.join(missing)}): type `{pip_line()}`"


def _plugins(platform: str) -> list[str]:
    """Return the platform plugins that Qt would try, in order."""
    named = [choice.split(":")[0] for choice in platform.split(";") if choice]
    sessions = (("wayland", "WAYLAND_DISPLAY"), ("xcb", "DISPLAY"))
    return named or [plugin for plugin, variable in sessions if os.environ.get(variable)]


def _plugin_fault(plugin: str) -> str | None:
    if not _exists(plugin):
        return f"QT_QPA_PLATFORM names `{plugin}`, which this Qt does not have: type `unset QT_QPA_PLATFORM`"
    fault = _display_fault(plugin) or _missing_libraries(plugin)
    return _x_refusal() if plugin == "xcb" and fault is None else fault


def _display_fault(plugin: str) -> str | None:
    if plugin == "xcb":
        return _x_fault()
    return _wayland_fault() if plugin.startswith("wayland") else None


def _exists(plugin: str) -> bool:
    """Return whether Qt has the plugin, as far as can be seen without loading Qt."""
    spec = find_spec("PySide6")
    places = (spec.submodule_search_locations if spec else None) or ()
    folders = [Path(place, "Qt", "plugins", "platforms") for place in places]
    moved = os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH") or os.environ.get("QT_PLUGIN_PATH")
    if moved or not any(folder.is_dir() for folder in folders):
        return True
    # One file contains wayland, wayland-egl and wayland-brcm.
    return any((folder / f"libq{plugin.split('-')[0]}.so").is_file() for folder in folders)


def _libraries(plugin: str) -> dict[str, str]:
    if plugin == "xcb":
        return {**CORE_LIBRARIES, **X_LIBRARIES}
    return {**CORE_LIBRARIES, **WAYLAND_LIBRARIES} if plugin.startswith("wayland") else CORE_LIBRARIES


def _missing_libraries(plugin: str) -> str | None:
    packages = missing_packages(plugin)
    if not packages:
        return None
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    install = "apt-get install" if root else "sudo apt-get install"
    named = "" if shutil.which("apt-get") else ", or what your system calls them"
    noun = "a system library is" if len(packages) == 1 else "system libraries are"
    return f"{noun} missing: type `{install} {' '.join(packages)}`{named}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _x_fault() -> str | None:
    display = os.environ.get("DISPLAY", "")
    if not display:
        return NO_DISPLAY
    addresses = _x_addresses(display)
    if not addresses:
        return f"no display: DISPLAY is `{display}`, which names none; `:0` would ({ELSEWHERE})"
    if any(_answers(address) for address in addresses):
        return None
    return f"no display: nothing answers at DISPLAY `{display}` ({ELSEWHERE})"


def _x_addresses(display: str) -> list[str | tuple[str, int]]:
    """Return the possible sockets of a display: paths (abstract ones start with a null), or host and port."""
    if display.startswith("/") and Path(display).exists():
        return [display]
    match = re.fullmatch(r"(?:(?:tcp|inet6?|unix|local)/)?([^/]*?)(?:/unix)?:(\d{1,4})(?:\.\d+)?", display)
    if match is None:
        return []
    host, number = match.group(1), int(match.group(2))
    if host not in ("", "unix"):
        return [(host.strip("[]"), 6000 + number)]
    path = f"{X_SOCKETS}/X{number}"
    return [path, f"\0{path}", ("localhost", 6000 + number)]


def _x_refusal() -> str | None:
    """Return advice if the X server rejects the user, tested with libxcb like Qt does."""
    accepted: list[bool] = []
    # A server that accepts the connection but never answers would block libxcb forever.
    asking = threading.Thread(target=_ask_server, args=(accepted,), daemon=True)
    asking.start()
    asking.join(PATIENCE)
    if accepted == [True]:
        return None
    display = os.environ["DISPLAY"]
    owner = "in a terminal of the one whose screen it is"
    return f"no display: the X server at `{display}` turns this user away: type `{_xhost()}` {owner}"


def _xhost() -> str:
    return f"xhost +si:localuser:{os.environ.get('USER') or 'NAME'}"


def _ask_server(accepted: list[bool]) -> None:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    accepted.append(xcb.xcb_connection_has_error(connection) == 0)
    xcb.xcb_disconnect(connection)


def _wayland_fault() -> str | None:
    name = os.environ.get("WAYLAND_DISPLAY") or "wayland-0"
    # An absolute name replaces the folder.
    path = Path(os.environ.get("XDG_RUNTIME_DIR", ""), name)
    if path.is_absolute() and _answers(str(path)):
        return None
    return f"no display: nothing answers at WAYLAND_DISPLAY `{name}` ({ELSEWHERE})"


def _answers(address: str | tuple[str, int]) -> bool:
    try:
        if isinstance(address, tuple):
            socket.create_connection(address, timeout=PATIENCE).close()
        else:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(PATIENCE)
                probe.connect(address)
    except (OSError, ValueError):  # an invalid host name is a ValueError
        return False
    return True
