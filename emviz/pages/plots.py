"""Plots as SVG: log P with the bound on the slice of a step, and log P over the iterations.

Colours are CSS classes, which the page defines for light and dark. All coordinates derive from given numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import escape

import numpy as np

from emviz.em.model import Phase
from emviz.em.numerics import Array
from emviz.em.objective.bound import Slice
from emviz.em.trace import Json
from emviz.wording.bound import BoundStory, Point
from emviz.wording.numbers import SUPERSCRIPTS, number

#: Size of a drawing, and margins of its curves: left, top, right, bottom.
WIDE, HIGH = 480, 290
LEFT, TOP, RIGHT, BOTTOM = 64, 14, 14, 42
#: Horizontal extent of the curves.
INSIDE = (LEFT, WIDE - RIGHT)
#: Extents of the curves, horizontal and vertical, as fractions of the drawing.
INNER = (LEFT / WIDE, 1 - RIGHT / WIDE, TOP / HIGH, 1 - BOTTOM / HIGH)
#: The index of a symbol, as in θ_A.
INDEX = re.compile(r"(?<![^\W_])([^\W\d_])_([^\W_]+(?:,[^\W_]+)*)")
#: Approximate number of ticks on an axis.
TICKS = 5
#: Characters that fit beside an axis, and decimals of a number in nats above a base.
ROOM, PLACES = 7, 3
#: With more points than this a line has no dots.
DOTS = 80


class Frame:
    """Maps numbers to positions in a drawing.

    Parameters
    ----------
    xs, ys : pair of float
        The range of each axis.
    """

    def __init__(self, xs: tuple[float, float], ys: tuple[float, float]) -> None:
        self.xs, self.ys = xs, ys

    def x(self, value: float) -> float:
        """Return the horizontal position of a number."""
        low, high = self.xs
        return LEFT + (WIDE - LEFT - RIGHT) * (value - low) / (high - low)

    def y(self, value: float) -> float:
        """Return the vertical position of a number."""
        low, high = self.ys
        return HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * (value - low) / (high - low)

    def curve(self, xs: Array, ys: Array, kind: str) -> str:
        """Return a curve, interrupted where it is far below the drawing or not a number."""
        low, high = self.ys
        floor = low - (high - low)
        parts: list[str] = []
        pen = False
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            if not math.isfinite(y) or y < floor:
                pen = False
                continue
            parts.append(f"{'L' if pen else 'M'}{self.x(x):.1f} {self.y(y):.1f}")
            pen = True
        return f'<path class="{kind}" d="{"".join(parts)}"/>' if parts else ""

    def mark(self, point: Point, kind: str, radius: float = 5) -> str:
        """Return a dot."""
        return (
            f'<circle class="{kind}" cx="{self.x(point[0]):.1f}" cy="{self.y(point[1]):.1f}" r="{radius}"/>'
        )

    def stroke(self, first: Point, last: Point, kind: str) -> str:
        """Return a straight line."""
        (x1, y1), (x2, y2) = ((self.x(x), self.y(y)) for x, y in (first, last))
        return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'

    def axes(
        self,
        along: Sequence[tuple[float, str]],
        below: str,
        beside: str,
        up: Sequence[tuple[float, str]] | None = None,
    ) -> str:
        """Return both axes with ticks and names.

        Parameters
        ----------
        along : sequence of float and str
            Horizontal ticks with their texts.
        up : sequence of float and str, optional
            Vertical ticks, if their texts are not the values.
        """
        bottom, parts = HIGH - BOTTOM, []
        for x, text in along:
            parts.append(f'<text class="tick" x="{self.x(x):.1f}" y="{bottom + 16}">{escape(text)}</text>')
        for y, text in ticks(*self.ys) if up is None else up:
            at = self.y(y)
            parts.append(f'<line class="grid" x1="{LEFT}" y1="{at:.1f}" x2="{WIDE - RIGHT}" y2="{at:.1f}"/>')
            parts.append(f'<text class="tick side" x="{LEFT - 6}" y="{at + 4:.1f}">{text}</text>')
        frame = f'<path class="axis" d="M{LEFT} {TOP}V{bottom}H{WIDE - RIGHT}"/>'
        middle, centre = (LEFT + WIDE - RIGHT) / 2, (TOP + bottom) / 2
        names = (
            f'<text class="name" x="{middle:.0f}" y="{HIGH - 6}">{lettered(below)}</text>'
            f'<text class="name" transform="translate(13 {centre:.0f}) rotate(-90)">{lettered(beside)}</text>'
        )
        return "".join(parts) + frame + names


def lettered(text: str) -> str:
    """Return a text for a drawing with indices of parameters as subscripts: θ_A."""
    # A shift needs a letter to apply to, so an invisible space takes it back.
    return INDEX.sub(r'\1<tspan class="low" dy="3">\2</tspan><tspan dy="-3">&#8203;</tspan>', escape(text))


def ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Return about five round numbers in a range, with their texts."""
    raw = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    # The slacks keep ticks that rounding has moved out of the range, or up to the next step.
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= raw * (1 - 1e-9))
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(k * step, number(k * step, places)) for k in range(first, last + 1)]


def above(low: float, high: float, base: float) -> tuple[list[tuple[float, str]], str]:
    """Return ticks with their height above a base, and the unit of the numbers."""
    found = ticks(low - base, high - base)
    places = len(found[0][1].partition(".")[2])
    # Close to convergence, plain numbers would be too long.
    power, unit = (
        (places, f"10{str(-places).translate(SUPERSCRIPTS)} nats") if places > PLACES else (0, "nats")
    )
    return [(base + y, number(y * 10.0**power, places - power)) for y, _ in found], unit


