"""JSON Schema forms (SpiffWorkflow, with an optional UI schema): each property is a field of ours, or is reported."""

from __future__ import annotations

from typing import Any

from engine.bpmn.dialects import form_rules as rules
from engine.bpmn.dialects.formpage import Page, default_of, options_of, text_of
from engine.bpmn.model import Field
from engine.domain.text import Text

TYPES = {"string": "text", "integer": "integer", "number": "decimal", "boolean": "boolean"}
FORMATS = {
    "date": "date",
    "date-time": "datetime",
    "email": "email",
    "idn-email": "email",
    "phone": "phone",
    "tel": "phone",
}
WIDGETS = {
    "textarea": "long_text",
    "date": "date",
    "alt-date": "date",
    "date-time": "datetime",
    "alt-datetime": "datetime",
    "email": "email",
}
PLAIN_WIDGETS = frozenset({"text", "select", "radio", "checkbox", "updown", "range", "textarea", *WIDGETS})
KNOWN = frozenset(
    {"type", "title", "description", "default", "enum", "enumNames", "oneOf", "const", "format", "minimum", "maximum"}
    | {
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "pattern",
        "readOnly",
        "$ref",
        "$comment",
        "$id",
    }
    | {"examples", "title.zh", "title.en", "description.zh", "description.en", "personal"}
)
KNOWN_UI = frozenset({"ui:widget", "ui:help", "ui:description", "ui:title", "ui:readonly", "ui:disabled", "ui:options"})
NEEDLESS_UI = frozenset(
    {"ui:order", "ui:autofocus", "ui:placeholder", "ui:classNames", "ui:style", "ui:submitButtonOptions", "ui:layout"}
)
TOP = frozenset(
    {
        "type",
        "title",
        "description",
        "properties",
        "required",
        "$schema",
        "$id",
        "id",
        "definitions",
        "$defs",
        "$comment",
    }
    | {"additionalProperties"}
)
DEEPEST = 10


def read_schema(page: Page, schema: dict[str, Any], ui: dict[str, Any]) -> None:
    """Every property on the top level, in the order of the file or of `ui:order`."""
    for name in schema:
        if name not in TOP:
            page.no_effect("/", name, rules.CHECK)
    for name in ("title", "description"):
        if isinstance(schema.get(name), str):
            page.words.append(schema[name].strip())
    properties = schema["properties"] if isinstance(schema.get("properties"), dict) else {}
    required = schema.get("required") if isinstance(schema.get("required"), list) else []
    for key in order_of(properties, ui.get("ui:order")):
        looks = ui[key] if isinstance(ui.get(key), dict) else {}
        part = resolved(page, key, properties[key], schema)
        if part is not None and not is_hidden(page, key, looks):
            read_property(page, key, part, looks, key in required)
    for name in ui:
        if name.startswith("ui:") and name not in NEEDLESS_UI | KNOWN_UI:
            page.no_effect("/", name)


def order_of(properties: dict[str, Any], order: Any) -> list[str]:
    order = [str(key) for key in order] if isinstance(order, list) else []
    first = [key for key in dict.fromkeys(order) if key in properties]
    rest = [key for key in properties if key not in first]
    if "*" in order:
        at = len([key for key in order[: order.index("*")] if key in properties])
        return [*first[:at], *rest, *first[at:]]
    return [*first, *rest]


def resolved(page: Page, key: str, part: Any, schema: dict[str, Any]) -> dict[str, Any] | None:
    """What a `$ref` within the file points to."""
    for _ in range(DEEPEST):
        if not isinstance(part, dict):
            break
        reference = part.get("$ref")
        if reference is None:
            return part
        found: Any = schema if isinstance(reference, str) and reference.startswith("#/") else None
        for step in str(reference).removeprefix("#/").split("/"):
            found = found.get(step) if isinstance(found, dict) else None
        part = {**found, **{k: v for k, v in part.items() if k != "$ref"}} if isinstance(found, dict) else None
    page.say(rules.NOT_SHOWN, key=key, type="$ref" if part is not None else "?", advice=rules.NESTED)
    return None


