"""Everywhere the tokens of a diagram can come to, each way of standing known by a number.

A log tells of few elements: the rest is passed unseen. `Walk.steps` gives what may happen next, seen or unseen, by the
same token game that trails are held against; here it is played in all ways instead of the one a trail tells of.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.bpmn.conformance.marking import Marking
from engine.bpmn.conformance.net import Net, Node

CHOOSES_ONE = ("exclusiveGateway", "eventBasedGateway")
MOST_TOKENS = 2
MOST_OPTIONS = 5
Key = tuple[tuple[tuple[str, int], ...], tuple[tuple[tuple[str, str], int], ...]]
#: An element that is seen, or None; what comes of it; whether it happened of itself, as a timer does.
Step = tuple[str | None, int, bool]


class Walk:
    """`seen` are the elements a log tells of. An element repeated for many may be seen more often than once."""

    def __init__(self, net: Net, seen: frozenset[str]) -> None:
        self.net, self.seen = net, seen & net.named.keys()
        self.bodies = {(n.scope, n.id): net.bodies(n) for n in net.nodes.values()}
        self.watched = {(n.scope, n.host) for n in net.nodes.values() if n.kind == "boundaryEvent"}
        self.inside = {scope: [n for n in net.nodes.values() if n.scope == scope] for scope, _ in net.nodes}
        self.loops = {key for key, node in net.nodes.items() if node.is_loop}
        self.ahead = {n: _upstream(net, n) for n in net.nodes.values() if n.kind == "inclusiveGateway" and len(n.incoming) > 1}
        self.options = {n: _options(net, n) for n in net.nodes.values()}
        self.repeated = {n.id: self.net.named[n.id] for n in net.nodes.values() if self._is_repeated(n)}
        self.sudden = {(s, "startEvent") for s, hosts in net.hosts.items() if any(h.is_watch or h.is_loop for h in hosts)}
        self.settled = [n for n in net.nodes.values() if self._is_settled(n)]
        self.open = [n for n in net.nodes.values() if n not in self.settled]
        self._numbers: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._steps: dict[int, tuple[Step, ...]] = {}
        self._ends: dict[int, bool] = {}
        self.start = self._number(Marking(net))

    @property
    def size(self) -> int:
        """How many ways of standing are known."""
        return len(self._keys)

    def steps(self, number: int) -> tuple[Step, ...]:
        """What may come next; where something happens by itself and takes nothing from anything else, that alone."""
        if number not in self._steps:
            self._steps[number] = tuple(dict.fromkeys(self._find(self._marking(number))))
        return self._steps[number]

    def again(self, number: int, element: str) -> bool:
        """Whether an element that is repeated for many stands to be passed for one of them; there may be none."""
        return element in self.repeated and any(self._marking(number).at(node) for node in self.repeated[element])

    def is_end(self, number: int) -> bool:
        """Whether the procedure can be over here."""
        if number not in self._ends:
            self._ends[number] = self._is_end(self._marking(number))
        return self._ends[number]

    def _is_end(self, marking: Marking) -> bool:
        begun = marking.begun() or not any(n.kind == "startEvent" for n in self.inside.get(self.net.main, ()))
        return begun and not marking.left()

    def _is_repeated(self, node: Node) -> bool:
        return node.is_loop and not self.bodies[node.scope, node.id]

    def _find(self, marking: Marking) -> Iterator[Step]:
        for node in self.settled:
            if self._may(marking, node):
                yield from self._pass(marking, node)
                return
        for node in self.open:
            if self._may(marking, node):
                yield from self._pass(marking, node)

    def _pass(self, marking: Marking, node: Node) -> Iterator[Step]:
        for flows in self.options[node]:
            after = _copy(marking)
            after.take(node)
            if node.kind == "endEvent" and (caught := self._caught(marking, node)):
                for boundary in caught:
                    for ways in self.options[boundary]:
                        thrown = _copy(after)
                        thrown.take(boundary)
                        thrown.put(ways)
                        yield from self._step(node, thrown)
                return
            if {"terminate", "cancel"} & set(node.events) and node.kind == "endEvent":
                after.clear(node.scope)
            after.put(flows)
            yield from self._step(node, after)

    def _step(self, node: Node, after: Marking) -> Iterator[Step]:
        if all(count <= MOST_TOKENS for count in after.tokens.values()):
            element = node.id if node.id in self.seen and not self._is_repeated(node) else None
            sudden = node.kind == "boundaryEvent" or (node.scope, node.kind) in self.sudden
            yield element, self._number(after), sudden

    def _caught(self, marking: Marking, node: Node) -> list[Node]:
        """The boundary events that an error or a cancelling end inside leads to."""
        wanted = {"error", "cancel"} & set(node.events)
        hosts = [host for host in self.net.hosts.get(node.scope, ()) if wanted and marking.at(host)]
        return [
            one
            for host in hosts[:1]
            for one in self.inside[host.scope]
            if one.kind == "boundaryEvent" and one.host == host.id and wanted & set(one.events)
        ]

    def _may(self, marking: Marking, node: Node) -> bool:
        if node.is_free:
            return node.id in self.seen or not marking.begun()
        if node.kind == "boundaryEvent":
            host = self.net.nodes.get((node.scope, node.host or ""))
            return host is not None and marking.at(host) > 0 and "compensation" not in node.events
        if node.kind == "startEvent":
            hosts = self.net.hosts.get(node.scope, ())
            return marking.may_begin(node) and (not hosts or any(h.is_watch or marking.at(h) for h in hosts))
        if marking.missing(node) is not None:
            return False
        if node in self.ahead:
            return self._may_join(marking, node)
        return all(self._is_over(marking, node, scope) for scope in self.bodies[node.scope, node.id])

    def _may_join(self, marking: Marking, node: Node) -> bool:
        """An inclusive join waits while a token can still come to a flow that has none, and to none that has one."""
        come = set().union(*(self.ahead[node][f] for f in node.incoming if marking.holds(f)))
        later = set().union(*(self.ahead[node][f] for f in node.incoming if not marking.holds(f)))
        return not any(marking.holds(flow) for flow in later - come)

    def _is_over(self, marking: Marking, host: Node, scope: str) -> bool:
        """Whether the inside of an element has begun and nothing is left of it."""
        starts = any(one.kind == "startEvent" for one in self.inside.get(scope, ()))
        begun = host.is_watch or host.is_loop or not starts or marking.running[host.scope, host.id] > 0
        return begun and not any(marking.at(one) for one in self.inside.get(scope, ()))

    def _is_settled(self, node: Node) -> bool:
        """Unseen, with one outcome, and nothing else can take its token: it may as well happen at once."""
        if node.id in self.seen or node.is_free or node.is_loop or node.is_watch or len(self.options[node]) > 1:
            return False
        if node.kind == "boundaryEvent" or (node.scope, node.id) in self.watched:
            return False
        beside = self.inside[node.scope]
        if node.kind == "startEvent":
            is_only = sum(one.kind == "startEvent" for one in beside) == 1
            return is_only and not any(h.is_watch or h.is_loop for h in self.net.hosts.get(node.scope, ()))
        if node.kind == "endEvent":
            return not {"terminate", "error", "cancel"} & set(node.events) and not any(one.is_watch for one in beside)
        return not any(one.is_watch for scope in self.bodies[node.scope, node.id] for one in self.inside.get(scope, ()))

    def _number(self, marking: Marking) -> int:
        tokens = tuple(sorted((f, c) for f, c in marking.tokens.items() if c > 0))
        running = tuple(sorted((k, 1 if k in self.loops else c) for k, c in marking.running.items() if c > 0))
        number = self._numbers.setdefault((tokens, running), len(self._keys))
        if number == len(self._keys):
            self._keys.append((tokens, running))
        return number

    def _marking(self, number: int) -> Marking:
        tokens, running = self._keys[number]
        marking = Marking(self.net)
        marking.tokens.clear()
        marking.tokens.update(dict(tokens))
        marking.running.update(dict(running))
        return marking


def _copy(marking: Marking) -> Marking:
    new = Marking(marking.net)
    new.tokens.clear()
    new.tokens.update(marking.tokens)
    new.running.update(marking.running)
    return new


def _options(net: Net, node: Node) -> list[tuple[str, ...]]:
    """The flows that may be taken together from an element."""
    if link := net.links.get(f"{node.scope}/{node.id}"):
        return [(link,)]
    if node.kind in CHOOSES_ONE:
        return [(flow,) for flow in node.outgoing] or [()]
    must = tuple(flow for flow, needed in node.outgoing.items() if needed)
    may = [flow for flow in node.outgoing if flow not in must]
    sizes = range(len(may) + 1) if len(may) <= MOST_OPTIONS else (0, 1, len(may))
    return [found for size in sizes for some in combinations(may, size) if (found := must + some)] or [()]


def _upstream(net: Net, join: Node) -> dict[str, set[str]]:
    """For each flow into a join the flows whose tokens can come to it without passing the join."""
    found = {}
    for flow in join.incoming:
        todo, known = [flow], set()
        while todo:
            source = net.source(todo.pop())
            if source is None or source is join:
                continue
            into = list(source.incoming)
            if source.kind == "boundaryEvent" and source.host:
                into = net.nodes[source.scope, source.host].incoming
            new = set(into) - known
            known |= new
            todo += new
        found[flow] = known
    return found
