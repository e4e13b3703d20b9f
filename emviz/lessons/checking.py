"""Checks a lesson by performing every scene and evaluating its text and question."""

from __future__ import annotations

from collections.abc import Iterator

from emviz.data.table import DataError
from emviz.em.work import finished
from emviz.lessons.lesson import Lesson
from emviz.lessons.performing import performing


def problems(lesson: Lesson) -> Iterator[str]:
    """Yield a sentence for each scene that cannot be shown."""
    for place in range(len(lesson.scenes)):
        try:
            finished(performing(lesson, place))
        except DataError as error:
            yield str(error)
