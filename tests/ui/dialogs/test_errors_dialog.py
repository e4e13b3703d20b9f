"""Standard errors in the window: worked out in the background, shown, saved, given up."""

import csv
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from emviz import session as desk
from emviz.api.fitting import attempted
from emviz.em.counts.table import Entry
from emviz.em.uncertainty.certainty import Errors
from emviz.session import Request
from emviz.ui.uncertainty import errors_dialog, profile_view


@pytest.fixture(scope="module")
def converged():
    return attempted(desk.example_session(), 1000, 1e-12)


@pytest.fixture
def window(window_with, converged):
    return window_with(converged)


def errors_of(window):
    """Who works them out, once they have been asked for."""
    return window.findChild(errors_dialog.StandardErrors)


def asked(window, qtbot):
    """The dialog, as soon as it has an answer."""
    window.commands["errors"].trigger()
    dialog = window.findChild(errors_dialog.ErrorsDialog)
    qtbot.waitUntil(lambda: dialog.words.isVisible())
    return dialog


def closed(dialog, qtbot):
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()


def texts(table):
    model = table.model()
    across = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
    rows = [
        [
            model.headerData(row, Qt.Orientation.Vertical),
            *(model.index(row, column).data() for column in range(len(across))),
        ]
        for row in range(model.rowCount())
    ]
    return across, rows


@pytest.mark.thorough
def test_it_stands_below_the_tools_of_every_model(window, qtbot):
    assert plain(window.menus.tools) == ["Many starts…", "Standard errors of θ…"]
    window.driver.edit(partial(desk.open_example, model="haplotype"))
    qtbot.waitUntil(lambda: window.store.session.model.key == "haplotype")
    entries = window.menus.tools.actions()
    assert plain(window.menus.tools) == ["LD test…", "", "Many starts…", "Standard errors of θ…"]
    assert entries[1].isSeparator()
    assert window.menus.tools.isEnabled()
    window.driver.edit(partial(desk.open_example, model="coins"))
    qtbot.waitUntil(lambda: window.store.session.model.key == "coins")
    assert plain(window.menus.tools) == ["Many starts…", "Standard errors of θ…"]


def plain(menu):
    """Return the entries of a menu without the signs of their keys."""
    return [action.text().replace("&", "") for action in menu.actions()]


def test_the_errors_of_the_coins(window, qtbot, tmp_path, monkeypatch):
    window.menus.tools.actions()[-1].trigger()
    dialog = window.findChild(errors_dialog.ErrorsDialog)
    qtbot.waitUntil(lambda: dialog.words.isVisible())
    head, rows = texts(dialog.table)
    assert head == ["estimate", "se", "95 % from", "to", "se, counts at face value", "lost"]
    assert rows == [
        ["θ_A", "0.7968", "0.1015", "0.5344", "0.9305", "0.0800", "37.9 %"],
        ["θ_B", "0.5196", "0.1308", "0.2792", "0.7512", "0.1006", "40.8 %"],
    ]
    assert "leaves 0.4097 of the error" in dialog.words.text()
    assert "θ<sub>B</sub> up" in dialog.words.text()
    assert dialog.heading.text() == "Coins: Do & Batzoglou 2008, Figure 1, at θ(16)"
    # The panel measures the same.
    measured = dialog.errors.measured
    assert measured[0] == 16
    assert window.log_likelihood.hint.text() == f"this step of θ: {measured[1]:.3f} of the one before"
    assert dialog.bar.isHidden()
    assert errors_of(window).busy is None
    assert window.workshop.busy is None

    # The headings say what they mean.
    model = dialog.table.model()
    tips = [
        model.headerData(place, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) for place in range(6)
    ]
    assert tips[-1] == "The share of the information that was lost by not seeing z"
    assert model.headerData(0, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole) == "θ_A"
    assert model.headerData(0, Qt.Orientation.Vertical, Qt.ItemDataRole.DecorationRole) is None
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is None

    # They are saved as CSV.
    path = tmp_path / "errors.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *more: (str(path), ""))
    with qtbot.waitSignal(window.exporter.saved):
        dialog.save.click()
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert [row["parameter"] for row in rows] == ["θ_A", "θ_B"]
    assert float(rows[0]["se"]) == pytest.approx(0.1014992, abs=1e-6)

    # A short table is as high as its rows, and a long one scrolls.
    assert dialog.table.verticalScrollBar().maximum() == 0
    assert dialog.table.horizontalScrollBar().maximum() == 0
    short = dialog.table.height()
    (one, _) = dialog.errors.entries
    dialog.show_errors(Errors(0.95, (one,) * 30))
    qtbot.waitUntil(lambda: dialog.table.verticalScrollBar().maximum() > 0)
    assert dialog.table.height() > short
    dialog.leave.click()
    assert errors_of(window)._dialog is None


