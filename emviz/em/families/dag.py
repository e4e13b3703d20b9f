"""The structure of a Bayesian network as text: ``[disease][fever|disease][rash|disease:age]``.

The notation is that of bnlearn's model strings (Scutari, J. Statist. Softw. 35(3), 2010): a bracket is a
conditional table. In addition, ``[bag=2]`` is a variable without a column, with its number of states, and
arrows (``disease -> fever``) are also read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from emviz.em.domains import ParameterError

#: Characters that a name cannot contain.
MARKS = "[]|:="
#: A bracket: a name, its number of states if it has no column, and its parents.
BRACKET = re.compile(r"\[([^\[\]|=]+)(?:=([^\[\]|]*))?(?:\|([^\[\]|]*))?\]")
ARROW = re.compile(r"->|→")
#: The most states of a variable.
MOST_STATES = 24


@dataclass(frozen=True)
class Node:
    """A variable with its parents.

    Parameters
    ----------
    name : str
    parents : tuple of str
    states : int or None
        Its number of states if it has no column.
    """

    name: str
    parents: tuple[str, ...] = ()
    states: int | None = None

    def __str__(self) -> str:
        own = self.name if self.states is None else f"{self.name}={self.states}"
        return f"[{own}|{':'.join(self.parents)}]" if self.parents else f"[{own}]"


@dataclass(frozen=True)
class Structure:
    """The nodes in the order of the text."""

    nodes: tuple[Node, ...]
    names: tuple[str, ...] = field(init=False, repr=False)
    parents: tuple[tuple[int, ...], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = tuple(node.name for node in self.nodes)
        object.__setattr__(self, "names", names)
        place = {name: k for k, name in enumerate(names)}
        parents = tuple(tuple(place[name] for name in node.parents) for node in self.nodes)
        object.__setattr__(self, "parents", parents)

    def __str__(self) -> str:
        return "".join(map(str, self.nodes))

    @property
    def hidden(self) -> tuple[str, ...]:
        """The variables without a column."""
        return tuple(node.name for node in self.nodes if node.states is not None)

    def in_order(self) -> list[int]:
        """Return the nodes, parents before children."""
        order: list[int] = []
        while len(order) < len(self.nodes):
            order += [
                k
                for k, parents in enumerate(self.parents)
                if k not in order and all(parent in order for parent in parents)
            ]
        return order

    def layers(self) -> dict[int, int]:
        """Return the length of the longest path of arrows to each node."""
        found: dict[int, int] = {}
        for k in self.in_order():
            found[k] = max((found[parent] + 1 for parent in self.parents[k]), default=0)
        return found

    def children(self, of: int) -> list[int]:
        """Return the nodes with an arrow from this node."""
        return [k for k, parents in enumerate(self.parents) if of in parents]

    def with_arrow(self, source: str, target: str) -> Structure:
        """Return the structure with an added arrow.

        Raises
        ------
        ParameterError
            If the arrow exists, or would close a cycle.
        """
        if source in self._node(target).parents:
            raise ParameterError(f"structure: there is an arrow {source} → {target}")
        return _checked(self._rewired(target, (*self._node(target).parents, source)))

    def without_arrow(self, source: str, target: str) -> Structure:
        """Return the structure without an arrow.

        Raises
        ------
        ParameterError
            If there is no such arrow.
        """
        parents = self._node(target).parents
        if source not in parents:
            raise ParameterError(f"structure: there is no arrow {source} → {target}")
        return Structure(self._rewired(target, tuple(name for name in parents if name != source)))

    def _node(self, name: str) -> Node:
        found = next((node for node in self.nodes if node.name == name), None)
        if found is None:
            raise ParameterError(f"structure: there is no variable {name}")
        return found

    def _rewired(self, target: str, parents: tuple[str, ...]) -> tuple[Node, ...]:
        return tuple(replace(node, parents=parents) if node.name == target else node for node in self.nodes)


def naive(names: Sequence[str]) -> Structure:
    """Return the structure in which every variable depends on the first one."""
    first, *others = names
    return Structure((Node(first), *(Node(name, (first,)) for name in others)))


def read_structure(text: str) -> Structure:
    """Return a structure from its text.

    Raises
    ------
    ParameterError
        For text outside of brackets, a variable with no or two brackets, and a cycle.
    """
    return _checked(tuple(_bracketed(text) if "[" in text or "]" in text else _arrowed(text)))


def _checked(nodes: tuple[Node, ...]) -> Structure:
    _all_there(nodes)
    cycle = _cycle(nodes)
    if cycle:
        raise ParameterError(f"structure: arrows must not lead in a circle: {' → '.join(cycle)}")
    return Structure(nodes)


def _bracketed(text: str) -> Iterator[Node]:
    """Yield the nodes of a model string."""
    bare = "".join(text.split("\n"))
    for bracket in BRACKET.finditer(bare):
        name, states, parents = bracket.groups()
        named = [parent.strip() for parent in parents.split(":")] if parents is not None else []
        if not all(named) or not name.strip():
            raise ParameterError(f"structure: a name is missing in {bracket[0]}")
        yield Node(name.strip(), tuple(named), _states(name.strip(), states))
    rest = BRACKET.sub("", bare).strip()
    if rest:
        raise ParameterError(
            f"structure: cannot read {rest[:40]!r}; a table is written [name] or [name|parent:parent]"
        )


def _arrowed(text: str) -> Iterator[Node]:
    """Yield the nodes of lines such as a -> b -> c, in the order in which they are first named."""
    parents: dict[str, list[str]] = {}
    states: dict[str, int | None] = {}
    for chain in filter(None, (each.strip() for each in re.split(r"[,;\n]", text))):
        named = []
        for part in ARROW.split(chain):
            name, mark, many = (each.strip() for each in part.partition("="))
            if not name or set(name) & {*MARKS}:
                raise ParameterError(f"structure: cannot read {chain[:40]!r}; write a -> b, or [b|a]")
            named.append(name)
            parents.setdefault(name, [])
            states[name] = _states(name, many) if mark else states.get(name)
        for parent, child in pairwise(named):
            parents[child].append(parent)
    for name, above in parents.items():
        yield Node(name, tuple(above), states[name])


def _states(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    many = int(text) if text.strip().isdecimal() else 0
    if not 2 <= many <= MOST_STATES:
        raise ParameterError(
            f"structure: {name}={text.strip()} must have a whole number of states from 2 to {MOST_STATES}"
        )
    return many


def _all_there(nodes: Sequence[Node]) -> None:
    names = [node.name for node in nodes]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ParameterError(f"structure: {twice} has two brackets; name all its parents in one")
    for node in nodes:
        lost = next((parent for parent in node.parents if parent not in names), None)
        if lost is not None:
            raise ParameterError(
                f"structure: {lost} is a parent of {node.name} and has no bracket: add [{lost}]"
            )
        again = next((parent for parent in node.parents if node.parents.count(parent) > 1), None)
        if again is not None:
            raise ParameterError(f"structure: {again} is named twice as a parent of {node.name}")


def _cycle(nodes: Iterable[Node]) -> list[str]:
    """Return the names along a cycle of arrows, the first one again at the end; empty without one."""
    parents = {node.name: node.parents for node in nodes}
    clear: set[str] = set()
    for name in parents:
        # Depth-first without recursion, since a path may be longer than Python's recursion limit.
        # It goes backwards along the arrows; a node that is on the path already closes a cycle.
        path, open_ends = [name], [iter(parents[name])]
        while path:
            above = next(open_ends[-1], None)
            if above is None:
                clear.add(path.pop())
                open_ends.pop()
            elif above in path:
                return [above, *reversed(path[path.index(above) :])]
            elif above not in clear:
                path.append(above)
                open_ends.append(iter(parents[above]))
    return []
