"""The bar at the bottom: what has just happened, what went wrong, what is being done, and the timeline."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontInfo, QFontMetrics, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionSlider,
    QVBoxLayout,
    QWidget,
)

from emviz.narration import number, objective_name, place, sentence
from emviz.session import Session, Telling
from emviz.ui.card import ElidedLabel
from emviz.ui.controls import Slider
from emviz.ui.errors import sentence_of
from emviz.ui.icons import icon
from emviz.ui.labels import PlainLabel
from emviz.ui.theme import LIGHT, Theme
from emviz.ui.transport import gain_words
from emviz.ui.visible import TEXT, visible


class StatusBar(QFrame):
    """The sentence, the notice, the progress, and the timeline."""

    seek_requested = Signal(int)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setProperty("role", "card")
        self.setAccessibleName("Status")
        self.theme: Theme = LIGHT
        self.sentence = _wrapping("sentence", "What has just happened, and what comes next")
        self.notice = Notice()
        self.busy = Busy()
        self.place = ElidedLabel()
        self.place.setObjectName("place")
        self.timeline = Timeline()
        self._refusal: str | None = None
        self._fault: str | None = None
        self._news: str | None = None
        self._cursor = 0
        self._done: tuple[object, ...] = ()
        self._lay_out()
        self.timeline.valueChanged.connect(self._seek)
        self.busy.cancel.clicked.connect(self.cancel_requested)

    def show_session(self, session: Session, row: Telling | None = None) -> None:
        """Show the session; what was refused before is forgotten."""
        self._refusal = None
        self._fault = _fault_of(session)
        self._cursor = session.cursor
        self.timeline.show_place(session.cursor, len(session.trace) - 1)
        self.timeline.setAccessibleDescription(place(session))
        self.place.setText(place_words(session))
        self.place.shorter = objective_words(session)
        # News outlive another look at the same: a picture, a row.
        done = (session.run, session.cursor, session.draft)
        if done != self._done:
            self._news, self._done = None, done
        told = sentence(session, row)
        self.sentence.setText(as_html(self._news or told))
        self.sentence.setAccessibleDescription(self._news or told)
        self._show_notice()

    @Slot(str)
    def refuse(self, reason: str) -> None:
        """Say what could not be done, until the next thing is done."""
        self._refusal = sentence_of(reason)
        self._show_notice()

    @Slot(str)
    def tell(self, news: str) -> None:
        """Say what has been done, in the place of the sentence, until the next thing is done."""
        self._news = news
        self.sentence.setText(as_html(news))
        self.sentence.setAccessibleDescription(news)

    def show_busy(self, doing: str | None, progress: float | None) -> None:
        """Show what is being done in the background, or nothing."""
        self.busy.show_work(doing, progress)
        self._show_notice()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours, and the height of two lines of the font."""
        self.theme = theme
        em = QFontInfo(self.font()).pixelSize()
        self.notice.picture.setPixmap(icon("warning", theme.fault, theme.fault, round(em * 1.4)).pixmap(99))
        # Two lines always have their room: nothing jumps when a sentence is longer than the last one.
        self.sentence.setMinimumHeight(self._usual_height)
        self.timeline.setMinimumWidth(em * 12)

    def hurry(self, hurried: bool) -> None:
        """Be told whether EM runs flat out.

        Meanwhile the room of the longest sentence is kept: at every change of it the whole window would be
        laid out anew.
        """
        kept = max(self.sentence.minimumHeight(), self.sentence.height())
        self.sentence.setMinimumHeight(kept if hurried else self._usual_height)

    @property
    def _usual_height(self) -> int:
        return 2 * QFontMetrics(self.sentence.font()).lineSpacing()

    def _show_notice(self) -> None:
        reason = self._refusal or self._fault
        working = not self.busy.isHidden()
        self.notice.show_reason(reason)
        self.notice.setVisible(bool(reason) and not working)
        self.sentence.setVisible(not reason and not working)

    @Slot(int)
    def _seek(self, cursor: int) -> None:
        if cursor != self._cursor:
            self.seek_requested.emit(cursor)

    def _lay_out(self) -> None:
        told = QVBoxLayout()
        for part in (self.sentence, self.notice, self.busy):
            told.addWidget(part)
        travel = QVBoxLayout()
        travel.setSpacing(0)
        travel.addWidget(self.place)
        travel.addWidget(self.timeline)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(24)
        row.addLayout(told, 3)
        row.addLayout(travel, 2)