def test_the_step_on_display_is_asked_about_work_ends_with_the_dialog_and_what_goes_wrong_is_said(
    window, qtbot, monkeypatch
):
    def failing(session, cursor):
        yield 0.1
        raise ZeroDivisionError("the model has divided by 0")

    def endless(session, cursor):
        asked_at.append(cursor)
        while True:
            yield 0.5

    asked_at = []
    window.driver.first()
    dialog = asked(window, qtbot)
    assert dialog.words.text() == "<p>No standard errors: θ is not at a maximum of log P yet: run on.</p>"
    assert dialog.heading.text().endswith("at θ(0)")
    assert dialog.table.isHidden()
    assert dialog.save.isHidden()
    assert dialog.leave.text().replace("&", "") == "Close"
    closed(dialog, qtbot)

    monkeypatch.setattr(errors_dialog, "errors_at", failing)
    dialog = asked(window, qtbot)
    assert "the model has divided by 0" in dialog.words.text()
    assert dialog.table.isHidden()
    closed(dialog, qtbot)

    monkeypatch.setattr(errors_dialog, "errors_at", endless)
    window.commands["errors"].trigger()
    errors_of(window)._patience.start(0)
    dialog = window.findChild(errors_dialog.ErrorsDialog)
    qtbot.waitUntil(lambda: dialog.bar.isVisible() and dialog.bar.value() == 500)
    assert errors_of(window).busy == "Standard errors"
    assert dialog.leave.text().replace("&", "") == "Cancel"
    dialog.leave.click()
    assert errors_of(window).busy is None
    assert asked_at == [window.store.session.cursor]
    # The worker is free for what comes next.
    window.driver.edit(Request(partial(desk.set_start, values={"heads": [0.7, 0.4]}), desk.same_model))
    qtbot.waitUntil(lambda: window.store.session.start.heads.tolist() == [0.7, 0.4])


@pytest.mark.thorough
def test_a_parameter_is_chosen_by_name_and_its_profile_is_drawn_and_given_up_with_the_dialog(
    window, qtbot, tmp_path, monkeypatch
):
    def failing(session, cursor, entry, level):
        yield 0.1
        raise ZeroDivisionError("the model has divided by 0")

    def endless(session, cursor, entry, level):
        while True:
            yield 0.5

    dialog = asked(window, qtbot)
    assert dialog.picture.isHidden()
    view = dialog.profile
    names = [view.choice.itemText(place) for place in range(view.choice.count())]
    assert names == ["choose a parameter", "θ A", "θ B"]
    assert view.plot.isHidden()
    view.choice.activated.emit(1)
    qtbot.waitUntil(lambda: view.plot.isVisible())
    assert view.bar.isHidden()
    assert view.words.html.startswith("Profile of θ<sub>A</sub>: 95 % from 0.2518 to 0.9615,")
    curve, cut, own, wald = (line.getData() for line in view._lines)
    assert [*cut[1], *own[1]] == [pytest.approx(-31.570200236 - 1.920729410, abs=1e-6)] * 4
    assert own[0].tolist() == [pytest.approx(0.2518, abs=1e-4), pytest.approx(0.9615, abs=1e-4)]
    assert wald[0].tolist() == [pytest.approx(0.5344, abs=1e-4), pytest.approx(0.9305, abs=1e-4)]
    assert curve[1].max() == pytest.approx(-31.570200236, abs=1e-8)
    qtbot.waitUntil(lambda: view.plot.geometry().bottom() < view.words.geometry().top())
    assert view.words.height() >= view.words.heightForWidth(view.words.width())
    assert dialog.height() <= 720
    path = tmp_path / "profile.png"
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: path.with_name(suggestion))
    assert dialog.picture.isVisible()
    with qtbot.waitSignal(window.exporter.saved):
        dialog.picture.click()
    assert not QImage(str(path)).isNull()

    # The profile along the slice, which the panel of the bound draws, is other work.
    window.show_display({"slice": Entry("heads", (0,)), "profile": True})
    qtbot.waitUntil(lambda: window.store.results.profile is not None and window.pictures.idle)
    assert view.words.html.startswith("Profile of θ<sub>A</sub>: 95 %")

    monkeypatch.setattr(profile_view, "profile_at", failing)
    dialog.profile.choice.activated.emit(2)
    qtbot.waitUntil(lambda: "divided by 0" in dialog.profile.words.html)
    monkeypatch.setattr(profile_view, "profile_at", endless)
    dialog.profile.choice.activated.emit(2)
    qtbot.waitUntil(lambda: dialog.profile.bar.value() == 500)
    qtbot.waitUntil(dialog.profile.bar.isVisible)
    profiles = errors_of(window)._profiles
    dialog.leave.click()
    assert profiles.busy is None
