"""Ways out of a wrong phase or a poor start: the motif shifted by one, every word tried as a seed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from emviz.data.things import things
from emviz.em.domains import ParameterError
from emviz.em.families.letters import parts
from emviz.em.numerics import Array
from emviz.em.pictures import Histogram
from emviz.em.rounding import decimal
from emviz.em.tools import Finding, Tool
from emviz.models.motif import steps
from emviz.models.motif.data import LETTERS, Codes, MotifData, MotifParams

TOOLS = (
    Tool(
        "shift-left",
        "Shift left",
        "Start the motif one letter earlier: the optimum may be out of phase.",
        tells=False,
    ),
    Tool(
        "shift-right",
        "Shift right",
        "Start the motif one letter later: the optimum may be out of phase.",
        tells=False,
    ),
    Tool(
        "seeds", "Try every word as a seed", "Three iterations from every word of the data; go to the best."
    ),
)
#: Iterations from each seed.
ITERATIONS = 3
#: The part of background in a shifted motif, so that no letter stays impossible for ever.
MIXED = 1e-3
#: Letters times positions between two findings: some 10 ms of work.
WORK = 2_000_000
BINS = 40


def use(
    key: str, data: MotifData, params: MotifParams, pseudocount: float, objective: str
) -> Iterator[Finding[MotifParams]]:
    """Yield the findings of a tool, the complete one last.

    Raises
    ------
    ParameterError
        If there is no such tool.
    """
    if key == "seeds":
        yield from _every_word(data, pseudocount, objective)
    elif key in ("shift-left", "shift-right"):
        yield _shifted(data, params, pseudocount, objective, -1 if key == "shift-left" else 1)
    else:
        raise ParameterError(f"there is no tool {key!r}; there are {', '.join(tool.key for tool in TOOLS)}")


def shifted(data: MotifData, params: MotifParams, side: int) -> MotifParams:
    """Return the motif moved by one position, to the left for side = −1.

    The free column is estimated from the expected letters beside the sites, plus one letter in the
    proportions of the background.
    """
    shares = steps.weighed(data, steps.window_scores(data, params))[0]
    beside = _beside(data, shares, side) + data.background
    free = (beside / beside.sum())[None]
    parts = [free, params.letters[:-1]] if side < 0 else [params.letters[1:], free]
    return MotifParams((1 - MIXED) * np.concatenate(parts) + MIXED * data.background)


def _beside(data: MotifData, shares: Array, side: int) -> Array:
    """Return the expected letters just before or after the motif, within the sequences."""
    inner = shares.copy()
    if side < 0:
        inner[data.first] = 0.0
        seen = steps.tallied(data.codes[: len(shares) - 1], inner[1:], len(data.symbols))
    else:
        inner[data.first + data.starts - 1] = 0.0
        seen = steps.tallied(data.codes[data.width :], inner, len(data.symbols))
    return seen if data.known else seen @ parts(data.background, data.possible)


def _shifted(
    data: MotifData, params: MotifParams, pseudocount: float, objective: str, side: int
) -> Finding[MotifParams]:
    moved = shifted(data, params, side)
    before, after = (steps.expectation(data, each, pseudocount).objective for each in (params, moved))
    way = "earlier" if side < 0 else "later"
    words = (
        f"The motif starts one letter {way}: {objective} {decimal(before, 2)} before, "
        f"{decimal(after, 2)} after, and EM goes on from there. The new column comes from "
        "the letters beside the sites."
    )
    return Finding(1.0, words, start=moved)


def distinct_words(data: MotifData) -> Codes:
    """Return the first place of each distinct word of the width of the motif."""
    codes = data.codes.astype(np.uint8) + ord(LETTERS[0])  # no zero, which would end a text
    windows = np.lib.stride_tricks.sliding_window_view(codes, data.width)[: len(codes) - data.width]
    places = np.setdiff1d(np.arange(len(windows)), data.closed)
    words = np.ascontiguousarray(windows[places]).view(f"S{data.width}").ravel()
    return places[np.sort(np.unique(words, return_index=True)[1])]


def climbed(data: MotifData, place: int, pseudocount: float) -> float:
    """Return the objective after a few iterations from the word at a place."""
    params = steps.seeded(data.possible[data.codes[place : place + data.width]])
    for _ in range(ITERATIONS):
        counts = steps.expectation(data, params, pseudocount).counts
        params = steps.maximisation(data, counts, pseudocount)
    return steps.expectation(data, params, pseudocount).objective


def _every_word(data: MotifData, pseudocount: float, objective: str) -> Iterator[Finding[MotifParams]]:
    places = distinct_words(data)
    size = max(1, WORK // (len(data.codes) * data.width * (ITERATIONS + 1)))
    heights: list[float] = []
    for first in range(0, len(places), size):
        heights += [climbed(data, int(place), pseudocount) for place in places[first : first + size]]
        yield _found(data, places, heights, objective)


def _found(data: MotifData, places: Codes, heights: list[float], objective: str) -> Finding[MotifParams]:
    best = int(np.argmax(heights))
    place = int(places[best])
    row = int(np.searchsorted(data.first, place, side="right")) - 1
    word = data.codes[place : place + data.width]
    text = "".join(data.symbols[code] for code in word)
    words = (
        f"{len(heights):,} of {things(len(places), 'word')} tried, {things(ITERATIONS, 'iteration')} each. "
        f"The best is {text} ({data.name(row)}, start {place - data.first[row] + 1}), with {objective} "
        f"{decimal(heights[best], 2)}."
    )
    tops, edges = np.histogram(heights, BINS)
    picture = Histogram(
        title=f"{objective} after {ITERATIONS} iterations from every word",
        x_label=f"{objective} / nats",
        y_label="words",
        edges=edges,
        heights=tops[:, None].astype(np.float64),
        plain=True,
    )
    return Finding(len(heights) / len(places), words, (picture,), steps.seeded(data.possible[word]))
