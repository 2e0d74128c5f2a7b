"""What a case is called, and who may do what with it as a whole."""

from __future__ import annotations

from engine.domain.actors import ADMIN, EMPLOYEE, LEAD, OWNER, Actor
from engine.domain.text import Text

CASE = Text("服务工单", "The case")


def case_number(case_id: int) -> str:
    """What people call the case: `CL-000017`."""
    return f"CL-{case_id:06d}"


def may_change(actor: Actor, owner_id: int | None, department: str | None) -> bool:
    """The owner of the case, a lead of its department and administrators cancel it, pass it on, settle its incidents."""
    return may_correct(actor, department) or (owner_id is not None and owner_id == actor.id)


def may_correct(actor: Actor, department: str | None) -> bool:
    """Values others have checked or approved are at stake: a lead of the department and administrators correct them."""
    return actor.has(ADMIN) or (actor.has(LEAD) and (department is None or department in actor.departments))


def may_remove(actor: Actor, added_by: int, state: str, department: str | None) -> bool:
    """Whoever added a file takes it back while the case is open; later it is evidence, as is what others added."""
    is_own = added_by == actor.id and state == "open" and may_note(actor)
    return is_own or may_correct(actor, department)


def may_note(actor: Actor) -> bool:
    """Whoever works here may add a note to a case they see; auditors read and change nothing."""
    return actor.has(EMPLOYEE, LEAD, OWNER, ADMIN)
