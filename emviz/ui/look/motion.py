"""A short, interruptible transition between two steps."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Slot
from PySide6.QtWidgets import QApplication, QStyle

from emviz.session import Session

#: Milliseconds: long enough to be seen, too short to wait for.
MILLISECONDS = 200
SWITCH = "emvizMotion"


def motion_allowed() -> bool:
    """Return whether animation is allowed by the system and by the user."""
    application = QApplication.instance()
    if not isinstance(application, QApplication) or application.property(SWITCH) is False:
        return False
    return application.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0


def one_step(before: Session | None, after: Session) -> bool:
    """Return whether a session has advanced by one half-step; larger jumps are not animated."""
    if before is None or before.model != after.model:
        return False
    return before.run == after.run and after.cursor == before.cursor + 1


class Motion(QObject):
    """Animates one widget.

    Parameters
    ----------
    parent : QObject
        The animated widget; the animation ends with it.
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
        """Whether an animation is running."""
        return self._animation.state() == QVariantAnimation.State.Running

    def play(self, setter: Callable[[float], None]) -> None:
        """Call the setter with values from 0 to 1; only with 1 if animation is off."""
        self.finish()
        self._setter = setter
        if motion_allowed():
            self._animation.start()
        else:
            self._move(1.0)

    def finish(self) -> None:
        """Jump to the end of a running animation."""
        if self.under_way:
            self._animation.stop()
            self._move(1.0)

    @Slot(object)
    def _move(self, value: float) -> None:
        if self._setter is not None:
            self._setter(float(value))
