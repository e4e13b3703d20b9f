"""Covariance models whose probabilities a float cannot multiply: the same as all trees in logarithms."""

from collections import Counter
from functools import cache, total_ordering

import numpy as np
import pytest
from rna_cases import children, drawn_params, trees
from standing import stand_for

from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell
from emviz.models.rna import MODEL, parses, steps
from emviz.models.rna.answers import answers
from emviz.models.rna.data import LETTERS, RnaData
from emviz.models.rna.rows import row_counts
from emviz.models.rna.sequence import Sequenced
from emviz.models.rna.structure import INTO, Structure


@total_ordering
class Log:
    """A probability by its logarithm."""

    def __init__(self, log):
        self.log = float(log)

    @classmethod
    def of(cls, value):
        with np.errstate(divide="ignore"):
            return value if isinstance(value, cls) else cls(np.log(value))

    def __mul__(self, other):
        return Log(self.log + Log.of(other).log)

    def __add__(self, other):
        return Log(np.logaddexp(self.log, Log.of(other).log))

    def __lt__(self, other):
        return self.log < other.log

    def __eq__(self, other):
        return self.log == other.log

    __rmul__, __radd__ = __mul__, __add__


as_logs = np.vectorize(Log.of, otypes=[object])


def far_params(data, seed, least=-300):
    """Letters and transitions over hundreds of powers of ten."""
    drawn, rng = drawn_params(data, seed), np.random.default_rng(seed)

    def spread(rows):
        powers = rng.choice([0.0, -1.0, least / 2, least], rows.shape)
        far = rows * 10.0**powers
        return far / far.sum(axis=-1, keepdims=True)

    return drawn._replace(
        pair=spread(drawn.pair), single=spread(drawn.single), transition=spread(drawn.transition)
    )


def counted_in_logs(structure, params, text):
    """log P, log P by missing pairs, expected counts, and the best tree."""
    logs = params._replace(
        **{name: as_logs(getattr(params, name)) for name in ("pair", "single", "transition")}
    )
    found = [tree for tree in trees(structure, logs, text) if Log.of(tree[0]).log > -np.inf]
    heights = np.array([Log.of(chance).log for chance, _, _ in found])
    total, planes = np.logaddexp.reduce(heights), np.full(steps.planes(structure), -np.inf)
    fields = {name: np.zeros(getattr(params, name).shape) for name in ("pair", "single", "transition")}
    for (_, used, missing), height in zip(found, heights, strict=True):
        place = min(missing, len(planes) - 1)
        planes[place] = np.logaddexp(planes[place], height)
        for (name, row, column), times in used.items():
            fields[name][row, column] += times * np.exp(height - total)
    return total, planes, list(fields.values()), found[int(heights.argmax())][1], heights.max()


@pytest.mark.parametrize("seed", stand_for(range(4), [0]))
@pytest.mark.parametrize("brackets", ["<.>", "<>.", ".<><>", "<<><>.>"])
def test_all_is_a_sum_over_parse_trees_in_logarithms(brackets, seed):
    texts = ("G", "AC", "GCU", "CAG")
    data = RnaData(Structure(brackets), texts)
    params = far_params(data, seed)
    known = [counted_in_logs(data.structure, params, text) for text in texts]
    found = steps.expectation(data, params, 0.0)
    total = sum(own[0] for own in known)
    assert found.objective == pytest.approx(total, rel=1e-12)
    stacked = params._make(np.asarray(field)[None] for field in params)
    np.testing.assert_allclose(steps.objectives(data, stacked, 0.0), [total], rtol=1e-12)
    for place, field in enumerate(found.counts):
        np.testing.assert_allclose(field, sum(own[2][place] for own in known), rtol=1e-8, atol=1e-13)
    rows = np.arange(len(texts))
    np.testing.assert_allclose(
        steps.log_completions(data, params, rows), [own[1] for own in known], rtol=1e-12
    )
    best = parses.best_parses(data, params, rows)
    np.testing.assert_allclose(best.log, [own[4] for own in known], rtol=1e-12)
    used = sum((own[3] for own in known), Counter())
    counts = parses.best_counts(data, params, rows)
    taken = {
        (name, row, column): int(times)
        for name, field in zip(counts._fields, counts, strict=True)
        for (row, column), times in np.ndenumerate(field)
        if times
    }
    assert taken == {(name, int(row), int(column)): times for (name, row, column), times in used.items()}


# -- long sequences ------------------------------------------------------------------------------------------


def matched(size):
    """One pair around a loop, and a probability of one in a million for each letter of the sequence."""
    structure = Structure("<" + "." * (size - 2) + ">")
    data = RnaData(structure, ("A" * size,))
    even = steps.even(structure)
    rare = 1e-6
    pair, single = np.full(16, rare), np.full(4, rare)
    pair[-1], single[-1] = 1 - 15 * rare, 1 - 3 * rare
    return data, even._replace(pair=np.tile(pair, (1, 1)), single=np.tile(single, (len(even.single), 1)))


def only_matches(data, rest=1e-20):
    """Transitions that lead from match to match, and from every other state somewhere."""
    structure = data.structure
    moves = np.zeros(structure.allowed.shape)
    for v in structure.sources.tolist():
        kinds = [(into, INTO[into], structure.states[child].kind) for child, into in children(structure, v)]
        usual = [into for into, name, _ in kinds if name in ("MP", "ML", "MR", "on")]
        moves[structure.row[v], usual[0]] = 1.0
    # Not 0 elsewhere, which the prior forbids.
    return moves * (1 - rest) + rest * steps.usual_moves(structure)


