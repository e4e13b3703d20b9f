"""Which columns bear on the results: as each model reads its examples, and those that follow from others."""

import numpy as np
import pytest

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.columns import columns_read, derived_columns
from emviz.em.hyper import configure
from emviz.models import discover, model_named

EXAMPLES = [(model.key, example.key) for model in discover() for example in model.examples]


def opened(key, name):
    model = model_named(key)
    example = next(each for each in model.examples if each.key == name)
    return configure(model, example.hyper), read_table(example_path(example.file))


def table(text):
    names, *rows = (line.split(",") for line in text.split())
    return Table.from_columns(dict(zip(names, zip(*rows, strict=True), strict=True)))


@pytest.mark.unmeasured
@pytest.mark.parametrize(("key", "name"), EXAMPLES)
def test_what_is_not_read_changes_nothing(key, name):
    model, held = opened(key, name)
    read = columns_read(model, held)
    assert read
    other = held
    for column in set(held.names) - read:
        cells = range(held.rows) if held.is_numeric(column) else [f"w{row}" for row in range(held.rows)]
        other = other.with_column(column, cells)
    assert columns_read(model, other) == read
    data, changed = model.parse(held), model.parse(other)
    start = model.default(data)
    assert model.e_step(changed, start).objective == model.e_step(data, start).objective


@pytest.mark.parametrize(
    ("key", "hyper", "text", "read"),
    [
        ("coins", {}, "set,tosses,heads,tails,coin 1,HT,1,1,A", {"tosses", "coin"}),
        ("coins", {}, "set,heads,tails 1,1,1", {"heads", "tails"}),
        ("hmm", {}, "symbol,symbols,value,state,day 1,12,0.5,A,x", {"symbol", "state"}),
        ("hmm", {}, "symbols,value,state,sequence 12,0.5,AA,x", {"symbols", "state"}),
        ("hmm", {"emission": "gaussian"}, "symbol,value,sequence 1,0.5,x", {"value", "sequence"}),
        ("gmm", {}, "gene,kind,x,y,label a,b,1,2,A c,d,3,4,B", {"gene", "x", "y", "label"}),
        ("gmm", {"variables": "y"}, "gene,x,y a,1,2 c,3,4", {"gene", "y"}),
        ("motif", {}, "name,sequence,sites,site a,ACGT,1,2", {"name", "sequence", "sites"}),
        ("motif", {}, "sequence,site,note ACGT,2,x", {"sequence", "site"}),
        ("haplotype", {}, "person,snp1,count,phase,id p,A/a,3,A|a,q", {"snp1", "count", "phase"}),
        ("rna", {}, "name,sequence,SS_cons,note a,ACGU,<..>,x", {"name", "sequence", "SS_cons"}),
        ("rna", {"structure": "<..>"}, "name,sequence,SS_cons a,ACGU,<..>", {"name", "sequence"}),
        ("modules", {}, "gene,0min,reg:R1,module,note a,1,0,A,x", {"gene", "0min", "reg:R1", "module"}),
        ("proteins", {}, "peptide,protein,score,true a,P,1.5,P", {"peptide", "protein", "true"}),
        ("proteins", {"layer": "scores"}, "peptide,protein,score a,P,1.5", {"peptide", "score"}),
        ("abo", {}, "phenotype,count,town A,3,x", {"phenotype", "count"}),
    ],
)
def test_the_columns_that_are_read(key, hyper, text, read):
    assert columns_read(configure(model_named(key), hyper), table(text)) == read


def test_every_column_of_a_sinogram_is_a_bin():
    model, held = opened("tomography", "phantom")
    assert columns_read(model, held) == set(held.names)


def test_heads_and_tails_follow_from_the_tosses():
    coins = model_named("coins")
    held = table("tosses,heads,tails,coin HHT,2,1,A hh,0,0,A HXT,1,1,B ,3,3,B")
    held = held.with_cell(1, "tosses", "h h")
    assert derived_columns(coins, held) == {"heads": ["2", "2", "", ""], "tails": ["1", "0", "", ""]}
    assert derived_columns(coins, table("tosses,tails HHT,1")) == {"tails": ["1"]}
    assert derived_columns(coins, table("heads,tails 2,1")) == {}
    assert derived_columns(model_named("abo"), table("phenotype,count A,3")) == {}


def test_what_follows_is_what_the_model_counts():
    coins, rng = model_named("coins"), np.random.default_rng(1)
    texts = ["".join(rng.choice(list("HTht"), rng.integers(1, 12))) for _ in range(50)]
    held = Table.from_columns({"tosses": texts, "heads": ["0"] * 50, "tails": ["0"] * 50})
    told, data = derived_columns(coins, held), coins.parse(held)
    assert [float(cell) for cell in told["heads"]] == data.heads[data.which].tolist()
    assert [float(cell) for cell in told["tails"]] == data.tails[data.which].tolist()
