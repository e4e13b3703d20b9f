"""The tests of the benchmarks run among thousands of others."""

import gc

import pytest


@pytest.fixture(autouse=True)
def _nothing_but_its_own_garbage():
    """Keep everything so far out of the many collections: each would take a tenth of a second."""
    gc.freeze()
    yield
    # A window that runs freezes what there is, itself included; it has to be found as garbage again.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
