"""What does the image look like, and what should it look like? Grey images side by side."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from emviz.em.pictures import Image, Plate
from emviz.narration import number
from emviz.session import Session
from emviz.ui.lettering import font_for
from emviz.ui.panels.pictures.image_plan import ImagePlan, ImagePlanner
from emviz.ui.panels.pictures.planned import Planned, PlannedPicture


class Plates(Planned[ImagePlanner, ImagePlan]):
    """Paints images, and reports the pixel that the mouse is on."""

    def laid_out(self, planner: ImagePlanner) -> ImagePlan:
        """Return the plan for the size that the widget has."""
        return planner.plan(self.width(), self.height())

    def paint(self, painter: QPainter, plan: ImagePlan) -> None:
        """Paint the plan; every number keeps its own sharp square where there is room for it."""
        for each in plan.prints:
            small = each.area.width() < each.pixels.width() or each.area.height() < each.pixels.height()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, small)
            painter.drawImage(each.area, each.pixels)
            painter.drawImage(each.strip, each.scale)
            painter.setPen(QPen(QColor(self.theme.border), 1))
            painter.drawRects([each.area, each.strip])
        for pen in (QPen(QColor(self.theme.card), 4.0), QPen(QColor(self.theme.focus), 2.0)):
            painter.setPen(pen)
            painter.drawRects(list(plan.frames))


class ImagePicture(PlannedPicture[Image]):
    """The images, what the mouse is on, and the choice of a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plates = Plates()
        self._hold(self.plates)

    def _draw(self, view: Image, session: Session) -> None:
        self._describe(view.title, describe(view, session.display.decimals), self.plates)
        seen = all(plate.values.size for plate in view.plates) and bool(view.plates)
        self.plates.setVisible(seen)
        if seen:
            planner = ImagePlanner(view, self.theme, font_for(self), session.display.decimals)
            self.plates.show_planned(planner, self.theme)

    def told_at(self, view: Image, session: Session, row: int, column: int) -> str:
        """Return what every image has at the mouse."""
        return told_at(view, row, column, session.display.decimals)


def told_at(view: Image, row: int, column: int, decimals: int) -> str:
    """Return what every image has in one place: "row 3, column 4: λ(2) 12.3, truth 10.0"."""
    values = ", ".join(
        f"{each.name} {'hidden' if each.hidden else number(float(each.values[row, column]), decimals)}"
        for each in view.plates
    )
    return f"{view.row_heading} {view.rows[row]}, {view.column_heading} {view.columns[column]}: {values}"


def describe(view: Image, decimals: int) -> str:
    """Return in words what images show: their shape, and from where to where each goes."""
    rows, columns = view.plates[0].values.shape if view.plates else (0, 0)
    if not rows * columns:
        return "Nothing to show."
    told = [_told(each, decimals) for each in view.plates]
    if view.row is not None:
        told.append(f"selected: {view.row_heading} {view.rows[view.row]}")
    return f"{rows} × {columns}: {'; '.join(told)}."


def _told(plate: Plate, decimals: int) -> str:
    if plate.hidden:
        return f"{plate.name} hidden until it is revealed"
    low, high = (number(float(each), decimals) for each in (plate.values.min(), plate.values.max()))
    return f"{plate.name} from {low} to {high}"
