"""Assembles the record, the styles and the scripts of a page into one HTML file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from emviz.em.trace import Json

PART = re.compile(r"\{\{(\w+)\}\}")


def assembled(kind: str, record: Mapping[str, Json]) -> str:
    """Return the page of a record.

    Parameters
    ----------
    kind : str
        "run" or "lesson"; selects the HTML and the script.
    record : mapping
        The content; its title and language also go into the head.
    """
    return _filled(
        _file("page.html"),
        {
            "title": escape(str(record["title"])),
            "language": escape(str(record.get("language", "en"))),
            "style": _file("page.css") + (_file("lesson.css") if kind == "lesson" else ""),
            "body": _filled(_file(f"{kind}.html"), {"half": _file("half.html")}),
            "script": _file("page.js") + _file(f"{kind}.js"),
            "run": _within_script(record),
        },
    )


def _within_script(record: Mapping[str, Json]) -> str:
    """Return a record as JSON that can neither end its script element nor start a comment."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    # In JSON any character can be escaped by its number.
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _filled(template: str, parts: Mapping[str, str]) -> str:
    """Return a template with its parts inserted in one pass, as a part may contain a placeholder."""
    return PART.sub(lambda found: parts[found[1]], template)


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
