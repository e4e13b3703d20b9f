"""A button with wrapped text."""

from __future__ import annotations

import math
from typing import cast

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QEnterEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QTextDocument,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.widgets.labels import with_scripts

#: Padding and corner radius, in pixels.
PADDING, CORNER = 8, 6


class ChoiceButton(QAbstractButton):
    """One of the choices of a question.

    Parameters
    ----------
    words : str
        Its text.
    """

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.setText(words)
        self.setAccessibleName(words)
        self._verdict: bool | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mark(self, right: bool | None) -> None:
        """Mark the choice as right or wrong; None removes the mark."""
        self._verdict = right
        self.setAccessibleDescription({True: "right", False: "wrong", None: ""}[right])
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self.theme = theme
        self.update()

    # -- Qt overrides

    def event(self, event: QEvent) -> bool:
        """Keep Space for this choice; elsewhere it steps on, which would show the answer."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and cast("QKeyEvent", event).key() == Qt.Key.Key_Space
        ):
            event.accept()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Adapt the height to the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Adapt the height to a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def sizeHint(self) -> QSize:
        """Return the height of the text at the current width."""
        width = self.width()
        return QSize(width, self._height(width))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Highlight the choice."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Remove the highlight."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, the mark and the text."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = {True: theme.good, False: theme.fault, None: theme.border}[self._verdict]
        wide = 2 if self.hasFocus() or self._verdict is not None else 1
        painter.setPen(QPen(QColor(theme.focus if self.hasFocus() else edge), wide))
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        painter.setBrush(QColor(theme.hover if lit else theme.field))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), CORNER, CORNER)
        sign = {True: "✓", False: "✗", None: "○"}[self._verdict]
        painter.setPen(QColor(theme.muted if self._verdict is None else edge))
        room = QRect(PADDING, 0, self._left - PADDING, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter.value, sign)
        words, context = self._set(self.width()), QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor(theme.ink))
        painter.translate(self._left, (self.height() - words.size().height()) / 2)
        words.documentLayout().draw(painter, context)
        painter.end()

    def _fit(self) -> None:
        # Layouts do not query a width-dependent height again.
        self.setFixedHeight(self._height(self.width()))

    def _height(self, width: int) -> int:
        return math.ceil(self._set(width).size().height()) + 2 * PADDING

    def _set(self, width: int) -> QTextDocument:
        """Return the text laid out for a width, with subscripts as in θ_A."""
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setHtml(with_scripts(rich(self.text()), self.font()))
        document.setTextWidth(max(1, width - self._left - PADDING))
        return document

    @property
    def _left(self) -> int:
        """Left edge of the text, after the mark."""
        return PADDING + round(1.3 * self.fontMetrics().height())
