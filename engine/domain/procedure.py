"""Who may change a procedure: deploy, release, withdraw, migrate, answer its suggestions."""

from __future__ import annotations

from typing import Protocol

from engine.domain.actors import ADMIN, OWNER, Actor
from engine.domain.errors import Forbidden
from engine.domain.text import Text

OWNERS_ONLY = Text(
    "只有流程负责人或管理员可以部署和发布流程",
    "only process owners and administrators deploy and release procedures",
)
ANOTHER_DEPARTMENT = Text(
    "流程“{procedure}”归“{department}”所有，只有该部门的流程负责人或管理员可以更改",
    "procedure “{procedure}” belongs to “{department}”; only owners of that department and administrators change it",
)


class Owned(Protocol):
    """A procedure as it is stored, as far as it matters here; no `department` means that every owner may change it."""

    key: str
    department: str | None


def may_change_procedure(actor: Actor, procedure: Owned | None) -> bool:
    """Administrators always; owners what belongs to no department, to theirs or to one below. None: a new procedure."""
    if actor.has(ADMIN):
        return True
    department = procedure.department if procedure is not None else None
    return actor.has(OWNER) and (department is None or department in actor.departments)


def check_may_change_procedure(actor: Actor, procedure: Owned | None, department_name: Text | None = None) -> None:
    """Raises `Forbidden` saying whose the procedure is. `department_name`: what people call its department."""
    if may_change_procedure(actor, procedure):
        return
    if procedure is None or not actor.has(OWNER):
        raise Forbidden(why=OWNERS_ONLY)
    name = department_name or Text.same(procedure.department or "")
    raise Forbidden(why=ANOTHER_DEPARTMENT.format(procedure=procedure.key, department=name))
