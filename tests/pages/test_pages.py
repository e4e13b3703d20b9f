"""The page of a run: the record in it is that of the run, and all that comes from a file is only text."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from standing import stand_for

import emviz
from emviz import session as desk
from emviz.api.fitting import attempted
from emviz.data.table import Table
from emviz.em.counts.table import Entry, ShareCell, TotalCell
from emviz.em.methods import method_named
from emviz.em.rounding import decimal
from emviz.models import discover, model_named
from emviz.pages import Picture, kept, kept_words, page_of
from emviz.pages.assembling import assembled
from emviz.pages.plots import above, ticks
from emviz.ui.look.theme import DARK, LIGHT

CSP = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def record_of(page):
    return json.loads(re.search(r'id="run">(.*?)</script>', page, re.DOTALL)[1])


def run_of(key="coins", iterations=2, **changes):
    return desk.seek(attempted(replace(desk.example_session(key), **changes), iterations, 0.0), 0)


def test_each_number_is_that_of_the_run():
    session = run_of()
    record = record_of(page_of(session))
    assert [half["objective"] for half in record["halves"]] == [
        step.expectation.objective for step in session.trace
    ]
    counted = record["tables"][record["halves"][1]["table"]]
    shares = session.model.posterior(session.data, session.start, np.arange(5))
    texts = [[record["texts"][cell[0]] for cell in column["cells"]] for column in counted["columns"]]
    assert texts[0] == [decimal(share, 2) for share in shares[:, 0]]
    assert [column["total"] for column in counted["columns"]][2:] == ["≈ 21.3 H, 8.6 T", "≈ 11.7 H, 8.4 T"]
    assert [line["text"] for line in record["halves"][2]["lines"]] == [
        "θ_A^(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71",
        "θ_B^(1) ≈ 11.7 / (11.7 + 8.4) ≈ 0.58",
    ]
    assert record["halves"][2]["lines"][0]["was"] == "was 0.60"
    assert "touches log P at θ(0)" in record["halves"][2]["story"]


def test_a_number_says_where_it_comes_from():
    session = run_of()
    record = record_of(page_of(session))
    columns = record["tables"][record["halves"][1]["table"]]["columns"]
    at = session.moved(cursor=1)
    table = session.model.count_table(session.data, at.round, np.arange(5))
    for why, cell in ((columns[0]["cells"][3][1], ShareCell(3, 0)), (columns[3]["why"], TotalCell(1))):
        told = record["derivations"][why]
        derived = table.derive(cell, 1)
        assert told["title"] == derived.title
        assert [record["texts"][line[0]] for line in told["lines"]] == [
            each.formula for each in derived.lines
        ]


def test_before_the_e_step_nothing_is_counted():
    first = record_of(page_of(run_of()))
    table = first["tables"][first["halves"][0]["table"]]
    assert not any(column["cells"] or column["total"] for column in table["columns"])
    assert not first["halves"][0]["lines"]
    assert 'class="bound"' not in first["plots"][first["halves"][0]["bound"]]


@pytest.mark.thorough
@pytest.mark.parametrize("key", stand_for([model.key for model in discover()], ["coins", "hmm", "network"]))
def test_an_m_step_has_the_table_of_its_e_step(key):
    """The page derives the numbers of both once."""
    session = run_of(key, 1)
    rows = np.arange(min(3, session.table.rows))
    after_e, after_m = (
        session.model.count_table(session.data, session.moved(cursor=at).round, rows) for at in (1, 2)
    )
    for cell in (ShareCell(0, 0), TotalCell(0)):
        assert after_e.derive(cell, 1) == after_m.derive(cell, 1)
    assert len(record_of(page_of(session))["halves"]) == 3


@pytest.mark.parametrize("method", ["hard", "newton"])
def test_other_methods_have_a_page(method):
    session = desk.set_method(desk.example_session(), method_named(method))
    record = record_of(page_of(attempted(session, 2, 0.0)))
    drawn = record["plots"][record["halves"][-1]["bound"]]
    assert ('class="bound"' in drawn) == (method == "hard")
    assert record["halves"][-1]["name"] == ("M-step 2 of 2" if method == "hard" else "Step 2 of 2")


def test_the_bound_is_drawn_along_the_entry_that_is_asked_for():
    session = run_of(iterations=1)
    session = desk.show(session, replace(session.display, slice=Entry("heads", (0,))))
    record = record_of(page_of(session))
    drawn = record["plots"][record["halves"][1]["bound"]]
    assert "θA, all else held" in re.sub(r"<[^>]+>|&#8203;", "", drawn)
    assert "its maximum along θ_A is at θ_A = " in record["halves"][2]["story"]


def test_a_run_that_has_ended_says_where():
    session = attempted(desk.example_session(), 1000, 1e-6)
    record = record_of(page_of(session))
    assert "This is a maximum, perhaps a local one." in record["halves"][-1]["say"]
    # The page opens at the half-step on display.
    assert record["at"] == len(record["halves"]) - 1


def test_hostile_cells_are_text():
    evil = "</script><script>alert(1)</script><!-- \u2028 &amp; {{run}}"
    table = Table.from_columns({"tosses": ["HHT", "HTT"]})
    session = desk.new_session(model_named("coins"), table, evil)
    session = attempted(replace(session, memo=evil, notes=(evil,)), 1, 0.0)
    page = page_of(session)
    assert page.count("<script") == page.count("</script>") == 2
    assert "<!--" not in page
    record = record_of(page)
    assert evil in record["title"]
    assert ["Notes", evil] in record["setting"]


def test_the_page_asks_nothing_of_a_network():
    page = page_of(run_of(iterations=1), {0: Picture(b"png", "png", "Landscape", "what is seen")})
    assert f'http-equiv="Content-Security-Policy" content="{CSP}"' in page
    assert set(re.findall(r"https?://[^\"' ]+", page)) == {"http://www.w3.org/1998/Math/MathML"}
    record = record_of(page)
    assert record["images"] == ["data:image/png;base64,cG5n"]
    assert record["halves"][0]["picture"] == [0, "Landscape", "what is seen", None]
    assert record["halves"][1]["picture"] is None


def test_a_long_run_is_thinned_and_says_so():
    session = desk.seek(attempted(desk.example_session(), 300, 0.0), 401)
    places = kept(session, 12)
    assert places[:3] == (0, 1, 2)
    assert places[-1] == 600
    assert {401, 402} <= set(places)
    assert len(places) <= 1 + 2 * 13
    words = kept_words(session, 12)
    assert words.startswith("Of 300 iterations this page has ")
    assert "1 to 7, " in words
    assert kept_words(run_of()) == ""
    assert kept(run_of()) == (0, 1, 2, 3, 4)


def test_many_rows_are_cut_and_it_says_so():
    table = Table.from_columns({"tosses": ["HHT", "HTT"] * 40})
    session = desk.new_session(model_named("coins"), table, "many")
    session = replace(session, display=replace(session.display, row=70))
    record = record_of(page_of(attempted(session, 1, 0.0)))
    assert record["tables"][0]["rows"] == [*range(1, 40), 71]
    assert "The table has 40 of 80 sets; totals are over all of them." in record["shown"]
    assert "Numbers of the first 6 rows, of row 71, and totals have derivations." in record["shown"]


def test_the_row_that_the_first_sentence_names_is_on_the_page():
    record = record_of(page_of(run_of("network", 1)))
    assert "Most divided: patient 167" in record["halves"][1]["say"]
    assert record["tables"][1]["rows"][-1] == 167
    assert record["tables"][1]["columns"][0]["cells"][-1][1] >= 0
    assert record["row"] == 166


def test_many_columns_and_lines_are_cut_and_it_says_so():
    record = record_of(page_of(run_of("profile", 1)))
    assert re.search(r"Of \d+ columns it has the first 30\.", record["shown"])
    assert re.search(
        r"Of [\d,]+ lines of the M-step the page has the 12 that changed most\.", record["shown"]
    )


def test_labels_are_shown_where_they_are_revealed():
    session = run_of(iterations=1)
    assert record_of(page_of(session))["tables"][0]["labels"] == []
    shown = desk.show(session, replace(session.display, revealed=True))
    assert record_of(page_of(shown))["tables"][0]["labels"][0] == ["B", 1]


def test_the_setting_is_told():
    session = desk.set_limits(desk.draw_start(desk.example_session(), 7), 1e-6, 50, "theta")
    told = dict(record_of(page_of(attempted(session, 2, 0.0)))["setting"])
    assert told["Model"] == "Coins"
    assert told["θ(0)"].endswith("drawn with seed 7")
    assert told["Stops"] == "after 2 iterations at the latest"
    told = dict(record_of(page_of(desk.set_limits(session, 1e-6, 50, "theta")))["setting"])
    assert told["Stops"] == "when a step of θ is at most 1e-06; after 50 iterations at the latest"
    told = dict(record_of(page_of(desk.set_limits(session, 1e-6, 50, "gain")))["setting"])
    assert told["Stops"] == "when a gain is at most 1e-06 of |log P|; after 50 iterations at the latest"


def test_its_colours_are_those_of_the_window():
    style = assembled("run", {"title": ""}).partition("</style>")[0]
    light, dark = style.split("prefers-color-scheme: dark")
    for part, theme in ((light, LIGHT), (dark, DARK)):
        told = dict(re.findall(r"--([\w-]+): (#\w+)", part))
        assert told == {
            name: value
            for name, value in {
                **{name.replace("_", "-"): value for name, value in vars(theme).items()},
                **{f"c{k}": value for k, value in enumerate(theme.components)},
            }.items()
            if name in told
        }
        assert len(told) >= 22


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.0, 1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-34.2, -31.1, ["−34", "−33", "−32"]),
        (0.0, 40.0, ["0", "10", "20", "30", "40"]),
    ],
)
def test_numbers_along_an_axis_are_round(low, high, texts):
    assert [text for _, text in ticks(low, high)] == texts


def test_numbers_without_room_are_told_above_where_the_bound_touches():
    # By hand: steps of 2e-7 from −31.5702, and of 0.5 from −11612.7.
    found, unit = above(-31.57020035, -31.57019955, -31.5702)
    assert ([text for _, text in found], unit) == (["−2", "0", "2", "4"], "10⁻⁷ nats")
    assert found[0][0] == pytest.approx(-31.5702002, abs=1e-12)
    assert above(-11614.0, -11612.0, -11612.7)[1] == "nats"
    told = page_of(run_of(iterations=11))
    assert "nats above log P at θ(10)" in told
    assert "−31.5702002" not in told


# -- in a notebook -------------------------------------------------------------------------------------------


def test_a_fit_shows_itself_in_a_frame():
    fit = emviz.fit("coins", iterations=2, tol=0, start={"heads": [0.6, 0.5]})
    shown = fit._repr_html_()
    assert shown.startswith('<iframe srcdoc="&lt;!DOCTYPE html&gt;')
    assert 'sandbox="allow-scripts"' in shown
    # Nothing of the page stands outside the frame, where its styles and names would meet those of others.
    assert shown.count("<") == 2
    assert record_of(fit.page())["at"] == 0
    assert "Session(" not in repr(fit)


def test_a_fit_is_columns_for_a_data_frame():
    fit = emviz.fit("coins", iterations=2, tol=0, start={"heads": [0.6, 0.5]})
    assert list(fit.columns()) == ["t", "weight_1", "weight_2", "heads_1", "heads_2", "objective"]
    assert fit.columns()["t"] == [0, 1, 2]
    assert fit.columns()["objective"] == fit.objectives


def test_a_window_is_opened_on_a_fit(monkeypatch):
    started, fit = [], emviz.fit("coins", iterations=2, tol=0)
    monkeypatch.setattr("emviz.machine.preflight.problem", lambda: None)
    monkeypatch.setattr("emviz.api.opening.Window", lambda command, **how: started.append((command, how)))
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    emviz.open_window(fit)
    ((command, how),) = started
    assert command[1:4] == ["-P", "-m", "emviz"]
    assert json.loads(Path(command[4]).read_text(encoding="utf-8"))["runs"][0]["steps"] == 4
    assert how["env"]["EMVIZ_HANDED"] == command[4]
    # A notebook that is interrupted or ends does so with all processes of its session.
    assert how["start_new_session"]
    assert how["env"]["PYTHONPATH"] == os.pathsep.join([str(Path(emviz.__file__).parents[1]), "elsewhere"])
    monkeypatch.setattr("emviz.machine.preflight.problem", lambda: "no display")
    with pytest.raises(RuntimeError, match="no display; in a notebook a trace shows itself"):
        emviz.open_window(fit)
    with pytest.raises(TypeError, match=r"expected what emviz\.fit returned, got a int"):
        emviz.open_window(3)
