"""A question of a lesson in the window: what is asked, where the answer goes, and what is said of it."""

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

#: What is to be done with the mouse.
POINT = "Click in the plot of the lower bound."
TABLE = "Click in the count table."
PLACE = "Click or drag in the landscape, then check."
#: How much larger a question is that is asked of a room.
LARGE = 1.2


class QuestionBox(QWidget):
    """Asks one question."""

    #: What has been answered: a text, or the number of a choice.
    answered = Signal(object)
    #: The place in the landscape is to be judged; the answer is to be shown.
    checked, shown = Signal(), Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonQuestion")
        self.theme: Theme = LIGHT
        self.ask, self.way, self.told = RichLabel(), RichLabel(), RichLabel()
        self.way.setProperty("role", "muted")
        self.told.setObjectName("lessonVerdict")
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
        """Ask a question, with what is said of the last answer.

        Parameters
        ----------
        verdict : Verdict or None
            None where nothing has been answered yet; where it is right, nothing more is asked.
        presenting : bool
            It is asked of a room: nobody types, and the letters are larger.
        """
        self.setVisible(question is not None)
        if question is None:
            self._question = None
            return
        if question is not self._question or presenting != self._presenting:
            self._question, self._presenting = question, presenting
            self._begin(question)
        self._tell(question, verdict)

    def show_place(self, words: str) -> None:
        """Say where in the landscape the answer has been put, so that it can be checked."""
        self.way.show_html(rich(words))
        self.check.setEnabled(True)

    def take_focus(self) -> None:
        """Have what is typed come to the field, and Tab to the choices."""
        if self.field.isVisible():
            self.field.setFocus()
        elif any(choice.isEnabled() for choice in self.choices):
            self.setFocus()

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
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
        layout.addWidget(self.told)
        layout.addWidget(self.reveal, 0, Qt.AlignmentFlag.AlignLeft)

    def _begin(self, question: Question) -> None:
        """Put what the kind of question needs in its place."""
        self.ask.show_html(f"<b>{rich(question.ask)}</b>")
        self.field.clear()
        self._judged = ""
        for choice in self.choices:
            choice.hide()
            choice.deleteLater()
        self.choices = [ChoiceButton(words) for words in question.choices]
        for place, choice in enumerate(self.choices, 1):
            choice.apply_theme(self.theme)
            choice.clicked.connect(lambda _=False, place=place: self.answered.emit(place))
            self._offered.addWidget(choice)
        ways = {"drag": PLACE, "click": POINT if "point" in question.of else TABLE}
        self.way.show_html(ways.get(question.kind, ""))
        self._letter()

    def _letter(self) -> None:
        """Have letters as large as the question is asked of somebody alone, or of a room."""
        font = QFont(self.font())
        if self._presenting:
            font.setPointSizeF(font.pointSizeF() * LARGE)
        for label in (self.ask, self.told):
            label.setFont(font)
            label.show_html(label.html)
        for choice in self.choices:
            choice.setFont(font)

    # -- what is said of an answer --------------------------------------------------------------------------

    def _tell(self, question: Question, verdict: Verdict | None) -> None:
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
        self.told.setVisible(bool(words))
        colour = self.theme.good if done else self.theme.fault
        self.told.show_html(f'<span style="color: {colour}; font-weight: 600">{rich(words)}</span>')
        self.told.setAccessibleName(words)

    def mark(self, place: int | None, right: bool) -> None:
        """Show on a choice that it is right, or wrong; on none for None."""
        for number, choice in enumerate(self.choices, 1):
            if number == place:
                choice.mark(right)

    def check_typed(self) -> bool:
        """Have judged what has been typed or placed and was not judged yet; return whether there is such."""
        if self.check.isHidden() or not self.check.isEnabled() or self._given() in ("", self._judged):
            return False
        self._check()
        return True

    def _given(self) -> str:
        """Return the answer as it stands: what has been typed, or where it has been placed."""
        dragged = self._question is not None and self._question.kind == "drag"
        return self.way.html if dragged else self.field.text().strip()

    @Slot()
    def _check(self) -> None:
        self._judged = self._given()
        if self._question is not None and self._question.kind == "drag":
            self.checked.emit()
        elif self._judged:
            self.answered.emit(self.field.text())
            self.field.selectAll()

    # -- Qt overrides

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go with Tab from the question to its first choice."""
        if self.hasFocus() and forward and self.choices:
            self.choices[0].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().focusNextPrevChild(forward)

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._letter()
