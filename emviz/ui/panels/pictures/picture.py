"""What every picture of a model has in common; `picture_of` says which one draws which view."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontInfo, QResizeEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from emviz.session import NOTHING_YET, Change, Part, Session, diff
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.plot.plot import Caption

if TYPE_CHECKING:
    from emviz.em.pictures import View

V = TypeVar("V", bound="View")
#: What any view is drawn anew for.
SHOWN: Change = frozenset((Part.RUN, Part.REFERENCE, Part.REVEALED, Part.NEXT, Part.ROW, Part.COLUMNS))
#: Pictures lower than so many ems have no note.
ROOMY = 11
CLICK, DRAG = "click to start there", "drag a mean to start elsewhere"


class Picture(QWidget, Generic[V]):
    """A widget that draws one type of view.

    A picture decides nothing: what is done on it goes out as a signal, and what it shows comes in through
    `show_view`.
    """

    #: The parts of the session and its results that are seen beside what the view holds.
    concerns: ClassVar[Change] = SHOWN
    #: Values of some fields of θ(0), and whether this is one more move of the same drag.
    start_requested = Signal(object, bool)
    #: A request for another edit of the session.
    edit_requested = Signal(object)
    #: Choices of the display that change, by their names.
    display_requested = Signal(object)
    #: A hint on what the mouse is on; "" when it has left.
    hinted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        #: What has been computed so far; handed over before what is shown.
        self.results = NOTHING_YET
        self.caption = Caption()
        self.caption.hide()
        self._noted = False

    @property
    def tools(self) -> QWidget | None:
        """The controls that belong in the head of the card, if there are any."""
        return None

    @property
    def usual_hint(self) -> str:
        """What can be done on the picture with the mouse, while it is on nothing; "" for nothing."""
        return ""

    @property
    def heading(self) -> str:
        """A title that tells more than that of the view; "" for none."""
        return ""

    def show_view(self, view: V, session: Session) -> None:
        """Draw a view; the session says which labels are revealed, and where in a run we are."""
        raise NotImplementedError

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours, and the font of the application."""
        self.theme = theme

    # -- what subclasses are made with ----------------------------------------------------------------------

    def _stack(self, *parts: QWidget | QLayout) -> QLayout:
        """Put the drawing, which takes the room there is, and what goes with it above the note."""
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
        """Show a note below the drawing, or none."""
        self._noted = bool(text)
        self.caption.show_text(text)
        self._fit_note()

    def _fit_note(self) -> None:
        """Show the note where the drawing has room enough above it."""
        roomy = self.height() >= ROOMY * QFontInfo(self.font()).pixelSize()
        self.caption.setVisible(self._noted and roomy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the note out where there is no room for it, and bring it back."""
        super().resizeEvent(event)
        self._fit_note()

    def _describe(self, title: str, told: str, drawing: QWidget) -> None:
        """Tell a screen reader what it is and what is seen."""
        for widget in (self, drawing):
            widget.setAccessibleName(title)
            widget.setAccessibleDescription(told)

    @Slot()
    def _leave(self) -> None:
        """Forget what the mouse was on."""
        self.hinted.emit("")


class Redrawn(Picture[V]):
    """A picture that keeps what it shows, and draws all of it anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: V | None = None
        self._session: Session | None = None

    def show_view(self, view: V, session: Session) -> None:
        """Draw a view, and its note below; where only decimals differ, its numbers."""
        same = view is self._view and diff(self._session, session) & self.concerns <= {Part.DECIMALS}
        self._view, self._session = view, session
        if same:
            self._tell(view, session)
            self._write(view, session)
        else:
            self._note(getattr(view, "note", ""))
            self._redraw()

    def _write(self, view: V, session: Session) -> None:
        """Draw the numbers of what is drawn already with other decimals."""
        self._draw(view, session)

    def _tell(self, view: V, session: Session) -> None:
        """Tell a screen reader what is shown."""

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours, and the font of the application."""
        super().apply_theme(theme)
        self._redraw()

    @Slot()
    def _redraw(self) -> None:
        if self._view is not None and self._session is not None:
            self._tell(self._view, self._session)
            self._draw(self._view, self._session)

    def _draw(self, view: V, session: Session) -> None:
        """Draw all of what is shown."""
        raise NotImplementedError
