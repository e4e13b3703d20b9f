import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pytest

from emviz.data.reader import read_table, sniff
from emviz.data.table import DataError

BEGINNINGS = [
    (b"%PDF-1.7\n%\xe2\xe3", "a PDF document; save the table in it as CSV"),
    (b"{\\rtf1\\ansi", "an RTF document"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "an image; type the numbers in it into a spreadsheet"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "an image"),
    (b"GIF89a", "an image"),
    (b"RIFF\x10\n\0\0WEBPVP8 ", "an image"),
    (b"X\n\0\0\0\x03", "a file of R; write it with write.csv in R"),
    (b"RDX3\nX\n", "a file of R"),
    (b"structure(list(x = c(1.5, 2)), class =", "text that R writes with dput; write it with write.csv in R"),
    (b"x <- c(1.5, 2)\n", "text that R writes with dput"),
    (b"(dp0\nS'a'\np1\n", "a pickle of Python; save the table in it with to_csv in pandas"),
    (b"cnumpy.core.multiarray\n_reconstruct\np0\n", "a pickle of Python"),
    (b"[Profile]\n Title=", "a project of Arlequin; write its genotypes as VCF or PED, for example with"),
    (b">MA0004.1 Arnt\n 4.0 19.0  0.0\n", "the matrix of a motif; open the sequences that it was made from"),
    (b"$FL2@(#) SPSS DATA FILE", "an SPSS file; save it as CSV in SPSS"),
    (b"<stata_dta><header>", "a Stata file"),
    (b"PAR1\x15\0", "a Parquet or Arrow file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"MATLAB 5.0 MAT-file, Platform", "a MATLAB file"),
    (b"l\x1b\x01\xdc", "a binary file of PLINK; write it with plink --recode"),
    (b"BZh91AY&SY\x01", "a packed file; unpack it and open the file that is in it"),
    (b"\xfd7zXZ\0\0\x04", "a packed file"),
    (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><p>", "a web page; save the table in it as CSV"),
    (b"<table border=1>", "a web page"),
    (b"<?xml version='1.0'?>", "an XML file"),
    (
        b'{\n"emviz": 1,\n"model": "coins"',
        "a session of emviz; open it without a model, under a name that ends in .emviz",
    ),
    (b"+++\nlesson = 1\n", "a lesson of emviz; open it without a model, under a name that ends in .lesson"),
    (b'[{"x": 1}]', "JSON; save the table in it with to_csv in pandas"),
    (b"[[1, 2], [3, 4]]", "JSON"),
    (b'{"x": [1, 2]}', "JSON"),
    (b"\\begin{tabular}{rr}", "a LaTeX file"),
    (b"#NEXUS\nbegin data;", "a NEXUS file; write the alignment as FASTA or Stockholm"),
    (b"CLUSTAL W (1.83) multiple sequence alignment\n", "a Clustal alignment"),
    (b"!!AA_MULTIPLE_ALIGNMENT 1.0", "an MSF alignment"),
    (b" 2 7\nhuman     MKV-LAT\nmouse     MKVQLAT\n", "a PHYLIP alignment"),
    (b"2 7\r\nhuman MKV-LAT\r\n", "a PHYLIP alignment"),
    (b"LOCUS       AB000001  20 bp", "a GenBank file; write the sequences as FASTA"),
    (b"ID   X56734; SV 1; linear;", "an EMBL or UniProt file"),
    (b"ID   12AH_CLOS4              STANDARD;      PRT;    29 AA.", "an EMBL or UniProt file"),
    (b">P1;CRAB_ANAPL\nALPHA CRYSTALLIN B CHAIN\nMDITIHN*\n", "a PIR file; write the sequences as FASTA"),
    (b"HEADER    VIRAL PROTEIN                    27-MAR-98   1A8O", "a structure of the PDB"),
    (b"data_1A8O\n# \n_entry.id   1A8O \n", "a structure of the PDB"),
    (b"BLASTN 2.2.26 [Sep-21-2011]\n", "a report of BLAST"),
    (b"# TBLASTN 2.2.25+\n# Query: gi|1\n", "a report of BLAST"),
    (b"psLayout version 3\n\nmatch\tmis-", "a PSL or chain file, which has positions and no letters"),
    (b"chain 176 chr3 198295559 + 42530895 42532606\n", "a PSL or chain file"),
    (b"##maf version=1\n", "a MAF alignment"),
    (b"HMMER3/f [3.1 | February 2013]\n", "a profile of HMMER or Infernal; open the alignment"),
    (80 * b"*" + b"\nMEME - Motif discovery tool\n", "a motif of MEME"),
    (b"AC MA0056.1\nXX\nID MZF1\n", "a motif of TRANSFAC"),
    (b">MA0004.1 Arnt\nA  [ 4 19  0 ]\nC  [16  0 20 ]\n", "the matrix of a motif; open the sequences that"),
    (b"@r1\nACGT\n+\nIIII\n", "a FASTQ file; write the sequences as FASTA"),
    (b"##gff-version 3\n", "a GFF file"),
    (b"@HD\tVN:1.6\n", "a SAM file"),
    (b"MEME version 4\n", "a motif of MEME"),
    (b"P2\n# ImageJ\n12 10\n255\n1 2\n", "an image"),
    (b'<?xml version="1.0"?>\n<smile version="1.0">', "a Bayesian network; open the cases"),
    (b'<?xml version="1.0"?>\n<other/>', "an XML file"),
    (b"// ~->[DNET-1]->~\nbnet x {\n", "a Bayesian network; open the cases that it was made from"),
    (b"network unknown {\n}\n", "a Bayesian network"),
    (b"class x {\nnet\n{\n", "a Bayesian network"),
    (b"net\n{\n", "a Bayesian network"),
    (b"% Weka\n\n@RELATION iris\n", "a file of Weka"),
    (b"# A tibble: 40 x 2\n", "a table as R prints it; write it with write.csv in R"),
    (b"MTD\tmzTab-version\t1.0.0\n", "an mzTab file; keep its lines that begin with PSH and PSM"),
    (
        b"[Header]\r\nGSGT Version\t1.9.4\r\n",
        "a report of Illumina, with a row for each SNP of a person; write",
    ),
    (b"6\n3\nP 100 200 300\nSSS\n#0\n0 1 0\n", "an input of PHASE; write the genotypes as VCF or PED"),
    (b"6\n3\n# id 0\n010\n", "an input of PHASE"),
    (b"1 rs1 100 A G 1 0 0 0 1 0\n1 rs2", "a GEN file, with probabilities of genotypes; write the genotypes"),
    (b"1 rs1 100 A G 0.98 0.02 0 0 1 0\n", "a GEN file"),
]


@pytest.mark.parametrize(
    "start",
    [
        b">a\nACGT\n",
        b">A;1\nMKV\n",
        b"ID   x\n1;   2\n",
        b"chain 1\n2 3\n",
        b"AC,ID\n1,2\n",
        b"data_1,x\n1,2\n",
        b"P1 5 5\nP2 9 1\n",
        b"net gross\n5 5\n9 1\n",
        b"6\n3\n5\n",
        b"1 rs1 100 A G 1 0 0 0\n1 rs2 200 A G 0 1 2 1\n",
    ],
)
def test_what_begins_nearly_like_it_is_read(start: bytes, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(start)
    assert read_table(path).rows >= 1


@pytest.mark.parametrize(("start", "said"), BEGINNINGS)
def test_a_file_that_is_known_and_not_read_is_named(start: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(start)
    with pytest.raises(DataError, match=f"^data.csv: this is {said}"):
        read_table(path)


def test_what_python_itself_writes_is_named(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "a.db")
    database.execute("create table t (x)")
    database.close()
    np.save(tmp_path / "a.npy", np.zeros(3))
    for name, said in (("a.db", "an SQLite database"), ("a.npy", "an array of NumPy")):
        with pytest.raises(DataError, match=f"this is {said}"):
            sniff(tmp_path / name)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("word/document.xml", "this is a Word document; save the table in it as CSV"),
        ("ppt/presentation.xml", "this is a PowerPoint presentation"),
        ("x.npy", "this is an archive of NumPy"),
        ("data.csv", "this is a zip archive; unpack it"),
    ],
)
def test_what_a_zip_archive_holds_says_what_it_is(part: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(part, "1")
    with pytest.raises(DataError, match=said):
        sniff(path)


@pytest.mark.parametrize(
    "text",
    [
        "X,Y\n1,2\n",
        "A\tB\n1\t2\n",
        "BM,x\n1,2\n",
        "<5,>5\n1,2\n",
        "PAR1,PAR2\n1,2\n",
        "X\n1\n",
        "A\n3\n",
        "BZh1,Rar!\n1,2\n",
        "II,MM\n1,2\n",
    ],
)
def test_a_table_that_begins_alike_is_a_table(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert read_table(path).names == tuple(text.split("\n")[0].replace("\t", ",").split(","))


@pytest.mark.parametrize(
    "text", ["[0, 0, 1]\n[1, 0]\n", "2 7\n1 3\n", "x y\na 1\n", "ID,x\na,1\n", "@x,y\n1,2\n"]
)
def test_a_table_is_not_taken_for_another_kind(text: str, tmp_path: Path) -> None:
    path = tmp_path / "data.txt"
    path.write_text(text)
    assert read_table(path).rows > 0


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [
        (
            "a.tped",
            "1 rs1 0 100 A A A C\n",
            "this is a PED of PLINK with a row for each locus; write it as PED",
        ),
        ("a.map", "1 rs1 0 100\n", "this is the list of the loci of PLINK; open the .ped beside it"),
        (
            "A.BIM",
            "1\trs1\t0\t100\tA\tG\n",
            "this is the list of the loci of PLINK; write the genotypes with",
        ),
        ("a.fam", "F1 1 0 0 1 2\n", "this is the list of the people of PLINK"),
    ],
)
def test_lists_of_plink_are_no_genotypes(tmp_path, name, line, words):
    (tmp_path / name).write_text(line)
    with pytest.raises(DataError, match=words):
        sniff(tmp_path / name)


def test_a_table_may_be_called_like_a_list_of_plink(tmp_path):
    (tmp_path / "a.map").write_text("heads,tails\n5,5\n")
    assert read_table(tmp_path / "a.map").names == ("heads", "tails")
