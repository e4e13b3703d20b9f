"""The shelf below the count table: after the E-step a derivation, after the M-step what it has found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from emviz.ui.labels import PlainLabel
from emviz.ui.panels.counts.board import Board
from emviz.ui.panels.counts.derivation_view import DerivationView
from emviz.ui.theme import Theme

#: What it says at the start.
BEFORE = "After the E-step: where its numbers come from. After the M-step: what it has made of them."


class Shelf(QStackedWidget):
    """One of three pages: the derivation of a number, what the M-step has found, or nothing yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shelf")
        self.setMinimumSize(1, 1)
        self.derivation = DerivationView(self)
        self.board = Board(self)
        self._nothing = PlainLabel(BEFORE, self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        for page in (self._nothing, self.derivation, self.board):
            self.addWidget(page)

    def show_nothing(self) -> None:
        """Wait for the E-step."""
        self.setCurrentWidget(self._nothing)

    def show_derivation(self) -> None:
        """Show where a number comes from."""
        self.setCurrentWidget(self.derivation)

    def show_board(self) -> None:
        """Show what the M-step has found."""
        self.setCurrentWidget(self.board)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.derivation.apply_theme(theme)
        self.board.apply_theme(theme)
        self._nothing.setStyleSheet(f"color: {theme.muted};")
