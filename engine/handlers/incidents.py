"""Incidents of the locked case: a step that could not be carried out, until a person has settled it."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any

from engine.bpmn.results import Failure
from engine.domain.events import EventType
from engine.handlers.work import Work
from engine.store import waiting

LONGEST_SOURCE = 2_000
#: The token of an incident that is not about one: the clocks of the instance could not be struck.
CLOCKS = 0


class Incidents:
    def __init__(self, work: Work) -> None:
        self.work = work
        self._raised: dict[tuple[int, int], dict[str, Any]] = {}

    def raise_(self, instance_no: int, failure: Failure) -> None:
        """A token that failed before and fails now for another reason has one open incident: this."""
        self.resolve(instance_no, (failure.token,), "replaced")
        no = self.work.number()
        self.work.record(
            EventType.IncidentRaised,
            personal=[("text",)],
            no=no,
            instance=instance_no,
            element=failure.element_id,
            text=failure.text,
            source=failure.source[:LONGEST_SOURCE] or None,
        )
        self._raised[instance_no, failure.token] = {
            "case_id": self.work.case.id,
            "no": no,
            "instance_no": instance_no,
            "token": failure.token,
            "element_id": failure.element_id,
            "text_zh": failure.text.zh,
            "text_en": failure.text.en,
            "source": failure.source,
            "raised_at": self.work.now,
            "resolved_at": None,
        }

    def resolve(self, instance_no: int, tokens: Container[int], how: str) -> int:
        """The open incidents of these tokens are settled. `how`: retried, overtaken, cancelled, replaced."""
        work = self.work
        stored = waiting.open_incidents(work.conn, work.case.id, instance_no) if work.case.locked_seq else ()
        found = [(row.no, row.element_id) for row in stored if row.token in tokens]
        if found:
            waiting.resolve_incidents(work.conn, work.case.id, [no for no, _ in found], work.now)
        for (instance, token), row in self._raised.items():
            if instance == instance_no and token in tokens and row["resolved_at"] is None:
                row["resolved_at"] = work.now
                found.append((row["no"], row["element_id"]))
        for no, element_id in found:
            work.record(EventType.IncidentResolved, no=no, element=element_id, how=how)
        return len(found)

    def raised_at(self, instance_no: int, token: int) -> datetime | None:
        """Since when an incident of the token has been open."""
        if (instance_no, token) in self._raised:
            return self.work.now
        stored = waiting.open_incidents(self.work.conn, self.work.case.id, instance_no)
        return next((row.raised_at for row in stored if row.token == token), None)

    def save(self) -> None:
        if self._raised:
            waiting.raise_incidents(self.work.writes, list(self._raised.values()))
