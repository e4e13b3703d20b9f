"""What is computed once is what would be computed again, and is covered here whoever asked for it first."""

import numpy as np
import pytest

from emviz.em.families.covariances import bound_entries
from emviz.models.abo.pictures import _triangle
from emviz.models.gmm.steps import _pairs
from emviz.models.modules.layouts import _gene_names
from emviz.models.motif.steps import _symbol_table
from emviz.models.proteins.presence.lattice import _bits
from emviz.models.tomography import _parameters
from emviz.models.tomography.data import regions
from emviz.models.tomography.table import outwards

ASKED = [
    (_triangle, ()),
    (_gene_names, ()),
    (_bits, (3,)),
    (_symbol_table, (4, 2)),
    (_pairs, (2, True)),
    (bound_entries, ("tied", 2, 2)),
    (_parameters, (5,)),
    (regions, (5,)),
    (outwards, (5,)),
]


@pytest.mark.parametrize(("remembered", "asked"), ASKED, ids=lambda each: getattr(each, "__name__", ""))
def test_what_is_remembered_is_what_is_computed(remembered, asked):
    np.testing.assert_equal(remembered(*asked), remembered.__wrapped__(*asked))
