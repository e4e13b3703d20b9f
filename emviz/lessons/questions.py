"""Questions of a lesson: solutions, and verdicts on answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from emviz.data.column import parse_number
from emviz.data.table import DataError
from emviz.em.counts.table import Cell, CountCell, ShareCell
from emviz.em.objective.bound import entry_label, entry_value
from emviz.em.rounding import decimal, exact
from emviz.lessons.quantities import MOST_DIVIDED, POINTS, Found, cell_named, found, line_of, quantity_of
from emviz.lessons.reaching import reached
from emviz.lessons.words import filled
from emviz.session import Session, shown_at, shown_cell

#: An answer: typed text, the number of a choice from 1, a position on the line of the bound, the index of a
#: row or the cell that was clicked, or a point in the landscape.
Answer: TypeAlias = str | int | float | Cell | tuple[float, float]

#: Tolerance of a click, as a share of the line of the bound.
CLOSE = 0.05
#: Units of the last digit by which an answer may differ because of rounding in its calculation.
ROUNDED = 1.0
#: Slack of comparisons, because binary floats are not exact.
SLACK = 1e-9
FRACTION = re.compile(r"([^/]+)/([^/]+)")
EXTREMES = ("largest", "smallest")
UNREADABLE = "This is not a number. Write it like 0.45, 0,45, 9/20 or 45 %."


@dataclass(frozen=True)
class Verdict:
    """The reaction to an answer.

    Parameters
    ----------
    right : bool
        Whether the answer is right, up to rounding in its calculation.
    words : str
        One or two sentences.
    cell : Cell or None
        The number of the count table that explains it.
    """

    right: bool
    words: str
    cell: Cell | None = None


@dataclass(frozen=True)
class Solution:
    """The calculated solution.

    Parameters
    ----------
    text : str
        As text: "2.2", the right choice, "row 5".
    because : str
        The explanation.
    value : float, int, str or tuple of float
        Exact: the number; the number of the right choice or of the row, from 1; the position on the line of
        the bound; the two coordinates of a drag.
    cell : Cell or None
        The number of the count table that explains it.
    within : float
        Tolerance of an answer.
    hint : str
        Shown after a wrong answer.
    """

    text: str
    because: str
    value: float | int | str | tuple[float, float]
    cell: Cell | None = None
    within: float = 0.0
    hint: str = ""

    @property
    def words(self) -> str:
        """The solution in a sentence, with the explanation."""
        return f"{self.text}. {self.because}".strip() if self.because else f"{self.text}."


@dataclass(frozen=True)
class Sayings:
    """The reactions to all possible answers.

    Parameters
    ----------
    right, wrong : str
        To a right and to a wrong answer.
    told : str
        If the solution is requested.
    rounded : str
        To a number that is right up to rounding; "" if rounding is not accepted.
    unreadable : str
        To text that is not a number.
    """

    right: str
    wrong: str
    told: str
    rounded: str = ""
    unreadable: str = UNREADABLE


@dataclass(frozen=True)
class Question:
    """A question of a scene; see `emviz.lessons` for its entries.

    Parameters
    ----------
    kind : str
        "number", "choice", "click" or "drag".
    ask : str
        The question.
    of : str
        Name of the quantity.
    digits : int
        Decimals of the answer.
    choices, values : tuple of str
        The choices, and the meaning of each.
    right : int, str or None
        The number of the right choice, or "largest" or "smallest".
    see : str
        The number of the count table that explains the answer.
    hint, because : str
        Shown after a wrong answer; shown with the solution.
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
        """Whether it asks for the row that the E-step's sentence names."""
        return bool(self.of) and quantity_of(self.of).name == MOST_DIVIDED

    def filled(self, session: Session) -> Question:
        """Return the question with the numbers inserted into its text and choices.

        It is for display; the solution is computed from the original question.
        """
        choices = tuple(filled(each, session) for each in self.choices)
        return replace(self, ask=filled(self.ask, session), choices=choices)

    def solution(self, session: Session) -> Solution:
        """Return the solution at the half-step of a session.

        Raises
        ------
        DataError
            If the session has no such quantity.
        """
        solve = {"number": _number, "choice": _choice, "click": _click, "drag": _drag}[self.kind]
        text, value, cell, within = solve(self, session)
        if self.see:
            cell = cell_named(self.see, session)
        because, hint = (filled(each, session) for each in (self.because, self.hint))
        return Solution(text, because, value, cell, within, hint)

    def check(self, answer: Answer, session: Session) -> Verdict:
        """Return the verdict on an answer at the half-step of a session.

        Raises
        ------
        DataError
            Same as for `solution`.
        """
        return self.judge(self.as_shown(answer, session), self.solution(session))

    def as_shown(self, answer: Answer, session: Session) -> Answer:
        """Return an answer; a click on one of several equal rows counts as one on the row that shows them."""
        if self.kind != "click":
            return answer
        if isinstance(answer, int):
            return shown_at(session, answer)
        return shown_cell(session, answer) if isinstance(answer, ShareCell | CountCell) else answer

    def judge(self, answer: Answer, solution: Solution) -> Verdict:
        """Return the verdict on an answer, given the solution."""
        said = self.sayings(solution)
        if self.kind == "number":
            return _judged_number(answer, solution, said)
        right = _hits(self.kind, answer, solution)
        # For a row or cell to be found, showing the explaining number would reveal which one it is.
        sought = self.kind == "click" and not isinstance(solution.value, float)
        cell = None if sought and not right else solution.cell
        return Verdict(right, said.right if right else said.wrong, cell)

    def sayings(self, solution: Solution) -> Sayings:
        """Return the reactions to all answers."""
        right = self._words(solution)
        rounded = ""
        # If the requested digits give the exact number, such as 24 heads, rounding is no excuse.
        value = solution.value
        if self.kind == "number" and isinstance(value, float) and not exact(value, self.digits):
            finer = decimal(value, self.digits + 2).replace("-", "−")
            rounded = f"Right but for rounding: without any on the way it is {finer}. {solution.because}"
        return Sayings(
            f"Right: {right}",
            f"No. {solution.hint or 'Try again.'}",
            self.revealed(solution),
            rounded.strip(),
        )

    def revealed(self, solution: Solution) -> str:
        """Return the text shown with the solution; for a marked choice, only the explanation."""
        words = self._words(solution)
        # "row 2" and "at 0.60" start a sentence; θ_A keeps its case.
        return words[:1].upper() + words[1:] if self.kind == "click" else words

    def _words(self, solution: Solution) -> str:
        return solution.because if self.kind == "choice" and solution.because else solution.words


