"""Things to see: the highest likelihood has fewer of the true sites."""

from __future__ import annotations

from emviz.em.model import Preset

LETTERS = "ACGT"


def _seeded(word: str) -> dict[str, list[list[float]]]:
    """Return the start with a word as its seed."""
    return {"letters": [[0.7 if each == letter else 0.1 for each in LETTERS] for letter in word]}


PRESETS = (
    Preset(
        "highest",
        "The highest likelihood, 15 of 18 sites",
        "R: log P −2,471.0586 is the highest reached from any word as a seed, and 15 of 18 starts are "
        "within 3 letters of a known site.",
        start=_seeded("TTTTTTGATCGTTTTCACAAAA"),
    ),
    Preset(
        "most-sites",
        "A lower likelihood, 17 of 18 sites",
        "R: log P −2,471.4576 is lower by 0.4, but 17 of 18 starts are within 3 letters of a known "
        "site: the highest likelihood is not the best motif.",
        start=_seeded("CCTGACGGAGTTCACACTTGTA"),
    ),
)
