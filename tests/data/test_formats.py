import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import emviz.data.expression as expression
import emviz.data.genotypes as genotypes
import emviz.data.orange as orange
import emviz.data.packed as packed
import emviz.data.plink as plink
import emviz.data.vcf as vcf
from emviz.data.dialect import Dialect
from emviz.data.reader import preview, read_table, sniff
from emviz.data.table import DataError, Table

PED = "FAM1 1 0 0 1 2 A A G G\nFAM2 1 0 0 1 1 A G G G\nFAM3 1 0 0 2 2 G G 0 0\n"
VCF = (
    "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tann\tbob\n"
    "1\t10\trs1\tA\tG\t.\tPASS\t.\tGT:DP\t0/1:9\t1|0:8\n"
    "1\t20\t.\tC\tT,G\t.\tPASS\t.\tDP:GT\t7:2/1\t3\n"
    "1\t30\trs3\tC\tT\t.\tPASS\t.\tGT\t./1\t./1\n"
)
GCT = "#1.2\n2\t3\nName\tDescription\ta1\ta2\ta3\ng1\tkinase\t1\t2.5\t\ng2\tna\t-1\tNA\t3\n"
GCT3 = "#1.3\n1\t2\t0\t1\nid\ta1\ta2\ntime\t0\t5\ng1\t1\t2\n"
PCL = "ORF\tNAME\tGWEIGHT\ta1\ta2\nEWEIGHT\t\t\t1\t1\nYAL1\tfirst\t1\t0.5\t\nYAL2\tsecond\t1\t-1\t2\n"
CDT = "GID\tORF\tNAME\tGWEIGHT\ta1\nAID\t\t\t\tARRY0X\nEWEIGHT\t\t\t\t1\nGENE1X\tYAL1\tfirst\t1\t0.5\n"
GEO = (
    '!Series_title\t"A title, with a comma"\n!Sample_title\t"x"\t"y"\n\n!series_matrix_table_begin\n'
    '"ID_REF"\t"GSM1"\t"GSM2"\n"1007_s_at"\t1.5\t\n"1053_at"\t2\t3e-1\n!series_matrix_table_end\n'
)
RAW = "FID IID PAT MAT SEX PHENOTYPE rs1_A rs1_HET rs2_G\nf a 0 0 1 2 0 0 2\nf b 0 0 1 2 1 1 NA\n"
ORANGE = (
    "a 0\tsex\tthal\tbatch\tfunction\tgene\ncontinuous\tf m\treversable\\ defect normal\tc\td\tstring\n"
    "\t\t\tignore\tclass \tmeta\n0.5\tf\tnormal\t7\tRibo\tYAL1\n?\tm\treversable defect\t8\tResp\n"
)
ALL = {"orange": ORANGE, "ped": PED, "raw": RAW, "vcf": VCF, "gct": GCT, "pcl": PCL, "geo": GEO}


def columns(table: Table) -> dict[str, list[str]]:
    return {name: table.texts(name).tolist() for name in table.names}


def outcome(path: Path, dialect: Dialect | None) -> str:
    try:
        preview(path, dialect or sniff(path))
        return "read" if read_table(path, dialect).rows else "no rows"
    except DataError as error:
        sentence = str(error)
    return "one sentence" if sentence.startswith(path.name) and "\n" not in sentence else sentence


def read(folder: Path, text: str, name: str = "a.txt") -> dict[str, list[str]]:
    (folder / name).write_text(text)
    return columns(read_table(folder / name))


