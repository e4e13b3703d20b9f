"""How wide the columns of the count table are: from the font, the decimals and the largest numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtGui import QFont, QFontMetrics

from emviz.em.glances import Glance, Stack, Strip, Word
from emviz.em.numerics import Array
from emviz.em.rounding import decimal
from emviz.em.views import CountTable
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.cell_painter import (
    GAP,
    LEAST_BAR,
    PAD,
    SMALLEST,
    UNIT,
    badge_width,
    letter_advance,
)
from emviz.ui.panels.counts.faces import Units, chosen_symbols, heading_units
from emviz.ui.panels.counts.fonts import bold, scaled
from emviz.ui.panels.counts.glances import folded_width, stack_widths, word_width
from emviz.ui.panels.counts.labels import (
    badge_text,
    in_two_lines,
    least_share,
    shorter,
    shorter_headings,
)
from emviz.ui.panels.counts.model import TOTAL
from emviz.wording.counts import count_text, number_texts, sequence_text, units_above

#: Bars get this many times as much of the room to spare as the other columns.
BARS = 4
#: Space between numbers side by side, in pixels.
SIDE = 4
#: Lines of text that letters take with the brackets of their structure.
FOLDED = 1.7
#: Letters of a longer word, or of a sequence below its structure, that are seen whatever the room.
LETTERS = 24
#: The widths between which a strip of probabilities is read, in lines of text.
LEAST_STRIP, MOST_STRIP = 5, 18
#: What a label of a row that has not been seen yet may have more than those that have.
UNSEEN = "00"
#: Texts and columns whose widths are kept, so that nothing is measured again for one more or fewer decimals.
REMEMBERED, COLUMNS = 4096, 512


@dataclass(frozen=True)
class Width:
    """How wide a column may be, in pixels.

    Parameters
    ----------
    least : int
        Nothing is clipped, if with small letters.
    easy : int
        Everything has its full size.
    most : int
        More would only pull the table apart.
    weight : int
        Its share of the room to spare.
    parts : tuple of int
        What each number of a cell has of it, where there are several side by side.
    bar : int
        What a bar beside the number takes more.
    lines : float
        How many lines of text a row has at least.
    below : int
        How many rows the totals are high.
    shorter : tuple of int
        What a label takes as it is, and as it is made shorter.
    badge : int
        What the badge beside a label has of it.
    shrinks : bool
        Its letters get smaller where it is less wide than easy.
    cut : int
        What a share needs where the name of its completion is cut; 0 where it has none.
    """

    least: int
    easy: int
    most: int
    weight: int = 1
    parts: tuple[int, ...] = ()
    bar: int = 0
    lines: float = 1.0
    below: int = 1
    shorter: tuple[int, ...] = ()
    badge: int = 0
    shrinks: bool = False
    cut: int = 0

    def level(self, room: int) -> int:
        """Return how much shorter a label has to be in some room: a place in `shorter`."""
        fitting = (level for level, width in enumerate(self.shorter) if width <= room)
        return next(fitting, max(0, len(self.shorter) - 1))


class Ruler:
    """Measures texts in one font, light and bold; in pixels, with the space around them.

    Parameters
    ----------
    font : QFont
        The font of the table.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._light, self._heavy = QFontMetrics(font), QFontMetrics(bold(font))
        self._small = QFontMetrics(scaled(font, UNIT))
        #: The width of a text, in bold unless told otherwise; most stand in both looks of a size.
        self.width = lru_cache(REMEMBERED)(self._measured)
        self.column = lru_cache(COLUMNS)(self._column)

    @property
    def line(self) -> int:
        """The height of a line of text, without space around it."""
        return self._light.height()

    def _measured(self, text: str, heavy: bool = True) -> int:
        return (self._heavy if heavy else self._light).horizontalAdvance(text) + 2 * PAD + 1

    def _column(self, told: Told) -> Width:
        return told.measured(self)

    def unit(self, text: str) -> int:
        """Return the width of a unit in a heading."""
        return self._small.horizontalAdvance(text) + 2 * PAD + 1


class Told:
    """What stands in a column: the texts that its width is measured by, once for equal ones."""

    def width(self, ruler: Ruler) -> Width:
        """Return its width in the font of a ruler."""
        return ruler.column(self)

    def measured(self, ruler: Ruler) -> Width:
        """Measure it."""
        raise NotImplementedError


