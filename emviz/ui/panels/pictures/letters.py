"""The colours of the letters of sequences: bases as biologists know them, amino acids by their chemistry.

A letter is read by its shape; its colour lets a pattern be seen from the last row of a hall. The four bases
differ in lightness as well, so that they stay apart for the colour-blind.
"""

from __future__ import annotations

from collections.abc import Iterable

from emviz.em.families.letters import AMINO_ACIDS, NUCLEOTIDES, mostly_bases
from emviz.ui.look.style import mixed
from emviz.ui.look.theme import Theme

#: What stands for no letter.
GAPS = frozenset(".- ")
#: For A, C, G, and T or U, on a light and on a dark card.
BASES = {
    "light": ("#00855a", "#1257b8", "#c48800", "#8f1037"),
    "dark": ("#4fd09a", "#5aa9f8", "#f0c33c", "#ee4f80"),
}
PLACES = {"A": 0, "C": 1, "G": 2, "T": 3, "U": 3}
#: Amino acids: hydrophobic, polar, basic, acidic, amides.
CLASSES = ("AVLIPWFM", "GSTYC", "KRH", "DE", "NQ")
#: How much of its colour the cell of a letter has, so that the letter on it stays readable.
TINT = {"light": 0.38, "dark": 0.44}


def letter_colours(letters: Iterable[str], theme: Theme) -> dict[str, str]:
    """Return the colour of each letter of an alphabet, or of a text that uses no more than a part of it.

    A code for several letters is grey. Letters beyond nucleic acids and proteins take the colours of
    components, in their order.
    """
    text = "".join(letter for letter in letters if letter not in GAPS)
    present = list(dict.fromkeys(text))
    upper = {letter.upper() for letter in present}
    if upper <= {*PLACES, *NUCLEOTIDES} and mostly_bases([text.upper()]):
        return {letter: _base(letter.upper(), theme) for letter in present}
    if upper <= {*"".join(CLASSES), *AMINO_ACIDS}:
        return {letter: _residue(letter.upper(), theme) for letter in present}
    return {letter: theme.component(place) for place, letter in enumerate(present)}


def cell_colours(letters: Iterable[str], theme: Theme) -> dict[str, str]:
    """Return the colour of the cell behind each letter: a wash that ink can be read on."""
    colours = letter_colours(letters, theme)
    return {letter: mixed(theme.card, colour, TINT[theme.name]) for letter, colour in colours.items()}


def _base(letter: str, theme: Theme) -> str:
    return BASES[theme.name][PLACES[letter]] if letter in PLACES else theme.muted


def _residue(letter: str, theme: Theme) -> str:
    green, blue, yellow, red = BASES[theme.name]
    colours = (yellow, green, blue, red, theme.component(2))
    found = [colour for kind, colour in zip(CLASSES, colours, strict=True) if letter in kind]
    return found[0] if found else theme.muted
