"""form-js forms (Camunda 8, and `camunda:formRef`): each component is a field of ours, or is reported."""

from __future__ import annotations

from typing import Any

from engine.bpmn.dialects import form_rules as rules
from engine.bpmn.dialects.formpage import Page, default_of, options_of, text_of
from engine.bpmn.model import Field
from engine.domain.text import Text

SILENT = frozenset({"spacer", "separator", "button", "default"})
"""They lay out or submit; our page does both itself."""
NOT_SHOWN = {
    "checklist": rules.EACH,
    "taglist": rules.EACH,
    "table": rules.GUIDANCE,
    "dynamiclist": rules.REPEAT,
    "expression": rules.SCRIPT,
    "filepicker": rules.FILES,
    "documentPreview": rules.GUIDANCE,
    "image": rules.GUIDANCE,
    "iframe": rules.GUIDANCE,
    "html": rules.GUIDANCE,
}
FIELDS = frozenset({"textfield", "textarea", "number", "checkbox", "radio", "select", "datetime"})
KNOWN = frozenset(
    {"type", "key", "id", "label", "description", "validate", "disabled", "readonly", "defaultValue", "properties"}
    | {"values", "valuesKey", "valuesExpression", "subtype", "dateLabel", "timeLabel", "decimalDigits", "appearance"}
    | {"conditional", "path", "components", "text", "hideLabel"}
)
NEEDLESS = frozenset(
    {"layout", "searchable", "use24h", "timeInterval", "timeSerializingFormat", "increment", "showOutline"}
)
VALIDATES = frozenset(
    {"required", "minLength", "maxLength", "min", "max", "pattern", "validationType", "patternErrorMessage"}
)
VALIDATED = {"email": "email", "phone": "phone"}
CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"


def read_formjs(page: Page, document: dict[str, Any]) -> None:
    """Every component of the form, those in groups too."""
    waiting = [part for part in document["components"] if isinstance(part, dict)]
    while waiting:
        part = waiting.pop(0)
        kind, key = str(part.get("type") or ""), str(part.get("key") or part.get("id") or "?")
        report_settings(page, part, key)
        if kind == "group":
            if part.get("path"):
                page.no_effect(key, f"path={part['path']}", rules.NESTED)
            inside = part["components"] if isinstance(part.get("components"), list) else []
            waiting = [*(p for p in inside if isinstance(p, dict)), *waiting]
        elif kind == "text":
            page.words.append(str(part.get("text") or "").strip())
        elif kind in FIELDS:
            page.add(field_of(page, part, kind, key.strip()))
        elif kind not in SILENT:
            page.say(rules.NOT_SHOWN, key=key, type=kind or "?", advice=NOT_SHOWN.get(kind, rules.ELSE))


def report_settings(page: Page, part: dict[str, Any], key: str) -> None:
    if isinstance(part.get("conditional"), dict) and part["conditional"].get("hide"):
        page.no_effect(key, f"conditional.hide={part['conditional']['hide']}", rules.ALWAYS)
    for name in part:
        if name in NEEDLESS and name != "layout":
            page.say(rules.UNUSED_SETTING, key=key, name=name)
        elif name not in KNOWN | NEEDLESS and str(part.get("type")) not in (*NOT_SHOWN, *SILENT):
            page.no_effect(key, name)
    checks = part.get("validate")
    for name in checks if isinstance(checks, dict) else ():
        if name not in VALIDATES:
            page.no_effect(key, f"validate.{name}", rules.CHECK)


def field_of(page: Page, part: dict[str, Any], kind: str, key: str) -> Field:
    checks = part["validate"] if isinstance(part.get("validate"), dict) else {}
    own = part.get("properties")
    label = part.get("label") or part.get("dateLabel") or part.get("timeLabel") or key
    options = options_of(page, key, part["values"]) if isinstance(part.get("values"), list) else ()
    return Field(
        key,
        text_of(label, own, "label") or Text.same(key),
        type_of(page, part, kind, key, bool(options)),
        required=page.truth(key, "required", checks.get("required")),
        readonly=page.truth(key, "readonly", part.get("readonly")) or page.truth(key, "disabled", part.get("disabled")),
        personal=isinstance(own, dict) and str(own.get("personal")).lower() == "true",
        options=options if kind in ("radio", "select") else (),
        default=default_of(part.get("defaultValue")),
        minimum=page.number(key, "min", checks.get("min")),
        maximum=page.number(key, "max", checks.get("max")),
        min_length=page.length(key, "minLength", checks.get("minLength")),
        max_length=page.length(key, "maxLength", checks.get("maxLength")),
        pattern=CLOCK if part.get("subtype") == "time" else page.pattern(key, checks.get("pattern")),
        hint=hint_of(part, own),
    )


def type_of(page: Page, part: dict[str, Any], kind: str, key: str, has_options: bool) -> str:
    if kind == "textfield":
        checks = part.get("validate")
        return VALIDATED.get(str(checks.get("validationType")) if isinstance(checks, dict) else "", "text")
    if kind == "number":
        return "integer" if str(part.get("decimalDigits")) == "0" else "decimal"
    if kind == "datetime":
        return {"time": "text", "datetime": "datetime"}.get(str(part.get("subtype")), "date")
    if kind in ("radio", "select"):
        for name in ("valuesKey", "valuesExpression"):
            if part.get(name):
                page.no_effect(key, f"{name}={part[name]}", rules.OPTIONS)
        return "choice" if has_options or not (part.get("valuesKey") or part.get("valuesExpression")) else "text"
    return {"textarea": "long_text", "checkbox": "boolean"}[kind]


def hint_of(part: dict[str, Any], own: Any) -> Text | None:
    """Its description, with what stands before and after the box."""
    looks = part["appearance"] if isinstance(part.get("appearance"), dict) else {}
    around = [str(looks[name]) for name in ("prefixAdorner", "suffixAdorner") if looks.get(name)]
    described = " ".join([str(part.get("description") or ""), *around]).strip()
    return text_of(described, own, "hint")
