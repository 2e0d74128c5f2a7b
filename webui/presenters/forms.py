"""Forms of a step as HTML fields, and back: what was typed is kept as typed, what is known is written as one types it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine.bpmn.expressions import EvaluationError, ExpressionError, compile_expression
from engine.bpmn.forms import LONGEST_LINE, LONGEST_TEXT, TRUE
from engine.bpmn.model import Field, Form
from webui.locales import current

MOST_RADIOS = 5
TYPES = {"date": "date", "datetime": "datetime-local", "phone": "tel", "email": "email"}
CONTROLS = {"long_text": "area", "boolean": "check"}
MODES = {"integer": "numeric", "decimal": "decimal"}
WIDE = ("area", "choices", "check")
EXPRESSION = ("=", "${", "#{")


@dataclass(frozen=True, slots=True)
class OptionShown:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldShown:
    """`control` is line, area, select, choices or check; `limits` become attributes of the input."""

    key: str
    id: str
    label: str
    control: str
    type: str
    value: str
    required: bool
    readonly: bool
    wide: bool
    hint: str
    fault: str
    rows: int = 4
    max_length: int | None = None
    options: tuple[OptionShown, ...] = ()
    limits: Mapping[str, str] = field(default_factory=dict)


def fields(
    form: Form, values: Mapping[str, str], faults: Mapping[str, str] | None = None, prefix: str = "f"
) -> list[FieldShown]:
    """The fields of a form with these texts in them, in the reader's language; `faults` by key."""
    return [_field(one, values.get(one.key, ""), (faults or {}).get(one.key, ""), prefix) for one in form.fields]


def entry(key: str, label: str, type_: str, complete: str, *, hint: str = "", fault: str = "") -> FieldShown:
    """A line that begins empty and has to be filled in; `complete` says to browsers what it is for."""
    shown = {"required": True, "readonly": False, "wide": False, "hint": hint, "fault": fault}
    return FieldShown(key, key, label, "line", type_, "", limits={"autocomplete": complete}, **shown)


def prefilled(
    form: Form, draft: Mapping[str, str] | None, variables: Mapping[str, Any], zone: ZoneInfo
) -> dict[str, str]:
    """What stands in each field at first: the draft, else what the case knows, else the default."""
    kept = draft or {}

    def text(one: Field) -> str:
        if one.key in kept and not one.readonly:
            return kept[one.key]
        known = variables.get(one.key)
        return typed(known if known is not None else _default(one, variables), zone)

    return {one.key: text(one) for one in form.fields}


def given(form: Form, sent: MultiDict[str, str]) -> dict[str, str]:
    """What was typed into the fields of the form, as typed. A box that is not ticked is sent by no browser: it is empty."""
    found = {one.key: sent[one.key] for one in form.fields if one.key in sent}
    return {one.key: "" for one in form.fields if one.type == "boolean" and not one.readonly} | found


def typed(value: Any, zone: ZoneInfo) -> str:
    """A value as a person would type it into its field."""
    if value is None or isinstance(value, Mapping | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        local = value.astimezone(zone) if value.tzinfo else value
        return local.replace(tzinfo=None).isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def _default(one: Field, variables: Mapping[str, Any]) -> Any:
    """What the file gives beforehand; an expression that cannot be worked out gives nothing."""
    if one.default is None or not one.default.startswith(EXPRESSION):
        return one.default
    try:
        return compile_expression(one.default).evaluate(variables)
    except (EvaluationError, ExpressionError):
        return None


def _field(one: Field, value: str, fault: str, prefix: str) -> FieldShown:
    control = _control(one)
    words = current()
    options = tuple(OptionShown(option.value, option.label.in_(words)) for option in one.options)
    return FieldShown(
        key=one.key,
        id=f"{prefix}-{one.key}",
        label=one.label.in_(words) or one.key,
        control=control,
        type=TYPES.get(one.type, "text"),
        value=_ticked(value) if control == "check" else value,
        required=one.required,
        readonly=one.readonly,
        wide=control in WIDE,
        hint=_hint(one),
        fault=fault,
        max_length=(one.max_length or LONGEST_TEXT) if control == "area" else None,
        options=options,
        limits=_limits(one),
    )


def _control(one: Field) -> str:
    if one.type == "choice":
        return "choices" if len(one.options) <= MOST_RADIOS else "select"
    return CONTROLS.get(one.type, "line")


def _ticked(value: str) -> str:
    return "true" if value.strip().lower() in TRUE else ""


def _limits(one: Field) -> dict[str, str]:
    if one.type in ("date", "datetime"):
        return {}
    limits = {"maxlength": str(one.max_length or LONGEST_LINE)}
    if one.min_length:
        limits["minlength"] = str(one.min_length)
    if one.pattern:
        limits["pattern"] = one.pattern
    if one.type in MODES:
        limits["inputmode"] = MODES[one.type]
    return limits


def _hint(one: Field) -> str:
    if one.hint is not None:
        return one.hint.in_(current())
    if one.minimum is not None and one.maximum is not None:
        return _("%(least)s to %(most)s", least=f"{one.minimum:f}", most=f"{one.maximum:f}")
    if one.minimum is not None:
        return _("at least %(least)s", least=f"{one.minimum:f}")
    return _("at most %(most)s", most=f"{one.maximum:f}") if one.maximum is not None else ""
