"""The large dialogs of the window, whose modules are imported when one is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from emviz.ui.shield import shield_all

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

#: The module in `ui`, and in it the class, that opens each.
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
    """Opens them.

    Parameters
    ----------
    window : MainWindow
        What is on its desk they are about.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._openers: dict[str, Any] = {}

    @Slot()
    def compare(self) -> None:
        """Compare methods from the θ(0) on the desk."""
        self._open("compare")

    @Slot()
    def start_often(self) -> None:
        """Run many starts of what is on the desk."""
        self._open("starts")

    @Slot()
    def step_abreast(self) -> None:
        """Step EM beside hard EM and the complete data."""
        self._open("abreast")

    @Slot()
    def ask_errors(self) -> None:
        """Work out the standard errors at the step on display."""
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
            shield_all()
            self._openers[name] = opener(self._window)
        self._openers[name].open()
