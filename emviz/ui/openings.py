"""How files were opened: remembered, so that the same file opens the same way next time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from emviz.intake import Wishes

#: Files remembered, and letters of what is remembered of one.
MOST, LONGEST = 20, 20_000


@dataclass(frozen=True)
class Opening:
    """What was asked for of a file.

    Parameters
    ----------
    path : str
        The file.
    model : str
        The key of the model that read it.
    names : tuple of str
        Its columns; with other ones it is another file.
    wishes : Wishes
        What was asked for.
    """

    path: str
    model: str
    names: tuple[str, ...]
    wishes: Wishes

    def record(self) -> dict[str, object]:
        """Return it as JSON holds it."""
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
        }


def remembered(openings: Sequence[Opening], new: Opening) -> tuple[Opening, ...]:
    """Return the openings with one more at the front, unless it asks for nothing or is too long."""
    others = [each for each in openings if (each.path, each.model) != (new.path, new.model)]
    kept = new.wishes != Wishes() and len(json.dumps(new.record())) <= LONGEST
    return ((new, *others) if kept else tuple(others))[:MOST]


def wishes_for(openings: Sequence[Opening], path: str, model: str, names: Sequence[str]) -> Wishes:
    """Return what was asked for of a file when it was opened last; nothing where it has other columns now."""
    known = (each for each in openings if (each.path, each.model) == (path, model))
    found = next(known, None)
    return found.wishes if found is not None and found.names == tuple(names) else Wishes()


def parsed(text: str) -> tuple[Opening, ...]:
    """Return openings from JSON; those that make no sense are left out.

    Raises
    ------
    ValueError, TypeError
        Where it is no list in JSON.
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
    opening = Opening(path, model, names, wishes)
    return opening if "\0" not in path and len(json.dumps(opening.record())) <= LONGEST else None


def _texts(value: object) -> tuple[str, ...] | None:
    whole = isinstance(value, list) and all(isinstance(text, str) for text in value)
    return tuple(value) if whole and isinstance(value, list) else None
