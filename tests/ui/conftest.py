"""The tests of the window count for no coverage: the rooms below it are covered by their own tests."""

from pathlib import Path

import pytest
from coverage import Coverage

from emviz.ui import appearance

#: The tests of what follows from the height of the window.
OF_TEXT = {"test_arranging", "test_lecture_hall", "test_presenting", "test_style"}


@pytest.fixture(autouse=True)
def _one_size_of_text(request, monkeypatch):
    """Leave text as it is in windows of any height: to dress the application anew takes a second."""
    if request.path.stem not in OF_TEXT:
        monkeypatch.setattr(appearance, "_em_of", lambda window: float(appearance.LEAST))


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
