import csv
import io
import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emviz.data import files, reader, rows
from emviz.data.column import parse_number
from emviz.data.lines import MAX_CELL
from emviz.data.reader import Dialect, paste_cells, preview, read_table, sniff
from emviz.data.table import DataError, Table
from emviz.data.writer import csv_text
from emviz.em.work import Stopped

#: More lines than one cell may hold, each of many cells: of short ones there would be too many to read fast.
LONG = (",".join(["5"] * 500) + "\n") * (MAX_CELL // 900)

fuzz = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.csv"


@pytest.fixture
def read(path):
    def write_and_read(content, **changes):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, replace(sniff(path), **changes) if changes else None)

    return write_and_read


@pytest.fixture
def failure(read):
    def fail(content, **changes):
        with pytest.raises(DataError) as caught:
            read(content, **changes)
        assert caught.value.source == "t.csv"
        return caught.value

    return fail


def outcome(read, content, **changes):
    """Return Table for one with rows, or the source of the error."""
    try:
        table = read(content, **changes)
    except DataError as error:
        return error.source
    return type(table) if table.rows else None


def cells(table):
    return {name: table.texts(name).tolist() for name in table.names}


def escaped(word):
    formula = word.startswith(("=", "+", "-", "@", "\t", "\r")) and parse_number(word) is None
    return f"'{word}" if formula else word


COINS = {"heads": ["5", "9"], "tails": ["4", "1"]}
PLAIN = "heads,tails\n5,4\n9,1\n"


