"""Makes texts from files, plug-ins and names safe to display. No Qt.

Every text that the program does not contain itself passes through `visible`.
"""

from __future__ import annotations

import re

#: Maximum number of characters shown of a name and of a text.
NAME, TEXT = 300, 4000
#: Characters that are invisible, end a line, or change the writing direction.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
#: Control characters with a short escape; fonts lack their Unicode pictures.
ESCAPES = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}


def visible(text: str, most: int = NAME) -> str:
    r"""Return a text with invisible characters escaped ("\n", "\x1b", "<U+202E>") and cut to a length."""
    if len(text) > most:
        text = text[: most - 1] + "…"
    return UNSEEN.sub(_spelt, text)


def _spelt(found: re.Match[str]) -> str:
    sign, code = found[0], ord(found[0])
    return ESCAPES.get(sign) or (f"\\x{code:02x}" if code <= 0xFF else f"<U+{code:04X}>")
