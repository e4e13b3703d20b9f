"""Remembers how files were opened, so that a file opens the same way next time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from emviz.data.dialect import Dialect
from emviz.data.reader import READERS, preview
from emviz.data.table import DataError
from emviz.intake import Wishes

#: Maximum number of remembered files, and maximum length of one record.
MOST, LONGEST = 20, 20_000
#: Rows from which a file is judged.
LOOKED = 10_000
CHANGED = "the file has changed since it was last opened, so its earlier settings were dropped"


@dataclass(frozen=True)
class Opening:
    """How a file was opened.

    Parameters
    ----------
    path : str
        The file.
    model : str
        Key of the model that read it.
    names : tuple of str
        Its columns; with other columns the settings do not apply.
    wishes : Wishes
        The wishes.
    dialect : Dialect or None
        The dialect, if it was set by the user; None if it was detected.
    """

    path: str
    model: str
    names: tuple[str, ...]
    wishes: Wishes
    dialect: Dialect | None = None

    def record(self) -> dict[str, object]:
        """Return the opening in the form of JSON."""
        wishes = self.wishes
        return {
            "path": self.path,
            "model": self.model,
            "names": list(self.names),
            "columns": dict(wishes.columns),
            "use": list(wishes.use),
            "leave": list(wishes.leave),
            "codes": sorted(wishes.codes),
            "drop": wishes.drop,
            "layout": wishes.layout,
            "every row": wishes.every_row,
            "dialect": asdict(self.dialect) if self.dialect else None,
        }


def remembered(openings: Sequence[Opening], new: Opening) -> tuple[Opening, ...]:
    """Return the openings with a new one in front, unless it has no wishes or is too long."""
    others = [each for each in openings if (each.path, each.model) != (new.path, new.model)]
    asked = new.wishes != Wishes() or new.dialect is not None
    kept = asked and len(json.dumps(new.record())) <= LONGEST
    return ((new, *others) if kept else tuple(others))[:MOST]


def found(openings: Sequence[Opening], path: str, model: str) -> Opening | None:
    """Return how a file was last opened for a model; if for another model, only its dialect."""
    ours = [each for each in openings if each.path == path]
    known = next((each for each in ours if each.model == model), None)
    if known is None and ours and ours[0].dialect is not None:
        return replace(ours[0], model=model, wishes=Wishes())
    return known


def again(path: Path, detected: Dialect, known: Opening | None) -> tuple[Dialect, Wishes, str]:
    """Return the dialect and the wishes for a file, and a sentence if the earlier ones no longer apply.

    Parameters
    ----------
    detected : Dialect
        The detected dialect.
    known : Opening or None
        How the file was opened last time.
    """
    if known is None:
        return detected, Wishes(), ""
    dialect, names = known.dialect or detected, None
    with suppress(DataError):
        names = preview(path, dialect, LOOKED)[0]
    return (dialect, known.wishes, "") if names == known.names else (detected, Wishes(), CHANGED)


def parsed(text: str) -> tuple[Opening, ...]:
    """Return openings from JSON; invalid ones are skipped.

    Raises
    ------
    ValueError, TypeError
        If the JSON is not a list.
    """
    records = json.loads(text)
    if not isinstance(records, list):
        raise TypeError("not a list")
    found = [_opening(record) for record in records[:MOST] if isinstance(record, dict)]
    return tuple(each for each in found if each is not None)


def _opening(record: dict[str, object]) -> Opening | None:
    path, model, layout, columns = (record.get(name) for name in ("path", "model", "layout", "columns"))
    lists = [_texts(record.get(name)) for name in ("names", "use", "leave", "codes")]
    if not (isinstance(path, str) and isinstance(model, str) and isinstance(columns, dict)):
        return None
    if None in lists or not isinstance(layout, str | None) or not isinstance(record.get("drop"), bool):
        return None
    if not all(isinstance(name, str) for name in columns.values()):
        return None
    names, use, leave, codes = (each or () for each in lists)
    every_row = record.get("every row") is True
    wishes = Wishes(columns, use, leave, frozenset(codes), record["drop"] is True, layout, every_row)
    try:
        opening = Opening(path, model, names, wishes, _dialect(record.get("dialect")))
    except (DataError, TypeError):
        return None
    # Python refuses a path with a NUL byte in every call, with a ValueError that nobody expects.
    return opening if "\0" not in path and len(json.dumps(opening.record())) <= LONGEST else None


def _dialect(value: object) -> Dialect | None:
    """Return a dialect from JSON.

    Raises
    ------
    DataError, TypeError
        If the value is not a dialect.
    """
    if value is None:
        return None
    usual = asdict(Dialect())
    if not isinstance(value, dict) or {name: type(each) for name, each in value.items()} != {
        name: type(each) for name, each in usual.items()
    }:
        raise TypeError("not the fields of a dialect")
    if value["layout"] not in READERS:
        raise TypeError("not a layout")
    return Dialect(**value)


def _texts(value: object) -> tuple[str, ...] | None:
    whole = isinstance(value, list) and all(isinstance(text, str) for text in value)
    return tuple(value) if whole and isinstance(value, list) else None
