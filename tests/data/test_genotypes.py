"""VCF, PED and .raw: what is read of each, what is left out and said, and that it comes back as written."""

from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import emviz.data.genotypes as genotypes
from emviz.data.plink import ped_table, raw_table
from emviz.data.reader import read_table, sniff
from emviz.data.table import DataError, Table
from emviz.data.vcf import vcf_table
from emviz.intake import Wishes, ask, take
from emviz.models.haplotype import Haplotypes

MODEL = Haplotypes()
FAMILY = "the families, parents, sexes and traits are left out"
NO_SETS = "genotypes such as A|G are taken to be phased along the whole chromosome, as there is no PS"
RAW = (
    "FID IID PAT MAT SEX PHENOTYPE rs1_A rs1_HET rs2_G rs2_HET\n"
    "F1 ann 0 0 2 -9 1 1 2 0\nF1 bob 0 0 1 1 0 0 NA NA\nF2 cyd 0 0 1 2 2 0 1 1\n"
)


def cells(table: Table) -> dict[str, list[str]]:
    return {name: table.texts(name).tolist() for name in table.names}


def vcf(*variants: str, people: str = "ann bob") -> Table:
    """Variants as "chromosome ID REF ALT FORMAT genotype …"."""
    lines = ["##fileformat=VCFv4.2", "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT " + people]
    for place, variant in enumerate(variants, 1):
        chromosome, name, reference, other, *rest = variant.split()
        lines.append(f"{chromosome} {place} {name} {reference} {other} . PASS . {' '.join(rest)}")
    return vcf_table(line.replace(" ", "\t") for line in lines)


def parsed(table: Table, /, **wishes):
    given = take(MODEL, table, ask(MODEL, table, Wishes(**wishes)))
    return given, MODEL.parse(given.table)


def phases(data) -> list[str | None]:
    if data.phase is None:
        return [None] * len(data.which)
    return [None if pair < 0 else data.pair_name(pair) for pair in data.phase.tolist()]


