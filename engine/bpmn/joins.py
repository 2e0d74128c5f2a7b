"""Converging gateways by BPMN's own rule, counting tokens on flows instead of searching a tree of history.

The library's parallel join fires early in the second round of a loop, because it also counts the tasks of the first;
its inclusive join shares the fault (`tests/bpmn/test_spiff_faults_joins.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from SpiffWorkflow.bpmn.specs import defaults as spiff

from engine.bpmn.flow_nodes import Element, Flow, WaitsForOthers
from engine.bpmn.token import READY, WAITING, Token


class ParallelGateway(WaitsForOthers, Element, spiff.ParallelGateway):
    """Fires when every incoming flow holds a token, takes one from each, and sends one along every outgoing flow."""

    kind = "gateway"

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.incoming) < 2:
            return True
        my_task._set_state(WAITING)
        waiting = self.arrivals(my_task)
        if len(waiting) < len(self.incoming):
            return False
        for token in waiting.values():
            if token is not my_task:
                token.remove()
        return True

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def choose(self, token: Token) -> tuple[Flow, ...]:
        return self.outgoing

    def leave_again(self, token: Token) -> None:
        """Nothing has changed: it waits on, and if all stands still it is told again."""
        token._state = WAITING


class InclusiveGateway(WaitsForOthers, Element, spiff.InclusiveGateway):
    """Fires when no token can still reach one of its empty incoming flows (unless that token could as well reach one
    that is already held); takes one token from each flow that has one. Sends one along every flow whose condition
    holds, or along the default flow.

    `reach` says, for each element, which incoming flows a token there may still arrive by, as a set of bits.
    """

    kind = "gateway"
    reach: Mapping[Element, int] = MappingProxyType({})

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.incoming) < 2:
            return True
        my_task._set_state(WAITING)
        return False

    def fires_when_still(self, token: Token) -> bool:
        waiting = self.arrivals(token)
        if waiting.get(token.flow) is not token or self.must_wait(token, set(waiting)):
            return False
        self.take(token)
        return True

    def take(self, token: Token) -> None:
        """Goes on with this token and one from each other flow that has one."""
        for flow, other in self.arrivals(token).items():
            if flow != token.flow:
                other.remove()
        token._set_state(READY)

    def leave_again(self, token: Token) -> None:
        """Two joins wait for each other, which the standard leaves open; a person has said that this one goes on."""
        token._state = WAITING
        self.take(token)

    def must_wait(self, token: Token, held: set[str]) -> bool:
        full = sum(1 << bit for bit, flow in enumerate(self.incoming) if flow in held)
        for other in token.workflow.tasks.values():
            ways = self.reach.get(other.task_spec, 0)
            if ways & ~full and not ways & full and not is_boundary_watch(other):
                return True
        return False

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def choose(self, token: Token) -> tuple[Flow, ...]:
        if len(self.outgoing) < 2 and all(flow.condition is None for flow in self.outgoing):
            return self.outgoing
        return self.flows_that_hold(token)


def is_boundary_watch(token: Token) -> bool:
    """A boundary event that has not happened is no token of its own; the activity it watches counts for it.

    The same holds for the start of an event subprocess, which watches its whole process or subprocess.
    """
    return token._state == WAITING and (isinstance(token.task_spec, spiff.BoundaryEvent) or token.task_spec.is_watch)


def reach_of(gateway: InclusiveGateway, elements: list[Element]) -> dict[Element, int]:
    """For each element the incoming flows of the gateway that a token there may arrive by without passing it."""
    before: dict[Element, list[Element]] = {element: [] for element in elements}
    last: dict[str, Element] = {}
    for element in elements:
        for flow in element.outgoing:
            before[flow.target].append(element)
            last[flow.id] = element
        for event in element.boundary:
            before[event].append(element)
    reach: dict[Element, int] = {}
    for bit, flow_id in enumerate(gateway.incoming):
        seen, todo = set(), [last[flow_id]]
        while todo:
            element = todo.pop()
            if element in seen or element is gateway:
                continue
            seen.add(element)
            todo.extend(before[element])
        for element in seen:
            reach[element] = reach.get(element, 0) | 1 << bit
    return reach
