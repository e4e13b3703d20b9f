"""Parameters from outside: checked against their domains, completed with defaults."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from emviz.em.domains import ParameterError
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array


def params_from(model: AnyModel, data: object, values: Mapping[str, object]) -> Fields:
    """Return θ as checked parameters; fields that are missing from `values` take the model's default.

    Raises
    ------
    ParameterError
        For an unknown field or an impossible value.
    """
    parameters = model.parameters(data)
    known = [parameter.name for parameter in parameters]
    for name in values:
        if name not in known:
            raise ParameterError(f"{model.key} has no parameter {name!r}; it has {', '.join(known)}")
    default = fields_of(model.default(data))
    checked: dict[str, Array] = {}
    for parameter in parameters:
        value = parameter.checked(values.get(parameter.name, default[parameter.name]))
        # The value may come from a file with few digits, so it is compared with slack.
        if parameter.fixed and not np.allclose(value, default[parameter.name], rtol=0, atol=1e-9):
            raise ParameterError(
                f"{parameter.name} is held at {default[parameter.name].tolist()} by this model"
            )
        checked[parameter.name] = value
    return model.make_params(checked)
