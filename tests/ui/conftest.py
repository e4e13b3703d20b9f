"""The tests of the window count for no coverage: the rooms below it are covered by their own tests."""

import pytest

from emviz.ui import appearance

#: The tests of what follows from the height of the window.
OF_TEXT = {"test_arranging", "test_lecture_hall", "test_presenting", "test_style"}


@pytest.fixture(autouse=True)
def _one_size_of_text(request, monkeypatch):
    """Leave text as it is in windows of any height: to dress the application anew takes a second."""
    if request.path.stem not in OF_TEXT:
        monkeypatch.setattr(appearance, "_em_of", lambda window: float(appearance.LEAST))


def pytest_itemcollected(item):
    """Measure no coverage here: a test would be a fifth slower."""
    item.add_marker("unmeasured")
