"""Stockholm files: blocks joined, marks as columns, and what is said of those that cannot be read."""

import pytest

from emviz.data import lines, reader, stockholm
from emviz.data.dialect import Dialect, sniff
from emviz.data.parts import parts_of
from emviz.data.reader import preview, read_table
from emviz.data.stockholm import alignments, is_stockholm, read_alignment, stockholm_table
from emviz.data.table import DataError

TWO_BLOCKS = """
# STOCKHOLM 1.0
#=GF ID toy
#=GS one AC P1

one  AC.gu
#=GR one SS <...>
two  A-.GU
#=GC SS_cons <..>.

one  aa aa
two  C--C
#=GC SS_cons ....
#=GC RF xx..xxxxx
//
"""
COLUMNS = {
    "name": ["one", "two"],
    "sequence": ["AC.guaaaa", "A-.GUC--C"],
    "SS_cons": ["<..>....."] * 2,
    "RF": ["xx..xxxxx"] * 2,
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.sto"


@pytest.fixture
def read(path):
    def write_and_read(content):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path)

    return write_and_read


def cells(table):
    return {name: table.texts(name).tolist() for name in table.names}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_blocks_are_joined_and_marks_are_columns(read, end, encoding):
    assert cells(read(TWO_BLOCKS.replace("\n", end).encode(encoding))) == COLUMNS


def test_the_end_may_be_missing(read):
    assert cells(read(TWO_BLOCKS.replace("//", ""))) == COLUMNS


def test_what_is_stockholm():
    assert is_stockholm(["\n", " #STOCKHOLM 1.0\n", "a A\n"])
    assert not is_stockholm(["# STOCKHOLMER\n"])
    assert not is_stockholm(["a b\n", "# STOCKHOLM 1.0\n"])
    assert not is_stockholm([])
    assert sniff(TWO_BLOCKS.encode()) == Dialect(layout="stockholm")
    assert sniff("# STOCKHOLM 1.0\ngröße A\n//\n".encode("cp1252")).guessed_encoding


def test_a_mark_that_is_called_like_a_column_gets_a_number(read):
    assert read("# STOCKHOLM 1.0\na AC\n#=GC name xx\n//\n").names == ("name", "sequence", "name 2")


def test_blocks_may_follow_without_a_blank_line(read):
    text = "# STOCKHOLM 1.0\na A\nb C\n#=GC RF x\na G\nb U\n#=GC RF .\n//\n"
    assert cells(read(text)) == {"name": ["a", "b"], "sequence": ["AG", "CU"], "RF": ["x."] * 2}


def test_one_sequence_may_have_several_blocks(read):
    assert cells(read("# STOCKHOLM 1.0\na A\n\na G\n")) == {"name": ["a"], "sequence": ["AG"]}


def test_many_lines_are_not_all_listed():
    with pytest.raises(DataError, match="'a' is in lines 1, 3, 5 …; each"):
        stockholm_table(read_alignment(["a A", "", "a A", "", "a A", "", "a A", "b A", "c A"]))


OWN = "each sequence needs its own name"
ONLY = "'b' is only in {}, but most sequences in {} blocks"
RF_TWICE = "'#=GC RF' is in lines {} and {}, twice in one block; keep one of them"


@pytest.mark.parametrize(
    ("text", "message", "row", "column"),
    [
        ("a AC\nb A1\n", "expected letters and gaps, got '1' at position 2", 2, "sequence"),
        ("a AC\nb\n", "'b' has no sequence", 2, "sequence"),
        ("a AC\nb A\nc A\n", "expected 2 columns as in the first sequence, got 1", 2, "sequence"),
        ("a AC\na AC\nb AC\n", f"the name 'a' is in lines 2 and 3; {OWN}", None, None),
        ("a AC\nb AC\na AC\n", f"the name 'a' is in lines 2 and 4; {OWN}", None, None),
        ("a AC\na AC\nb AC\nb AC\n", f"the name 'a' is in lines 2 and 3; {OWN}", None, None),
        ("a AC\na AC\n", f"the name 'a' is in lines 2 and 3; {OWN}", None, None),
        ("a AC\nb AC\n\nc AC\nb AC\n", f"the name 'b' is in lines 3 and 6; {OWN}", 2, "name"),
        ("a AC\nb AC\nc AC\n\na A\nc A\n", ONLY.format("line 3", 2), 2, "name"),
        ("a A\nb A\n\na A\nb A\n\na A\n", ONLY.format("lines 3 and 6", 3), 2, "name"),
        ("a A\n#=GC RF x\n#=GC RF x\n", RF_TWICE.format(3, 4), None, None),
        ("a AC\n#=GC RF xx\nb AC\n#=GC RF xx\n", RF_TWICE.format(3, 5), None, None),
        ("a AC\n#=GC RF xxx\n", "expected 2 columns as in the first sequence, got 3", None, "RF"),
        ("a AC\n#=GC RF\n", "expected 2 columns as in the first sequence, got 0", None, "RF"),
        (
            "a A\n#=GC RF x\n\na A\n",
            "'#=GC RF' is only in line 3, but most sequences in 2 blocks",
            None,
            "RF",
        ),
        ("a AC\n#=GC\n", "there is no feature behind #=GC in line 3", None, None),
        ("#=GC RF xxx\n//\n", "the file holds no sequences", None, None),
        ("a AC\nb A\0\n", "this is a binary file, not a table", None, None),
    ],
)
def test_files_that_cannot_be_read(path, text, message, row, column):
    path.write_text(f"# STOCKHOLM 1.0\n{text}")
    with pytest.raises(DataError) as caught:
        read_table(path, Dialect(layout="stockholm"))
    error = caught.value
    assert (error.message, error.row, error.column, error.source) == (message, row, column, "t.sto")


