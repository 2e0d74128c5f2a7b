"""Give a version to a scope, take it back, end a pilot whose guard is broken, say whose a procedure is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain import guard as guards
from engine.domain.errors import InvalidInput, NotFound, Refusal
from engine.domain.events import EventType
from engine.domain.guard import Breach, Guard
from engine.domain.procedure import check_may_change_procedure
from engine.domain.release import EVERYONE, Scope, allot, parse
from engine.domain.text import Text
from engine.domain.training import check_training
from engine.handlers.work import Work
from engine.store import effects, procedures, releases, trainings

VERSION = Text("流程版本", "The version")
LONGEST_NOTE, LONGEST_REASON = 2_000, 2_000
REASON_NEEDED = Text("请说明收回的原因。", "Give the reason for taking it back.")
NO_GUARD = Text("只有试点可以设界限；发布给所有人时请去掉。", "Only a pilot has limits; leave them out when everyone gets the version.")
NOTHING_BESIDE = Text(
    "按比例试点需要先有发布给所有人的版本，其余客户用它办理。",
    "A share needs a version for everyone first: the other customers get that one.",
)
NO_DEPARTMENT = Text("没有部门“{department}”。", "There is no department “{department}”.")


class EveryoneHasIt(Refusal):
    code, kind = "version-for-everyone", "conflict"
    sentence = Text(
        "第 {version} 版已发布给所有人，不能再缩小范围。请先把另一版发布给所有人。",
        "Everyone has version {version}, so it cannot be given to fewer. Release another version to everyone first.",
    )


class NotReleased(Refusal):
    code, kind = "version-not-released", "conflict"
    sentence = Text("第 {version} 版现在没有发布给任何人。", "Nobody is given version {version} now.")


def release(command: c.ReleaseVersion, work: Work) -> Mapping[str, Any]:
    """From the commit on new instances of the scope get the version; those that run keep theirs."""
    row = _version(work, command.procedure, command.number)
    scope = parse(command.scope, work.organisation.departments)
    guard = guards.parse(command.guard) if command.guard is not None else None
    if command.training is not None:
        check_training(command.training)
    releases.hold_alone(work.conn)
    give(work, row, scope, guard, command.note, command.training)
    return {"key": row.procedure, "version": row.number, "state": "released", "scope": scope.to_dict()}


def give(
    work: Work, row: Row, scope: Scope, guard: Guard | None = None, note: str = "", training: str | None = None
) -> None:
    """The version has this scope and no other. The lock of `releases.hold_alone` is the caller's."""
    note = note.strip()[:LONGEST_NOTE]
    active = releases.active(work.conn, row.procedure)
    own = next((one for one in active if one.version_id == row.id), None)
    asks_anew = training is not None and trainings.set_training(work.conn, row.id, training)
    if own is not None and parse(own.scope) == scope and _written(guard) == own.guard:
        if asks_anew:
            told = {"procedure": row.procedure, "version": row.number, "scope": scope.to_dict(), "training": training}
            work.record_system(EventType.VersionReleased, **told)
        return
    _check(row, scope, guard, own, active)
    others = [tuple(place) for one in active if one is not own for place in one.places or ()]
    kept = [tuple(place) for place in own.places or ()] if own is not None else []
    places = allot(scope.share, kept, others) if scope.share is not None else None
    ended = _replaced(scope, own, active)
    for one in ended:
        _end(work, one, "replaced")
    if own is not None:
        how = "promoted" if scope.is_everyone else "changed"
        releases.end(work.conn, own.id, work.now, work.actor.login, how)
    _begin(work, row.procedure, row.id, scope, places, guard, note)
    numbers = [procedures.version(work.conn, one.version_id).number for one in ended]
    work.record_system(
        EventType.VersionReleased,
        procedure=row.procedure,
        version=row.number,
        scope=scope.to_dict(),
        replaces=numbers[0] if len(numbers) == 1 else numbers,
        training=training if training != "none" else None,
        guard=_written(guard),
        note=note or None,
    )


def give_to_everyone(work: Work, row: Row) -> None:
    releases.hold_alone(work.conn)
    give(work, row, EVERYONE)


def withdraw(command: c.WithdrawVersion, work: Work) -> Mapping[str, Any]:
    """From the commit on nobody gets it. One for everyone gives way to the one before it, if there is one."""
    row = _version(work, command.procedure, command.number)
    reason = command.reason.strip()[:LONGEST_REASON]
    if not reason:
        raise InvalidInput(fields={"reason": REASON_NEEDED})
    releases.hold_alone(work.conn)
    own = next((one for one in releases.active(work.conn, row.procedure) if one.version_id == row.id), None)
    if own is None:
        raise NotReleased(version=row.number)
    replaced_by = take_back(work, own, row.number, "withdrawn", reason)
    return {"key": row.procedure, "version": row.number, "state": "retired", "replaced_by": replaced_by}


def check_pilot(command: c.CheckPilot, work: Work) -> Mapping[str, Any]:
    """The pilot ends when its cases have crossed a limit; whoever released it and the leads of its scope are told."""
    releases.hold_alone(work.conn)
    row = releases.find(work.conn, command.release_id)
    if row is None or row.ended_at is not None or row.guard is None:
        return {"stopped": False}
    breach = guards.broken(guards.parse(row.guard), releases.tally(work.conn, row))
    if breach is None:
        return {"stopped": False}
    number = procedures.version(work.conn, row.version_id).number
    replaced_by = take_back(work, row, number, "stopped", breach.text, breach)
    body = {"procedure": row.procedure, "version": number, "why": breach.text.to_dict(), "to": _to_tell(work, row)}
    effects.add(work.conn, 0, "pilot-stopped", body, work.now)
    return {"stopped": True, "version": number, "replaced_by": replaced_by, "figures": breach.to_dict()}


