"""Which element of one version is which of another, and whether what stands at the one can stand at the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.bpmn.events import Catching, ConditionalEvent
from engine.bpmn.flow_nodes import Element, Flow, ManualTask, PlainTask, UserTask
from engine.bpmn.loops import Loop, MultiInstance
from engine.bpmn.messages import MessageEvent, SignalEvent
from engine.bpmn.migration.markings import Marking, Markings
from engine.bpmn.process import ProcessSpec
from engine.bpmn.spec import ExecutableSpec
from engine.bpmn.subprocesses import SubProcess
from engine.bpmn.timers import Timer
from engine.domain.text import Text

AWAITED = {Timer: "timer", MessageEvent: "message", SignalEvent: "signal", ConditionalEvent: "condition"}


@dataclass(eq=False)
class Match:
    """Two versions and the elements that correspond: the same ids, but for those `mapping` names.

    `mapping`: old element id → new one, or None where nothing takes its place. What it says holds for the processes of
    the file; the elements of called processes correspond by their ids. `name_of` gives the name people know an element
    by, for the reasons. Made once for all cases that are moved.
    """

    old: ExecutableSpec
    new: ExecutableSpec
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    name_of: Callable[[str], Text] = Text.same
    _markings: dict[tuple[str, frozenset[str]], frozenset[Marking] | None] = field(default_factory=dict)
    _alike: dict[tuple[str, str], bool] = field(default_factory=dict)

    def name(self, element: Element) -> Text:
        """What people call it, in quotation marks where it stands in a sentence."""
        return self.name_of(element.bpmn_id or element.name)

    def new_id(self, element: Element, body: ProcessSpec) -> str | None:
        """What the element is called in that body of the new version, if it were there."""
        old_id = element.bpmn_id
        found = self.mapping.get(old_id, old_id)
        if found not in body.task_specs and element.process_id != self.old.process_id and old_id in body.task_specs:
            return old_id
        return found

    def partner(self, element: Element, body: ProcessSpec) -> Element | None:
        """The element in that body of the new version; of a run of a loop, what is repeated there, if it is a loop."""
        if element.is_watch:
            around = self.partner(element.subprocess, body)
            return next((watch for watch in body.watches if watch.subprocess is around), None)
        found = body.task_specs.get(self.new_id(element, body) or "")
        if found is None or element.loop is None:
            return found
        return found.inner if isinstance(found, Loop) else None

    def exists_elsewhere(self, element: Element) -> bool:
        wanted = self.mapping.get(element.bpmn_id, element.bpmn_id)
        return wanted is not None and any(wanted in body.task_specs for body in self.new.bodies.values())

    def flow(self, flow_id: str | None, at: Element, now_at: Element, old: ProcessSpec, new: ProcessSpec) -> str | None:
        """The flow into the new join by which a token came into the old one."""
        if flow_id in now_at.incoming and self.is_same_flow(flow_id, old, new):
            return flow_id
        before = next((e for e in old.task_specs.values() for f in e.outgoing if f.id == flow_id and f.target is at), None)
        source = self.partner(before, new) if before is not None else None
        found = [f.id for f in source.outgoing if f.target is now_at] if source is not None else []
        return found[0] if len(found) == 1 else None

    def is_same_flow(self, flow_id: str | None, old: ProcessSpec, new: ProcessSpec) -> bool:
        one, other = source_of(flow_id, old), source_of(flow_id, new)
        return one is not None and other is not None and self.partner(one, new) is other

    def markings(self, body: ProcessSpec, stuck: frozenset[str]) -> frozenset[Marking] | None:
        """Where the cases of that body can stand; None when there is too much to look at."""
        key = (body.key, stuck)
        if key not in self._markings:
            self._markings[key] = Markings(body, stuck).all()
        return self._markings[key]

    def is_alike(self, old: ProcessSpec, new: ProcessSpec) -> bool:
        """Whether tokens go the same ways in both: the same elements of the same kinds, flows and boundary events."""
        key = (old.key, new.key)
        if key not in self._alike:
            self._alike[key] = self._compare(old, new)
        return self._alike[key]

    def _compare(self, old: ProcessSpec, new: ProcessSpec) -> bool:
        if len(old.task_specs) != len(new.task_specs):
            return False
        partners: dict[Element, Element] = {}
        for element in old.task_specs.values():
            other = self.partner(element, new)
            if other is None or other in partners.values() or kind_of(element) != kind_of(other):
                return False
            partners[element] = other
        return all(
            _ways(one.outgoing, partners) == _ways(other.outgoing)
            and {partners[event] for event in one.boundary} == set(other.boundary)
            and all(partners[event].cancel_activity == event.cancel_activity for event in one.boundary)
            for one, other in partners.items()
        )


def _ways(flows: tuple[Flow, ...], partners: Mapping[Element, Element] | None = None) -> list[tuple[str, bool]]:
    targets = ((partners[flow.target] if partners else flow.target, flow) for flow in flows)
    return sorted((target.name, flow.condition is None) for target, flow in targets)


def source_of(flow_id: str | None, body: ProcessSpec) -> Element | None:
    return next((e for e in body.task_specs.values() for f in e.outgoing if f.id == flow_id), None)


def kind_of(element: Element) -> tuple[str, ...]:
    """What has to be the same for a token to stand at either. People's tasks are one kind."""
    if isinstance(element, Loop):
        return (type(element).__name__, *kind_of(element.inner))
    if isinstance(element, UserTask | ManualTask | PlainTask):
        return ("human",)
    return (awaited(element), type(element).__name__) if isinstance(element, Catching) else (type(element).__name__,)


def awaited(element: Element) -> str:
    """What an event waits for: timer, message, signal, condition, or the name of another kind of definition."""
    definition = element.event_definition
    return next((word for kind, word in AWAITED.items() if isinstance(definition, kind)), type(definition).__name__)


def repeats_alike(old: Loop, new: Loop) -> bool:
    """Whether runs that are under way under the one can end under the other."""
    if not isinstance(old, MultiInstance):
        return True
    return old.element == new.element and bool(old.output) == bool(new.output)


def calls_the_same(old: Element, new: Element) -> bool:
    """Whether what goes on inside is the same process, or the subprocess that takes its place."""
    if not isinstance(old, SubProcess):
        return True
    is_call = old.kind == "call"
    return not is_call or old.body_spec.process_id == new.body_spec.process_id
