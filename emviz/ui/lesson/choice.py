"""A button whose words take as many lines as they need."""

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

#: Room around the words, and the radius of a corner, in pixels.
PADDING, CORNER = 8, 6


class ChoiceButton(QAbstractButton):
    """One of the choices of a question.

    Parameters
    ----------
    words : str
        What it says.
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
        """Show that it is right, or wrong, or neither."""
        self._verdict = right
        self.setAccessibleDescription({True: "right", False: "wrong", None: ""}[right])
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.theme = theme
        self.update()

    # -- Qt overrides

    def event(self, event: QEvent) -> bool:
        """Take Space for this choice; elsewhere it goes on, which would show the answer."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and cast("QKeyEvent", event).key() == Qt.Key.Key_Space
        ):
            event.accept()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height of the words in another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the height of the words in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def sizeHint(self) -> QSize:
        """Ask for the height of the words in the width that there is."""
        width = self.width()
        return QSize(width, self._height(width))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be clicked."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show that the mouse has left."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, the sign of a verdict, and the words."""
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
        # A layout does not ask again for a height that depends on the width.
        self.setFixedHeight(self._height(self.width()))

    def _height(self, width: int) -> int:
        return math.ceil(self._set(width).size().height()) + 2 * PADDING

    def _set(self, width: int) -> QTextDocument:
        """Return the words as they are set in a width, θ_A with a subscript."""
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setHtml(with_scripts(rich(self.text()), self.font()))
        document.setTextWidth(max(1, width - self._left - PADDING))
        return document

    @property
    def _left(self) -> int:
        """Where the words begin: behind the sign."""
        return PADDING + round(1.3 * self.fontMetrics().height())
