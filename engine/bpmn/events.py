"""Events: what is thrown, who catches it, and what becomes of the activity an event sits on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff
from SpiffWorkflow.bpmn.specs import event_definitions as kinds

from engine.bpmn.expressions import Expression
from engine.bpmn.flow_nodes import Activity, Element, EventGateway, holds
from engine.bpmn.instance import Body
from engine.bpmn.token import STARTED, WAITING, Token


class Catching(Element):
    """Waits until its event happens. `event_definition` knows what it needs for that."""

    def _update_hook(self, my_task: Token) -> bool:
        super()._update_hook(my_task)
        if isinstance(self.event_definition, NoneEvent):
            return True
        my_task._state = WAITING
        self.event_definition.arm(my_task)
        return False

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def _on_cancel(self, my_task: Token) -> None:
        """The library unregisters the event here; ours are found by their tokens."""

    def fire(self, token: Token, values: dict | None = None, again: bool = False) -> None:
        """The event has happened. `again`: it may happen once more as long as the token is there."""
        if values:
            token.set_data(**values)
        owner = token.parent.task_spec
        if isinstance(owner, EventGateway):
            owner.won(token.parent, token)
        token.internal_data = {}
        token._ready()

    def fires_when_still(self, token: Token) -> bool:
        return self.event_definition.happens_when_still(token)


class StartEvent(Element, spiff.StartEvent):
    """Where a token begins. What it waited for has happened by then. `interrupts`: it ends what goes on around it."""

    interrupts = True

    def _update_hook(self, my_task: Token) -> bool:
        return True

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def _on_cancel(self, my_task: Token) -> None:
        """Nothing was registered."""


class IntermediateCatchEvent(Catching, spiff.IntermediateCatchEvent):
    """Waits for a message, a signal, an instant or a condition; as the end of a link it waits for nothing."""


class ReceiveTask(Catching, Activity, spiff.ReceiveTask):
    """Waits for a message."""


class BoundaryEvent(Catching, spiff.BoundaryEvent):
    """Waits beside an activity; interrupting, it takes the activity's place, else it sends a token of its own."""

    def fire(self, token: Token, values: dict | None = None, again: bool = False) -> None:
        if values:
            token.set_data(**values)
        host, root = token.parent, token.workflow.task_tree
        if self.cancel_activity:
            token.move_to(root)
            host.cancel()
            token.internal_data = {}
            token._ready()
            return
        Token(token.workflow, self, root, token.scope)._ready()
        if not again:
            token.remove()

    def code(self, token: Token) -> str | None:
        return getattr(self.event_definition, "code", None)


class Watch(Catching, spiff.IntermediateCatchEvent):
    """The start of an event subprocess, waiting as long as the scope around goes on.

    Interrupting, the subprocess takes the place of everything in the scope; else it goes on beside it.
    """

    is_watch = True
    subprocess: Element
    interrupts = True

    def fire(self, token: Token, values: dict | None = None, again: bool = False) -> None:
        if values:
            token.set_data(**values)
        workflow = token.workflow
        if self.interrupts:
            for other in workflow.task_tree.children:
                if other is not token:
                    other.cancel()
        if self.interrupts or not again:
            token.remove()
        workflow.top_workflow.enter(Token(workflow, self.subprocess, workflow.task_tree, workflow.scope))


class Throwing(Element):
    def _run_hook(self, my_task: Token) -> bool:
        throw = getattr(self.event_definition, "throw_from", None)
        if throw is not None:
            throw(my_task)
        return True

    @property
    def kind(self) -> str:
        return getattr(self.event_definition, "passage_kind", "event")

    def code(self, token: Token) -> str | None:
        return getattr(self.event_definition, "code", None)


class IntermediateThrowEvent(Throwing, spiff.IntermediateThrowEvent):
    """Sends a message or a signal, escalates, or only marks a point."""


class SendTask(Throwing, Activity, spiff.SendTask):
    """Sends a message."""

    kind = "task"


class EndEvent(Throwing, spiff.EndEvent):
    """Takes the token away, after throwing what it throws."""

    def _on_complete(self, my_task: Token) -> None:
        Element._on_complete(self, my_task)


class Definition:
    """What an event waits for (`arm`, `happens_when_still`) or throws (`throw_from`)."""

    def arm(self, token: Token) -> None:
        """Notes on the token what it needs while it waits."""

    def happens_when_still(self, token: Token) -> bool:
        return False