class TestPhases:
    def test_where_all_is_phased_the_reference_is_known(self) -> None:
        table = vcf("1 rs1 A G GT 0|1 1|0", "1 rs2 C T GT 0|1 0|1")
        assert cells(table) == {"person": ["ann", "bob"], "rs1": ["A|G", "G|A"], "rs2": ["C|T", "C|T"]}
        assert table.notes == (NO_SETS,)
        given, data = parsed(table)
        assert given.notes == (NO_SETS,)
        assert phases(data) == ["AC / GT", "AT / GC"]
        assert data.labelled.copies.tolist() == [1, 1, 1, 1]

    def test_where_some_is_phased_there_are_some_labels(self) -> None:
        _, data = parsed(vcf("1 rs1 A G GT 0|1 1|0 0/0", "1 rs2 C T GT 0/1 0|1 0/1", people="ann bob cyd"))
        assert phases(data) == [None, "AT / GC", "AC / AT"]
        assert data.labelled is None

    @pytest.mark.parametrize("gap", [".|.", "./.", ".", ".|1", "1|."])
    def test_a_missing_allele_leaves_the_phase_unknown(self, gap: str) -> None:
        table = vcf("1 rs1 A G GT 0|1 1|0", f"1 rs2 C T GT {gap} 0|1")
        _, data = parsed(table)
        assert phases(data) == [None, "AT / GC"]
        assert data.written(data.which[0]) == ("A/G, ./T" if "1" in gap else "A/G, ./.")

    def test_chromosomes_are_not_in_phase_with_each_other(self) -> None:
        table = vcf("2 rs9 A G GT 0|1 0|0", "1 rs1 A G GT 0|1 1|0", "1 rs2 C T GT 0|1 0|1")
        assert cells(table)["rs9"] == ["A/G", "A|A"]
        assert table.notes == (
            NO_SETS,
            "phased genotypes on chromosomes other than 1, which has most loci, are read as A/G",
        )
        assert phases(parsed(table)[1]) == [None, "AAT / AGC"]
        assert phases(parsed(table, use=["rs1", "rs2"])[1]) == ["AC / GT", "AT / GC"]

    def test_phase_sets_are_not_in_phase_with_each_other(self) -> None:
        table = vcf(
            "1 rs1 A G GT:PS 0|1:1 0|1:1", "1 rs2 C T GT:PS 0|1:1 0|1:2", "1 rs3 A T GT:PS 1|0:1 1|1:3"
        )
        assert table.notes == (
            "of 1 person only the largest phase set (PS) is taken as phased, the others as A/G",
        )
        assert cells(table)["rs2"] == ["C|T", "C/T"]
        assert phases(parsed(table)[1]) == ["ACT / GTA", None]

    def test_genotypes_without_a_phase_set_beside_others_with_one(self) -> None:
        """VCF 4.2 has phased genotypes without PS be of one set: ann's smaller one and bob's larger one."""
        table = vcf(
            "1 rs1 A G GT:PS 0|1:1 0|1:.",
            "1 rs2 C T GT 0|1 0|1",
            "1 rs3 A T GT:PS 1|0:1 0|1",
            "1 rs4 A T GT:PS 0|1:1 0|1:7",
        )
        assert table.notes == (
            "4 of 8 phased genotypes have no PS: those of a person are taken for one set",
            "of 2 people only the largest phase set (PS) is taken as phased, the others as A/G",
        )
        assert [row[0] for row in list(cells(table).values())[1:]] == ["A|G", "C/T", "T|A", "A|T"]
        assert [row[1] for row in list(cells(table).values())[1:]] == ["A|G", "C|T", "A|T", "A/T"]

    def test_points_for_all_phase_sets_are_none(self) -> None:
        table = vcf("1 rs1 A G GT:PS 0|1:. 1|0:", "1 rs2 C T GT:PS 0|1:. 0|1:.")
        assert table.notes == (NO_SETS,)
        assert cells(table)["rs2"] == ["C|T", "C|T"]

    def test_no_phase_and_no_word_of_it(self) -> None:
        table = vcf("1 rs1 A G GT 0/1 1/1", "1 rs2 C T GT 0|0 0/1")
        assert table.notes == ()

    def test_several_alleles(self) -> None:
        table = vcf("1 rs1 A G,T,<DEL> GT 1|2 3|0", "1 rs2 N <DUP>,* GT 0|1 1/2", "1 rs3 CAT C GT /0|1 0/0")
        assert cells(table) == {
            "person": ["ann", "bob"],
            "rs1": ["G|T", "DEL|A"],
            "rs2": ["allele0|DUP", "DUP/*"],
            "rs3": ["CAT|C", "CAT/CAT"],
        }
        _, data = parsed(table)
        assert phases(data)[0] == "G-allele0-CAT / T-DUP-C"

    def test_one_copy_alone_is_no_genotype(self) -> None:
        table = vcf("X rs1 A G GT 0/1 1", "X rs2 C T GT 0/1 0/0", "X rs3 AT AC GT 1 1")
        assert cells(table)["rs1"] == ["A/G", "G (haploid)"]
        given, data = parsed(table)
        alone = "some people have only one copy, which has no phase"
        assert given.choice.left_out == {"rs1": alone, "rs3": alone}
        assert data.loci == ("rs2",)
        with pytest.raises(DataError, match=r"row 2, column rs1: expected a genotype .* got 'G \(haploid\)'"):
            parsed(table, use=["rs1", "rs2"])

    def test_more_loci_than_can_be_followed(self) -> None:
        table = vcf(*(f"1 rs{n} A G GT 0|1 0|0" for n in range(15)))
        with pytest.raises(DataError, match="at most 10,000 can be followed: leave out some loci"):
            parsed(table)
        assert phases(parsed(table, use=["rs3", "rs7"])[1]) == ["AA / GG", "AA / AA"]


