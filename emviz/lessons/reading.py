"""Parses a lesson file; checks every entry, and computes nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from emviz.data.files import check_readable, explained
from emviz.data.table import DataError
from emviz.lessons.blocks import Block, blocks
from emviz.lessons.lesson import FORM, KINDS, Lesson, LessonScene, Moment, Setup, Showing, moment_of
from emviz.lessons.performing import CHOICES, STAGES
from emviz.lessons.quantities import quantity_of
from emviz.lessons.questions import EXTREMES, Question
from emviz.lessons.words import check_names
from emviz.scenes.reading import read as read_scene
from emviz.scenes.records import (
    Parser,
    Record,
    listed,
    mapped,
    nested,
    one_of,
    optional,
    plain,
    shown,
    text,
    unexpected,
    whole,
)
from emviz.scenes.shown import display_of
from emviz.session import HIGHEST_SEED

#: A session in a fenced block, at the start of a line.
RECIPE = re.compile(r"^```emviz[ \t]*\n(.*?)^```[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
#: Maximum number of scenes, letters of text, choices and decimals.
MOST_SCENES, MOST_WORDS, MOST_CHOICES, MOST_DIGITS = 200, 20_000, 9, 6
MOST_MINUTES = 600


def read_file(path: Path) -> Lesson:
    """Return the lesson in a file.

    Raises
    ------
    DataError
        If the file cannot be read or is not a lesson; names the file.
    """
    with explained(path):
        check_readable(path)
        return read(path.read_bytes().decode("utf-8-sig", errors="replace"))


def read(content: str) -> Lesson:
    """Return the lesson in the text of a file.

    Raises
    ------
    DataError
        If it is not a lesson, or has a newer format; says what is wrong and where.
    """
    first, *rest = blocks(content)
    try:
        lesson = _headed(first)
    except DataError as error:
        raise DataError(f"line {first.line}: {error}") from None
    if not rest:
        raise DataError("this lesson has no scene: start one with a header below the text of the lesson")
    if len(rest) > MOST_SCENES:
        raise DataError(f"a lesson has at most {MOST_SCENES} scenes, but this one has {len(rest):,}")
    scenes = []
    for place, block in enumerate(rest):
        try:
            scenes.append(_scene(block, first=not place))
        except DataError as error:
            raise DataError(f"scene {place + 1}, line {block.line}: {error}") from None
    return replace(lesson, scenes=tuple(scenes))


def _headed(block: Block) -> Lesson:
    record = Record(block.header)
    form = record.need("lesson", whole(1, 1_000_000))
    if form > FORM:
        raise DataError(
            f"this lesson was written for a newer emviz, in form {form}, and this one reads form {FORM}: "
            "install the latest emviz"
        )
    lesson = Lesson(
        record.need("title", text),
        (),
        _words(block.words),
        record.take("language", text, "en"),
        record.take("minutes", whole(1, MOST_MINUTES), 5),
    )
    record.end()
    return lesson


def _scene(block: Block, first: bool) -> LessonScene:
    record = Record(block.header)
    words, recipe = block.words, ""
    found = RECIPE.search(words)
    if found is not None:
        recipe = found[1]
        words = f"{words[: found.start()]}{words[found.end() :]}".strip("\n")
    scene = LessonScene(
        _words(words),
        record.take("title", text, ""),
        _setup(record, recipe),
        record.take("at", _moment, None),
        record.take("to", _moment, None),
        _showing(record),
        record.take("question", _question, None),
        block.line,
    )
    record.end()
    if first and scene.setup.model is None and not recipe:
        raise DataError('the first scene needs a model, such as model = "coins"')
    check_names(scene.words)
    return scene


def _words(words: str) -> str:
    if len(words) > MOST_WORDS:
        raise DataError(f"the text has {len(words):,} letters, but at most {MOST_WORDS:,} are allowed")
    return words


def _setup(record: Record, recipe: str) -> Setup:
    setup = Setup(
        record.take("model", optional(text), None),
        record.take("example", optional(text), None),
        record.take("hyper", optional(mapped(plain)), None),
        record.take("start", optional(mapped(nested)), None),
        record.take("preset", optional(text), None),
        record.take("seed", optional(whole(0, HIGHEST_SEED)), None),
        record.take("method", optional(text), None),
        recipe,
    )
    if recipe:
        if setup != Setup(recipe=recipe):
            raise DataError("this scene contains a session, so it cannot have other entries for its run")
        read_scene(recipe)
    if setup.preset is not None and (setup.example, setup.hyper, setup.start, setup.seed) != (None,) * 4:
        raise DataError("a preset includes an example, hyper-parameters and a start; leave these out")
    if setup.seed is not None and setup.start is not None:
        raise DataError("θ(0) is either given with start or drawn with seed; leave one of them out")
    return setup


def _moment(value: object, where: str) -> Moment:
    found = moment_of(text(value, where))
    if found is None or found.kind == "next":
        raise unexpected('"θ(0)", "E(0)", "θ(1)" and so on, up to 10,000, or "end"', value, where)
    return found


def _showing(record: Record) -> Showing:
    names = listed(one_of(*CHOICES), len(CHOICES))
    showing = Showing(
        record.take("stage", optional(one_of(*STAGES)), None),
        record.take("picture", optional(text), None),
        record.take("along", optional(text), None),
        record.take("cell", optional(_named), None),
        record.take("show", names, ()),
        record.take("hide", names, ()),
        record.take("display", _display, {}),
    )
    both = sorted(set(showing.show) & set(showing.hide))
    if both:
        raise DataError(f"{shown(both[0])} is to be shown and hidden; leave it out of one of them")
    return showing


def _display(value: object, where: str) -> dict[str, object]:
    """Return checked display settings as they are written."""
    display_of(value, where)
    assert isinstance(value, dict)
    return value


def _named(value: object, where: str) -> str:
    name = text(value, where)
    if name:
        quantity_of(name)
    return name


def _question(value: object, where: str) -> Question:
    record = Record(value, where)
    words: Parser[tuple[str, ...]] = listed(text, MOST_CHOICES)
    question = Question(
        record.need("kind", one_of(*KINDS)),
        record.need("ask", text),
        record.take("of", _named, ""),
        record.take("digits", whole(0, MOST_DIGITS), 2),
        record.take("choices", words, ()),
        record.take("values", words, ()),
        record.take("right", optional(_right), None),
        record.take("see", _named, ""),
        record.take("hint", text, ""),
        record.take("because", text, ""),
    )
    record.end()
    _check(question)
    return question


def _right(value: object, where: str) -> int | str:
    if isinstance(value, str):
        return one_of(*EXTREMES)(value, where)
    return whole(1, MOST_CHOICES)(value, where)


def _check(question: Question) -> None:
    """Check that a question has exactly the entries that it needs.

    Raises
    ------
    DataError
        Names the entries to add or remove.
    """
    if not question.ask.strip():
        raise DataError('the question has no text; write it after "ask"')
    for words in (question.ask, question.hint, question.because, *question.choices):
        check_names(words)
    if question.kind != "choice":
        if not question.of:
            raise DataError(f'a {question.kind} needs "of", the name of a quantity')
        if question.choices or question.values or question.right is not None:
            raise DataError('"choices", "values" and "right" are for choices only')
        return
    if len(question.choices) < 2:
        raise DataError('a choice needs two or more "choices"')
    if question.values and len(question.values) != len(question.choices):
        raise DataError('there must be as many "values" as "choices"')
    if bool(question.of) == (question.right is not None):
        raise DataError('a choice needs either "of", the name of a quantity, or "right"')
    if isinstance(question.right, int) and question.right > len(question.choices):
        raise DataError(f"the right choice is number {question.right}, and there are {len(question.choices)}")
    if question.right in EXTREMES and not question.values:
        raise DataError(f'the {question.right} of what? Give "values", a name of a number for each choice')
    for value in question.values if question.right in EXTREMES else ():
        quantity_of(value)
