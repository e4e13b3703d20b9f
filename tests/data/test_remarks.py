"""What a file holds beside its table: lines above it, other tables, blank lines between rows."""

import pytest

from emviz.data.dialect import Dialect, sniff
from emviz.data.reader import read_table
from emviz.data.remarks import Questions, questions

STEPS = "symbol\nx\ny\n\nx\n\ny\ny\n"


@pytest.fixture
def told(tmp_path):
    def told(text, dialect=None, name="own.csv"):
        path = tmp_path / name
        path.write_text(text)
        return read_table(path, dialect).notes

    return told


def test_nothing_is_said_of_a_plain_table(told):
    assert told("a,b\n1,2\n3,4\n") == ()
    assert told("a,b\n1,2\n\n\n#,4\n") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# one\na,b\n1,2\n", "1 comment line skipped"),
        ("# one\n\n# two\na,b\n1,2\n# 3,4\n", "2 comment lines skipped"),
        ("Coins of 7b\na,b\n1,2\n3,4\n", "1 line above the table skipped"),
        ("Coins\n\nof 7b\na,b\n1,2\n3,4\n", "2 lines above the table skipped"),
        ("sep=;\na;b\n1;2\n", None),
        ("# x\nCoins\n# y\na,b\n1,2\n3,4\n", "3 lines above the table skipped"),
        (">a\nAC\n>b\nGG\n", None),
    ],
)
def test_lines_above_the_table_are_counted(told, text, words):
    assert told(text) == ((words,) if words else ())


def test_titles_and_comments_are_counted_each(told):
    above = "Coins\n# by hand\na,b\n1,2\n"
    words = "1 line above the table and 1 comment line skipped"
    assert told(above, Dialect(skip=1)) == (words,)


def test_without_comments_none_is_skipped(told):
    assert told("# a,b\n1,2\n", Dialect(comment="")) == ()


def test_blocks_between_blank_lines(told):
    assert told(STEPS) == ("3 blocks between blank lines are 3 sequences",)
    assert told(STEPS, Dialect()) == ()
    assert told("symbol\nx\n", Dialect(blocks=True)) == ("1 block between blank lines is 1 sequence",)


def test_an_alignment_among_several_is_named_where_it_was_guessed(told):
    text = "# STOCKHOLM 1.0\n#=GF AC RF1\na AC\n//\n# STOCKHOLM 1.0\n#=GF AC RF2\na G\n//\n"
    assert told(text) == ("alignment 1 of 2: RF1",)
    assert told(text, Dialect(layout="stockholm", sheet="RF2")) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n3,4\n", Questions()),
        ("a,b\nx,1,2\ny,3,4\n", Questions(row_names=True)),
        (STEPS, Questions(blocks=True)),
        ("a\n\n1\n2\n", Questions()),  # between the names and the rows it parts nothing
        (">a\nAC\n\n>b\nGG\n", Questions()),
    ],
)
def test_what_may_be_asked(tmp_path, text, expected):
    path = tmp_path / "own.csv"
    path.write_text(text)
    assert questions(path, sniff(path)) == expected