class TestFilters:
    """What failed a filter is read, as other programs read it, and counted."""

    HEAD = ("##fileformat=VCFv4.2", "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT ann bob")

    def notes(self, *lines: str) -> tuple[str, ...]:
        return vcf_table(line.replace(" ", "\t") for line in (*self.HEAD, *lines)).notes

    def test_sites(self) -> None:
        assert self.notes(
            "1 1 rs1 A G . q10;LowQual . GT 0/1 1/1",
            "1 2 rs2 A G . PASS . GT 0/1 1/1",
            "1 3 rs3 A G . . . GT 0/1 1/1",
            "1 4 . A G . q10 . GT 0/1 1/1",
        ) == ("2 of 4 sites failed a filter (LowQual, q10) and are read like the others: rs1, 1:4",)

    def test_one_site_and_many(self) -> None:
        assert self.notes("1 1 rs1 A G . q10 . GT 0/1 1/1") == (
            "1 of 1 site failed a filter (q10) and is read like the others: rs1",
        )
        many = self.notes(*(f"1 {place} rs{place} A G . q10 . GT 0/1 1/1" for place in range(1, 13)))
        assert many[0].endswith("rs9, rs10 and 2 more")

    def test_genotypes(self) -> None:
        """Of four that failed, ./. has nothing that could be read."""
        assert self.notes(
            "1 1 rs1 A G . PASS . GT:FT 0/1:q10 1/1:PASS", "1 2 rs2 A G . PASS . GT:FT ./.:q10 1/1:."
        ) == ("1 of 4 genotypes failed a genotype filter (FT) and is read like the others",)
        assert self.notes("1 1 rs1 A G . PASS . GT:FT 0/1:q10 1/1:q2") == (
            "2 of 2 genotypes failed a genotype filter (FT) and are read like the others",
        )


class TestPedByName:
    """The name says what the alleles do not: these could be anything."""

    ROWS: ClassVar = {
        "letters of no base": ("F1 ann 0 0 2 1 A B A A\nF1 bob 0 0 1 2 B B 0 0\n", ["A/B", "B/B"]),
        "insertions": ("F1 ann 0 0 2 1 A AT A A\nF1 bob 0 0 1 2 AT AT 0 0\n", ["A/AT", "AT/AT"]),
        "sexes in letters": ("F1 ann 0 0 F 1 A G A A\nF1 bob 0 0 M 2 G G 0 0\n", ["A/G", "G/G"]),
    }

    @pytest.mark.parametrize(("text", "first"), ROWS.values(), ids=ROWS)
    def test_it_is_read_as_one(self, text: str, first: list[str], tmp_path: Path) -> None:
        path, other = tmp_path / "a.PED", tmp_path / "a.txt"
        path.write_text(text)
        other.write_text(text)
        assert (sniff(path).layout, sniff(other).layout) == ("ped", "table")
        assert sniff(path.read_bytes(), name="b.ped.gz").layout == "ped"
        table = read_table(path)
        assert cells(table) == {"person": ["ann", "bob"], "locus 1": first, "locus 2": ["A/A", "./."]}
        assert parsed(table)[0].notes[0] == FAMILY

    @pytest.mark.parametrize(
        "text",
        [
            "FID IID PAT MAT SEX PHENO rs1 rs2\nF1 ann 0 0 2 1 AG AA\n",
            "F1 ann 0 0 2 1 A\n",
            "F1 ann 0 0 2 1\n",
            "F1 ann 0 0 2 1 A B\nF1 bob 0 0 2 1 A B A B\n",
        ],
    )
    def test_other_tables_of_that_name(self, text: str, tmp_path: Path) -> None:
        (tmp_path / "a.ped").write_text(text)
        assert sniff(tmp_path / "a.ped").layout == "table"