class Timeline(Slider):
    """A slider over the half-steps of the trace; a click goes to where it points."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline of half-steps")
        self.setToolTip("Every half-step computed so far; drag or click to go there")
        self.setRange(0, 0)

    def show_place(self, cursor: int, last: int) -> None:
        """Show where the cursor stands.

        The range first grows and in the end shrinks: a value never leaves it, and so is never clamped.
        """
        self.setMaximum(max(last, self.maximum()))
        self.setValue(cursor)
        self.setMaximum(last)
        self.setEnabled(last > 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle under the mouse before it is grabbed."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setValue(self._value_at(event.position().x()))
        super().mousePressEvent(event)

    def _value_at(self, x: float) -> int:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
        width = self.style().subControlRect(control, option, part, self).width()
        place, span = round(x - width / 2), self.width() - width
        return QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, span)


class Notice(QFrame):
    """One sentence on what is wrong, with a sign beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("role", "notice")
        self.setAccessibleName("What is wrong")
        self.picture = PlainLabel()
        self.words = _wrapping("fault", "What is wrong")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        row.addWidget(self.picture)
        row.addWidget(self.words, 1)
        self.hide()

    def show_reason(self, reason: str | None) -> None:
        """Show what is wrong."""
        self.words.setText(with_subscripts(escape(visible(reason or "", TEXT), quote=False)))
        self.setAccessibleDescription(reason or "")


class Busy(QWidget):
    """What is being done in the background, how far it is, and a way to give it up."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("busy")
        self.setAccessibleName("Work in the background")
        self.words = PlainLabel()
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.cancel = QPushButton("Cancel")
        self.cancel.setObjectName("cancelButton")
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self.hide()

    def show_work(self, doing: str | None, progress: float | None) -> None:
        """Show the work; a bar without a fraction only says that it goes on."""
        self.setVisible(doing is not None)
        self.words.setText(f"{doing}…" if doing else "")
        self.bar.setRange(0, 0 if progress is None else 1000)
        self.bar.setValue(round(1000 * (progress or 0)))


def as_html(told: str) -> str:
    """Return sentences with true subscripts, what has just been done in bold."""
    done, stop, rest = escape(visible(told, TEXT)).partition(" done.")
    text = f"<b>{done}{stop}</b>{rest}" if stop else done
    return with_subscripts(text).replace(" = ", "&nbsp;=&nbsp;")


def with_subscripts(html: str) -> str:
    """Return HTML with the index of a single letter, as in "θ_A", set as a subscript; names of files stay."""
    return re.sub(r"\b([A-Za-zθλμπσΣ]²?)_(\w+(?:,\w+)+|\w{1,4})(?!\w)", r"\1<sub>\2</sub>", html)


def place_words(session: Session) -> str:
    """Return the iteration, the phase, log P at θ(t) and the gain of the last iteration, in one line."""
    return f"{place(session)}   {objective_words(session)}"


def objective_words(session: Session) -> str:
    """Return log P at θ(t) and the gain of the last iteration."""
    objective = number(session.step.expectation.objective, 4)
    gain = gain_words(session)
    told = f"θ({session.step.index}): {objective_name(session)} = {objective}"
    return f"{told}   {gain}" if gain else told


def _fault_of(session: Session) -> str | None:
    if session.fault is not None and not session.unfilled:
        return f"{sentence_of(session.fault)} The last good data stay in force."
    if session.failure is not None and session.at_end:
        return sentence_of(session.failure)
    return None


def _wrapping(role: str, name: str) -> QLabel:
    label = WrappingLabel()
    label.setObjectName(role)
    label.setProperty("role", role)
    label.setAccessibleName(name)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class WrappingLabel(QLabel):
    """Text that takes the width it is given, and the height that it then needs."""

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Ask for the height of the text at the present width."""
        return QSize(0, self.heightForWidth(max(self.width(), 200)))
