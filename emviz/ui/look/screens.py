"""Describes the screens for `emviz --check`."""

from __future__ import annotations

import sys

from PySide6.QtGui import QGuiApplication

from emviz.machine.checkup import paired


def lines() -> list[str]:
    """Return Qt's platform and each screen as Qt sees it."""
    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    screens = [
        paired(
            "screen",
            f"{screen.size().width()} × {screen.size().height()} at scale {screen.devicePixelRatio():g}, "
            f"{screen.logicalDotsPerInch():.0f} dots per inch, {screen.refreshRate():.0f} Hz",
        )
        for screen in QGuiApplication.screens()
    ]
    del application  # must exist until here
    return [paired("platform", QGuiApplication.platformName()), *screens]