class TestDialects:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_separators_ends_and_encodings(self, read, delimiter, end, encoding):
        text = PLAIN.replace(",", delimiter).replace("\n", end)
        assert cells(read(text.encode(encoding))) == COINS

    @pytest.mark.parametrize(
        "text",
        [
            "\n\nheads,tails\n\n5,4\n  \n9,1\n\n",
            "# one\n\n# two\nheads,tails\n5,4\n9,1",
            f"Coins\n{PLAIN}",
            '"heads","tails"\n"5","4"\n9,"1"',
            "heads, tails\n5, 4\n9, 1\n",
            "heads,tails\n5,4,\n9,1,,\n",
        ],
    )
    def test_decoration(self, read, text):
        table = read(text)
        assert cells(table) == COINS
        assert table.is_numeric("heads")

    def test_letters_of_cp1252(self, read):
        assert cells(read("größe,a\n1,ß\n".encode("cp1252"))) == {"größe": ["1"], "a": ["ß"]}

    def test_comments_can_be_data(self, read):
        assert cells(read("a,b\n#1,x\n", comment="")) == {"a": ["#1"], "b": ["x"]}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("x,y\n3.6,79\n#N/A,62\n4.5,85\n", {"x": ["3.6", "#N/A", "4.5"], "y": ["79", "62", "85"]}),
            ("set,heads\n#1,5\n#2,9\n", {"set": ["#1", "#2"], "heads": ["5", "9"]}),
            ("# May\n#id,heads\na,5\nb,9\n", {"#id": ["a", "b"], "heads": ["5", "9"]}),
            ("#,heads\na,5\nb,9\n", {"#": ["a", "b"], "heads": ["5", "9"]}),
            ("#1,5\n#2,9\n", {"column 1": ["#1", "#2"], "column 2": ["5", "9"]}),
            ("# one\nx,y\n3,4\n# two\n5,6\n", {"x": ["3", "# two", "5"], "y": ["4", "", "6"]}),
        ],
    )
    def test_a_row_with_a_hash_is_data(self, read, text, expected):
        assert cells(read(text)) == expected

    @pytest.mark.parametrize("text", ["# heads tails\n5 4\n9 1\n", "# heads,tails\n5,4\n9,1\n"])
    def test_names_behind_a_comment_mark(self, read, path, text):
        assert cells(read(text)) == COINS
        assert preview(path, sniff(path))[0] == ("heads", "tails")

    def test_na_of_a_spreadsheet_is_missing_wherever_it_stands(self, read):
        table = read("x,y\n3.6,79\n#N/A,62\n4.5,85\n")
        assert table.missing("x").tolist() == [False, True, False]

    @pytest.mark.parametrize(
        "text",
        [
            "  1.5   2\n -3  44.0\n",
            "1.5 2 \r\n-3\t44.0\r\n",
            '1.5 "2"\n"-3"  44.0 \n',
        ],
    )
    def test_runs_of_blanks(self, read, text):
        table = read(text)
        assert [table.numbers(name).tolist() for name in table.names] == [[1.5, -3], [2, 44]]

    def test_quotes_between_blanks(self, read):
        table = read('id  note n\n 1 "two  words" 5\n2 "say ""x y""\n  and on" 6\n3 it\'s"5 7\n')
        assert table.texts("note").tolist() == ["two  words", 'say "x y"\n  and on', "it's\"5"]
        assert table.numbers("n").tolist() == [5, 6, 7]

    def test_wide_columns_are_no_more_columns(self, read):
        row = "1" + " " * 20_000 + "2\n"
        assert read(row * 3).names == ("column 1", "column 2")
        assert sniff(("1 " * 20_000 + "\n").encode()).delimiter == ","

    @pytest.mark.parametrize(
        "text",
        ['"x" "y"\n"1" 3.6 79\n"2" 1.8 54\n', "x,y\n1,3.6,79\n2,1.8,54\n", "x\ty\n1\t3.6\t79\n2\t1.8\t54\n"],
    )
    def test_row_names_of_r(self, read, path, text):
        table = read(text)
        assert table.names == ("row names", "x", "y")
        assert table.numbers("x").tolist() == [3.6, 1.8]
        assert table.numbers("y").tolist() == [79, 54]
        assert preview(path, sniff(path)) == (table.names, ("1", "3.6", "79"), ("2", "1.8", "54"))

    def test_row_names_of_words(self, read):
        table = read('"x" "y"\n"Mazda RX4" 21 6\n"Fiat 128" 32.4 4\n')
        assert cells(table) == {"row names": ["Mazda RX4", "Fiat 128"], "x": ["21", "32.4"], "y": ["6", "4"]}

    def test_blank_lines_number_the_sequences(self, read, path):
        table = read("symbol,state\n\nD,x\nN,y\n\n \nD,x\nN\n\nV,x\n\n")
        assert cells(table) == {
            "symbol": ["D", "N", "D", "N", "V"],
            "state": ["x", "y", "x", "", "x"],
            "sequence": ["1", "1", "2", "2", "3"],
        }
        shown = preview(path, sniff(path), rows=4)
        assert shown == (
            ("symbol", "state", "sequence"),
            ("D", "x", "1"),
            ("N", "y", "1"),
            ("D", "x", "2"),
            ("N", "", "2"),
        )

    def test_blank_lines_between_numbers(self, read):
        table = read("value\n1.5\n2\n\n3\n")
        assert table.numbers("value").tolist() == [1.5, 2, 3]
        assert table.numbers("sequence").tolist() == [1, 1, 2]

    def test_blank_lines_can_mean_nothing(self, read):
        assert read("value\n1.5\n2\n\n3\n", blocks=False).names == ("value",)

    def test_a_quoted_cell_keeps_what_looks_like_a_comment(self, read):
        table = read('a,b\n"one\n\n# two, ""x""\n",1\n"#",2\n')
        assert cells(table) == {"a": ['one\n\n# two, "x"\n', "#"], "b": ["1", "2"]}

    @pytest.mark.parametrize("text", ["a;b\n1,5;-2,5e1\n3;4\n", '# a\na;b\n"1,5";-2,5e1\n3;4\n'])
    def test_decimal_comma(self, read, text):
        table = read(text)
        assert table.numbers("a").tolist() == [1.5, 3]
        assert table.numbers("b").tolist() == [-25, 4]

    def test_decimal_comma_beside_a_bad_cell(self, read):
        table = read("a;b\n1,5;x, y\nz;w\n")
        assert cells(table) == {"a": ["1,5", "z"], "b": ["x, y", "w"]}
        with pytest.raises(DataError, match="row 2, column a: expected a number, got 'z'"):
            table.numbers("a")

    def test_decimal_comma_in_quotes_between_commas(self, read):
        assert read('a,b\n"1,5",2\n', decimal=",").numbers("a").tolist() == [1.5]
        assert read("a,b\n1,2\n", decimal=",").numbers("b").tolist() == [2]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('"x","y"\n"3,600","79"\n"1,800","54"\n', [3.6, 1.8]),
            ('x,y\n"3,600",79\n"1,800",54\n', [3600, 1800]),
            ('x,y\n"3,60",79\n"1,800",54\n', [3.6, 1.8]),
            ("x\ty\n3,600\t79\n1,800\t54\n", [3.6, 1.8]),
            ("x;y\n3,600;79\n1,800;54\n", [3.6, 1.8]),
            ("x;y\n3,600;7.9\n1,800;5.4\n", [3600, 1800]),
            ("x;y\n3.600;7,9\n1.800;5,4\n", [3600, 1800]),
            ("x;y;z\n3.600;79;a\n1.800;54;b\n", [3.6, 1.8]),
            ("x;y\n3.600,5;7\n1.800;5\n", [3600.5, 1800]),
            ('x,y\n"3,600,000",79\n"1,800",54\n', [3600000, 1800]),
            ("x;y\n3 600;7,9\n1 800;5,4\n", [3600, 1800]),
            ("x,y\n$3.60,7\n$1.80,5\n", [3.6, 1.8]),
            ('x,y\n"€3,600.5",7\n€20,5\n', [3600.5, 20]),
            ("x,y\n36%,7\n1.8 %,5\n", [0.36, 0.018]),
        ],
    )
    def test_notations(self, read, text, expected):
        table = read(text)
        assert table.numbers("x").tolist() == expected
        assert table.texts("x").tolist() == [row[0] for row in csv.reader(
            text.splitlines()[1:], delimiter=sniff(text.encode()).delimiter
        )]  # fmt: skip

    @pytest.mark.parametrize("end", ["", ",1", ",x"])
    def test_tosses_written_as_bits_keep_their_zeros(self, read, end):
        table = read(f"tosses{',set' if end else ''}\n0110{end}\n1101{end}\n")
        assert table.texts("tosses").tolist() == ["0110", "1101"]

    def test_counts_of_ten_and_eleven_are_numbers(self, read):
        table = read("heads,tails\n10,1\n11,0\n")
        assert [table.is_numeric(name) for name in table.names] == [True, True]

    def test_words_for_numbers_stay_text(self, read):
        assert cells(read("a,b\n1,nan\n2,inf\n")) == {"a": ["1", "2"], "b": ["nan", "inf"]}


