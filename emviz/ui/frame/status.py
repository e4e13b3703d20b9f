"""The status bar: the last step, errors, progress and the timeline."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFontInfo, QFontMetrics, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStyle,
    QStyleOptionSlider,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from emviz.em.convergence.ending import Ending
from emviz.session import Session, Telling
from emviz.ui.errors import sentence_of
from emviz.ui.look.lettering import BAR, dress, lettering, scale_in
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.widgets.controls import Progress, Slider
from emviz.ui.widgets.icons import icon
from emviz.ui.widgets.labels import PlainLabel
from emviz.ui.widgets.two_lines import TwoLines
from emviz.ui.widgets.visible import TEXT, visible
from emviz.wording.narration import place, said

#: Pixels that its height has in addition to two lines of text.
MARGINS = 16


class StatusBar(QFrame):
    """The sentence, the error notice, the progress and the timeline; always two lines high."""

    seek_requested = Signal(int)
    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setProperty("role", "card")
        self.setAccessibleName("Status")
        self.theme: Theme = LIGHT
        self.sentence = TwoLines("sentence", "What has just happened, and what comes next", as_html)
        self.notice = Notice()
        self.busy = Busy()
        self.timeline = Timeline()
        self._session: Session | None = None
        self._refusal: str | None = None
        self._fault: str | None = None
        self._news: str | None = None
        self._cursor = 0
        self._done: tuple[object, ...] = ()
        self._lay_out()
        self.timeline.valueChanged.connect(self._seek)
        self.busy.cancel.clicked.connect(self.cancel_requested)

    def show_session(
        self,
        session: Session,
        row: Telling | None = None,
        ending: Ending | None = None,
        remark: str | None = None,
    ) -> None:
        """Show the sentence of the session; clear the notice if the session has changed."""
        # New background results for the same session do not count as a user's action.
        if session is not self._session:
            self._session, self._refusal = session, None
        self._fault = _fault_of(session)
        self._cursor = session.cursor
        self.timeline.show_place(session.cursor, len(session.trace) - 1)
        self.timeline.setAccessibleDescription(place(session))
        # News stay while only the display changes, such as another picture or row.
        done = (session.run, session.cursor, session.draft)
        if done != self._done:
            self._news, self._done = None, done
        self.sentence.show_message(self._news or said(session, row, ending, remark))
        self._show_notice()

    @Slot(str)
    def refuse(self, reason: str) -> None:
        """Show why something could not be done, until the next change."""
        self._refusal = sentence_of(reason)
        self._show_notice()

    @Slot(str)
    def announce(self, news: str) -> None:
        """Show news in place of the sentence, until the next change."""
        self._news = news
        self.sentence.show_message(news)

    @Slot()
    def show_whole(self) -> None:
        """Show the full text of a message that is longer than its two lines."""
        label = self.sentence if self.notice.isHidden() else self.notice.words
        at = self.mapToGlobal(QPoint(0, -self.height()))
        QToolTip.showText(at, label.whole, self)

    def show_busy(self, doing: str | None, progress: float | None) -> None:
        """Show the background work, or hide the progress."""
        self.busy.show_work(doing, progress)
        self._show_notice()

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours and the height of two lines."""
        self.theme = theme
        dress(self, theme, scale_in(self.size(), BAR, self.window()))
        em = QFontInfo(self.font()).pixelSize()
        self.notice.picture.setPixmap(icon("warning", theme.fault, theme.fault, round(em * 1.4)).pixmap(99))
        # A label that has never been shown has not yet taken its font from the style sheet.
        self.sentence.ensurePolished()
        self.setFixedHeight(2 * QFontMetrics(self.sentence.font()).lineSpacing() + MARGINS)
        self.timeline.setMinimumWidth(em * 12)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale the text with the width."""
        super().resizeEvent(event)
        if scale_in(event.size(), BAR, self.window()) != lettering(self):
            self.apply_theme(self.theme)

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
        column = QVBoxLayout()
        for part in (self.sentence, self.notice, self.busy):
            column.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 14, 5)
        row.setSpacing(24)
        row.addLayout(column, 5)
        row.addWidget(self.timeline, 2)


class Timeline(Slider):
    """A slider over the half-steps of the trace; a click jumps to the position under the mouse."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline of half-steps")
        self.setToolTip("Every half-step computed so far; drag or click to go there")
        self.setRange(0, 0)

    def show_place(self, cursor: int, last: int) -> None:
        """Show the position of the cursor.

        The range grows before the value is set and shrinks after it, so that Qt never clamps the value.
        """
        self.setMaximum(max(last, self.maximum()))
        self.setValue(cursor)
        self.setMaximum(last)
        self.setEnabled(last > 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the handle under the mouse before the drag begins."""
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
    """A sentence about an error, with a warning sign."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("role", "notice")
        self.setAccessibleName("What is wrong")
        self.picture = PlainLabel()
        self.words = TwoLines("fault", "What is wrong", fault_html)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 0)
        row.addWidget(self.picture)
        row.addWidget(self.words, 1)
        self.hide()

    def show_reason(self, reason: str | None) -> None:
        """Show an error; None clears it."""
        self.words.show_message(reason or "")
        self.setAccessibleDescription(reason or "")


class Busy(QWidget):
    """The background work, its progress and a cancel button."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("busy")
        self.setAccessibleName("Work in the background")
        self.words = PlainLabel()
        self.bar = Progress()
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
        """Show the work; None hides all."""
        self.words.setText(f"{doing}…" if doing else "")
        self.bar.show_work(True, progress)
        self.setVisible(doing is not None)


def as_html(text: str) -> str:
    """Return sentences as HTML with subscripts; what has just been done is bold."""
    done, stop, rest = escape(visible(text, TEXT)).partition(" done.")
    text = f"<b>{done}{stop}</b>{rest}" if stop else done
    return with_subscripts(text).replace(" = ", "&nbsp;=&nbsp;")


def with_subscripts(html: str) -> str:
    """Return HTML with the index of a letter, as in "θ_A", as a subscript; file names are left alone."""
    return re.sub(r"\b([A-Za-zθλμπσΣ]²?)_(\w+(?:,\w+)+|\w{1,4})(?!\w)", r"\1<sub>\2</sub>", html)


def fault_html(text: str) -> str:
    """Return an error as HTML with subscripts."""
    return with_subscripts(escape(visible(text, TEXT), quote=False))


def _fault_of(session: Session) -> str | None:
    if session.fault is not None and not session.unfilled:
        return f"{sentence_of(session.fault)} The last valid data remain in use."
    if session.failure is not None and session.at_end:
        return sentence_of(session.failure)
    return None
