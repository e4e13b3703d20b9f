"""The question of a lesson: its text, the answer controls and the verdict."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from emviz.lessons import Question, Verdict
from emviz.ui.lesson.choice import ChoiceButton
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.widgets.controls import Line
from emviz.ui.widgets.labels import RichLabel

#: Instructions for answers given with the mouse.
POINT = "Click in the plot of the lower bound."
TABLE = "Click in the count table."
PLACE = "Click or drag in the landscape, then check."
#: Magnification of a question for a whole class.
LARGE = 1.2


class QuestionBox(QWidget):
    """Shows one question."""

    #: An answer: a text, or the index of a choice.
    answered = Signal(object)
    #: Requests to check the place in the landscape, and to show the answer.
    checked, shown = Signal(), Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonQuestion")
        self.theme: Theme = LIGHT
        self.ask, self.way, self.verdict = RichLabel(), RichLabel(), RichLabel()
        self.way.setProperty("role", "muted")
        self.verdict.setObjectName("lessonVerdict")
        self.field = Line()
        self.field.setObjectName("lessonAnswer")
        self.field.setAccessibleName("Your answer")
        self.check, self.reveal = QPushButton("Check"), QPushButton("Show the answer")
        self.check.setObjectName("lessonCheck")
        self.reveal.setObjectName("lessonReveal")
        self.choices: list[ChoiceButton] = []
        self._question: Question | None = None
        self._presenting = False
        self._judged = ""
        self._lay_out()
        self.field.returnPressed.connect(self._check)
        self.check.clicked.connect(self._check)
        self.reveal.clicked.connect(self.shown)

    def show_question(self, question: Question | None, verdict: Verdict | None, presenting: bool) -> None:
        """Show a question with the verdict on the last answer.

        Parameters
        ----------
        verdict : Verdict or None
            None before the first answer; after a correct one, the controls are hidden.
        presenting : bool
            The question is put to a class: nobody types, and text is larger.
        """
        self.setVisible(question is not None)
        if question is None:
            self._question = None
            return
        # Only for another question: a verdict on this one must not clear what was typed.
        if question is not self._question or presenting != self._presenting:
            self._question, self._presenting = question, presenting
            self._begin(question)
        self._show_verdict(question, verdict)

    def show_place(self, words: str) -> None:
        """Show the chosen place in the landscape, so that it can be checked."""
        self.way.show_html(rich(words))
        self.check.setEnabled(True)

    def take_focus(self) -> None:
        """Focus the answer field or the first choice."""
        if self.field.isVisible():
            self.field.setFocus()
        elif any(choice.isEnabled() for choice in self.choices):
            self.setFocus()

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        self.theme = theme
        for choice in self.choices:
            choice.apply_theme(theme)
        self._letter()

    # -- building -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._entry, self._offered = QHBoxLayout(), QVBoxLayout()
        self._entry.addWidget(self.field, 1)
        self._entry.addWidget(self.check)
        self._offered.setSpacing(5)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        layout.addWidget(self.ask)
        layout.addWidget(self.way)
        layout.addLayout(self._entry)
        layout.addLayout(self._offered)
        layout.addWidget(self.verdict)
        layout.addWidget(self.reveal, 0, Qt.AlignmentFlag.AlignLeft)

    def _begin(self, question: Question) -> None:
        """Show the controls for the kind of question."""
        self.ask.show_html(f"<b>{rich(question.ask)}</b>")
        self.field.clear()
        self._judged = ""
        for choice in self.choices:
            # It is deleted when the event loop has its turn, and until then would be seen among the new ones.
            choice.hide()
            choice.deleteLater()
        self.choices = [ChoiceButton(words) for words in question.choices]
        for place, choice in enumerate(self.choices, 1):
            choice.apply_theme(self.theme)
            # The signal hands over whether the button is checked; `place=place` keeps the number of this one.
            choice.clicked.connect(lambda _=False, place=place: self.answered.emit(place))
            self._offered.addWidget(choice)
        ways = {"drag": PLACE, "click": POINT if "point" in question.of else TABLE}
        self.way.show_html(ways.get(question.kind, ""))
        self._letter()

    def _letter(self) -> None:
        """Set the text size for one reader or for a class."""
        font = QFont(self.font())
        if self._presenting:
            font.setPointSizeF(font.pointSizeF() * LARGE)
        for label in (self.ask, self.verdict):
            label.setFont(font)
            label.show_html(label.html)
        for choice in self.choices:
            choice.setFont(font)

    # -- what is said of an answer --------------------------------------------------------------------------

    def _show_verdict(self, question: Question, verdict: Verdict | None) -> None:
        done, alone = verdict is not None and verdict.right, not self._presenting
        typed = question.kind == "number" and alone and not done
        self.field.setVisible(typed)
        self.check.setVisible(typed or (question.kind == "drag" and alone and not done))
        self.check.setEnabled(question.kind == "number")
        self.way.setVisible(question.kind in ("click", "drag") and alone and not done)
        self.reveal.setVisible(alone and not done)
        for choice in self.choices:
            choice.setEnabled(not done and alone)
        words = "" if verdict is None else verdict.words
        self.verdict.setVisible(bool(words))
        colour = self.theme.good if done else self.theme.fault
        self.verdict.show_html(f'<span style="color: {colour}; font-weight: 600">{rich(words)}</span>')
        self.verdict.setAccessibleName(words)

    def mark(self, place: int | None, right: bool) -> None:
        """Mark a choice as right or wrong; None marks none."""
        for number, choice in enumerate(self.choices, 1):
            if number == place:
                choice.mark(right)

    def check_typed(self) -> bool:
        """Submit an answer that was entered but not checked; return whether there was one."""
        if self.check.isHidden() or not self.check.isEnabled() or self._given() in ("", self._judged):
            return False
        self._check()
        return True

    def _given(self) -> str:
        """Return the entered answer: the typed text or the chosen place."""
        dragged = self._question is not None and self._question.kind == "drag"
        return self.way.html if dragged else self.field.text().strip()

    @Slot()
    def _check(self) -> None:
        self._judged = self._given()
        if self._question is not None and self._question.kind == "drag":
            self.checked.emit()
        elif self._judged:
            self.answered.emit(self.field.text())
            # So that the next answer replaces this one.
            self.field.selectAll()

    # -- Qt overrides

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab go from the question to its first choice."""
        if self.hasFocus() and forward and self.choices:
            self.choices[0].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().focusNextPrevChild(forward)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._letter()