def told_columns(blocks: Blocks, filled: CountTable, above: Units = Units.BESIDE) -> tuple[Told, ...]:
    """Return what stands in each column; its width in a font follows from that.

    Parameters
    ----------
    filled : CountTable
        The table as an M-step leaves it, with any rows.
    above : Units
        Where room is short units stand in the headings.
    """
    places = blocks.session.display.decimals
    names = _first(blocks).names
    alone = names is not None and len(filled.completions) == 1
    number = "" if alone else decimal(0, places + 1)
    shares = (_share(tag.text, k, number, names) for k, tag in enumerate(filled.completions))
    two_lined = any(units_above(group, places, above > Units.BESIDE) for group in filled.groups)
    chosen = chosen_symbols(filled, above, blocks.session.display.columns)
    glances = (_Glanced(each, places + 1, places) for each in _first(blocks).glances)
    return (_observed(blocks, two_lined), *glances, *shares, *_counts(places, filled, above, chosen))


def spread(widths: Sequence[Width], room: int) -> list[int]:
    """Return the widths that fill the room; they overflow it where even the least do not fit."""
    least, easy = (sum(getattr(width, name) for width in widths) for name in ("least", "easy"))
    if room < least:
        return [width.easy for width in widths]
    if room < easy:
        # What is left after the letters, which would get smaller; other columns only lose their air.
        letters = sum(width.easy - width.least for width in widths if width.shrinks)
        air = easy - least - letters
        shares = {True: min(1.0, (room - least) / max(1, letters))}
        shares[False] = max(0.0, (room - least - letters) / max(1, air))
        return [int(width.least + shares[width.shrinks] * (width.easy - width.least)) for width in widths]
    unit = (room - easy) / max(1, sum(width.weight for width in widths))
    return [int(min(width.most, width.easy + unit * width.weight)) for width in widths]


@dataclass(frozen=True)
class _Observed(Told):
    """What was observed: sequences drawn letter by letter, or texts; badges beside them.

    Where headings have two lines this one may be broken in two.
    """

    heading: str
    letters: int
    texts: tuple[str, ...]
    heavy: bool
    tags: tuple[str, ...]
    two_lined: bool
    all_rows: bool
    folded: bool = False

    def measured(self, ruler: Ruler) -> Width:
        """Measure it."""
        badge = max((badge_width(ruler.font, badge_text(tag)) + PAD for tag in self.tags), default=0)
        if self.folded:
            heading, longest = ruler.width(self.heading), max(map(len, self.texts), default=0)
            few, every = (folded_width(ruler.font, many) for many in (min(longest, LETTERS), longest))
            least, most = max(heading, few) + badge, max(heading, every) + badge
            return Width(least, least, most, lines=FOLDED, badge=badge)
        others = [ruler.width(text, heavy=self.heavy) for text in self.texts]
        letters, heading = self.letters * letter_advance(ruler.font), self._heading(self.heading, ruler)
        least = max(heading, int(SMALLEST * letters) + 2 * PAD + 2, *others) + badge
        easy = max(heading, letters + 2 * PAD, *others) + badge
        below, shrinks = self._shorter(ruler, badge), self.letters > 0
        return Width(least, easy, 2 * easy, shorter=below, badge=badge, shrinks=shrinks)

    def _heading(self, heading: str, ruler: Ruler) -> int:
        if not self.two_lined:
            return ruler.width(heading)
        return max(ruler.width(line) for line in in_two_lines(heading, ruler.width))

    def _shorter(self, ruler: Ruler, badge: int) -> tuple[int, ...]:
        """Return the widths of the labels as they get shorter; none of sequences."""
        if self.heavy or not self.texts:
            return ()
        levels = zip(*(shorter(text, self.heading) for text in self.texts), strict=True)
        headings, longer = shorter_headings(self.heading), "" if self.all_rows else UNSEEN
        return tuple(
            max(
                self._heading(heading, ruler),
                *(ruler.width(f"{text}{longer}", heavy=False) for text in texts),
            )
            + badge
            for heading, texts in zip(headings, levels, strict=True)
        )


@dataclass(frozen=True)
class _Glanced(Told):
    """What is read at a glance: as wide in all rows and steps. Its arrays are neither compared nor kept."""

    glance: Glance
    digits: int
    places: int

    def width(self, ruler: Ruler) -> Width:
        """Return its width in the font of a ruler."""
        glance, heading = self.glance, ruler.width(self.glance.heading)
        match glance:
            case Strip():
                least = max(heading, LEAST_STRIP * ruler.line)
                return Width(least, least, MOST_STRIP * ruler.line, BARS)
            case Word():
                whole = word_width(ruler.font, glance, self.digits, len(glance.counts))
                least = max(heading, min(whole, word_width(ruler.font, glance, self.digits, LETTERS)))
                return Width(least, max(least, whole), max(least, whole), below=glance.lines)
            case Stack():
                letter, bar = stack_widths(ruler.font, glance)
                least = max(ruler.width(glance.widest), letter + bar)
                part = (least - letter) // len(glance.parts)
                parts = (letter + part, *[part] * (len(glance.parts) - 1))
                return Width(least, least, 2 * least, BARS, parts)
        total = ruler.width(glance.total_told(self.places)) if glance.total is not None else 0
        least = max(heading, total, ruler.width(decimal(0, self.digits)) + GAP + LEAST_BAR + 2 * PAD)
        return Width(least, least + 2 * PAD, 3 * least, BARS)


