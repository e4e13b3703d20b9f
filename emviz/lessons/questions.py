"""Questions of a lesson: what is asked, what is right, and what is said of an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from emviz.data.column import parse_number
from emviz.data.table import DataError
from emviz.em.bound import entry_label, entry_value
from emviz.em.rounding import decimal, exact
from emviz.em.views import Cell, CountCell, ShareCell
from emviz.lessons.quantities import MOST_DIVIDED, POINTS, Found, cell_named, found, line_of, quantity_of
from emviz.lessons.reaching import reached
from emviz.lessons.words import filled
from emviz.session import Session

#: What somebody answers: what has been typed, the number of a choice from 1, where on the line of the bound,
#: the row from 0 or the cell that has been clicked, or the place in the landscape.
Answer: TypeAlias = str | int | float | Cell | tuple[float, float]

#: The part of the line of the bound within which a click is right.
CLOSE = 0.05
#: An answer is exact but for the rounding of what it was calculated from, up to so many of the last units.
ROUNDED = 1.0
#: Slack of a comparison: a half, in binary, is one only nearly.
SLACK = 1e-9
FRACTION = re.compile(r"([^/]+)/([^/]+)")
EXTREMES = ("largest", "smallest")
UNREADABLE = "This is no number. Write it like 0.45, 0,45, 9/20 or 45 %."


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer.

    Parameters
    ----------
    right : bool
        Whether it is right, or exact but for the rounding of what it was calculated from.
    words : str
        A sentence or two.
    cell : Cell or None
        The number of the count table that says why.
    """

    right: bool
    words: str
    cell: Cell | None = None


@dataclass(frozen=True)
class Solution:
    """What is right, as it has been calculated.

    Parameters
    ----------
    text : str
        As it is said: "2.2", the right choice, "row 5".
    because : str
        What is said with it.
    value : float, int, str or tuple of float
        Exact: the number; the number of the right choice, from 1, or of the row, from 1; where on the line of
        the bound; the two coordinates of a drag.
    cell : Cell or None
        The number of the count table that says why.
    within : float
        How far from the value an answer may be.
    hint : str
        What is said after a wrong answer.
    """

    text: str
    because: str
    value: float | int | str | tuple[float, float]
    cell: Cell | None = None
    within: float = 0.0
    hint: str = ""

    @property
    def words(self) -> str:
        """The solution in a sentence, with the reason."""
        return f"{self.text}. {self.because}".strip() if self.because else f"{self.text}."


@dataclass(frozen=True)
class Sayings:
    """What is said of every answer that there can be.

    Parameters
    ----------
    right, wrong : str
        Of an answer that is right, and of one that is not.
    told : str
        Where the solution is asked for.
    rounded : str
        Of a number that is right but for rounding; empty where rounding is no excuse.
    unreadable : str
        Of what is no number.
    """

    right: str
    wrong: str
    told: str
    rounded: str = ""
    unreadable: str = UNREADABLE


