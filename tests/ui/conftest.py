"""The tests of the window count for no coverage: the rooms below it are covered by their own tests."""

from pathlib import Path

import pytest
from coverage import Coverage


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Stop measuring while a test of this folder runs: it would be a fifth slower."""
    measured = Coverage.current() if Path(__file__).parent in item.path.parents else None
    if measured is None:
        return (yield)
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()
