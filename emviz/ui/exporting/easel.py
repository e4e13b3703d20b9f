"""Draws the model's pictures of many half-steps off-screen, for web pages and handouts."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Hashable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from emviz import session as desk
from emviz.em.convergence.slowest import Slowest, slowest
from emviz.em.methods import mapping, why_unbounded
from emviz.em.objective.heights import Heights, landscape
from emviz.em.optima.restarts import Landmark, landmarks
from emviz.em.pictures import Landscape
from emviz.em.work import last_of
from emviz.pages import Patch, Picture, Plane, kept
from emviz.session import NOTHING_YET, Result, Results, Session
from emviz.ui.exporting.exports import picture_of
from emviz.ui.look.style import stylesheet
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.pictures import AnyPicture
from emviz.ui.panels.pictures.landscape import LandscapePicture
from emviz.ui.panels.pictures.panel import ModelPanel

if TYPE_CHECKING:
    from emviz.lessons import Lesson
    from emviz.pages.acts import Act

#: Size of a picture, and its pixel ratios: the smaller one is used if the file would be too large.
SIZE, RATIOS, HEAVY = (720, 450), (2.0, 1.5, 1.0), 72_000
#: WebP quality, 0 to 100, at which text stays sharp.
QUALITY = 85
#: Largest share of a picture that is stored as a patch over the previous one, and the encoder's block size
#: in pixels, to which patches are aligned.
LAID, BLOCK = 0.5, 16
#: Effort of the encoder, 0 to 6; more hardly makes files smaller.
EFFORT = 2


@dataclass(frozen=True)
class Sketch:
    """Content of the picture of a half-step.

    Parameters
    ----------
    key : int or tuple of int
        Identifies the picture in the page: its half-step, in a lesson after the number of the scene.
    session, results : Session, Results
        Rendered by the picture.
    """

    key: int | tuple[int, int]
    session: Session
    results: Results


class Sketches:
    """Computes the contents of pictures, sharing results between half-steps."""

    def __init__(self) -> None:
        self._heights: tuple[Hashable, Heights | None] | None = None
        self._landmarks: tuple[Landmark, ...] | None = None
        self._reference: Result[desk.Reference | None] | None = None
        self._slowest: Result[Slowest] | None = None

    def of(self, session: Session) -> Generator[None, None, Results]:
        """Return the results for the picture of a half-step; yields where it can be cancelled."""
        views = tuple(desk.views(session))
        yield
        if self._reference is None:
            self._reference = Result(desk.reference(session), session)
        aim = yield from desk.aiming(session)
        found = Results(views=Result(views, session), reference=self._reference, target=Result(aim, session))
        view = desk.on_display(views, session.display)
        if not isinstance(view, Landscape) or session.display.axes is None:
            return found
        found = yield from self._landscape(session, view, found)
        return (yield from self._with_additions(session, found))

    def _with_additions(self, session: Session, found: Results) -> Generator[None, None, Results]:
        """Return the results with the landscape's optional parts, if they are switched on."""
        model, data, display = session.model, session.data, session.display
        if display.slowest and desk.has_rate(session):
            if self._slowest is None:
                limit = yield from slowest(model, data, session.start)
                self._slowest = Result(limit, session)
            found = replace(found, slowest=self._slowest)
        if display.contours and display.axes is not None and not why_unbounded(session.method, model):
            at = session.round.base
            spans = desk.frame(session, found)
            drawn = landscape(
                model, data, at.params, *display.axes, method=session.method, at=at, spans=spans
            )
            surface = yield from last_of(drawn)
            found = replace(found, surface=None if surface is None else Result(surface, session))
        return found

    def _landscape(self, session: Session, view: Landscape, found: Results) -> Generator[None, None, Results]:
        """Return the results with the fixed points of EM and the heights of the landscape."""
        assert session.display.axes is not None
        model, data, method = session.model, session.data, session.method
        if self._landmarks is None:
            self._landmarks = yield from last_of(landmarks(model, data, view.starts, mapping(method)))
        if self._landmarks is not None:
            found = replace(found, landmarks=Result(self._landmarks, session))
        spans = desk.frame(session, found)
        if self._heights is None or self._heights[0] != (desk.held(session), spans):
            at = session.round.base.params
            drawn = landscape(model, data, at, *session.display.axes, method=method, spans=spans)
            self._heights = (desk.held(session), spans), (yield from last_of(drawn))
        heights = self._heights[1]
        return found if heights is None else replace(found, heights=Result(heights, session))


def sketching(session: Session) -> Generator[Sketch | float | None, None, Session]:
    """Return a run; yields each picture's content followed by the fraction done, and None in between."""
    sketches, places = Sketches(), kept(session)
    for k, at in enumerate(places):
        moved, results = yield from drawing(session, sketches, at)
        yield Sketch(at, moved, results)
        yield (k + 1) / len(places)
    return session


def sketching_lesson(lesson: Lesson) -> Generator[Sketch | float | None, None, tuple[Act, ...]]:
    """Return the performed scenes of a lesson; yields like `sketching`.

    Raises
    ------
    DataError
        If a scene cannot be performed.
    """
    from emviz.pages.acts import acting

    work, run, number = acting(lesson), -1, 0
    while True:
        try:
            act = next(work)
        except StopIteration as end:
            return cast("tuple[Act, ...]", end.value)
        if act is None:
            yield None
            continue
        if act.session.run != run:
            run, sketches = act.session.run, Sketches()
        for at in act.places:
            moved, results = yield from drawing(act.session, sketches, at)
            yield Sketch((number, at), moved, results)
        number += 1
        yield number / len(lesson.scenes)


