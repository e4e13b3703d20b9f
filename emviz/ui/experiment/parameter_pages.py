"""θ as pages of a table: rows, columns and editable entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from emviz.em.counts.table import Entry
from emviz.em.domains import Parameter

Row: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class FieldColumn:
    """A column of the table: a field of θ at a fixed index of its last axis, if it has several axes.

    Parameters
    ----------
    parameter : Parameter
        The field.
    last : int or None
        Index of the last axis; None for a field with at most one axis.
    """

    parameter: Parameter
    last: int | None = None

    @property
    def heading(self) -> str:
        """The name of the index of the last axis, or else the symbol."""
        return self.parameter.symbol if self.last is None else self.parameter.axes[-1][self.last]

    def entry(self, row: Row) -> Entry | None:
        """Return the entry of θ in a row; None if there is none."""
        axes = self._places if self.last is None else self._places[:-1]
        if len(row) != len(axes):
            return None
        index = tuple(axis[name] for name, axis in zip(row, axes, strict=True) if name in axis)
        if len(index) < len(axes):
            return None
        return Entry(self.parameter.name, index if self.last is None else (*index, self.last))

    @cached_property
    def _places(self) -> tuple[dict[str, int], ...]:
        """Index of each name, for each axis."""
        return tuple({name: k for k, name in enumerate(axis)} for axis in self.parameter.axes)


@dataclass(frozen=True)
class Page:
    """The content of the table: all fields with at most one axis, or one larger field."""

    parameters: tuple[Parameter, ...]

    @property
    def title(self) -> str:
        """The names of the fields, or the symbol of a larger one."""
        if len(self.parameters) == 1:
            return f"{self.parameters[0].name} {self.parameters[0].symbol}"
        return ", ".join(parameter.name for parameter in self.parameters)

    @cached_property
    def columns(self) -> tuple[FieldColumn, ...]:
        """A column per field, or per index of the last axis of a larger one."""
        return tuple(
            FieldColumn(parameter, last)
            for parameter in self.parameters
            for last in (range(parameter.shape[-1]) if len(parameter.axes) > 1 else (None,))
        )

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The names along the first axes; fields without axes share a row without a name."""
        # A dict, since a set does not keep the order.
        rows: dict[Row, None] = {}
        for parameter in self.parameters:
            for row in _product(parameter.axes[:-1] if len(parameter.axes) > 1 else parameter.axes):
                rows[row] = None
        return tuple(rows)

    @cached_property
    def first_names(self) -> tuple[str, ...]:
        """The names along the first axis."""
        return tuple(dict.fromkeys(row[0] for row in self.rows if row))

    @cached_property
    def free(self) -> frozenset[Entry]:
        """The entries that can be edited."""
        return frozenset(
            Entry(parameter.name, index) for parameter in self.parameters for index in parameter.free
        )


def pages_of(parameters: Sequence[Parameter]) -> tuple[Page, ...]:
    """Return the pages of the free fields, in the order of θ."""
    free = [parameter for parameter in parameters if not parameter.fixed]
    small = tuple(parameter for parameter in free if len(parameter.axes) < 2)
    pages: list[Page] = []
    for parameter in free:
        if parameter not in small:
            pages.append(Page((parameter,)))
        elif parameter is small[0]:
            pages.append(Page(small))
    return tuple(pages)


def _product(axes: Sequence[tuple[str, ...]]) -> list[Row]:
    rows: list[Row] = [()]
    for axis in axes:
        rows = [(*row, name) for row in rows for name in axis]
    return rows
