"""The colours of the letters of sequences: bases as biologists know them, amino acids by their chemistry.

Colours make patterns visible from the last row of a hall. The four bases differ in lightness too, for readers
who are colour-blind.
"""

from __future__ import annotations

from collections.abc import Iterable

from emviz.em.families.letters import AMINO_ACIDS, NUCLEOTIDES, mostly_bases
from emviz.ui.look.style import mixed
from emviz.ui.look.theme import Theme

#: Characters that are no letters.
GAPS = frozenset(".- ")
#: For A, C, G, and T or U, on a light and on a dark card.
BASES = {
    "light": ("#00855a", "#1257b8", "#c48800", "#8f1037"),
    "dark": ("#4fd09a", "#5aa9f8", "#f0c33c", "#ee4f80"),
}
PLACES = {"A": 0, "C": 1, "G": 2, "T": 3, "U": 3}
#: Amino acids: hydrophobic, polar, basic, acidic, amides.
CLASSES = ("AVLIPWFM", "GSTYC", "KRH", "DE", "NQ")
#: Opacity of the colour behind a letter, low enough for the letter to be readable.
TINT = {"light": 0.38, "dark": 0.44}


def letter_colours(letters: Iterable[str], theme: Theme) -> dict[str, str]:
    """Return the colour of each letter of an alphabet or a text.

    Ambiguity codes are grey. Letters of neither nucleic acids nor proteins get the colours of components, in
    order of appearance.
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
    """Return the colour of the cell behind each letter, pale enough to read the letter on it."""
    colours = letter_colours(letters, theme)
    return {letter: mixed(theme.card, colour, TINT[theme.name]) for letter, colour in colours.items()}


def _base(letter: str, theme: Theme) -> str:
    return BASES[theme.name][PLACES[letter]] if letter in PLACES else theme.muted


def _residue(letter: str, theme: Theme) -> str:
    green, blue, yellow, red = BASES[theme.name]
    colours = (yellow, green, blue, red, theme.component(2))
    found = [colour for kind, colour in zip(CLASSES, colours, strict=True) if letter in kind]
    return found[0] if found else theme.muted
