"""Markdown to HTML: paragraphs, headings, lists, quotations, code and emphasis; links become plain text.

All text is escaped first, and only tags without attributes are added, because a lesson may come from anyone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from emviz.wording.unbroken import unbroken

FENCE = re.compile(r" {0,3}(```+|~~~+)")
HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*")
RULE = re.compile(r" {0,3}([-*_])(?:\s*\1){2,}\s*")
QUOTE = re.compile(r" {0,3}> ?")
ITEM = re.compile(r" {0,3}(?:[-*+]|(\d{1,9})[.)])\s+(.*)")
#: A symbol with an index: θ_A, θ_1,A.
INDEX = re.compile(r"(?<=\w)_([\w–]+(?:,[\w–]+)*)")
#: Emphasis, longest marks first; inside a mark there is no space at its ends.
MARKED = (
    (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), "strong"),
    (re.compile(r"\*(?=\S)(.+?)(?<=\S)\*"), "em"),
    (re.compile(r"(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)"), "strong"),
    (re.compile(r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)"), "em"),
    (re.compile(r"~~(?=\S)(.+?)(?<=\S)~~"), "del"),
)
LINK = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
#: Code, or an escaped character.
LITERAL = re.compile(r"(`+)(.+?)\1|\\([!-/:-@\[-`{-~])")
#: Placeholder for finished pieces; a private-use character that no text contains.
HELD = "\uf8ff"


def as_html(words: str) -> str:
    """Return Markdown as HTML."""
    return "".join(_blocks(words.replace(HELD, "").split("\n")))


def inline(words: str) -> str:
    """Return a line of Markdown as HTML: emphasis, code, indices."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(escape(found[3]) if found[3] else f"<code>{escape(found[2].strip())}</code>")
        return HELD

    text = LITERAL.sub(hold, words.replace(HELD, ""))
    text = unbroken(escape(LINK.sub(r"\1", text)))
    for pattern, tag in MARKED:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    # Nothing above has changed the order of the pieces held back.
    pieces = iter(held)
    return re.sub(HELD, lambda _: next(pieces), INDEX.sub(r"<sub>\1</sub>", text))


def plainly(words: str) -> str:
    """Return plain text as HTML with subscripts."""
    return INDEX.sub(r"<sub>\1</sub>", escape(words))


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    """Yield the HTML of lines, block by block."""
    at = 0
    while at < len(lines):
        line = lines[at]
        end = at + 1
        if not line.strip():
            pass
        elif fence := FENCE.match(line):
            while end < len(lines) and not lines[end].strip().startswith(fence[1]):
                end += 1
            yield f"<pre>{escape(chr(10).join(lines[at + 1 : end]))}</pre>"
            end += 1
        elif heading := HEADING.fullmatch(line):
            # Levels above are used by the page and the scene.
            level = min(6, len(heading[1]) + 2)
            yield f"<h{level}>{inline(heading[2])}</h{level}>"
        elif RULE.fullmatch(line):
            yield "<hr>"
        elif QUOTE.match(line):
            while end < len(lines) and QUOTE.match(lines[end]):
                end += 1
            inner = "".join(_blocks([QUOTE.sub("", each) for each in lines[at:end]]))
            yield f"<blockquote>{inner}</blockquote>"
        elif ITEM.fullmatch(line):
            while end < len(lines) and _goes_on(lines, end):
                end += 1
            yield _list(lines[at:end])
        else:
            while end < len(lines) and _is_plain(lines[end]):
                end += 1
            yield f"<p>{'<br>'.join(map(inline, _lines(lines[at:end])))}</p>"
        at = end


def _is_plain(line: str) -> bool:
    """Return whether a line continues the paragraph above it."""
    begins = FENCE.match(line) or QUOTE.match(line)
    return bool(line.strip()) and not any(
        (begins, HEADING.fullmatch(line), RULE.fullmatch(line), ITEM.fullmatch(line))
    )


def _lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of a paragraph after hard breaks: two spaces or a backslash."""
    found = [""]
    for line in lines:
        broken = line.endswith(("  ", "\\"))
        found[-1] = f"{found[-1]} {line.strip().removesuffix(chr(92))}".strip()
        if broken:
            found.append("")
    return [each for each in found if each]


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Return whether a line belongs to the list above: an item, indented text, or a gap before these."""
    line = lines[at]
    if not line.strip():
        return at + 1 < len(lines) and bool(ITEM.fullmatch(lines[at + 1]) or lines[at + 1].startswith("  "))
    return (
        bool(ITEM.fullmatch(line))
        or line.startswith("  ")
        or (bool(lines[at - 1].strip()) and _is_plain(line))
    )


def _list(lines: Sequence[str]) -> str:
    """Return the HTML of a list."""
    items: list[list[str]] = []
    ordered = ITEM.fullmatch(lines[0])
    for line in lines:
        item = ITEM.fullmatch(line)
        if item:
            items.append([item[2]])
        else:
            items[-1].append(line.removeprefix("  ").removeprefix(" "))
    tag = "ol" if ordered and ordered[1] else "ul"
    made = (_item(each) for each in items)
    return f"<{tag}>{''.join(f'<li>{each}</li>' for each in made)}</{tag}>"


def _item(lines: Sequence[str]) -> str:
    """Return the HTML of an item: a single line as it is, more lines as blocks."""
    whole = [line for line in lines if line.strip()]
    return inline(whole[0]) if len(whole) == 1 else "".join(_blocks(lines))
