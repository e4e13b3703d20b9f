"""Keys that control EM from any focus except a text field, and keys that move between table cells."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

#: Keys that step EM from any focus; without modifiers they never move in a table, even if no step is
#: possible.
STEPPING = frozenset(
    (
        *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space),
        *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
    )
)
#: Those and the letters that control EM; they do not start editing a cell either.
STEERING = STEPPING | {
    *(Qt.Key.Key_I, Qt.Key.Key_R, Qt.Key.Key_P, Qt.Key.Key_M, Qt.Key.Key_V, Qt.Key.Key_B),
    *(Qt.Key.Key_S, Qt.Key.Key_L, Qt.Key.Key_E, Qt.Key.Key_N, Qt.Key.Key_A, Qt.Key.Key_O),
    *(Qt.Key.Key_C, Qt.Key.Key_D, Qt.Key.Key_W, Qt.Key.Key_F, Qt.Key.Key_Q, Qt.Key.Key_J),
    *(Qt.Key.Key_X, Qt.Key.Key_K, Qt.Key.Key_U),
    *(Qt.Key.Key_Period, Qt.Key.Key_Slash),
}
#: Keys that maximise a panel or restore all; in a table cell they are typed.
DIGITS = frozenset((Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4))
#: Row and column offsets of Ctrl with an arrow key.
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
    """Return whether a key is pressed without Ctrl, Shift or Alt, possibly on the keypad."""
    return _held(event) == Qt.KeyboardModifier.NoModifier


def is_with_ctrl(event: QKeyEvent) -> bool:
    """Return whether a key is pressed with Ctrl only."""
    return _held(event) == Qt.KeyboardModifier.ControlModifier


def _held(event: QKeyEvent) -> Qt.KeyboardModifier:
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
