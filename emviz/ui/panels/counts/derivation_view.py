"""The derivation of a number, formula by formula, with a sentence for each."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontInfo, QResizeEvent, QShowEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from emviz.em.counts.table import Derivation, Line
from emviz.session import Derived
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.counts.line_scroll import LineScroll
from emviz.ui.widgets.formula import Asked, Composed, FormulaView, Typesetter, plain
from emviz.ui.widgets.grid import small_font
from emviz.ui.widgets.labels import PlainLabel, RichLabel
from emviz.ui.widgets.visible import TEXT, visible

#: Pause in milliseconds to wait for while steps come faster than formulas can be typeset.
PAUSE = 150
#: Size of a formula relative to the text.
LARGER = 1.15
#: Smallest width of words beside a formula, in lines; with less they go below it.
BESIDE = 11
#: Gap between a formula and the words beside it, in pixels.
GAP = 18


class LineView(QWidget):
    """A formula with its words beside or below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.formula = FormulaView(self)
        self.words = PlainLabel(parent=self)
        self.words.setWordWrap(True)
        # Without a minimum size a word-wrapped label asks for the height that it would have if very narrow.
        self.words.setMinimumSize(1, 1)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 1, 0, 1)
        self._layout.setSpacing(2)
        self._layout.addWidget(self.formula)
        self._layout.addWidget(self.words, 1)

    def show_line(self, formula: str, words: str, svg: QSvgRenderer | None) -> None:
        """Show a line of a derivation."""
        self.formula.set_formula(formula, svg)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.words.setFont(small_font(self))

    def is_lower_beside(self, formula_width: int, room: int) -> bool:
        """Return whether words beside a formula of some width make the line no higher than below it."""
        own = self.formula.natural_size().height()
        beside, below = (self.words.heightForWidth(width) for width in (room - formula_width - GAP, room))
        return self.words.isHidden() or max(own, beside) <= own + below

    def place_words(self, formula_width: int | None) -> None:
        """Place the words beside a formula of some width in pixels, or below it for None."""
        beside = formula_width is not None
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(direction)
        self._layout.setSpacing(GAP if beside else 1)
        self.formula.setMinimumWidth(formula_width or 0)
        alignment = Qt.AlignmentFlag.AlignVCenter if beside else Qt.AlignmentFlag.AlignTop
        self.words.setAlignment(alignment | Qt.AlignmentFlag.AlignLeft)


