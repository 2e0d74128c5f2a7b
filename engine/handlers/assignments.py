"""Whom a new task is offered or given to, worked out from its step and the variables it sees."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.bpmn.expressions import EvaluationError, ExpressionError, compile_expression
from engine.bpmn.model import Assignment, Step
from engine.domain.actors import EMPLOYEE, LEAD, Actor
from engine.handlers.work import Work
from engine.store import tasks
from engine.store.organisation import User
from engine.versions import Version

DEFAULT_PRIORITY = 50
#: In an audience: the file named candidates, but none of them is known. Not everybody may take the task then.
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Offer:
    """The candidates of a task: groups and logins, as far as they are known, or any employee."""

    groups: frozenset[str]
    logins: frozenset[str]
    is_open_to_all: bool
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
        return named or (self.is_open_to_all and actor.has(EMPLOYEE, LEAD))


class Assignments:
    def __init__(self, work: Work) -> None:
        self.work = work
        self._done_now: list[tuple[str, int, int | None]] = []

    def note_doers(self, element_id: str, by: int, for_id: int | None) -> None:
        """The step is being completed by this very command; the database does not say so yet."""
        self._done_now.append((element_id, by, for_id))

    def offer(self, version: Version, step: Step | None, variables: Mapping[str, Any]) -> Offer:
        organisation = self.work.organisation
        wanted = step.assignment if step else Assignment()
        names = [n for entry in wanted.candidate_groups for n in _names(entry, variables)]
        groups = frozenset(organisation.group_key(name) for name in names if name)
        logins = frozenset(n for entry in wanted.candidate_users for n in _names(entry, variables))
        named = next(iter(_names(wanted.assignee, variables)), "") if wanted.assignee else ""
        if named and not groups and not logins:
            logins = frozenset({named})
        user_ids = frozenset(organisation.by_login[login].id for login in logins if login in organisation.by_login)
        if not groups and not user_ids and (wanted.assignee or wanted.candidate_groups or wanted.candidate_users):
            user_ids = frozenset({NOBODY})
        assignee = self._assignee(version, step, named, groups, user_ids)
        return Offer(
            groups=groups,
            logins=logins,
            is_open_to_all=not groups and not user_ids,
            audience_id=self._audience(groups, user_ids),
            assignee_id=assignee.id if assignee else None,
            assignee_login=assignee.login if assignee else None,
            department=self._department(groups),
            priority=_priority(wanted.priority, variables),
            due_at=_instant(wanted.due_date, variables),
        )

    def _assignee(
        self, version: Version, step: Step | None, named: str, groups: frozenset[str], user_ids: frozenset[int]
    ) -> User | None:
        """The login the step names, else the latest who did the step it is `same-as` and may do this one.

        Four eyes: who did a step this one is separate from is passed by.
        """
        organisation = self.work.organisation
        if step is None:
            return None
        if named:
            found = [organisation.by_login.get(named)]
        else:
            found = [organisation.users.get(user_id) for user_id in self._did(step.same_as)]
            found = [u for u in found if u and not u.is_away(self.work.now) and _may(u, groups, user_ids)]
        others = version.separations.get(step.element_id)
        barred = set(self._did(others)) if others and found else set()
        return next((user for user in found if user and user.active and user.id not in barred), None)

    def _did(self, elements: Collection[str]) -> list[int]:
        """Who did one of these steps in this case, the latest first: in person, then for whom they stood in."""
        if not elements:
            return []
        rows = [row for row in reversed(self._done_now) if row[0] in elements]
        if self.work.case.locked_seq:
            rows += tasks.latest_doers(self.work.conn, self.work.case.id, elements)
        return list(dict.fromkeys(user_id for _, by, for_ in rows for user_id in (by, for_) if user_id is not None))

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


def _may(user: User, groups: frozenset[str], user_ids: frozenset[int]) -> bool:
    if not groups and not user_ids:
        return bool(user.roles & {EMPLOYEE, LEAD})
    return user.id in user_ids or bool(user.groups & groups)


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
    return max(0, min(100, int(value))) if isinstance(value, (int, Decimal)) else DEFAULT_PRIORITY


def _instant(entry: str | None, variables: Mapping[str, Any]) -> datetime | None:
    if not entry:
        return None
    value = _value(entry, variables) if is_expression(entry) else entry
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
