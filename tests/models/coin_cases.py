"""Coins of the paper, their golden trace, and short ways to other sets of tosses."""

import json
from pathlib import Path

import numpy as np

from emviz.data.table import Table
from emviz.em import engine
from emviz.models.coins import CoinParams, Coins

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "coins.json").read_text())
EQUAL, LEARNED = Coins(), Coins(weights="learned")
HALF = np.array([0.5, 0.5])
PAPER = CoinParams(HALF, np.array([0.6, 0.5]))


def counted(heads, tails):
    return Table.from_columns({"heads": heads, "tails": tails})


def tossed(*tosses, **more):
    return Table.from_columns({"tosses": tosses, **more})


def iterated(model, data, params, iterations, method=engine.EM):
    steps = [engine.start(model, data, params, method)]
    while steps[-1].index < iterations:
        steps.append(engine.advance(model, data, steps[-1], method))
    return list(engine.iterations_of(steps))
