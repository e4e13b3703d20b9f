"""The answer for the selected row: its completions with their probabilities, likeliest first."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from emviz.em.counts.table import Answer
from emviz.em.model import Phase
from emviz.session import NOTHING_YET, Results, Session, answer, is_large, same_round
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.widgets.grid import small_font
from emviz.ui.widgets.labels import PlainLabel, as_tip
from emviz.ui.widgets.visible import visible
from emviz.wording.numbers import number

#: Maximum number of completions shown.
LISTED = 3
#: Opacity of the bar behind a completion.
TINT = 0.30
#: Spacing in pixels: between bars, around the text in one, between its name and its number.
APART, PADDING, BETWEEN = 4, 5, 8
#: Shown before the first E-step, and until an answer that takes long is there.
UNASKED, AWAITED = "The E-step will answer this.", "…"


class AnswerStrip(QWidget):
    """The model's answer for the selected row; hidden if no row is selected."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("answerStrip")
        self.question = Question()
        self.bars = ShareBars()
        #: The session that the answer is of.
        self.of: Session | None = None
        self._answered: tuple[object, ...] = ()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.question)
        layout.addWidget(self.bars)
        self.hide()

    def show_session(self, session: Session, results: Results = NOTHING_YET) -> None:
        """Show the answer for the row at the θ(t) of the displayed E-step.

        For a model whose rows are expensive it comes from the background; an earlier one stands until then.
        """
        row = session.display.row
        self.of = session
        # The model does not know the rows of a draft.
        if row is None or row >= session.table.rows or session.fault is not None:
            self._answered = ()
            self.hide()
            return
        late, found = is_large(session) and session.round.phase is not Phase.START, results.answer
        found = found if late and found is not None and found.of.display.row == row else None
        if found is not None and not same_round(found.of, session):
            self.of = found.of
        asked = (session.run, self.of.cursor, row, session.display.decimals, late, found)
        if asked != self._answered:
            self._answered = asked
            self._name(self.of, row)
            if late and found is None:
                self.bars.show_words(AWAITED)
            else:
                given = answer(session) if found is None else found.value
                self.bars.show_answer(given, session.display.decimals + 1)
            self.setAccessibleDescription("; ".join(self.bars.texts))
        self.show()

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        for part in (self.question, self.bars):
            part.setFont(small_font(self))
        self.bars.apply_theme(theme)

    def _name(self, session: Session, row: int) -> None:
        """Show which row of which step is answered."""
        state = session.round
        begun = state.phase is not Phase.START
        which = f"Row {row + 1} at θ({state.base.index})" if begun else f"Row {row + 1}"
        self.question.show_question(f"{which}.", session.model.words.ask)
        self.setAccessibleName(f"{which}: {session.model.words.ask}")


class Question(PlainLabel):
    """The row and its question in a single line, to leave room for the table above."""

    def __init__(self) -> None:
        super().__init__()
        self._which, self._ask = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_question(self, which: str, ask: str) -> None:
        """Show the row in bold, then as much of the question as fits."""
        self._which, self._ask = which, ask
        self.setText(f"{which} {ask}")
        self.setToolTip(as_tip(ask))

    def sizeHint(self) -> QSize:
        """Return the size of one line."""
        return QSize(120, self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return the same size."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both parts."""
        painter, bold = QPainter(self), QFont(self.font())
        bold.setBold(True)
        painter.setFont(bold)
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), side, self._which)
        begin = QFontMetrics(bold).horizontalAdvance(self._which + " ")
        painter.setFont(self.font())
        room = self.width() - begin
        shown = self.fontMetrics().elidedText(visible(self._ask), Qt.TextElideMode.ElideRight, room)
        painter.drawText(self.rect().adjusted(begin, 0, 0, 0), side, shown)
        painter.end()


class ShareBars(QWidget):
    """A bar per completion, as long as its probability; bars are side by side if they fit."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = LIGHT
        self._lines: tuple[tuple[str, str, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the lines."""
        return tuple(f"{name} {share}".strip() for name, share, _ in self._lines)

    def show_answer(self, answer: Answer | None, places: int) -> None:
        """Show the likeliest completions, or before the E-step that it will compute them."""
        if answer is None:
            self.show_words(UNASKED)
        else:
            self._show(tuple(_line(answer, place, places) for place in listed(answer)))

    def show_words(self, words: str) -> None:
        """Show words in place of an answer."""
        self._show(((words, "", 0.0),))

    def _show(self, lines: tuple[tuple[str, str, float], ...]) -> None:
        self._lines = lines
        self.setToolTip(as_tip("\n".join(self.texts)))
        self.updateGeometry()
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self.theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of all lines of bars."""
        lines = -(-max(1, len(self._lines)) // self._columns())
        return QSize(120, self._height() * lines)

    def minimumSizeHint(self) -> QSize:
        """Return the height of one line, for the likeliest completion."""
        return QSize(120, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the bars for the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars and their texts."""
        painter = QPainter(self)
        metrics, height, columns = QFontMetrics(self.font()), self._height(), self._columns()
        width = (self.width() + APART) / columns
        # A line that does not fit is left out; the tool tip has its text.
        whole = max(1, self.height() // height) * columns
        for place, (name, share, part) in enumerate(self._lines[:whole]):
            line, column = divmod(place, columns)
            track = QRectF(column * width, line * height + 1, width - APART, height - 2)
            filled = QRectF(track)
            filled.setWidth(track.width() * part)
            painter.fillRect(track, QColor(self.theme.faint))
            colour = QColor(self.theme.accent)
            colour.setAlphaF(TINT)
            painter.fillRect(filled, colour)
            painter.setPen(QColor(self.theme.ink))
            inside = track.adjusted(PADDING, 0, -PADDING, 0)
            room = int(inside.width()) - metrics.horizontalAdvance(share) - BETWEEN
            painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, share)
            shown = metrics.elidedText(visible(name), Qt.TextElideMode.ElideRight, room)
            painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _columns(self) -> int:
        """Return the number of bars side by side."""
        metrics = QFontMetrics(self.font())
        needed = [metrics.horizontalAdvance(name + share) + BETWEEN for name, share, _ in self._lines]
        widest = max(needed, default=0) + 2 * PADDING + APART
        return max(1, min(len(self._lines), (self.width() + APART) // widest))

    def _height(self) -> int:
        return int(1.45 * QFontMetrics(self.font()).height())


def listed(answer: Answer) -> tuple[int, ...]:
    """Return the indices of the completions to show: the likeliest, and the one counted whole."""
    first = tuple(range(len(answer.completions))[:LISTED])
    if answer.whole is None or answer.counted is None or answer.counted in first:
        return first
    return (*first[:-1], answer.counted)


def _line(answer: Answer, place: int, places: int) -> tuple[str, str, float]:
    share = number(answer.shares[place], places)
    words = f"{share} · counted" if place == answer.counted else share
    return answer.completions[place], words, answer.shares[place]
