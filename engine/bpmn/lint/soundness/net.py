"""The net the soundness rules look at: nodes that take tokens from edges and put tokens on edges.

One scope (a process or subprocess) is one net. A node takes one token from any edge (`each`), one from every edge
(`all`), or one from each edge that has one once no more can come (`some`). What it may do then are its outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

EACH, ALL, SOME = "each", "all", "some"


@dataclass(eq=False, slots=True)
class Edge:
    """`passed` are the elements a token passes on it; `effect` the first of them that does something twice if two do."""

    source: Node | None
    target: Node
    passed: tuple[str, ...] = ()
    effect: str | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """The edges that get a token, each with the boundary event whose strand it begins (None: it goes on as it is).

    `ends` says that all other tokens of the scope vanish: `terminate`, or what is thrown to the scope around.
    """

    tokens: tuple[tuple[Edge, str | None], ...] = ()
    passed: tuple[str, ...] = ()
    ends: str | None = None

    def has(self, edge: Edge) -> bool:
        return any(one is edge for one, _ in self.tokens)


@dataclass(eq=False, slots=True)
class Node:
    """`seen` are elements that are passed by some way through the node that was folded away.

    `is_partial` says that not all sets of its flows are among its outcomes, since there are too many.
    """

    id: str
    joins: str = EACH
    effect: str | None = None
    incoming: list[Edge] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    is_partial: bool = False

    @property
    def leaves_something_out(self) -> bool:
        """Whether a set of flows that was left out could matter: they lead to different elements."""
        return self.is_partial and len({edge.target for outcome in self.outcomes for edge, _ in outcome.tokens}) > 1

    @property
    def is_end(self) -> bool:
        return self.joins == EACH and self.effect is None and all(not outcome.tokens for outcome in self.outcomes)

    def drop_unused(self, edge: Edge) -> None:
        """Forgets an edge from this node to itself that no outcome uses any more."""
        if not any(outcome.has(edge) for outcome in self.outcomes):
            self.incoming = [one for one in self.incoming if one is not edge]


@dataclass(eq=False, slots=True)
class Net:
    """`starts` are the edges a first token may stand on, one by one."""

    nodes: list[Node] = field(default_factory=list)
    starts: list[Edge] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Inside:
    """What a subprocess may come to: that it ends, and what it may throw to its boundary (`error`, code) …"""

    completes: bool = True
    throws: frozenset[tuple[str, str | None]] = frozenset()
    known: bool = True
