"""Messages and signals: what is sent, who waits, and how one finds the other.

A sent message always goes out (`StepResult.sent`): whoever runs the instances finds the one that waits, be it this one.
Correlation values come from the standard's correlation properties, from `zeebe:subscription`, or from properties named
`correlation.NAME` on the event; an expression whose variables do not exist yet leaves its name out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import event_definitions as kinds

from engine.bpmn.events import Catching, Definition
from engine.bpmn.expressions import Expression
from engine.bpmn.instance import Instance
from engine.bpmn.results import Message, Wait
from engine.bpmn.token import WAITING, Token


class MessageEvent(Definition, kinds.MessageEventDefinition):
    """`keys`: correlation name → expression. `payload`: name → expression, or None for all variables.

    `accepts`: name → expression over what arrived, or None to take everything as it came.
    """

    keys: Mapping[str, Expression] = {}
    payload: Mapping[str, Expression] | None = None
    accepts: Mapping[str, Expression] | None = None

    def arm(self, token: Token) -> None:
        token.internal_data["agree"] = self.correlation(token.data)

    def correlation(self, seen: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: expression.evaluate(seen)
            for name, expression in self.keys.items()
            if all(variable in seen for variable in expression.names)
        }

    def throw_from(self, token: Token) -> None:
        seen = token.data
        if self.payload is None:
            values = dict(seen)
        else:
            values = {name: expression.evaluate(seen) for name, expression in self.payload.items()}
        token.workflow.top_workflow.sent.append(Message(self.name, values, self.correlation({**seen, **values})))

    def taken(self, token: Token, values: Mapping[str, Any]) -> dict[str, Any]:
        if self.accepts is None:
            return dict(values)
        seen = {**token.data, **values}
        return {name: expression.evaluate(seen) for name, expression in self.accepts.items()}


class SignalEvent(Definition, kinds.SignalEventDefinition):
    """Reaches everyone in the instance who waits for it at this moment, and is told to the outside."""

    def throw_from(self, token: Token) -> None:
        top = token.workflow.top_workflow
        signal = Message(self.name, dict(token.data), {}, "signal")
        top.sent.append(signal)
        for receiver in receivers(top, signal):
            if receiver.id in receiver.workflow.tasks:
                hand_over(receiver, signal)


def wait_of(token: Token) -> Wait | None:
    """What a waiting token waits for from outside."""
    if token._state != WAITING or not isinstance(token.task_spec, Catching):
        return None
    definition = token.task_spec.event_definition
    if isinstance(definition, MessageEvent):
        return Wait(token.id, token.task_spec.bpmn_id, definition.name, token.internal_data["agree"])
    if isinstance(definition, SignalEvent):
        return Wait(token.id, token.task_spec.bpmn_id, definition.name, {}, "signal")
    return None


def receivers(instance: Instance, message: Message, number: int | None = None) -> list[Token]:
    """The waiting tokens a message may reach, oldest first: same name, and agreeing in every value both sides name."""
    found = []
    for token in instance.tokens():
        wait = wait_of(token)
        if wait is None or (wait.message, wait.kind) != (message.name, message.kind):
            continue
        if number is not None and token.id != number:
            continue
        if all(
            message.correlation[key] == value for key, value in wait.correlation.items() if key in message.correlation
        ):
            found.append(token)
    return sorted(found, key=lambda token: token.id)


def hand_over(token: Token, message: Message) -> None:
    """The token receives the message. It may receive another one where its event can happen again."""
    definition = token.task_spec.event_definition
    values = definition.taken(token, message.values) if isinstance(definition, MessageEvent) else dict(message.values)
    token.task_spec.fire(token, values, again=True)
