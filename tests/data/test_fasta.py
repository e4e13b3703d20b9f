"""FASTA files: their columns, their decoration, and what is said of those that cannot be read."""

import pytest

from emviz.data import fasta, lines, reader
from emviz.data.dialect import Dialect, sniff
from emviz.data.examples import example_path
from emviz.data.fasta import fasta_table, is_fasta, records
from emviz.data.reader import preview, read_table
from emviz.data.table import DataError
from emviz.models.profile import Profile
from emviz.models.profile.arcs import DELETE, INSERT, MATCH

TWO = ">one\nACGT\nac gt\n\n>two of them\nTTTT\n"
COLUMNS = {"name": ["one", "two"], "sequence": ["ACGTACGT", "TTTT"]}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.fasta"


@pytest.fixture
def read(path):
    def write_and_read(content):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path)

    return write_and_read


def cells(table):
    return {name: table.texts(name).tolist() for name in table.names}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_ends_and_encodings(read, end, encoding):
    assert cells(read(TWO.replace("\n", end).encode(encoding))) == COLUMNS


@pytest.mark.parametrize(
    "text",
    [
        f"\n\n# a title\n; an older comment\n{TWO}",
        ">one\nACGT\n;within\nACGT\n>two\n TT TT ",
        "  >one\nacgtacgt\n>\ttwo\nTTTT",
    ],
)
def test_decoration(read, text):
    assert cells(read(text)) == COLUMNS


def test_a_name_of_cp1252(read):
    assert read(">größe\nACGT\n".encode("cp1252")).texts("name").tolist() == ["größe"]
    assert sniff(">größe\nACGT\n".encode("cp1252")).guessed_encoding


def test_words_with_an_equals_sign_are_columns_of_text(read):
    table = read(">a sites=17,61 other words\nAC\n>b kind=x=y sites=7\nGT\n>c kind=z kind=w a-b=1 =2\nA-.*\n")
    assert cells(table) == {
        "name": ["a", "b", "c"],
        "sequence": ["AC", "GT", "A-.*"],
        "sites": ["17,61", "7", ""],
        "kind": ["", "x=y", "z,w"],
    }
    assert read(">a sites=007\nAC\n").texts("sites").tolist() == ["007"]


def test_a_key_that_is_the_name_of_a_column_gets_a_number(read):
    assert read(">a name=b\nAC\n").names == ("name", "sequence", "name 2")


def test_what_is_fasta():
    assert is_fasta(["\n", "# x\n", " >a\n"])
    assert not is_fasta(["value,count\n", ">a\n"])
    assert not is_fasta([">=2,5\n"])
    assert not is_fasta([])
    assert sniff(TWO.encode()) == Dialect(layout="fasta")
    assert sniff(b"a,b\n1,2\n").layout == "table"


def test_a_table_can_be_asked_for_all_the_same(path):
    path.write_text(">a,b\n1,2\n")
    assert read_table(path, Dialect()).names == (">a", "b")


@pytest.mark.parametrize(
    ("text", "message", "row", "column"),
    [
        (">a\nAC\n>b\n>c\nGT\n", "'b' has no sequence", 2, "sequence"),
        (">a\nAC\n>b\n", "'b' has no sequence", 2, "sequence"),
        (">a\nAC\n>\nGT\n", "there is no name after >", 2, "name"),
        (">a\nAC\n>b\nGT\nA1C\n", "expected letters, got '1' at position 4", 2, "sequence"),
        (">a\nACÄ\n", "expected letters, got 'Ä' at position 3", 1, "sequence"),
        (">a\nAC\0\n", "this is a binary file, not a table", None, None),
    ],
)
def test_files_that_cannot_be_read(read, text, message, row, column):
    with pytest.raises(DataError) as caught:
        read(text)
    error = caught.value
    assert (error.message, error.row, error.column, error.source) == (message, row, column, "t.fasta")


def test_text_before_the_first_name(path):
    path.write_text("ACGT\n>a\nAC\n")
    with pytest.raises(DataError, match=r"row 1, column name: expected > and a name, got 'ACGT'"):
        read_table(path, Dialect(layout="fasta"))


def test_a_file_of_comments_holds_no_sequences(path):
    path.write_text("# nothing\n")
    for look in (read_table, preview):
        with pytest.raises(DataError, match="the file holds no sequences"):
            look(path, Dialect(layout="fasta"))


