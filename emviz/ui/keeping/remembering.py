"""What the window is given at first of what is remembered, and what is remembered of it at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emviz.em.optional import first_decimals
from emviz.session import Display
from emviz.ui.keeping.preferences import Preferences

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow


def restore(window: MainWindow) -> None:
    """Have the window be as it was left, before it is shown."""
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
    """Return the preferences as the window is left.

    Parameters
    ----------
    shown : bool
        The window has been on the screen, and its parts have had a size.
    """
    # A lesson shows and hides what it needs.
    kept, session = window.preferences, window.lessons.own
    # Where the data need more, what is shown tells nothing of what was chosen.
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
