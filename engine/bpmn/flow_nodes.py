"""What the elements of a process do when a token arrives, when they run and when they let it go.

Each class stands on SpiffWorkflow's of the same name and replaces its way of moving on: an element knows its own
sequence flows, sends one token along each that is taken, and keeps no trace of itself in the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec

from engine.bpmn import own
from engine.bpmn.errors import StepFault
from engine.bpmn.expressions import Expression, Script
from engine.bpmn.results import Passage
from engine.bpmn.token import READY, STARTED, WAITING, Token
from engine.domain.text import Text

NO_WAY = Text(
    "没有任何一条流出路径的条件成立，也没有默认路径。",
    "No condition of the outgoing flows holds, and there is no default flow.",
)
NOT_A_TRUTH = Text("条件的结果应为真或假，却是{found}。", "The condition should give true or false, but gave {found}.")


@dataclass(eq=False, slots=True)
class Flow:
    """One sequence flow. `condition` is None where it has none."""

    id: str
    target: Element
    condition: Expression | None = None


class Element(BpmnTaskSpec):
    """Any flow node. Everything here is set while the file is read and never changed afterwards."""

    kind = "event"
    process_id = ""
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[str, ...] = ()
    default: Flow | None = None
    boundary: tuple[Element, ...] = ()
    loop: Any = None
    waits_for_others = False
    is_watch = False
    """Whether its waiting token is no work of its own, but watches over work that goes on."""

    # -- the library's life cycle -------------------------------------------------------------------------------

    def _predict(self, my_task: Token, *_: Any, **__: Any) -> None:
        """Nothing is predicted."""

    def _update(self, my_task: Token) -> None:
        if self._update_hook(my_task):
            my_task._set_state(READY)

    def _update_hook(self, my_task: Token) -> bool:
        """Arrival: True when the element may run at once."""
        return True

    def _on_ready(self, my_task: Token) -> None:
        """The library checks here that the specification is sound; ours was checked when it was read."""

    def _run(self, my_task: Token) -> bool:
        """Everything that may fail happens here. What was done before the failure is not done again at a retry."""
        notes = my_task.internal_data
        if "ran" not in notes:
            if "hooked" not in notes:
                self._run_hook(my_task)
            self.hand_out(my_task)
            notes["ran"] = True
        my_task.taken = () if self.loop is not None else self.choose(my_task)
        if len(my_task.taken) > 1:
            my_task.workflow.top_workflow.make_room(len(my_task.taken))
        my_task.result = self.loop.collect(my_task) if self.loop is not None else None
        return True

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def hand_out(self, token: Token) -> None:
        """What the element did is done; an activity hands its outputs to the variables around it."""

    def _on_complete(self, my_task: Token) -> None:
        top = my_task.workflow.top_workflow
        self.tell(my_task, [flow.id for flow in my_task.taken])
        if my_task.id not in my_task.workflow.tasks:
            return
        my_task.drop_children()
        owner = my_task.parent
        my_task.remove()
        if self.loop is not None:
            self.loop.instance_done(owner, my_task)
            return
        root = my_task.workflow.task_tree
        for token in [Token(my_task.workflow, flow.target, root, my_task.scope, flow.id) for flow in my_task.taken]:
            top.enter(token)

    def _on_cancel(self, my_task: Token) -> None:
        """Nothing but the token itself has to go."""

    # -- ours ---------------------------------------------------------------------------------------------------

    def tell(self, token: Token, flows: list[str]) -> None:
        """Records that the token leaves the element."""
        kind = "instance" if self.loop is not None else self.kind
        token.workflow.top_workflow.passed.append(
            Passage(self.bpmn_id or self.name, self.process_id, kind, tuple(flows), self.code(token))
        )

    def code(self, token: Token) -> str | None:
        return None

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """All outgoing flows, but those with a condition only if it holds, and the default flow only if none does."""
        if all(flow.condition is None for flow in self.outgoing):
            return self.outgoing
        return self.flows_that_hold(token)

    def flows_that_hold(self, token: Token) -> tuple[Flow, ...]:
        seen = token.data
        taken = tuple(
            flow
            for flow in self.outgoing
            if flow is not self.default and (flow.condition is None or holds(flow.condition, seen))
        )
        if taken:
            return taken
        if self.default is None:
            raise StepFault(NO_WAY)
        return (self.default,)

    def leave_again(self, token: Token) -> None:
        """Called on a retry when ending the element had failed."""

    def fires_when_still(self, token: Token) -> bool:
        """Whether a waiting token goes on because nothing else moves any more."""
        return False


def holds(condition: Expression, variables: dict) -> bool:
    """A condition is true or false; anything else is a mistake nobody should have to guess about."""
    value = condition.evaluate(variables)
    if value is True or value is False:
        return value
    raise StepFault(NOT_A_TRUTH.format(found=Text.same(repr(value)[:80])), condition.source)


class Activity(Element):
    """A task or subprocess. Its boundary events wait beside it as long as its token is there."""

    kind = "task"
    own: own.Own | None = None

    def _update_hook(self, my_task: Token) -> bool:
        top = my_task.workflow.top_workflow
        for event in self.boundary:
            top.enter(Token(my_task.workflow, event, my_task, my_task.scope))
        if self.own is not None:
            own.enter(self.own, my_task)
        return True

    def hand_out(self, token: Token) -> None:
        if self.own is not None or own.OWN in token.internal_data:
            token.internal_data["hooked"] = True
            own.leave(self.own, token)


class UserTask(Activity, spiff.UserTask):
    """Waits for a person."""


class ManualTask(Activity, spiff.ManualTask):
    """Waits for a person, who says that it was done."""


class PlainTask(Activity, spiff.NoneTask):
    """A task of no kind. Somebody has to say that it was done, as in the library."""


class ScriptTask(Activity, spiff.ScriptTask):
    """Sets variables. All its lines take effect, or none."""

    program: Script

    def _run_hook(self, my_task: Token) -> bool:
        my_task.set_data(**self.program.run(my_task.data))
        return True


class ExclusiveGateway(Element, spiff.ExclusiveGateway):
    """Takes the first flow whose condition holds, else the default flow, else fails. Merges without waiting."""

    kind = "gateway"

    def choose(self, token: Token) -> tuple[Flow, ...]:
        if len(self.outgoing) < 2 and all(flow.condition is None for flow in self.outgoing):
            return self.outgoing
        seen = token.data
        for flow in self.outgoing:
            if flow is not self.default and flow.condition is not None and holds(flow.condition, seen):
                return (flow,)
        if self.default is None:
            raise StepFault(NO_WAY)
        return (self.default,)


class EventGateway(Element, spiff.EventBasedGateway):
    """Waits for the first of the events behind it; each waits with a token of its own, so two timers are two."""

    kind = "gateway"

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(STARTED)
        for token in [Token(my_task.workflow, f.target, my_task, my_task.scope, f.id) for f in self.outgoing]:
            my_task.workflow.top_workflow.enter(token)
        return False

    def won(self, gateway: Token, event: Token) -> None:
        """The event has happened first: the others need not wait any longer."""
        event.move_to(event.workflow.task_tree)
        self.tell(gateway, [event.flow])
        gateway.drop_children()
        gateway.remove()


class WaitsForOthers:
    """A converging gateway. Its tokens wait, known by the flow they came by."""

    waits_for_others = True

    def arrivals(self, token: Token) -> dict[str, Token]:
        first: dict[str, Token] = {}
        for other in token.workflow.tasks.values():
            if other.task_spec is self and other._state == WAITING:
                first.setdefault(other.flow, other)
        return first

    def missing(self, token: Token) -> list[str]:
        """The flows on which no token waits."""
        waiting = self.arrivals(token)
        return [flow for flow in self.incoming if flow not in waiting]
