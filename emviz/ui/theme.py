"""Colours, and the second cue that goes with each: light and dark, readable by the colour-blind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """The colours of the window.

    Parameters
    ----------
    name : str
        "light" or "dark".
    surface, card, border : str
        The ground of the window, of a card, and the line around it.
    ink, muted, faint : str
        Text, secondary text, and grid lines.
    accent, accent_ink : str
        The one button that matters, and its text.
    bound : str
        The lower bound g_t; always dashed.
    good, fault : str
        A gain; a wrong cell.
    newest : str
        The wash behind what has just changed.
    components : tuple of str
        One colour for each component; each also has a letter, a dash and a marker.
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
    components: tuple[str, ...]

    def component(self, k: int) -> str:
        """Return the colour of component k."""
        return self.components[k % len(self.components)]


# Okabe & Ito's palette, each colour shifted until text in it has a contrast of 4.5 on the card.
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
    components=("#b84e00", "#0068a3", "#a3417f", "#7a6a00", "#2f7d92", "#55555f"),
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
    components=("#ff9a4d", "#56b4e9", "#e59ac6", "#e3d04a", "#7fd6e3", "#c4c6cf"),
)

#: pyqtgraph's symbols, one for each component: the cue beside colour.
MARKERS = ("o", "s", "t1", "d", "star", "p")