class TestHeader:
    def test_missing_header(self, read):
        assert cells(read("5,4\n9,1\n")) == {"column 1": ["5", "9"], "column 2": ["4", "1"]}

    def test_missing_header_of_text(self, read):
        assert read("A,HT\nB,TT\n").names == ("column 1", "column 2")

    def test_tosses(self, read):
        assert cells(read("HTHT\nHHTT\n")) == {"tosses": ["HTHT", "HHTT"]}

    def test_lone_sequences(self, read, path):
        text = "ACGTACGTACGTAA\nTTGACAAACGTTAG\nacgtNNacgtacgt\n"
        assert cells(read(text)) == {"sequence": text.split()}
        assert preview(path, sniff(path), rows=1) == (("sequence",), ("ACGTACGTACGTAA",))

    def test_points_in_time(self, read):
        table = read("gene,0,10,20,30\ngene 1,0.63,1.45,0.36,-1.57\ngene 2,-0.35,-0.85,0.57,1.82\n")
        assert table.names == ("gene", "0", "10", "20", "30")
        assert table.numbers("10").tolist() == [1.45, -0.85]

    def test_lone_column_that_is_not_tosses(self, read):
        assert read("a\nb\n", header=False).names == ("column 1",)

    @pytest.mark.parametrize("row", ["1,2,3,4,5", "x,2,3,4,5"])
    def test_names_are_made_unique(self, read, row):
        names = ("heads", "heads 2", "column 3", "heads 2 2", "a b")
        assert read(f'heads,heads,,heads 2,"a\n b"\n{row}\n').names == names

    def test_wrongly_said_to_be_absent(self, read):
        assert cells(read("a,b\n1,2\n", header=False)) == {"column 1": ["a", "1"], "column 2": ["b", "2"]}


