"""The selector of the method: EM, hard EM and others with the same objective."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox

from emviz import session as desk
from emviz.em.methods import BY_HALVES, METHODS, Method
from emviz.em.model import AnyModel
from emviz.session import Request, Session
from emviz.ui.widgets.controls import ComboBox
from emviz.ui.widgets.labels import as_tip
from emviz.ui.work.driver import Driver


class MethodSelector(ComboBox):
    """Shows the current method; the driver makes a change.

    Parameters
    ----------
    driver : Driver
        Changes the method.
    """

    def __init__(self, driver: Driver) -> None:
        super().__init__()
        self._driver = driver
        self._of: Session | None = None
        self._lacking: tuple[str, ...] = ()
        self.setObjectName("methodSelector")
        self.setAccessibleName("Method")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for method in METHODS:
            self.addItem(method.title, method.key)
        self._items = cast("QStandardItemModel", self.model())
        self.activated.connect(self._choose)
        for unchanged in (driver.refused, driver.cancelled):
            unchanged.connect(self._restore)

    def show_session(self, session: Session) -> None:
        """Show the current method and which methods the model offers."""
        # The key of a method with options, such as "gradient:0.03", starts with its name.
        place = self.findData(session.method.key.partition(":")[0])
        if place != self.currentIndex():
            self.setCurrentIndex(place)
            self.updateGeometry()
        self._show_offered(session)
        lines = [session.method.tip, *filter(None, self._lacking)]
        self.setToolTip(
            as_tip(". ".join(lines) if len(lines) > 1 else f"{lines[0]} (M for the other method)")
        )

    def _show_offered(self, session: Session) -> None:
        """Enable the offered methods; done at once, because θ may have thousands of entries."""
        of, self._of = self._of, session
        if of is not None and of.data is session.data and of.model == session.model:
            return
        self._lacking = tuple(lacking(method, session.model, session.data) for method in METHODS)
        for place, (method, missing) in enumerate(zip(METHODS, self._lacking, strict=True)):
            self._items.item(place).setEnabled(not missing)
            self.setItemData(place, as_tip(missing or method.tip), Qt.ItemDataRole.ToolTipRole)

    @Slot()
    def choose_next(self) -> None:
        """Switch between EM and hard EM."""
        self._ask(BY_HALVES[1] if self._driver.store.session.method == BY_HALVES[0] else BY_HALVES[0])

    def sizeHint(self) -> QSize:
        """Return the width for the current title or for hard EM, so that M does not move the bar."""
        hint, widths = super().sizeHint(), [self._width(method.title) for method in METHODS]
        shown = max(self._width(self.currentText()), *(self._width(each.title) for each in BY_HALVES))
        return QSize(hint.width() - max(widths) + min(shown, max(widths)), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return the same width: an elided title could be confused with another."""
        return self.sizeHint()

    def showPopup(self) -> None:
        """Show the list at the width of the longest title."""
        longest = max(self._width(method.title) for method in METHODS)
        self.view().setMinimumWidth(longest + super().sizeHint().height())
        super().showPopup()

    def _width(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text)

    @Slot(int)
    def _choose(self, place: int) -> None:
        self._ask(METHODS[place])

    def _ask(self, method: Method) -> None:
        self._driver.edit(Request(partial(desk.set_method, method=method), desk.same_model))

    @Slot(str)
    def _restore(self, reason: str) -> None:
        """Select the current method again after a refusal."""
        self.show_session(self._driver.store.session)


def lacking(method: Method, model: AnyModel, data: object) -> str:
    """Return a sentence that says why a model does not offer a method, or "" if it does."""
    reason = method.refusal(model, data)
    return f"{method.title} is not offered here: this model has {reason}" if reason else ""
