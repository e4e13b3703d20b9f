"""A card: one panel of the window, with its title, a hint, and the controls that belong to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from emviz.ui.theme import LIGHT, Theme


class Card(QFrame):
    """A titled frame.

    Subclasses add their picture to `body` and their controls to `tools`, at the right of the title.
    """

    def __init__(self, title: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(title)
        self.theme: Theme = LIGHT
        self.title = QLabel(title)
        self.title.setProperty("role", "title")
        self.title.setTextFormat(Qt.TextFormat.RichText)
        self.hint = QLabel(hint)
        self.hint.setProperty("role", "hint")
        self.tools = QHBoxLayout()
        self.body = QVBoxLayout()
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch()
        head.addWidget(self.hint)
        head.addLayout(self.tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(self.body, 1)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours, and the font of the application, which may have grown."""
        self.theme = theme
