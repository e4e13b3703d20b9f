"""θ of the complete rows alone, as a reference in the pictures of mixtures with holes."""

from dataclasses import replace

import numpy as np
import pytest

from emviz import session as desk
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.families import alone, case_holes
from emviz.em.families.alone import beside, complete_alone
from emviz.em.pictures import Profiles, Scatter
from emviz.em.pictures.spoilers import without_spoilers
from emviz.em.simulation.missingness import Missingness
from emviz.models.gmm import GaussianMixture
from emviz.models.network import Network


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
    assert desk.reference(session) is None
    model, gone = session.model, np.ones((5, 1), dtype=bool)
    assert complete_alone(model, table, gone).params is None
    assert complete_alone(model, table, gone & (np.arange(5) > 0)[:, None]).params is None  # one row
    assert complete_alone(model, table, ~gone) is None
    assert complete_alone(model, table, None) is None
    monkeypatch.setattr(alone, "MOST_ROWS", 4)
    assert replace(session.data.alone).params is None


def test_where_labels_are_known_the_complete_rows_are_counted_by_them():
    session = desk.example_session("modules", "yeast")
    assert session.model.labelled(session.data) is None  # nobody knows what the holes hide
    holed = session.data.holes.missing.any(axis=1)
    found = desk.reference(session)
    assert (found.name, found.counts) == ("complete rows alone", None)
    for k in range(3):
        own = session.data.raw[~holed & (session.data.label == k)]
        np.testing.assert_allclose(found.params.mean[k], own.mean(axis=0), rtol=1e-9)
        assert found.params.weight[k] == pytest.approx(len(own) / np.count_nonzero(~holed))


def test_the_search_can_be_given_up_and_is_done_once():
    session = desk.example_session("gmm", "faithful-holes")
    work = desk.referring(session)
    assert next(work) is None
    work.close()
    first = desk.reference(session)
    assert len(list(desk.referring(session))) == 1
    assert desk.reference(session).params is first.params


def test_complete_cases_of_a_network_are_a_reference_in_its_drawing(monkeypatch):
    session = desk.example_session("network", "crimes")
    found = desk.reference(session)
    seen = session.data.cells.min(axis=1) >= 0
    times, cells = session.data.times[seen], session.data.cells[seen]
    no = times[cells[:, 0] == 0].sum() / times.sum()
    assert found.params.first[0] == pytest.approx(no)
    diagram = desk.views(session)[0]
    assert diagram.variables[0].reference == pytest.approx((no, 1 - no))
    assert diagram.note.endswith("dotted: complete rows alone.")
    hidden = without_spoilers(diagram)
    assert not any(each.reference for each in hidden.variables)
    assert len(hidden.note) == len(diagram.note)
    monkeypatch.setattr(case_holes, "MOST_CELLS", 3)
    large = desk.example_session("network", "crimes")
    assert desk.reference(large) is None
    assert without_spoilers(desk.views(large)[0]) == desk.views(large)[0]


def test_a_case_that_the_complete_cases_rule_out_has_no_reference_in_the_drawing():
    names = {"a": ["0", "0", "1", "", "1"], "b": ["0", "0", "0", "1", ""]}
    model = Network("[a][b|a]")
    session = desk.new_session(model, Table.from_columns(names), "five cases")
    assert desk.reference(session).objective == -np.inf  # b = 1 occurs in no complete case
    case = desk.views(desk.shown(session, {"row": 3}))[0]
    assert not any(each.reference for each in case.variables)


def test_means_are_put_beside_the_nearest_ones():
    means, scale = np.array([[0.0, 0.0], [5.0, 5.0], [9.0, 0.0]]), np.ones(2)
    reference = np.array([[9.5, 0.0], [0.1, 0.0], [6.0, 5.0]])
    assert beside(reference, means, scale).tolist() == [[0.1, 0.0], [6.0, 5.0], [9.5, 0.0]]
    assert beside(None, means, scale) is None
