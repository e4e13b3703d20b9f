"""Maxima, saddles and ridges whose information an independent program has worked out."""

import json
from pathlib import Path

import numpy as np
from holes import APPLE, CEMENT, CHOLESTEROL, Normal, Spot
from test_other_methods import PAIRS, Murray, Spread

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.hyper import configure
from emviz.em.theta.params import params_from
from emviz.em.uncertainty.standard_errors import standard_errors
from emviz.models import model_named

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "information.json").read_text("utf-8"))
CASES, SINGULAR = GOLDEN["cases"], GOLDEN["singular"]
CELLS = ["1", "2", "3", "4"]
GROUPS = ["A", "B", "AB", "O"]
KNOWN = {
    "coins, equal weights": ("coins", {}, None),
    "coins, learned weights": ("coins", {"weights": "learned"}, None),
    "linkage": ("linkage", {}, {"cell": CELLS, "count": [125, 18, 20, 34]}),
    "abo 182 60 17 176": ("abo", {}, {"phenotype": GROUPS, "count": [182, 60, 17, 176]}),
    "abo 186 38 13 284": ("abo", {}, {"phenotype": GROUPS, "count": [186, 38, 13, 284]}),
    "poisson, cholera": ("poisson", {}, None),
    "haplotype, Thompson": ("haplotype", {}, None),
    "gmm, faithful, K=2 full": ("gmm", {}, None),
    "deaths": ("deaths", {}, None),
}

HOLES = {
    "normal, apple": APPLE,
    "normal, cement": CEMENT,
    "normal, cholesterol": CHOLESTEROL,
}


def done(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def case(name):
    """The model, the data and θ of a case of the independent program."""
    if name in HOLES:
        theta = CASES[name]["theta"]
        return Normal(), HOLES[name], Spot(np.array(theta["mean"]), np.array(theta["covariance"]))
    if name == "normal, Murray, mean 0":
        return Murray(), PAIRS, Spread(np.array(CASES[name]["theta"]["covariance"]))
    key, hyper, table = KNOWN[name]
    session = desk.example_session(key)
    model = configure(model_named(key), hyper) if hyper else session.model
    data = session.data if table is None else model.parse(Table.from_columns(table))
    return model, data, params_from(model, data, CASES[name]["theta"])


def errors_at(model, data, params, **more):
    return done(standard_errors(model, data, params, **more))
