"""What is written in each layout and format is what is read: the same cells, the same ones missing."""

import csv
import gzip
import io
import zipfile
from itertools import product
from string import ascii_lowercase as SMALL
from string import digits
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import write as write_xlsx

from emviz.data.column import CODES, format_number
from emviz.data.reader import read_table
from emviz.data.table import Table

pytestmark = pytest.mark.unmeasured

trip = settings(
    max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def letters(least, most, known=SMALL):
    """So many of them: from_regex would take ten times as long."""
    return st.text(known, min_size=least, max_size=most)


#: Words that are no numbers, dates, marks of comments or codes; letters outside ASCII come last.
WORDS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from("BCDEFGHJKLM"),
    letters(0, 4),
    st.just("") | letters(1, 3).map(" {}".format),
    st.sampled_from(["", "é"]),
)
NUMBERS = st.integers(-99_999, 99_999).map(lambda hundredths: hundredths / 100)
HOLES = st.sampled_from(["", "NA", "?", "#N/A", "null"])
NAME = st.builds("{}{}".format, st.sampled_from(SMALL.upper()), letters(2, 6, SMALL + digits + "_"))
NAMES = st.lists(NAME, min_size=3, max_size=3, unique=True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table"


def columns(table):
    return {name: table.texts(name).tolist() for name in table.names}


def same(table, written):
    """Both hold the same cells under the same names, and the same ones are missing."""
    assert columns(table) == columns(written)
    for name in written.names:
        assert table.missing(name).tolist() == written.missing(name).tolist()


def packed(path, content):
    """Write the bytes, and return what is read of them plainly and out of a .gz."""
    path.write_bytes(content)
    plain = read_table(path)
    path.write_bytes(gzip.compress(content))
    same(read_table(path), plain)
    return plain


# -- delimited text ------------------------------------------------------------------------------------------

#: Every delimiter with every decimal sign, and with as many encodings and ways of quoting as there are.
DIALECTS = [
    (delimiter, decimal, header, encodings[k % 4], quotings[k % 3], ends[k % 2])
    for encodings, quotings, ends in [
        (
            ("utf-8", "utf-8-sig", "utf-16", "cp1252"),
            (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC),
            ("\n", "\r\n"),
        )
    ]
    for k, (delimiter, decimal, header) in enumerate(product(",;\t| ", ".,", (True, False)))
]


@pytest.mark.parametrize(("delimiter", "decimal", "header", "encoding", "quoting", "end"), DIALECTS)
@trip
@given(names=NAMES, rows=st.lists(st.tuples(WORDS, NUMBERS, WORDS | HOLES), min_size=3, max_size=6))
def test_delimited_text(path, delimiter, decimal, header, encoding, quoting, end, names, rows):
    # Between blanks, nothing but quotes shows that a cell is empty.
    quoting = csv.QUOTE_ALL if delimiter == " " else quoting
    cells = [(word, f"{number:.2f}".replace(".", decimal), other) for word, number, other in rows]
    text = io.StringIO(newline="")
    lines = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    lines.writerows([names, *cells] if header else cells)
    table = packed(path, text.getvalue().encode(encoding))
    columns = list(zip(*cells, strict=True))
    if not header:
        names = ["column 1", "column 2", "column 3"]
        # A column that has neither a name nor a cell is none.
        columns = columns if any(columns[2]) else columns[:2]
    same(table, Table.from_columns(dict(zip(names, columns, strict=False))))
    assert table.numbers(names[1]).tolist() == [number for _, number, _ in rows]


# -- spreadsheets --------------------------------------------------------------------------------------------

VALUES = st.one_of(WORDS, NUMBERS, st.integers(-999, 999), HOLES, st.none())
SHEETS = st.lists(st.tuples(WORDS, VALUES, NUMBERS), min_size=1, max_size=5)
OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def write_ods(path, rows):
    """Write a sheet of OpenDocument, with text and numbers in its cells."""

    def cell(value):
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, str):
            text = f"<text:p>{escape(value)}</text:p>"
            return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content xmlns:office="{OPEN}:office:1.0" xmlns:table="{OPEN}:table:1.0" '
        f'xmlns:text="{OPEN}:text:1.0"><office:body><office:spreadsheet><table:table table:name="one">{lines}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{OPEN}:manifest:1.0"/>')
        file.writestr("content.xml", content)


def seen(value):
    """Return what a person sees in the cell."""
    return "" if value is None else value if isinstance(value, str) else format_number(float(value))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@trip
@given(names=NAMES, rows=SHEETS)
def test_spreadsheets(tmp_path, kind, names, rows):
    path = tmp_path / f"sheet.{kind}"
    if kind == "xlsx":
        write_xlsx(path, one=[names, *rows])
    else:
        write_ods(path, [names, *rows])
    written = [[seen(value) for value in column] for column in zip(*rows, strict=True)]
    same(read_table(path), Table.from_columns(dict(zip(names, written, strict=True))))


