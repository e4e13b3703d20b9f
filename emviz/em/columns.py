"""Which columns of a table bear on the results, and which of them follow from others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, runtime_checkable

from emviz.data.table import Table
from emviz.em.model import AnyModel


@runtime_checkable
class Reading(Protocol):
    """A model that reads other columns than those it names: names are free, or one stands in for another."""

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns of a table that bear on what the window shows; others may be among them."""
        ...


@runtime_checkable
class Deriving(Protocol):
    """A model that leaves columns aside because they follow from others."""

    def derived(self, table: Table) -> Mapping[str, Sequence[str]]:
        """Return the cells of the columns of a table that follow; empty where a row does not tell them."""
        ...


def columns_read(model: AnyModel, table: Table) -> frozenset[str]:
    """Return the columns of a table that bear on what the window shows."""
    names = model.reads(table) if isinstance(model, Reading) else [spec.name for spec in model.columns]
    return frozenset(names).intersection(table.names)


def derived_columns(model: AnyModel, table: Table) -> Mapping[str, Sequence[str]]:
    """Return the cells of the columns that follow from others, by the names of the columns."""
    return model.derived(table) if isinstance(model, Deriving) else {}
