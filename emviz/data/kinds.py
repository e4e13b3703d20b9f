"""Known kinds of files that cannot be read, recognised by their start, with advice for each."""

from __future__ import annotations

import re

from emviz.data.table import DataError

TABLE = "save the table in it as CSV"
CASES = "open the cases that it was made from, and write its arrows under Structure"
BY_PERSON = "write the genotypes as VCF or PED, or as A/G in a row for each person and a column for each SNP"
TYPED = "type the numbers in it into a spreadsheet"
IN_R = "write it with write.csv in R"
UNPACK = "unpack it and open the file that is in it"
ALIGNED = "write the alignment as FASTA or Stockholm"
IN_FASTA = "write the sequences as FASTA"
BY_ITSELF = "open it without a model, under a name that ends in"
MADE_FROM = "open the sequences that it was made from"

#: The start of a file, its kind, and the advice.
STARTS = (
    (rb"%PDF-", "a PDF document", TABLE),
    (rb"\{\\rtf", "an RTF document", TABLE),
    (
        rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|RIFF....WEBP|P[1-6]\r?\n(#[^\n]*\n)*\d+\s+\d+\s|BM....\0\0\0\0",
        "an image",
        TYPED,
    ),
    (rb"RD[AX][23]\n|X\n\0", "a file of R", IN_R),
    (rb"(\w+ *(<-|=) *)?(structure\(list\(|data\.frame\(|c\(-?[\d.])", "text that R writes with dput", IN_R),
    (rb"\$FL[23]@\(#\)", "an SPSS file", "save it as CSV in SPSS"),
    (
        rb"<stata_dta>|[\x6e-\x73][\x01\x02]\x01\0",
        "a Stata file",
        "save it as CSV with export delimited in Stata",
    ),
    (rb"\0{12}\xc2\xea\x81\x60", "a SAS file", "save it as CSV with proc export in SAS"),
    (rb"MATLAB \d\.\d MAT-file", "a MATLAB file", "write the matrix with writematrix in MATLAB"),
    (rb"SQLite format 3\0", "an SQLite database", "export the table in it as CSV"),
    (rb"PAR1\x15|ARROW1\0\0|FEA1\0", "a Parquet or Arrow file", "save it with to_csv in pandas"),
    (rb"\x89HDF\r\n\x1a\n", "an HDF5 file", TABLE),
    (rb"\x93NUMPY", "an array of NumPy", "write it with numpy.savetxt"),
    (
        rb"\x80[\x02-\x05]|\([dl]p\d+\n|c\w+(\.\w+)*\n\w+\n[p(]",
        "a pickle of Python",
        "save the table in it with to_csv in pandas",
    ),
    (
        rb"\s*\[Profile\]",
        "a project of Arlequin",
        "write its genotypes as VCF or PED, for example with PGDSpider",
    ),
    (rb"l\x1b\x01", "a binary file of PLINK", "write it with plink --recode"),
    (rb"BAM\x01|BCF\x02", "a BAM or BCF file", "write the genotypes as VCF with bcftools view"),
    (rb"BZh\d1AY&SY|\xfd7zXZ\0|7z\xbc\xaf|\x28\xb5\x2f\xfd|Rar!\x1a", "a packed file", UNPACK),
    (rb"(\xef\xbb\xbf)?\s*(?i:<!doctype html|<html|<head|<table)", "a web page", TABLE),
    (rb"(\xef\xbb\xbf)?\s*<\?xml[^<]*<(smile|BIF)\b", "a Bayesian network", CASES),
    (rb"(\xef\xbb\xbf)?\s*<\?xml", "an XML file", TABLE),
    (rb"(// ~->\[DNET|network\s+\S+\s*\{|(class\s+\S+\s*\{\s*)?net\s*\{)", "a Bayesian network", CASES),
    (rb"(%[^\n]*\n|\s)*(?i:@relation)\s", "a file of Weka (ARFF)", "save it as CSV in Weka"),
    (rb"# A (tibble|data frame): ", "a table as R prints it", IN_R),
    (rb"(MTD|COM)\t", "an mzTab file", "keep its lines that begin with PSH and PSM, without the others"),
    (rb"\[Header\]\s*(GSGT|BSGT)", "a report of Illumina, with a row for each SNP of a person", BY_PERSON),
    (rb"\s*\d+\s*\n\s*\d+\s*\n(P[ \t][^\n]*\n)?([MS \t]+\r?\n)?#", "an input of PHASE", BY_PERSON),
    (
        rb"(\S+[ \t]+){2}\d+([ \t]+[ACGT]+){2}"
        rb"([ \t]+(1 0 0|0 1 0|0 0 1|0 0 0|[01]\.\d+( [01](\.\d+)?){2}))+\s*?\n",
        "a GEN file, with probabilities of genotypes",
        BY_PERSON,
    ),
    # JSON too, so it comes before that.
    (rb"(\xef\xbb\xbf)?\s*\{\s*\"emviz\"\s*:", "a session of emviz", f"{BY_ITSELF} .emviz"),
    (rb"(\xef\xbb\xbf)?\+{3}\r?\n", "a lesson of emviz", f"{BY_ITSELF} .lesson"),
    (rb"(\xef\xbb\xbf)?\s*(\{\s*\"|\[\s*[\[{])", "JSON", "save the table in it with to_csv in pandas"),
    (rb"\\(documentclass|begin\{)", "a LaTeX file", TABLE),
    (rb"(?i:#NEXUS)", "a NEXUS file", ALIGNED),
    (rb"CLUSTAL|MUSCLE \(", "a Clustal alignment", ALIGNED),
    (rb"!!(NA|AA)_MULTIPLE|PileUp", "an MSF alignment", ALIGNED),
    (rb"\s*\d+[ \t]+\d+\s*\n[A-Za-z][^ \t]*[ \t]+[A-Za-z?*.-]{4}", "a PHYLIP alignment", ALIGNED),
    (rb"LOCUS {2,}\S", "a GenBank file", IN_FASTA),
    (rb"ID {3}\S+?( +\w+)?; ", "an EMBL or UniProt file", IN_FASTA),
    # Read as FASTA, its title line after the name would be taken for letters.
    (rb">(P1|F1|D[LC]|R[LC]|N[13]|XX);", "a PIR file", IN_FASTA),
    (rb"HEADER {4}\S|data_\w+\s*\n#", "a structure of the PDB", IN_FASTA),
    (
        rb"T?BLAST[NPX] \d|# T?BLAST[NPX] \d",
        "a report of BLAST",
        "write the sequences that it found as FASTA",
    ),
    (rb"@\S[^\n]*\n[A-Za-z.*-]+\r?\n\+", "a FASTQ file", IN_FASTA),
    (rb"@(HD|SQ|RG|PG|CO)\t", "a SAM file", "write the reads as FASTA with samtools fasta"),
    (rb"##g[tf]f", "a GFF file, which has positions and no letters", IN_FASTA),
    (rb"psLayout|chain \d+ \S+ \d", "a PSL or chain file, which has positions and no letters", IN_FASTA),
    (rb"##maf", "a MAF alignment", ALIGNED),
    (rb"HMMER[23]|INFERNAL1", "a profile of HMMER or Infernal", "open the alignment that it was made from"),
    (rb"MEME version|\*{40,}\s+(MEME|MAST) - ", "a motif of MEME", MADE_FROM),
    (rb"(AC|ID|VV) +[^\n;]*\n(XX|ID|AC)\b", "a motif of TRANSFAC", MADE_FROM),
    (rb">[^\n]*\n\s*(A\s*[\[|:]|A?[ \t]*-?[\d.]+[ \t]+-?[\d.]+[ \t])", "the matrix of a motif", MADE_FROM),
)


#: Lists of PLINK, by the ending of their name, and the advice.
LISTS = {
    ".tped": ("a PED of PLINK with a row for each locus", "write it as PED with plink --tfile NAME --recode"),
    ".tfam": ("the list of the people of a .tped", "write it as PED with plink --tfile NAME --recode"),
    ".fam": ("the list of the people of PLINK", "write the genotypes with plink --bfile NAME --recode"),
    ".bim": ("the list of the loci of PLINK", "write the genotypes with plink --bfile NAME --recode"),
    ".map": ("the list of the loci of PLINK", "open the .ped beside it"),
}
#: A line of such a list: a chromosome, a name, and numbers.
LISTED = re.compile(rb"\S+[ \t]+\S+[ \t]+\S+([ \t]+\S+)*[ \t]*\r?(\n|$)")


def refuse_list(start: bytes, name: str) -> None:
    """Refuse a list of PLINK, which has no genotypes or has them by locus.

    Parameters
    ----------
    start : bytes
        The start of the file.
    name : str
        The name of the file.

    Raises
    ------
    DataError
        With the kind of the file and the advice.
    """
    ending = "." + name.lower().removesuffix(".gz").rpartition(".")[2]
    if ending in LISTS and LISTED.match(start):
        kind, way = LISTS[ending]
        raise DataError(f"this is {kind}; {way}")


def refuse_known(start: bytes) -> None:
    """Refuse a file of a known kind that cannot be read.

    Parameters
    ----------
    start : bytes
        The start of the file; 64 bytes are enough.

    Raises
    ------
    DataError
        With the kind of the file and the advice.
    """
    for pattern, kind, way in STARTS:
        if re.match(pattern, start, re.DOTALL):
            raise DataError(f"this is {kind}; {way}")


def zip_kind(names: set[str]) -> str:
    """Return the kind of a zip archive that is not a spreadsheet, with advice."""
    if "word/document.xml" in names:
        return f"this is a Word document; {TABLE}"
    if "ppt/presentation.xml" in names:
        return f"this is a PowerPoint presentation; {TABLE}"
    if names and all(name.endswith(".npy") for name in names):
        return "this is an archive of NumPy; write the array in it with numpy.savetxt"
    return f"this is a zip archive; {UNPACK}"