class TestGenotypes:
    def test_ped(self, tmp_path: Path) -> None:
        assert read(tmp_path, PED, "a.ped") == {
            "person": ["FAM1 1", "FAM2 1", "FAM3 1"],
            "locus 1": ["A/A", "A/G", "G/G"],
            "locus 2": ["G/G", "G/G", "./."],
        }

    def test_ped_with_map(self, tmp_path: Path) -> None:
        (tmp_path / "a.map").write_text("# chromosome, name\n1 rs7 0 100\n\n1 rs9 0 200\n")
        found = read(tmp_path, PED.replace("FAM2 1", "FAM2 2").replace("FAM3 1", "FAM3 3"), "a.ped")
        assert list(found) == ["person", "rs7", "rs9"]
        assert found["person"] == ["1", "2", "3"]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("1 rs7 0 1\n", r"genotypes at 2 loci, and the \.map beside the file names 1"),
            (
                "1 rs7 0 1\nrs9\n",
                r"line 2 of the \.map beside the file: expected a chromosome and a name, got 'rs9'",
            ),
        ],
    )
    def test_a_map_that_does_not_fit(self, text: str, said: str, tmp_path: Path) -> None:
        (tmp_path / "a.map").write_text(text)
        with pytest.raises(DataError, match=said):
            read(tmp_path, PED, "a.ped")

    def test_vcf(self, tmp_path: Path) -> None:
        assert read(tmp_path, VCF) == {
            "person": ["ann", "bob"],
            "rs1": ["A/G", "G|A"],
            "1:20": ["G/T", "./."],
            "rs3": ["./T", "./T"],
        }

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("0/1:9", "0/2:9", "line 3: expected 0 to 1 as an allele, got '2'"),
            ("0/1:9", "0/x:9", "line 3: expected 0 to 1 as an allele, got 'x'"),
            ("GT:DP", "DP", "line 3: there are no genotypes; expected GT"),
            ("\t1|0:8", "", "line 3: expected 11 cells with tabs between them, got 10"),
            ("\tFORMAT\tann\tbob", "", "line 3: there are no samples above this"),
            (VCF[VCF.index("1\t10") :], "", "this VCF holds no genotypes"),
        ],
    )
    def test_a_vcf_that_is_wrong(self, old: str, new: str, said: str, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=said):
            read(tmp_path, VCF.replace(old, new))

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            (["a a 0 0 1 1 A A", "a a 0 0 1 1 A"], "line 2: expected 8 cells as in the first line, got 7"),
            (["a a 0 0 1 1 A"], "line 1: expected 6 cells and two for each locus, got 7"),
            (["#", ""], "the file holds no persons"),
        ],
    )
    def test_a_ped_that_is_wrong(self, lines: list[str], said: str) -> None:
        with pytest.raises(DataError, match=said):
            plink.ped_table(lines)

    def test_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(genotypes, "MAX_CELLS", 5)
        with pytest.raises(DataError, match="million cells"):
            plink.ped_table(PED.splitlines())
        monkeypatch.setattr(genotypes, "MAX_COLUMNS", 3)
        with pytest.raises(DataError, match="more than 3 columns"):
            vcf.vcf_table(VCF.splitlines())

    @pytest.mark.parametrize(
        "text", ["a b c d e f A A\n1 2 3 4 5 6 7 8\n", "1 1 0 0 1 2 0 0\n", "x,y\n1,2\n"]
    )
    def test_other_tables_are_no_ped(self, text: str) -> None:
        assert sniff(text.encode()).layout == "table"


