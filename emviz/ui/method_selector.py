"""The choice of the method: EM, hard EM."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QComboBox

from emviz import session as desk
from emviz.em.methods import METHODS, Method
from emviz.session import Request, Session
from emviz.ui.controls import ComboBox
from emviz.ui.driver import Driver
from emviz.ui.labels import as_tip


class MethodSelector(ComboBox):
    """Shows the method in force; another is asked of the driver.

    Parameters
    ----------
    driver : Driver
        Does the change.
    """

    def __init__(self, driver: Driver) -> None:
        super().__init__()
        self._driver = driver
        self.setObjectName("methodSelector")
        self.setAccessibleName("Method")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for place, method in enumerate(METHODS):
            self.addItem(method.title, method.key)
            self.setItemData(place, as_tip(method.tip), Qt.ItemDataRole.ToolTipRole)
        self.activated.connect(self._choose)
        driver.refused.connect(self._restore)

    def show_session(self, session: Session) -> None:
        """Show the method in force."""
        self.setCurrentIndex(self.findData(session.method.key))
        self.setToolTip(as_tip(f"{session.method.tip} (M for the other method)"))

    @Slot()
    def choose_next(self) -> None:
        """Take the next method."""
        keys = [method.key for method in METHODS]
        place = keys.index(self._driver.store.session.method.key)
        self._ask(METHODS[(place + 1) % len(METHODS)])

    def minimumSizeHint(self) -> QSize:
        """Ask for the longest title: a method that is cut cannot be told from another."""
        return self.sizeHint()

    @Slot(int)
    def _choose(self, place: int) -> None:
        self._ask(METHODS[place])

    def _ask(self, method: Method) -> None:
        self._driver.edit(Request(partial(desk.set_method, method=method), desk.same_model))

    @Slot(str)
    def _restore(self, reason: str) -> None:
        """Show again what is in force, where the model does not offer the other one."""
        self.show_session(self._driver.store.session)
