"""Which models can use a table, for somebody who has asked one that cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from emviz.data.table import DataError, Table
from emviz.em.model import AnyModel
from emviz.intake.choice import guess
from emviz.intake.take import read_of, suiting

#: Rows by which it is told: each model reads them once.
TRIED = 100


def readers(models: Iterable[AnyModel], table: Table) -> Iterator[AnyModel | None]:
    """Yield each model that can use the first rows of a table, read as it is most likely meant; else None.

    Parameters
    ----------
    models : iterable of AnyModel
        Those that are tried, one at a time: a window has other work between.
    """
    first = table.where(np.arange(table.rows) < TRIED)
    for model in models:
        yield model if _reads(suiting(model, first), first) else None


def others_words(models: Iterable[AnyModel]) -> str:
    """Return that other models can use a table, each by its title; "" where there are none."""
    titles = [model.title for model in models]
    return f"these models can use it: {', '.join(titles)}" if titles else ""


def _reads(model: AnyModel, table: Table) -> bool:
    try:
        model.parse(read_of(model, table, guess(model, table)))
    except DataError:
        return False
    return True
