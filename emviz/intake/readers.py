"""Finds models that can use a table, after another model could not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from emviz.data.table import DataError, Table
from emviz.em.model import AnyModel
from emviz.intake.choice import guess
from emviz.intake.take import read_of, suiting

#: Rows used for the test, which each model reads once.
TRIED = 100


def readers(models: Iterable[AnyModel], table: Table) -> Iterator[AnyModel | None]:
    """Yield each model that can use the first rows of a table in their most likely reading, otherwise None.

    Parameters
    ----------
    models : iterable of AnyModel
        The models to try one at a time, so that the window can do other work in between.
    """
    first = table.where(np.arange(table.rows) < TRIED)
    for model in models:
        yield model if _reads(suiting(model, first), first) else None


def others_words(models: Iterable[AnyModel]) -> str:
    """Return the titles of other models that can use a table as text; "" if there are none."""
    titles = [model.title for model in models]
    return f"these models can use it: {', '.join(titles)}" if titles else ""


def _reads(model: AnyModel, table: Table) -> bool:
    try:
        model.parse(read_of(model, table, guess(model, table)))
    except DataError:
        return False
    return True
