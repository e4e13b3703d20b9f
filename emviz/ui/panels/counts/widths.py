"""The widths of the count table's columns, from the font, the decimals and the largest numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtGui import QFont, QFontMetrics

from emviz.em.counts.glances import Glance, Stack, Strip, Word
from emviz.em.counts.table import CountTable
from emviz.em.numerics import Array
from emviz.em.rounding import decimal
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
from emviz.ui.panels.counts.columns import TOTAL
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
from emviz.wording.counts import count_text, number_texts, sequence_text, units_above

#: Weight of columns with bars when spare room is divided; others have 1.
BARS = 4
#: Gap between numbers side by side, in pixels.
SIDE = 4
#: Height of letters with the brackets of their structure, in lines.
FOLDED = 1.7
#: Letters of a word, or of a sequence with a structure, that are always visible.
LETTERS = 24
#: Smallest and largest width of a strip of probabilities, in lines.
LEAST_STRIP, MOST_STRIP = 5, 18
#: Digits by which labels of rows not seen yet may be longer than those seen.
UNSEEN = "00"
#: Numbers of cached widths of texts and of columns, enough for several settings of the decimals.
REMEMBERED, COLUMNS = 4096, 512


@dataclass(frozen=True)
class Width:
    """The possible widths of a column, in pixels.

    Parameters
    ----------
    least : int
        The smallest width at which nothing is clipped; letters may be small.
    easy : int
        The width at which everything has its full size.
    most : int
        The largest useful width.
    weight : int
        Its weight when spare room is divided.
    parts : tuple of int
        The widths of the numbers in a cell, if there are several.
    bar : int
        Additional width for a bar beside the number.
    lines : float
        Smallest height of a row, in lines.
    below : int
        Height of the totals, in rows.
    shorter : tuple of int
        The widths of a label, unshortened and shortened ever more.
    badge : int
        The part of the width that the badge takes.
    shrinks : bool
        Whether its letters shrink below the easy width.
    cut : int
        Width of a share with the name of its completion cut; 0 if it has no name.
    share : int
        Width of the longest share with its name, without padding; 0 if the column has no shares.
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
    share: int = 0

    def level(self, room: int) -> int:
        """Return the index in `shorter` of the longest label that fits."""
        fitting = (level for level, width in enumerate(self.shorter) if width <= room)
        return next(fitting, max(0, len(self.shorter) - 1))


class Ruler:
    """Measures texts in one font, regular and bold, in pixels with padding.

    Parameters
    ----------
    font : QFont
        The font of the table.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._light, self._heavy = QFontMetrics(font), QFontMetrics(bold(font))
        self._small = QFontMetrics(scaled(font, UNIT))
        #: Returns the width of a text, bold by default; cached, since both looks of a size share most texts.
        self.width = lru_cache(REMEMBERED)(self._measured)
        self.column = lru_cache(COLUMNS)(self._column)

    @property
    def line(self) -> int:
        """The height of a line of text without padding, in pixels."""
        return self._light.height()

    def _measured(self, text: str, heavy: bool = True) -> int:
        return (self._heavy if heavy else self._light).horizontalAdvance(text) + 2 * PAD + 1

    def _column(self, column: ColumnTexts) -> Width:
        return column.measured(self)

    def unit(self, text: str) -> int:
        """Return the width of a unit in a heading, in pixels."""
        return self._small.horizontalAdvance(text) + 2 * PAD + 1


class ColumnTexts:
    """The texts that decide the width of a column; equal ones are measured once per font."""

    def width(self, ruler: Ruler) -> Width:
        """Return the width in a ruler's font."""
        return ruler.column(self)

    def measured(self, ruler: Ruler) -> Width:
        """Return the width, measured and not from the cache."""
        raise NotImplementedError


def column_texts(blocks: Blocks, filled: CountTable, above: Units = Units.BESIDE) -> tuple[ColumnTexts, ...]:
    """Return the texts that decide the width of each column.

    Parameters
    ----------
    filled : CountTable
        The table as an M-step leaves it.
    above : Units
        The place of the units.
    """
    places = blocks.session.display.decimals
    names = _first(blocks).names
    alone = names is not None and len(filled.completions) == 1
    number = "" if alone else decimal(0, places + 1)
    shares = (
        _share(tag.text, number, told)
        for tag, told in zip(filled.completions, _named(filled, names), strict=True)
    )
    two_lined = any(units_above(group, places, above > Units.BESIDE) for group in filled.groups)
    chosen = chosen_symbols(filled, above, blocks.session.display.columns)
    glances = (_Glanced(each, places + 1, places) for each in _first(blocks).glances)
    return (_observed(blocks, two_lined), *glances, *shares, *_counts(places, filled, above, chosen))


def spread(widths: Sequence[Width], room: int) -> list[int]:
    """Return the widths that fill the room, in pixels; wider than it if even the smallest do not fit."""
    least, easy = (sum(getattr(width, name) for width in widths) for name in ("least", "easy"))
    if room < least:
        return [width.easy for width in widths]
    if room < easy:
        # Columns whose letters would shrink are served first; the others only lose padding.
        letters = sum(width.easy - width.least for width in widths if width.shrinks)
        air = easy - least - letters
        shares = {True: min(1.0, (room - least) / max(1, letters))}
        shares[False] = max(0.0, (room - least - letters) / max(1, air))
        return [int(width.least + shares[width.shrinks] * (width.easy - width.least)) for width in widths]
    unit = (room - easy) / max(1, sum(width.weight for width in widths))
    return [int(min(width.most, width.easy + unit * width.weight)) for width in widths]


