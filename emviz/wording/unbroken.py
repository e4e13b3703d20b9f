"""Where no line may end: within the name of a step, within log P, and within a difference in brackets."""

from __future__ import annotations

import re

#: The hyphen in the name of a step, replaced by a non-breaking one.
STEP, WHOLE = re.compile(r"(?<=\b[EM])-(?=steps?\b)"), "\N{NON-BREAKING HYPHEN}"
#: The logarithm of a probability, and the same in one piece.
LOG_P, ONE_PIECE = re.compile(r"\blog (?=P\b)"), "log\N{NO-BREAK SPACE}"
#: An argument with one sign, as in log(1 − θ_A): with spaces at which none ends.
ARGUMENT = re.compile(r"(?<=\w)\(([^\s()]+) ([−+]) ([^\s()]+)\)")


def unbroken(text: str) -> str:
    """Return a text, plain or as HTML, whose lines end within neither of the two."""
    return ARGUMENT.sub(_spaced, STEP.sub(WHOLE, text))


def _spaced(argument: re.Match[str]) -> str:
    # A template with groups would be parsed for every text, with an argument or without.
    return "({}\N{NO-BREAK SPACE}{}\N{NO-BREAK SPACE}{})".format(*argument.groups())


def with_whole_log(html: str) -> str:
    """Return HTML whose lines do not end within log P."""
    return LOG_P.sub(ONE_PIECE, html)
