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
            ({"delimiter": ":"}, "expected a comma, semicolon, tab, bar or blanks between cells, got ':'"),
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
        found = outcome(content)
        assert found in DELIMITERS or found.startswith("this is a")


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
            # Cut by the comma, most rows are even too, and more of their cells are numbers.
            ("min;mass\n" + "3,60;2.942,75\n1,80;2.011,50\n" * 9, ";"),
            ("mass\tn\n" + "1,003,500\t2,001\n" * 9, "\t"),
            ("name;note\n" + "1,2,x y;3,4\n" * 9, ";"),
            ("3,60;2.942,75\n1,80;2.011,50\n", ";"),
            ("a;b\n1;2\n3\n4;5\n", ";"),
            ('a,b\n"1,5","2,5"\n', ","),
            ("  1.5e+00   2\n -3.0e-01  44\n", " "),
            ("x\ty\n1 2\n3   4\n", " "),
            ("x y\n1,5 2,5\n3,5 4,5\n", " "),
            ("symbol state\nD x\nN y\n", " "),
            ("name,age\nAnn Roe,5\nBob Poe,6\n", ","),
            ("John Smith\nJane Doe\n", ","),
            ("tosses\nH T H\nT T H\n", ","),
            ("H T H\nT T\n", ","),
            # H and T alone are tosses, which made cells of the words.
            *((f"h a{sign}0.5{sign}NA\n" * 3, sign) for sign in "\t;|,"),
            ("h 1,5 2,5\nt 2,5 3,5\nh 1,0 2,0\n", " "),
            ("1 2\t3 4\n5 6\t7 8\n", " "),
            ("sbp dbp\n120 .\n. 80\n118 79\n", " "),
            ("it is\nmore or\n. or\n. or\n", ","),
            ("to be\nor .\nif .\n", ","),
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
            ("gene,0,10,20\nA,0.5,1,2\nB,1.5,0,1\n", True),
            (",0,10,20\nA,5,1,2\nB,1,0,1\n", True),
            ("gene,about,0,10,10,20\nA,x,5,1,2,3\nB,y,1,0,1,2\n", True),
            ("mark,0.5,2\nA,0.25,1.5\nB,1.5,0.25\n", False),
            ("mark,5,20\nA,0.25,1.5\nB,1.5,0.25\n", True),
            ("mark,5,20\nA,6,15\nB,7,12\n", False),
            ("gene,5,x\nA,6,y\nB,7,z\n", False),
            ("gene,20,10\nA,6,15\nB,7,12\n", False),
            ("0,1.5\n1,2.5\n2,0.5\n", False),
            ("gene,0,mean\nA,y,1\nB,z,0\n", True),
            ("0 10 20\nA 5 1 2\nB 1 0 1\n", True),
            ("FAM1 1 0 0 m 2 A A G G\nFAM2 1 0 0 m 1 A G G G\nFAM3 1 0 0 f 2 G G 0 0\n", False),
            ("A,1\n0,2\n0,1\n", False),
            ("ACGTACGT\nTTGACAAA\n", False),
            ("MKVLAAGI\nMKRRLLAG\n", False),
            ("sequence\nACGTACGT\n", True),
            ("name,sequence\nx,ACGTACGT\n", True),
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


class TestComments:
    @pytest.mark.parametrize(
        ("text", "skip", "comment"),
        [
            ("# made in May\nset,heads\na,1\n", 0, "#"),
            ("# May, by Do\nset,heads\na,1\n", 0, "#"),
            ("#id,heads\na,1\nb,2\n", 0, ""),
            ("# id,heads\na,1\nb,2\n", 0, ""),
            ("# made in May\n\n#id,heads\na,1\nb,2\n", 2, ""),
            ("#1,5\n#2,9\n", 0, ""),
            ("#N/A,79\n1.5,54\n", 0, ""),
            ("#tosses\nHTHT\n", 0, ""),
            ("# made in May\nHTHT\n", 0, "#"),
            ("#\n1,2\n", 0, "#"),
            ("# a b\n1 2\n3 4\n", 0, ""),
            ("# a b c\n1 2\n3 4\n", 0, "#"),
            ("# a b\nx y\n1 2\n3 4\n", 0, "#"),
        ],
    )
    def test_a_row_that_fits_is_none(self, text, skip, comment):
        dialect = sniff(text.encode())
        assert (dialect.skip, dialect.comment) == (skip, comment)


