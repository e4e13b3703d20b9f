"""The tests of the benchmarks run among thousands of others."""

import gc

import pytest


@pytest.fixture(autouse=True)
def _nothing_but_its_own_garbage():
    """Keep what earlier tests have left out of the many collections: each would take a tenth of a second."""
    gc.freeze()
    yield
    gc.unfreeze()
