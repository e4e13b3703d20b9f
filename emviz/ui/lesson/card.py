"""The card of a lesson, to the left of the panels: text, question and position."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontInfo
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from emviz.data.things import things
from emviz.lessons import Question, Verdict
from emviz.ui.lesson.asking import QuestionBox
from emviz.ui.lesson.words import WordsView
from emviz.ui.look.style import disabled_ink
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.widgets.card import MARGINS
from emviz.ui.widgets.icons import icon
from emviz.ui.widgets.labels import PlainLabel, RichLabel

#: Width of the card, in letter heights.
WIDTH = 18


class LessonCard(QFrame):
    """Shows one scene.

    Parameters
    ----------
    back, onward : QAction
        Actions of its buttons.
    """

    left = Signal()
    #: Request to continue at the scene where the lesson was left.
    resumed = Signal()

    def __init__(self, back: QAction, onward: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonCard")
        self.setProperty("role", "card")
        self.theme: Theme = LIGHT
        self.title, self.place = RichLabel(), PlainLabel()
        self.title.setProperty("role", "title")
        self.place.setProperty("role", "muted")
        self.words, self.question = WordsView(), QuestionBox()
        self.leave = QToolButton()
        self.leave.setProperty("role", "bare")
        self.leave.setObjectName("leaveLesson")
        self.leave.setAccessibleName("Leave the lesson")
        self.leave.setToolTip("Leave the lesson (Esc) and return to the session you had before")
        self.leave.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.leave.clicked.connect(self.left)
        self.resume = QToolButton()
        self.resume.setProperty("role", "bare")
        self.resume.setObjectName("resumeLesson")
        self.resume.setToolTip("You left the lesson there last time")
        self.resume.clicked.connect(self.resumed)
        self.buttons = [_button(back), _button(onward)]
        self._lay_out()

    def show_scene(self, title: str, words: str, place: int, many: int) -> None:
        """Show the text of a scene.

        Parameters
        ----------
        place, many : int
            Number of the scene, from 1, and the number of scenes.
        """
        self.title.show_html(rich(title))
        self.title.setVisible(bool(title))
        self.words.show_words(words)
        self.place.setText(f"Scene {place} of {many}")
        self.setAccessibleName(f"Lesson, scene {place} of {things(many, 'scene')}: {title}")
        self.setAccessibleDescription(self.words.toPlainText())

    def offer(self, place: int | None) -> None:
        """Offer to continue at a scene, numbered from 1; None removes the offer."""
        self.resume.setVisible(place is not None)
        self.resume.setText(f"Go on in scene {place}")

    def ask(self, question: Question | None, verdict: Verdict | None, presenting: bool) -> None:
        """Show the question of the scene with the verdict on the last answer."""
        self.question.show_question(question, verdict, presenting)
        for button in (*self.buttons, self.leave, *([self.resume] if presenting else [])):
            button.setVisible(not presenting)

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        self.theme = theme
        self.question.apply_theme(theme)
        side = QFontInfo(self.font()).pixelSize()
        self.leave.setIcon(icon("cancel", theme.muted, disabled_ink(theme), side))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return a width that grows with the font."""
        return QSize(WIDTH * QFontInfo(self.font()).pixelSize(), 200)

    def _lay_out(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.place, 1)
        head.addWidget(self.leave)
        for button in self.buttons:
            foot.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*MARGINS)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.resume, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.title)
        layout.addWidget(self.words)
        layout.addWidget(self.question)
        layout.addStretch(1)
        layout.addLayout(foot)
        # Never taller than its text, so that the question follows at once; the stretch takes the rest.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.words.setSizePolicy(policy)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
