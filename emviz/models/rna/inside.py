"""Inside and outside: how probable it is that a state explains a stretch of a sequence.

inside_v[i, j] is the probability that the states from v on emit the letters between the places i and j, and
outside_v[i, j] that the rest of the model emits the rest of the sequence, with v at [i, j]. The matrices of
all sequences of a batch lie side by side, so that a node costs a few passes over them: its transitions are
one matrix product, a bifurcation is one per sequence, and only the inserts, which lead back to themselves, go
place by place. Each letter counts four times its probability, which keeps the numbers in range.
With the greatest in the place of each sum, the same passes find the best parse tree (`BEST`).

Shapes: V states, Q planes, places 0 … N twice, B sequences. Planes keep apart the parse trees in which all
pairs are formed, all but one, and fewer; one plane takes all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array
from emviz.models.rna.data import LETTERS, NONE, Batch, RnaParams
from emviz.models.rna.structure import Node, Step, Structure

#: What a letter counts beside its probability.
SCALE = float(len(LETTERS))


class Weights:
    """θ for one batch: the probability of the letter at each place, and of the two letters at each pair.

    Parameters
    ----------
    structure : Structure
    params : RnaParams
    batch : Batch
    inserts : Array or None, shape (I, 4)
        What each insert emits; None for all letters alike, as the model holds them.
    """

    def __init__(
        self, structure: Structure, params: RnaParams, batch: Batch, inserts: Array | None = None
    ) -> None:
        self.structure = structure
        self.batch = batch
        self._transition = params.transition
        own = structure.having("IL", "IR").tolist()
        even = np.full((len(own), NONE), 1 / NONE)
        self._insert: dict[int, Array] = dict(
            zip(own, _at(even if inserts is None else inserts, batch), strict=True)
        )
        self._single = _at(params.single, batch)
        pairs = np.zeros((len(params.pair), NONE + 1, NONE + 1))
        pairs[:, :NONE, :NONE] = params.pair.reshape(-1, NONE, NONE) * SCALE**2
        self._pairs = pairs.reshape(len(pairs), -1)

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
        return np.asarray(np.where(step.mask, self._transition[step.rows[:, None], step.into], 0.0))

    def log_scale(self) -> Array:
        """Return what the scale has added to log P of each sequence, shape (B,)."""
        return np.asarray(np.log(SCALE) * self.batch.lengths)


def _at(letters: Array, batch: Batch) -> Array:
    """Return letters where they stand, times four; behind the end of a sequence they have probability 0."""
    return np.asarray(np.take(np.pad(letters * SCALE, ((0, 0), (0, 1))), batch.codes, axis=1))


@dataclass(frozen=True)
class Algebra:
    """What is done with the ways to explain a stretch: all are added up, or the best is taken.

    Parameters
    ----------
    combined : callable
        Transitions (states, children), or (children,), and inside (children, M), to Σ_c t_c inside_c.
    added : callable
        Adds to the first array what the second one has.
    multiplied : callable
        Two stacks of matrices, the sequences on the last axis, to their product.
    """

    combined: Callable[[Array, Array], Array]
    added: Callable[[Array, Array], object]
    multiplied: Callable[[Array, Array], Array]


def inside(weights: Weights, planes: int = 1, algebra: Algebra | None = None) -> Array:
    """Return the inside matrices of all states, shape (V, Q, N+1, N+1, B)."""
    algebra = algebra or SUM
    structure, batch = weights.structure, weights.batch
    found = np.zeros((len(structure.states), planes, batch.side, batch.side, len(batch.rows)))
    for n in reversed(range(len(structure.nodes))):
        node = structure.nodes[n]
        if node.kind == "END":
            places = np.arange(batch.side)
            found[node.first, 0, places, places] = 1.0
        elif node.kind == "BIF":
            left, right = (found[structure.nodes[below].first] for below in node.next)
            _joined(left, right, found[node.first], algebra)
        else:
            _inside_node(weights, structure.steps[n], found, algebra)
    return found


def evidence(weights: Weights, found: Array) -> Array:
    """Return the probability of each sequence in each plane, times the scale, shape (Q, B)."""
    batch = weights.batch
    return np.asarray(found[0][:, 0, batch.lengths, np.arange(len(batch.rows))])


def log_evidence(weights: Weights, found: Array) -> Array:
    """Return log P(x; θ) of each sequence in each plane, in nats, shape (Q, B)."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(evidence(weights, found)) - weights.log_scale())


def _inside_node(weights: Weights, step: Step, found: Array, algebra: Algebra) -> None:
    node, moves = step.node, weights.moves(step)
    splits = node.splits.stop - node.first
    for v in reversed(range(node.inserts.start, node.inserts.stop)):
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
    kept = letters * stay
    for i in reversed(range(len(letters))):
        np.multiply(letters[i], ahead[:, i + 1], out=out[:, i])
        algebra.added(out[:, i], kept[i] * out[:, i + 1])


def _run_right(ahead: Array, letters: Array, stay: float, out: Array, algebra: Algebra) -> None:
    """Fill the inside of an IR: a letter on the right, then on, or one more."""
    kept = letters * stay
    for j in range(len(letters)):
        np.multiply(letters[j], ahead[:, :, j], out=out[:, :, j + 1])
        algebra.added(out[:, :, j + 1], kept[j] * out[:, :, j])


def _emit(weights: Weights, node: Node, own: int, ahead: Array, out: Array) -> None:
    """Fill the inside of a state that a node is entered by."""
    state, kind = node.first + own, node.kinds[own]
    if kind == "MP":
        np.multiply(weights.pair(state), ahead[:, 1:, :-1], out=out[:, :-1, 1:])
        return
    if node.kind == "MATP" and len(out) > 1:
        ahead = _one_less(ahead)
    if kind == "ML":
        np.multiply(weights.letter(state)[:, None], ahead[:, 1:], out=out[:, :-1])
    elif kind == "MR":
        np.multiply(weights.letter(state), ahead[:, :, :-1], out=out[:, :, 1:])
    else:
        out[:] = ahead


