"""Samples of closed cases, the cases in them, and what their reviewers found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, insert, or_, select, update

from engine.domain.events import EventType as E
from engine.domain.sampling import Candidate
from engine.store.schema import clock, entry, instance, review, sample, sample_case, service_case, user_task, verdict
from engine.store.verdicts import DEVIATES

#: What is no work on a case.
LOOKING = (E.CaseReviewed, E.PersonalDataRead)
INTERVENTIONS = (E.VariablesEdited, E.IncidentResolved, E.CaseMigrated, E.MigrationUndone, E.CaseCancelled, E.PersonalValuesRedacted)
HANDED_ON = (E.TaskAssigned, E.TaskDelegated, E.OwnerChanged)
#: By what a sample can be in strata.
STRATA: Mapping[str, Any] = {
    "procedure": service_case.c.procedure,
    "department": service_case.c.department,
    "channel": service_case.c.channel,
    "owner": service_case.c.owner_id,
}
#: Whose entries are nobody's doing: what happens by itself.
NOBODY = 0


def population(
    conn: Connection, *, procedure: str | None, department: str | None, from_at: datetime, to_at: datetime, strata: str
) -> list[Candidate]:
    """The cases closed or cancelled in that time; `procedure` is one that ran in them; `strata` a key of `STRATA`, or ""."""
    case = service_case.c
    asked = [case.closed_at >= from_at, case.closed_at < to_at]
    if procedure is not None:
        asked.append(exists().where(instance.c.case_id == case.id, instance.c.procedure == procedure))
    if department is not None:
        asked.append(case.department == department)
    stratum = STRATA[strata] if strata else case.state
    found = conn.execute(select(case.id, stratum.label("stratum")).where(*asked)).all()
    risks = {name: set(conn.execute(query).scalars()) for name, query in _risks(asked).items()}
    return [
        Candidate(
            row.id,
            "" if not strata or row.stratum is None else str(row.stratum),
            tuple(name for name, cases in risks.items() if row.id in cases),
        )
        for row in found
    ]


def _risks(asked: Sequence[ColumnElement[bool]]) -> dict[str, Any]:
    """Of which cases each kind of risk is true."""
    case = service_case.c
    task = user_task.c
    again = select(task.case_id).join(service_case, task.case_id == case.id).where(*asked, task.state == "completed")
    deviates = select(verdict.c.case_id).join(service_case, verdict.c.case_id == case.id)
    return {
        "deviation": deviates.where(*asked, verdict.c.worst == DEVIATES),
        "late": select(clock.c.case_id).join(service_case, clock.c.case_id == case.id).where(*asked, clock.c.breached_at.is_not(None)),
        "intervention": _with_entry(INTERVENTIONS, asked),
        "repeated": again.group_by(task.case_id, task.instance_no, task.element_id).having(func.count() > 1),
        "reassigned": _with_entry(HANDED_ON, asked),
    }


def _with_entry(types: Iterable[E], asked: Sequence[ColumnElement[bool]]) -> Any:
    joined = select(entry.c.case_id).join(service_case, entry.c.case_id == service_case.c.id)
    return joined.where(*asked, entry.c.type.in_(list(types)), entry.c.actor_id != NOBODY)


def add(conn: Connection, values: Mapping[str, Any], drawn: Sequence[Candidate]) -> int:
    sample_id = conn.execute(insert(sample).returning(sample.c.id), dict(values)).scalar_one()
    rows = [
        {"sample_id": sample_id, "case_id": one.case_id, "stratum": one.stratum, "risks": list(one.risks)} for one in drawn
    ]
    conn.execute(insert(sample_case), rows)
    return sample_id


def find(conn: Connection, sample_id: int, *, lock: bool = False) -> Row | None:
    query = select(sample).where(sample.c.id == sample_id)
    return conn.execute(query.with_for_update() if lock else query).one_or_none()


def newest(conn: Connection, limit: int, before: int | None = None) -> Sequence[Row]:
    query = select(sample).order_by(sample.c.id.desc()).limit(limit)
    return conn.execute(query if before is None else query.where(sample.c.id < before)).all()


def cases(conn: Connection, sample_id: int) -> Sequence[Row]:
    """The cases of a sample with what they are about, by number."""
    case = service_case.c
    query = select(sample_case, case.title, case.procedure, case.department, case.owner_id, case.state, case.closed_at)
    query = query.join(service_case, case.id == sample_case.c.case_id).where(sample_case.c.sample_id == sample_id)
    return conn.execute(query.order_by(sample_case.c.case_id)).all()


def reviews(conn: Connection, sample_ids: Iterable[int], case_id: int | None = None) -> Sequence[Row]:
    """The earliest first."""
    query = select(review).where(review.c.sample_id.in_(list(sample_ids)))
    if case_id is not None:
        query = query.where(review.c.case_id == case_id)
    return conn.execute(query.order_by(review.c.at, review.c.user_id)).all()


def save_review(conn: Connection, values: Mapping[str, Any]) -> None:
    """The person's one review of the case; an earlier one of theirs gives way."""
    key = [review.c[name] == values[name] for name in ("sample_id", "case_id", "user_id")]
    if not conn.execute(update(review).where(*key).values(**values)).rowcount:
        conn.execute(insert(review), dict(values))


def close(conn: Connection, sample_id: int, at: datetime, figures: Mapping[str, Any]) -> None:
    conn.execute(update(sample).where(sample.c.id == sample_id).values(closed_at=at, figures=dict(figures)))


def has_worked_on(conn: Connection, user_id: int, case_id: int) -> bool:
    """Whether the person owned the case, did a task of it, or changed it in any other way."""
    owned = exists().where(service_case.c.id == case_id, service_case.c.owner_id == user_id)
    task = user_task.c
    did = exists().where(task.case_id == case_id, or_(task.assignee_id == user_id, task.ended_by == user_id))
    wrote = exists().where(entry.c.case_id == case_id, entry.c.actor_id == user_id, entry.c.type.not_in(LOOKING))
    return bool(conn.execute(select(or_(owned, did, wrote))).scalar_one())
