"""Where the tokens of a process can stand together: what a case may look like, data left out.

An instance may stand in another version only as some case of that version can stand; else a join would wait for a token
nobody sends, or a step would be done twice (van der Aalst's dynamic change bug). Counted up to two: more than two tokens
at one place are as good as two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

from SpiffWorkflow.bpmn.specs.event_definitions import CancelEventDefinition, ErrorEventDefinition

from engine.bpmn.events import BoundaryEvent, Catching, NoneEvent, TerminateEvent
from engine.bpmn.flow_nodes import Element, EventGateway, ExclusiveGateway, Flow
from engine.bpmn.instance import Instance
from engine.bpmn.joins import InclusiveGateway, ParallelGateway
from engine.bpmn.loops import Loop
from engine.bpmn.process import ProcessSpec
from engine.bpmn.subprocesses import SubProcess
from engine.bpmn.token import ERROR, WAITING, Token

MAX_MARKINGS, MAX_STEPS = 4_000, 60_000
MAX_WAYS = 5
MANY = 2
FAILED = "!"

#: An element, and for a token that waits at a join the flow it came by, for one that failed in passing `FAILED`.
Place = tuple[str, str | None]
Marking = frozenset[tuple[Place, int]]
ENDS = (TerminateEvent, ErrorEventDefinition, CancelEventDefinition)


def marking_of(tokens: Collection[Token]) -> Marking:
    """Where these tokens of one process or subprocess stand."""
    counts: dict[Place, int] = {}
    for token in tokens:
        place = place_of(token)
        counts[place] = min(MANY, counts.get(place, 0) + 1)
    return frozenset(counts.items())


def place_of(token: Token) -> Place:
    element = token.task_spec
    if waits_at_join(token):
        return (element.name, token.flow)
    return (element.name, FAILED if is_automatic(element) or isinstance(element, BoundaryEvent) else None)


def waits_at_join(token: Token) -> bool:
    """Also when it was reported that it waits in vain."""
    waits = token._state == WAITING or (token._state == ERROR and token.internal_data["fault"][0] == "still")
    return token.task_spec.waits_for_others and waits


def standing(workflow: Instance) -> list[Token]:
    """The tokens that go along the flows: not the runs of a loop, not the events that are waited for beside them."""
    root = workflow.task_tree.id
    return [token for token in workflow.tasks.values() if token._parent == root and not token.task_spec.is_watch]


class Markings:
    """`stuck` are elements that need nobody, at which a token stands all the same, because something failed there."""

    def __init__(self, body: ProcessSpec, stuck: frozenset[str]) -> None:
        self.body, self.stuck = body, stuck
        self.specs = body.task_specs
        self.steps = 0

    def all(self) -> frozenset[Marking] | None:
        """Every marking that can be come to; None when there are too many to look at."""
        found: set[Marking] = set()
        todo: list[Marking] = []
        for start in self.body.starts():
            todo += self.settled(frozenset({((start.name, None), 1)}))
        while todo:
            marking = todo.pop()
            if marking in found:
                continue
            found.add(marking)
            if len(found) > MAX_MARKINGS or self.steps > MAX_STEPS:
                return None
            for place, _ in marking:
                if place[1] in (None, FAILED):
                    for after in self.moves(marking, place, self.specs[place[0]]):
                        todo += [new for new in self.settled(after) if new not in found]
            todo += [new for new in self.interrupted(marking) if new not in found]
        return frozenset(found)

    def settled(self, marking: Marking) -> set[Marking]:
        """Where it comes to rest: everything that needs nobody has happened, in one way or another."""
        rest: set[Marking] = set()
        seen: set[Marking] = set()
        todo = [marking]
        while todo:
            one = todo.pop()
            if one in seen:
                continue
            seen.add(one)
            self.steps += 1
            if self.steps > MAX_STEPS:
                break
            moved = self.pushed(one)
            if moved is None:
                rest.add(one)
            else:
                todo += moved
        return rest

    def pushed(self, marking: Marking) -> list[Marking] | None:
        """What becomes of it by one thing that happens of itself; None when nothing does. What may stay also stays."""
        held = dict(marking)
        for place in sorted(held, key=str):
            element = self.specs[place[0]]
            if place[1] is None and is_automatic(element):
                after = [self.put(self.without(held, [place]), flows) for flows in ways(element)]
                stays = [new for new in after if new is not None]
                return [*stays, *self.failing(marking, place)]
        for place in sorted(held, key=str):
            if place[1] not in (None, FAILED) and (taken := self.joined(held, self.specs[place[0]])):
                rest = self.without(held, [(place[0], flow) for flow in taken])
                rest[place[0], None] = min(MANY, rest.get((place[0], None), 0) + 1)
                return [frozenset(rest.items())]
        return None

    def failing(self, marking: Marking, place: Place) -> list[Marking]:
        """The same with the element failed, where it may stand; it then counts as one that waits."""
        if place[0] not in self.stuck:
            return []
        held = self.without(dict(marking), [place])
        held[place[0], FAILED] = min(MANY, held.get((place[0], FAILED), 0) + 1)
        return [frozenset(held.items())]

    def joined(self, held: dict[Place, int], element: Element) -> list[str]:
        """The flows a join takes a token from now; none when it waits."""
        full = [flow for flow in element.incoming if (element.name, flow) in held]
        if isinstance(element, ParallelGateway):
            return full if len(full) == len(element.incoming) else []
        return [] if not full or self.must_wait(held, element, full) else full

    def must_wait(self, held: dict[Place, int], gateway: InclusiveGateway, full: list[str]) -> bool:
        taken = sum(1 << bit for bit, flow in enumerate(gateway.incoming) if flow in full)
        reaches = (gateway.reach.get(self.specs[place[0]], 0) for place in held if place[0] != gateway.name)
        return any(ways & ~taken and not ways & taken for ways in reaches)

    def moves(self, marking: Marking, place: Place, element: Element) -> Iterator[Marking]:
        """What may become of it when the token there goes on, or an event happens beside it."""
        held = dict(marking)
        rest = self.without(held, [place])
        for flows in ways(element):
            if (after := self.put(rest, flows)) is not None:
                yield after
        for event in element.boundary if place[1] is None else ():
            left = rest if event.cancel_activity else held
            if event.name in self.stuck:
                yield frozenset({**left, (event.name, FAILED): 1}.items())
            for flows in ways(event):
                if (after := self.put(left, flows)) is not None:
                    yield after

    def interrupted(self, marking: Marking) -> Iterator[Marking]:
        """An event subprocess begins, in place of everything or beside it."""
        for watch in self.body.watches if marking else ():
            held = {} if watch.interrupts else dict(marking)
            place = (watch.subprocess.name, None)
            held[place] = min(MANY, held.get(place, 0) + 1)
            yield frozenset(held.items())

    def without(self, held: dict[Place, int], places: Collection[Place]) -> dict[Place, int]:
        return {place: n - (place in places) for place, n in held.items() if n - (place in places) > 0}

    def put(self, held: dict[Place, int], flows: tuple[Flow, ...] | None) -> Marking | None:
        """The marking with a token on each flow; nothing is left where the whole ends."""
        if flows is None:
            return frozenset()
        new = dict(held)
        for flow in flows:
            target = flow.target
            place = (target.name, flow.id if target.waits_for_others and len(target.incoming) > 1 else None)
            new[place] = min(MANY, new.get(place, 0) + 1)
        return frozenset(new.items())


def ways(element: Element) -> list[tuple[Flow, ...] | None]:
    """The sets of flows a token may leave by; None where it ends everything around it."""
    out = element.outgoing
    if isinstance(getattr(element, "event_definition", None), ENDS) and not isinstance(element, BoundaryEvent):
        return [None]
    if isinstance(element, ExclusiveGateway | EventGateway):
        return [(flow,) for flow in out] or [()]
    if isinstance(element, ParallelGateway) or all(flow.condition is None for flow in out):
        return [out]
    always = tuple(flow for flow in out if flow.condition is None and flow is not element.default)
    maybe = [flow for flow in out if flow.condition is not None and flow is not element.default][:MAX_WAYS]
    chosen = [(*always, *some) for size in range(len(maybe) + 1) for some in combinations(maybe, size)]
    found: list[tuple[Flow, ...] | None] = [flows for flows in chosen if flows]
    return [*found, (element.default,)] if element.default is not None and not always else found


def is_automatic(element: Element) -> bool:
    """Whether a token passes it without waiting for anybody or anything."""
    if element.manual or isinstance(element, SubProcess | Loop | EventGateway):
        return False
    return not (isinstance(element, Catching) and not isinstance(element.event_definition, NoneEvent))