class NoneEvent(Definition, kinds.NoneEventDefinition):
    """Nothing to wait for, nothing to throw."""


class ConditionalEvent(Definition, kinds.ConditionalEventDefinition):
    """Happens when its condition becomes true. A condition on a variable that does not exist yet is not true yet."""

    condition: Expression

    def arm(self, token: Token) -> None:
        token.internal_data["was"] = False

    def happens_when_still(self, token: Token) -> bool:
        seen = token.data
        true = all(name in seen for name in self.condition.names) and holds(self.condition, seen)
        was, token.internal_data["was"] = token.internal_data.get("was", False), true
        if true and not was:
            token.task_spec.fire(token, again=True)
            return True
        return False


class ErrorEvent(Definition, kinds.ErrorEventDefinition):
    """Ends the subprocess it is thrown in; caught by the nearest boundary event for its code, else ends the case.

    Where it is caught, `code_variable` and `name_variable` are the variables told what it was.
    """

    passage_kind = "error"
    code_variable: str | None = None
    name_variable: str | None = None

    def throw_from(self, token: Token) -> None:
        top = token.workflow.top_workflow
        for watch in watches(token, ErrorEvent, self.code):
            watch.task_spec.fire(watch, told_by(self, watch))
            return
        top.end(f"error:{self.code or self.name or ''}")


class EscalationEvent(Definition, kinds.EscalationEventDefinition):
    """Told upwards to the nearest boundary event for its code; if there is none, only recorded."""

    passage_kind = "escalation"
    code_variable: str | None = None
    name_variable: str | None = None

    def throw_from(self, token: Token) -> None:
        for watch in watches(token, EscalationEvent, self.code):
            watch.task_spec.fire(watch, told_by(self, watch), again=True)
            return


def told_by(thrown: ErrorEvent | EscalationEvent, watch: Token) -> dict[str, Any]:
    """The variables of whoever catches it that say what was thrown."""
    catching = watch.task_spec.event_definition
    told = {catching.code_variable: thrown.code, catching.name_variable: thrown.name}
    return {variable: value for variable, value in told.items() if variable}


class CancelEvent(Definition, kinds.CancelEventDefinition):
    """Cancels the transaction it is thrown in."""

    def throw_from(self, token: Token) -> None:
        for watch in watches(token, CancelEvent, None):
            watch.task_spec.fire(watch)
            return
        token.workflow.clear()


class TerminateEvent(Definition, kinds.TerminateEventDefinition):
    """Ends everything in the process or subprocess it is in."""

    passage_kind = "terminate"

    def throw_from(self, token: Token) -> None:
        top = token.workflow.top_workflow
        if token.workflow is top:
            top.end("terminated")
        else:
            token.workflow.clear()


def watches(token: Token, kind: type, code: str | None) -> Iterator[Token]:
    """The boundary events that may catch what the token throws: nearest first, its very code before any."""
    workflow: Any = token.workflow
    inside: Element | None = None
    while True:
        yield from starts_for(workflow, kind, code, inside)
        if not isinstance(workflow, Body):
            return
        host = workflow.host
        inside = host.task_spec
        holders = [host, host.parent] if host.task_spec.loop is not None else [host]
        for holder in holders:
            found = [
                child
                for child in holder.children
                if child._state == WAITING
                and isinstance(child.task_spec, BoundaryEvent)
                and isinstance(child.task_spec.event_definition, kind)
                and getattr(child.task_spec.event_definition, "code", None) in (None, code)
            ]
            yield from sorted(found, key=lambda child: getattr(child.task_spec.event_definition, "code", None) is None)
        if host._state != STARTED:
            return
        workflow = host.workflow


def starts_for(workflow: Any, kind: type, code: str | None, inside: Element | None) -> list[Token]:
    """The event subprocesses of a scope that may begin by what is thrown in it, but the one it comes from."""
    found = [
        token
        for token in workflow.tasks.values()
        if token._state == WAITING
        and token.task_spec.is_watch
        and token.task_spec.subprocess is not inside
        and isinstance(token.task_spec.event_definition, kind)
        and getattr(token.task_spec.event_definition, "code", None) in (None, code)
    ]
    return sorted(found, key=lambda token: token.task_spec.event_definition.code is None)
