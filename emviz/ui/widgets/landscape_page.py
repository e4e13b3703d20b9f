"""A page with a landscape of the objective, paths on it, and a caption."""

from __future__ import annotations

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emviz.em.counts.table import Entry
from emviz.em.objective.bound import entry_label
from emviz.em.objective.heights import Heights
from emviz.session import Frame, Session, holding, on_axes
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.relief import Relief
from emviz.ui.panels.plot.drawing import Drawing
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.widgets.labels import PlainLabel


class Landscape(QWidget):
    """A heat map over the session's axes, with a caption.

    Parameters
    ----------
    session : Session
        Determines the axes.
    title : str
        Accessible name of the picture.
    """

    def __init__(self, session: Session, title: str) -> None:
        super().__init__()
        self.session = session
        self.plot = Plot(title)
        self.plot.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.relief = Relief(self.plot)
        self.caption = PlainLabel()
        self.caption.setProperty("role", "hint")
        self.caption.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.caption)

    @property
    def axes(self) -> tuple[Entry, Entry] | None:
        """The entries of θ on the axes."""
        return self.session.display.axes

    def show_heights(self, heights: Heights) -> None:
        """Draw the landscape."""
        if heights is not self.relief.heights:
            self.relief.show(heights)

    def frame(self, axes: tuple[Entry, Entry]) -> None:
        """Set the axes and clear the drawing."""
        self.plot.overlay.drawing = Drawing()
        self.plot.show_range(*(self.relief.ranges or self._usual(axes)))
        for side, entry in zip(("bottom", "left"), axes, strict=True):
            self.plot.name_axis(side, entry_label(self.session.model, self.session.data, entry))

    def _usual(self, axes: tuple[Entry, Entry]) -> Frame:
        """Return the ranges before there are heights."""
        session = self.session
        return holding(
            session.model, session.data, session.round.base.params, axes, (), [on_axes(session.start, axes)]
        )

    def draw(self, drawing: Drawing, caption: str) -> None:
        """Draw on the landscape, and set the caption."""
        self.plot.overlay.show(drawing)
        self.caption.setText(caption)
        self.plot.describe(caption)

    def dress(self, theme: Theme) -> None:
        """Apply colours and font; the drawing must then be drawn again."""
        self.plot.dress(theme, font_for(self))
        self.relief.dress(theme)
