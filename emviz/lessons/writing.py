"""Writes a lesson as the text of a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields

from emviz.lessons.blocks import FENCE, masked
from emviz.lessons.lesson import FORM, Lesson, LessonScene, Setup, Showing
from emviz.lessons.questions import Question

BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(lesson: Lesson) -> str:
    """Return a lesson as the text of a file; see `emviz.lessons` for its form."""
    header = {
        "lesson": FORM,
        "title": lesson.title,
        "language": lesson.language,
        "minutes": lesson.minutes,
    }
    parts = [_block(header, lesson.about), *map(_scene, lesson.scenes)]
    return "\n".join(parts)


def _scene(scene: LessonScene) -> str:
    header: dict[str, object] = {"title": scene.title} if scene.title else {}
    header |= dict(_given(scene.setup, Setup(), leave=("recipe",)))
    header |= {name: str(at) for name, at in (("at", scene.at), ("to", scene.to)) if at is not None}
    header |= dict(_given(scene.showing, Showing()))
    words = scene.words
    if scene.setup.recipe:
        words = f"{words}\n\n```emviz\n{scene.setup.recipe.rstrip()}\n```".lstrip("\n")
    if scene.question is None:
        return _block(header, words)
    # As a separate table, which is easier to read than an inline one, and must come last.
    question = "\n[question]\n" + _lines(dict(_given(scene.question, _NOTHING, always=("kind", "ask"))))
    return _block(header, words, question)


_NOTHING = Question("", "")


def _given(
    record: object, usual: object, leave: tuple[str, ...] = (), always: tuple[str, ...] = ()
) -> Iterator[tuple[str, object]]:
    """Yield the entries of a record that differ from their defaults."""
    for each in fields(record):  # type: ignore[arg-type]
        value = getattr(record, each.name)
        if each.name not in leave and (each.name in always or value != getattr(usual, each.name)):
            yield each.name, value


def _block(header: Mapping[str, object], words: str, more: str = "") -> str:
    below = f"\n{masked(words)}\n" if words else ""
    return f"{FENCE}\n{_lines(header)}{more}{FENCE}\n{below}"


def _lines(entries: Mapping[str, object]) -> str:
    return "".join(f"{_key(name)} = {_toml(value)}\n" for name, value in entries.items())


def _toml(value: object) -> str:
    """Return a value as TOML."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(name)} = {_toml(held)}" for name, held in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, float):
        return repr(value)
    return _string(value) if isinstance(value, str) else json.dumps(value)


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _string(name)


def _string(text: str) -> str:
    # JSON escapes all that TOML requires, except for one control character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
