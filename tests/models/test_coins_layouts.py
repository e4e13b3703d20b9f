"""Tosses as people write them: letters, words or bits, in one cell or in a column each; totals; holes."""

import pytest

from emviz.api import Assumed, fit
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.intake import Wishes, ask, take
from emviz.models.coins import Coins

PLAIN = ["HTTTH", "HHHHT", "HTHHH"]
BITS = ["10001", "11110", "10111"]


def tosses(cells, **wishes):
    """Return the tosses that the coins are given, and what was said of it."""
    table = Table.from_columns(cells)
    taken = take(Coins(), table, ask(Coins(), table, Wishes(**wishes)))
    return taken.table.texts("tosses").tolist(), taken.notes


@pytest.mark.parametrize(
    "between", ["", " ", ",", ", ", ";", "-", "|"], ids=["nothing", "blank", "comma", "comma blank", *";-|"]
)
@pytest.mark.parametrize("frame", ["{}", "[{}]", "({})"])
def test_bits_in_one_cell(between, frame):
    read, notes = tosses({"set": [1, 2, 3], "x": [frame.format(between.join(row)) for row in BITS]})
    assert read == PLAIN
    assert notes == ("the data are taken as the tosses of a set in one cell (x), 1 for heads",)


def test_bits_the_other_way_round():
    read, notes = tosses({"tosses": BITS}, layout="zeros")
    assert read == ["THHHT", "TTTTH", "THTTT"]
    assert notes[0].endswith("0 for heads")


@pytest.mark.parametrize("words", [("heads", "tails"), ("Head", "Tail"), ("h", "t"), ("'H'", "'T'")])
def test_words_in_one_cell(words):
    cells = [" ".join(words[toss == "T"] for toss in row) for row in PLAIN]
    assert tosses({"result": cells})[0] == PLAIN


@pytest.mark.parametrize(("heads", "tails"), [("H", "T"), ("1", "0"), ("heads", "tails"), (1, 0)])
def test_a_column_for_each_toss(heads, tails):
    cells = {f"toss {k + 1}": [heads if row[k] == "H" else tails for row in PLAIN] for k in range(5)}
    read, notes = tosses({"coin": list("ABA"), **cells})
    assert read == PLAIN
    assert "one column for each toss (toss 1 to toss 5)" in notes[0]


def test_tosses_and_counts_that_stand_plainly_are_left_alone():
    assert tosses({"tosses": PLAIN}) == (PLAIN, ())
    assert tosses({"tosses": ["h t", "HH"]}) == (["h t", "HH"], ())
    table = Table.from_columns({"heads": [0, 1], "tails": [1, 1]})
    assert take(Coins(), table, ask(Coins(), table, Wishes())).notes == ()


def test_a_toss_that_was_not_seen_is_left_out_of_its_set():
    cells = {"a": ["H", "T", "NA"], "b": ["H", "?", "T"], "c": ["T", "T", "T"]}
    assert tosses(cells)[0] == ["HHT", "T?T", "?TT"]
    with_holes = Coins().parse(Table.from_columns({"tosses": ["HHT", "T?T", "?TT"]}))
    without = Coins().parse(Table.from_columns({"tosses": ["HHT", "TT", "TT"]}))
    for name in ("heads", "tails", "times", "which"):
        assert getattr(with_holes, name).tolist() == getattr(without, name).tolist()


def test_a_set_of_which_nothing_was_seen_has_no_tosses():
    data = Coins().parse(Table.from_columns({"tosses": ["HT", "??"]}))
    assert (data.heads[data.which[1]], data.tails[data.which[1]]) == (0, 0)


def test_heads_and_the_number_of_tosses():
    with pytest.warns(Assumed):
        total = fit("coins", {"Heads": [5, 9, 8], "N": [10, 10, 10]}, start={"heads": [0.6, 0.5]})
    tails = fit("coins", {"heads": [5, 9, 8], "tails": [5, 1, 2]}, start={"heads": [0.6, 0.5]})
    assert total.objectives == tails.objectives


def test_more_heads_than_tosses():
    with pytest.raises(DataError, match=r"^row 2, column total: 9 heads are more than the 8 tosses$"):
        Coins().parse(Table.from_columns({"heads": [5, 9], "total": [10, 8]}))


@pytest.mark.parametrize(
    "header", ["Heads,Tails", " heads , tails ", "n_heads,n_tails", "head,tail", "successes,failures"]
)
def test_names_of_columns(tmp_path, header):
    path = tmp_path / "coins.csv"
    path.write_text(f"{header}\n5,5\n9,1\n")
    table = read_table(path)
    taken = take(Coins(), table, ask(Coins(), table, Wishes()))
    assert taken.table.numbers("heads").tolist() == [5, 9]
    assert taken.table.numbers("tails").tolist() == [5, 1]


@pytest.mark.parametrize(
    "cells", [{"a": [1], "b": [7]}, {"a": ["10", "11"]}, {"case": [0, 1], "sex": [1, 0]}, {"x": [0, 1]}]
)
def test_a_few_bits_may_be_anything(cells):
    with pytest.raises(DataError, match="a column tosses is needed"):
        fit("coins", cells)


def test_a_table_without_tosses_has_no_layout():
    with pytest.raises(DataError, match="a column tosses is needed, or heads and tails; the table has a, b"):
        fit("coins", {"a": ["x", "y"], "b": [5, 7]})


def test_what_is_read_and_what_follows():
    model = Coins()
    assert model.reads(Table.from_columns({"heads": [1], "total": [2]})) == ("heads", "total", "coin")
    assert model.derived(Table.from_columns({"tosses": ["HT?"], "heads": ["9"]})) == {"heads": ["1"]}