class TestRowNames:
    @pytest.mark.parametrize(
        ("text", "short"),
        [
            ('"x" "y"\n"1" 3.6 79\n"2" 1.8 54\n', True),
            ("x,y\n1,3.6,79\n2,1.8,54\n", True),
            ("x\ty\nann\t3.6\t79\nbob\t1.8\t54\n", True),
            ("x,y\nann,3.6,79\nann,1.8,54\n", False),
            ("x,y\n4,3.6,79\n7,1.8,54\n", False),
            ("x,y\n1,3.6,\n2,1.8,\n", False),
            ("x,y\n3.6,79\n1.8,54\n", False),
            ("x\n1,2\n", False),
            (",x,y\nA,3.6,79,600\nB,1.8,54,600\n", False),  # a blank corner: the last column has no name
        ],
    )
    def test_header_one_name_short(self, text, short):
        assert sniff(text.encode()).row_names is short


class TestBlocks:
    @pytest.mark.parametrize(
        ("text", "blocks"),
        [
            ("symbol,state\nD,x\nN,y\n\nD,y\n", True),
            ("symbol,state\n\nD,x\nN,y\n\n", False),
            ("symbol,state\n\nD,x\n\nN,y\n\nN,x\n", False),
            ("Sequence,symbol\n1,x\n1,y\n\n2,y\n", False),
            ("x,y\n1,2\n3,4\n\n5,6\n", False),
            ("1,2\n3,4\n\n5,6\n", False),
            ("# one\n\nsymbol state\nD x\nN y\n\nD y\n", True),
        ],
    )
    def test_blank_lines_between_steps(self, text, blocks):
        assert sniff(text.encode()).blocks is blocks


QPCR = [
    "Block Type,96well",
    "Chemistry,SYBR",
    "",
    "[Results]",
    "Well,Sample,CT,Tm",
    "1,a,20.5,80",
    "2,b,21.5,81",
]


@pytest.mark.parametrize("end", ["", ",,"])
def test_lines_about_the_file_are_above_the_header(end):
    text = "\n".join(line + end if line.count(",") < 3 and line else line for line in QPCR)
    found = sniff(text.encode())
    assert (found.skip, found.header, found.delimiter) == (4, True, ",")


@pytest.mark.parametrize(
    "lines",
    [
        ["1,2", "1,2,3,4", "2,3,1,2", "1,1,2,3"],  # sequences of numbers
        ["a,b", "b,a,b,b", "a,a,a,b", "b,b,b,a"],  # and of symbols
        ["a,b,c", "Well,Sample,CT,Tm", "1,a,20.5,80", "2,b,21.5,81"],
        ["x,y", "Well,Sample,CT,Tm", "1,2", "2,3", "1,a,20.5,80"],
    ],
)
def test_other_short_lines_are_not(lines):
    assert sniff("\n".join(lines).encode()).skip == 0


BELOW = "a,3.9,81,x\nb,1.8,54,y\nc,4.1,80,x\n"


@pytest.mark.parametrize(
    ("above", "skip"),
    [
        (",geyser,geyser,\n,eruptions,waiting,label\n", 1),  # as data frames are written
        ("who,geyser,,\nname,eruptions,waiting,label\n", 1),  # as merged cells are saved
        ("A field study\nwho,geyser,,\nname,eruptions,waiting,label\n", 2),
        ("g,g,h,h\nname,eruptions,waiting,label\n", 1),
        (",A,A,B\n,r1,r2,r1\n", 0),  # the lower names repeat, so that both rows are needed
        (",a,b,c\nz,eruptions,waiting,label\n", 0),
        ("w,a,,c\nz,NA,waiting,label\n", 0),
        ("w,a,,c\nz,3.1,60,label\n", 0),
        (",a,a,\n,eruptions,waiting,\n", 0),
        (",a,a,c\n", 0),
    ],
)
def test_names_of_groups_above_those_of_columns(above, skip):
    found = sniff((above + BELOW).encode())
    assert (found.skip, found.header) == (skip, True)


def test_words_below_repeated_names_are_data():
    assert sniff(b"L1,L1,L2,L2\nA,G,C,T\nA,A,C,C\nG,A,T,T\n").skip == 0
    assert sniff(f",1,1,c\n,eruptions,waiting,label\n{BELOW}".encode()).skip == 0
