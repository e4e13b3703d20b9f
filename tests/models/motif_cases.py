"""The CRP sequences with their golden trace, and short ways to other sequences."""

import json
from pathlib import Path

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em import engine
from emviz.models.motif import LETTERS, Motif, MotifParams

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "motif_crp.json").read_text())
CRP = Motif()
CRP_DATA = CRP.parse(read_table(example_path("crp0.fasta")))


def written(*sequences, **more):
    return Table.from_columns({"sequence": sequences, **more})


def seed_of(word):
    return MotifParams(np.array([[0.7 if a == letter else 0.1 for a in LETTERS] for letter in word]))


def climbed(model, data, params, iterations):
    step = engine.start(model, data, params)
    while step.index < iterations:
        step = engine.advance(model, data, step)
    return step


def best_starts(model, data, params):
    """Return the likeliest start of each sequence, counted from 1."""
    return model.posterior(data, params, np.arange(len(data.first))).argmax(axis=1) + 1


def hits(data, starts):
    return sum(data.hit(row, int(start)) for row, start in enumerate(starts))