_Solved: TypeAlias = tuple[str, float | int | str | tuple[float, float], Cell | None, float]


def number_said(text: str) -> float | None:
    """Return the number in a text: with decimal point or comma, as a fraction, or in per cent."""
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
    result = found(quantity_of(question.of), session)
    if isinstance(result.value, str):
        raise DataError(f"{question.of!r} is not a number; ask for it with choices")
    digits = 0 if isinstance(result.value, int) else question.digits
    return result.text(digits), result.value, result.cell, 0.5 * 10.0**-digits


def _choice(question: Question, session: Session) -> _Solved:
    place, result = _right_choice(question, session)
    return filled(question.choices[place], session), place + 1, None if result is None else result.cell, 0.0


def _right_choice(question: Question, session: Session) -> tuple[int, Found | None]:
    """Return the index of the right choice, and the value that makes it right."""
    if isinstance(question.right, int):
        return question.right - 1, None
    if question.right in EXTREMES:
        result = [found(quantity_of(value), session) for value in question.values]
        numbers = np.array([each.value for each in result], dtype=float)
        place = int(numbers.argmax() if question.right == "largest" else numbers.argmin())
        return place, result[place]
    asked = found(quantity_of(question.of), session)
    offered = question.values or [filled(each, session) for each in question.choices]
    fitting = [place for place, value in enumerate(offered) if _is(asked, value)]
    if len(fitting) != 1:
        raise DataError(
            f"{question.of!r} is {asked.text(6)}, and {len(fitting) or 'none'} of the choices mean it: "
            f"{', '.join(offered)}"
        )
    return fitting[0], asked


def _is(result: Found, value: str) -> bool:
    """Return whether a choice equals a value, to the decimals of the choice."""
    if isinstance(result.value, str):
        return value.strip() == result.value
    digits = len(value.strip().partition(".")[2])
    return value.strip().replace("-", "−") == result.text(digits)


def _click(question: Question, session: Session) -> _Solved:
    wanted = quantity_of(question.of)
    if wanted.name in POINTS:
        at = session if wanted.at is None else reached(session, wanted.at)
        line, points = line_of(at)
        value = points[wanted.name]
        within = CLOSE * float(np.ptp(line.positions))
        return f"at {decimal(value, 2).replace('-', '−')}", value, None, within
    result = found(wanted, session)
    if isinstance(result.value, int) and wanted.name != "iterations":
        return f"row {result.value}", result.value, result.cell, 0.0
    if result.cell is None:
        raise DataError(
            f"{question.of!r} cannot be clicked: ask for a row, a number of the table, or a point"
        )
    return result.text(question.digits), result.text(question.digits), result.cell, 0.0


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
    """Return the tolerances for a right answer, and for one that is right up to rounding."""
    unit = 2 * solution.within
    return unit * (0.5 + SLACK), unit * (ROUNDED + SLACK)


def _hits(kind: str, answer: Answer, solution: Solution) -> bool:
    """Return whether a choice, a click or a drag is right."""
    if kind == "choice":
        return answer == solution.value
    if kind == "drag":
        assert isinstance(answer, tuple)
        assert isinstance(solution.value, tuple)
        return max(abs(a - b) for a, b in zip(answer, solution.value, strict=True)) <= solution.within + SLACK
    if isinstance(solution.value, int):
        # Any cell of the row is accepted.
        row = answer.row if isinstance(answer, ShareCell | CountCell) else answer
        return row == solution.value - 1
    if isinstance(solution.value, float):
        return isinstance(answer, float) and abs(answer - solution.value) <= solution.within
    return answer == solution.cell