class DerivationView(QWidget):
    """The derivation of a number.

    Formulas are typeset one by one while the event loop is idle, so that a step does not wait for them, and
    shown together, so that old and new numbers never mix. While EM runs flat out a thread typesets them.
    """

    closed = Signal()
    shown = Signal()
    formulas_wanted = Signal(object)
    #: A derivation is to be computed elsewhere; None if nobody needs it any more.
    derivation_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "text")
        self.setAccessibleName("Where does this number come from?")
        self._theme: Theme = LIGHT
        self._typesetter = Typesetter()
        self._derive: Callable[[], Derivation] | None = None
        self._derivation: Derivation | None = None
        self._typeset: list[QSvgRenderer | None] = []
        self._lines: list[LineView] = []
        self._hurried = self._aside = False
        self._asked, self._said, self._place = "", "", ""
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        self.title = RichLabel(self)
        self.place = PlainLabel(parent=self)
        self._close = QToolButton(self)
        self._scroll = LineScroll(self)
        self._scroll.setAccessibleName("Lines of the derivation")
        self._inside = QWidget()
        self._build()

    def _build(self) -> None:
        self._close.setText("✕")
        self._close.setAutoRaise(True)
        self._close.setAccessibleName("Close the derivation")
        self._close.setToolTip("Close (Esc)")
        self._close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.place, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self._scroll.setWidget(self._inside)
        self._scroll.setProperty("role", "stop")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)

    @property
    def busy(self) -> bool:
        """Whether a newer derivation is in preparation."""
        return self._derive is not None or self._derivation is not None

    @property
    def lines(self) -> tuple[LineView, ...]:
        """The visible lines."""
        return tuple(self._lines)

    @property
    def text(self) -> str:
        """Everything shown, as plain text."""
        parts = [self._said]
        for line in self._lines:
            parts += [line.formula.accessibleName(), line.words.text()]
        return "\n".join(parts)

    def follow(self, derive: Callable[[], Derivation], place: str, aside: bool = False) -> None:
        """Show a derivation as soon as the event loop is idle.

        Parameters
        ----------
        derive : callable
            Computes the derivation; called once, and only while the widget is visible.
        place : str
            The θ(t) at which its row was weighed, shown beside the title.
        aside : bool
            Whether it is expensive and computed elsewhere; `take_derivation` then receives it.
        """
        late, self._aside = self.busy, aside
        self._derive, self._derivation, self._place = derive, None, place
        if late:
            for line in self._lines:
                line.formula.set_stale()
        self._timer.start(PAUSE if late else 0)

    def hurry(self, hurried: bool) -> None:
        """Set whether EM runs flat out."""
        self._hurried = hurried

    @Slot(object)
    def take_formulas(self, composed: Composed) -> None:
        """Go on with formulas that a thread has typeset."""
        self._typesetter.take(composed)
        if not self._timer.isActive():
            self._timer.start(0)

    def take_derivation(self, found: Derived) -> None:
        """Take a derivation that was computed elsewhere; during a run without pauses an earlier one too."""
        if found.asked is self._derive:
            self._derive = None
        elif self._derive is None or not self._hurried:
            return
        self._put(found.value)
        self._timer.start(0)

    def set_closable(self, closable: bool) -> None:
        """Show the close button for a chosen derivation, hide it for the default one."""
        self._close.setVisible(closable)

    def forget(self) -> None:
        """Cancel the derivation in preparation; the next one is scrolled to its top."""
        if self._derive is not None and self._aside:
            self.derivation_wanted.emit(None)
        self._asked = ""
        self._derive, self._derivation = None, None
        self._timer.stop()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the font."""
        self._theme = theme
        small = f"font-size: {small_font(self).pointSizeF():.1f}pt"
        self.title.setStyleSheet(f"color: {theme.ink}; font-weight: 600; {small};")
        inner = "QScrollArea, QScrollArea > QWidget > QWidget"
        self._scroll.setStyleSheet(
            f"{inner} {{ background: {theme.card}; }} QLabel {{ color: {theme.muted}; }}"
        )
        self._scroll.apply_theme(theme)
        self.place.setStyleSheet(f"color: {theme.muted}; {small};")
        self._close.setStyleSheet(
            f"QToolButton {{ color: {theme.muted}; border: 2px solid transparent; padding: 0 4px; }}"
            f"QToolButton:focus {{ border-color: {theme.focus}; }}"
        )

    @Slot()
    def _go_on(self) -> None:
        """Do one piece of work: compute the derivation, typeset a formula, or show all."""
        if not self.isVisible() or not self.busy:
            return
        if self._derivation is None and self._derive is not None:
            if self._aside:
                self.derivation_wanted.emit(self._derive)
                return
            self._begin(self._derive)
        elif self._derivation is not None and len(self._typeset) < len(self._derivation.lines):
            if self._hurried and (wanted := self._wanted(self._derivation)):
                self.formulas_wanted.emit(wanted)
                return
            formula = self._derivation.lines[len(self._typeset)].formula
            self._typeset.append(self._typesetter.typeset(*self._as_asked(formula)) if formula else None)
        elif self._derivation is not None:
            self._show(self._derivation)
            return
        self._timer.start(0)

    def _begin(self, derive: Callable[[], Derivation]) -> None:
        self._derive = None
        try:
            self._put(derive())
        except (ArithmeticError, IndexError) as error:
            self._put(error)

    def _put(self, found: Derivation | Exception) -> None:
        """Take a derivation, or the reason why there is none."""
        self._typeset = []
        if isinstance(found, Exception):
            reason = str(found) or "The step that it belongs to could not be done."
            found = Derivation("This number cannot be derived here.", 0, (Line("", reason),))
        self._derivation = found

    def _wanted(self, derivation: Derivation) -> tuple[Asked, ...]:
        """Return the formulas that remain to be typeset."""
        asked = (self._as_asked(line.formula) for line in derivation.lines if line.formula)
        return tuple(each for each in asked if not self._typesetter.has(each))

    def _as_asked(self, formula: str) -> Asked:
        return formula, round(LARGER * QFontInfo(self.font()).pixelSize()), self._theme.ink

    def _show(self, derivation: Derivation) -> None:
        self._derivation = None
        if derivation.title != self._asked:
            self._scroll.verticalScrollBar().setValue(0)
        self._asked = derivation.title
        self._said = f"{derivation.title} {self._place}"
        asked = re.sub(r"_(\w+(?:,\w+)*)", r"<sub>\1</sub>", escape(visible(derivation.title, TEXT)))
        self.title.show_html(asked)
        self.place.setText(self._place)
        while len(self._lines) < len(derivation.lines):
            line = LineView(self._inside)
            self._column.insertWidget(len(self._lines), line)
            self._lines.append(line)
        while len(self._lines) > len(derivation.lines):
            line = self._lines.pop()
            line.hide()
            line.deleteLater()
        before = ""
        for line, said, svg in zip(self._lines, derivation.lines, self._typeset, strict=True):
            # Similar sums have the same words, which are shown once.
            line.show_line(said.formula, "" if said.words == before else said.words, svg)
            before = said.words
        self._place_words()
        self.setAccessibleDescription("; ".join(f"{plain(s.formula)}: {s.words}" for s in derivation.lines))
        self.shown.emit()

    def _place_words(self) -> None:
        """Place the words in a common column beside the formulas that leave room, and below the others.

        Words that would be wrapped into a higher line beside their formula go below it too.
        """
        room = self._scroll.viewport().width()
        most = room - GAP - BESIDE * self.fontMetrics().height()
        widths = [line.formula.natural_size().width() for line in self._lines]
        widest = max((width for width in widths if width <= most), default=0)
        for line, width in zip(self._lines, widths, strict=True):
            beside = width <= most and line.is_lower_beside(widest, room)
            line.place_words(widest if beside else None)
        self._column.activate()
        self._scroll.set_lines(self._lines)

    # -- Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        """Resume the preparation."""
        super().showEvent(event)
        if self.busy:
            self._timer.start(0)

    def changeEvent(self, event: QEvent) -> None:
        """Place the words again in a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._place_words()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the words for the new width."""
        super().resizeEvent(event)
        self._place_words()
