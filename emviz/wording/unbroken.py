"""Where no line may end: within the name of a step, and within a difference in brackets."""

from __future__ import annotations

import re

#: A line ends at a hyphen, but not within the name of a step: with a hyphen at which none ends.
STEP, WHOLE = re.compile(r"\b([EM])-(?=steps?\b)"), "\\1\N{NON-BREAKING HYPHEN}"
#: An argument with one sign, as in log(1 − θ_A): with spaces at which none ends.
ARGUMENT = re.compile(r"(?<=\w)\(([^\s()]+) ([−+]) ([^\s()]+)\)")
SPACED = "(\\1\N{NO-BREAK SPACE}\\2\N{NO-BREAK SPACE}\\3)"


def unbroken(text: str) -> str:
    """Return a text, plain or as HTML, whose lines end within neither of the two."""
    return ARGUMENT.sub(SPACED, STEP.sub(WHOLE, text))
