"""Text about lessons: the list of those included, and the check of a teacher's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from emviz.data.things import things
from emviz.lessons import Shipped, problems, read_file


def listed_text(lessons: Sequence[Shipped]) -> str:
    """Return the list of included lessons as text."""
    width = max((len(each.key) for each in lessons), default=0)
    return "".join(
        f"{each.number}  {each.key:{width}}  {each.title}, {each.minutes} min\n" for each in lessons
    )


def listed_json(lessons: Sequence[Shipped]) -> str:
    """Return the list as JSON, with the file of each."""
    records = [
        {
            "number": each.number,
            "key": each.key,
            "title": each.title,
            "minutes": each.minutes,
            "file": str(each.path),
        }
        for each in lessons
    ]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def checked(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return a line about a lesson, and a sentence for each scene that cannot be shown.

    Raises
    ------
    DataError
        If the file holds no lesson.
    """
    lesson = read_file(path)
    asked = sum(scene.question is not None for scene in lesson.scenes)
    counted = f"{things(len(lesson.scenes), 'scene')}, {things(asked, 'question')}"
    found = tuple(f"{path.name}: {problem}" for problem in problems(lesson))
    return f"{path.name}: {lesson.title}, {counted}\n", found
