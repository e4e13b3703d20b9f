"""The passes node by node, next to those in logarithms, residue by residue."""

import numpy as np
import pytest
from profile_cases import drawn, written

from emviz.models.profile import Profile, logs, steps
from emviz.models.profile.lattice import PIECE, Lattice
from emviz.models.profile.passes import EVERY, counted, smooth
from emviz.models.profile.weights import Smoothed, weights

NODES = 2 * EVERY + 3
MODEL = Profile(nodes=NODES, alphabet="dna")
#: Some end with a piece, some right before or behind it.
LENGTHS = (3 * PIECE + 5, 3 * PIECE, 2 * PIECE, 2 * PIECE - 1, PIECE, PIECE - 1, 7, 2, 1)


def of_lengths(lengths):
    rng = np.random.default_rng(7)
    return MODEL.parse(written(*("".join(rng.choice(list("ACGT"), many)) for many in lengths)))


def in_logs(block, ready):
    """Return the posterior of a block by the other implementation alone."""
    places, many = block.codes.shape[0] + 1, len(block.lengths)
    seen = Smoothed(np.zeros(many), np.zeros((places, many, NODES + 1)), np.zeros((3, 3, many, NODES + 1)))
    logs.smooth_some(block, ready, np.arange(many), seen)
    return seen


@pytest.mark.parametrize("lengths", [LENGTHS, (PIECE, PIECE), (PIECE - 1,), (4 * PIECE,) * 3, (1,)])
@pytest.mark.parametrize("stay", [None, 0.0, 0.97])
def test_many_pieces_and_scales_change_nothing(lengths, stay):
    data, params = of_lengths(lengths), drawn(3, NODES)
    if stay is not None:
        onward = params.transition[:, 1] * [1.0, 0.0, 1.0]
        params.transition[:, 1] = (1 - stay) * onward / onward.sum(axis=-1, keepdims=True)
        params.transition[:, 1, 1] = stay
    ready = weights(data, params)
    (block,) = data.blocks
    known, seen, found = in_logs(block, ready), smooth(block, ready), counted(block, ready)
    np.testing.assert_allclose(seen.evidence, known.evidence, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(seen.matched, known.matched, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(seen.arcs, known.arcs, rtol=1e-10, atol=1e-15)
    together = known.counted(block, len(data.symbols))
    for mine, other in zip(found, together, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-13)
    np.testing.assert_array_equal(steps.evidences(data, params)[block.rows], found.evidence)


def test_places_come_back_in_order():
    data = of_lengths(LENGTHS)
    (block,) = data.blocks
    lattice = Lattice(block, len(data.symbols))
    codes = lattice.in_order(lattice.codes[None])[..., 0]
    for column, many in enumerate(block.lengths.tolist()):
        assert codes[1 : many + 1, column].tolist() == block.codes[:many, column].tolist()
        assert set(codes[[0, *range(many + 1, len(codes))], column].tolist()) == {len(data.symbols)}
        assert lattice.in_order(np.arange(len(lattice.codes))[None])[many, column, 0] == lattice.ends[column]
