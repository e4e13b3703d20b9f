"""NamedTuples of arrays, and a substitute if the fields depend on the data or on a text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import unwrap
from operator import itemgetter
from types import FunctionType, SimpleNamespace
from typing import ClassVar, cast, get_type_hints

from emviz.em.numerics import Array
from emviz.em.records import Fields


class Record(tuple[Array, ...]):
    """Arrays by name like a NamedTuple, but with any text as a name, even "class"."""

    _fields: ClassVar[tuple[str, ...]] = ()

    def __new__(cls, *values: Array, **named: Array) -> Record:
        """Return a record from positional arrays, followed by named ones."""
        return super().__new__(cls, (*values, *(named[name] for name in cls._fields[len(values) :])))


@cache
def record(*names: str) -> Callable[..., Fields]:
    # Cached, so that records of the same fields have the same type.
    """Return the type of records with these fields."""
    parts = {name: property(itemgetter(place)) for place, name in enumerate(names)}
    return type("Record", (Record,), {**parts, "_fields": names})


@cache
def params_type(start: Callable[..., object], names: tuple[str, ...]) -> Callable[..., Fields]:
    """Return the NamedTuple in the return annotation of `start`, or a record type with these fields.

    Parameters
    ----------
    start : callable
        The method `start` of a model.
    names : tuple of str
        The fields of θ.
    """
    plain = cast("FunctionType", unwrap(start))
    # Only the return annotation is resolved: the others name np.random.Generator, which is slow to import.
    returned = {name: hint for name, hint in plain.__annotations__.items() if name == "return"}
    declared = get_type_hints(SimpleNamespace(__annotations__=returned), plain.__globals__).get("return")
    return (
        cast("Callable[..., Fields]", declared)
        if getattr(declared, "_fields", ()) == names
        else record(*names)
    )
