"""What the command line says of lessons: which there are, and whether a teacher's own holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from emviz.data.things import things
from emviz.lessons import Shipped, problems, read_file


def listed_text(lessons: Sequence[Shipped]) -> str:
    """Return the lessons that come with emviz as text to read."""
    width = max((len(each.key) for each in lessons), default=0)
    return "".join(
        f"{each.number}  {each.key:{width}}  {each.title}, {each.minutes} min\n" for each in lessons
    )


def listed_json(lessons: Sequence[Shipped]) -> str:
    """Return the same as JSON, with the file of each."""
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
    """Return in a line what a lesson is, and a sentence for each of its scenes that cannot be shown.

    Raises
    ------
    DataError
        Where the file holds no lesson.
    """
    lesson = read_file(path)
    asked = sum(scene.question is not None for scene in lesson.scenes)
    counted = f"{things(len(lesson.scenes), 'scene')}, {things(asked, 'question')}"
    found = tuple(f"{path.name}: {problem}" for problem in problems(lesson))
    return f"{path.name}: {lesson.title}, {counted}\n", found
