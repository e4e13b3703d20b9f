"""Every path through a small profile, one by one; the globins with their golden trace."""

import json
from functools import cache
from pathlib import Path

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.models.profile import Profile, ProfileParams
from emviz.models.profile.arcs import DELETE, INSERT, MATCH, Arcs

GOLDEN = Path(__file__).parents[1] / "golden"
TINY = json.loads((GOLDEN / "profile_tiny.json").read_text())
GLOBINS = json.loads((GOLDEN / "profile_hmm.json").read_text())
SMALL = Profile(nodes=3, alphabet="dna")


def written(*sequences, **more):
    return Table.from_columns({"sequence": list(sequences), **more})


@cache
def example(key):
    """Return the model and the data of an example."""
    found = next(each for each in Profile().examples if each.key == key)
    model = Profile(**found.hyper)
    return model, model.parse(read_table(example_path(found.file)))


def drawn(seed, nodes=3, letters=4):
    rng = np.random.default_rng(seed)
    arcs = Arcs(nodes)
    return ProfileParams(rng.dirichlet(np.ones(letters), nodes), arcs.sample((nodes + 1, 3, 3), rng))


def paths(nodes, letters, node=0):
    """Yield the kinds of every path from a node to the end."""
    if node == nodes and not letters:
        yield ()
    if letters:
        yield from ((INSERT, *rest) for rest in paths(nodes, letters - 1, node))
    if letters and node < nodes:
        yield from ((MATCH, *rest) for rest in paths(nodes, letters - 1, node + 1))
    if node < nodes:
        yield from ((DELETE, *rest) for rest in paths(nodes, letters, node + 1))


def followed(path, codes, arcs, match, insert):
    """Return P(x, path), and what it counts: transitions, letters matched, letters inserted.

    Parameters
    ----------
    match, insert : array, shapes (L + 1, S)
        What M and I of each node emit; the begin emits nothing.
    """
    counts = np.zeros_like(arcs), np.zeros_like(match), np.zeros_like(insert)
    chance, node, here, letters = 1.0, 0, MATCH, iter(codes)
    for kind in (*path, MATCH):
        chance *= arcs[node, here, kind]
        counts[0][node, here, kind] += 1
        node += kind != INSERT
        here = kind
        if node == len(arcs):
            break
        if kind != DELETE:
            letter = next(letters)
            chance *= (match if kind == MATCH else insert)[node, letter]
            counts[1 if kind == MATCH else 2][node, letter] += 1
    return chance, counts


def enumerated(codes, arcs, match, insert):
    """Return every path, the probability of each with the sequence, and the expected counts."""
    every = list(paths(len(arcs) - 1, len(codes)))
    found = [followed(path, codes, arcs, match, insert) for path in every]
    chances = np.array([chance for chance, _ in found])
    expected = [sum(chance * counts[part] for chance, counts in found) / chances.sum() for part in range(3)]
    return every, chances, expected


def of_model(data, params, row):
    """Return the same for a sequence of a model, whose inserts emit the background."""
    match = np.vstack([np.zeros(len(data.letters)), params.match])
    insert = np.tile(data.background, (len(match), 1))
    return enumerated(data.sequences[row], params.transition, match, insert)