def drawing(parts: Sequence[str], spoken: str, name: str = "") -> str:
    """Return an SVG image with a description for screen readers."""
    own = f' id="{name}"' if name else ""
    head = f'<svg{own} viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(spoken)}">'
    return f"{head}{''.join(parts)}</svg>"


def bound_drawing(seen: BoundStory, along: str, objective: str) -> str:
    """Return log P and the bound on a slice, touching at θ(t).

    Parameters
    ----------
    along : str
        The name of the varying entry; "" for the line from θ(t) to θ(t+1).
    objective : str
        The objective with its argument.
    """
    cut, low_high = seen.slice, seen.range()
    xs, frame = cut.positions, Frame(span_of(cut), low_high)
    low = low_high[0]
    named = ticks(*frame.xs) if seen.label else seen.ticks
    parts = ['<clipPath id="inside"><path d="M64 14H466V248H64Z"/></clipPath>']
    up, beside = ticks(*low_high), f"{objective}, nats"
    if max(len(text) for _, text in up) > ROOM:
        up, unit = above(*low_high, seen.here[1])
        beside = f"{unit} above {seen.name} at θ({seen.t})"
    parts += [frame.axes(named, along, beside, up), '<g clip-path="url(#inside)">']
    led = seen.begun and not seen.guessed
    if led:
        parts += [frame.stroke((seen.goal[0], low), seen.goal, "drop")]
    parts += [
        frame.stroke((seen.here[0], low), seen.here, "drop"),
        frame.curve(xs, cut.objective, "objective"),
    ]
    if seen.begun:
        parts += [frame.curve(xs, each.bound, f"bound before{k}") for k, each in enumerate(cut.earlier)]
        parts.append(frame.curve(xs, cut.bound, "bound"))
    if seen.divided:
        parts.append(frame.curve(xs, cut.expected, "expected"))
    if seen.state.phase is Phase.M and seen.gap > 0:
        parts.append(frame.stroke(seen.goal, seen.found, "gap"))
        parts.append(frame.mark(seen.found, "found"))
    if led:
        parts.append(frame.mark(seen.goal, "maximum"))
    parts += [frame.mark(seen.here, "touch", 6), "</g>"]
    return drawing(parts, seen.story())


def plane_drawing(
    axes: tuple[tuple[str, tuple[float, float]], tuple[str, tuple[float, float]]], path: Sequence[Point]
) -> str:
    """Return the plane of two entries of θ with the path of EM.

    Parameters
    ----------
    axes : pair of str and pair of float
        Name and range of each entry.
    path : sequence of Point
        The positions of θ(0), θ(1), ….
    """
    (below, xs), (beside, ys) = axes
    frame = Frame(xs, ys)
    line = frame.curve(np.array([x for x, _ in path]), np.array([y for _, y in path]), "objective")
    ends = {0: "θ(0)", len(path) - 1: f"θ({len(path) - 1})"}
    named = [
        f'<text class="tick" x="{frame.x(path[t][0]):.1f}" y="{frame.y(path[t][1]) - 10:.1f}">{text}</text>'
        for t, text in ends.items()
    ]
    dots = [frame.mark(each, "dot", 4) for each in path]
    spoken = f"{below} × {beside}, with θ(0) to θ({len(path) - 1})"
    return drawing([frame.axes(ticks(*xs), below, beside), line, *dots, *named], spoken)


def span_of(cut: Slice) -> tuple[float, float]:
    """Return the range of a slice's axis."""
    xs = cut.positions
    pad = 0.02 * float(np.ptp(xs))
    return float(xs[0]) - pad, float(xs[-1]) + pad


def climb_drawing(heights: Array, times: Sequence[int], objective: str) -> tuple[str, list[Json]]:
    """Return log P over the iterations, and the positions of some iterations on it.

    The page cuts the line at the current half-step, so that it does not reveal later ones.

    Parameters
    ----------
    heights : Array, shape (T+1,)
        log P at θ(0), θ(1), …, in nats.
    times : sequence of int
        The iterations whose positions are returned.
    """
    end = max(len(heights) - 1, 1)
    finite = heights[np.isfinite(heights)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    # The heights may all be equal.
    pad = 0.12 * (high - low) or 1.0
    frame = Frame((-0.03 * end, 1.04 * end), (low - pad, high + pad))
    whole = [(t, number(t, 0)) for t, _ in ticks(0, end) if float(t).is_integer()]
    at = np.arange(len(heights), dtype=np.float64)
    dots = [
        frame.mark((float(t), float(heights[t])), "dot", 3)
        for t in np.flatnonzero(np.isfinite(heights) & (end <= DOTS)).tolist()
    ]
    parts = [
        frame.axes(whole, "iterations done, t", f"{objective}, nats"),
        f'<clipPath id="done"><rect id="reached" width="{WIDE}" height="{HIGH}"/></clipPath>',
        f'<g clip-path="url(#done)">{frame.curve(at, heights, "objective")}{"".join(dots)}</g>',
    ]
    places: list[Json] = [[round(frame.x(t), 1), round(frame.y(float(heights[t])), 1)] for t in times]
    here = '<circle class="dot at" r="3"/><circle class="here at" r="8"/>'
    spoken = f"{objective} over the iterations, from {number(low, 2)} to {number(high, 2)} nats."
    return drawing([*parts, here], spoken, "climb"), places
