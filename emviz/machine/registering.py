"""Registers emviz with a Linux desktop: a menu entry, an icon, and two file types.

The files go into the user's data folder according to the freedesktop.org specifications (desktop entries,
icon themes and shared MIME types); no root rights are needed, and everything can be removed again.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from emviz.data.examples import assets
from emviz.data.writer import save_bytes
from emviz.machine import preflight

ENTRY, TYPES, ICON = (
    Path("applications", "emviz.desktop"),
    Path("mime", "packages", "emviz.xml"),
    Path("icons", "hicolor", "scalable", "apps", "emviz.svg"),
)
#: Commands that update the desktop's databases, with the folder and the Debian package of each.
REFRESHERS = {
    "update-desktop-database": ("applications", "desktop-file-utils"),
    "update-mime-database": ("mime", "shared-mime-info"),
}
#: Characters that are escaped by a backslash in a quoted argument of an Exec line.
RESERVED = re.compile(r'(["`$\\])')
#: An argument that needs no quotes.
PLAIN = re.compile(r"[\w./+:@%,=-]+")

WINDOWS = (
    "on Windows a file type is yours to choose: right-click a .emviz or .lesson file, Open with, Choose "
    "another app, and point to `{command}`"
)
UNLISTED = (
    "; its files open by a double click once {lacking} is there: `apt-get install {packages}`, "
    "and register again"
)
ELSEWHERE = (
    "emviz can only be registered on Linux desktops: type `emviz FILE.emviz`, or drop the file on the window"
)


def register(system: str = sys.platform) -> str:
    """Write the entry, the icon and the file types; return a sentence on the result or on alternatives.

    Parameters
    ----------
    system : str
        In the form of ``sys.platform``.

    Raises
    ------
    DataError
        If a file cannot be written.
    OSError
        If a folder cannot be created.
    """
    if not system.startswith("linux"):
        return _elsewhere(system)
    home = data_home()
    for place, content in _files().items():
        target = home / place
        target.parent.mkdir(parents=True, exist_ok=True)
        save_bytes(target, content)
    _refresh(home)
    sentence = (
        f"emviz is in the menu of the desktop, and opens .emviz and .lesson files (written below {home})"
    )
    lacking = {name: package for name, (_, package) in REFRESHERS.items() if not shutil.which(name)}
    if not lacking:
        return sentence
    return sentence + UNLISTED.format(lacking=" and ".join(lacking), packages=" ".join(lacking.values()))


def unregister(system: str = sys.platform) -> str:
    """Remove the files written by `register`; return a sentence on the result.

    Raises
    ------
    OSError
        If a file cannot be removed.
    """
    if not system.startswith("linux"):
        return _elsewhere(system)
    home = data_home()
    found = [home / place for place in (ENTRY, TYPES, ICON) if (home / place).is_file()]
    if not found:
        return f"emviz is not registered: it has no files below {home}"
    for path in found:
        path.unlink()
    _refresh(home)
    return f"emviz is no longer in the menu of the desktop (removed from {home})"


def data_home() -> Path:
    """Return $XDG_DATA_HOME, or ~/.local/share; a relative path is ignored, as specified."""
    named = Path(os.environ.get("XDG_DATA_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".local" / "share"


def exec_line(command: list[str]) -> str:
    """Return the Exec line that runs a command on a file.

    Arguments are quoted only if necessary, because xdg-open treats quotes as part of the path; the line is
    then escaped like any string of the file.
    is then escaped as any string of the file is.
    """
    return f"Exec={' '.join(map(_quoted, command))} %f".replace("\\", "\\\\")


def _quoted(part: str) -> str:
    written = RESERVED.sub(r"\\\1", part).replace("%", "%%")
    return written if PLAIN.fullmatch(part) else f'"{written}"'


def _files() -> dict[Path, bytes]:
    folder = assets() / "desktop"
    entry = (folder / "emviz.desktop").read_text("utf-8")
    # The path is absolute because a desktop may search for programs in other places than a terminal.
    lines = [exec_line(_command()) if line.startswith("Exec=") else line for line in entry.splitlines()]
    return {
        ENTRY: ("\n".join(lines) + "\n").encode(),
        TYPES: (folder / "emviz.xml").read_bytes(),
        ICON: (assets() / "icons" / "emviz.svg").read_bytes(),
    }


def _command() -> list[str]:
    """Return the command that starts emviz: the installed program, or that of the checkout."""
    script = Path(sysconfig.get_path("scripts"), "emviz.exe" if os.name == "nt" else "emviz")
    if script.is_file():
        return [str(script)]
    return [sys.executable, str(preflight.CHECKOUT / "main.py")]


def _refresh(home: Path) -> None:
    """Update the desktop's databases, in which it looks up the program for a file."""
    for program, (folder, _) in REFRESHERS.items():
        found = shutil.which(program)
        if found and (home / folder).is_dir():
            subprocess.run([found, str(home / folder)], capture_output=True, check=False)


def _elsewhere(system: str) -> str:
    return WINDOWS.format(command=" ".join(_command())) if system == "win32" else ELSEWHERE
