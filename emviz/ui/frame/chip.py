"""The button in the bar that names the experiment; a click shows or hides the setup."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontInfo, QResizeEvent
from PySide6.QtWidgets import QToolButton

from emviz.session import Session, named
from emviz.ui.look.style import disabled_ink
from emviz.ui.look.theme import Theme
from emviz.ui.widgets.icons import icon
from emviz.ui.widgets.labels import as_caption, as_tip
from emviz.ui.widgets.visible import visible

#: Separators after which a title continues with details.
BREAK = re.compile(r"[,:]\s|\s\(")


class Chip(QToolButton):
    """Names the model and its data."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("chip")
        self.setCheckable(True)
        # The arrow is drawn to the right of the text.
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._text = ""
        self._forms: tuple[str, ...] = ("",)

    def show_session(self, session: Session) -> None:
        """Show the model and the name of the data."""
        model, name = visible(session.model.title), visible(named(session))
        text = f"{model} · {name}"
        if text != self._text:
            self._text = text
            self._forms = (text, f"{model} · {beginning(name)}", name, beginning(name))
            self.setToolTip(as_tip(f"{text}\nShow or hide the experiment and the data (E)"))
            self.setAccessibleName(f"Experiment: {text}")
            self._elide()

    def apply_theme(self, theme: Theme) -> None:
        """Draw the arrow in the colours of a theme."""
        side = round(QFontInfo(self.font()).pixelSize() * 0.8)
        self.setIcon(icon("chevron-down", theme.ink, disabled_ink(theme), side))
        self.setIconSize(QSize(side, side))

    def sizeHint(self) -> QSize:
        """Return the size for the full text."""
        wide = self.fontMetrics().horizontalAdvance(self._text) + self._beside()
        return QSize(wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the size for the arrow alone."""
        return QSize(self._beside(), super().minimumSizeHint().height())

    def _beside(self) -> int:
        """Return the pixels that paddings and the arrow take, in the present font."""
        metrics = self.fontMetrics()
        written = metrics.size(Qt.TextFlag.TextShowMnemonic, self.text()).width()
        # Qt's hint has two spaces more than it needs to draw the text whole.
        return super().sizeHint().width() - written - 2 * metrics.horizontalAdvance(" ")

    def _elide(self) -> None:
        """Show the longest form that fits; a long name is first cut at a word, then elided."""
        room, metrics = max(0, self.width() - self._beside()), self.fontMetrics()
        fitting = (each for each in self._forms if metrics.horizontalAdvance(each) <= room)
        least = metrics.elidedText(self._forms[-1], Qt.TextElideMode.ElideRight, room)
        self.setText(as_caption(next(fitting, least)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to the new width."""
        super().resizeEvent(event)
        self._elide()


def beginning(title: str) -> str:
    """Return a title up to its first break: "Heart disease" of "Heart disease: 31 of 303 diagnoses"."""
    return BREAK.split(title, maxsplit=1)[0]
