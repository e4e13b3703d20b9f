"""The picture of reconstructed images: grey images side by side."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from emviz.em.counts.table import Cell, TotalCell, UpdateCell
from emviz.em.model import Phase
from emviz.em.pictures import Image, Plate
from emviz.session import Part, Session
from emviz.ui.commands.keys import STEPPING, STRIDES, is_alone, is_with_ctrl
from emviz.ui.look.lettering import font_for
from emviz.ui.panels.pictures.image_plan import ImagePlan, ImagePlanner, has_decimals
from emviz.ui.panels.pictures.planned import PlannedPicture, PlannedWidget
from emviz.ui.panels.plot.hatching import hatching
from emviz.wording.numbers import number


class Plates(PlannedWidget[ImagePlanner, ImagePlan]):
    """Paints images, and reports the pixel under the mouse or the keyboard cursor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        #: The pixel whose number is derived.
        self.marked: tuple[int, int] | None = None
        #: The pixel at the keyboard cursor.
        self._current = (0, 0)
        self.pressed.connect(self._set_current)

    def mark(self, pixel: tuple[int, int] | None) -> None:
        """Frame a pixel and move the keyboard cursor there; None removes the frame."""
        if pixel is not None:
            self._current = pixel
        self.marked = pixel
        self.update()

    def laid_out(self, planner: ImagePlanner) -> ImagePlan:
        """Return the plan for the widget's size."""
        return planner.plan(self.width(), self.height())

    def paint(self, painter: QPainter, plan: ImagePlan) -> None:
        """Paint the plan; smoothing is for images that are scaled down, others keep sharp pixels."""
        for each in plan.prints:
            small = each.area.width() < each.pixels.width() or each.area.height() < each.pixels.height()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, small)
            if each.hidden:
                # A black area would be read as an image in which nothing is emitted.
                self._hatch(painter, each.area)
            else:
                painter.drawImage(each.area, each.pixels)
            painter.drawImage(each.strip, each.scale)
            painter.setPen(QPen(QColor(self.theme.border), 1))
            painter.drawRects([each.area, each.strip])
        for pen in (QPen(QColor(self.theme.card), 4.0), QPen(QColor(self.theme.focus), 2.0)):
            painter.setPen(pen)
            painter.drawRects(list(plan.frames))
            if self.marked is not None:
                painter.drawRects(plan.pixel(*self.marked))
        # QWidget repaints itself when it gets or loses the focus.
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme.focus), 2.0, Qt.PenStyle.DotLine))
            painter.drawRects([box.adjusted(-3, -3, 3, 3) for box in plan.pixel(*self._current)])

    def _hatch(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, QColor(self.theme.faint))
        painter.strokePath(hatching(area), QPen(QColor(self.theme.border), 1.2))

    @Slot(int, int)
    def _set_current(self, row: int, column: int) -> None:
        self._current = row, column

    # -- Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor with Ctrl and an arrow, or with up and down alone; Enter presses the pixel."""
        key, plan = event.key(), self.plan
        moves = is_with_ctrl(event) or (is_alone(event) and key not in STEPPING)
        if plan is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed.emit(*self._current)
        elif plan is not None and moves and key in STRIDES:
            down, right = STRIDES[Qt.Key(key)]
            row, column = self._current
            self._current = (row + down) % plan.rows, (column + right) % plan.columns
            self.entered.emit(*self._current)
            self.update()
        else:
            event.ignore()


class ImagePicture(PlannedPicture[Image]):
    """The images; a click selects a row, or derives the number of a pixel that is a parameter."""

    concerns = PlannedPicture.concerns | {Part.CELL}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plates = Plates()
        self._hold(self.plates)
        self.plates.pressed.connect(self._derive)

    @property
    def usual_hint(self) -> str:
        """The hint on deriving a pixel, where pixels are parameters."""
        leads = self._view is not None and self._view.lines is not None
        return "click a pixel: where does its number come from?" if leads else ""

    def _draw(self, view: Image, session: Session) -> None:
        seen = all(plate.values.size for plate in view.plates) and bool(view.plates)
        self.plates.setVisible(seen)
        if seen:
            planner = ImagePlanner(view, self.theme, font_for(self), session.display.decimals)
            self.plates.show_planned(planner, self.theme)
        leads = view.lines is not None
        self.plates.setFocusPolicy(Qt.FocusPolicy.StrongFocus if leads else Qt.FocusPolicy.NoFocus)
        self.plates.mark(_pixel(view, session.display.cell))

    def _announce(self, view: Image, session: Session) -> None:
        self._describe(view.title, describe(view, session.display.decimals), self.plates)

    def _write(self, view: Image, session: Session) -> None:
        if any(map(has_decimals, view.plates)):
            self._draw(view, session)

    def cell_text(self, view: Image, session: Session, row: int, column: int) -> str:
        """Return the values of all images at a pixel."""
        return cell_text(view, row, column, session.display.decimals)

    @Slot(int, int)
    def _derive(self, row: int, column: int) -> None:
        """Request the derivation of a pixel: its M-step after one, its total after an E-step."""
        view, session = self._view, self._session
        if view is None or session is None or view.lines is None or view.groups is None:
            return
        phase = session.round.phase
        if phase is Phase.START:
            self.hinted.emit("the E-step comes first: nothing is counted yet")
            return
        line, group = int(view.lines[row, column]), int(view.groups[row, column])
        self.display_requested.emit({"cell": UpdateCell(line) if phase is Phase.M else TotalCell(group)})


def _pixel(view: Image, cell: Cell | None) -> tuple[int, int] | None:
    """Return the pixel whose M-step is being derived, or None."""
    if view.lines is None or not isinstance(cell, UpdateCell):
        return None
    found = np.argwhere(view.lines == cell.place)
    return (int(found[0, 0]), int(found[0, 1])) if len(found) else None


def cell_text(view: Image, row: int, column: int, decimals: int) -> str:
    """Return the values of all images at a pixel: "row 3, column 4: λ(2) 12.3, truth 10.0"."""
    values = ", ".join(
        f"{each.name} {'hidden' if each.hidden else number(float(each.values[row, column]), decimals)}"
        for each in view.plates
    )
    return f"{view.row_heading} {view.rows[row]}, {view.column_heading} {view.columns[column]}: {values}"


def describe(view: Image, decimals: int) -> str:
    """Return the images in words: their shape, and the range of each."""
    rows, columns = view.plates[0].values.shape if view.plates else (0, 0)
    if not rows * columns:
        return "Nothing to show."
    parts = [_range_words(each, decimals) for each in view.plates]
    if view.row is not None:
        parts.append(f"selected: {view.row_heading} {view.rows[view.row]}")
    return f"{rows} × {columns}: {'; '.join(parts)}."


def _range_words(plate: Plate, decimals: int) -> str:
    if plate.hidden:
        return f"{plate.name} hidden until it is revealed"
    low, high = (number(float(each), decimals) for each in (plate.values.min(), plate.values.max()))
    return f"{plate.name} from {low} to {high}"
