"""An instance put into another version, token by token."""

from __future__ import annotations

from engine.bpmn.errors import StepFault
from engine.bpmn.events import BoundaryEvent, Catching, ConditionalEvent
from engine.bpmn.expressions import EvaluationError, ExpressionError
from engine.bpmn.flow_nodes import Activity, Element, EventGateway
from engine.bpmn.instance import Body, Instance
from engine.bpmn.loops import Loop
from engine.bpmn.messages import MessageEvent
from engine.bpmn.migration import words
from engine.bpmn.migration.markings import waits_at_join
from engine.bpmn.migration.matching import Match, awaited, calls_the_same, kind_of, repeats_alike
from engine.bpmn.own import OWN
from engine.bpmn.timers import Timer
from engine.bpmn.token import ERROR, READY, WAITING, Token
from engine.domain.text import Text

FAULTS = (StepFault, EvaluationError, ExpressionError)
#: (element id, why)
Trouble = tuple[str, Text]


class Mover:
    """`new` is the instance in the other version, of no use while there are `troubles`. `old` is left as it was."""

    def __init__(self, match: Match, old: Instance) -> None:
        self.match, self.old = match, old
        self.new = Instance(match.new.main, match.new.bodies, old.around)
        self.new.last_id = old.last_id
        self.troubles: list[Trouble] = []
        self.moved: list[tuple[Token, Token]] = []
        self._there: dict[int, Token] = {}

    def move(self) -> None:
        for workflow in self.old.workflows():
            target = self.new if workflow is self.old else self._body(workflow)
            if target is None:
                continue
            target.plant(workflow.task_tree.id, workflow.scope)
            for token in workflow.tasks.values():
                if token._parent is not None:
                    self._place(token, workflow, target)
            for token in target.tasks.values():
                if token._parent is not None:
                    target.tasks[token._parent]._children.append(token.id)
        if not self.troubles:
            for token, there in list(self.moved):
                self._watch_beside(token, there)
            for workflow in self.new.workflows():
                self._watch_over(workflow)

    # -- one token ----------------------------------------------------------------------------------------------

    def _place(self, token: Token, workflow: Instance | Body, target: Instance | Body) -> None:
        """Where it stands now, under its own number. What is no longer waited for beside another token is dropped."""
        if token._parent != workflow.task_tree.id and token._parent not in self._there:
            return
        element, parent = token.task_spec, self._there.get(token._parent)
        now = self.match.partner(element, target.spec)
        if self._is_alternative(token) and not self._still_awaited(element, now, parent):
            return
        if not self._fits(token, element, now):
            return
        there = Token.__new__(Token)
        parent_id = parent.id if parent is not None else target.task_tree.id
        there.place(target, now, token.id, parent_id, token.scope, token._state, dict(token.internal_data))
        there.flow = self._flow(token, now, workflow, target)
        if not self._dress(token, there):
            del target.tasks[there.id]
            return
        self._there[token.id] = there
        self.moved.append((token, there))
        if there._state == READY and not now.manual:
            self.new.queue.append(there)
        if there._state == ERROR and there.internal_data["fault"][0] == "still":
            self.new.still.append(there)

    def _is_alternative(self, token: Token) -> bool:
        """Whether it only waits beside other work: a boundary event, the start of an event subprocess, or an event
        behind an event gateway."""
        parent = token.workflow.tasks[token._parent]
        if parent is token.workflow.task_tree:
            return token.task_spec.is_watch
        return isinstance(token.task_spec, BoundaryEvent) or isinstance(parent.task_spec, EventGateway)

    def _still_awaited(self, element: Element, now: Element | None, parent: Token | None) -> bool:
        if now is None or awaited(element) != awaited(now):
            return False
        return parent is None or now in alternatives(parent.task_spec)

    def _fits(self, token: Token, element: Element, now: Element | None) -> bool:
        if now is None:
            elsewhere = self.match.exists_elsewhere(element) and element.loop is None
            return self._no(element, words.REPEATS if element.loop else words.NESTED if elsewhere else words.MISSING)
        was, is_ = kind_of(element), kind_of(now)
        if was != is_:
            if isinstance(element, Loop) or isinstance(now, Loop):
                return self._no(element, words.REPEATS)
            return self._no(element, words.KIND, was=words.in_words(was), now=words.in_words(is_))
        if isinstance(element, Loop) and not repeats_alike(element, now):
            return self._no(element, words.REPEATS)
        return calls_the_same(element, now) or self._no(element, words.CALLS)

    def _flow(self, token: Token, now: Element, workflow: Instance | Body, target: Instance | Body) -> str | None:
        """The flow it came by, where that matters."""
        parent = self._there.get(token._parent)
        if parent is not None and isinstance(parent.task_spec, EventGateway):
            return next(flow.id for flow in parent.task_spec.outgoing if flow.target is now)
        if not waits_at_join(token):
            return token.flow
        found = self.match.flow(token.flow, token.task_spec, now, workflow.spec, target.spec)
        if found is None:
            self._no(token.task_spec, words.FLOW)
        return found

    def _dress(self, token: Token, there: Token) -> bool:
        """What it has noted is brought up to what the element now waits for; False when it waits for nothing more."""
        element, now = token.task_spec, there.task_spec
        if not isinstance(element, Catching) or token._state != WAITING:
            return True
        old, new = element.event_definition, now.event_definition
        try:
            if isinstance(old, Timer):
                return self._set(there, old, new)
            if isinstance(old, MessageEvent):
                if (old.name, sources(old)) != (new.name, sources(new)):
                    new.arm(there)
            elif isinstance(old, ConditionalEvent) and old.condition.source != new.condition.source:
                new.arm(there)
        except FAULTS as fault:
            self._no(element, words.NO_TIME, problem=fault.text)
        return True

    def _set(self, there: Token, old: Timer, new: Timer) -> bool:
        """A timer whose text is the same keeps its instant; else the time that has passed counts for the new one."""
        notes = there.internal_data
        if old.signature == new.signature or "since" not in notes:
            return True
        return new.rearm(there, notes["since"], notes.get("rung", 0))

    # -- what was not there before ------------------------------------------------------------------------------

    def _watch_beside(self, token: Token, there: Token) -> None:
        """Events the new version waits for beside the token, and the old one did not, are waited for from now on."""
        now = there.task_spec
        if there._state == ERROR and there.internal_data["fault"][0] == "enter":
            return
        before = alternatives(token.task_spec)
        known = {(self.match.new_id(event, there.workflow.spec), awaited(event)) for event in before}
        scope = there.scope.outer if OWN in there.internal_data else there.scope
        for event in alternatives(now):
            if (event.name, awaited(event)) not in known:
                flow = next((f.id for f in now.outgoing if f.target is event), None)
                self._wait(Token(there.workflow, event, there, scope, flow if isinstance(now, EventGateway) else None))

    def _watch_over(self, workflow: Instance | Body) -> None:
        """The same for the event subprocesses of a process or subprocess that goes on."""
        old = self.old if workflow is self.new else self.old.subprocesses[workflow.parent_task_id]
        known = {(self.match.partner(watch, workflow.spec), awaited(watch)) for watch in old.spec.watches}
        for watch in workflow.spec.watches:
            if (watch, awaited(watch)) not in known:
                self._wait(Token(workflow, watch, workflow.task_tree, workflow.scope))

    def _wait(self, one: Token) -> None:
        self.new.enter(one)
        if one._state == ERROR:
            _, zh, en, _ = one.internal_data["fault"]
            self._no(one.task_spec, words.NO_TIME, problem=Text(zh, en))

    def _body(self, workflow: Body) -> Body | None:
        host = self._there.get(workflow.host.id)
        if host is None:
            return None
        body = Body(host.task_spec.body_spec, host, self.new)
        self.new.subprocesses[host.id] = body
        return body

    def _no(self, element: Element, why: Text, **more: object) -> bool:
        self.troubles.append((element.bpmn_id or element.name, why.format(element=self.match.name(element), **more)))
        return False


def alternatives(element: Element) -> tuple[Element, ...]:
    """The events that are waited for beside a token at the element."""
    if isinstance(element, EventGateway):
        return tuple(flow.target for flow in element.outgoing)
    return element.boundary if isinstance(element, Activity) and element.loop is None else ()


def sources(message: MessageEvent) -> dict[str, str]:
    return {name: expression.source for name, expression in message.keys.items()}
