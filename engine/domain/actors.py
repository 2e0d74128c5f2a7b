"""Who acts: a person with roles, groups and a department, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field

EMPLOYEE, LEAD, OWNER, AUDITOR, ADMIN = ROLES = ("employee", "lead", "owner", "auditor", "admin")
#: Who looks over all cases and at the proof of them, whoever works on them.
OVERSEERS = (AUDITOR, OWNER, ADMIN)


@dataclass(frozen=True, slots=True)
class StandIn:
    """An absent colleague whose groups and tasks the actor may work on meanwhile."""

    user_id: int
    name: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """`departments` are the keys of the actor's own department and all below it; `id` 0 is the system."""

    id: int
    login: str
    name: str
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    department: str | None = None
    departments: frozenset[str] = frozenset()
    stands_in_for: tuple[StandIn, ...] = ()
    scopes: frozenset[str] | None = field(default=None)
    locale: str = "zh-CN"

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def all_groups(self) -> frozenset[str]:
        """Own groups and those of the colleagues the actor stands in for."""
        return self.groups.union(*(s.groups for s in self.stands_in_for))

    @property
    def acts_as(self) -> frozenset[int]:
        """The person's own id and the ids of those they stand in for."""
        return frozenset({self.id, *(s.user_id for s in self.stands_in_for)})


SYSTEM = Actor(0, "system", "Closeloop", frozenset({ADMIN}))
