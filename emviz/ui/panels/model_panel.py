"""The model's own pictures: whatever it offers after its count table."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from emviz.em.bound import Heights
from emviz.em.restarts import Landmark
from emviz.session import Reference, Session
from emviz.ui.card import Card
from emviz.ui.panels import PANELS
from emviz.ui.panels.drawing import rich
from emviz.ui.panels.landscape import LandscapePicture
from emviz.ui.theme import Theme

HINT = "click to start there"


class ModelPanel(Card):
    """Hosts one widget for each view that has one."""

    start_requested = Signal(object, bool)
    display_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Model", HINT, parent)
        self.setObjectName("modelPanel")
        self.pictures: list[LandscapePicture] = []
        self.nothing = QLabel("This model has no picture of its own.")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self.nothing)
        self._shown: Session | None = None

    def render(self, session: Session) -> None:  # type: ignore[override]
        """Show the pictures of the model on the desk."""
        self._look(session)
        for picture in self.pictures:
            picture.render(session)
            self.title.setText(rich(picture.heading))
        self._describe()
        self.nothing.setVisible(not self.pictures)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        super().apply_theme(theme)
        for picture in self.pictures:
            picture.apply_theme(theme)

    @Slot(object)
    def show_heights(self, heights: Heights) -> None:
        """Hand on the heights of a landscape."""
        for picture in self.pictures:
            picture.show_heights(heights)

    @Slot(object)
    def show_landmarks(self, landmarks: tuple[Landmark, ...]) -> None:
        """Hand on the places where EM stands still."""
        for picture in self.pictures:
            picture.show_landmarks(landmarks)
        self._describe()

    @Slot(object)
    def show_reference(self, reference: Reference | None) -> None:
        """Hand on the complete-data estimate."""
        for picture in self.pictures:
            picture.show_reference(reference)

    def _describe(self) -> None:
        self.setAccessibleDescription(" ".join(each.accessibleDescription() for each in self.pictures))

    def _look(self, session: Session) -> None:
        """Ask the model for its views; a landscape is the same at every step, and asking costs O(data)."""
        shown, self._shown = self._shown, session
        if shown is not None and shown.model == session.model and shown.data is session.data:
            return
        views = session.model.views(session.data, session.round, np.arange(0))
        kinds = [PANELS[type(view)] for view in views if type(view) in PANELS]
        if kinds != [type(picture) for picture in self.pictures]:
            self._host(kinds)

    def _host(self, kinds: list[type[LandscapePicture]]) -> None:
        for picture in self.pictures:
            picture.tools.deleteLater()
            picture.deleteLater()
        self.pictures = [kind() for kind in kinds]
        for picture in self.pictures:
            self.body.addWidget(picture, 1)
            self.tools.addWidget(picture.tools)
            picture.start_requested.connect(self.start_requested)
            picture.display_requested.connect(self.display_requested)
            picture.hinted.connect(self._hint)
            picture.apply_theme(self.theme)

    @Slot(str)
    def _hint(self, text: str) -> None:
        self.hint.setText(text or HINT)