class TestRagged:
    def test_short_rows_are_padded(self, read):
        assert cells(read("a,b,c\n1,2,3\n4\n5,6\n")) == {
            "a": ["1", "4", "5"],
            "b": ["2", "", "6"],
            "c": ["3", "", ""],
        }

    def test_extra_cell(self, failure):
        error = failure("a,b\n1,2\n3,4,,x\n")
        assert str(error) == (
            "t.csv, row 2, column 4: expected 2 cells, got one more: 'x'; name every column in the first "
            "row, or take away the lines that are not of the table"
        )

    def test_extra_cell_below_numbers(self, failure):
        error = failure("a,b\n1,2,3\n4,5,6\n")
        assert (error.row, error.column) == (1, "3")

    def test_row_is_counted_across_batches(self, failure, monkeypatch):
        monkeypatch.setattr(rows, "BATCH_CELLS", 4)
        error = failure("a,b\n" + "x,2\n" * 6 + "1,2,3\n")
        assert error.row == 7


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("", "the file is empty"),
            ("heads,tails\n", "there is a header and no rows"),
            ("# nothing\n", "the file holds no rows"),
            (b"\xff\xfe", "the file holds no rows"),
            (b"\0\1\2", "this is a binary file, not a table"),
            (b"a,b\n" + (b"1," + b"2" * 97 + b"\n") * 4_000 + b"\0", "this is a binary file, not a table"),
            (b"a,b\n1,\x81\n", "this text is not cp1252; choose another encoding"),
            ("a," * 10_001 + "\n1\n", "there are more than 10,000 columns"),
        ],
    )
    def test_content(self, failure, content, words):
        assert str(failure(content)) == f"t.csv: {words}"

    def test_too_many_columns_in_numbers(self, failure):
        assert "more than 10,000 columns" in failure("1," * 10_001 + "\n").message

    def test_many_commas_in_quotes_are_no_columns(self, read):
        assert read('a,b\n"' + "," * 20_000 + '",1\n').rows == 1

    @pytest.mark.unmeasured
    def test_open_quote(self, failure):
        error = failure('a,b\n1,2\n3,"4\n' + LONG)
        assert (error.message, error.row) == ("a cell is longer than 1 MiB; is a quote left open?", 2)

    @pytest.mark.unmeasured
    def test_open_quote_in_header(self, failure):
        error = failure('a,"b\n' + LONG, header=True)
        assert (error.message, error.row) == ("a cell is longer than 1 MiB; is a quote left open?", None)

    @pytest.mark.parametrize(
        ("content", "start", "row", "column"),
        [
            ('a,b,c\n1,yes,no\n2,"no,yes\n3,no,no\n4,no,yes\n', "no,yes", 2, "2"),  # to the end
            (
                'a,b,c\n1,yes,no\n2,"no,yes\n3,no,no\n4,"no",yes\n5,no,yes\n',
                "no,yes",
                2,
                "2",
            ),  # to a later one
            ('a,b\n1,"no\n"2,yes"\n3,no\n', "no", 1, "2"),
            ('a,b\r\n1,yes\r\n2,"no', "no", 2, "2"),
            ('a b\n1 yes\n2 "no\n3 yes\n', "no", 2, "2"),
        ],
    )
    def test_a_quote_that_takes_the_rows_behind_it(self, failure, path, content, start, row, column):
        error = failure(content, header=True)
        words = f"the quote before '{start}' is not closed; close it or take it away"
        assert (error.message, error.row, error.column) == (words, row, column)
        with pytest.raises(DataError) as seen:
            preview(path, replace(sniff(path), header=True))
        assert (seen.value.message, seen.value.row, seen.value.column) == (words, row, column)

    def test_a_preview_that_ends_within_a_quote_is_no_error(self, path, monkeypatch):
        path.write_text('a,b\n1,x\n2,"y\nz\nz"\n3,w\n')
        monkeypatch.setattr(reader, "PREVIEW_BYTES", 16)
        assert preview(path, Dialect(delimiter=",", header=True))[:2] == (("a", "b"), ("1", "x"))

    def test_a_quote_that_takes_the_header(self, failure, path):
        error = failure('a,"b\n1,2\n', header=True)
        words = "the quote before 'b' in the header is not closed; close it or take it away"
        assert (error.message, error.row, error.column) == (words, None, "2")
        with pytest.raises(DataError) as seen:
            preview(path, replace(sniff(path), header=True))
        assert (seen.value.message, seen.value.row, seen.value.column) == (words, None, "2")

    def test_a_cell_may_have_several_lines(self, read):
        table = read('a,b\n1,"one\ntwo"\n2,"x"y\n3,end\n')
        assert table.texts("b").tolist() == ["one\ntwo", "xy", "end"]

    def test_a_row_that_says_end(self, read):
        assert read('a,b\n"1",x\n').rows == 1
        assert read('word\n"begin"\nend\nbehind\n').texts("word").tolist() == ["begin", "end", "behind"]

    def test_large_cell_is_fine(self, read):
        assert len(read("a,b\n1," + "x" * (MAX_CELL - 10)).cell(0, "b")) == MAX_CELL - 10
        assert csv.field_size_limit() >= MAX_CELL

    def test_chosen_encoding(self, failure):
        error = failure("größe,a\n1,2\n".encode("cp1252"), encoding="utf-8")
        assert error.message == "this text is not utf-8; choose another encoding"
        assert failure("a,b\n1,2\n", encoding="utf-16").message.endswith("choose another encoding")

    @pytest.mark.parametrize("encoding", ["klingon", "base64", "a\0b"])
    def test_unknown_encoding(self, failure, encoding):
        assert failure(PLAIN, encoding=encoding).message == f"there is no text encoding '{encoding}'"

    def test_skipped_altogether(self, failure):
        assert failure(PLAIN, skip=9).message == "the file holds no rows"

    def test_too_many_cells(self, failure, monkeypatch):
        monkeypatch.setattr(rows, "MAX_CELLS", 5)
        assert "million cells" in failure("a,b\nx,1\ny,2\nz,3\n").message

    def test_too_large(self, failure, monkeypatch):
        monkeypatch.setattr(files, "MAX_BYTES", 3)
        assert "the file is larger than" in failure(PLAIN).message

    def test_out_of_memory(self, failure, monkeypatch):
        def fail(*_, **__):
            raise MemoryError

        monkeypatch.setattr(np, "empty", fail)
        assert failure("1,2\n", header=False).message == "this takes more memory than there is"

    def test_missing_file(self, path):
        with pytest.raises(DataError, match=r"^t\.csv: there is no such file$"):
            read_table(path)

    def test_folder(self, tmp_path):
        with pytest.raises(DataError, match=f"^{tmp_path.name}: this is a folder, not a file$"):
            read_table(tmp_path)

    def test_no_permission(self, read, path, monkeypatch):
        def refuse(*_, **__):
            raise PermissionError(13, "no")

        path.write_text(PLAIN)
        monkeypatch.setattr(type(path), "open", refuse)  # a superuser may read anything
        with pytest.raises(DataError, match=r"^t\.csv: there is no permission to use this file$"):
            read_table(path)

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe")
    def test_pipe_is_not_waited_for(self, path):
        os.mkfifo(path)
        with pytest.raises(DataError, match="this is a device, not a file"):
            read_table(path)