def drawing(session: Session, sketches: Sketches, at: int) -> Generator[None, None, tuple[Session, Results]]:
    """Return the session at a half-step, with the results for its picture."""
    moved = session.moved(cursor=at)
    return moved, (yield from sketches.of(moved))


class Easel(QObject):
    """Draws one picture at a time, in the GUI thread.

    Parameters
    ----------
    parent : QWidget, optional
        Parent of the hidden window.
    size : tuple of int
        Width and height of a picture with its tabs, in pixels.
    """

    def __init__(self, parent: QWidget | None = None, size: tuple[int, int] = SIZE) -> None:
        super().__init__(parent)
        self._panel = ModelPanel(parent)
        self._panel.setObjectName("easel")
        # A separate top-level window, which is destroyed with its parent.
        self._panel.setWindowFlag(Qt.WindowType.Window)
        self._panel.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self._panel.strip(True)
        #: Encoded pictures by content, so that identical ones are stored once.
        self._kept: dict[bytes, bytes] = {}
        #: The last complete picture of each title, as drawn and as encoded.
        self._grounds: dict[str, tuple[QImage, bytes]] = {}
        #: Pixel ratio of each title, the same for all half-steps.
        self._ratios: dict[str, int] = {}
        self._panel.apply_theme(LIGHT)
        self._panel.setMinimumSize(1, 1)
        self._panel.resize(*size)
        self._panel.show()
        # Always light: the window may be dark, or may not exist.
        self._panel.setStyleSheet(stylesheet(LIGHT, self._panel.font()))

    def draw(self, session: Session, results: Results) -> Picture | None:
        """Return the picture of a half-step; None if the model has none."""
        drawn = self.show(session, results)
        if drawn is None:
            return None
        view = desk.on_display(results.views.value if results.views else (), session.display)
        title = drawn.heading or (view.title if view else "")
        data, patch = self._light(drawn, title)
        plane = _plane(drawn, session) if isinstance(drawn, LandscapePicture) else None
        return Picture(data, "webp", title, drawn.accessibleDescription() or title, patch, plane)

    def show(self, session: Session, results: Results) -> AnyPicture | None:
        """Return the widget that shows the picture of a half-step; None if the model has none."""
        # A session of another run with the same number would be mistaken for the previous one.
        self._panel.render(session, NOTHING_YET if not results.views else results)
        return self._panel.picture

    def _light(self, drawn: AnyPicture, title: str) -> tuple[bytes, Patch | None]:
        """Return a picture as a file, at high resolution unless too large, and a patch over it if any."""
        at = self._ratios.get(title, 0)
        while True:
            image = picture_of(drawn, RATIOS[at], LIGHT.card)
            laid = self._laid(image, title)
            data = laid[0] if laid else self._written(image)
            if laid or len(data) <= HEAVY or at == len(RATIOS) - 1:
                self._ratios[title] = at
                self._grounds.setdefault(title, (image, data))
                return laid or (data, None)
            at += 1

    def _laid(self, image: QImage, title: str) -> tuple[bytes, Patch | None] | None:
        """Return an earlier file with a patch of the difference; None if the difference is too large."""
        if title not in self._grounds:
            return None
        ground, data = self._grounds[title]
        area = _differing(ground, image)
        if area is None:
            return data, None
        wide, high = image.width(), image.height()
        if area.width() * area.height() > LAID * wide * high:
            del self._grounds[title]
            return None
        place = area.x() / wide, area.y() / high, area.width() / wide, area.height() / high
        return data, Patch(self._written(image.copy(area)), place)

    def _written(self, drawn: QImage) -> bytes:
        """Return a picture as an encoded file."""
        image = drawn.convertToFormat(QImage.Format.Format_RGB888)
        key = hashlib.sha256(image.constBits()).digest()
        if key not in self._kept:
            # Heat maps are five times as large as PNG.
            self._kept[key] = _webp(image)
        return self._kept[key]

    def close(self) -> None:
        """Destroy the hidden window."""
        self._panel.close()
        self._panel.deleteLater()
        self.deleteLater()


def _plane(drawn: LandscapePicture, session: Session) -> Plane | None:
    """Return the axes of a landscape in the picture; None if θ has fewer than two entries."""
    plot, shown = drawn.plot, desk.frame(session, drawn.results)
    if shown is None:
        return None
    xs, ys = shown
    low, high = (plot.mapTo(drawn, plot.position(x, y)) for x, y in zip(xs, ys, strict=True))
    wide, tall = drawn.width(), drawn.height()
    return Plane((low.x() / wide, high.x() / wide, high.y() / tall, low.y() / tall), xs, ys)


def _differing(before: QImage, after: QImage) -> QRect | None:
    """Return the rectangle where two pictures of one size differ, in whole blocks; None if they are equal."""
    if before.size() != after.size():
        return after.rect()
    other = _pixels(before) != _pixels(after)
    down, across = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    if not len(down):
        return None
    left, top, right, bottom = (
        BLOCK * (int(end) // BLOCK + k)
        for end, k in ((across[0], 0), (down[0], 0), (across[-1], 1), (down[-1], 1))
    )
    return QRect(left, top, right - left, bottom - top) & after.rect()


def _pixels(image: QImage) -> NDArray[np.uint32]:
    """Return a 32-bit picture as numbers, shape (height, width)."""
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())


def _webp(image: QImage) -> bytes:
    """Return the bytes of a WebP file; Pillow is twice as fast as Qt."""
    from PIL import Image

    size, line = (image.width(), image.height()), image.bytesPerLine()
    written = BytesIO()
    shown = Image.frombuffer("RGB", size, bytes(image.constBits()), "raw", "RGB", line, 1)
    shown.save(written, "WEBP", quality=QUALITY, method=EFFORT)
    return written.getvalue()
