"""Messages that instances of the locked case send: to an instance of the case, to a new one, or to another case."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from engine.audit.entry import plain
from engine.bpmn import stepper
from engine.bpmn.errors import NotWaiting
from engine.bpmn.results import Message
from engine.domain.errors import Refusal
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.pending import agrees
from engine.handlers.runs import Run
from engine.handlers.starting import Given, in_case
from engine.store import effects, releases, waiting

if TYPE_CHECKING:
    from engine.handlers.progress import Progress

MOST_DELIVERIES = 100


class EndlessMessages(Refusal):
    """Two procedures answer each other for ever."""

    code, kind = "endless-messages", "conflict"
    sentence = Text(
        "流程之间连续互发消息超过 {limit} 次（最后一条：“{name}”），操作未执行。请流程负责人检查这些流程。",
        "The procedures sent each other more than {limit} messages in a row (the last: “{name}”); nothing was done. "
        "The process owner has to look at them.",
    )


class Deliveries:
    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.work = progress.work
        self._sent: deque[tuple[Run, Message]] = deque()
        self._elsewhere: list[tuple[int, dict[str, Any]]] = []
        self._starts: dict[str, Given | None] = {}
        self._count = 0

    def send(self, run: Run, messages: tuple[Message, ...]) -> None:
        """They are delivered when the step that sent them has been noted whole."""
        self._sent.extend((run, message) for message in messages)

    def deliver_all(self) -> None:
        while self._sent:
            run, message = self._sent.popleft()
            self._count += 1
            if self._count > MOST_DELIVERIES:
                raise EndlessMessages(limit=MOST_DELIVERIES, name=message.name[:100])
            if message.kind == "signal":
                self._broadcast(run, message)
            else:
                self._pass_on(run, message)

    def deliver(self, message: Message, from_: int | None = None) -> bool:
        """Bring a message to the case: to whoever has waited longest for it, else to the procedure it starts."""
        while (receiver := self._receiver(message)) is not None:
            if self._hand_over(*receiver, message, is_from_outside=from_ is None):
                return True
        if (given := self._started_by(message)) is None:
            return False
        self.progress.start(given, message.values, message.name, from_)
        return True

    def save(self, conn: Connection) -> None:
        for case_id, body in self._elsewhere:
            effects.add(conn, case_id, "message", body, self.work.now)

    def _pass_on(self, run: Run, message: Message) -> None:
        here = self._receiver(message) is not None or self._started_by(message) is not None
        elsewhere = [] if here else self._other_cases(message)
        to = "case" if here else "other" if elsewhere else None
        self.work.record(EventType.MessageSent, instance=run.no, name=message.name, to=to)
        if here:
            self.deliver(message, run.no)
        body = {"name": message.name, "correlation": plain(message.correlation), "values": plain(message.values)}
        self._elsewhere += [(case_id, body) for case_id in elsewhere]

    def _broadcast(self, run: Run, signal: Message) -> None:
        """The sender's own instance has had it already; every other one of the case that waits receives it."""
        waits = self.progress.waits.waits_for(self.work, signal.name, signal.kind)
        others = [(no, token) for no, token, _ in waits if no != run.no]
        self.work.record(EventType.MessageSent, instance=run.no, name=signal.name, to="case" if others else None)
        for no, token in others:
            still = self.progress.waits.waits_for(self.work, signal.name, signal.kind)
            if any((no, token) == found[:2] for found in still):
                self._hand_over(self.progress.runs.get(no), token, signal)

    def _receiver(self, message: Message) -> tuple[Run, int] | None:
        for no, token, correlation in self.progress.waits.waits_for(self.work, message.name, message.kind):
            run = self.progress.runs.get(no)
            if run.ended is None and agrees(correlation, message.correlation):
                return run, token
        return None

    def _hand_over(self, run: Run, token: int, message: Message, *, is_from_outside: bool = False) -> bool:
        """Who receives it is decided by now, so the correlation is not asked for again.

        What came from outside stands in the trail; what an instance of the case sent, the trail tells already.
        False when a timer that is due takes the wait away; then that has happened.
        """
        chosen = Message(message.name, message.values, {}, message.kind)
        spec, around = run.version.spec, self.work.around()
        try:
            result = stepper.deliver(spec, run.state, chosen, around, token)
        except NotWaiting:
            overtaken = stepper.fire_due(spec, run.state, around)
            if token not in overtaken.waits_gone:
                raise
            self.progress.take(run, overtaken)
            return False
        brought = message.values if is_from_outside else {}
        personal = [("values", str(name)) for name in brought]
        self.work.record(
            EventType.MessageReceived, personal=personal, instance=run.no, name=message.name, values=brought
        )
        self.progress.take(run, result)
        return True

    def _started_by(self, message: Message) -> Given | None:
        """What the message starts in the case. Until the end of the transaction that stays so."""
        if message.kind != "message":
            return None
        if message.name not in self._starts:
            if not self._starts:
                releases.hold(self.work.conn)
            self._starts[message.name] = in_case(self.work, message.name)
        return self._starts[message.name]

    def _other_cases(self, message: Message) -> list[int]:
        """The other cases that wait for the message and ask for what it brings."""
        found = waiting.waits_asking(self.work.conn, message.name, plain(message.correlation))
        return [case_id for case_id in found if case_id != self.work.case.id]
