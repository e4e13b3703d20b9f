"""A message of at most two lines; the rest is in a tool tip or behind a key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from emviz.ui.widgets.labels import RichLabel, as_tip

#: Ends a shortened message.
MORE = "… (N: all of it)"


class TwoLines(RichLabel):
    """A label as wide as its place and always two lines high.

    Parameters
    ----------
    role, name : str
        Its role in the style sheet, and its accessible name.
    formatted : callable
        Converts a message to HTML.
    """

    def __init__(self, role: str, name: str, formatted: Callable[[str], str]) -> None:
        super().__init__()
        self.setObjectName(role)
        self.setProperty("role", role)
        self.setAccessibleName(name)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._formatted = formatted
        self.message = ""

    @property
    def whole(self) -> str:
        """The full message, escaped for a tool tip."""
        return as_tip(self.message)

    def show_message(self, message: str) -> None:
        """Show a message."""
        if message != self.message:
            self.message = message
            self.setAccessibleDescription(message)
            self._fit()

    def _fit(self) -> None:
        """Show as many words as fit."""
        self._write(self.message)
        fits = self._fits()
        self.setToolTip("" if fits else self.whole)
        words = self.message.split(" ")
        least, most = 0, len(words)
        while not fits and most - least > 1:
            middle = (least + most) // 2
            self._write(" ".join(words[:middle]) + MORE)
            least, most = (middle, most) if self._fits() else (least, middle)
        if not fits:
            self._write(" ".join(words[:least]) + MORE)

    def _write(self, message: str) -> None:
        self.show_html(self._formatted(message))

    def _fits(self) -> bool:
        lines = 2 * QFontMetrics(self.font()).lineSpacing()
        # A subscript makes a line slightly higher.
        return self.heightForWidth(max(1, self.width())) <= 1.2 * lines

    # -- Qt overrides

    def sizeHint(self) -> QSize:
        """Return a height of two lines."""
        return QSize(0, 2 * QFontMetrics(self.font()).lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Return nothing: the height is fixed by the status bar."""
        return QSize(0, 0)

    def changeEvent(self, event: QEvent) -> None:
        """Fit the text to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to another width."""
        super().resizeEvent(event)
        self._fit()
