"""What a benchmark keeps from the garbage collector is not kept from it in the tests that follow."""

import gc

import pytest


@pytest.fixture
def thawed():
    """Have the collector look at everything again, and then keep from it what is left, as before."""
    yield
    gc.unfreeze()
    gc.collect()
    gc.freeze()
