import codecs
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emviz.data.dialect import DELIMITERS, SAMPLE_BYTES, Dialect, sniff
from emviz.data.table import DataError

PLAIN = "heads,tails\n5,5\n9,1\n"


def outcome(content):
    try:
        return sniff(content).delimiter
    except DataError as error:
        return error.message


class TestDialect:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"delimiter": ":"}, "expected a comma, semicolon, tab or bar between cells, got ':'"),
            ({"delimiter": ""}, "got ''"),
            ({"decimal": "'"}, "expected a point or a comma as decimal mark"),
            ({"skip": -1}, "at least 0, got -1"),
        ],
    )
    def test_refuses(self, change, words):
        with pytest.raises(DataError, match=words):
            replace(Dialect(), **change)


class TestEncoding:
    @pytest.mark.parametrize(
        ("content", "encoding"),
        [
            (PLAIN.encode(), "utf-8"),
            ("größe,a\n1,2\n".encode(), "utf-8"),
            (codecs.BOM_UTF8 + PLAIN.encode(), "utf-8-sig"),
            (PLAIN.encode("utf-16"), "utf-16"),
            (codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"), "utf-16"),
            (PLAIN.encode("utf-16-le"), "utf-16-le"),
            (PLAIN.encode("utf-16-be"), "utf-16-be"),
            ("größe,a\n1,2\n".encode("cp1252"), "cp1252"),
        ],
    )
    def test_told_from_the_bytes(self, content, encoding):
        dialect = sniff(content)
        assert (dialect.encoding, dialect.guessed_encoding) == (encoding, encoding == "cp1252")
        assert (dialect.delimiter, dialect.header) == (",", True)

    def test_a_late_letter_counts(self, tmp_path):
        path = tmp_path / "late.csv"
        path.write_bytes(b"a,b\n" + b"1,2\n" * SAMPLE_BYTES + b"\xe4,1\n")
        assert sniff(path).encoding == "cp1252"
        assert sniff(str(path)).delimiter == ","

    def test_a_letter_cut_off_is_no_utf8(self):
        assert sniff("a,ä".encode()[:-1]).encoding == "cp1252"

    @pytest.mark.parametrize("content", [b"\0", b"\0\0\0\0", b"\x7fELF\0\0\0\x01\0abcdefg"])
    def test_binary(self, content):
        with pytest.raises(DataError, match="this is a binary file"):
            sniff(content)

    def test_empty(self):
        with pytest.raises(DataError, match="the file is empty"):
            sniff(b"")

    def test_file_errors_name_the_file(self, tmp_path):
        with pytest.raises(DataError, match=r"^no\.csv: there is no such file$"):
            sniff(tmp_path / "no.csv")

    @given(st.binary(min_size=1))
    def test_any_bytes(self, content):
        assert outcome(content) in (*DELIMITERS, "this is a binary file, not a table")


class TestDelimiter:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_plain(self, delimiter):
        assert sniff(PLAIN.replace(",", delimiter).encode()).delimiter == delimiter

    @pytest.mark.parametrize(
        ("text", "delimiter"),
        [
            ("a\n1\n2\n", ","),
            ("HTHT\nHHHT\n", ","),
            ("# nothing\n", ","),
            ("1,5;2,5\n3,5;4,5\n", ";"),
            ('name,note\na,"x;y;z"\nb,"u;v;w"\n', ","),
            ("Smith, John;Doe, Jane\nRoe, Ann;Poe, Ed\n", ";"),
            ("a;b\n1;2\n3\n4;5\n", ";"),
            ('a,b\n"1,5","2,5"\n', ","),
        ],
    )
    def test_scored(self, text, delimiter):
        assert sniff(text.encode()).delimiter == delimiter

    def test_a_last_line_cut_by_the_sample_is_left_out(self):
        line = b"1;" + b"2" * (SAMPLE_BYTES - 100) + b"\n"
        assert sniff(line + b"1,2,3,4,5\n" * 100).delimiter == ","
        assert sniff(b"1;2\n3," + b"4" * SAMPLE_BYTES).delimiter == ";"

    def test_too_wide_for_one_delimiter(self):
        prose = "," * 20_000
        assert sniff(f"a;b\n{prose};1\n".encode()).delimiter == ";"


class TestDecimal:
    @pytest.mark.parametrize(
        ("text", "decimal"),
        [
            ("a;b\n1,5;2\n", ","),
            ("a\tb\n-1,5e3\t2\n", ","),
            ("a;b\n1.5;2\n", "."),
            ("a;b\n1.5;x, y\n", "."),
            ("a;b\n1.5;2.5\n3.5;4,5\n", "."),
            ("a,b\n1,5\n", "."),
        ],
    )
    def test_decimal(self, text, decimal):
        assert sniff(text.encode()).decimal == decimal


class TestHeader:
    @pytest.mark.parametrize(
        ("text", "header"),
        [
            (PLAIN, True),
            ("5,5\n9,1\n", False),
            ("HTHT\nHHTT\n", False),
            ("HTHT\n", False),
            ("tosses\nHHTT\n", True),
            ("A,HTHT\nB,HHTT\nC\n", False),
            ("H,T\n5,5\n", True),
            ("coin,tosses\nA,HTHT\n", True),
            ("name,colour\nbob,red\n", True),
            (",heads\na,1\n", True),
            ("1,5;x\n2,5;y\n", False),
            ("heads,tails\n", True),
            ("# only a comment\n", False),
        ],
    )
    def test_header(self, text, header):
        assert sniff(text.encode()).header is header


class TestTitle:
    @pytest.mark.parametrize(
        ("text", "skip"),
        [
            (PLAIN, 0),
            (f"Coin tosses\n{PLAIN}", 1),
            (f"Coin tosses\n\n{PLAIN}", 1),
            (f"# comment\nCoin tosses\nby Do\n{PLAIN}", 3),
            (f'"Coin\ntosses"\n{PLAIN}', 2),
            ("Results, May\na;b\n1;2\n", 1),
            ("Coin tosses,,\na,b,c\n1,2,3\n", 1),
            ("a,\n1,2\n3,4\n", 0),
            ("a,,\nb,,\n", 0),
            (",,\na,b,c\n", 0),
            ("title\n1\n2\n", 0),
        ],
    )
    def test_title(self, text, skip):
        assert sniff(text.encode()).skip == skip