@pytest.mark.parametrize("size", stand_for([60, 110], [60]))
def test_letters_of_one_in_a_million_on_the_only_way(size):
    """One pair and size − 2 single letters of 1e-6 each: log P = (size − 1) log 1e-6."""
    data, params = matched(size)
    params = params._replace(transition=only_matches(data))
    known = (size - 1) * np.log(1e-6)
    found = steps.expectation(data, params, 0.0)
    assert found.objective == pytest.approx(known, rel=1e-12)
    structure = data.structure
    loop = [structure.place[node.first] for node in structure.nodes if node.kind in ("MATL", "MATR")]
    np.testing.assert_allclose(found.counts.single[loop, 0], 1, rtol=1e-9)
    assert found.counts.single.sum() == pytest.approx(size - 2, rel=1e-9)
    assert found.counts.pair[0, 0] == pytest.approx(1, rel=1e-9)
    best = parses.best_parses(data, params, np.arange(1))
    assert best.log[0] == pytest.approx(known, rel=1e-12)
    np.testing.assert_array_equal(best.columns, [np.arange(size)])
    np.testing.assert_allclose(steps.posterior(data, params, np.arange(1)), [[1, 0]], atol=1e-12)


def plainly(structure, params, text):
    """log P by a recursion over states and stretches, in plain logarithms."""
    with np.errstate(divide="ignore"):
        pair, single, moves = (np.log(field) for field in params[:3])
    codes = [LETTERS.index(letter) for letter in text]
    ways = {v: list(children(structure, v)) for v in structure.sources.tolist()}

    @cache
    def inside(v, i, j):
        kind, place = structure.states[v].kind, structure.place[v]
        if kind == "E":
            return 0.0 if i == j else -np.inf
        left, right = kind in ("MP", "ML", "IL"), kind in ("MP", "MR", "IR")
        if j - i < left + right:
            return -np.inf
        own = 0.0
        if kind == "MP":
            own = pair[place, 4 * codes[i] + codes[j - 1]]
        elif kind in ("ML", "MR"):
            own = single[place, codes[i] if left else codes[j - 1]]
        elif left or right:
            own = np.log(0.25)
        terms = [
            moves[structure.row[v], into] + inside(child, i + left, j - right)
            for child, into in ways[v]
            if structure.states[child].kind != "E" or i + left == j - right
        ]
        return own + np.logaddexp.reduce(terms) if terms else -np.inf

    # Shorter stretches and later states first, so that no call goes deep.
    for size in range(len(text) + 1):
        for v in reversed(range(len(structure.states))):
            for i in range(len(text) + 1 - size):
                inside(v, i, i + size)
    return inside(0, 0, len(text))


@pytest.mark.thorough
def test_a_usual_start_with_rare_letters_is_exact_and_climbs():
    data, params = matched(40)
    params = params._replace(
        pair=np.where(params.pair < 0.5, 1e-30, 1 - 15e-30),
        single=np.where(params.single < 0.5, 1e-30, 1 - 3e-30),
    )
    params = params._replace(transition=only_matches(data, 1e-12))
    known = plainly(data.structure, params, data.texts[0])
    assert known < -800
    found = steps.expectation(data, params, 0.0)
    assert found.objective == pytest.approx(known, rel=1e-12)
    step = engine.start(MODEL, data, params)
    after = engine.advance(MODEL, data, engine.advance(MODEL, data, step))
    assert step.expectation.objective <= after.bound <= after.expectation.objective
    assert np.isfinite(step.q_expectation)


@pytest.mark.unmeasured
@pytest.mark.parametrize("size", stand_for([60, 110], [60]))
def test_rows_answers_and_derivations_of_a_sequence_that_underflows(size):
    data, params = matched(size)
    params = params._replace(transition=only_matches(data))
    counts = row_counts(data, params, np.arange(1))[0]
    np.testing.assert_allclose(counts.sum(), size - 1, rtol=1e-9)
    (answer,) = answers(data, params, np.arange(1))
    bits = ((size - 1) * np.log(1e-6) + size * np.log(4)) / np.log(2)
    assert f"{bits:.1f} bits against random letters" in answer.completions[0]
    own = Sequenced(data, engine.Round(engine.start(MODEL, data, params), engine.Phase.E), 0)
    lines = [line.formula for line in own.counted(5, 0, 2)]
    # The letters 6 to size − 1 in the loop, and what is left of it outside: 1e-6 each.
    inside, whole = (rf"1.0000 \times 10^{{-{6 * (size - less)}}}" for less in (6, 1))
    assert rf"\frac{{{inside} \cdot 1.0000 \times 10^{{-30}}}}{{{whole}}}" in lines[0]
    state = engine.Round(engine.advance(MODEL, data, engine.start(MODEL, data, params)), engine.Phase.E)
    table = MODEL.count_table(data, state, np.arange(1))
    for cell in (ShareCell(0, 0), CountCell(0, 3)):
        assert all("nan" not in line.formula for line in table.derive(cell, 2).lines)