@dataclass(frozen=True)
class Question:
    """A question of a scene; see `emviz.lessons` for what its entries may be.

    Parameters
    ----------
    kind : str
        "number", "choice", "click" or "drag".
    ask : str
        The question.
    of : str
        What is asked, by its name.
    digits : int
        Decimals that are asked for.
    choices, values : tuple of str
        What is offered, and what each stands for.
    right : int, str or None
        The number of the right choice, or which value is.
    see : str
        The number of the count table that says why.
    hint, because : str
        Said after a wrong answer; said with the solution.
    """

    kind: str
    ask: str
    of: str = ""
    digits: int = 2
    choices: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    right: int | str | None = None
    see: str = ""
    hint: str = ""
    because: str = ""

    @property
    def asks_for_row(self) -> bool:
        """Whether it asks for the row that the sentence of an E-step tells of."""
        return bool(self.of) and quantity_of(self.of).name == MOST_DIVIDED

    def filled(self, session: Session) -> Question:
        """Return the question with the numbers put in that its words and choices name in braces.

        It is to be shown; what is right is asked of the question as it was.
        """
        choices = tuple(filled(each, session) for each in self.choices)
        return replace(self, ask=filled(self.ask, session), choices=choices)

    def solution(self, session: Session) -> Solution:
        """Return what is right at the half-step of a session.

        Raises
        ------
        DataError
            Where the session has nothing of the name that is asked for.
        """
        solve = {"number": _number, "choice": _choice, "click": _click, "drag": _drag}[self.kind]
        text, value, cell, within = solve(self, session)
        if self.see:
            cell = cell_named(self.see, session)
        because, hint = (filled(each, session) for each in (self.because, self.hint))
        return Solution(text, because, value, cell, within, hint)

    def check(self, answer: Answer, session: Session) -> Verdict:
        """Return what is said of an answer at the half-step of a session.

        Raises
        ------
        DataError
            As `solution` does.
        """
        return self.judge(answer, self.solution(session))

    def judge(self, answer: Answer, solution: Solution) -> Verdict:
        """Return what is said of an answer where the solution has been calculated already."""
        said = self.sayings(solution)
        if self.kind == "number":
            return _judged_number(answer, solution, said)
        right = _hits(self.kind, answer, solution)
        # Where a row or a number is to be found, the number that says why would show which one it is.
        sought = self.kind == "click" and not isinstance(solution.value, float)
        cell = None if sought and not right else solution.cell
        return Verdict(right, said.right if right else said.wrong, cell)

    def sayings(self, solution: Solution) -> Sayings:
        """Return what is said of each answer."""
        told = self._words(solution)
        rounded = ""
        # 24 heads are 24: where the digits that are asked for tell the number itself, nobody had to round.
        value = solution.value
        if self.kind == "number" and isinstance(value, float) and not exact(value, self.digits):
            finer = decimal(value, self.digits + 2).replace("-", "−")
            rounded = f"Right but for rounding: without any on the way it is {finer}. {solution.because}"
        return Sayings(
            f"Right: {told}", f"No. {solution.hint or 'Try again.'}", self.told(solution), rounded.strip()
        )

    def told(self, solution: Solution) -> str:
        """Return what is said with the solution: of a choice, which is marked, the reason alone."""
        words = self._words(solution)
        # "row 2" and "at 0.60" begin the sentence; θ_A keeps its letter.
        return words[:1].upper() + words[1:] if self.kind == "click" else words

    def _words(self, solution: Solution) -> str:
        return solution.because if self.kind == "choice" and solution.because else solution.words


_Solved: TypeAlias = tuple[str, float | int | str | tuple[float, float], Cell | None, float]


def number_said(text: str) -> float | None:
    """Return the number that has been typed: with a point or a comma, as a fraction, in percent."""
    text = text.strip().replace("−", "-")
    if text.endswith("%"):
        part = number_said(text[:-1])
        return None if part is None else part / 100
    fraction = FRACTION.fullmatch(text)
    if fraction is not None:
        above, below = (parse_number(part.replace(",", ".")) for part in fraction.groups())
        return above / below if above is not None and below else None
    return parse_number(text.replace(",", "."))


def _number(question: Question, session: Session) -> _Solved:
    told = found(quantity_of(question.of), session)
    if isinstance(told.value, str):
        raise DataError(f"{question.of!r} is no number; ask for it with choices")
    digits = 0 if isinstance(told.value, int) else question.digits
    return told.text(digits), told.value, told.cell, 0.5 * 10.0**-digits


def _choice(question: Question, session: Session) -> _Solved:
    place, told = _right_choice(question, session)
    return filled(question.choices[place], session), place + 1, None if told is None else told.cell, 0.0