class TestExpression:
    def test_gct(self, tmp_path: Path) -> None:
        assert read(tmp_path, GCT) == {
            "gene": ["g1", "g2"],
            "description": ["kinase", "na"],
            "a1": ["1", "-1"],
            "a2": ["2.5", "NA"],
            "a3": ["", "3"],
        }

    @pytest.mark.parametrize(
        ("text", "notes"),
        [
            (GCT, ()),
            (GCT3, ("1 row above the genes, about the arrays, left out",)),
            (PCL, ("left out, as they are no expression: GWEIGHT, EWEIGHT",)),
            (CDT, ("left out, as they are no expression: GID, GWEIGHT, AID, EWEIGHT",)),
            ("ORF\tNAME\tGWEIGHT\ta1\ng\tfirst\t1\t2\n", ("left out, as they are no expression: GWEIGHT",)),
            (GEO, ("4 lines left out that begin with !",)),
            (GEO + "!after\t1\n", ("5 lines left out that begin with !",)),
        ],
    )
    def test_what_is_left_out_is_said(self, text: str, notes: tuple[str, ...], tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(text)
        assert read_table(tmp_path / "a.txt").notes == notes

    def test_gct_1_3(self, tmp_path: Path) -> None:
        assert read(tmp_path, GCT3) == {"gene": ["g1"], "a1": ["1"], "a2": ["2"]}

    def test_pcl(self, tmp_path: Path) -> None:
        assert read(tmp_path, PCL) == {
            "gene": ["YAL1", "YAL2"],
            "description": ["first", "second"],
            "a1": ["0.5", "-1"],
            "a2": ["", "2"],
        }

    def test_cdt(self, tmp_path: Path) -> None:
        assert read(tmp_path, CDT) == {"gene": ["YAL1"], "description": ["first"], "a1": ["0.5"]}

    def test_pcl_without_a_column_of_weights(self, tmp_path: Path) -> None:
        found = read(tmp_path, "ORF\tNAME\ta1\nEWEIGHT\t\t1\ng\tfirst\t2\n")
        assert found == {"gene": ["g"], "description": ["first"], "a1": ["2"]}

    def test_pcl_without_descriptions(self, tmp_path: Path) -> None:
        assert read(tmp_path, "ORF\tGWEIGHT\ta1\ng\t1\t2\n") == {"gene": ["g"], "a1": ["2"]}

    def test_geo(self, tmp_path: Path) -> None:
        assert read(tmp_path, GEO) == {
            "gene": ["1007_s_at", "1053_at"],
            "GSM1": ["1.5", "2"],
            "GSM2": ["", "3e-1"],
        }

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (
                GCT.replace("2\t3", "4\t3"),
                "the second line says 4 genes, and there are 2; is the file cut short",
            ),
            (GCT.replace("2\t3", "2\t4"), "line 3: expected 6 names with tabs between them, got 5"),
            (GCT.replace("-1\t", "-1\t7\t"), "line 5: expected 5 cells with tabs between them, got 6"),
            ("#1.2\n0\t1\nName\tDescription\ta\n", "there is a header and no rows"),
            ("ORF\tNAME\tGWEIGHT\ng\tx\t1\n", "there are no arrays in the header"),
            (GEO.replace("!series_matrix_table_end", ""), "the table does not end"),
            (GEO.replace("!series_matrix_table_begin", ""), "there is no table"),
            (
                "!Series_title\t1\n!series_matrix_table_begin\n!series_matrix_table_end\n",
                "the table is empty; look",
            ),
        ],
    )
    def test_a_file_that_is_wrong(self, text: str, said: str, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=said):
            read(tmp_path, text)

    def test_a_dialect_that_does_not_fit(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("x\ty\n1\t2\n")
        with pytest.raises(DataError, match=r"expected #1\.2"):
            read_table(tmp_path / "a", Dialect(layout="gct"))

    def test_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(expression, "MAX_CELLS", 5)
        with pytest.raises(DataError, match="million cells"):
            expression.pcl_table(PCL.splitlines())
        monkeypatch.setattr(expression, "MAX_COLUMNS", 3)
        with pytest.raises(DataError, match="more than 3 columns"):
            expression.gct_table(GCT.splitlines())


@pytest.mark.parametrize("layout", ALL)
def test_each_format_is_known_shown_and_unpacked(layout: str, tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(ALL[layout].encode()))
    dialect = sniff(path)
    assert dialect.layout == layout
    table = read_table(path)
    assert preview(path, dialect, 1) == (table.names, tuple(table.texts(name)[0] for name in table.names))


def test_a_preview_reads_on_where_the_table_begins_late(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("emviz.data.reader.PREVIEW_BYTES", 40)
    path = tmp_path / "a.txt"
    path.write_text(GEO)
    assert preview(path, sniff(path))[1] == ("1007_s_at", "1.5", "")
    path.write_text(GEO.replace("_end", ""))
    with pytest.raises(DataError, match="does not end"):
        preview(path, Dialect(layout="geo"))


@pytest.mark.filterwarnings("error")
@settings(max_examples=60, deadline=None)
@given(
    layout=st.sampled_from(sorted(ALL)),
    cuts=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 12), st.binary(max_size=6)), max_size=4),
    zipped=st.booleans(),
)
def test_mutated_bytes_give_a_table_or_one_sentence(
    layout: str, cuts: list[tuple[int, int, bytes]], zipped: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = ALL[layout].encode()
    content = gzip.compress(content) if zipped else content
    for place, length, new in cuts:
        content = content[:place] + new + content[place + length :]
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(content)
    for dialect in (None, Dialect(layout=layout)):
        assert outcome(path, dialect) in ("read", "one sentence")


class TestPacked:
    def test_a_plain_table(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv.gz"
        path.write_bytes(gzip.compress(b"heads,tails\n5,5\n") + gzip.compress(b"9,1\n"))
        done: list[float] = []
        assert columns(read_table(path, progress=done.append)) == {"heads": ["5", "9"], "tails": ["5", "1"]}
        assert done == sorted(done)
        assert done[-1] == 1.0

    def test_the_size_is_that_of_what_is_in_it(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(packed, "MAX_BYTES", 2**20)
        path = tmp_path / "bomb.csv.gz"
        path.write_bytes(gzip.compress(b"1,2\n" * 2**18))
        assert read_table(path).rows == 2**18
        path.write_bytes(gzip.compress(b"1,2\n" * 2**18 + b"1"))
        with pytest.raises(
            DataError, match=r"^bomb\.csv\.gz: the file is larger than 1 MiB when it is unpacked"
        ):
            read_table(path)

    @pytest.mark.parametrize(
        "content",
        [
            gzip.compress(b"1,2\n" * 99, mtime=0)[:-9],
            b"\x1f\x8bxyz",
            b"\x1f\x8b\x08" + b"\0" * 7 + b"\xff\xff",
        ],
    )
    def test_damaged(self, content: bytes, tmp_path: Path) -> None:
        (tmp_path / "a.gz").write_bytes(content)
        with pytest.raises(DataError, match=r"^a\.gz: this \.gz file is damaged or cut short"):
            read_table(tmp_path / "a.gz")

    def test_what_is_in_it_is_named(self, tmp_path: Path) -> None:
        for content, said in ((b"PK\x03\x04abc", "a packed spreadsheet"), (b"X\n\0\0", "a file of R")):
            (tmp_path / "a.gz").write_bytes(gzip.compress(content))
            with pytest.raises(DataError, match=f"this is {said}"):
                read_table(tmp_path / "a.gz")


LEVEL = st.floats(-99, 99, width=16).map(str) | st.sampled_from(["", "NA"])
MATRICES = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.lists(
        st.lists(LEVEL, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def as_gct(rows: list[list[str]], arrays: list[str]) -> str:
    body = ["\t".join([f"g{n}", "about", *row]) for n, row in enumerate(rows)]
    header = "\t".join(["Name", "Description", *arrays])
    return "\n".join(["#1.2", f"{len(rows)}\t{len(arrays)}", header, *body])


def as_pcl(rows: list[list[str]], arrays: list[str]) -> str:
    body = ["\t".join([f"g{n}", "about", "1", *row]) for n, row in enumerate(rows)]
    header, weights = ["UID", "NAME", "GWEIGHT", *arrays], ["EWEIGHT", "", "", *["1"] * len(arrays)]
    return "\n".join(["\t".join(header), "\t".join(weights), *body])


def as_geo(rows: list[list[str]], arrays: list[str]) -> str:
    body = ["\t".join([f'"g{n}"', *row]) for n, row in enumerate(rows)]
    header = "\t".join(['"ID_REF"', *(f'"{array}"' for array in arrays)])
    around = ("!Series_title\t1", expression.BEGIN, header, *body, expression.END)
    return "\n".join(around)


class TestOrange:
    @pytest.mark.parametrize("name", ["a.tab", "a.csv"])
    def test_the_rows_below_the_names_are_no_data(self, name: str, tmp_path: Path) -> None:
        text = ORANGE if name == "a.tab" else ORANGE.replace("\t", ",")
        assert read(tmp_path, text, name) == {
            "a 0": ["0.5", "?"],
            "sex": ["f", "m"],
            "thal": ["normal", "reversable defect"],
            "function": ["Ribo", "Resp"],
            "gene": ["YAL1", ""],
        }
        (note,) = read_table(tmp_path / name).notes
        assert note.endswith("are no data; left out, to be ignored: batch")

    def test_all_columns_are_kept_where_none_is_to_be_ignored(self, tmp_path: Path) -> None:
        assert read(tmp_path, "x,y\nc,d\n,class\n1,no\n2,yes\n") == {"x": ["1", "2"], "y": ["no", "yes"]}
        assert read_table(tmp_path / "a.txt").notes[0].endswith("are no data")

    @pytest.mark.parametrize(
        "text",
        [
            "x,y\nc,d\nc,m\nd,s\n",  # letters in every cell
            "x,y\nc,d\n1,2\n",
            "x,y\nred wine,d\nnext day,class\n",
            "x,y\nc\n,class\n",
            "x,\nc,d\n,class\n1,2\n",
            "x,y\nc,d\n",
            "x,y\nc,d\n\nd,c\n",  # a blank line between the rows
            "x,y\nred wine,white wine\n,class\n",
        ],
    )
    def test_another_table_is_read_as_it_stands(self, text: str, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(text)
        assert sniff(tmp_path / "a.csv").layout == "table"

    @pytest.mark.parametrize(
        ("body", "purposes", "said"),
        [
            ("", ",class", "there is a header and no rows"),
            ("1,2,3\n", ",class", "row 1: expected 2 cells, got 3"),
            ('1,"2\n', ",class", "a quote is not closed"),
            ("1,2\n", "i,class ignore", "all columns are to be ignored"),
        ],
    )
    def test_a_table_that_cannot_be_read(self, body: str, purposes: str, said: str, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text(f"x,y\nc,d\n{purposes}\n{body}")
        with pytest.raises(DataError, match=said):
            read_table(tmp_path / "a.csv", Dialect(layout="orange"))

    def test_no_more_cells_than_any_table_has(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(orange, "MAX_CELLS", 3)
        (tmp_path / "a.csv").write_text("x,y\nc,d\n,class\n1,2\n3,4\n")
        with pytest.raises(DataError, match="more than 0 million cells"):
            read_table(tmp_path / "a.csv")


@settings(max_examples=60, deadline=None)
@given(rows=MATRICES, kind=st.sampled_from([("gct", as_gct), ("pcl", as_pcl), ("geo", as_geo)]))
def test_expression_comes_back_as_it_was_written(
    rows: list[list[str]], kind: tuple[str, Callable[..., str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    layout, written = kind
    path = tmp_path_factory.getbasetemp() / "expression.txt"
    arrays = [f"a{n}" for n in range(len(rows[0]))]
    path.write_text(written(rows, arrays))
    assert sniff(path).layout == layout
    table = read_table(path)
    assert table.texts("gene").tolist() == [f"g{n}" for n in range(len(rows))]
    for place, array in enumerate(arrays):
        assert table.texts(array).tolist() == [row[place] for row in rows]
        assert table.missing(array).tolist() == [row[place] in ("", "NA") for row in rows]
