"""The picture of a verdict: a bar for each observation, to the right if it supports it, else to the left."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from emviz.em.counts.table import Verdict, Weight
from emviz.em.pictures import Balance
from emviz.session import Part, Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.pictures.picture import SHOWN, Redrawn
from emviz.ui.panels.plot.naming import elided, sized
from emviz.ui.widgets.visible import visible
from emviz.wording.numbers import number

#: Height of a line relative to its text; padding of the bars, in pixels; largest part of the width for names.
LINE, PAD, NAMED = 1.35, 8.0, 0.52
#: Separator at which a verdict may be broken into two lines.
PARTED = "; "
#: Width from which P without and with a test is written before its weight, in heights of the text.
ROOMY = 30
#: Components whose colours the two sides have; the sign of the weight is a second cue.
FOR, AGAINST = 1, 0


@dataclass(frozen=True)
class Line:
    """An observation: its name, its weight, and its bar, in pixels."""

    name: str
    name_area: QRectF
    number: str
    number_area: QRectF
    bar: QRectF
    speaks_for: bool


@dataclass(frozen=True)
class BalancePlan:
    """The layout of a balance, in pixels: a headline above lines on either side of an axis."""

    headline: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    axis: float = 0.0
    more: str = ""


class Scales(QWidget):
    """Paints a balance."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.plan = BalancePlan()
        self._shown: tuple[Balance, int] | None = None
        self.setMinimumSize(60, 60)

    def show_balance(self, view: Balance, theme: Theme, decimals: int) -> None:
        """Show a balance."""
        self.theme, self._shown = theme, (view, decimals)
        self._lay_out()

    def _lay_out(self) -> None:
        if self._shown is not None:
            self.plan = planned(*self._shown, self.width(), self.height(), self.font())
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the plan for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the headline and the lines with their bars."""
        painter, plan, theme = QPainter(self), self.plan, self.theme
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        middle, ink = Qt.AlignmentFlag.AlignVCenter, QColor(theme.ink)
        painter.setPen(ink)
        painter.setFont(sized(self.font(), 1.0, bold=True))
        head = "\n".join(map(visible, plan.headline))
        painter.drawText(QRectF(self.rect()), left | Qt.AlignmentFlag.AlignTop, head)
        painter.setFont(self.font())
        for line in plan.lines:
            painter.fillRect(line.bar, QColor(theme.component(FOR if line.speaks_for else AGAINST)))
            painter.setPen(ink)
            painter.drawText(line.name_area, left | middle, visible(line.name))
            painter.drawText(line.number_area, right | middle, line.number)
        if plan.lines:
            painter.setPen(QPen(QColor(theme.muted), 1))
            first, last = plan.lines[0].name_area.top(), plan.lines[-1].name_area.bottom()
            painter.drawLine(QPointF(plan.axis, first), QPointF(plan.axis, last))
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(self.rect()), left | Qt.AlignmentFlag.AlignBottom, plan.more)
        painter.end()


class BalancePicture(Redrawn[Balance]):
    """The balance, described in words for screen readers."""

    concerns = SHOWN | {Part.DECIMALS}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = Scales()
        self._stack(self.canvas)

    @property
    def usual_hint(self) -> str:
        """The hint on asking about another variable."""
        return "ask about another variable: choose it in the network"

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the application's font."""
        self.canvas.setFont(font_for(self))
        super().apply_theme(theme)

    def _draw(self, view: Balance, session: Session) -> None:
        decimals = session.display.decimals + 1
        self.canvas.show_balance(view, self.theme, decimals)
        self._describe(view.title, describe(view, decimals), self.canvas)


def planned(view: Balance, decimals: int, width: float, height: float, font: QFont) -> BalancePlan:
    """Return the layout for a size in pixels; if not all lines fit, the smallest weights are left out."""
    if view.verdict is None:
        return BalancePlan()
    metrics, bold = (QFontMetricsF(sized(font, 1.0, each)) for each in (False, True))
    weights, most = view.verdict.weights, math.ceil(LINE * metrics.height())
    headline = headed(verdict_words(view, decimals), width, bold)
    head = math.ceil(len(headline) * bold.lineSpacing() + (LINE - 1) * bold.height())
    # Lines may move closer together so that no side of the balance is left out.
    step = min(most, max(math.ceil(metrics.height()), int((height - head) // max(1, len(weights)))))
    room = max(1, int((height - head) // step))
    few = room if len(weights) <= room else max(1, room - 1)
    kept = sorted(weights, key=lambda each: -abs(each.value))[:few]
    shown = [each for each in weights if each in kept]
    roomy = width >= ROOMY * metrics.height()
    numbers = [weight_words(each, decimals, view.verdict.share if roomy else None) for each in shown]
    names = max((metrics.horizontalAdvance(str(each)) for each in shown), default=0.0)
    named = min(names, NAMED * width)
    numbered = max((metrics.horizontalAdvance(each) for each in numbers), default=0.0)
    low = min(0.0, *(each.value for each in shown)) if shown else 0.0
    high = max(0.0, *(each.value for each in shown)) if shown else 0.0
    scale = max(1.0, width - named - numbered - 2 * PAD) / ((high - low) or 1.0)
    axis, lines = named + PAD - low * scale, []
    for place, (each, text) in enumerate(zip(shown, numbers, strict=True)):
        top = head + step * place
        bar = QRectF(axis, top + 0.18 * step, each.value * scale, 0.64 * step).normalized()
        name = QRectF(0, top, named, step)
        at = QRectF(width - numbered, top, numbered, step)
        lines.append(Line(elided(str(each), named, metrics), name, text, at, bar, each.value >= 0))
    left = len(weights) - len(shown)
    return BalancePlan(headline, tuple(lines), axis, f"{left} more that say less" if left else "")


def headed(verdict: str, width: float, metrics: QFontMetricsF) -> tuple[str, ...]:
    """Return a verdict in one line, or in two if it is too wide."""
    if metrics.horizontalAdvance(verdict) <= width:
        return (verdict,)
    return tuple(elided(part, width, metrics) for part in verdict.split(PARTED))


def verdict_words(view: Balance, decimals: int) -> str:
    """Return the verdict in words, with its probability and its prior."""
    verdict = view.verdict
    if verdict is None:
        return ""
    share, prior = (number(each, decimals) for each in (verdict.share, verdict.prior))
    known = "" if verdict.seen is None else f" (seen: {verdict.seen})"
    return (
        f"{verdict.variable} = {verdict.state} {share}{known} in {view.whose}{PARTED}before any test {prior}"
    )


def weight_words(weight: Weight, decimals: int, share: float | None = None) -> str:
    """Return a weight with its sign, preceded by P without and with it if P with it is given."""
    text = ("+" if weight.value > 0 else "") + number(weight.value, decimals)
    if share is None:
        return text
    return f"{number(weight.without, decimals)} → {number(share, decimals)}   {text}"


def describe(view: Balance, decimals: int) -> str:
    """Return a balance in words."""
    if view.verdict is None:
        return view.note
    return " ".join((f"{verdict_words(view, decimals)}.", *_sides(view.verdict, decimals), view.note))


def _sides(verdict: Verdict, decimals: int) -> list[str]:
    sides = (
        ("For it", [each for each in verdict.weights if each.value >= 0]),
        ("Against it", [each for each in reversed(verdict.weights) if each.value < 0]),
    )
    return [
        f"{side}: {', '.join(f'{each} {weight_words(each, decimals)}' for each in weights)}."
        for side, weights in sides
        if weights
    ]