def take_back(work: Work, own: Row, number: int, how: str, reason: str | Text, breach: Breach | None = None) -> int | None:
    """The release ends. Returns the number of the version its people get from now on; None: none any more."""
    figures, scope = breach.to_dict() if breach else None, parse(own.scope)
    _end(work, own, how, reason if isinstance(reason, str) else None, figures)
    back = _before(work, own.procedure) if scope.is_everyone else None
    if back is not None:
        pilot = next((one for one in releases.active(work.conn, own.procedure) if one.version_id == back), None)
        if pilot is not None:
            releases.end(work.conn, pilot.id, work.now, work.actor.login, "promoted")
        _begin(work, own.procedure, back, EVERYONE, None, None, "")
    else:
        _point(work, own.procedure)
    everyone = procedures.find(work.conn, own.procedure).released_id
    replaced_by = procedures.version(work.conn, everyone).number if everyone is not None else None
    work.record_system(
        EventType.VersionWithdrawn,
        procedure=own.procedure,
        version=number,
        scope=scope.to_dict(),
        reason=reason,
        replaced_by=replaced_by,
        figures=figures,
    )
    return replaced_by


def set_department(command: c.SetProcedureDepartment, work: Work) -> Mapping[str, Any]:
    row = _procedure(work, command.procedure)
    if command.department is not None and command.department not in work.organisation.departments:
        raise InvalidInput(fields={"department": NO_DEPARTMENT.format(department=command.department[:64])})
    if row.department != command.department:
        releases.set_department(work.conn, row.key, command.department)
        work.record_system(
            EventType.ProcedureDepartmentSet, procedure=row.key, department=command.department, was=row.department
        )
    return {"key": row.key, "department": command.department}


def _procedure(work: Work, key: str) -> Row:
    """The procedure, which the actor may change."""
    row = procedures.find(work.conn, key)
    department = work.organisation.departments.get(row.department or "") if row is not None else None
    check_may_change_procedure(work.actor, row, department.name if department else None)
    if row is None:
        raise NotFound(what=VERSION)
    return row


def _version(work: Work, key: str, number: int) -> Row:
    _procedure(work, key)
    row = procedures.version_by_number(work.conn, key, number)
    if row is None:
        raise NotFound(what=VERSION)
    return row


def _check(row: Row, scope: Scope, guard: Guard | None, own: Row | None, active: Sequence[Row]) -> None:
    if own is not None and parse(own.scope).is_everyone and not scope.is_everyone:
        raise EveryoneHasIt(version=row.number)
    if scope.is_everyone and guard is not None:
        raise InvalidInput(fields={"guard": NO_GUARD})
    if scope.kind == "share" and not any(parse(one.scope).is_everyone for one in active):
        raise InvalidInput(fields={"scope": NOTHING_BESIDE})


def _replaced(scope: Scope, own: Row | None, active: Sequence[Row]) -> list[Row]:
    """What nobody would get any more: the version for everyone, or a pilot of departments that all get the new one."""

    def gives_way(other: Scope) -> bool:
        if scope.is_everyone:
            return other.is_everyone
        return bool(other.departments) and set(other.departments) <= set(scope.departments)

    return [one for one in active if one is not own and gives_way(parse(one.scope))]


def _begin(
    work: Work, key: str, version_id: int, scope: Scope, places: Any, guard: Guard | None, note: str
) -> None:
    row = {"procedure": key, "version_id": version_id, "scope": scope.to_dict(), "places": places, "note": note}
    releases.add(
        work.conn, row | {"guard": _written(guard), "released_at": work.now, "released_by": work.actor.login}
    )
    procedures.mark_version(work.conn, version_id, "released", work.now, scope.to_dict())
    _point(work, key)


def _end(work: Work, own: Row, how: str, why: str | None = None, figures: Any = None) -> None:
    releases.end(work.conn, own.id, work.now, work.actor.login, how, why, figures)
    procedures.mark_version(work.conn, own.version_id, "retired", None, None)


def _point(work: Work, key: str) -> None:
    """The procedure is called as the version for everyone calls it, and begins as those released to anybody begin."""
    everyone, starts = None, dict[str, None]()
    for one in releases.active(work.conn, key):
        procedure = work.versions.get(work.conn, one.version_id).procedure
        starts |= {start.message: None for start in procedure.starts if start.kind == "message" and start.message}
        if parse(one.scope).is_everyone:
            everyone = one.version_id, procedure.name
    names = (everyone[1].zh or everyone[1].en or key, everyone[1].en or everyone[1].zh or key) if everyone else None
    releases.point(work.conn, key, everyone[0] if everyone else None, names, list(starts))


def _before(work: Work, key: str) -> int | None:
    """The version everyone had before: the latest that gave way to another and was never taken back since."""
    seen: set[int] = set()
    for one in releases.history(work.conn, key):
        if parse(one.scope).is_everyone and one.version_id not in seen:
            seen.add(one.version_id)
            if one.ended_how == "replaced":
                return one.version_id
    return None


def _to_tell(work: Work, row: Row) -> list[str]:
    departments = parse(row.scope).departments or (procedures.find(work.conn, row.procedure).department,)
    leads = [lead.login for department in departments for lead in work.organisation.leads_of(department)]
    return list(dict.fromkeys([row.released_by, *leads]))


def _written(guard: Guard | None) -> dict[str, Any] | None:
    return guard.to_dict() if guard is not None else None
