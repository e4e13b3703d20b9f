"""Actions that arrange the panels, the setup and the menu bar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from emviz.session import Arrangement
from emviz.ui.commands.menu_bar import ROOM
from emviz.ui.frame.folding import Side

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

#: The two panels that share one place on the stage.
OTHER = {"bound": "likelihood", "likelihood": "bound"}


class Arranging(QObject):
    """Changes the arrangement, and ticks the matching menu entries.

    Parameters
    ----------
    window : MainWindow
        The window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._presenting, self._bare = False, False
        window.desk.arranged.connect(self.show_arrangement)
        window.desk.turned.connect(self.show_side)
        window.desk.hall.large_requested.connect(self.toggle_large)
        window.bar.fitted.connect(self._show_menu_button)

    def slots(self) -> dict[str, Callable[..., object]]:
        """Return the slot of each action, by name."""
        desk = self._window.desk
        return {
            "stage": self.toggle_stage,
            "upper": self.swap_upper,
            "largeBound": partial(self.toggle_large, "bound"),
            "largeLikelihood": partial(self.toggle_large, "likelihood"),
            "largeCounts": partial(self.toggle_large, "counts"),
            "largePicture": partial(self.toggle_large, "picture"),
            "together": self.end_large,
            "setup": desk.toggle_setup,
            "pin": desk.pin,
            "menuBar": self._window.bar.ask,
        }

    # -- the panels -----------------------------------------------------------------------------------------

    @Slot()
    def toggle_stage(self) -> None:
        """Switch between the stage and four panels; a maximised panel returns to its place."""
        on_stage = self._window.desk.hall.scene.arrangement is Arrangement.STAGE
        other = Arrangement.FOUR if on_stage else Arrangement.STAGE
        self._window.show_display({"arrangement": other, "large": ""})

    @Slot()
    def swap_upper(self) -> None:
        """Swap the bound and the log-likelihood."""
        display = self._window.store.session.display
        alone = display.large in OTHER
        other = OTHER[display.large if alone else display.upper]
        self._window.show_display({"upper": other, "large": other if alone else display.large})

    @Slot(str)
    def toggle_large(self, name: str, *_: bool) -> None:
        """Maximise a panel, or restore all of them."""
        large = self._window.store.session.display.large
        self._window.show_display({"large": "" if large == name else name})

    @Slot()
    def end_large(self) -> bool:
        """Restore all panels; return whether one was maximised."""
        large = bool(self._window.store.session.display.large)
        if large:
            self._window.show_display({"large": ""})
        return large

    @Slot()
    def show_arrangement(self) -> None:
        """Render the panels that have become visible, and update the menus."""
        self.tick()
        self._window.render_panels()
        self._window.render_state()

    def tick(self) -> None:
        """Tick the current arrangement in the menus."""
        commands, scene = self._window.commands, self._window.desk.hall.scene
        commands["stage"].setChecked(scene.arrangement is Arrangement.STAGE)
        commands["upper"].setChecked(scene.upper == "likelihood")
        commands["upper"].setEnabled(scene.arrangement is Arrangement.STAGE or scene.large in OTHER)
        commands["together"].setEnabled(bool(scene.large))

    # -- the setup and the menu bar -------------------------------------------------------------------------

    @Slot()
    def show_side(self) -> None:
        """Show in the menus and in the bar whether the setup is visible."""
        there = self._window.desk.side is not Side.AWAY
        self._window.commands["setup"].setChecked(there)
        self._window.transport.chip.setChecked(there)
        self._window.render_panels()

    def present(self, presenting: bool) -> None:
        """Hide or show the setup and the menu bar."""
        self._presenting = presenting
        self._window.desk.present(presenting)
        self.fit_menu_bar()

    def strip(self, bare: bool) -> None:
        """Hide or show also the panels' borders, boxes and hints, and the menu button."""
        self._bare = bare
        self._window.desk.hall.strip(bare)
        for panel in self._window.panels:
            panel.strip(bare)
        self.fit_menu_bar()

    def fit_menu_bar(self) -> None:
        """Hide the menu bar in a low window and in full screen."""
        self._window.bar.fit(self._window.height() >= ROOM and not self._presenting)

    @Slot(bool)
    def _show_menu_button(self, fitted: bool) -> None:
        self._window.transport.set_menu_shown(not fitted and not self._bare)
