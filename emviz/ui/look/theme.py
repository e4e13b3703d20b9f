"""Colours and the second cue for each, in a light and a dark theme for the colour-blind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Theme:
    """The colours of the window.

    Parameters
    ----------
    name : str
        "light" or "dark".
    surface, card, border : str
        Background of the window and of a card; the line around a card.
    ink, muted, faint : str
        Text, secondary text, and grid lines.
    accent, accent_ink : str
        The primary button and its text.
    bound : str
        The lower bound g_t; always dashed.
    good, fault : str
        A gain; an error.
    newest : str
        Background of a new value.
    field, hover, selection : str
        Background of an input field, of an element under the mouse, and of the selection.
    focus : str
        The focus ring.
    fault_wash : str
        Background of an error message.
    components : tuple of str
        One colour per component; each also has a letter, a dash and a marker.
    """

    name: str
    surface: str
    card: str
    border: str
    ink: str
    muted: str
    faint: str
    accent: str
    accent_ink: str
    bound: str
    good: str
    fault: str
    newest: str
    field: str
    hover: str
    selection: str
    focus: str
    fault_wash: str
    components: tuple[str, ...]

    def component(self, k: int) -> str:
        """Return the colour of a component."""
        return self.components[k % len(self.components)]

    @property
    def dark(self) -> bool:
        """Whether light text is on a dark background."""
        return self.name == "dark"


# First the palette of Okabe & Ito, each colour adjusted to a text contrast of 4.5 on the card; then six more
# that are as different as possible from the others, also for the colour-blind.
LIGHT = Theme(
    name="light",
    surface="#f6f5f1",
    card="#ffffff",
    border="#deddd7",
    ink="#1d1f27",
    muted="#5d6270",
    faint="#ecebe6",
    accent="#1f4e79",
    accent_ink="#ffffff",
    bound="#00805d",
    good="#00734f",
    fault="#b3261e",
    newest="#fff3c4",
    field="#ffffff",
    hover="#efede7",
    selection="#d3e4f3",
    focus="#2a7fcb",
    fault_wash="#fbe9e7",
    components=(
        *("#b84e00", "#0068a3", "#a3417f", "#7a6a00", "#2f7d92", "#55555f"),
        *("#2f1fd6", "#6b2410", "#8040e0", "#1f7a3a", "#4a1a5c", "#cc1050"),
    ),
)
DARK = Theme(
    name="dark",
    surface="#16181d",
    card="#20232a",
    border="#363a44",
    ink="#f1f1ee",
    muted="#a9aebb",
    faint="#2d313a",
    accent="#7db7ea",
    accent_ink="#10151c",
    bound="#2fd0a0",
    good="#4ad3a5",
    fault="#ff8a80",
    newest="#4a4326",
    field="#191b21",
    hover="#2d313a",
    selection="#2b4a66",
    focus="#7db7ea",
    fault_wash="#3d2526",
    components=(
        *("#ff9a4d", "#56b4e9", "#e59ac6", "#e3d04a", "#7fd6e3", "#c4c6cf"),
        *("#7d97ff", "#b58a5a", "#c07cff", "#4fb52f", "#cfffae", "#ff6b75"),
    ),
)

#: pyqtgraph's symbol of each component, the cue beside colour.
MARKERS = ("o", "s", "t1", "d", "star", "p", "t", "h", "+", "x", "t2", "t3")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21.

    Parameters
    ----------
    one, other : str
        Colours as "#rrggbb", in any order.

    Notes
    -----
    W3C, Web Content Accessibility Guidelines 2.1, "contrast ratio"; text should reach 4.5.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=1024)
def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    """Return the linear intensity of one sRGB channel."""
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