def test_limits(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(stockholm, "MAX_CELL", 2)
        assert read_alignment(["a AC"]).sequences == {"a": "AC"}
        with pytest.raises(DataError, match="row 2, column sequence: a sequence is longer than 1 MiB"):
            read_alignment(["a AC", "b ACG"])
    aligned = read_alignment(["a AC", "b AC", "#=GC RF xx"])
    monkeypatch.setattr(stockholm, "MAX_LETTERS", 8)
    assert stockholm_table(aligned).rows == 2
    monkeypatch.setattr(stockholm, "MAX_LETTERS", 7)
    with pytest.raises(DataError, match="there are more than 0 million letters"):
        stockholm_table(aligned)


def test_the_reading_can_be_watched(path, monkeypatch):
    monkeypatch.setattr(lines, "TICK", 50)
    path.write_text("# STOCKHOLM 1.0\n" + "".join(f"s{i} ACGTACGTAC\n" for i in range(100)))
    told = []
    assert read_table(path, progress=told.append).rows == 100
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1] == 1


def test_preview(path):
    path.write_text(TWO_BLOCKS)
    rows = [tuple(row) for row in zip(*COLUMNS.values(), strict=True)]
    assert preview(path, sniff(path)) == (tuple(COLUMNS), *rows)
    assert preview(path, sniff(path), 1) == (tuple(COLUMNS), rows[0])


def test_a_preview_ends_with_the_shortest_sequence_where_the_file_is_cut_off(path, monkeypatch):
    path.write_text(TWO_BLOCKS)
    first = ["one  AC.gu", "two  A-.GU", "#=GC SS_cons <..>.", "one  aa aa"]
    monkeypatch.setattr(reader, "PREVIEW_BYTES", sum(map(len, first)))
    shown = preview(path, Dialect(layout="stockholm"))
    assert shown == (
        ("name", "sequence", "SS_cons"),
        ("one", "AC.gu", "<..>."),
        ("two", "A-.GU", "<..>."),
    )


THREE = """# STOCKHOLM 1.0
#=GF ID tRNA
#=GF AC RF00005
a AC
b A-
//
# STOCKHOLM 1.0
#=GF ID Intron
c GGG

c UU
//
# STOCKHOLM 1.0
a C
#=GC RF x
//
"""


def test_alignments_are_called_by_accession_by_identifier_or_by_number():
    assert alignments(THREE.splitlines()) == ("RF00005", "Intron", "alignment 3")
    assert alignments(THREE.replace("ID Intron", "AC RF00005").splitlines()) == (
        "RF00005",
        "alignment 2",
        "alignment 3",
    )
    assert alignments(["", "# STOCKHOLM 1.0", "//"]) == ()


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        ("", {"name": ["a", "b"], "sequence": ["AC", "A-"]}),
        ("RF00005", {"name": ["a", "b"], "sequence": ["AC", "A-"]}),
        ("Intron", {"name": ["c"], "sequence": ["GGGUU"]}),
        ("alignment 3", {"name": ["a"], "sequence": ["C"], "RF": ["x"]}),
    ],
)
def test_one_of_several_alignments_is_read(path, called, expected):
    path.write_text(THREE)
    dialect = sniff(path, called)
    assert cells(read_table(path, dialect)) == expected
    names, *rows = preview(path, dialect)
    assert dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) == expected


def test_an_alignment_may_follow_without_the_end_of_the_one_before(read):
    assert cells(read(THREE.replace("//\n", ""))) == {"name": ["a", "b"], "sequence": ["AC", "A-"]}


def test_an_alignment_that_is_not_there(path):
    path.write_text(THREE)
    with pytest.raises(DataError, match=r"no alignment 'X'; there are RF00005, Intron, alignment 3$"):
        read_table(path, sniff(path, "X"))
    path.write_text("# STOCKHOLM 1.0\na A\n//\n")
    with pytest.raises(DataError, match=r"no alignment 'X'; there is alignment 1$"):
        read_table(path, sniff(path, "X"))
    path.write_text("".join("# STOCKHOLM 1.0\na A\n//\n" for _ in range(9)))
    with pytest.raises(DataError, match=r"alignment 6, …$"):
        read_table(path, sniff(path, "X"))


def test_the_alignments_of_a_file(path):
    path.write_text(THREE)
    parts = parts_of(path, sniff(path))
    assert str(parts) == "alignment 1 of 3: RF00005"
    assert parts.names == ("RF00005", "Intron", "alignment 3")
    assert str(parts_of(path, sniff(path, "Intron"))) == "alignment 2 of 3: Intron"
    path.write_text(TWO_BLOCKS)
    assert parts_of(path, sniff(path)) is None