# -- sequences -----------------------------------------------------------------------------------------------

ACCESSIONS = st.from_regex(r"[A-Z][A-Za-z0-9_./|]{0,8}", fullmatch=True)
LETTERS = "ACDEFGHIKLMNPQRSTVWYX"


@trip
@given(
    records=st.lists(
        st.tuples(ACCESSIONS, st.text(LETTERS + "-*" + LETTERS.lower(), min_size=1, max_size=30)),
        min_size=1,
        max_size=4,
    ),
    width=st.integers(1, 40),
    gap=st.sampled_from(["", "\n", ";a remark\n"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_fasta(path, records, width, gap, end):
    lines = []
    for name, sequence in records:
        lines += [
            f">{name} a description",
            *(sequence[k : k + width] for k in range(0, len(sequence), width)),
        ]
        lines += gap.split("\n")[:-1]
    table = packed(path, end.join([*lines, ""]).encode())
    written = {"name": [name for name, _ in records], "sequence": [text.upper() for _, text in records]}
    assert columns(table) == written


@st.composite
def alignments(draw):
    """Names, rows of one length, and the marks of the columns."""
    size = draw(st.integers(1, 20))
    row = st.text(LETTERS + "-.", min_size=size, max_size=size)
    rows = draw(st.dictionaries(ACCESSIONS, row, min_size=1, max_size=4))
    return rows, draw(st.text("<>.", min_size=size, max_size=size))


@trip
@given(alignment=alignments(), width=st.integers(1, 25))
def test_stockholm(path, alignment, width):
    rows, marks = alignment
    lines = ["# STOCKHOLM 1.0", "#=GF ID tiny", ""]
    for first in range(0, len(marks), width):
        lines += [f"{name}  {row[first : first + width]}" for name, row in rows.items()]
        lines += [f"#=GC SS_cons {marks[first : first + width]}", ""]
    table = packed(path, "\n".join([*lines, "//", ""]).encode())
    assert table.texts("name").tolist() == list(rows)
    assert table.texts("sequence").tolist() == list(rows.values())
    assert table.texts("SS_cons").tolist() == [marks] * len(rows)


# -- expression ----------------------------------------------------------------------------------------------

GENES = st.from_regex(r"[A-Z]{3}[0-9]{1,3}[CW]?|AID|EWEIGHT|NA1", fullmatch=True)
LEVELS = NUMBERS.map(str) | st.sampled_from(["", "NA", "null"])
EXPRESSED = st.lists(
    st.tuples(GENES, WORDS | st.just("na"), LEVELS, NUMBERS.map(str)), min_size=1, max_size=5
)


def gct(rows, arrays):
    head = ["#1.2", f"{len(rows)}\t{len(arrays)}", "\t".join(["Name", "Description", *arrays])]
    return [*head, *map("\t".join, rows)]


def pcl(rows, arrays):
    head = [
        "\t".join(["ORF", "NAME", "GWEIGHT", *arrays]),
        "\t".join(["EWEIGHT", "", "", *("1" for _ in arrays)]),
    ]
    return [*head, *("\t".join([gene, told, "1", *levels]) for gene, told, *levels in rows)]


def cdt(rows, arrays):
    head = ["\t".join(["GID", "ORF", "NAME", "GWEIGHT", *arrays]), "AID\t\t\t\tARRY0X\tARRY1X"]
    head += ["\t".join(["EWEIGHT", "", "", "", *("1" for _ in arrays)])]
    body = enumerate(rows)
    return [*head, *("\t".join([f"GENE{k}X", gene, told, "1", *levels]) for k, (gene, told, *levels) in body)]


def geo(rows, arrays):
    head = ['!Series_title\t"a title"', "", "!series_matrix_table_begin"]
    table = [["ID_REF", *arrays], *((gene, *levels) for gene, _, *levels in rows)]
    quoted = ("\t".join([f'"{row[0]}"', *row[1:]]) for row in table)
    return [*head, *quoted, "!series_matrix_table_end"]


@pytest.mark.parametrize("layout", [gct, pcl, cdt, geo])
@trip
@given(rows=EXPRESSED, end=st.sampled_from(["\n", "\r\n"]))
def test_expression(path, layout, rows, end):
    arrays = ["GSM1", "GSM2"]
    table = packed(path, end.join([*layout(rows, arrays), ""]).encode())
    gene, told, first, second = map(list, zip(*rows, strict=True))
    about = {"gene": gene} if layout is geo else {"gene": gene, "description": told}
    same(table, Table.from_columns({**about, "GSM1": first, "GSM2": second}))
    assert table.missing("GSM1").tolist() == [level.lower() in CODES for level in first]
