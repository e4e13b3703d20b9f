"""Restores the state of the window at the start and collects it at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emviz.em.optional import first_decimals
from emviz.session import Display
from emviz.ui.keeping.preferences import Preferences

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow


def restore(window: MainWindow) -> None:
    """Restore the state of the window before it is shown."""
    kept = window.preferences
    window.apply_theme(window.appearance.theme)
    window.menus.show_recent(kept.recent)
    window.setup.openings = kept.openings
    window.commands["motion"].setChecked(kept.motion)
    window.commands["leave"].setEnabled(False)
    window.allow_motion(kept.motion)
    window.transport.set_speed(kept.speed)
    window.commands["pin"].setChecked(kept.pinned)
    window.desk.pin(kept.pinned)
    window.arranging.show_side()
    window.arranging.tick()


def remembered(window: MainWindow, shown: bool) -> Preferences:
    """Return the preferences with the current state of the window.

    Parameters
    ----------
    shown : bool
        The window has been shown, so its parts have sizes.
    """
    # In a lesson the visible parts are chosen by the lesson.
    kept, session = window.preferences, window.lessons.own
    # If the data need more decimals, the displayed number is not the user's choice.
    chosen = first_decimals(session.model, session.data) == Display().decimals
    return replace(
        kept,
        theme=window.appearance.choice,
        points=window.appearance.points,
        decimals=session.display.decimals if chosen else kept.decimals,
        answers=session.display.reference,
        openings=window.setup.openings,
        pinned=window.desk.pinned,
        geometry=bytes(window.saveGeometry().data()),
        splitters=window.desk.sizes if shown else kept.splitters,
    )
