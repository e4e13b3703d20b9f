"""The shelf below the count table: a derivation after the E-step, the results after the M-step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from emviz.ui.look.theme import Theme
from emviz.ui.panels.counts.board import Board
from emviz.ui.panels.counts.derivation_view import DerivationView
from emviz.ui.panels.counts.gathered import GatheredView
from emviz.ui.widgets.labels import PlainLabel

#: The text before the first E-step.
BEFORE = "After the E-step: where its numbers come from. After the M-step: what it has made of them."


class Shelf(QWidget):
    """Three pages: a derivation, the results of the M-step, or a text before either; totals may be beside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shelf")
        self.setMinimumSize(1, 1)
        self.derivation = DerivationView(self)
        self.board = Board(self)
        self.gathered = GatheredView(self)
        self._nothing = PlainLabel(BEFORE, self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._pages = QStackedWidget(self)
        self._pages.setMinimumSize(1, 1)
        for page in (self._nothing, self.derivation, self.board):
            self._pages.addWidget(page)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.gathered)

    def show_nothing(self) -> None:
        """Show the text for the time before the first E-step."""
        self._show(self._nothing)

    def show_derivation(self) -> None:
        """Show the derivation of a number."""
        self._show(self.derivation)

    def show_board(self) -> None:
        """Show the results of the M-step."""
        self._show(self.board)

    def _show(self, page: QWidget) -> None:
        if page is not self.board:
            self.board.forget()
        self._pages.setCurrentWidget(page)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.derivation.apply_theme(theme)
        self.board.apply_theme(theme)
        self.gathered.apply_theme(theme)
        self._nothing.setStyleSheet(f"color: {theme.muted};")

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the totals to the new width."""
        super().resizeEvent(event)
        self.gathered.fit()
