"""Count tables on paper: no word broken, no number cut, no letter too small, on all sheets the same."""

import pytest

import emviz
from emviz import session as desk
from emviz.api.fitting import attempted
from emviz.em.work import finished
from emviz.handouts import handout
from emviz.models import model_named
from emviz.pages import kept, recording
from emviz.ui.exporting.handout.markup import shortened, table
from emviz.ui.exporting.handout.press import Press
from emviz.ui.exporting.handout.typesetting import SCALES, typeset, typeset_table

#: Room for a table on A4.
WIDTH, HEIGHT = 436, 285


def sheets_of(key):
    session = attempted(desk.example_session(key), 1, 0.0)
    record = finished(recording(session))
    press = Press("", "A4")
    try:
        return finished(press.fitted(lambda **named: handout(record, kept(session), **named)))[0]
    finally:
        press.close()


@pytest.mark.parametrize("key", ["coins", "network", "motif", "profile", "normal"])
def test_a_table_is_legible_and_as_large_on_every_sheet(qapp, key):
    sheets = sheets_of(key)
    assert len({(len(sheet.rows), len(sheet.columns)) for sheet in sheets}) == 1
    assert len(sheets[0].rows) >= 5
    for sheet in sheets:
        part, text, scale = typeset_table(sheet, WIDTH, HEIGHT)
        assert part == sheet
        assert scale in SCALES
        assert text.size().width() * scale <= WIDTH + 1
        assert text.size().height() * scale <= HEIGHT


def test_the_table_of_the_coins_is_whole_and_not_small(qapp):
    sheet = sheets_of("coins")[1]
    assert (len(sheet.rows), len(sheet.columns), sheet.remark) == (5, 4, "")
    assert typeset_table(sheet, WIDTH, HEIGHT)[2] >= 0.9


def test_a_sequence_longer_than_a_line_goes_on_below_it(qapp):
    data = emviz.Table.from_columns({"tosses": ["HT" * 60, "HHT" * 30, "T" * 100]})
    session = attempted(desk.new_session(model_named("coins"), data, "long"), 1, 0.0)
    part, text, scale = typeset_table(handout(finished(recording(session)), (0, 1, 2))[0][1], WIDTH, HEIGHT)
    assert (len(part.rows), len(part.columns)) == (3, 4)
    assert text.size().width() * scale <= WIDTH + 1


def test_words_are_not_broken_where_a_table_is_too_narrow(qapp):
    sheet = sheets_of("network")[1]
    assert typeset(table(sheet), 50).size().width() > 200
    part, _, scale = typeset_table(sheet, 50, 20)
    assert (len(part.rows), len(part.columns), scale) == (1, 1, SCALES[-1])
    assert part.rows[0][0] == "167"


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ("≈ 2.2 H, 2.2 T", "≈ 2.2 H, 2.2 T"),
        (
            "≈ 10.5 AU, 14.4 UA, 19.1 CG, 1.9 GC, 5.8 GU, 2.0 UG",
            "≈ 10.5 AU, 14.4 UA, 19.1 CG, 1.9 GC, 5.8 GU, …",
        ),
        ("x" * 60, "x" * 60),
        (f"{'x' * 60}, y", f"{'x' * 60}, …"),
    ],
)
def test_of_a_long_cell_whole_items_are_printed(cell, printed):
    assert shortened(cell) == printed


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("≈ 0.5 no, 0.5 yes", "≈~0.5~no, 0.5~yes"),
        ("≈ 0.2 points, 0.8 Σ eruptions", "≈~0.2~points, 0.8~Σ~eruptions"),
        ("≈ 6: 0.3", "≈~6:~0.3"),
        ("start 62 0.92, start 6 0.08", "start~62~0.92, start~6~0.08"),
        ("K M 1.00 I 0.00 D 0.00", "K M~1.00 I~0.00 D~0.00"),
        ("day14 ≈ 221.5 ± 42.0", "day14~≈~221.5~±~42.0"),
    ],
)
def test_a_number_stays_with_its_name(qapp, cell, written):
    sheet = sheets_of("coins")[1]
    column = type(sheet.columns[0])("coin A", 0, (cell,), "")
    html = table(type(sheet)(**{**vars(sheet), "rows": (("1", "HH"),), "columns": (column,)}))
    assert written.replace("~", "\N{NO-BREAK SPACE}") in html
