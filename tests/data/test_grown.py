import numpy as np

from emviz.data.grown import Grown


def test_parts_stand_one_behind_the_other():
    grown = Grown(np.int32, 2)
    grown.add(np.array([[1, 2]]))
    assert (len(grown), grown.share) == (2, 1.0)
    grown.add(np.array([3, 4]), by=10, share=0.1)
    assert grown.all.tolist() == [1, 2, 13, 14]
    assert grown.all.dtype == np.int32
    # There is room for the ten times as many that are expected.
    assert grown.share < 0.1


def test_nothing():
    grown = Grown(np.uint8)
    assert (len(grown), grown.share, grown.all.tolist()) == (0, 0.0, [])
