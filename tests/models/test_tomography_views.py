"""The count table of tomography, its derivations, and its pictures."""

import re
from dataclasses import replace

import numpy as np
import pytest
from tomography_cases import SMALL, drawn, sinogram

from emviz import session as desk
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Look, Phase, Round
from emviz.em.optional import leads
from emviz.em.pictures import Curves, Histogram, Image
from emviz.models.coins import Coins
from emviz.models.tomography import Tomography
from emviz.models.tomography.table import outwards

NUMBER = re.compile(r"-?\d+\.?\d*")


def stepped(halves, example="spots", model=None):
    session = desk.example_session("tomography", example)
    if model:
        session = desk.set_model(session, model)
    for _ in range(halves):
        session = desk.step(session)
    return session


def table_of(session):
    return session.model.count_table(session.data, session.round, np.arange(session.table.rows))


def numbers(line):
    return [float(each) for each in NUMBER.findall(line.formula)]


# -- the table -----------------------------------------------------------------------------------------------


def test_rows_are_angles_and_columns_are_regions():
    table = table_of(stepped(1))
    assert table.observed[1] == "30°: 78 counts"
    assert [tag.text for tag in table.completions] == ["P(centre)", "P(ring)", "P(corners)"]
    np.testing.assert_allclose(table.totals.sum(), 603, rtol=1e-12)


def test_updates_go_from_the_middle_outwards():
    session = stepped(2)
    table = table_of(session)
    assert len(table.updates) == 16
    assert [update.label for update in table.updates[:4]] == ["λ_2,2", "λ_2,3", "λ_3,2", "λ_3,3"]
    assert [update.component for update in table.updates] == [0] * 4 + [1] * 8 + [2] * 4
    activity = session.step.params.activity
    assert table.updates[1].value == pytest.approx(activity[6], rel=1e-12)
    assert outwards(5)[0] == 12


def test_an_odd_image_has_its_middle_in_the_centre():
    model = Tomography(size=5)
    data = model.parse(sinogram(np.eye(9)[[4, 4, 4]]))
    shares = model.posterior(data, model.make_params({"activity": np.eye(25)[12] + 1e-9}), np.arange(3))
    np.testing.assert_allclose(shares[:, 0], 1, rtol=1e-6)


def test_answers_name_the_region_of_most_counts_first():
    session = stepped(40)
    (answer,) = session.model.answers(session.data, session.step.params, np.array([0]))
    assert answer.completions[0] == "centre"  # where both spots are
    assert answer.shares[0] > 0.9


# -- derivations ---------------------------------------------------------------------------------------------


def test_a_share_can_be_calculated_by_hand():
    session = stepped(1)
    table = table_of(session)
    bin_line, sum_line, share_line, *_ = table.derive(ShareCell(0, 0), 4).lines
    counts, part, whole, found = numbers(bin_line)
    assert counts == session.data.counts[0].max()
    assert counts * part / whole == pytest.approx(found, abs=1e-3)
    *terms, total = numbers(sum_line)
    assert sum(terms) == pytest.approx(total, abs=1e-3)
    assert total == pytest.approx(table.counts[0, 0], abs=1e-4)
    part, whole, share = numbers(share_line)
    assert part / whole == pytest.approx(share, abs=1e-4)
    assert share == pytest.approx(table.shares[0, 0], abs=1e-5)


def test_a_pixel_can_be_calculated_by_hand():
    session = stepped(2)
    table = table_of(session)
    e_line, m_line = table.derive(UpdateCell(0), 4).lines
    *terms, total = numbers(e_line)
    assert len(terms) == 6
    assert sum(terms) == pytest.approx(total, abs=1e-3)
    label = [2, 2]
    assert numbers(m_line)[: len(label)] == label
    numerator, sensitivity, value = numbers(m_line)[2:]
    assert numerator == pytest.approx(total, abs=1e-4)
    assert numerator / sensitivity == pytest.approx(value, abs=1e-3)
    assert value == pytest.approx(session.step.params.activity[5], abs=1e-4)


@pytest.mark.parametrize("beta", [0.001, 0.5])
def test_a_pixel_under_a_prior_can_be_calculated_by_hand(beta):
    session = stepped(4, model={"prior": "quadratic", "beta": beta})
    for place in range(16):
        _, balance, root = table_of(session).derive(UpdateCell(place), 6).lines
        sign = -1 if r"\lambda^2 -" in balance.formula else 1
        square, _, slope, emitted, _ = numbers(balance)
        value = session.step.params.activity[outwards(4)[place]]
        assert square * value**2 + sign * slope * value - emitted == pytest.approx(
            0, abs=0.02 * max(1, value)
        )
        assert numbers(root)[-1] == pytest.approx(value, abs=1e-6)
        assert "root" in root.words


def test_totals_and_counts_end_in_the_brightest_pixel_of_their_region():
    session = stepped(2)
    table = table_of(session)
    for region in range(3):
        total, e_line, m_line = table.derive(TotalCell(region), 2).lines
        assert numbers(total)[-1] == pytest.approx(table.totals[region], abs=0.01)
        assert table.completions[region].text[2:-1] in e_line.words
        assert m_line.formula.startswith("λ")
        assert table.derive(CountCell(1, region), 2).lines[-1] == m_line


