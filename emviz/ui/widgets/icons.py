"""The program's icons, in the colours of the theme and sharp at any scale."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QDir, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from emviz.data.examples import assets

#: Search prefix of the icons in style sheets.
PREFIX = "icons"
#: Pixel ratios for which icons are drawn in addition to those of the screens; the second is that of saved
#: pictures.
RATIOS = (1.0, 2.0)


def folder() -> Path:
    """Return the folder of the SVG files."""
    return assets() / "icons"


def register_folder() -> None:
    """Make ``url(icons:name.svg)`` available in style sheets."""
    QDir.setSearchPaths(PREFIX, [str(folder())])


def icon(name: str, colour: str, disabled: str, size: int) -> QIcon:
    """Return an icon.

    Parameters
    ----------
    name : str
        Name of the SVG file, without its ending.
    colour, disabled : str
        Colours that replace ``currentColor`` in the enabled and the disabled state.
    size : int
        Side length in logical pixels.
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
