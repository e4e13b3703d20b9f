"""Every parse tree of a small covariance model, by recursion over its states, without matrices."""

import json
from collections import Counter
from pathlib import Path

import numpy as np

from emviz.data.reader import read_table
from emviz.models.rna.data import LETTERS, RnaData, RnaParams
from emviz.models.rna.parse import parsed
from emviz.models.rna.steps import partner
from emviz.models.rna.structure import INTO, ON, Structure

GOLDEN = Path(__file__).parents[1] / "golden"
TINY = json.loads((GOLDEN / "cm_tiny.json").read_text())
ARMS = json.loads((GOLDEN / "cm_anticodon.json").read_text())


def arms():
    return parsed(read_table(GOLDEN / "rfam_trna_anticodon_arm.sto"))


def tiny():
    """Sequences, θ and letters of inserts of the golden file; its digits are made to add up."""
    structure = Structure(TINY["structure"])
    emissions, moves = TINY["E"], np.zeros(structure.allowed.shape)
    for v in structure.sources:
        moves[structure.row[v], structure.allowed[structure.row[v]]] = TINY["T"][v]
    fields = (
        np.array([np.ravel(emissions[v]) for v in structure.having("MP")]),
        np.array([emissions[v] for v in structure.having("ML", "MR")]),
        moves,
    )
    texts = tuple("".join(LETTERS[code] for code in sequence) for sequence in TINY["seqs"])
    params = RnaParams(*(field / field.sum(axis=-1, keepdims=True) for field in fields), partner(structure))
    inserts = np.array([emissions[v] for v in structure.having("IL", "IR")])
    return RnaData(structure, texts), params, inserts / inserts.sum(axis=-1, keepdims=True)


def drawn_params(data, seed):
    rng = np.random.default_rng(seed)
    own = {each.name: each.domain.sample(each.shape, rng) for each in data.parameters[:-1]}
    return RnaParams(**own, partner=partner(data.structure))


def told(data):
    """θ whose states are all visited often, and whose inserts every alignment tells apart."""
    params, structure = drawn_params(data, 5), data.structure
    moves = structure.allowed.astype(float)
    for v in set(structure.having("IL", "IR").tolist()) - set(structure.slots):
        here = structure.nodes[structure.states[v].node]
        moves[structure.row[here.first : v], INTO.index(structure.states[v].kind)] = 0.0
    return params._replace(transition=moves / moves.sum(axis=-1, keepdims=True))


def trees(structure, params, text):
    """Yield probability, what is used, and how many pairs are missing, of every parse tree of a sequence."""
    return _trees(structure, params, text, 0, 0, len(text))


def _trees(structure, params, text, v, i, j):
    state, node = structure.states[v], structure.nodes[structure.states[v].node]
    if state.kind == "E":
        if i == j:
            yield 1.0, Counter(), 0
        return
    if state.kind == "B":
        left, right = (structure.nodes[below].first for below in node.next)
        for k in range(i, j + 1):
            firsts = list(_trees(structure, params, text, left, i, k))
            for q, used, gone in _trees(structure, params, text, right, k, j) if firsts else ():
                for p, also, more in firsts:
                    yield p * q, used + also, gone + more
        return
    takes_left, takes_right = state.kind in ("MP", "ML", "IL"), state.kind in ("MP", "MR", "IR")
    if j - i < takes_left + takes_right:
        return
    codes, place = [LETTERS.index(letter) for letter in text], structure.place[v]
    chance, used = 1.0, Counter()
    if state.kind == "MP":
        code = 4 * codes[i] + codes[j - 1]
        chance, used = params.pair[place, code], Counter([("pair", place, code)])
    elif state.kind in ("ML", "MR"):
        code = codes[i] if takes_left else codes[j - 1]
        chance, used = params.single[place, code], Counter([("single", place, code)])
    elif state.kind in ("IL", "IR"):
        chance = 0.25
    missing = node.kind == "MATP" and state.kind in ("ML", "MR", "D")
    for child, into in children(structure, v):
        step, moved = params.transition[structure.row[v], into], ("transition", structure.row[v], into)
        for p, more, gone in _trees(structure, params, text, child, i + takes_left, j - takes_right):
            yield chance * step * p, used + more + Counter([moved]), gone + missing


def children(structure, v):
    """The states that follow, in the words of the paper: inserts of the node, then the next node."""
    state, node = structure.states[v], structure.nodes[structure.states[v].node]
    inserts = range(node.inserts.start, node.inserts.stop)
    if state.kind == "IR":
        inserts = [v]
    below = structure.nodes[node.next[0]]
    for child in [*inserts, *range(below.splits.start, below.splits.stop)]:
        kind = structure.states[child].kind
        yield child, INTO.index(kind) if kind in INTO else ON


def counted(structure, params, text):
    """log P(x), and expected counts as arrays, by summing over all parse trees."""
    found = [np.zeros(field.shape) for field in params[:3]]
    fields = dict(zip(("pair", "single", "transition"), found, strict=True))
    total = 0.0
    for chance, used, _ in trees(structure, params, text):
        total += chance
        for (name, row, column), times in used.items():
            fields[name][row, column] += times * chance
    return np.log(total), [field / total for field in found]
