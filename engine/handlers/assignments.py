"""Whom a new task is offered or given to, worked out from its step and the variables it sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.bpmn.expressions import EvaluationError, ExpressionError, compile_expression
from engine.bpmn.model import Assignment, Step
from engine.domain.actors import EMPLOYEE, LEAD, Actor
from engine.handlers.work import Work
from engine.store import tasks

DEFAULT_PRIORITY = 50


@dataclass(frozen=True, slots=True)
class Offer:
    """The candidates of a task. No group and no login at all: any employee."""

    groups: frozenset[str]
    logins: frozenset[str]
    audience_id: int
    assignee_id: int | None
    assignee_login: str | None
    department: str | None
    priority: int
    due_at: datetime | None

    def is_for(self, actor: Actor) -> bool:
        """Whether the actor holds the task or is among its candidates."""
        if self.assignee_id is not None:
            return self.assignee_id == actor.id
        named = actor.login in self.logins or not self.groups.isdisjoint(actor.all_groups)
        return named or (not self.groups and not self.logins and actor.has(EMPLOYEE, LEAD))


class Assignments:
    def __init__(self, work: Work) -> None:
        self.work = work

    def offer(self, step: Step | None, variables: Mapping[str, Any]) -> Offer:
        organisation = self.work.organisation
        wanted = step.assignment if step else Assignment()
        names = [n for entry in wanted.candidate_groups for n in _names(entry, variables)]
        groups = frozenset(organisation.group_key(name) for name in names if name)
        logins = frozenset(n for entry in wanted.candidate_users for n in _names(entry, variables))
        users = [organisation.by_login[login] for login in logins if login in organisation.by_login]
        assignee = self._assignee(step, wanted, variables)
        return Offer(
            groups=groups,
            logins=logins,
            audience_id=self._audience(groups, frozenset(user.id for user in users)),
            assignee_id=assignee.id if assignee else None,
            assignee_login=assignee.login if assignee else None,
            department=self._department(groups),
            priority=_priority(wanted.priority, variables),
            due_at=_instant(wanted.due_date, variables),
        )

    def _assignee(self, step: Step | None, wanted: Assignment, variables: Mapping[str, Any]) -> Any:
        """The login the step names, else whoever did the step it is `same-as`, if they are there."""
        organisation = self.work.organisation
        if wanted.assignee:
            login = next(iter(_names(wanted.assignee, variables)), "")
            return organisation.by_login.get(login)
        if step is None or not step.same_as or not self.work.case.locked_seq:
            return None
        done = tasks.doers(self.work.conn, self.work.case.id, step.same_as)
        for user_id in sorted(set().union(*done.values())):
            user = organisation.users.get(user_id)
            if user is not None and user.active and not user.is_away(self.work.now):
                return user
        return None

    def _audience(self, groups: frozenset[str], user_ids: frozenset[int]) -> int:
        known, key = self.work.organisations.audiences, tasks.audience_key(groups, user_ids)
        if key in known:
            return known[key]
        audience_id = tasks.audience_id(self.work.conn, groups, user_ids)
        self.work.after.append(lambda: known.setdefault(key, audience_id))
        return audience_id

    def _department(self, groups: frozenset[str]) -> str | None:
        """The department that answers for the task: that of its groups, else that of the case."""
        known = (self.work.organisation.groups.get(key) for key in sorted(groups))
        return next((group.department for group in known if group and group.department), self.work.case.department)


def _names(entry: str, variables: Mapping[str, Any]) -> list[str]:
    """The names an entry stands for; an expression may give one or a list, or names separated by commas."""
    value = _value(entry, variables) if is_expression(entry) else entry
    if isinstance(value, (list, tuple)):
        return [str(one).strip() for one in value if one]
    return [name.strip() for name in str(value).split(",") if name.strip()] if value else []


def is_expression(entry: str) -> bool:
    return entry.lstrip().startswith(("=", "${", "#{"))


def _value(entry: str, variables: Mapping[str, Any]) -> Any:
    try:
        return compile_expression(entry).evaluate(variables)
    except (EvaluationError, ExpressionError):
        return None


def _priority(entry: str | None, variables: Mapping[str, Any]) -> int:
    value = _value(entry, variables) if entry else None
    return max(0, min(100, int(value))) if isinstance(value, (int, float)) else DEFAULT_PRIORITY


def _instant(entry: str | None, variables: Mapping[str, Any]) -> datetime | None:
    if not entry:
        return None
    value = _value(entry, variables) if is_expression(entry) else entry
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
