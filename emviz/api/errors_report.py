"""Standard errors and profiles as text and tables, for the command line and the window."""

from __future__ import annotations

import math
from collections.abc import Sequence

from emviz.data.writer import csv_text
from emviz.em.rounding import decimal, figures
from emviz.em.uncertainty.certainty import Errors, Uncertain
from emviz.em.uncertainty.peaks import SAME
from emviz.em.uncertainty.profiles import Profile
from emviz.wording.profiled import enumerated

#: Distance from the maximum, in standard errors, above which it is mentioned.
FAR = 0.01


def errors_csv(errors: Errors) -> str:
    """Return standard errors as CSV, one row per entry of θ."""
    return csv_text(*errors.rows())


def errors_text(errors: Errors) -> str:
    """Return standard errors as a text table, or why there are none, with the rate of EM."""
    table = aligned([errors_head(errors), *map(errors_row, errors.entries)]) if errors.entries else []
    head = ["", "Standard errors of θ", ""] if errors.entries else [""]
    return "\n".join([*head, *table, *([""] if table else []), *errors_words(errors)]) + "\n"


def errors_head(errors: Errors) -> tuple[str, ...]:
    """Return the headings of the table of standard errors."""
    level = f"{figures(100 * errors.level, 6)} %"
    return "parameter", "estimate", "se", f"{level} from", "to", "se, counts at face value", "lost"


def errors_row(each: Uncertain) -> tuple[str, ...]:
    """Return the row of an entry of θ, with decimals for four digits of its standard error."""
    numbers = (each.estimate, each.error, each.low, each.high, each.face_value)
    places = max(0, 3 - math.floor(math.log10(each.error)))
    return each.label, *(decimal(number, places) for number in numbers), f"{decimal(100 * each.lost, 1)} %"


def errors_words(errors: Errors) -> list[str]:
    """Return the sentences that accompany a table of standard errors."""
    words = [errors.withheld] if errors.withheld else []
    if errors.distance >= FAR:
        words.append(
            f"The run ends about {figures(errors.distance, 2)} standard errors short of this maximum."
        )
    if len(errors.missing) and not errors.withheld:
        rate = decimal(float(errors.missing[0]), 4)
        words.append(
            f"Near the maximum each iteration of EM leaves {rate} of the error: the largest fraction of "
            f"missing information. Slowest direction: {errors.slowest}."
        )
    if errors.nearing:
        words += _border_words(errors)
    if errors.measured:
        t, ratio = errors.measured
        words.append(f"Measured: the step to θ({t}) was {decimal(ratio, 4)} of the step before.")
    return words


def _border_words(errors: Errors) -> list[str]:
    """Return how EM moves along a border and towards it."""
    largest, slowest, many = float(errors.missing[0]), errors.nearing[0], len(errors.nearing)
    kind = "a ridge or a saddle" if errors.flat else "the largest fraction of missing information there"
    of_all = f", the largest such factor of {many} entries" if many > 1 else ""
    return [
        f"Along the border, with what is at it held, each iteration of EM leaves {decimal(largest, 4)} of "
        f"the error: {kind}. Slowest direction: {errors.slowest}.",
        f"Each iteration multiplies the distance of {slowest.label} from the border by "
        f"{decimal(slowest.factor, 4)}{of_all}.",
    ]


def profile_words(profile: Profile) -> str:
    """Return a sentence with the profile interval of a parameter and its Wald interval."""
    entry, level = profile.entry, f"{figures(100 * profile.level, 6)} %"
    places = max(0, 3 - math.floor(math.log10(entry.error)))
    low, high, first, last = (
        decimal(end, places) for end in (profile.low, profile.high, entry.low, entry.high)
    )
    text = (
        f"Profile of {entry.label}: {level} from {low} to {high}, where {profile.name} at its best over all "
        f"others is χ²/2 = {decimal(profile.top - profile.cut, 4)} below its maximum; "
        f"Wald from {first} to {last}."
    )
    if profile.others:
        peaks = enumerated([decimal(each, places) for each in profile.others])
        or_higher = " or higher" * bool(profile.heights.max() > profile.top + SAME)
        text += f" The profile is as high{or_higher} at {entry.label} = {peaks}."
    sides = [side for side, free in zip(("lower", "upper"), profile.open, strict=True) if free]
    if sides:
        text += f" At the {' and the '.join(sides)} end the profile does not fall to the cut."
    return f"{text} It follows this maximum; others may be higher."


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as lines of text, with right-aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.rjust, row, widths)).rstrip() for row in rows]
