"""Our own icons, drawn in the colours of the theme and sharp at every scale."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QDir, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from emviz.data.examples import assets

#: The prefix under which style sheets find the folder of the icons.
PREFIX = "icons"
#: The device-pixel ratios that icons are drawn for beside those of the screens; the second is that of
#: pictures that are saved.
RATIOS = (1.0, 2.0)


def folder() -> Path:
    """Return the folder of the SVG files."""
    return assets() / "icons"


def register_folder() -> None:
    """Let style sheets say ``url(icons:name.svg)``."""
    QDir.setSearchPaths(PREFIX, [str(folder())])


def icon(name: str, colour: str, disabled: str, size: int) -> QIcon:
    """Return an icon.

    Parameters
    ----------
    name : str
        The SVG file, without its ending.
    colour, disabled : str
        What ``currentColor`` stands for in it, where it can be used and where it cannot.
    size : int
        Its side, in logical pixels.
    """
    drawn = QIcon()
    source = (folder() / f"{name}.svg").read_text(encoding="utf-8")
    for mode, tint in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", tint).encode()))
        for ratio in sorted({*RATIOS, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}):
            drawn.addPixmap(_pixmap(renderer, size, ratio), mode)
    return drawn


def _pixmap(renderer: QSvgRenderer, size: int, ratio: float) -> QPixmap:
    side = round(size * ratio)
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
