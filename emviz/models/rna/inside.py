"""Inside and outside: the probability that a state explains a stretch of a sequence.

inside_v[i, j] is the probability that the states from v on emit the letters between the places i and j, and
outside_v[i, j] that the rest of the model emits the rest of the sequence, with v at [i, j]. The matrices of
all sequences of a batch lie side by side, so that a node costs a few passes over them: its transitions are
one matrix product, a bifurcation is one per sequence, and only the inserts, which lead back to themselves, go
place by place. Each letter counts four times its probability, which keeps the numbers in range.
With the greatest in the place of each sum, the same passes find the best parse tree; and where a sequence is
so improbable that parts of it might underflow, they are done in logarithms (`algebra`).

Shapes: V states, Q planes, places 0 … N twice, B sequences. Planes keep apart the parse trees in which all
pairs are formed, all but one, and fewer; one plane takes all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.families.letters import summed
from emviz.em.numerics import Array
from emviz.em.work import checked
from emviz.models.rna.algebra import BEST, LOG_BEST, LOG_SUM, SUM, Algebra
from emviz.models.rna.data import LETTERS, NONE, Batch, RnaParams
from emviz.models.rna.structure import Node, Step, Structure

#: The factor of each letter beside its probability.
SCALE = float(len(LETTERS))
#: The log P(x; θ) of a sequence, in nats, down to which nothing that counts has underflowed: a stretch that
#: did has a probability below 1e-307, and the rest of a tree at most 1, which is nothing beside P(x; θ).
LEAST_LOG = -640.0


class Weights:
    """θ for one batch: the probability of the letter at each place, and of the two letters at each pair.

    Parameters
    ----------
    structure : Structure
    params : RnaParams
    batch : Batch
    inserts : Array or None, shape (I, 4)
        What each insert emits; None for all letters alike, as the model holds them.
    algebra : Algebra
        The representation of numbers and their arithmetic.
    """

    def __init__(
        self,
        structure: Structure,
        params: RnaParams,
        batch: Batch,
        inserts: Array | None = None,
        algebra: Algebra = SUM,
    ) -> None:
        self.structure = structure
        self.batch = batch
        self.algebra = algebra
        self._params, self._inserts = params, inserts
        self._transition = algebra.written(params.transition)
        own = structure.having("IL", "IR").tolist()
        even = np.full((len(own), NONE), 1 / NONE)
        self._insert: dict[int, Array] = dict(
            zip(own, algebra.written(_at(even if inserts is None else inserts, batch)), strict=True)
        )
        self._single = algebra.written(_at(params.single, batch))
        self._pairs = algebra.written(summed(params.pair * SCALE**2, batch.possible_couples))

    def by(self, algebra: Algebra) -> Weights:
        """Return the same θ in another algebra."""
        return Weights(self.structure, self._params, self.batch, self._inserts, algebra)

    def letter(self, state: int) -> Array:
        """Return the probability of each letter in a state, times four, shape (N, B)."""
        if state in self._insert:
            return self._insert[state]
        return np.asarray(self._single[self.structure.place[state]])

    def pair(self, state: int) -> Array:
        """Return the probability of the letters at each two positions as a pair, times 16, (N, N, B)."""
        return np.asarray(np.take(self._pairs[self.structure.place[state]], self.batch.couples))

    def moves(self, step: Step) -> Array:
        """Return the transitions of a node, shape (states, children)."""
        return np.asarray(
            np.where(step.mask, self._transition[step.rows[:, None], step.into], self.algebra.impossible)
        )

    def log_scale(self) -> Array:
        """Return what the scale has added to log P of each sequence, shape (B,)."""
        return np.asarray(np.log(SCALE) * self.batch.lengths)


def _at(letters: Array, batch: Batch) -> Array:
    """Return letters by position, times four; behind the end of a sequence they have probability 0."""
    return np.asarray(np.take(summed(letters * SCALE, batch.possible), batch.codes, axis=1))


def inside(weights: Weights, planes: int = 1) -> Array:
    """Return the inside matrices of all states, shape (V, Q, N+1, N+1, B)."""
    structure, batch, algebra = weights.structure, weights.batch, weights.algebra
    shape = (len(structure.states), planes, batch.side, batch.side, len(batch.rows))
    found = np.full(shape, algebra.impossible) if algebra.in_logs else np.zeros(shape)
    for n in checked(reversed(range(len(structure.nodes)))):
        node = structure.nodes[n]
        if node.kind == "END":
            places = np.arange(batch.side)
            found[node.first, 0, places, places] = algebra.certain
        elif node.kind == "BIF":
            left, right = (found[structure.nodes[below].first] for below in node.next)
            _joined(left, right, found[node.first], algebra)
        else:
            _inside_node(weights, structure.steps[n], found)
    return found


def log_evidence(weights: Weights, found: Array) -> Array:
    """Return log P(x; θ) of each sequence in each plane, in nats, shape (Q, B)."""
    batch = weights.batch
    evidence = np.asarray(found[0][:, 0, batch.lengths, np.arange(len(batch.rows))])
    if weights.algebra.in_logs:
        return evidence - weights.log_scale()
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(evidence) - weights.log_scale())


def safe_inside(weights: Weights, planes: int = 1) -> tuple[Weights, Array, Array]:
    """Return the inside matrices and log P(x; θ) of each sequence in each plane, shape (Q, B).

    All is in logarithms where something might have underflowed; so are the weights that are returned.
    """
    found = inside(weights, planes)
    logs = log_evidence(weights, found)
    # Only P(x) can be tested, not each stretch; `LEAST_LOG` bounds the loss.
    if weights.algebra.in_logs or logs.min() >= LEAST_LOG:
        return weights, found, logs
    weights = weights.by(LOG_BEST if weights.algebra is BEST else LOG_SUM)
    found = inside(weights, planes)
    return weights, found, log_evidence(weights, found)


def _inside_node(weights: Weights, step: Step, found: Array) -> None:
    node, moves, algebra = step.node, weights.moves(step), weights.algebra
    splits = node.splits.stop - node.first
    for v in checked(reversed(range(node.inserts.start, node.inserts.stop))):
        own = v - node.first
        later = v + 1 - step.children.start
        ahead = _product(moves[own, later:], found[v + 1 : step.children.stop], algebra)
        run = _run_left if weights.structure.states[v].kind == "IL" else _run_right
        run(ahead, weights.letter(v), float(moves[own, later - 1]), found[v], algebra)
    ahead = _product(moves[:splits], found[step.children], algebra)
    for own in range(splits):
        _emit(weights, node, own, ahead[own], found[node.first + own])


def _product(moves: Array, below: Array, algebra: Algebra) -> Array:
    """Return Σ_c t_c inside_c, for one state or several."""
    flat = algebra.combined(moves, below.reshape(len(below), -1))
    return np.asarray(flat.reshape(moves.shape[:-1] + below.shape[1:]))


def _run_left(ahead: Array, letters: Array, stay: float, out: Array, algebra: Algebra) -> None:
    """Fill the inside of an IL: a letter on the left, then on, or one more."""
    kept = algebra.times(letters, stay)
    for i in reversed(range(len(letters))):
        algebra.times(letters[i], ahead[:, i + 1], out=out[:, i])
        algebra.added(out[:, i], algebra.times(kept[i], out[:, i + 1]))


def _run_right(ahead: Array, letters: Array, stay: float, out: Array, algebra: Algebra) -> None:
    """Fill the inside of an IR: a letter on the right, then on, or one more."""
    kept = algebra.times(letters, stay)
    for j in range(len(letters)):
        algebra.times(letters[j], ahead[:, :, j], out=out[:, :, j + 1])
        algebra.added(out[:, :, j + 1], algebra.times(kept[j], out[:, :, j]))


def _emit(weights: Weights, node: Node, own: int, ahead: Array, out: Array) -> None:
    """Fill the inside of a state that a node is entered by."""
    state, kind, times = node.first + own, node.kinds[own], weights.algebra.times
    if kind == "MP":
        times(weights.pair(state), ahead[:, 1:, :-1], out=out[:, :-1, 1:])
        return
    if node.kind == "MATP" and len(out) > 1:
        ahead = _one_less(ahead, weights.algebra)
    if kind == "ML":
        times(weights.letter(state)[:, None], ahead[:, 1:], out=out[:, :-1])
    elif kind == "MR":
        times(weights.letter(state), ahead[:, :, :-1], out=out[:, :, 1:])
    else:
        out[:] = ahead


def _one_less(planes: Array, algebra: Algebra) -> Array:
    """Return the planes with one pair less formed; the last plane holds all that are further down."""
    moved = np.full_like(planes, algebra.impossible)
    moved[1:] = planes[:-1]
    algebra.added(moved[-1], planes[-1])
    return moved


def _joined(left: Array, right: Array, out: Array, algebra: Algebra) -> None:
    """Fill the inside of a bifurcation: Σ_k left[i, k] right[k, j], a matrix product for each sequence."""
    for p, first in checked(enumerate(left)):
        for q, second in enumerate(right):
            algebra.added(out[min(p + q, len(out) - 1)], algebra.multiplied(first, second))


@dataclass(frozen=True)
class Smoothed:
    """The posterior of a batch at θ.

    Parameters
    ----------
    log : Array, shape (B,)
        log P(x; θ) of each sequence, in nats.
    visits : Array, shape (V, N+1, N+1, B)
        The probability that each state explains each stretch of each sequence.
    transition : Array, shape (R, 7)
        Expected transitions over all sequences of the batch.
    """

    log: Array
    visits: Array
    transition: Array


def smooth(weights: Weights) -> Smoothed:
    """Return the probability of each state at each stretch, and the expected transitions."""
    structure, batch = weights.structure, weights.batch
    weights, planes, logs = safe_inside(weights)
    found, algebra = planes[:, 0], weights.algebra
    outside = np.full_like(found, algebra.impossible)
    ends = (0, batch.lengths, np.arange(len(batch.rows)))
    transition = np.zeros(structure.allowed.shape)
    outside[0][ends] = algebra.inverse(found[0][ends])
    for n, node in checked(enumerate(structure.nodes)):
        if node.kind == "BIF":
            _outside_bifurcation(weights, node, found, outside)
        elif node.kind != "END":
            step = structure.steps[n]
            transition[step.rows[:, None], step.into] += _outside_node(weights, step, found, outside)
    visits = algebra.times(found, outside, out=found)
    return Smoothed(logs[0], algebra.read(visits), transition)


def _outside_bifurcation(weights: Weights, node: Node, found: Array, outside: Array) -> None:
    left, right = (weights.structure.nodes[below].first for below in node.next)
    above, multiplied = outside[node.first], weights.algebra.multiplied
    outside[left] = multiplied(above, found[right].transpose(1, 0, 2))
    outside[right] = multiplied(found[left].transpose(1, 0, 2), above)


def _outside_node(weights: Weights, step: Step, found: Array, outside: Array) -> Array:
    """Fill the outside of the inserts of a node and of the states below; return its transitions."""
    node, moves, algebra = step.node, weights.moves(step), weights.algebra
    splits = node.splits.stop - node.first
    # What a state leaves to its children: its outside times its letters, at the stretch that is left.
    left = np.full((len(node.kinds), *outside.shape[1:]), algebra.impossible)
    for own in range(splits):
        _leave(weights, node, own, outside[node.first + own], left[own])
    for own in checked(range(splits, len(node.kinds))):
        v, k = node.first + own, own - splits
        above = _product(moves[:own, k], left[:own], algebra)
        back = _return_left if node.kinds[own] == "IL" else _return_right
        back(above, weights.letter(v), float(moves[own, k]), outside[v], left[own], algebra)
    inserts = len(node.kinds) - splits
    outside[step.children.start + inserts : step.children.stop] = _product(
        moves[:, inserts:].T, left, algebra
    )
    return algebra.read(algebra.times(moves, algebra.paired(left, found[step.children])))


def _leave(weights: Weights, node: Node, own: int, above: Array, out: Array) -> None:
    """Fill what a state that a node is entered by leaves to its children."""
    state, kind, times = node.first + own, node.kinds[own], weights.algebra.times
    if kind == "MP":
        times(weights.pair(state), above[:-1, 1:], out=out[1:, :-1])
    elif kind == "ML":
        times(weights.letter(state)[:, None], above[:-1], out=out[1:])
    elif kind == "MR":
        times(weights.letter(state), above[:, 1:], out=out[:, :-1])
    else:
        out[:] = above


def _return_left(
    above: Array, letters: Array, stay: float, outside: Array, left: Array, algebra: Algebra
) -> None:
    """Fill the outside of an IL and what it leaves: it was entered from above, or by itself."""
    outside[:] = above
    for i in range(len(letters)):
        algebra.times(letters[i], outside[i], out=left[i + 1])
        algebra.added(outside[i + 1], algebra.times(stay, left[i + 1]))


def _return_right(
    above: Array, letters: Array, stay: float, outside: Array, left: Array, algebra: Algebra
) -> None:
    """Fill the outside of an IR and what it leaves: it was entered from above, or by itself."""
    outside[:] = above
    for j in reversed(range(len(letters))):
        algebra.times(letters[j], outside[:, j + 1], out=left[:, j])
        algebra.added(outside[:, j], algebra.times(stay, left[:, j]))