def _right_choice(question: Question, session: Session) -> tuple[int, Found | None]:
    """Return the place of the right choice, and what has been calculated for it."""
    if isinstance(question.right, int):
        return question.right - 1, None
    if question.right in EXTREMES:
        told = [found(quantity_of(value), session) for value in question.values]
        numbers = np.array([each.value for each in told], dtype=float)
        place = int(numbers.argmax() if question.right == "largest" else numbers.argmin())
        return place, told[place]
    told_of = found(quantity_of(question.of), session)
    offered = question.values or [filled(each, session) for each in question.choices]
    fitting = [place for place, value in enumerate(offered) if _is(told_of, value)]
    if len(fitting) != 1:
        raise DataError(
            f"{question.of!r} is {told_of.text(6)}, and {len(fitting) or 'none'} of the choices mean it: "
            f"{', '.join(offered)}"
        )
    return fitting[0], told_of


def _is(told: Found, value: str) -> bool:
    """Return whether a choice says what has been calculated, to the decimals that it has."""
    if isinstance(told.value, str):
        return value.strip() == told.value
    digits = len(value.strip().partition(".")[2])
    return value.strip().replace("-", "−") == told.text(digits)


def _click(question: Question, session: Session) -> _Solved:
    wanted = quantity_of(question.of)
    if wanted.name in POINTS:
        at = session if wanted.at is None else reached(session, wanted.at)
        line, points = line_of(at)
        value = points[wanted.name]
        within = CLOSE * float(np.ptp(line.positions))
        return f"at {decimal(value, 2).replace('-', '−')}", value, None, within
    told = found(wanted, session)
    if isinstance(told.value, int) and wanted.name != "iterations":
        return f"row {told.value}", told.value, told.cell, 0.0
    if told.cell is None:
        raise DataError(
            f"{question.of!r} cannot be clicked: ask for a row, a number of the table, or a point"
        )
    return told.text(question.digits), told.text(question.digits), told.cell, 0.0


def _drag(question: Question, session: Session) -> _Solved:
    wanted = quantity_of(question.of)
    if wanted.name not in ("θ", "theta"):
        raise DataError(f"only θ can be dragged, not {question.of!r}")
    if session.display.axes is None:
        raise DataError("there is no landscape to drag in: θ has fewer than two entries")
    params = (session if wanted.at is None else reached(session, wanted.at)).step.params
    x, y = (entry_value(params, axis) for axis in session.display.axes)
    labels = (entry_label(session.model, session.data, axis) for axis in session.display.axes)
    text = ", ".join(
        f"{label} = {decimal(v, question.digits)}" for label, v in zip(labels, (x, y), strict=True)
    )
    return text, (x, y), None, 0.5 * 10.0**-question.digits


def _judged_number(answer: Answer, solution: Solution, said: Sayings) -> Verdict:
    number = number_said(str(answer))
    if number is None:
        return Verdict(False, said.unreadable)
    assert isinstance(solution.value, int | float)
    close, rounded = leeway(solution)
    off = abs(number - solution.value)
    if off <= close:
        return Verdict(True, said.right, solution.cell)
    if off <= rounded and said.rounded:
        return Verdict(True, said.rounded, solution.cell)
    return Verdict(False, said.wrong, solution.cell)


def leeway(solution: Solution) -> tuple[float, float]:
    """Return how far a number may be from the solution to be right, and to be right but for rounding."""
    unit = 2 * solution.within
    return unit * (0.5 + SLACK), unit * (ROUNDED + SLACK)


def _hits(kind: str, answer: Answer, solution: Solution) -> bool:
    """Return whether a choice, a click or a drag is the right one."""
    if kind == "choice":
        return answer == solution.value
    if kind == "drag":
        assert isinstance(answer, tuple)
        assert isinstance(solution.value, tuple)
        return max(abs(a - b) for a, b in zip(answer, solution.value, strict=True)) <= solution.within + SLACK
    if isinstance(solution.value, int):
        # Any number of the row will do.
        row = answer.row if isinstance(answer, ShareCell | CountCell) else answer
        return row == solution.value - 1
    if isinstance(solution.value, float):
        return isinstance(answer, float) and abs(answer - solution.value) <= solution.within
    return answer == solution.cell