class TestWatching:
    @pytest.mark.parametrize("last", ["7", "x"])
    def test_progress_never_falls_and_ends_at_one(self, path, last):
        path.write_text("a,b\n" + f"0.{'1' * 150},2\n" * 30_000 + f"1,{last}\n")
        told = []
        table = read_table(path, progress=told.append)
        assert table.rows == 30_001
        assert table.is_numeric("b") is (last == "7")
        assert told == sorted(told)
        assert len({round(share, 3) for share in told}) > 3
        assert told[-1] == 1.0

    @pytest.mark.parametrize("row", ["1" * 150 + ",2\n", "x" * 150 + ",y\n"])
    @pytest.mark.parametrize("patience", [0, 1, 2])
    def test_left(self, path, row, patience):
        path.write_text("a,b\n" + row * 30_000)
        told = []

        def progress(share):
            told.append(share)
            if len(told) > patience:
                raise Stopped

        with pytest.raises(Stopped):
            read_table(path, progress=progress)
        assert len(told) == patience + 1


class TestProperties:
    @fuzz
    @given(st.binary(max_size=300))
    def test_any_bytes_are_a_table_or_one_error(self, read, content):
        assert outcome(read, content) in (Table, "t.csv")

    @fuzz
    @given(
        st.text(alphabet='01.5,;\t|"\n\r #HTxé', max_size=60),
        st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1252"]),
        st.sampled_from([{}, {"header": True}, {"header": False}, {"decimal": ","}, {"skip": 1}]),
    )
    def test_anything_like_csv_too(self, read, text, encoding, changes):
        assert outcome(read, text.encode(encoding), **changes) in (Table, "t.csv")

    @fuzz
    @given(
        st.lists(
            st.tuples(
                st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.floats()
            ),
            min_size=1,
        )
    )
    def test_round_trip(self, path, rows):
        path.write_bytes(csv_text(["word", "number"], [("w", 0.5), *rows]).encode())
        table = read_table(path, Dialect())
        assert table.texts("word").tolist()[1:] == [escaped(word) for word, _ in rows]
        written = [float(cell) for cell in table.texts("number").tolist()][1:]
        assert np.array_equal(written, [number for _, number in rows], equal_nan=True)


