"""A short, interruptible transition from one step to the next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Slot
from PySide6.QtWidgets import QApplication, QStyle

from emviz.session import Session

#: Long enough to be seen, short enough never to be waited for.
MILLISECONDS = 200
SWITCH = "emvizMotion"


def motion_allowed() -> bool:
    """Return whether things may move: the system animates widgets, and the user has not switched it off."""
    application = QApplication.instance()
    if not isinstance(application, QApplication) or application.property(SWITCH) is False:
        return False
    return application.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0


def one_step(before: Session | None, after: Session) -> bool:
    """Return whether a session has gone one half-step forward: more than that is a jump, not a motion."""
    if before is None or before.model != after.model:
        return False
    return before.run == after.run and after.cursor == before.cursor + 1


class Motion(QObject):
    """Moves one thing from where it was to where it is.

    Parameters
    ----------
    parent : QObject
        The widget that moves; the motion ends with it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._setter: Callable[[float], None] | None = None
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(MILLISECONDS)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._move)

    @property
    def under_way(self) -> bool:
        """Whether something moves."""
        return self._animation.state() == QVariantAnimation.State.Running

    def play(self, setter: Callable[[float], None]) -> None:
        """Call the setter with 0 … 1; with 1 at once where nothing may move."""
        self.finish()
        self._setter = setter
        if motion_allowed():
            self._animation.start()
        else:
            self._move(1.0)

    def finish(self) -> None:
        """Jump to the end of a motion under way."""
        if self.under_way:
            self._animation.stop()
            self._move(1.0)

    @Slot(object)
    def _move(self, value: float) -> None:
        if self._setter is not None:
            self._setter(float(value))
