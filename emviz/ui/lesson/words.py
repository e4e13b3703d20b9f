"""A Markdown view that loads nothing and follows no links; it is as high as its text, or scrolls."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QFontInfo,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from emviz.ui.widgets.labels import SCRIPT
from emviz.ui.widgets.visible import TEXT, visible
from emviz.wording.unbroken import unbroken

#: A symbol with a subscript: θ_A.
SCRIPTED = re.compile(r"(?<=[A-Za-zα-ωΑ-Ω])_([A-Za-z0-9]+)")
#: Line height in per cent of the default.
LINE = 118
#: GitHub's Markdown, with HTML treated as text.
FEATURES = QTextDocument.MarkdownFeature(
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub.value
    | QTextDocument.MarkdownFeature.MarkdownNoHTML.value
)


class WordsView(QTextBrowser):
    """The text of a scene."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonWords")
        self.setAccessibleName("Text of the scene")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "words")
        self.document().setDocumentMargin(0)
        self.words = ""

    def show_words(self, words: str) -> None:
        """Show Markdown from its beginning."""
        self.words = words
        self._write()
        self.verticalScrollBar().setValue(0)

    def _write(self) -> None:
        document = self.document()
        document.setDefaultFont(self.font())
        shown = "\n".join(visible(line, TEXT) for line in self.words.split("\n"))
        document.setMarkdown(unbroken(shown), FEATURES)
        self._space()
        self._lower()
        self.updateGeometry()

    def _space(self) -> None:
        """Increase the line spacing for readability."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        spaced = QTextBlockFormat()
        spaced.setLineHeight(LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spaced)

    def _lower(self) -> None:
        """Format subscripts, from the end so that earlier positions stay valid."""
        script = QTextCharFormat()
        script.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSubScript)
        script.setFontPointSize(_script_size(self.font()))
        # From the end: each deleted underscore moves all that follows it.
        for found in reversed([*SCRIPTED.finditer(self.toPlainText())]):
            cursor = QTextCursor(self.document())
            cursor.setPosition(found.start())
            cursor.deleteChar()
            # One place earlier, since the underscore is gone.
            cursor.setPosition(found.end() - 1, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(script)

    # -- Qt overrides

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Load nothing: a lesson consists of text only."""
        return None

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.words:
            self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the height for the new width."""
        super().resizeEvent(event)
        # A scroll bar would take the width that the text needs to fit without one.
        policy = Qt.ScrollBarPolicy
        whole = self.height() >= self.sizeHint().height()
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if whole else policy.ScrollBarAsNeeded)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the height of the text at the current width, without a scroll bar."""
        # A copy: a width for measuring would lay out the shown text anew.
        document = self.document().clone()
        document.setTextWidth(max(1, self.width()))
        return QSize(self.width(), math.ceil(document.size().height()) + 4)

    def minimumSizeHint(self) -> QSize:
        """Return the height of a few lines, or fewer if the text is shorter."""
        return QSize(10, min(5 * QFontInfo(self.font()).pixelSize(), self.sizeHint().height()))


def _script_size(font: QFont) -> float:
    """Return the point size that makes Qt's subscripts, two thirds of it, large enough."""
    return math.ceil(1.5 * math.ceil(SCRIPT * font.pointSizeF()))
