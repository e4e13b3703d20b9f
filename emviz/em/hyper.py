"""Hyper-parameters: the fields of a model's dataclass, as shown in a form and as checked values."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from emviz.em.domains import ParameterError
from emviz.em.rounding import figures

if TYPE_CHECKING:
    from emviz.em.model import AnyModel

Value: TypeAlias = int | float | str


@dataclasses.dataclass(frozen=True)
class Hyper:
    """One hyper-parameter.

    Parameters
    ----------
    name, label : str
        Its names in the dataclass and on the screen.
    meaning : str
        One sentence on what it does.
    value : int, float or str
        Its current value; the type of this is the type of the hyper-parameter.
    low, high : float
        The range, if it is a number.
    choices : tuple of str
        The allowed values, if it is a choice of texts.
    """

    name: str
    label: str
    meaning: str
    value: Value
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()

    def checked(self, value: object) -> Value:
        """Return the value, parsed if it is a text.

        Raises
        ------
        ParameterError
            If it is not such a number, out of range, or not among the choices.
        """
        if self.choices:
            return self._word(value)
        if isinstance(self.value, str):
            return str(value).strip()
        number = self._whole(value) if isinstance(self.value, int) else self._number(value)
        if not self.low <= number <= self.high:
            low, high, got = (figures(each, 6) for each in (self.low, self.high, number))
            raise ParameterError(f"{self.name} must lie between {low} and {high}, got {got}")
        return number

    def _word(self, value: object) -> str:
        if value not in self.choices:
            raise ParameterError(f"{self.name} must be one of {', '.join(self.choices)}, got {value!r}")
        return str(value)

    def _whole(self, value: object) -> int:
        number = _float(value)
        if not number.is_integer():
            raise ParameterError(f"{self.name} must be a whole number, got {value!r}")
        return int(number)

    def _number(self, value: object) -> float:
        number = _float(value)
        if not math.isfinite(number):
            raise ParameterError(f"{self.name} must be a number, got {value!r}")
        return number


def _float(value: object) -> float:
    try:
        return float(value) if isinstance(value, str | int | float) else math.nan
    except ValueError:
        return math.nan


def whole(default: int, label: str, meaning: str, low: int, high: int) -> int:
    """Declare a hyper-parameter that is a whole number."""
    metadata = {"label": label, "meaning": meaning, "low": low, "high": high}
    return dataclasses.field(default=default, metadata=metadata)


def real(default: float, label: str, meaning: str, low: float, high: float) -> float:
    """Declare a hyper-parameter that is a number."""
    metadata = {"label": label, "meaning": meaning, "low": low, "high": high}
    return dataclasses.field(default=default, metadata=metadata)


def text(default: str, label: str, meaning: str) -> str:
    """Declare a hyper-parameter that is free text, such as the names of columns."""
    return dataclasses.field(default=default, metadata={"label": label, "meaning": meaning})


def choice(default: str, label: str, meaning: str, *choices: str) -> str:
    """Declare a hyper-parameter that is one of several words."""
    return dataclasses.field(
        default=default, metadata={"label": label, "meaning": meaning, "choices": choices}
    )


def hypers(model: AnyModel) -> tuple[Hyper, ...]:
    """Return the hyper-parameters of a model with their current values."""
    assert dataclasses.is_dataclass(model)
    return tuple(
        Hyper(name=entry.name, value=getattr(model, entry.name), **entry.metadata)
        for entry in dataclasses.fields(model)
    )


def configure(model: AnyModel, values: Mapping[str, object]) -> AnyModel:
    """Return the model with some hyper-parameters changed.

    Raises
    ------
    ParameterError
        For an unknown name or an invalid value.
    """
    known = {hyper.name: hyper for hyper in hypers(model)}
    for name in values:
        if name not in known:
            offered = ", ".join(known) or "none"
            raise ParameterError(f"{model.key} has no hyper-parameter {name!r}; it has {offered}")
    checked = {name: known[name].checked(value) for name, value in values.items()}
    assert dataclasses.is_dataclass(model)
    return dataclasses.replace(model, **checked)
