"""θ of the complete rows alone, as a reference in the pictures of mixtures with holes."""

from dataclasses import replace

import numpy as np
import pytest

from emviz import session as desk
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.families import alone
from emviz.em.families.alone import Alone, beside, complete_alone
from emviz.em.missingness import Missingness
from emviz.em.pictures import Profiles, Scatter
from emviz.em.pictures.spoilers import without_spoilers
from emviz.models.gmm import GaussianMixture


def climbed(model, table):
    data = model.parse(table)
    step = engine.start(model, data, model.default(data))
    for each in engine.run(model, data, step, iterations=1000, tolerance=1e-10):
        step = each or step
    return step.params


def test_points_with_a_hole_are_left_out_of_the_reference():
    session = desk.example_session("gmm", "faithful-holes")
    scatter = next(view for view in desk.views(session) if isinstance(view, Scatter))
    assert scatter.reference_name == "complete rows alone"
    whole = ~(session.table.missing("eruptions") | session.table.missing("waiting"))
    params = climbed(session.model, session.table.where(whole))
    for k, blob in enumerate(scatter.reference):
        np.testing.assert_allclose(blob.mean, params.mean[k], rtol=1e-9)
        np.testing.assert_allclose(blob.covariance, params.covariance[k], rtol=1e-9)
    assert without_spoilers(scatter).reference == ()


@pytest.mark.parametrize("told", [True, False])
def test_curves_have_the_complete_data_or_the_complete_rows_beside(told):
    session = desk.example_session("modules", "cycle-holes")
    if not told:
        table = session.table.picked({name: name for name in session.table.names if name != "module"})
        session = desk.set_table(session, table)
    curves = next(view for view in desk.views(session) if isinstance(view, Profiles))
    assert curves.reference_name == ("complete data" if told else "complete rows alone")
    if told:
        own = session.model.m_step(session.data, session.data.labelled).mean
    else:
        whole = ~session.data.holes.missing.any(axis=1)
        own = climbed(session.model, session.table.where(whole)).mean
    np.testing.assert_allclose(np.sort(curves.reference, axis=0), np.sort(own, axis=0), rtol=1e-9)
    assert without_spoilers(curves).reference is None


def test_columns_of_a_mixture_have_it_too():
    names = [f"x{k}" for k in range(5)]
    draws = np.random.default_rng(1).normal(size=(60, 5)) + np.repeat([0, 6], 30)[:, None]
    session = desk.new_session(
        GaussianMixture(), Table.from_columns(dict(zip(names, draws.T, strict=True))), "drawn"
    )
    holed = desk.with_cells_missing(session, Missingness(0.05), 3)
    curves = next(view for view in desk.views(holed) if isinstance(view, Profiles))
    assert curves.reference_name == "complete rows alone"
    assert curves.reference.shape == (2, 5)


def test_what_the_complete_rows_do_not_determine_has_no_reference(monkeypatch):
    table = Table.from_columns({"x": [1.0, 2.0, 3.0, 4.0, np.nan], "y": [1.0, 1.0, 1.0, 1.0, 5.0]})
    session = desk.new_session(GaussianMixture(), table, "five points")
    assert session.data.alone.params is not None  # of x alone
    (scatter, *_) = desk.views(session)
    assert scatter.reference == ()
    model, none = session.model, np.zeros(5, dtype=bool)
    assert Alone(model, table, none).params is None
    assert Alone(model, table, np.arange(5) < 1).params is None
    assert complete_alone(model, table, None) is None
    monkeypatch.setattr(alone, "MOST_ROWS", 4)
    assert replace(session.data.alone).params is None


def test_means_are_put_beside_the_nearest_ones():
    means, scale = np.array([[0.0, 0.0], [5.0, 5.0], [9.0, 0.0]]), np.ones(2)
    reference = np.array([[9.5, 0.0], [0.1, 0.0], [6.0, 5.0]])
    assert beside(reference, means, scale).tolist() == [[0.1, 0.0], [6.0, 5.0], [9.5, 0.0]]
    assert beside(None, means, scale) is None
