"""A few cases that stand for all of them in the suite; the others are thorough."""

import pytest


def stand_for(cases, kept):
    """Return the cases as parameters, all but those that are kept marked as thorough."""
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            marks=[] if case in kept else [pytest.mark.thorough],
        )
        for case in cases
    ]
