"""Rows of the read side as the JSON the schemas describe, in the reader's language."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from engine.bpmn.model import Field, Form
from engine.domain.case import case_number
from engine.queries.cases import CaseRow, ClockView, IncidentRow, InstanceRow
from engine.queries.catalogue import ProcedureRow, VersionRow
from engine.queries.paging import Page
from engine.queries.task import TaskView
from engine.queries.trail import EntryRow
from engine.queries.worklist import TaskRow
from engine.store.organisation import Organisation
from webui.api.problems import finding_in_words
from webui.api.words import iso, json_value, said, words


def page(found: Page[Any], shape: Any) -> dict[str, Any]:
    return {"items": [shape(row) for row in found.items], "next": found.next}


def task_line(row: TaskRow, organisation: Organisation) -> dict[str, Any]:
    return {
        "id": row.id,
        "case_id": row.case_id,
        "case_number": case_number(row.case_id),
        "case_title": row.case_title,
        "element_id": row.element_id,
        "name": said(row.name),
        "state": row.state,
        "assignee": _login(row.assignee_id, organisation),
        "assignee_name": row.assignee or None,
        "candidate_groups": list(row.groups),
        "priority": row.priority,
        "created_at": iso(row.created_at),
        "warn_at": iso(row.warn_at),
        "due_at": iso(row.due_at),
        "waits_for_customer": row.waits,
        "has_draft": row.has_draft,
        "procedure": row.procedure,
        "procedure_name": said(row.procedure_name),
        "version": row.version,
        "customer_id": row.customer_id,
        "customer": row.customer or None,
    }


def task(view: TaskView, organisation: Organisation) -> dict[str, Any]:
    step, may = view.step, view.may
    return task_line(view.row, organisation) | {
        "form": form(view.form),
        "guidance": words(step.guidance) if step else None,
        "script": words(step.script) if step else None,
        "variables": json_value(view.variables),
        "draft": dict(view.draft) if view.draft else None,
        "may": {name: getattr(may, name) for name in ("claim", "complete", "release", "delegate", "assign")},
        "why_not": words(may.why_not),
        "ended_at": iso(view.ended_at),
        "ended_by": view.ended_by or None,
    }


def form(form_: Form) -> dict[str, Any]:
    return {"fields": [_field(one) for one in form_.fields]}


def case_line(row: CaseRow, organisation: Organisation) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "title": row.title,
        "state": row.state,
        "procedure": row.procedure,
        "procedure_name": said(row.procedure_name),
        "channel": row.channel,
        "business_key": row.business_key,
        "customer_id": row.customer_id,
        "customer": row.customer or None,
        "owner": _login(row.owner_id, organisation),
        "owner_name": row.owner or None,
        "department": row.department,
        "opened_at": iso(row.opened_at),
        "closed_at": iso(row.closed_at),
    }


def instance(row: InstanceRow) -> dict[str, Any]:
    return {
        "no": row.no,
        "procedure": row.procedure,
        "procedure_name": said(row.procedure_name),
        "version": row.version,
        "started_at": iso(row.started_at),
        "ended_at": iso(row.ended_at),
        "ending": row.ending,
    }


def clock(view: ClockView, case_id: int) -> dict[str, Any]:
    return {
        "no": view.no,
        "name": view.name,
        "label": said(view.label),
        "task_id": f"{case_id}-{view.task_no}" if view.task_no is not None else None,
        "limit": view.limit,
        "calendar": view.calendar,
        "standing": view.standing,
        "started_at": iso(view.started_at),
        "warn_at": iso(view.warn_at),
        "due_at": iso(view.due_at),
        "stopped_at": iso(view.stopped_at),
        "breached_at": iso(view.breached_at),
        "used_seconds": view.used_seconds,
        "remaining_seconds": view.remaining_seconds,
        "segments": [
            {
                "start_at": iso(segment.start_at),
                "end_at": iso(segment.end_at),
                "kind": segment.kind,
                "seconds": int(segment.length.total_seconds()),
                "text": said(segment.text),
            }
            for segment in view.segments
        ],
    }


def incident(row: IncidentRow) -> dict[str, Any]:
    return {
        "no": row.no,
        "instance": row.instance_no,
        "element_id": row.element_id,
        "name": said(row.name),
        "text": said(row.text),
        "source": row.source,
        "raised_at": iso(row.raised_at),
        "resolved_at": iso(row.resolved_at),
    }


def entry(row: EntryRow) -> dict[str, Any]:
    return {
        "case_id": row.case_id or None,
        "seq": row.seq,
        "type": row.type,
        "at": iso(row.at),
        "actor": row.login,
        "data": json_value(row.data),
        "hash": row.hash,
    }


def procedure(row: ProcedureRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": said(row.name),
        "released": row.released,
        "released_at": iso(row.released_at),
        "versions": row.versions,
        "running": row.running,
        "starts_by_hand": row.starts_by_hand,
    }


def version(row: VersionRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "tag": row.tag,
        "state": row.state,
        "note": row.note,
        "sha256": row.sha256,
        "deployed_at": iso(row.deployed_at),
        "deployed_by": row.deployed_by,
        "released_at": iso(row.released_at),
        "running": row.running,
        "findings": [finding_in_words(finding) for finding in row.findings],
    }


def customer(row: Row) -> dict[str, Any]:
    names = ("id", "name", "phone", "email", "segment", "note")
    return {name: getattr(row, name) for name in names} | {"created_at": iso(row.created_at)}


def _field(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "label": said(field.label) or field.key,
        "type": field.type,
        "required": field.required,
        "options": [{"value": option.value, "label": said(option.label) or option.value} for option in field.options],
        "default": field.default,
        "readonly": field.readonly,
        "hint": words(field.hint),
        "minimum": json_value(field.minimum),
        "maximum": json_value(field.maximum),
        "min_length": field.min_length,
        "max_length": field.max_length,
        "pattern": field.pattern,
    }


def _login(user_id: int | None, organisation: Organisation) -> str | None:
    user = organisation.users.get(user_id) if user_id is not None else None
    return user.login if user else None
