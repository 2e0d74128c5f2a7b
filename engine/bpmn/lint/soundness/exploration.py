"""Every state a net can come to, up to a bound, and what is wrong with some of them.

A state is where the tokens are. States with a shorter way to them come first, so the way named is a shortest one.
A token no other can ever meet goes on by itself first: in which order such tokens move changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from engine.bpmn.lint.soundness.net import ALL, EACH, SOME, Edge, Net, Node, Outcome

MAX_STATES, MAX_MOVES = 8_000, 40_000
MAX_FAULTS = 5

State = frozenset[tuple[int, str | None]]
Step = tuple[State, tuple[str, ...]]
Move = tuple[Node, State | None, tuple[str, ...], Edge | None]
"""The node that fires, the new state (None: the scope was left by what is thrown), the elements passed, an edge with
two tokens."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`at` is where it shows, `step` what is done twice or what is missing, `path` the elements passed until then."""

    kind: str
    at: str
    path: tuple[str, ...]
    step: str | None = None
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class Explored:
    """`complete` says that there are no other states; `ends` that some way comes to an end."""

    faults: list[Fault] = field(default_factory=list)
    complete: bool = True
    ends: bool = False
    states: int = 0
    seen: set[str] = field(default_factory=set)


class Exploration:
    """`one_by_one`: tokens that meet no other go on by themselves, as long as nothing is found that they might hide."""

    def __init__(self, net: Net, *, one_by_one: bool = True) -> None:
        self.net = net
        self.edges: list[Edge] = []
        self.number: dict[Edge, int] = {}
        self.reach: dict[Node, dict[int, int]] = {}
        for node in net.nodes:
            for edge in node.incoming:
                self.number[edge] = len(self.edges)
                self.edges.append(edge)
        self.leading: dict[Node, int] = {}
        self.one_by_one = one_by_one and not any(node.joins == SOME for node in net.nodes)
        self.found = Explored(complete=not any(node.leaves_something_out for node in net.nodes))
        self.before: dict[State, Step | None] = {}
        self.length: dict[State, int] = {}
        self.after: dict[State, list[State]] = {}
        self.last: set[State] = set()
        self.moves = 0

    def run(self) -> Explored:
        waiting: list[tuple[int, int, State]] = []
        for start in self.net.starts:
            self.come_to(waiting, 0, frozenset({(self.number[start], None)}), None)
        while waiting:
            length, _, state = heappop(waiting)
            if state in self.after:
                continue
            for new, passed in self.expand(state):
                self.come_to(waiting, length + len(passed), new, (state, passed))
            if len(self.before) >= MAX_STATES or self.moves >= MAX_MOVES:
                self.found.complete = self.found.complete and not waiting
                break
        if self.found.complete and not any(fault.kind == "twice" for fault in self.found.faults):
            self.find_endless()
        self.found.states = len(self.before)
        return self.found

    def come_to(self, waiting: list[tuple[int, int, State]], length: int, state: State, step: Step | None) -> None:
        if length < self.length.get(state, length + 1):
            self.length[state] = length
            self.before[state] = step
            heappush(waiting, (length, len(self.before), state))

    def expand(self, state: State) -> Iterator[Step]:
        """The states that may follow, with what is passed on the way to each."""
        fired = False
        following = self.after.setdefault(state, [])
        for node, new, passed, doubled in self.moves_of_one(state) or self.moves_from(state):
            fired = True
            self.moves += 1
            self.found.seen.update(passed, node.seen)
            if doubled is not None:
                self.last.add(state)
                step = doubled.effect or doubled.target.id
                self.report("twice", node.id, self.path_to(state) + passed, step)
            elif not new:
                self.found.ends = self.found.ends or new is not None
                self.last.add(state)
            else:
                following.append(new)
                yield new, passed
        if not fired:
            self.last.add(state)
            self.report_stuck(state)

    def moves_of_one(self, state: State) -> list[Move] | None:
        """The moves of a token that meets no other; None where there is none, or where it might go round for ever."""
        if not self.one_by_one:
            return None
        held = dict(state)
        mask = sum(1 << number for number in held)
        for number, strand in sorted(state, key=str):
            node = self.edges[number].target
            if node.joins != EACH or any(own for o in node.outcomes for _, own in o.tokens):
                continue
            if self.leading_to(node) & mask & ~(1 << number):
                continue
            moves = list(self.fire(held, node, (number,), strand))
            length = self.length[state]
            if moves and not any(new and self.length.get(new, length + 1) <= length for _, new, _, _ in moves):
                return moves
        return None

    def leading_to(self, node: Node) -> int:
        """The edges from which a token may come to the node, as bits."""
        if node not in self.leading:
            found, todo, known = 0, [node], {node}
            while todo:
                for edge in todo.pop().incoming:
                    found |= 1 << self.number[edge] if edge in self.number else 0
                    if edge.source is not None and edge.source not in known:
                        known.add(edge.source)
                        todo.append(edge.source)
            self.leading[node] = found
        return self.leading[node]

    def moves_from(self, state: State) -> Iterator[Move]:
        held = dict(state)
        done: set[Node] = set()
        for number, strand in sorted(state, key=str):
            node = self.edges[number].target
            if node.joins == EACH:
                yield from self.fire(held, node, (number,), strand)
            elif node not in done:
                done.add(node)
                own = [self.number[edge] for edge in node.incoming]
                full = tuple(n for n in own if n in held)
                if (node.joins == ALL and len(full) == len(own)) or (node.joins == SOME and not self.must_wait(held, node)):
                    strands = {held[n] for n in full}
                    yield from self.fire(held, node, full, strands.pop() if len(strands) == 1 else None)

    def fire(self, held: dict[int, str | None], node: Node, taken: tuple[int, ...], strand: str | None) -> Iterator[Move]:
        rest = {number: own for number, own in held.items() if number not in taken}
        alive = set(rest.values())
        for outcome in node.outcomes:
            passed = (node.id, *outcome.passed, *(ident for edge, _ in outcome.tokens for ident in edge.passed))
            if outcome.ends:
                yield node, frozenset() if outcome.ends == "terminate" else None, passed, None
            elif not any(own is not None and own in alive for _, own in outcome.tokens):
                yield self.put(rest, node, outcome, strand, passed)

    def put(self, rest: dict[int, str | None], node: Node, outcome: Outcome, strand: str | None, passed: tuple[str, ...]) -> Move:
        new, doubled = dict(rest), None
        for edge, own in outcome.tokens:
            number = self.number[edge]
            if number in new and (edge.effect or not edge.target.is_end):
                doubled = edge
            new[number] = own or strand
        return node, frozenset(new.items()), passed, doubled

    # -- inclusive joins ----------------------------------------------------------------------------------------

    def must_wait(self, held: dict[int, str | None], node: Node) -> bool:
        """The rule of `engine.bpmn.joins`: some token may still come by an empty edge, and not by a full one."""
        reach = self.reach_of(node)
        full = sum(1 << bit for bit, edge in enumerate(node.incoming) if self.number[edge] in held)
        return any(
            reach.get(number, 0) & ~full and not reach.get(number, 0) & full
            for number in held
            if self.edges[number].target is not node
        )

    def reach_of(self, node: Node) -> dict[int, int]:
        """For each edge the incoming edges of the node a token on it may arrive by without passing the node."""
        if node not in self.reach:
            found: dict[int, int] = {}
            for bit, edge in enumerate(node.incoming):
                todo, known = [edge.source], set()
                while todo:
                    one = todo.pop()
                    if one is None or one is node or one in known:
                        continue
                    known.add(one)
                    for into in filter(self.number.__contains__, one.incoming):
                        found[self.number[into]] = found.get(self.number[into], 0) | 1 << bit
                        todo.append(into.source)
            self.reach[node] = found
        return self.reach[node]

    # -- faults -------------------------------------------------------------------------------------------------

    def report_stuck(self, state: State) -> None:
        held = {number for number, _ in state}
        for number in sorted(held):
            node = self.edges[number].target
            missing = tuple(ident for edge in node.incoming if self.number[edge] not in held for ident in edge.passed[-1:])
            self.report("stuck", node.id, self.path_to(state), missing=missing)
            if node.joins != EACH:
                return

    def report(self, kind: str, at: str, path: tuple[str, ...], step: str | None = None, missing: tuple[str, ...] = ()) -> None:
        known = any((fault.kind, fault.at) == (kind, at) for fault in self.found.faults)
        if not known and sum(fault.kind == kind for fault in self.found.faults) < MAX_FAULTS:
            self.found.faults.append(Fault(kind, at, path, step, missing))

    def find_endless(self) -> None:
        """States from which neither an end nor a standstill can be reached."""
        before: dict[State, list[State]] = {}
        for state, following in self.after.items():
            for new in following:
                before.setdefault(new, []).append(state)
        good, todo = set(self.last), list(self.last)
        while todo:
            for state in before.get(todo.pop(), ()):
                if state not in good:
                    good.add(state)
                    todo.append(state)
        trapped = sorted((state for state in self.before if state not in good), key=self.length.__getitem__)
        for state in trapped:
            edges = [self.edges[number] for number, _ in sorted(state, key=str)]
            if step := next((edge.effect for edge in edges if edge.effect), None):
                self.report("endless", step, self.path_to(state))
                return
        if trapped:
            self.report("endless", self.edges[min(number for number, _ in trapped[-1])].target.id, self.path_to(trapped[-1]))

    def path_to(self, state: State) -> tuple[str, ...]:
        parts: list[tuple[str, ...]] = []
        step = self.before[state]
        while step is not None:
            state, passed = step
            parts.append(passed)
            step = self.before[state]
        return tuple(ident for part in reversed(parts) for ident in part if ident)