def test_an_angle_without_counts_says_so():
    counts = np.full((3, 7), 4.0)
    counts[:, [0, 6]] = counts[1] = 0
    data = SMALL.parse(sinogram(counts))
    at = engine.advance(SMALL, data, engine.start(SMALL, data, drawn(data)))
    table = SMALL.count_table(data, Round(at, Phase.E), np.arange(3))
    line, *_ = table.derive(ShareCell(1, 1), 3).lines
    assert line.words.startswith("There are no counts at this angle")
    part, whole, share = numbers(line)
    assert part / whole == pytest.approx(share, abs=1e-3)
    assert table.counts[1].tolist() == [0, 0, 0]


# -- pictures ------------------------------------------------------------------------------------------------


def views_of(session):
    return {view.title: view for view in desk.views(session)}


def test_the_image_stands_beside_the_truth():
    session = stepped(60, "phantom")
    image = views_of(session)["Image"]
    assert isinstance(image, Image)
    found, truth = image.plates
    assert (found.name, truth.name) == ("λ(30)", "truth")
    np.testing.assert_array_equal(found.values.ravel(), session.step.params.activity)
    assert found.high == truth.high == session.truth.activity.max()
    assert image.note == "Error against the truth (RMSE): 25.9."
    assert truth.values[1, 15] > 0 == truth.values[0, 15]  # the top of the head is up


def test_without_the_truth_the_image_stands_alone():
    session = replace(stepped(3), truth=None)
    views = views_of(session)
    assert [plate.name for plate in views["Image"].plates] == ["λ(1)"]
    assert "Error" not in views
    assert [curve.name for curve in views["Profile"].curves] == ["λ"]


def test_the_sinogram_stands_beside_its_fit():
    session = stepped(4)
    session = desk.show(session, replace(session.display, row=2))
    view = views_of(session)["Sinogram"]
    counts, fit, residual = (plate.values for plate in view.plates)
    np.testing.assert_array_equal(counts, session.data.counts)
    np.testing.assert_allclose(fit, session.data.projector.project(session.step.params.activity))
    seen = fit > 0
    np.testing.assert_allclose(residual[seen], ((counts - fit) / np.sqrt(np.where(seen, fit, 1)))[seen])
    assert view.rows[:3] == ("0°", "30°", "60°")
    assert (view.row, view.choosable) == (2, True)


def test_the_error_has_its_best_marked():
    early, late = (views_of(stepped(halves, "phantom"))["Error"] for halves in (20, 80))
    assert isinstance(early, Curves)
    assert [dot.kind for dot in early.dots] == ["here"]
    here, best = late.dots
    assert (here.x, best.x, best.kind) == (40, 30, "optimum")
    assert best.y == late.curves[0].ys.min() == pytest.approx(25.9331108181, rel=1e-9)
    assert late.curves[0].xs[[0, -1]].tolist() == [0, 40]
    assert "gets worse" in late.note


def test_a_path_that_is_cut_ends_where_it_stands():
    session = stepped(20)
    path = tuple(step.params for step in engine.iterations_of(session.trace))[-4:]
    view = {
        each.title: each
        for each in session.model.views(session.data, session.round, Look(path=path, truth=session.truth))
    }["Error"]
    assert view.curves[0].xs.tolist() == [7, 8, 9, 10]


def test_of_a_selection_of_images_the_best_is_near_one_of_them():
    session = stepped(80, "phantom")
    every = [step.params for step in engine.iterations_of(session.trace)]
    for times, label, note in (
        ((0, 29, 30, 31, 40), "best at 30: 25.9", "best after 30 iterations"),
        ((0, 10, 30, 31, 40), "best near 30: 25.9", "best after about 30 iterations"),
    ):
        look = Look(path=tuple(every[t] for t in times), truth=session.truth, times=times)
        views = session.model.views(session.data, session.round, look)
        view = next(each for each in views if each.title == "Error")
        assert tuple(view.curves[0].xs) == times
        assert view.dots[1].label == label
        assert note in view.note


def test_profile_and_angle():
    session = stepped(2)
    profile, angle = (views_of(session)[title] for title in ("Profile", "Angle"))
    assert profile.note == "The pixels of row 3 of the image."
    np.testing.assert_array_equal(profile.curves[0].ys, session.step.params.activity[8:12])
    assert isinstance(angle, Histogram)
    np.testing.assert_array_equal(angle.heights[:, 0], session.data.counts[0])
    assert len(angle.edges) == 8
    session = desk.show(session, replace(session.display, row=4))
    assert "120°" in views_of(session)["Angle"].note


def test_the_image_leads_and_the_bars_of_coins_do_not():
    assert leads(Tomography())
    assert not leads(Coins())


def test_a_pixel_of_the_image_leads_to_its_own_line_and_to_the_region_it_lies_in():
    session = stepped(2)
    table = table_of(session)
    view = views_of(session)["Image"]
    for row, column in ((0, 0), (1, 2), (3, 1)):
        line = table.updates[int(view.lines[row, column])]
        assert line.label == f"λ_{row + 1},{column + 1}"
        assert line.component == view.groups[row, column]
