"""A small table for each model and layer, and what a missing cell in each of its columns means."""

import csv
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from emviz.em.hyper import configure
from emviz.models import model_named

#: The row of each table in which a cell goes missing.
ROW = 1
#: Any number, in steps of half a standard deviation or less of the columns that have it.
ANY = np.linspace(-22, 32, 61)
#: The same in finer steps.
NEAR = np.linspace(-15, 17, 161)


@dataclass(frozen=True)
class Case:
    """A table that a model reads.

    `holes` are the columns whose missing cells the model fills: each with all that may stand there, evenly
    spaced where it is any number, or None where the row then tells nothing. `unread` are those that bear on
    no number, and in all others a missing cell is refused. `tried` are the columns that are tried; all where
    it is empty.
    """

    key: str
    cells: dict
    hyper: dict = field(default_factory=dict)
    holes: dict = field(default_factory=dict)
    unread: tuple = ()
    tried: tuple = ()

    @cached_property
    def model(self):
        return configure(model_named(self.key), self.hyper)

    def rows(self, column=None, cell=None, without=None):
        """The lines of the file, with another text in the row that is tried, or without that row."""
        own = {name: list(cells) for name, cells in self.cells.items()}
        if column is not None:
            own[column][ROW] = cell
        return [row for place, row in enumerate(zip(*own.values(), strict=True)) if place != without]


CASES = {
    "abo": Case("abo", {"phenotype": ["A", "B", "AB", "O"], "count": [9, 4, 2, 7]}),
    "numbers of heads": Case(
        "coins", {"heads": [5, 9, 8], "tails": [5, 1, 2], "coin": list("BAA")}, unread=("coin",)
    ),
    "tosses": Case(
        "coins",
        {"tosses": ["HTH", "HHT", "TTH"], "coin": list("BAA")},
        holes={"tosses": None},
        unread=("coin",),
    ),
    "columns of tosses": Case(
        "coins",
        {"t1": list("HTHT"), "t2": list("HHTT"), "t3": list("THHH")},
        holes=dict.fromkeys(["t1", "t2", "t3"], "HT"),
    ),
    "gmm": Case(
        "gmm",
        {"x": [1, 2.5, 3, 5.5, 8, 4], "y": [2, 1, 5, 3.5, 2, 0], "label": list("ABABAB")},
        holes={"x": ANY, "y": ANY},
        unread=("label",),
    ),
    "haplotype": Case(
        "haplotype",
        {
            "snp1": ["A/A", "A/a", "a/a", "A/a"],
            "snp2": ["B/b", "B/b", "b/b", "B/B"],
            "count": [3, 1, 4, 1],
        },
        holes={"snp1": ["A/A", "A/a", "a/a"], "snp2": ["B/B", "B/b", "b/b"]},
    ),
    "true haplotypes": Case(
        "haplotype",
        {"snp1": ["A/A", "A/a", "a/a"], "snp2": ["B/b", "B/b", "b/b"], "phase": ["AB|Ab", "AB|ab", "ab|ab"]},
        unread=("phase",),
        tried=("phase",),
    ),
    "symbols": Case(
        "hmm", {"symbol": list("xyxxyy"), "state": list("FFLLFL")}, holes={"symbol": "xy"}, unread=("state",)
    ),
    "sequences of symbols": Case(
        "hmm", {"symbols": ["x y x", "y y x x", "x x"], "state": ["FFL", "LLFF", "FF"]}, unread=("state",)
    ),
    "linkage": Case("linkage", {"cell": [1, 2, 3, 4], "count": [125, 18, 20, 34]}),
    "deaths": Case("deaths", {"value": [0, 1, 2, 3], "count": [30, 20, 9, 2]}),
    "normal": Case(
        "normal",
        {"x": [1, 2.5, 3, 5.5, 8, 4], "y": [2, 1, 5, 3.5, 2, 0], "name": list("abcdef")},
        holes={"x": ANY, "y": ANY},
        unread=("name",),
    ),
    "what the holes hide": Case(
        "normal",
        {"x": [1, 2.5, 3, 5.5, 8, 4], "y": [2, "", 5, 3.5, 2, 0], "true:y": ["", 1, "", "", "", ""]},
        unread=("true:y",),
        tried=("true:y",),
    ),
    "poisson": Case("poisson", {"value": [1, 2, 3], "count": [30, 9, 2]}),
    "poisson with a top group": Case(
        "poisson", {"value": ["0", "1", ">=2"], "count": [30, 9, 2]}, hyper={"hidden": "top"}
    ),
    "profile": Case(
        "profile",
        {"name": list("abc"), "sequence": ["ACG", "AG", "ACT"]},
        hyper={"nodes": 3, "alphabet": "dna"},
        unread=("name",),
    ),
    "proteins": Case("proteins", {"peptide": list("ppqr"), "protein": list("ABBC")}),
    "presence": Case(
        "proteins",
        {"peptide": list("ppr"), "protein": list("ABB"), "probability": [0.9, 0.9, 0.2]},
        hyper={"layer": "presence"},
    ),
    "scores": Case(
        "proteins",
        {"score": [1, 2.5, 3, 5.5, 8, 4], "correct": ["no", "no", "no", "yes", "yes", "yes"]},
        hyper={"layer": "scores"},
        unread=("correct",),
    ),
    "network": Case(
        "network",
        {"a": list("xyxyx"), "b": list("uvvuu"), "count": [3, 1, 4, 1, 5]},
        hyper={"structure": "[a][b|a]"},
        holes={"a": "xy", "b": "uv"},
    ),
    "motif": Case(
        "motif",
        {"sequence": ["ACGTACG", "TTACGTA", "GGACGTT"], "sites": [1, 3, 3]},
        hyper={"width": 4},
        unread=("sites",),
    ),
    "modules": Case(
        "modules",
        {
            "gene": ["g1", "g2", "g3", "g4"],
            "t1": [1, 2, -1, 0.5],
            "t2": [2, 1, 0, 0.25],
            "reg:A": [1, 0, 1, 0],
            "module": list("ABAB"),
        },
        hyper={"modules": 2},
        holes={"t1": NEAR, "t2": NEAR},
        unread=("gene", "module"),
    ),
    "tomography": Case(
        "tomography",
        {"a": [0, 1, 0, 1], "b": [2, 4, 3, 3], "c": [5, 5, 5, 4], "d": [4, 2, 3, 4], "e": [1, 0, 1, 0]},
        hyper={"size": 4},
    ),
    "rna": Case(
        "rna",
        {
            "name": list("abcd"),
            "sequence": ["GACUG", "GACAC", "CGACG", "GGACC"],
            "SS_cons": ["<<_>>"] * 4,
        },
        unread=("name",),
    ),
}
PAIRS = [(name, column) for name, case in CASES.items() for column in case.tried or case.cells]


def written(path, case, rows):
    """Return the path of a CSV file of the rows."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([case.cells, *rows])
    return path