WORDS = st.text("abxyz ,;|.'#\"é", max_size=6).map(str.strip)
CELLS = st.one_of(WORDS, st.integers(-999, 9999).map(str), st.sampled_from(["", "NA", "#N/A", "?"]))
ROWS = st.lists(st.tuples(CELLS, st.integers(0, 99).map(str), CELLS), min_size=2, max_size=6)


def laid(rows, delimiter, quoting):
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=delimiter, quoting=quoting).writerows(rows)
    return lines.getvalue()


class TestRoundTrips:
    @fuzz
    @given(
        ROWS,
        st.sampled_from([",", ";", "\t", "|", " "]),
        st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    )
    def test_any_dialect_brings_the_same_cells(self, path, rows, delimiter, quoting):
        # Between blanks, nothing but quotes shows that a cell is empty or that a quote stands in it.
        quoting = csv.QUOTE_ALL if delimiter == " " else quoting
        path.write_text(laid([("left", "n", "right"), *rows], delimiter, quoting), newline="")
        table = read_table(path, Dialect(delimiter=delimiter))
        written = Table.from_columns(dict(zip(("left", "n", "right"), zip(*rows, strict=True), strict=True)))
        assert cells(table) == cells(written)
        for name in table.names:
            assert table.missing(name).tolist() == written.missing(name).tolist()

    @fuzz
    @given(
        st.lists(st.tuples(st.floats(-99, 99), st.integers(0, 99)), min_size=2),
        st.sampled_from(
            [
                ("{:.1f}", ".", ","),
                ("{:.4f}", ".", ";"),
                ("{:.4f}", ",", ";"),
                ("{:9.2f}", ".", " "),
                ("{:.2f}", ",", "\t"),
                ("{:.5e}", ".", " "),
            ]
        ),
    )
    def test_numbers_are_found_by_themselves(self, path, rows, way):
        form, decimal, delimiter = way
        first = [form.format(value) for value, _ in rows]
        lines = [
            f"{cell.replace('.', decimal)}{delimiter}{count}"
            for cell, (_, count) in zip(first, rows, strict=True)
        ]
        path.write_text("\n".join(["x" + delimiter + "n", *lines]) + "\n")
        table = read_table(path)
        assert table.names == ("x", "n")
        assert table.numbers("x").tolist() == list(map(float, first))
        assert table.numbers("n").tolist() == [count for _, count in rows]