@dataclass(frozen=True)
class _Share(Told):
    """The share of a completion, which a row may name itself."""

    heading: str
    texts: frozenset[str]
    named: bool

    def measured(self, ruler: Ruler) -> Width:
        """Measure it."""
        least = max(ruler.width(text, heavy=False) for text in (*self.texts, self.heading, TOTAL))
        easy = max(least, ruler.width(self.heading)) + 2 * PAD
        if not self.named:
            return Width(least, easy, 5 * easy, BARS, bar=GAP + LEAST_BAR + 2 * PAD)
        texts = (self.heading, *map(least_share, self.texts))
        cut = max(ruler.width(text, heavy=False) for text in texts)
        return Width(least, easy, 2 * easy, BARS, cut=cut)


@dataclass(frozen=True)
class _Count(Told):
    """Expected counts in one text: as long as now, and as long as they can be."""

    heading: str
    present: str
    bound: str

    def measured(self, ruler: Ruler) -> Width:
        """Measure it."""
        least = max(ruler.width(text, heavy=False) for text in (self.heading, self.present))
        easy = max(least, ruler.width(self.heading), ruler.width(self.bound))
        return Width(least, easy, 2 * easy)


@dataclass(frozen=True)
class _Numbers(Told):
    """Expected counts side by side, each below its unit: as long as now, and as long as they can be."""

    heading: str
    units: tuple[str, ...]
    present: tuple[str, ...]
    bound: tuple[str, ...]

    def measured(self, ruler: Ruler) -> Width:
        """Measure it."""
        units = [ruler.unit(unit) for unit in self.units]
        light, strong = (
            [max(unit, ruler.width(text, heavy) + SIDE) for unit, text in zip(units, texts, strict=True)]
            for texts, heavy in ((self.present, False), (self.bound, True))
        )
        least = max(ruler.width(self.heading, heavy=False), sum(light))
        easy = max(least, ruler.width(self.heading), sum(strong))
        return Width(least, easy, 2 * easy, parts=tuple(light))


def _first(blocks: Blocks) -> CountTable:
    assert blocks.first is not None
    return blocks.first


def _observed(blocks: Blocks, two_lined: bool) -> _Observed:
    table = _first(blocks)
    # Also while they are hidden: nothing moves when they are revealed.
    tags = tuple(sorted({tag.text for tag in table.labels or () if tag is not None}))
    texts, letters_drawn = set(table.observed), bool(table.alphabet)
    if letters_drawn:
        texts = {sequence_text(text, table.alphabet) for text in texts}
    whole = [text for text in texts if letters_drawn and "…" not in text]
    letters = max((len(text) for text in whole), default=0)
    told, all_rows = tuple(sorted(texts.difference(whole))), len(table.observed) == blocks.rows
    folded = table.brackets is not None
    return _Observed(table.heading, letters, told, letters_drawn, tags, two_lined, all_rows, folded)


def _share(heading: str, place: int, number: str, known: Sequence[Sequence[str]] | None) -> _Share:
    named = frozenset(f"{names[place]}  {number}".strip() for names in known or ()) or {number}
    return _Share(heading, frozenset(named), bool(known))


def _counts(places: int, filled: CountTable, above: Units, chosen: Sequence[int]) -> Iterator[Told]:
    none = np.zeros(sum(len(group.symbols) for group in filled.groups))
    totals = none if filled.totals is None else filled.totals
    # Expected counts add up to the data, so that what like groups share bounds each of them.
    shared: dict[tuple[str, ...], Array] = {}
    for span, group in zip(filled.spans, filled.groups, strict=True):
        shared[group.symbols] = shared.get(group.symbols, 0.0) + totals[span]
    numbers: dict[tuple[str, ...], tuple[str, ...]] = {}
    texts: dict[tuple[str, ...], str] = {}
    for span, group in zip(filled.spans, filled.groups, strict=True):
        alike = group.symbols
        if units_above(group, places, above > Units.BESIDE):
            seen = list(chosen or range(len(alike)))
            numbers[alike] = numbers.get(alike) or number_texts(shared[alike][seen], places)
            present = number_texts(totals[span][seen], places)
            yield _Numbers(group.heading, heading_units(group, above, chosen), present, numbers[alike])
        else:
            texts[alike] = texts.get(alike) or count_text(shared[alike], alike, places)
            yield _Count(group.heading, count_text(totals[span], alike, places), texts[alike])