@pytest.mark.parametrize(
    ("heads", "tails", "said"),
    [
        ("Kopf", "Zahl", "kopf"),
        ("Zahl", "Wappen", None),
        ("TRUE", "FALSE", "true"),
        ("1", "2", "1"),
        ("No", "Yes", None),
        ("cara", "cruz", "cara"),
        ("blue", "red", "blue"),
    ],
)
def test_two_other_words_in_a_column_for_each_toss(heads, tails, said):
    cells = {f"w{k + 1}": [heads if row[k] == "H" else tails for row in PLAIN] for k in range(5)}
    read, notes = tosses(cells)
    other = [row.translate(str.maketrans("HT", "TH")) for row in PLAIN]
    assert read == (PLAIN if said else other)
    assert notes[0].endswith(f"(w1 to w5), {(said or tails).lower()} for heads")
    assert tosses(cells, layout="second")[0] == (other if said else PLAIN)


@pytest.mark.parametrize(("heads", "tails"), [("K", "Z"), ("Kopf ", "Zahl "), ("1", "2"), ("yes,", "no,")])
def test_two_other_words_in_a_cell(heads, tails):
    cells = ["".join(heads if toss == "H" else tails for toss in row) for row in PLAIN]
    read, notes = tosses({"Münze": ["A", "B", "A"], "Würfe": cells})
    assert read == PLAIN
    assert "the tosses of a set in one cell (Würfe)" in notes[0]


@pytest.mark.parametrize("cells", [{"a": ["x", "y"], "b": ["y", "x"]}, {"name": ["abab", "baba"]}])
def test_two_words_may_be_anything(cells):
    with pytest.raises(DataError, match="a column tosses is needed"):
        fit("coins", cells)


@pytest.mark.parametrize(
    ("heads", "tails", "more"), [("H", "T", ""), ("heads", "tails", ""), ("1", "0", ", 1 for heads")]
)
def test_a_row_for_each_toss(heads, tails, more):
    every = [
        (k, toss) for toss_place in range(5) for k, toss in ((k, PLAIN[k][toss_place]) for k in range(3))
    ]
    cells = {
        "set": [f"s{k}" for k, _ in every],
        "nr": [str(place) for place in range(15)],
        "coin": ["ABA"[k] for k, _ in every],
        "toss": [heads if toss == "H" else tails for _, toss in every],
    }
    table = Table.from_columns(cells)
    given = take(Coins(), table, ask(Coins(), table, Wishes()))
    assert given.table.texts("tosses").tolist() == PLAIN
    assert given.table.texts("coin").tolist() == list("ABA")
    assert given.notes[0] == (
        f"the data are taken as one toss in each row, the rows of one set together (3 sets){more}"
    )
    alone = "ones" if more else "tosses"
    assert len(tosses(cells, layout=alone)[0]) == 15


def test_tosses_without_a_set_go_with_those_above():
    table = Table.from_columns({"set": ["a", "", "b", "NA", "b"], "toss": list("HTHHT")})
    given = take(Coins(), table, ask(Coins(), table, Wishes()))
    assert given.table.texts("tosses").tolist() == ["HT", "HHT"]
    assert given.notes[0].endswith("together (2 sets), 2 rows without one go with the row above")


def test_ids_of_their_own_put_nothing_together():
    assert tosses({"id": ["a", "b", "c"], "toss": ["H", "T", "H"]})[0] == ["H", "T", "H"]


@pytest.mark.parametrize(
    ("names", "read"), [(("heads", "tosses"), ()), (("Heads", "Tosses"), ("columns read: heads from Heads",))]
)
def test_a_number_of_tosses_is_a_total(names, read):
    table = Table.from_columns(dict(zip(names, [["5", "9"], ["10", "10"]], strict=True)))
    taken = take(Coins(), table, ask(Coins(), table, Wishes()))
    assert taken.notes == ("the data are taken as heads, and the number of tosses", *read)
    assert table.names == names
    data = Coins().parse(taken.table)
    assert (data.heads.tolist(), data.tails.tolist()) == ([5, 9], [5, 1])


@pytest.mark.parametrize("cells", [["HTTTH", "HHHHT"], ["10001", "11110"], ["10", "NA"]])
def test_tosses_beside_heads_that_are_no_number_stay_tosses(cells):
    table = Table.from_columns({"heads": ["2", "4"], "tosses": cells})
    assert ask(Coins(), table, Wishes()).layout != "total"


def test_a_row_for_each_toss_in_other_words():
    cells = {
        "Spieler": list("ABAB"),
        "Wurf": ["1", "1", "2", "2"],
        "Ergebnis": ["Kopf", "Zahl", "Kopf", "Kopf"],
    }
    read, notes = tosses(cells)
    assert read == ["HH", "TH"]
    assert notes[0].endswith("one toss in each row, the rows of one Spieler together, kopf for heads")
    assert tosses(cells, layout="second")[0] == ["TT", "HT"]


def test_a_total_that_does_not_fit_heads_and_tails_is_told():
    told = "heads and tails are not the total in row 2; the total is not used"
    for total, notes in (["10", "12"], (told,)), (["10", "10"], ()), (["10", "NA"], ()), (["ten", "x"], ()):
        table = Table.from_columns({"heads": ["5", "9"], "tails": ["5", "1"], "total": total})
        given = take(Coins(), table, ask(Coins(), table, Wishes()))
        assert given.notes == notes
        assert Coins().parse(given.table).heads.tolist() == [5, 9]
