"""The base classes of all pictures of a model; `picture_of` finds the one that draws a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontInfo, QResizeEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from emviz.session import NOTHING_YET, Change, Part, Session, diff
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.plot.canvas import Canvas
from emviz.ui.panels.plot.plot import Caption

if TYPE_CHECKING:
    from emviz.em.pictures import View

V = TypeVar("V", bound="View")
#: Changes after which any view is drawn again.
SHOWN: Change = frozenset((Part.RUN, Part.REFERENCE, Part.REVEALED, Part.NEXT, Part.ROW, Part.COLUMNS))
#: Height of a picture from which its note is shown, in ems.
ROOMY = 11
CLICK, DRAG = "click to start there", "drag a mean to start elsewhere"


class Picture(QWidget, Generic[V]):
    """A widget that draws one type of view.

    A picture decides nothing: user actions go out as signals, and what to show comes in through `show_view`.
    """

    #: The parts of the session and its results that are drawn besides the view.
    concerns: ClassVar[Change] = SHOWN
    #: Values of some fields of θ(0), and whether they continue the same drag.
    start_requested = Signal(object, bool)
    #: A request for another edit of the session.
    edit_requested = Signal(object)
    #: Display settings to change, by name.
    display_requested = Signal(object)
    #: A text on what is under the pointer; "" when it has left.
    hinted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        #: The results so far; set before `show_view` is called.
        self.results = NOTHING_YET
        self.caption = Caption()
        self.caption.hide()
        self._noted = False

    @property
    def tools(self) -> QWidget | None:
        """The controls for the head of the card, if any."""
        return None

    @property
    def usual_hint(self) -> str:
        """The hint on what the mouse can do, shown while it points at nothing."""
        return ""

    @property
    def heading(self) -> str:
        """A longer title than the view's; "" for none."""
        return ""

    def show_view(self, view: V, session: Session) -> None:
        """Draw a view of the session, which decides whether labels are revealed."""
        raise NotImplementedError

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the application's font."""
        self.theme = theme

    # -- for subclasses ------ ----------------------------------------------------------------------

    def _stack(self, *parts: QWidget | QLayout) -> QLayout:
        """Stack the drawing, which takes all spare room, further parts, and the note."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for stretch, part in zip((1, *[0] * len(parts)), (*parts, self.caption), strict=True):
            if isinstance(part, QLayout):
                layout.addLayout(part, stretch)
            else:
                layout.addWidget(part, stretch)
        return layout

    def _note(self, text: str) -> None:
        """Show a note below the drawing; "" removes it."""
        self._noted = bool(text)
        self.caption.show_text(text)
        self._fit_note()

    def _fit_note(self) -> None:
        """Show the note only where the drawing keeps enough room above it."""
        roomy = self.height() >= ROOMY * QFontInfo(self.font()).pixelSize()
        self.caption.setVisible(self._noted and roomy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show or hide the note."""
        super().resizeEvent(event)
        self._fit_note()

    def _describe(self, title: str, text: str, drawing: QWidget) -> None:
        """Set the accessible name and description of the picture and its drawing."""
        for widget in (self, drawing):
            widget.setAccessibleName(title)
            widget.setAccessibleDescription(text)

    @Slot()
    def _leave(self) -> None:
        """Clear the hint."""
        self.hinted.emit("")


class Redrawn(Picture[V]):
    """A picture that keeps its view and redraws it as a whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: V | None = None
        self._session: Session | None = None

    def show_view(self, view: V, session: Session) -> None:
        """Draw a view and its note, or only its numbers where nothing but the decimals has changed."""
        same = view is self._view and diff(self._session, session) & self.concerns <= {Part.DECIMALS}
        self._view, self._session = view, session
        if same:
            self._announce(view, session)
            self._write(view, session)
        else:
            self._note(getattr(view, "note", ""))
            self._redraw()

    def _write(self, view: V, session: Session) -> None:
        """Redraw only the numbers, with other decimals."""
        self._draw(view, session)

    def _announce(self, view: V, session: Session) -> None:
        """Set the accessible description."""

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the application's font."""
        super().apply_theme(theme)
        self._redraw()

    @Slot()
    def _redraw(self) -> None:
        if self._view is not None and self._session is not None:
            self._announce(self._view, self._session)
            self._draw(self._view, self._session)

    def _draw(self, view: V, session: Session) -> None:
        """Draw everything."""
        raise NotImplementedError


class Canvassed(Redrawn[V]):
    """A picture on a canvas, which is drawn once before it is painted, however often it has changed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = Canvas(name)
        self.canvas.needed.connect(self._draw_scene)
        self.canvas.left.connect(self._leave)

    def _draw(self, view: V, session: Session) -> None:
        self.canvas.outdate()

    @Slot()
    def _draw_scene(self) -> None:
        if self._view is not None and self._session is not None:
            self._compose(self._view, self._session)

    def _compose(self, view: V, session: Session) -> None:
        """Show the scene for the canvas's size; nothing that changes a layout."""
        raise NotImplementedError
