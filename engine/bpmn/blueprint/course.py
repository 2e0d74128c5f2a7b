"""The course of a procedure: which nodes are worth a card, in what order, and what is decided between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.bpmn.blueprint.sheet import BACK, CUSTOMER, FRONT, SUPPORT, Card
from engine.bpmn.dialects.names import HUMAN, TASKS, children, event_definitions, kind
from engine.bpmn.dialects.reading import Reading
from engine.bpmn.dialects.vocabulary import read_name
from engine.bpmn.diff.drawing import Drawing, Flow, Node
from engine.domain.text import Text

AUTOMATIC = frozenset({"scriptTask", "serviceTask", "businessRuleTask"})
ASKING = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
THROWING = frozenset({"endEvent", "intermediateThrowEvent"})


class Course:
    """`cards` by element in the order of the flow; `rank` says how far from the start a node is at most."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.reading = Reading(drawing.root)
        self.elements = {id_: one for one in reversed(self.reading.everything) if (id_ := one.get("id"))}
        self._guessed: list[str] = []
        order = {id_: n for n, id_ in enumerate(drawing.in_order())}
        self.order = order
        self.rank = self._ranks()
        self.heard = self._message_flows("targetRef")
        nodes = [drawing.nodes[id_] for id_ in order]
        made = {node.id: card for node in nodes if (card := self._card(node)) is not None}
        self.cards = self._told(made)
        self.rows = {id_: self._row(drawing.nodes[id_], card) for id_, card in self.cards.items()}

    @property
    def guessed(self) -> tuple[str, ...]:
        return tuple(self._guessed)

    def before(self, id_: str) -> str | None:
        """The card this node comes after; itself, where it has one."""
        seen, waiting = {id_}, [id_]
        while waiting:
            here = waiting.pop(0)
            if here in self.cards:
                return here
            node = self.drawing.nodes[here]
            back = [flow.source for flow in node.incoming] + [one for one in (node.host, node.parent) if one]
            near = [one for one in back if one in self.order and one not in seen and self.order[one] < self.order[here]]
            seen.update(near)
            waiting += sorted(near, key=lambda one: -self.order[one])
        return None

    def _ranks(self) -> dict[str, int]:
        """The longest way to each node along flows that do not lead back."""
        rank = dict.fromkeys(self.order, 0)
        for id_ in self.order:
            node = self.drawing.nodes[id_]
            hosts = [one for one in (node.host, node.parent) if one in rank]
            sources = [flow.source for flow in node.incoming if not self._leads_back(flow)]
            rank[id_] = max([rank[id_], *(rank[one] + 1 for one in (*hosts, *sources))])
            for flow in node.outgoing:
                if not self._leads_back(flow):
                    rank[flow.target] = max(rank[flow.target], rank[id_] + 1)
            self._pass_inside(node, rank)
        return rank

    def _pass_inside(self, node: Node, rank: dict[str, int]) -> None:
        """What follows a subprocess comes after all that is in it."""
        around = self.drawing.nodes.get(node.parent)
        if around is not None:
            for flow in around.outgoing:
                if not self._leads_back(flow):
                    rank[flow.target] = max(rank[flow.target], rank[node.id] + 1)

    def _leads_back(self, flow: Flow) -> bool:
        return self.order[flow.target] <= self.order[flow.source]

    def _message_flows(self, end: str) -> set[str]:
        collaborations = children(self.drawing.root, "collaboration")
        flows = [flow for one in collaborations for flow in children(one, "messageFlow")]
        return {(flow.get(end) or "").split(":")[-1] for flow in flows}

    def _card(self, node: Node) -> Card | None:
        if node.kind in HUMAN:
            return Card(node.id, "step", self._name(node), node.step)
        if node.kind in TASKS or node.kind == "callActivity":
            kind_ = "automatic" if node.kind in AUTOMATIC else "handover" if node.kind == "callActivity" else "step"
            return Card(node.id, kind_, self._name(node), node.step)
        if node.kind in SUBPROCESSES:
            is_empty = not any(one.parent == node.id for one in self.drawing.nodes.values())
            return Card(node.id, "step", self._name(node), node.step) if is_empty else None
        return self._event(node)

    def _event(self, node: Node) -> Card | None:
        """Events that wait, begin by a message, or hand over; an event the customer brings about is the customer's."""
        reacts = [what for what, _ in event_definitions(node.element)]
        if node.kind in ("startEvent", "intermediateCatchEvent") and node.id in self.heard:
            return Card(node.id, "says", self._name(node), node.step)
        if node.kind == "startEvent" and node.parent in self.drawing.processes and reacts:
            return Card(node.id, "start", self._name(node), node.step)
        if node.kind == "intermediateCatchEvent" and "link" not in reacts:
            return Card(node.id, "wait", self._name(node), node.step)
        if node.kind in THROWING and "message" in reacts:
            return Card(node.id, "handover", self._name(node), node.step)
        return None

    def _told(self, cards: dict[str, Card]) -> dict[str, Card]:
        """With each card what is decided after it, where it may lead back to, and what may break it off."""
        self.cards = cards
        decides: dict[str, list[Text]] = {}
        returns: dict[str, list[Text]] = {}
        breaks: dict[str, list[Text]] = {}
        for id_ in self.order:
            node = self.drawing.nodes[id_]
            if node.kind == "boundaryEvent" and node.host in cards:
                breaks.setdefault(node.host, []).append(self._name(node))
            at = self.before(id_)
            if at is None:
                continue
            if node.kind in ASKING and len(node.outgoing) > 1 and node.is_named:
                decides.setdefault(at, []).append(node.name)
            for back in self._backwards(node):
                returns.setdefault(at, []).append(back)
        return {
            id_: replace(
                card,
                decides=tuple(dict.fromkeys(decides.get(id_, ()))),
                returns_to=tuple(dict.fromkeys(returns.get(id_, ()))),
                breaks=tuple(dict.fromkeys(breaks.get(id_, ()))),
            )
            for id_, card in cards.items()
        }

    def _backwards(self, node: Node) -> Iterator[Text]:
        for flow in node.outgoing:
            if self._leads_back(flow):
                target = self.drawing.nodes[flow.target]
                card = self.cards.get(target.id) or self._next_card(target)
                if card is not None:
                    yield card.name

    def _next_card(self, node: Node) -> Card | None:
        """The first card along the flow."""
        seen, waiting = {node.id}, [node]
        while waiting:
            here = waiting.pop(0)
            if here.id in self.cards:
                return self.cards[here.id]
            nearest = [self.drawing.nodes[flow.target] for flow in here.outgoing if flow.target not in seen]
            seen.update(one.id for one in nearest)
            waiting += nearest
        return None

    def _row(self, node: Node, card: Card) -> str:
        if card.kind == "says":
            return CUSTOMER
        if card.kind in ("start", "handover"):
            return SUPPORT
        if card.kind == "automatic" and not card.is_touchpoint:
            return SUPPORT
        if node.step is not None and node.step.stage:
            return node.step.stage
        if card.kind == "step":
            self._guessed.append(node.id)
        return FRONT if card.is_touchpoint else BACK

    def _name(self, node: Node) -> Text:
        if node.is_named:
            return node.name
        return read_name(self.reading, node.element) if kind(node.element) and node.element.get("name") else Text.same(node.id)
