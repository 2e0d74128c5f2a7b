"""Incidents of a case with the variables that may be corrected, and the corrections read back from the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from engine.bpmn import forms
from engine.bpmn.expressions import compile_expression, compile_script
from engine.bpmn.expressions.errors import ExpressionError
from engine.bpmn.model import Field, Form
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.queries import cases
from engine.queries.cases import IncidentRow, InstanceRow
from engine.versions import Version
from webui.presenters import forms as presenter
from webui.request import Reading

MOST_FIELDS = 12


@dataclass(frozen=True, slots=True)
class IncidentShown:
    no: int
    element: Text
    text: Text
    source: str
    raised_at: datetime
    fields: tuple[presenter.FieldShown, ...]


def shown(
    r: Reading, case_id: int, instances: Sequence[InstanceRow], *, may_correct: bool
) -> list[IncidentShown]:
    """The open incidents of a case; their variables where the viewer may correct them."""
    rows = cases.incidents(r.conn, r.versions, case_id)
    forms_of = _forms(r, case_id, rows, instances) if may_correct else {}
    return [_incident(row, *forms_of.get(row.no, (Form(), {}))) for row in rows]


def edits(r: Reading, case_id: int, no: int, sent: MultiDict[str, str]) -> dict[str, Any]:
    """The variables that were changed, with their typed values. Raises `InvalidInput` for what cannot be read."""
    rows = [row for row in cases.incidents(r.conn, r.versions, case_id) if row.no == no]
    form, texts = _forms(r, case_id, rows, cases.instances(r.conn, r.versions, case_id)).get(no, (Form(), {}))
    given = presenter.given(form, sent) if sent.keys() & texts.keys() else {}
    changed = {key: text for key, text in given.items() if text.strip() != texts[key]}
    asked = Form(tuple(field for field in form.fields if field.key in changed))
    if not asked.fields:
        return {}
    filled = forms.fill(asked, changed, r.zone)
    if filled.errors:
        raise InvalidInput(fields=filled.errors)
    return {key: _guessed(value, form.field(key)) for key, value in filled.values.items()}


def _incident(row: IncidentRow, form: Form, texts: Mapping[str, str]) -> IncidentShown:
    fields = tuple(presenter.fields(form, texts, prefix=f"i{row.no}"))
    return IncidentShown(row.no, row.name, row.text, row.source, row.raised_at, fields)


def _forms(
    r: Reading, case_id: int, rows: Sequence[IncidentRow], instances: Sequence[InstanceRow]
) -> dict[int, tuple[Form, dict[str, str]]]:
    """For each incident a field for each variable the failed expression reads, and what stands in it now."""
    versions = {one.no: r.versions.get(r.conn, one.version_id) for one in instances}
    variables = {no: cases.variables(r.conn, r.versions, case_id, no) for no in {row.instance_no for row in rows}}
    return {row.no: _form(row, variables[row.instance_no], versions[row.instance_no], r.zone) for row in rows}


def _form(
    row: IncidentRow, variables: Mapping[str, Any], version: Version, zone: ZoneInfo
) -> tuple[Form, dict[str, str]]:
    wanted = [name for name in _read_by(row.source) if not isinstance(variables.get(name), Mapping | list)]
    form = Form(tuple(_field(name, variables, version) for name in wanted[:MOST_FIELDS]))
    return form, {field.key: presenter.typed(variables.get(field.key), zone) for field in form.fields}


def _read_by(source: str) -> list[str]:
    for compile_ in (compile_expression, compile_script):
        try:
            return sorted(compile_(source).names)
        except (ExpressionError, AttributeError):
            continue
    return []


def _field(name: str, variables: Mapping[str, Any], version: Version) -> Field:
    """As the form that asks for it has it, without being obligatory; else by the value it has."""
    for definition in version.definitions:
        for procedure in definition.procedures.values():
            for form in (procedure.start_form, *(step.form for step in procedure.steps.values())):
                if (known := form.field(name)) is not None:
                    return replace(known, required=False, readonly=False, default=None)
    return Field(name, Text.same(name), _type(variables.get(name)))


def _type(value: Any) -> str:
    kinds = ((bool, "boolean"), (int, "integer"), (Decimal, "decimal"), (float, "decimal"), (datetime, "datetime"))
    return next((name for kind, name in (*kinds, (date, "date")) if isinstance(value, kind)), "text")


def _guessed(value: Any, field: Field | None) -> Any:
    """What was typed for a variable nothing is known of: a number where it reads as one."""
    if not isinstance(value, str) or (field is not None and (field.label != Text.same(field.key) or field.type != "text")):
        return value
    number = forms.fill(Form((Field("n", Text.same("n"), "decimal"),)), {"n": value})
    if number.errors or number.values.get("n") is None:
        return value
    exact = number.values["n"]
    return int(exact) if exact == exact.to_integral_value() and "." not in value else exact
