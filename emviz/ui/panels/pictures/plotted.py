"""What the pictures that are one plot with a note below it have in common."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from emviz.em.pictures import View
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.motion import Motion, one_step
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.picture import Picture
from emviz.ui.panels.plot.plot import Drag, Plot

V = TypeVar("V", bound=View)


class PlotPicture(Picture[V]):
    """One plot, a note, a motion from one step to the next, and a drag that sets θ(0).

    Subclasses draw in `_draw`, and move what moves in `_move`.

    Parameters
    ----------
    name : str
        What a screen reader calls the plot.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = Plot(name)
        self.drag = Drag(self)
        self._motion = Motion(self)
        self._shown: tuple[V, Session] | None = None
        self._stack(self.plot)
        self.setAccessibleName(name)
        self.plot.left.connect(self._leave)
        self.plot.released.connect(self._release)
        self.drag.requested.connect(self.start_requested)

    def show_view(self, view: V, session: Session) -> None:
        """Draw a view, and what has moved since the last one in motion."""
        before, self._shown = self._shown, (view, session)
        if before is not None and before[0] is view and self._motion.under_way:
            self._draw(view, session)
            return
        self._motion.finish()
        self._note(getattr(view, "note", ""))
        moving = before is not None and one_step(before[1], session) and not self.drag.active
        self._draw(view, session)
        if moving:
            self._move(0.0)
            self._motion.play(self._move)
        else:
            self._move(1.0)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        super().apply_theme(theme)
        self.plot.dress(theme, font_for(self))
        self._motion.finish()
        if self._shown is not None:
            self._draw(*self._shown)
            self._move(1.0)

    def _draw(self, view: V, session: Session) -> None:
        """Draw what is shown, as it is in the end."""
        raise NotImplementedError

    def _move(self, part: float) -> None:
        """Put what moves at this part of its way, 0 … 1."""

    def _tell(self, text: str) -> None:
        """Say in words what is seen."""
        self.plot.describe(text)
        self.setAccessibleDescription(text)

    @Slot()
    def _release(self) -> None:
        if self.drag.active:
            self.drag.end()
