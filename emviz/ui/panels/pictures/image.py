"""What does the image look like, and what should it look like? Grey images side by side."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from emviz.em.pictures import Image
from emviz.narration import number
from emviz.session import Part, Session
from emviz.ui.panels.pictures.image_plan import ImagePlan, ImagePlanner
from emviz.ui.panels.pictures.picture import SHOWN, Picture
from emviz.ui.theme import LIGHT, Theme


class Plates(QWidget):
    """Paints images, and reports the pixel that the mouse is on."""

    #: A row and a column.
    entered = Signal(int, int)
    left = Signal()
    #: A row.
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.plan: ImagePlan | None = None
        self._planner: ImagePlanner | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(60, 60)

    def show_images(self, planner: ImagePlanner, theme: Theme) -> None:
        """Show other images, or the same in other colours."""
        self._planner, self.theme = planner, theme
        self._lay_out()

    def _lay_out(self) -> None:
        """Think out everything before it is painted: an error in Qt's paint event would end the program."""
        if self._planner is not None:
            self.plan = self._planner.plan(self.width(), self.height())
        self.update()

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report the pixel under the mouse."""
        pixel = None if self.plan is None else self.plan.at(event.position())
        if pixel is None:
            self.left.emit()
        else:
            self.entered.emit(*pixel)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report the row that is pressed."""
        pixel = None if self.plan is None else self.plan.at(event.position())
        if pixel is not None and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(pixel[0])

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has gone."""
        super().leaveEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plan; every number keeps its own sharp square where there is room for it."""
        if self.plan is None:
            return
        painter = QPainter(self)
        for each in self.plan.prints:
            small = each.area.width() < each.pixels.width() or each.area.height() < each.pixels.height()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, small)
            painter.drawImage(each.area, each.pixels)
            painter.drawImage(each.strip, each.scale)
            painter.setPen(QPen(QColor(self.theme.border), 1))
            painter.drawRects([each.area, each.strip])
        for pen in (QPen(QColor(self.theme.card), 4.0), QPen(QColor(self.theme.focus), 2.0)):
            painter.setPen(pen)
            painter.drawRects(list(self.plan.frames))
        for text in self.plan.texts:
            text.paint(painter, self.font())
        painter.end()


class ImagePicture(Picture[Image]):
    """The images, what the mouse is on, and the choice of a row."""

    concerns = SHOWN | {Part.DECIMALS}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plates = Plates()
        self._view: Image | None = None
        self._session: Session | None = None
        self._stack(self.plates)
        self.plates.entered.connect(self._enter)
        self.plates.left.connect(self._leave)
        self.plates.chosen.connect(self._choose)

    def show_view(self, view: Image, session: Session) -> None:
        """Show images."""
        self._view, self._session = view, session
        self._note(view.note)
        self._draw()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours, and the font of the application."""
        super().apply_theme(theme)
        self.plates.setFont(QApplication.font())
        self._draw()

    def _draw(self) -> None:
        view, session = self._view, self._session
        if view is None or session is None:
            return
        self._describe(view.title, describe(view, session.display.decimals), self.plates)
        seen = all(plate.values.size for plate in view.plates) and bool(view.plates)
        self.plates.setVisible(seen)
        if not seen:
            return
        planner = ImagePlanner(view, self.theme, QApplication.font(), session.display.decimals)
        self.plates.show_images(planner, self.theme)

    @Slot(int, int)
    def _enter(self, row: int, column: int) -> None:
        if self._view is not None and self._session is not None:
            self.hinted.emit(told_at(self._view, row, column, self._session.display.decimals))

    @Slot(int)
    def _choose(self, row: int) -> None:
        """Ask for a row, where it is one of the data."""
        view, session = self._view, self._session
        if view is not None and session is not None and view.choosable and row < session.table.rows:
            self.display_requested.emit({"row": row})


def told_at(view: Image, row: int, column: int, decimals: int) -> str:
    """Return what every image has in one place: "row 3, column 4: λ(2) 12.3, truth 10.0"."""
    values = ", ".join(
        f"{each.name} {number(float(each.values[row, column]), decimals)}" for each in view.plates
    )
    return f"{view.row_heading} {view.rows[row]}, {view.column_heading} {view.columns[column]}: {values}"


def describe(view: Image, decimals: int) -> str:
    """Return in words what images show: their shape, and from where to where each goes."""
    rows, columns = view.plates[0].values.shape if view.plates else (0, 0)
    if not rows * columns:
        return "Nothing to show."
    told = [
        f"{each.name} from {number(float(each.values.min()), decimals)} "
        f"to {number(float(each.values.max()), decimals)}"
        for each in view.plates
    ]
    if view.row is not None:
        told.append(f"selected: {view.row_heading} {view.rows[view.row]}")
    return f"{rows} × {columns}: {'; '.join(told)}."
