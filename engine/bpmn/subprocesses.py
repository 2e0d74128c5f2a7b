"""Subprocesses and called processes: a body of their own that hangs on the token of its host.

An embedded subprocess sees and sets the variables around it. A called process has its own: it is given all of them, or
those named, and hands all of its own back, or those named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff

from engine.bpmn.expressions import Expression
from engine.bpmn.flow_nodes import Activity
from engine.bpmn.instance import Body
from engine.bpmn.token import READY, STARTED, Scope, Token


class SubProcess(Activity, spiff.SubWorkflowTask):
    """`body_spec` is the inside."""

    kind = "subprocess"
    body_spec: Any

    def _update_hook(self, my_task: Token) -> bool:
        Activity._update_hook(self, my_task)
        top = my_task.workflow.top_workflow
        scope = self.scope_for(my_task)
        body = top.open_body(my_task, self.body_spec, scope)
        my_task._set_state(STARTED)
        body.begin(self.body_spec.plain_start)
        return False

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def scope_for(self, host: Token) -> Scope:
        return host.scope

    def body_done(self, host: Token, body: Body) -> None:
        """Everything inside has ended."""
        self.hand_back(host, body)
        del host.workflow.top_workflow.subprocesses[host.id]
        host._set_state(READY)

    def hand_back(self, host: Token, body: Body) -> None:
        """Nothing: the variables are the same."""

    def _on_cancel(self, my_task: Token) -> None:
        body = my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        if body is not None:
            body.clear()


class Transaction(SubProcess, spiff.TransactionSubprocess):
    """A subprocess that a cancel end event inside can cancel."""


class CallActivity(SubProcess, spiff.CallActivity):
    """`given` and `returned`: name → expression, beside all variables where it `gives_all` or `returns_all`."""

    kind = "call"
    given: Mapping[str, Expression] = {}
    returned: Mapping[str, Expression] = {}
    gives_all = returns_all = True

    def scope_for(self, host: Token) -> Scope:
        seen = host.data
        values = dict(seen) if self.gives_all else {}
        values.update({name: expression.evaluate(seen) for name, expression in self.given.items()})
        return Scope(values)

    def hand_back(self, host: Token, body: Body) -> None:
        seen = body.scope.visible()
        values = dict(seen) if self.returns_all else {}
        values.update({name: expression.evaluate(seen) for name, expression in self.returned.items()})
        host.set_data(**values)