class TestPreview:
    def test_header_then_cells_as_written(self, path):
        path.write_text("# no\nCoins\nheads;tails\n1,50;2\n3\n")
        assert preview(path, sniff(path)) == (("heads", "tails"), ("1,50", "2"), ("3",))

    def test_made_names(self, path):
        path.write_text("HT\nTT\n")
        assert preview(path, sniff(path), rows=1) == (("tosses",), ("HT",))
        path.write_text("3\n1,2\n")
        assert preview(path, Dialect(header=False)) == (("column 1", "column 2"), ("3",), ("1", "2"))

    def test_only_a_header(self, path):
        path.write_text("a,b\n")
        assert preview(path, Dialect()) == (("a", "b"),)

    def test_reads_only_the_start(self, path, monkeypatch):
        monkeypatch.setattr(reader, "PREVIEW_BYTES", 18)
        with path.open("wb") as file:
            file.write(b"a,b\n" + b"1,2\n" * 4)
            file.truncate(200 * 2**20)  # a hole of NULs, which a longer look would refuse
        assert preview(path, Dialect()) == (("a", "b"), ("1", "2"), ("1", "2"), ("1", "2"))

    def test_wrong_encoding_shows(self, path):
        path.write_bytes("größe\n1\n".encode("cp1252"))
        assert preview(path, Dialect())[0] == ("gr\ufffd\ufffde",)

    @pytest.mark.parametrize(
        ("content", "dialect", "words"),
        [
            (b"", Dialect(), "the file is empty"),
            (b"\n", Dialect(), "the file holds no rows"),
            (b"a", Dialect(encoding="klingon"), "there is no text encoding 'klingon'"),
            (b"\0", Dialect(), "this is a binary file, not a table"),
        ],
    )
    def test_refusals(self, path, content, dialect, words):
        path.write_bytes(content)
        with pytest.raises(DataError) as caught:
            preview(path, dialect)
        assert str(caught.value) == f"t.csv: {words}"


class TestPaste:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ()),
            ("HTHT\nHHTT", (("HTHT",), ("HHTT",))),
            ("5\t4\r\n9\t1\r\n", (("5", "4"), ("9", "1"))),
            ('"a\nb"\t"say ""x"""\n', (("a\nb", 'say "x"'),)),
            ("1\n\n2\n", (("1",), ("",), ("2",))),
            ("a\t\n", (("a", ""),)),
        ],
    )
    def test_cells(self, text, expected):
        assert paste_cells(text) == expected

    def test_endless_cell(self):
        with pytest.raises(DataError, match="a cell is longer than 1 MiB"):
            paste_cells("x" * (csv.field_size_limit() + MAX_CELL))


def test_a_column_without_name_and_cells_is_none_as_in_a_spreadsheet(read, path):
    for text, names in (
        ("a,b,\n1,2,\n3,4,\n", ("a", "b")),
        ("a,,b,,\n1,,2,,\n3,,4\n", ("a", "b")),
        ("1;2;\n3;4.5;\n5;6;\n", ("column 1", "column 2")),
        ("a,b,\n1,2,\n3,4,NA\n", ("a", "b", "column 3")),
        ("a,b,c\n1,2,\n3,4,\n", ("a", "b", "c")),
        ('"a","b",\n"x\ny",2,\n3,4,\n', ("a", "b")),
    ):
        table = read(text)
        assert table.names == names, text
        assert preview(path, sniff(path))[0] == names, text
    assert read("x;;\n;;\n;;\n").names == ("x",)
    empty = read(",,\n,,\n", header=False)
    assert empty.names == preview(path, replace(sniff(path), header=False))[0]
    assert len(empty.names) == 3
