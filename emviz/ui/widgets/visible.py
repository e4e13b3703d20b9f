"""Texts that others have written, from a file, a plug-in or a name, made fit to be shown. No Qt.

Every such text passes through `visible` on its way to the screen.
"""

from __future__ import annotations

import re

#: Characters of a name that are shown, and of a whole text.
NAME, TEXT = 300, 4000
#: What has no look of its own, ends a line, or turns the direction of what follows.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
#: Control characters that have a short name of their own; fonts lack the pictures that Unicode has of them.
ESCAPES = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}


def visible(text: str, most: int = NAME) -> str:
    r"""Return a text, what is unseen in it spelt out ("\n", "\x1b", "<U+202E>"); a very long one is cut."""
    if len(text) > most:
        text = text[: most - 1] + "…"
    return UNSEEN.sub(_spelt, text)


def _spelt(found: re.Match[str]) -> str:
    sign, code = found[0], ord(found[0])
    return ESCAPES.get(sign) or (f"\\x{code:02x}" if code <= 0xFF else f"<U+{code:04X}>")