class TestRaw:
    def test_counts_of_the_allele_behind_the_name(self, tmp_path: Path) -> None:
        (tmp_path / "a.raw").write_text(RAW)
        assert sniff(tmp_path / "a.raw").layout == "raw"
        table = read_table(tmp_path / "a.raw")
        assert cells(table) == {
            "person": ["ann", "bob", "cyd"],
            "rs1_A": ["1", "0", "2"],
            "rs2_G": ["2", "NA", "1"],
        }
        assert table.missing("rs2_G").tolist() == [False, True, False]
        given, data = parsed(table)
        assert data.loci == ("rs1_A", "rs2_G")
        assert [data.written(g) for g in data.which] == ["0/1, 1/1", "0/0, ./.", "1/1, 0/1"]
        assert given.notes == (
            FAMILY,
            "0, 1 and 2 count the allele behind the last _ of the name of a locus",
            "2 columns _HET, which follow from the others, are left out",
            "rs2_G: 1 of 3 cells is missing, it is a genotype not seen in full: all possibilities are "
            "summed over",
        )

    def test_a_locus_without_one_of_the_counts_is_no_trait(self) -> None:
        lines = [
            "FID IID PAT MAT SEX PHENOTYPE APOE_T CETP_C",
            "a 1 0 0 1 1 0 0",
            "a 2 0 0 1 1 1 2",
            "a 3 0 0 1 1 0 1",
        ]
        assert parsed(raw_table(lines))[1].loci == ("APOE_T", "CETP_C")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (RAW.replace("NA NA", "NA"), "line 3: expected 10 cells as in the header, got 9"),
            (RAW[: RAW.index("\n") + 1], "there is a header and no persons"),
            ("FID IID PAT MAT SEX PHENOTYPE rs1_HET\n1 1 0 0 1 1 1\n", "there are no loci in the header"),
            ("a b\n1 2\n", "expected a header that begins with FID IID PAT MAT SEX PHENOTYPE"),
            ("", "expected a header that begins with FID"),
        ],
    )  # fmt: skip
    def test_a_raw_that_is_wrong(self, text: str, said: str) -> None:
        with pytest.raises(DataError, match=said):
            raw_table(text.splitlines())

    @pytest.mark.thorough
    def test_many_loci_are_looked_at_once(self) -> None:
        """Each locus is held against all others; ten thousand of them took minutes."""
        names = [f"rs{n}_A" for n in range(3000)]
        people = [f"f {row} 0 0 1 1 " + " ".join(str((row + n) % 3) for n in range(3000)) for row in range(4)]
        table = raw_table([" ".join(("FID IID PAT MAT SEX PHENOTYPE", *names)), *people])
        assert len(ask(MODEL, table, Wishes()).used) == 3000


class TestPed:
    @pytest.mark.parametrize("alleles", [("1", "2"), ("1", "4"), ("A", "G")])
    def test_numbers_for_alleles_are_known_by_what_is_around_them(
        self, alleles: tuple[str, str], tmp_path: Path
    ) -> None:
        a, b = alleles
        (tmp_path / "a.txt").write_text(
            f"f 1 0 0 1 2 {a} {a} {a} {b}\nf 2 0 0 2 1 0 0 {b} {b}\nf 3 1 2 1 -9 {a} {b} 0 {b}\n"
        )
        assert sniff(tmp_path / "a.txt").layout == "ped"
        table = read_table(tmp_path / "a.txt")
        assert cells(table) == {
            "person": ["1", "2", "3"],
            "locus 1": [f"{a}/{a}", "./.", f"{a}/{b}"],
            "locus 2": [f"{a}/{b}", f"{b}/{b}", f"./{b}"],
        }
        assert table.notes == (FAMILY,)

    def test_lengths_of_repeats(self) -> None:
        text = "f 1 0 0 1 2 118 120\nf 2 0 0 2 -9 0 0\nf 3 1 2 1 0 118 118\n"
        assert sniff(text.encode()).layout == "ped"
        for old, new in (
            ("f 3 1 2", "f 3 1 9"),
            ("2 -9", "2 7"),
            ("0 0\n", "0 118\n"),
            ("0 118 118", "0 118 1.5"),
        ):
            assert sniff(text.replace(old, new).encode()).layout == "table"

    @pytest.mark.parametrize(
        "text",
        [
            "1 1 0 0 1 2 1 2\n1 1 0 0 1 2 1 2\n",  # somebody twice
            "1 1 0 2 1 2 1 2\n1 2 0 0 1 2 1 2\n",  # a mother alone
            "1 1 1 2 1 2 1 2\n1 2 0 0 1 2 1 2\n",  # his own father
            "1 1 0 0 3 2 1 2\n1 2 0 0 1 2 1 2\n",  # a third sex
            "1 1 0 0 1 2 1 5\n1 2 0 0 1 3 1 2\n",  # a fourth trait beside a fifth allele
            "1 1 0 0 1 2 1\n1 2 0 0 1 2 1\n",
        ],
    )
    def test_other_numbers_are_no_ped(self, text: str) -> None:
        assert sniff(text.encode()).layout == "table"

    def test_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(genotypes, "MAX_CELLS", 5)
        with pytest.raises(DataError, match="million cells"):
            raw_table(RAW.splitlines())


