"""The values under the pointer, where they do not fit beside the card's title."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

from emviz.ui.look.theme import Theme
from emviz.wording.unbroken import unbroken


class Reading(QLabel):
    """A line or two that covers the card's head while the pointer is over the picture."""

    def __init__(self, card: QWidget) -> None:
        super().__init__(card)
        self.setObjectName("reading")
        self.setProperty("role", "hint")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        self.hide()

    def show_text(self, text: str, head: QRect) -> None:
        """Show a text over the head of the card; an empty one hides the label."""
        self.setText(unbroken(text))
        self.setGeometry(
            head.x(), head.y(), head.width(), max(head.height(), self.heightForWidth(head.width()))
        )
        self.setVisible(bool(text))
        self.raise_()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the card's background."""
        self.setStyleSheet(f"background: {theme.card};")