def is_hidden(page: Page, key: str, looks: dict[str, Any]) -> bool:
    if looks.get("ui:widget") == "hidden":
        page.say(rules.UNUSED_SETTING, key=key, name="ui:widget=hidden")
        return True
    return False


def read_property(page: Page, key: str, part: dict[str, Any], looks: dict[str, Any], required: bool) -> None:
    kind = part.get("type")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), None)
    if kind is not None and not isinstance(kind, str):
        kind = "?"
    options = choices(page, key, part)
    if kind is None and options:
        kind = "string"
    if kind not in TYPES:
        advice = rules.EACH if kind == "array" else rules.NESTED
        page.say(rules.NOT_SHOWN, key=key, type=str(kind or "?"), advice=advice)
        return
    report_settings(page, key, part, looks)
    widget = str(looks.get("ui:widget") or "")
    form = FORMATS.get(str(part.get("format")), TYPES[kind])
    low, high = bounds(page, key, part, kind)
    page.add(
        Field(
            key,
            text_of(looks.get("ui:title") or part.get("title") or key, part, "title") or Text.same(key),
            "choice" if options else WIDGETS.get(widget, form) if kind == "string" else form,
            required=required,
            readonly=bool(part.get("readOnly") or looks.get("ui:readonly") or looks.get("ui:disabled")),
            personal=part.get("personal") is True,
            options=options,
            default=default_of(part.get("default")),
            minimum=low,
            maximum=high,
            min_length=page.length(key, "minLength", part.get("minLength")),
            max_length=page.length(key, "maxLength", part.get("maxLength")),
            pattern=page.pattern(key, part.get("pattern")),
            hint=text_of(
                looks.get("ui:help") or looks.get("ui:description") or part.get("description"), part, "description"
            ),
        )
    )


def choices(page: Page, key: str, part: dict[str, Any]) -> tuple:
    """`enum` with `enumNames`, or `oneOf` of constants."""
    if isinstance(part.get("enum"), list):
        names = part["enumNames"] if isinstance(part.get("enumNames"), list) else []
        values = [v for v in part["enum"] if v is not None]
        pairs = [{"value": v, "label": names[i] if i < len(names) else None} for i, v in enumerate(values)]
        return options_of(page, key, pairs)
    if isinstance(part.get("oneOf"), list):
        constants = [o for o in part["oneOf"] if isinstance(o, dict) and "const" in o]
        if len(constants) == len(part["oneOf"]):
            return options_of(
                page, key, [{"value": o["const"], "label": o.get("title"), "properties": o} for o in constants]
            )
        page.no_effect(key, "oneOf")
    return ()


def bounds(page: Page, key: str, part: dict[str, Any], kind: str) -> tuple:
    low, high = page.number(key, "minimum", part.get("minimum")), page.number(key, "maximum", part.get("maximum"))
    for name in ("exclusiveMinimum", "exclusiveMaximum"):
        if part.get(name) is None or part.get(name) is False:
            continue
        found = page.number(key, name, part[name]) if not isinstance(part[name], bool) else None
        if found is None or kind != "integer":
            page.no_effect(key, name, rules.CHECK)
        elif name == "exclusiveMinimum":
            low = found + 1
        else:
            high = found - 1
    return low, high


def report_settings(page: Page, key: str, part: dict[str, Any], looks: dict[str, Any]) -> None:
    for name in part:
        if name not in KNOWN:
            page.no_effect(key, name, rules.CHECK)
    written = part.get("format")
    if written and str(written) not in FORMATS:
        page.no_effect(key, f"format={written}", rules.CHECK)
    for name, value in looks.items():
        if name in NEEDLESS_UI:
            page.say(rules.UNUSED_SETTING, key=key, name=name)
        elif name not in KNOWN_UI or (name == "ui:widget" and str(value) not in PLAIN_WIDGETS):
            page.no_effect(key, f"{name}={value}" if name == "ui:widget" else name)
