"""Opens the large dialogs; their modules are imported on first use."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from emviz.ui.shield import shield_all

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

#: Module in `ui` and class that opens each dialog.
OPENED_BY: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "compare": ("comparison.dialog", "Comparisons"),
        "starts": ("starts.opening", "ManyStarts"),
        "abreast": ("abreast.dialog", "Ranks"),
        "errors": ("uncertainty.errors_dialog", "StandardErrors"),
        "handout": ("exporting.handout.dialog", "Handouts"),
        "animation": ("exporting.animation.dialog", "Animations"),
    }
)


class Dialogs(QObject):
    """Opens the large dialogs.

    Parameters
    ----------
    window : MainWindow
        Holds the session they are about.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._openers: dict[str, Any] = {}

    @Slot()
    def compare(self) -> None:
        """Compare methods from the current θ(0)."""
        self._open("compare")

    @Slot()
    def start_often(self) -> None:
        """Run many random starts."""
        self._open("starts")

    @Slot()
    def step_abreast(self) -> None:
        """Step EM, hard EM and the complete data side by side."""
        self._open("abreast")

    @Slot()
    def ask_errors(self) -> None:
        """Compute the standard errors at the displayed step."""
        self._open("errors")

    @Slot()
    def hand_out(self) -> None:
        """Save the run as a handout."""
        self._open("handout")

    @Slot()
    def animate(self) -> None:
        """Save the run as an animation."""
        self._open("animation")

    def _open(self, name: str) -> None:
        if name not in self._openers:
            module, kind = OPENED_BY[name]
            opener = getattr(import_module(f"emviz.ui.{module}"), kind)
            # The module may have defined new widget classes.
            shield_all()
            self._openers[name] = opener(self._window)
        self._openers[name].open()
