"""A message in no more than two lines: what is beyond them is a hover or a key away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from emviz.ui.widgets.labels import RichLabel, as_tip

#: Stands for what is left out, and how to read it.
MORE = "… (N: all of it)"


class TwoLines(RichLabel):
    """Takes the width it is given, and always the height of two lines.

    Parameters
    ----------
    role, name : str
        Its role in the style sheet, and what a screen reader calls it.
    formatted : callable
        Makes HTML of a message.
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
    def told(self) -> str:
        """All of the message, as a tool tip shows it."""
        return as_tip(self.message)

    def tell(self, message: str) -> None:
        """Show a message."""
        if message != self.message:
            self.message = message
            self.setAccessibleDescription(message)
            self._fit()

    def _fit(self) -> None:
        """Show as many words as fit."""
        self._write(self.message)
        fits = self._fits()
        self.setToolTip("" if fits else self.told)
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
        # A subscript makes a line a little higher.
        return self.heightForWidth(max(1, self.width())) <= 1.2 * lines

    # -- Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for two lines."""
        return QSize(0, 2 * QFontMetrics(self.font()).lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Ask for nothing: the bar is two lines high."""
        return QSize(0, 0)

    def changeEvent(self, event: QEvent) -> None:
        """Show as many words as fit in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many words as fit the new width."""
        super().resizeEvent(event)
        self._fit()
