"""Lays out derivations in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSizeF
from PySide6.QtSvg import QSvgRenderer

from emviz.handouts import Derived
from emviz.ui.look.theme import LIGHT
from emviz.ui.widgets.formula import svg_of

#: Font size of formulas, in points.
TEXT = 10
#: Smallest scale of a formula; a wider one is written as plain text.
LEAST = 0.5
#: Columns are wide enough for this scale of every formula, if the page is.
READABLE = 0.8


@lru_cache(maxsize=256)
def formula(latex: str) -> QSvgRenderer | None:
    """Return a typeset formula; cached, because many sheets have the same one."""
    svg = svg_of(latex, TEXT, LIGHT.ink)
    if svg is None:
        return None
    # Without a stroke width Qt's PDF output draws one of a point, which makes glyphs bold.
    thin = f'<svg stroke="{LIGHT.ink}" stroke-width="0.01" '
    return QSvgRenderer(QByteArray(svg.replace("<svg ", thin, 1).encode()))


def columns(derived: Sequence[Derived], room: QRectF, most: int, gap: float) -> Iterator[QRectF]:
    """Yield columns side by side: as many as fit with the widest formula, up to `most`."""
    drawn = (formula(latex) for each in derived for latex, _ in each.lines)
    broadest = max((each.defaultSize().width() for each in drawn if each is not None), default=0)
    many = max(1, min(most, int((room.width() + gap) / (READABLE * broadest + gap))))
    width = (room.width() - (many - 1) * gap) / many
    for k in range(many):
        yield QRectF(room.left() + k * (width + gap), room.top(), width, room.height())


def fitted(latex: str, width: float) -> tuple[QSvgRenderer | None, QSizeF]:
    """Return a formula and its size scaled to fit a width; None if it would be too small."""
    drawn = formula(latex)
    if drawn is None:
        return None, QSizeF()
    size = QSizeF(drawn.defaultSize())
    scale = min(1.0, width / max(1.0, size.width()))
    return (drawn, size * scale) if scale >= LEAST else (None, QSizeF())
