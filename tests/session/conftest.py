"""A session at its start, and one that has been walked."""

import pytest
from desks import opened, stepped

from emviz import session as desk


@pytest.fixture
def first():
    return opened()


@pytest.fixture
def walked(first):
    """Five half-steps, the cursor on the second."""
    return desk.seek(stepped(first, 5), 2)
