"""A picture of the organisation: departments, groups, calendars and people, as of one revision.

It is small and read by every command, so each process keeps the last picture and asks only for its revision.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from engine.domain.actors import Actor, StandIn
from engine.domain.calendar import WALL, Calendar
from engine.domain.text import Text
from engine.domain.user_task import Person
from engine.store import people, tasks, trainings

DEFAULT_CALENDAR = "default"


@dataclass(frozen=True, slots=True)
class Department:
    key: str
    name: Text
    parent: str | None
    calendar: str | None


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    name: Text
    department: str | None


@dataclass(frozen=True, slots=True)
class User:
    id: int
    login: str
    name: str
    email: str
    locale: str
    department: str | None
    roles: frozenset[str]
    groups: frozenset[str]
    active: bool
    substitute_id: int | None
    away_from_at: datetime | None
    away_until_at: datetime | None

    def is_away(self, at: datetime) -> bool:
        starts = self.away_from_at is not None and self.away_from_at <= at
        return starts and (self.away_until_at is None or at < self.away_until_at)

    @property
    def person(self) -> Person:
        return Person(self.id, self.login, self.name, self.active)


@dataclass(frozen=True, slots=True)
class Audience:
    """A set of candidates a task can be offered to; empty: any employee. `in_order` are the groups, sorted."""

    groups: frozenset[str]
    user_ids: frozenset[int]
    in_order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Organisation:
    revision: int = 0
    departments: Mapping[str, Department] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    calendar_hashes: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[int, User] = field(default_factory=dict)
    audiences: Mapping[int, Audience] = field(default_factory=dict)
    #: Which versions ask to be read before they are worked on: asked or required, by id.
    trainings: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def by_login(self) -> Mapping[str, User]:
        return {user.login: user for user in self.users.values()}

    @cached_property
    def _groups_by_name(self) -> Mapping[str, str]:
        names = {name: key for key, g in self.groups.items() for name in (g.name.zh, g.name.en, key) if name}
        return {name.casefold(): key for name, key in names.items()}

    def name_of(self, user_id: int | None) -> str:
        if user_id is None:
            return ""
        if user_id == 0:
            return "Closeloop"
        user = self.users.get(user_id)
        return user.name if user else f"#{user_id}"

    def members(self) -> Mapping[str, frozenset[str]]:
        """The logins of the active members of each group."""
        active = [user for user in self.users.values() if user.active]
        return {key: frozenset(user.login for user in active if key in user.groups) for key in self.groups}

    def people(self) -> Mapping[str, frozenset[str]]:
        """The same by everything a file may call a group by: its key, and its names in small letters."""
        members = self.members()
        return {name: members[key] for name, key in self._groups_by_name.items()} | members

    def group_key(self, name: str) -> str:
        """The key of the group a file means by a key or by a name in either language; unknown names stay."""
        return self._groups_by_name.get(name.strip().casefold(), name.strip())

    def subtree(self, department: str | None) -> frozenset[str]:
        """The department and all below it."""
        if department is None:
            return frozenset()
        found = {department}
        grew = True
        while grew:
            below = {d.key for d in self.departments.values() if d.parent in found}
            grew = not below <= found
            found |= below
        return frozenset(found)

    def line_of(self, department: str | None) -> tuple[str, ...]:
        """The department, the one above it, and so on to the top."""
        line: list[str] = []
        while department in self.departments and department not in line:
            line.append(department)
            department = self.departments[department].parent
        return tuple(line)

    def calendar_of(self, department: str | None) -> Calendar:
        """The calendar of the department or the nearest above it that has one, else the default one, else 24 × 7."""
        for key in self.line_of(department):
            if (calendar := self.departments[key].calendar) in self.calendars:
                return self.calendars[calendar]
        return self.calendars.get(DEFAULT_CALENDAR, WALL)

    def calendar_hash(self, calendar: Calendar) -> str:
        """What names the edition of the calendar in the trail."""
        return self.calendar_hashes.get(calendar.key) or edition_hash(calendar)

    def actor(self, user_id: int, at: datetime, scopes: frozenset[str] | None = None) -> Actor | None:
        """The person as they may act at that instant, standing in for who is away; None when not active."""
        user = self.users.get(user_id)
        if user is None or not user.active:
            return None
        return Actor(
            id=user.id,
            login=user.login,
            name=user.name,
            roles=user.roles,
            groups=user.groups,
            department=user.department,
            departments=self.subtree(user.department),
            stands_in_for=self._absent_for(user, at),
            scopes=scopes,
            locale=user.locale,
        )

    def leads_of(self, department: str | None) -> list[User]:
        """The leads who answer for a department: those of it and of the departments above."""
        leads = [u for u in self.users.values() if u.active and "lead" in u.roles]
        return [u for u in leads if department is None or department in self.subtree(u.department)]

    def _absent_for(self, user: User, at: datetime) -> tuple[StandIn, ...]:
        absent = (u for u in self.users.values() if u.substitute_id == user.id and u.is_away(at))
        return tuple(StandIn(u.id, u.name, u.groups) for u in absent)


def edition_hash(calendar: Calendar) -> str:
    """Names one edition of a calendar: 128 bits of the digest of its content, enough and half as long in every trail."""
    return calendar.digest[:32]


class OrganisationCache:
    """The last picture this process has seen, and the ids of the sets of candidates it has met."""

    def __init__(self) -> None:
        self.audiences: dict[str, int] = {}
        self._lock = threading.Lock()
        self._last = Organisation(revision=-1)

    def current(self, conn: Connection, revision: int | None = None) -> Organisation:
        """The picture as of this transaction.

        `revision` where the caller has read it already; sets of candidates met since may then be missing.
        """
        audiences = None
        if revision is None:
            revision, audiences = people.organisation_state(conn)
        last = self._last
        if last.revision != revision:
            return self._keep(load(conn, revision))
        if audiences is not None and len(last.audiences) != audiences:
            return self._keep(replace(last, audiences=_audiences(conn)))
        return last

    def _keep(self, seen: Organisation) -> Organisation:
        with self._lock:
            if seen.revision >= self._last.revision:
                self._last = seen
        return seen


def load(conn: Connection, revision: int) -> Organisation:
    def user(row: object) -> User:
        names = [name for name in User.__slots__ if name not in ("roles", "groups")]
        return User(
            **{name: getattr(row, name) for name in names}, roles=frozenset(row.roles), groups=frozenset(row.groups)
        )

    calendars = people.calendars(conn)
    return Organisation(
        revision=revision,
        departments={
            r.key: Department(r.key, Text(r.name_zh, r.name_en), r.parent, r.calendar) for r in people.departments(conn)
        },
        groups={r.key: Group(r.key, Text(r.name_zh, r.name_en), r.department) for r in people.groups(conn)},
        calendars={r.key: Calendar.from_dict(r.body) for r in calendars},
        calendar_hashes={r.key: r.hash for r in calendars},
        users={r.id: user(r) for r in people.users(conn)},
        audiences=_audiences(conn),
        trainings=trainings.asked(conn),
    )


def _audiences(conn: Connection) -> dict[int, Audience]:
    rows = tasks.audiences(conn)
    return {r.id: Audience(frozenset(r.groups), frozenset(r.user_ids), tuple(sorted(r.groups))) for r in rows}
