"""Where the tokens of one instance stand, and what passing an element does to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from engine.bpmn.conformance.net import Net, Node

START = "start "
WATCH = "watch "


class Marking:
    """`tokens` by flow; `running` how often the inside of an element is under way."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.tokens: Counter[str] = Counter({START + net.main: 1})
        self.running: Counter[tuple[str, str]] = Counter()

    def holds(self, flow: str) -> bool:
        return self.tokens[flow] > 0

    def at(self, node: Node) -> int:
        """How many tokens are at an element, waiting or worked on."""
        return sum(self.tokens[flow] for flow in node.incoming) + self.tokens[f"{WATCH}{node.scope}/{node.id}"]

    def is_alive(self, scope: str) -> bool:
        """Whether anything goes on in a process or subprocess."""
        if scope == self.net.main:
            return bool(+self.tokens)
        return any(self.at(host) or host.is_free for host in self.net.hosts.get(scope, ()))

    def missing(self, node: Node) -> tuple[str, ...] | None:
        """The flows a token should be on for the element to be passed; None if it may be."""
        if node.kind == "startEvent":
            return None if self.may_begin(node) else ()
        if node.kind == "boundaryEvent":
            host = self.net.nodes.get((node.scope, node.host or ""))
            if host is None or self.at(host) or host.is_free:
                return None
            return tuple(host.incoming)
        if node.is_free or self.tokens[f"{WATCH}{node.scope}/{node.id}"]:
            return None
        if node.kind == "parallelGateway":
            return tuple(f for f in node.incoming if not self.tokens[f]) or None
        return None if self.at(node) else tuple(node.incoming)

    def may_begin(self, node: Node) -> bool:
        if node.scope == self.net.main:
            return self.holds(START + node.scope)
        hosts = self.net.hosts.get(node.scope, ())
        for host in hosts:
            if host.is_watch:
                return self.is_alive(host.scope)
            if self.at(host) and (host.is_loop or self.at(host) > self.running[host.scope, host.id]):
                return True
            if host.is_free:
                return True
        return False

    def take(self, node: Node, is_whole: bool = True) -> None:
        """The element is passed: its tokens go. `is_whole` is False of one run of many."""
        if not is_whole:
            return
        if node.kind == "startEvent":
            self.begin(node)
        elif node.kind == "boundaryEvent":
            host = self.net.nodes.get((node.scope, node.host or ""))
            if host is not None and node.interrupts:
                self.consume(host)
        elif node.kind in ("parallelGateway", "inclusiveGateway"):
            for flow in node.incoming:
                self.tokens[flow] -= self.tokens[flow] > 0
        else:
            self.consume(node)

    def begin(self, node: Node) -> None:
        if node.scope == self.net.main:
            self.tokens[START + node.scope] = 0
            return
        for host in self.net.hosts.get(node.scope, ()):
            if host.is_watch:
                if node.interrupts:
                    self.clear(host.scope, keep=node.scope)
                self.tokens[f"{WATCH}{host.scope}/{host.id}"] += 1
                return
            if self.at(host) > self.running[host.scope, host.id] or host.is_loop:
                self.running[host.scope, host.id] += 1
                return

    def consume(self, node: Node) -> None:
        """One token less here, and nothing left inside once there is none."""
        for flow in (f"{WATCH}{node.scope}/{node.id}", *node.incoming):
            if self.tokens[flow] > 0:
                self.tokens[flow] -= 1
                break
        self.running[node.scope, node.id] = max(0, self.running[node.scope, node.id] - 1)
        if not self.at(node):
            self.running[node.scope, node.id] = 0
            for scope in self.net.bodies(node):
                self.clear(scope)

    def put(self, flows: Iterable[str]) -> None:
        for flow in flows:
            self.tokens[flow] += 1

    def clear(self, scope: str, keep: str = "") -> None:
        """Everything in a process or subprocess vanishes."""
        done, todo = {keep}, [scope]
        while todo:
            one = todo.pop()
            if one in done:
                continue
            done.add(one)
            for (inside, _), node in self.net.nodes.items():
                if inside != one:
                    continue
                for flow in (*node.incoming, f"{WATCH}{inside}/{node.id}"):
                    self.tokens[flow] = 0
                self.running[inside, node.id] = 0
                todo += self.net.bodies(node)
        self.tokens[START + scope] = 0

    def left(self) -> list[Node]:
        """The elements tokens are at, event subprocesses aside."""
        flows = [flow for flow, count in self.tokens.items() if count > 0 and flow in self.net.flows]
        return list(dict.fromkeys(self.net.target(flow) for flow in flows))

    def begun(self) -> bool:
        return not self.holds(START + self.net.main)

    def places(self) -> int:
        """How many tokens there are, event subprocesses included."""
        return sum((+self.tokens).values())

    def has_places(self, net: Net, mapping: Mapping[str, str]) -> bool:
        """Whether another version has an element for each token."""
        return all(mapping.get(node.id, node.id) in net.named for node in self.left())

    def moved(self, net: Net, mapping: Mapping[str, str]) -> Marking:
        """The same in another version: a token keeps its flow if that still leads to its element."""
        new = Marking(net)
        new.tokens.clear()
        for flow, count in (+self.tokens).items():
            if flow not in self.net.flows:
                new.tokens[flow.replace(self.net.main, net.main, 1)] += count
                continue
            node = self.net.target(flow)
            wanted = mapping.get(node.id, node.id)
            found = next(iter(net.named.get(wanted, ())), None)
            if found is None:
                continue
            same = flow if flow in found.incoming else next((f for f in found.incoming if not new.tokens[f]), None)
            new.tokens[same or next(iter(found.incoming), flow)] += count
        for (scope, ident), count in self.running.items():
            found = next(iter(net.named.get(mapping.get(ident, ident), ())), None)
            new.running[(found.scope, found.id) if found else (scope, ident)] += count
        return new
