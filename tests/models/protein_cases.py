"""Tiny tables of the three layers, and every completion of each, written out number by number."""

from itertools import product

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.model import Phase, Round
from emviz.models.proteins import Proteins
from emviz.models.proteins.presence import PresenceParams
from emviz.models.proteins.scores import ScoresParams
from emviz.models.proteins.shared import SharedParams

SHARED, PRESENCE, SCORES = (Proteins(layer) for layer in ("shared", "presence", "scores"))

#: Proteins A, B, C; peptides x of A, y of A and B, z of all, u of B.
PAIRS = (("x", "A"), ("y", "A"), ("y", "B"), ("z", "C"), ("z", "A"), ("z", "B"), ("u", "B"))
HELD = {"x": "A", "y": "AB", "z": "ABC", "u": "B"}
PROBABILITY = {"x": 0.9, "y": 0.75, "z": 0.2, "u": 1.0}
THETA = SharedParams(np.array([0.5, 0.3, 0.2]))
CHANCES = PresenceParams(np.array(0.4), np.array(0.7), np.array(0.1))
SCORE = (0.5, 2.5, -0.3, 3.0)
KINDS = ScoresParams(np.array([0.4, 0.6]), np.array([2.0, 0.1]), np.array([0.8, 0.5]))


def table(pairs=PAIRS, probability=PROBABILITY, **columns):
    return Table.from_columns(
        {
            "peptide": [p for p, _ in pairs],
            "protein": [n for _, n in pairs],
            "probability": [probability[p] for p, _ in pairs],
            **columns,
        }
    )


def parsed(model=SHARED, **columns):
    return model.parse(table(**columns))


def scored(**columns):
    return SCORES.parse(Table.from_columns({"score": SCORE, **columns}))


def example(key):
    found = next(each for each in SHARED.examples if each.key == key)
    model = Proteins(**found.hyper)
    return model, model.parse(read_table(example_path(found.file))), found


def climbed(model, data, params, iterations):
    step = engine.start(model, data, params)
    seen = [step]
    for _ in range(2 * iterations):
        step = engine.advance(model, data, step)
        seen.append(step)
    return list(engine.iterations_of(seen))


def at(phase, model, data, params):
    step = engine.start(model, data, params)
    updated = model.m_step(data, step.expectation.counts) if phase is Phase.M else None
    return Round(step, phase, updated)


def completions(params=CHANCES, probability=PROBABILITY):
    """Every presence vector, every way to give, every chance: the completion, and P(x, completion)."""
    for y in product((0, 1), repeat=3):
        present = dict(zip("ABC", y, strict=True))
        for gave in product((0, 1), repeat=len(PAIRS)):
            if any(g and not present[n] for g, (_, n) in zip(gave, PAIRS, strict=True)):
                continue
            for chance in product((0, 1), repeat=4):
                yield (y, gave, chance), _joint(params, probability, present, gave, chance)


def _joint(params, probability, present, gave, chance):
    gamma, alpha, beta = (float(each) for each in params)
    total = np.prod([gamma if there else 1 - gamma for there in present.values()])
    for g, (_, n) in zip(gave, PAIRS, strict=True):
        if present[n]:
            total *= alpha if g else 1 - alpha
    for c, p in zip(chance, HELD, strict=True):
        total *= beta if c else 1 - beta
        seen = c or any(g for g, (peptide, _) in zip(gave, PAIRS, strict=True) if peptide == p)
        total *= probability[p] if seen else 1 - probability[p]
    return total
