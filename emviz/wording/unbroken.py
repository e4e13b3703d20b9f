"""Line breaks that must be avoided: within the name of a step, and within a difference in brackets."""

from __future__ import annotations

import re

#: The hyphen in the name of a step, replaced by a non-breaking one.
STEP, WHOLE = re.compile(r"\b([EM])-(?=steps?\b)"), "\\1\N{NON-BREAKING HYPHEN}"
#: An argument with one sign, as in log(1 − θ_A), which gets non-breaking spaces.
ARGUMENT = re.compile(r"(?<=\w)\(([^\s()]+) ([−+]) ([^\s()]+)\)")
SPACED = "(\\1\N{NO-BREAK SPACE}\\2\N{NO-BREAK SPACE}\\3)"


def unbroken(text: str) -> str:
    """Return a text, plain or HTML, without line breaks in these places."""
    return ARGUMENT.sub(SPACED, STEP.sub(WHOLE, text))
