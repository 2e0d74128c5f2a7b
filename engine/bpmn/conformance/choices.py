"""Did the gateways go where their conditions say? Judged only as far as the trail tells the values without doubt.

A value is known from when a form, a correction or a message from outside brings it, while the instance is in one place
only. What is set by several branches side by side, inside subprocesses, by decisions or by mappings is forgotten: a
condition that needs it is not judged. Scripts are computed from what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from engine.bpmn.conformance import deviation as d
from engine.bpmn.conformance.net import Node
from engine.bpmn.expressions import EvaluationError, ExpressionError, compile_expression, compile_script
from engine.bpmn.model import Field

if TYPE_CHECKING:
    from engine.bpmn.conformance.replay import Entry, Replay, Track

HARMLESS = frozenset(
    "startEvent endEvent userTask manualTask task sendTask exclusiveGateway parallelGateway inclusiveGateway "
    "eventBasedGateway boundaryEvent intermediateCatchEvent intermediateThrowEvent".split()
)
UNSURE = frozenset({"error", "escalation", "signal"})
READ: Mapping[str, Callable[[Any], Any]] = {
    "integer": int,
    "decimal": lambda value: Decimal(str(value)),
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "boolean": lambda value: value if isinstance(value, bool) else None,
}
Fields = Callable[[str, int, str, str], Field | None]


class Choices:
    """`field` gives the form field a value was entered in: procedure, version, element (or nothing) and key."""

    def __init__(self, field: Fields) -> None:
        self.field = field
        self.known: dict[int, dict[str, Any]] = {}
        self.opening: Mapping[str, Any] = {}

    def told(self, replay: Replay, track: Track | None, entry: Entry) -> None:
        data, type_ = entry.data, entry.type
        if type_ == "CaseStarted":
            self.opening = data.get("values") or {}
        elif type_ == "IncidentResolved":
            self.known.clear()
        elif track is None:
            return
        elif type_ == "InstanceStarted":
            self.learn(track, "", data.get("values") or ({} if data.get("message") else self.opening))
        elif type_ == "TaskCompleted":
            self.learn(track, data["element"], data.get("values") or {})
        elif type_ == "VariablesEdited":
            self.learn(track, "", data["values"])
        elif type_ == "MessageReceived":
            if not data.get("values"):
                self.known.pop(track.no, None)
            self.learn(track, "", data.get("values") or {})

    def passed(self, replay: Replay, track: Track, node: Node, flows: tuple[str, ...], entry: Entry) -> None:
        known = self.known.setdefault(track.no, {})
        is_inside = node.scope != track.marking.net.main
        if node.kind == "scriptTask" and not is_inside and not node.maps:
            self.compute(track, node)
        elif node.kind not in HARMLESS or is_inside or node.maps or UNSURE & set(node.events):
            known.clear()
        is_choice = node.kind in ("exclusiveGateway", "inclusiveGateway") and not is_inside
        if is_choice and not is_right(node, flows, known):
            replay.say(d.BRANCH, track, node.id, entry)

    def ended(self, replay: Replay) -> None:
        """Each choice was judged when it was made."""

    def learn(self, track: Track, element: str, values: Mapping[str, Any]) -> None:
        known = self.known.setdefault(track.no, {})
        nodes = track.marking.net.named.get(element, ())
        is_sure = track.marking.places() <= 1 and not any(
            node.is_loop or node.maps or node.scope != track.marking.net.main for node in nodes
        )
        for key, told in values.items():
            value = self.read(track, element, key, told) if is_sure else None
            if value is None:
                known.pop(key, None)
            else:
                known[key] = value

    def read(self, track: Track, element: str, key: str, told: Any) -> Any:
        """A value as the procedure saw it; None where the trail leaves that open."""
        field = self.field(track.procedure, track.version, element, key)
        if isinstance(told, bool):
            return told
        try:
            if field is not None:
                return READ[field.type](told) if field.type in READ else told if isinstance(told, str) else None
        except (TypeError, ValueError, InvalidOperation):
            return None
        return told if isinstance(told, int) or (isinstance(told, str) and is_plain_text(told)) else None

    def compute(self, track: Track, node: Node) -> None:
        known = self.known[track.no]
        try:
            script = compile_script(node.script or "")
        except ExpressionError:
            known.clear()
            return
        for name in script.assigns:
            if track.marking.places() > 1:
                known.pop(name, None)
        try:
            done = script.run(known) if track.marking.places() <= 1 else {}
        except EvaluationError:
            done = {}
        for name in script.assigns:
            if name in done:
                known[name] = done[name]
            else:
                known.pop(name, None)


def is_right(node: Node, flows: tuple[str, ...], known: Mapping[str, Any]) -> bool:
    """No flow was taken whose condition fails, and none left whose condition holds; what is not known is let pass."""
    holds = {flow: _holds(text, known) for flow, text in node.conditions.items() if text and flow != node.default}
    if any(holds.get(flow) is False for flow in flows):
        return False
    left = [flow for flow, truth in holds.items() if truth is True and flow not in flows]
    if node.kind == "inclusiveGateway":
        return not left
    return not left or node.default not in flows


def is_plain_text(told: str) -> bool:
    """Not a number or a date written as text, of which nobody knows which it was."""
    for reads in (Decimal, datetime.fromisoformat):
        try:
            reads(told)
        except (ValueError, InvalidOperation):
            continue
        return False
    return True


def _holds(text: str, known: Mapping[str, Any]) -> bool | None:
    try:
        found = compile_expression(text).evaluate(known)
    except (EvaluationError, ExpressionError):
        return None
    return found if isinstance(found, bool) else None
