"""The Qt application, with or without a window."""

from __future__ import annotations

import sys

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from emviz.ui.shield import shield_all
from emviz.ui.widgets.icons import folder


def create_application() -> QApplication:
    """Return the application in the Fusion style, which looks the same everywhere and accepts our colours."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("emviz")
    application.setOrganizationName("emviz")
    application.setDesktopFileName("emviz")
    application.setWindowIcon(QIcon(str(folder() / "emviz.svg")))
    application.setStyle("Fusion")
    shield_all()
    return application
