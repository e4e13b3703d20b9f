"""Which scenes of a lesson are not whole on the card of a lecture, asked or answered."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QApplication

from emviz.em.work import finished
from emviz.lessons import Shipped, Verdict, performing, read_file
from emviz.ui.lesson.card import LessonCard
from emviz.ui.window import MainWindow
from hall.show import settle


def lecture_card(window: MainWindow, shown: Shipped) -> LessonCard:
    """Begin a lecture and a lesson in it, and return its card as large as it is then."""
    size = window.size()
    window.commands["present"].trigger()
    settle(window)
    # Where there is no screen, the full one has a size of its own.
    window.resize(size)
    window.lessons.open_path(shown.path)
    while not window.lessons.running or window.lessons.arriving:
        settle(window)
    assert window.lessons.card is not None
    return window.lessons.card


def cut_scenes(card: LessonCard, shown: Shipped) -> Iterator[str]:
    """Show each scene of a lesson on a card, and yield what of it cannot be seen."""
    lesson = read_file(shown.path)
    for place, scene in enumerate(lesson.scenes):
        found = finished(performing(lesson, place))
        card.show_scene(scene.title, found.words, place + 1, len(lesson.scenes))
        verdicts: list[Verdict | None] = [None]
        if found.question is not None and found.solution is not None:
            verdicts.append(Verdict(True, found.question.revealed(found.solution)))
        for verdict in verdicts:
            card.ask(found.question, verdict, True)
            lay_out()
            when = "asked" if verdict is None else "answered"
            yield from (f"{shown.key}, scene {place + 1}, {when}: {cut}" for cut in cut_parts(card))


def lay_out() -> None:
    """Have everything its place: a height that depends on a width is asked for a second time."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def cut_parts(card: LessonCard) -> Iterator[str]:
    """Yield what of the scene on a card cannot be seen."""
    hidden = card.words.sizeHint().height() - card.words.height()
    if hidden > 0:
        yield f"{hidden} px of the words scroll"
    box = card.question
    named = {"the question": box.ask, "the answer": box.verdict}
    for name, widget in (named | {f"choice {n}": each for n, each in enumerate(box.choices, 1)}).items():
        turned = widget.hasHeightForWidth()
        wanted = widget.heightForWidth(widget.width()) if turned else widget.sizeHint().height()
        whole = wanted <= widget.height() and widget.geometry().bottom() < box.height()
        if widget.isVisible() and not (whole and box.geometry().bottom() < card.height()):
            yield f"{name} is not whole"