ALLELE = st.sampled_from("ACGT")
GRIDS = st.integers(1, 4).flatmap(
    lambda loci: st.lists(
        st.lists(
            st.tuples(ALLELE, ALLELE, st.sampled_from("/|"), st.booleans()), min_size=loci, max_size=loci
        ),
        min_size=1,
        max_size=5,
    )
)


@settings(max_examples=40, deadline=None)
@given(rows=GRIDS)
def test_a_ped_comes_back_as_it_was_written(rows) -> None:
    lines = [
        f"f {person} 0 0 1 2 " + " ".join("0 0" if gone else f"{a} {b}" for a, b, _, gone in row)
        for person, row in enumerate(rows)
    ]
    table = ped_table(lines)
    for place, name in enumerate(table.names[1:]):
        expected = ["./." if row[place][3] else "/".join(row[place][:2]) for row in rows]
        assert table.texts(name).tolist() == expected
    assert table.texts("person").tolist() == [str(person) for person in range(len(rows))]


@settings(max_examples=40, deadline=None)
@given(rows=GRIDS)
def test_a_vcf_comes_back_as_it_was_written(rows) -> None:
    variants = []
    for place in range(len(rows[0])):
        calls = [
            ".|." if gone else f"{'ACGT'.index(a)}{bar}{'ACGT'.index(b)}"
            for a, b, bar, gone in (row[place] for row in rows)
        ]
        variants.append(f"1 rs{place} A C,G,T GT {' '.join(calls)}")
    table = vcf(*variants, people=" ".join(f"p{row}" for row in range(len(rows))))
    for place, name in enumerate(table.names[1:]):
        expected = ["./." if gone else f"{a}{bar}{b}" for a, b, bar, gone in (row[place] for row in rows)]
        assert table.texts(name).tolist() == expected


@settings(max_examples=40, deadline=None)
@given(
    rows=st.integers(1, 4).flatmap(
        lambda loci: st.lists(
            st.lists(st.sampled_from(["0", "1", "2", "NA"]), min_size=loci, max_size=loci),
            min_size=1,
            max_size=5,
        )
    ),
    between=st.sampled_from([" ", "\t"]),
)
def test_a_raw_comes_back_as_it_was_written(rows, between) -> None:
    names = [f"rs{place}_{'ACGT'[place]}" for place in range(len(rows[0]))]
    header = between.join(["FID", "IID", "PAT", "MAT", "SEX", "PHENOTYPE", *names])
    table = raw_table([header, *(between.join(["f", f"p{n}", *"0011", *row]) for n, row in enumerate(rows))])
    assert table.names == ("person", *names)
    for place, name in enumerate(names):
        assert table.texts(name).tolist() == [row[place] for row in rows]
        assert table.missing(name).tolist() == [row[place] == "NA" for row in rows]
