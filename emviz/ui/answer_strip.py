"""The answer for the row that is selected: its completions, the likeliest first, each with its share."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from emviz.em.views import Answer
from emviz.narration import number
from emviz.session import Session, answer
from emviz.ui.grid import small_font
from emviz.ui.theme import LIGHT, Theme

#: Completions that are listed.
LISTED = 3
#: How much of the accent the bar behind a completion has.
TINT = 0.30
#: What is said before the answer.
UNASKED = "The E-step will tell."


class AnswerStrip(QWidget):
    """Below the data: what the model says of the row that is selected; hidden where none is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answerStrip")
        self.question = QLabel()
        self.question.setWordWrap(True)
        self.bars = ShareBars()
        self._told: tuple[object, ...] = ()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.question)
        layout.addWidget(self.bars)
        self.hide()

    def show_session(self, session: Session) -> None:
        """Ask the model about the row, at the θ(t) of the E-step on display."""
        row = session.display.row
        # While a draft is not in force, its rows are not those that the model knows.
        if row is None or row >= session.table.rows or session.fault is not None:
            self._told = ()
            self.hide()
            return
        asked = (session.run, session.cursor, row, session.display.decimals)
        if asked != self._told:
            self._told = asked
            self._show(session, row)
        self.show()

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        for part in (self.question, self.bars):
            part.setFont(small_font())
        self.bars.apply_theme(theme)

    def _show(self, session: Session, row: int) -> None:
        given = answer(session)
        which = f"Row {row + 1}" if given is None else f"Row {row + 1} at θ({session.round.base.index})"
        self.question.setText(f"<b>{which}.</b> {escape(session.model.words.ask)}")
        self.bars.show_answer(given, session.display.decimals + 1)
        self.setAccessibleName(f"{which}: {session.model.words.ask}")
        self.setAccessibleDescription("; ".join(self.bars.texts))


class ShareBars(QWidget):
    """One line for each completion: a bar as long as its share, its name and its number on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self._lines: tuple[tuple[str, str, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def texts(self) -> tuple[str, ...]:
        """What the lines say."""
        return tuple(f"{name} {share}".strip() for name, share, _ in self._lines)

    def show_answer(self, answer: Answer | None, places: int) -> None:
        """Show the likeliest completions; before the E-step, that it will tell them."""
        if answer is None:
            self._lines = ((UNASKED, "", 0.0),)
        else:
            pairs = zip(answer.completions[:LISTED], answer.shares, strict=False)
            self._lines = tuple((name, number(share, places), share) for name, share in pairs)
        self.setToolTip("\n".join(self.texts))
        self.updateGeometry()
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for one line for each completion."""
        return QSize(120, self._height() * max(1, len(self._lines)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars, then the words on them."""
        painter = QPainter(self)
        metrics, height = QFontMetrics(self.font()), self._height()
        for place, (name, share, part) in enumerate(self._lines):
            track = QRectF(0, place * height + 1, self.width(), height - 2)
            filled = QRectF(track)
            filled.setWidth(track.width() * part)
            painter.fillRect(track, QColor(self.theme.faint))
            colour = QColor(self.theme.accent)
            colour.setAlphaF(TINT)
            painter.fillRect(filled, colour)
            painter.setPen(QColor(self.theme.ink))
            inside = track.adjusted(5, 0, -5, 0)
            room = int(inside.width()) - metrics.horizontalAdvance(share) - 8
            painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, share)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _height(self) -> int:
        return int(1.45 * QFontMetrics(self.font()).height())