def test_limits(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(fasta, "MAX_CELL", 6)
        assert len(list(records([">a", "ACG", "TTT"]))) == 1
        with pytest.raises(DataError, match="row 2, column sequence: a sequence is longer than 1 MiB"):
            list(records([">a", "A", ">b", "ACG", "TTTT"]))
    with monkeypatch.context() as patch:
        patch.setattr(fasta, "MAX_COLUMNS", 3)
        with pytest.raises(DataError, match="row 2: there are more than 3 columns"):
            fasta_table(records([">a k=1", "A", ">b m=1", "A"]))
    with monkeypatch.context() as patch:
        patch.setattr(fasta, "MAX_CELLS", 4)
        with pytest.raises(DataError, match="there are more than 0 million cells"):
            fasta_table(records([">a", "A", ">b", "A", ">c", "A"]))


def test_the_reading_can_be_watched(path, monkeypatch):
    monkeypatch.setattr(lines, "TICK", 50)
    path.write_text("".join(f">s{i}\nACGTACGTAC\n" for i in range(100)))
    told = []
    assert read_table(path, progress=told.append).rows == 100
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1] == 1


def test_preview(path):
    path.write_text(TWO.replace(">one", ">one k=v"))
    dialect = sniff(path)
    assert preview(path, dialect) == (
        ("name", "sequence", "k"),
        ("one", "ACGTACGT", "v"),
        ("two", "TTTT", ""),
    )
    assert preview(path, dialect, 1)[1:] == (("one", "ACGTACGT", "v"),)


@pytest.mark.parametrize("size", [20, 22, 26])
def test_a_preview_leaves_out_a_sequence_that_is_cut_off(path, monkeypatch, size):
    path.write_text(">one\nACGTACGT\n>two\nTTTTTTTT\n>three\nAAAA\n")
    monkeypatch.setattr(reader, "PREVIEW_BYTES", size)
    assert preview(path, Dialect(layout="fasta"))[1:] == (("one", "ACGTACGT"),)


def test_a_preview_of_one_long_sequence_shows_its_beginning(path, monkeypatch):
    path.write_text(">one\nACGT\nACGT\nACGT\n")
    monkeypatch.setattr(reader, "PREVIEW_BYTES", 12)
    assert preview(path, Dialect(layout="fasta"))[1:] == (("one", "ACGT"),)


def test_the_sites_of_crp():
    table = read_table(example_path("crp0.fasta"))
    assert table.names == ("name", "sequence", "sites")
    assert table.rows == 18
    assert {len(text) for text in table.texts("sequence").tolist()} == {105}
    assert table.texts("sites").tolist()[:3] == ["17,61", "17,55", "76"]


def test_a_nul_far_down_is_no_letter(path):
    path.write_text(">a\n" + "ACGT\n" * 70_000 + "\0\n")
    with pytest.raises(DataError, match=r"t\.fasta: this is a binary file, not a table"):
        read_table(path)


A3M = ">q\nACDEFG\n>h1\nACdEeFG-\n>h2 kind=x\nA-DEkkFG\n"


@pytest.mark.parametrize("text", [A3M, A3M.replace("ACDEFG\n", "A.CDE..F\nG\n")])
def test_inserts_in_small_letters_are_those_of_an_alignment(read, text):
    table = read(text)
    assert table.names == ("name", "sequence", "alignment", "kind")
    assert table.texts("sequence").tolist() == ["ACDEFG", "ACDEEFG", "ADEKKFG"]
    assert table.texts("alignment").tolist()[1:] == ["ACdEeFG-", "A-DEkkFG"]
    assert len(table.notes) == 1


def test_an_alignment_with_inserts_is_the_true_one_of_a_profile(read):
    model = Profile(nodes=6)
    data = model.parse(read(A3M))
    assert [data.text(row) for row in range(3)] == ["ACDEFG", "ACDEEFG", "ADEKKFG"]
    assert [path.tolist() for path in data.paths] == [
        [MATCH] * 6,
        [MATCH, MATCH, INSERT, MATCH, INSERT, MATCH, MATCH, DELETE],
        [MATCH, DELETE, MATCH, MATCH, INSERT, INSERT, MATCH, MATCH],
    ]


@pytest.mark.parametrize(
    "text",
    [
        ">a\nacACGTac\n>b\ntACGTccc\n",  # no gap: the small letters may be parts of no interest
        ">a\nAC-GT\n>b\nACGGT\n",
        ">a\nACg-T\n>b\nACGGT\n",
        ">a\nac-gt\n",
        ">a\nac.gt\n>b\nacggt\n",
    ],
)
def test_other_small_letters_are_no_inserts(read, text):
    assert read(text).names == ("name", "sequence")
