"""A thin progress bar along the upper edge of a card, where it moves nothing."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QWidget

from emviz.ui.look.motion import motion_allowed
from emviz.ui.widgets.controls import Progress

#: Pixels from the border of the card, and its corners, which are round.
INSIDE, CORNER = 2, 10


class EdgeBar(Progress):
    """Shows how far the late background jobs of a card are.

    Parameters
    ----------
    card : QWidget
        The card.
    jobs : mapping of str to str
        The names of its jobs, and what each computes, in words.
    """

    def __init__(self, card: QWidget, jobs: Mapping[str, str]) -> None:
        super().__init__(card)
        self._jobs = jobs
        self.setProperty("role", "line")
        self.hide()
        card.installEventFilter(self)

    @Slot(object)
    def show_late(self, late: Mapping[str, float | None]) -> None:
        """Show the job that is least far, or hide the bar.

        Parameters
        ----------
        late : mapping of str to float or None
            The late jobs of all cards, each with the fraction done, None if unknown.
        """
        own = {name: part for name, part in late.items() if name in self._jobs}
        known = [part for part in own.values() if part is not None]
        counted = len(known) == len(own) or not motion_allowed()
        self.setRange(0, 1000 if counted else 0)
        self.show_fraction(min(known, default=None) if counted else None)
        self.setToolTip(f"In the works: {', '.join(self._jobs[name] for name in own)}. Esc cancels this.")
        if own and self.isHidden():
            self._place()
            self.show()
            self.raise_()
        elif not own:
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the card."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        card = self.parentWidget()
        assert card is not None
        self.ensurePolished()
        wide, high = card.width() - 2 * CORNER, self.minimumSizeHint().height()
        self.setGeometry(CORNER, INSIDE, max(0, wide), max(high, self.minimumHeight()))
