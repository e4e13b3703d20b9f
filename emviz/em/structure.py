"""NamedTuples of arrays, and what stands for one where the fields depend on the data or on a text."""

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
    """Arrays by name, as a NamedTuple holds them, but with any text as a name: "class" is one."""

    _fields: ClassVar[tuple[str, ...]] = ()

    def __new__(cls, *values: Array, **named: Array) -> Record:
        """Return the arrays, the first ones in order, the others by name."""
        return super().__new__(cls, (*values, *(named[name] for name in cls._fields[len(values) :])))


@cache
def record(*names: str) -> Callable[..., Fields]:
    """Return the type of records with these fields; the same type for the same names."""
    parts = {name: property(itemgetter(place)) for place, name in enumerate(names)}
    return type("Record", (Record,), {**parts, "_fields": names})


@cache
def params_type(start: Callable[..., object], names: tuple[str, ...]) -> Callable[..., Fields]:
    """Return the NamedTuple that a method says it returns, or the record with its fields.

    Parameters
    ----------
    start : callable
        The method `start` of a model.
    names : tuple of str
        The fields of θ.
    """
    plain = cast("FunctionType", unwrap(start))
    # What it takes is not looked at: one of these is a random generator, whose module is slow to import.
    returned = {name: hint for name, hint in plain.__annotations__.items() if name == "return"}
    told = get_type_hints(SimpleNamespace(__annotations__=returned), plain.__globals__).get("return")
    return cast("Callable[..., Fields]", told) if getattr(told, "_fields", ()) == names else record(*names)