def _one_less(planes: Array) -> Array:
    """Return the planes with one pair less formed; the last plane holds all that are further down."""
    moved = np.zeros_like(planes)
    moved[1:] = planes[:-1]
    moved[-1] += planes[-1]
    return moved


def _joined(left: Array, right: Array, out: Array, algebra: Algebra) -> None:
    """Fill the inside of a bifurcation: Σ_k left[i, k] right[k, j], a matrix product for each sequence."""
    for p, first in enumerate(left):
        for q, second in enumerate(right):
            algebra.added(out[min(p + q, len(out) - 1)], algebra.multiplied(first, second))


def _multiplied(first: Array, second: Array) -> Array:
    """Return the matrix product of two stacks, the sequences on the last axis."""
    return np.asarray((first.transpose(2, 0, 1) @ second.transpose(2, 0, 1)).transpose(1, 2, 0))


def _greatest_product(first: Array, second: Array) -> Array:
    """Return the same with the greatest product in the place of their sum."""
    found = np.zeros_like(first)
    for k in range(first.shape[1]):
        np.maximum(found, first[:, k, None] * second[k], out=found)
    return found


def _greatest(moves: Array, below: Array) -> Array:
    """Return the greatest t_c inside_c, child by child."""
    found = np.asarray(moves[..., 0, None] * below[0])
    for child in range(1, len(below)):
        np.maximum(found, moves[..., child, None] * below[child], out=found)
    return found


def _add(to: Array, more: Array) -> None:
    to += more


def _raise(to: Array, more: Array) -> None:
    np.maximum(to, more, out=to)


SUM = Algebra(np.matmul, _add, _multiplied)
BEST = Algebra(_greatest, _raise, _greatest_product)


@dataclass(frozen=True)
class Smoothed:
    """A batch weighed at θ.

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
    """Return how probable each state is at each stretch, and the expected transitions."""
    structure, batch = weights.structure, weights.batch
    planes = inside(weights)
    found, log = planes[:, 0], log_evidence(weights, planes)[0]
    outside = np.zeros_like(found)
    ends = (0, batch.lengths, np.arange(len(batch.rows)))
    transition = np.zeros(structure.allowed.shape)
    # A sequence that θ makes impossible has an infinite outside: the objective says so.
    with np.errstate(divide="ignore", invalid="ignore"):
        outside[0][ends] = 1 / found[0][ends]
        for n, node in enumerate(structure.nodes):
            if node.kind == "BIF":
                _outside_bifurcation(structure, node, found, outside)
            elif node.kind != "END":
                step = structure.steps[n]
                transition[step.rows[:, None], step.into] += _outside_node(weights, step, found, outside)
        found *= outside
    return Smoothed(log, found, transition)


def _outside_bifurcation(structure: Structure, node: Node, found: Array, outside: Array) -> None:
    left, right = (structure.nodes[below].first for below in node.next)
    above = outside[node.first]
    outside[left] = _multiplied(above, found[right].transpose(1, 0, 2))
    outside[right] = _multiplied(found[left].transpose(1, 0, 2), above)


def _outside_node(weights: Weights, step: Step, found: Array, outside: Array) -> Array:
    """Fill the outside of the inserts of a node and of the states below; return its transitions."""
    node, moves = step.node, weights.moves(step)
    splits = node.splits.stop - node.first
    # What a state leaves to its children: its outside times its letters, at the stretch that is left.
    left = np.zeros((len(node.kinds), *outside.shape[1:]))
    for own in range(splits):
        _leave(weights, node, own, outside[node.first + own], left[own])
    for own in range(splits, len(node.kinds)):
        v, k = node.first + own, own - splits
        above = _product(moves[:own, k], left[:own], SUM)
        back = _return_left if node.kinds[own] == "IL" else _return_right
        back(above, weights.letter(v), float(moves[own, k]), outside[v], left[own])
    inserts = len(node.kinds) - splits
    outside[step.children.start + inserts : step.children.stop] = _product(moves[:, inserts:].T, left, SUM)
    below = found[step.children]
    return np.asarray(moves * (left.reshape(len(left), -1) @ below.reshape(len(below), -1).T))


def _leave(weights: Weights, node: Node, own: int, above: Array, out: Array) -> None:
    """Fill what a state that a node is entered by leaves to its children."""
    state, kind = node.first + own, node.kinds[own]
    if kind == "MP":
        np.multiply(weights.pair(state), above[:-1, 1:], out=out[1:, :-1])
    elif kind == "ML":
        np.multiply(weights.letter(state)[:, None], above[:-1], out=out[1:])
    elif kind == "MR":
        np.multiply(weights.letter(state), above[:, 1:], out=out[:, :-1])
    else:
        out[:] = above


def _return_left(above: Array, letters: Array, stay: float, outside: Array, left: Array) -> None:
    """Fill the outside of an IL and what it leaves: it was entered from above, or by itself."""
    outside[:] = above
    for i in range(len(letters)):
        np.multiply(letters[i], outside[i], out=left[i + 1])
        outside[i + 1] += stay * left[i + 1]


def _return_right(above: Array, letters: Array, stay: float, outside: Array, left: Array) -> None:
    """Fill the outside of an IR and what it leaves: it was entered from above, or by itself."""
    outside[:] = above
    for j in reversed(range(len(letters))):
        np.multiply(letters[j], outside[:, j + 1], out=left[:, j])
        outside[:, j] += stay * left[:, j]
