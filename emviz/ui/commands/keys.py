"""Which keys steer EM wherever nothing is being typed, and which move between the cells of a table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

#: Keys that step EM in every focus; alone they move nothing in a table, even where there is no step to do.
STEPPING = frozenset(
    (
        *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space),
        *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
    )
)
#: Those and the letters that steer, which are not the first ones of a text in a cell either.
STEERING = STEPPING | {
    *(Qt.Key.Key_I, Qt.Key.Key_R, Qt.Key.Key_P, Qt.Key.Key_M, Qt.Key.Key_V, Qt.Key.Key_B),
    *(Qt.Key.Key_S, Qt.Key.Key_L, Qt.Key.Key_E, Qt.Key.Key_N, Qt.Key.Key_A, Qt.Key.Key_O),
    *(Qt.Key.Key_C, Qt.Key.Key_D, Qt.Key.Key_W, Qt.Key.Key_F, Qt.Key.Key_Q, Qt.Key.Key_J),
    *(Qt.Key.Key_X, Qt.Key.Key_K, Qt.Key.Key_U),
    *(Qt.Key.Key_Period, Qt.Key.Key_Slash),
}
#: Keys that give a panel all the room, or all of them their places; in a cell of a table they are typed.
DIGITS = frozenset((Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4))
#: Rows and columns from a cell to the one that Ctrl and an arrow lead to.
STRIDES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
MODIFIERS = frozenset(
    (
        *(Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta),
        *(Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock),
    )
)


def is_alone(event: QKeyEvent) -> bool:
    """Return whether a key is pressed without Ctrl, Shift or Alt; it may be on the keypad."""
    return _held(event) == Qt.KeyboardModifier.NoModifier


def is_with_ctrl(event: QKeyEvent) -> bool:
    """Return whether a key is pressed with Ctrl alone."""
    return _held(event) == Qt.KeyboardModifier.ControlModifier


def _held(event: QKeyEvent) -> Qt.KeyboardModifier:
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
