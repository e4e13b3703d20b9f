"""The base class of pictures that are a single plot with a note."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

from emviz.em.pictures import View
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.motion import Motion, one_step
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.picture import Picture
from emviz.ui.panels.plot.drag import Drag
from emviz.ui.panels.plot.plot import Plot

V = TypeVar("V", bound=View)


class PlotPicture(Picture[V]):
    """A plot with a note, an animation from step to step, and a drag that sets θ(0).

    Subclasses draw everything in `_draw`, and animate it in `_move`.

    Parameters
    ----------
    name : str
        The plot's accessible name.
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
        self.plot.released.connect(self.drag.end)
        self.drag.requested.connect(self.start_requested)

    def show_view(self, view: V, session: Session) -> None:
        """Draw a view, animated if it is one step from the last one."""
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
        """Draw the view in its final state."""
        raise NotImplementedError

    def _move(self, part: float) -> None:
        """Move whatever is animated to a part of its way, 0 … 1."""

    def _announce(self, text: str) -> None:
        """Set the accessible description."""
        self.plot.describe(text)
        self.setAccessibleDescription(text)
