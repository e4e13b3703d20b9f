"""What an iteration of a profile costs, next to a plain Python loop over residues and nodes.

Run as ``python tests/benchmarks/bench_profile.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from measuring import Row, Run, emviz_run, iterated, print_table, race

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.engine import start
from emviz.models.profile import Profile, ProfileParams
from emviz.models.profile.steps import log_prior, maximisation

Nodes = list[list[list[float]]]
KINDS = range(3)


def forward(codes: list[int], odds: list[list[float]], arcs: Nodes) -> tuple[Nodes, list[float]]:
    """Return scaled forward probabilities [t][node][M, I, D], and the scales; the end is the last scale."""
    nodes = len(odds)
    states, scales = [], []
    for t in range(len(codes) + 1):
        now = [[0.0] * 3 for _ in range(nodes + 1)]
        if t == 0:
            now[0][0] = 1.0
        for k in range(nodes + 1):
            if t:
                here, back = states[t - 1][k], arcs[k]
                now[k][1] = here[0] * back[0][1] + here[1] * back[1][1] + here[2] * back[2][1]
            if k:
                back = arcs[k - 1]
                if t:
                    before = states[t - 1][k - 1]
                    ways = before[0] * back[0][0] + before[1] * back[1][0] + before[2] * back[2][0]
                    now[k][0] = ways * odds[k - 1][codes[t - 1]]
                left = now[k - 1]
                now[k][2] = left[0] * back[0][2] + left[1] * back[1][2] + left[2] * back[2][2]
        scale = sum(map(sum, now))
        states.append([[value / scale for value in node] for node in now])
        scales.append(scale)
    last = states[-1][nodes]
    scales.append(sum(last[kind] * arcs[nodes][kind][0] for kind in KINDS))
    return states, scales


def plain_python(
    sequences: list[list[int]], odds: list[list[float]], arcs: Nodes, letters: int
) -> tuple[list[list[float]], Nodes, float]:
    """Return expected letters and transitions, and log P(x; θ) against the background, residue by residue."""
    nodes = len(odds)
    match = [[0.0] * letters for _ in odds]
    moves = [[[0.0] * 3 for _ in KINDS] for _ in arcs]
    total = 0.0
    for codes in sequences:
        states, scales = forward(codes, odds, arcs)
        total += sum(map(math.log, scales))
        after = [[0.0] * 3 for _ in range(nodes + 1)]
        for t in range(len(codes), -1, -1):
            back = [[0.0] * 3 for _ in range(nodes + 1)]
            for k in range(nodes, -1, -1):
                ahead = [0.0, after[k][1] / scales[t + 1], back[k + 1][2] if k < nodes else 0.0]
                if t == len(codes):
                    ahead = [1 / scales[-1] if k == nodes else 0.0, 0.0, ahead[2]]
                elif k < nodes:
                    ahead[0] = odds[k][codes[t]] * after[k + 1][0] / scales[t + 1]
                for here in KINDS:
                    for to in KINDS:
                        part = arcs[k][here][to] * ahead[to]
                        back[k][here] += part
                        moves[k][here][to] += states[t][k][here] * part
                if k and t:
                    match[k - 1][codes[t - 1]] += states[t][k][0] * back[k][0]
            after = back
    return match, moves, total


def measure(table: Table, nodes: int, name: str, repeats: int = 5, inner: int = 5) -> Row:
    """Return the row of one task, after both ways have computed the same."""
    model = Profile(nodes=nodes)
    data = model.parse(table)
    params = model.default(data)
    sequences = [codes.tolist() for codes in data.sequences]

    def loop() -> tuple[ProfileParams, float]:
        odds = (params.match / data.background).tolist()
        match, moves, total = plain_python(sequences, odds, params.transition.tolist(), len(data.letters))
        counts = ProfileParams(np.array(match), np.array(moves))
        return maximisation(data, counts, 1.0), data.base + total + log_prior(data, params, 1.0)

    before = start(model, data, params)
    found, height = loop()
    np.testing.assert_allclose(height, before.expectation.objective, rtol=1e-11)
    for mine, other in zip(iterated(model, data, before, 1).params, found, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-8, atol=1e-12)
    ours = emviz_run(model, table, params, inner)
    return race(name, ours, "Python loop over residues, nodes", Run(loop), repeats)


def rows() -> Iterator[Row]:
    """Yield what is measured on the window of the globins, and on the whole globins."""
    for file, nodes in (("globins45_window.fasta", 35), ("globins45.fasta", 146)):
        yield measure(read_table(example_path(file)), nodes, f"profile 45 globins, {nodes} nodes", 3)


if __name__ == "__main__":
    print_table(rows())
