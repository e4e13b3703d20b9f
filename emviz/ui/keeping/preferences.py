"""The saved preferences; an invalid value falls back to its default."""

from __future__ import annotations

import base64
import binascii
import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QSettings, QStandardPaths

from emviz.data.files import is_special
from emviz.data.table import DataError
from emviz.ui.look.style import LARGEST, SMALLEST, USUAL
from emviz.ui.opening import openings
from emviz.ui.work.driver import FASTEST, SLOWEST

THEMES = ("system", "light", "dark")
#: Limits for recent files, letters of a path, splitters and parts of one: a larger value is invalid.
MOST_FILES, MOST_LETTERS, MOST_SPLITTERS, MOST_PARTS = 8, 4096, 8, 8
#: Maximum number of remembered lessons, and of scenes in a lesson.
MOST_LESSONS, MOST_SCENES = 16, 10_000
#: Environment variable for another file, needed by tests and portable installations.
VARIABLE = "EMVIZ_SETTINGS"


@dataclass(frozen=True)
class Preferences:
    """The user's settings.

    Parameters
    ----------
    theme : str
        "system", "light" or "dark".
    points : int
        Font size; the default lets the height of the window decide.
    speed : float
        Playback speed in half-steps per second.
    decimals : int
        Decimals of expected counts.
    answers : bool
        Whether pictures show maxima, saddles, the truth and the complete-data estimate.
    motion : bool
        Whether pictures are animated from step to step.
    pinned : bool
        Whether the setup stays beside the panels.
    geometry : bytes
        Position and size of the window as saved by Qt; empty for the default.
    splitters : tuple of tuple of int
        Layout of the window (`Desk.sizes`); empty for the default.
    recent : tuple of str
        Paths of opened files, latest first.
    openings : tuple of Opening
        How files were opened, latest first.
    scenes : tuple of (str, int)
        Lessons left unfinished, latest first: path and index of the scene.
    """

    theme: str = "system"
    points: int = USUAL
    speed: float = 2.0
    decimals: int = 1
    answers: bool = True
    motion: bool = True
    pinned: bool = False
    geometry: bytes = b""
    splitters: tuple[tuple[int, ...], ...] = ()
    recent: tuple[str, ...] = ()
    openings: tuple[openings.Opening, ...] = ()
    scenes: tuple[tuple[str, int], ...] = ()

    def opened(self, path: str) -> tuple[str, ...]:
        """Return the recent files with one more in front."""
        return (path, *(other for other in self.recent if other != path))[:MOST_FILES]

    def left_at(self, path: str, scene: int) -> tuple[tuple[str, int], ...]:
        """Return the unfinished lessons with this one in front; scene 0 removes it."""
        others = tuple(each for each in self.scenes if each[0] != path)
        return ((path, scene), *others)[:MOST_LESSONS] if scene else others


def user_settings() -> QSettings:
    """Return the settings store of this user.

    Raises
    ------
    DataError
        If the environment variable names a pipe, a device or a folder, which saving would replace.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return QSettings("emviz", "emviz")
    if is_special(Path(path)):
        raise DataError(f"{VARIABLE} names this, and preferences can only be kept in a file", source=path)
    return settings_at(Path(path))


def unsaved_folder() -> Path:
    """Return the folder for unsaved work, next to a custom preferences file if there is one."""
    path = os.environ.get(VARIABLE)
    if path:
        return Path(f"{path}-unsaved")
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation), "unsaved")


def settings_at(path: Path) -> QSettings:
    """Return preferences stored in a given file."""
    return QSettings(str(path), QSettings.Format.IniFormat)


def load(settings: QSettings) -> Preferences:
    """Return the preferences, with defaults for missing or invalid values."""
    usual = Preferences()
    found = {name: _read(settings, name, parse) for name, parse in PARSERS.items()}
    kept = {name: value for name, value in found.items() if value is not None}
    return Preferences(**{**_as_mapping(usual), **kept})  # type: ignore[arg-type]


def save(settings: QSettings, preferences: Preferences) -> None:
    """Save the preferences; a failure is ignored."""
    for name, value in _as_mapping(preferences).items():
        settings.setValue(name, _as_text(value))
    settings.sync()


Parser: TypeAlias = Callable[[str], object | None]


def _read(settings: QSettings, name: str, parse: Parser) -> object | None:
    try:
        # Qt loads a corrupt file without complaint, so any text may be here.
        value = settings.value(name)
        return parse(value) if isinstance(value, str) else None
    except (ValueError, TypeError, RecursionError, OverflowError, binascii.Error):
        return None


def _as_mapping(preferences: Preferences) -> Mapping[str, object]:
    return {field.name: getattr(preferences, field.name) for field in fields(preferences)}


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value if isinstance(value, str) else json.dumps(value, default=openings.Opening.record)


def _theme(text: str) -> str | None:
    return text if text in THEMES else None


def _whole(least: int, most: int) -> Parser:
    def parse(text: str) -> int | None:
        return int(text) if least <= int(text) <= most else None

    return parse


def _speed(text: str) -> float | None:
    speed = float(text)
    return speed if math.isfinite(speed) and SLOWEST <= speed <= FASTEST else None


def _switch(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _splitters(text: str) -> tuple[tuple[int, ...], ...] | None:
    value = json.loads(text)
    if not isinstance(value, list) or len(value) > MOST_SPLITTERS:
        return None
    return tuple(_sizes(sizes) for sizes in value)


def _sizes(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_PARTS:
        raise ValueError("not the sizes of a splitter")
    # Not `isinstance`: a bool is an int too.
    if not all(type(size) is int and 0 <= size < 100_000 for size in value) or not any(value):
        raise ValueError("not the sizes of a splitter")
    return tuple(value)


def _recent(text: str) -> tuple[str, ...] | None:
    value = json.loads(text)
    if not isinstance(value, list):
        return None
    return tuple([path for path in value if _is_path(path)][:MOST_FILES])


def _is_path(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MOST_LETTERS and "\0" not in value


def _scenes(text: str) -> tuple[tuple[str, int], ...] | None:
    value = json.loads(text)
    if not isinstance(value, list):
        return None
    pairs = [(each[0], each[1]) for each in value if isinstance(each, list) and len(each) == 2]
    honest = [
        (path, scene)
        for path, scene in pairs
        if _is_path(path) and type(scene) is int and 0 < scene < MOST_SCENES
    ]
    return tuple(honest[:MOST_LESSONS])


PARSERS: Mapping[str, Parser] = {
    "theme": _theme,
    "points": _whole(SMALLEST, LARGEST),
    "speed": _speed,
    "decimals": _whole(1, 6),
    "answers": _switch,
    "motion": _switch,
    "pinned": _switch,
    "geometry": partial(base64.b64decode, validate=True),
    "splitters": _splitters,
    "recent": _recent,
    "openings": openings.parsed,
    "scenes": _scenes,
}
