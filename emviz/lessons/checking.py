"""Whether a lesson holds: every scene is performed, and its words and question are worked out."""

from __future__ import annotations

from collections.abc import Iterator

from emviz.data.table import DataError
from emviz.em.work import finished
from emviz.lessons.lesson import Lesson
from emviz.lessons.performing import performing


def problems(lesson: Lesson) -> Iterator[str]:
    """Yield what is wrong with a lesson, a sentence for each scene that cannot be shown."""
    for place in range(len(lesson.scenes)):
        try:
            finished(performing(lesson, place))
        except DataError as error:
            yield str(error)