@dataclass(frozen=True)
class _Observed(ColumnTexts):
    """The observations: sequences drawn letter by letter, or texts, with badges beside them.

    If headings have two lines, this one may be broken into two.
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
        """Return the width, measured and not from the cache."""
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
        """Return the widths of ever shorter labels, in pixels; empty for sequences."""
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
class _Glanced(ColumnTexts):
    """A glance, which is as wide in all rows and steps."""

    glance: Glance
    digits: int
    places: int

    def width(self, ruler: Ruler) -> Width:
        """Return the width in a ruler's font, uncached: the arrays of a glance cannot be hashed."""
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
        total = ruler.width(glance.total_text(self.places)) if glance.total is not None else 0
        least = max(heading, total, ruler.width(decimal(0, self.digits)) + GAP + LEAST_BAR + 2 * PAD)
        return Width(least, least + 2 * PAD, 3 * least, BARS)


@dataclass(frozen=True)
class _Share(ColumnTexts):
    """The share of a completion, whose name may differ from row to row."""

    heading: str
    texts: frozenset[str]
    named: bool

    def measured(self, ruler: Ruler) -> Width:
        """Return the width, measured and not from the cache."""
        least = max(ruler.width(text, heavy=False) for text in (*self.texts, self.heading, TOTAL))
        easy = max(least, ruler.width(self.heading)) + 2 * PAD
        share = max(ruler.width(text, heavy=False) for text in self.texts) - 2 * PAD - 1
        if not self.named:
            return Width(least, easy, 5 * easy, BARS, bar=GAP + LEAST_BAR + 2 * PAD, share=share)
        texts = (self.heading, *map(least_share, self.texts))
        cut = max(ruler.width(text, heavy=False) for text in texts)
        return Width(least, easy, 2 * easy, BARS, cut=cut, share=share)


@dataclass(frozen=True)
class _Count(ColumnTexts):
    """Expected counts in one text: the present one, and the longest possible."""

    heading: str
    present: str
    bound: str

    def measured(self, ruler: Ruler) -> Width:
        """Return the width, measured and not from the cache."""
        least = max(ruler.width(text, heavy=False) for text in (self.heading, self.present))
        easy = max(least, ruler.width(self.heading), ruler.width(self.bound))
        return Width(least, easy, 2 * easy)


@dataclass(frozen=True)
class _Numbers(ColumnTexts):
    """Expected counts side by side, each below its unit: the present ones, and the longest possible."""

    heading: str
    units: tuple[str, ...]
    present: tuple[str, ...]
    bound: tuple[str, ...]

    def measured(self, ruler: Ruler) -> Width:
        """Return the width, measured and not from the cache."""
        units = [ruler.unit(unit) for unit in self.units]
        light, strong = [
            [max(unit, ruler.width(text, heavy) + SIDE) for unit, text in zip(units, texts, strict=True)]
            for texts, heavy in ((self.present, False), (self.bound, True))
        ]
        least = max(ruler.width(self.heading, heavy=False), sum(light))
        easy = max(least, ruler.width(self.heading), sum(strong))
        return Width(least, easy, 2 * easy, parts=tuple(light))


def _first(blocks: Blocks) -> CountTable:
    assert blocks.first is not None
    return blocks.first


def _observed(blocks: Blocks, two_lined: bool) -> _Observed:
    table = _first(blocks)
    # Hidden labels take their room too, so that nothing moves when they are revealed.
    tags = tuple(sorted({tag.text for tag in table.labels or () if tag is not None}))
    texts, letters_drawn = set(table.observed), bool(table.alphabet)
    if letters_drawn:
        texts = {sequence_text(text, table.alphabet) for text in texts}
    whole = [text for text in texts if letters_drawn and "…" not in text]
    letters = max((len(text) for text in whole), default=0)
    others, all_rows = tuple(sorted(texts.difference(whole))), len(table.observed) == blocks.rows
    folded = table.brackets is not None
    return _Observed(table.heading, letters, others, letters_drawn, tags, two_lined, all_rows, folded)


def _named(filled: CountTable, known: Sequence[Sequence[str]] | None) -> Sequence[frozenset[str]]:
    """Return the completions that each column of shares may name.

    Those that are ranked change places from step to step, all but the others, which come last.
    """
    columns = [frozenset(column) for column in zip(*known or (), strict=True)]
    if not columns:
        return [frozenset()] * len(filled.completions)
    ranked = frozenset().union(*columns[:-1]) or columns[-1]
    return [ranked] * (len(columns) - 1) + [columns[-1]]


def _share(heading: str, number: str, names: frozenset[str]) -> _Share:
    texts = {f"{name}  {number}".strip() for name in names} or {number}
    return _Share(heading, frozenset(texts), bool(names))


def _counts(places: int, filled: CountTable, above: Units, chosen: Sequence[int]) -> Iterator[ColumnTexts]:
    none = np.zeros(sum(len(group.symbols) for group in filled.groups))
    totals = none if filled.totals is None else filled.totals
    # Expected counts sum to the data, so the sum over similar groups bounds each of them.
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
