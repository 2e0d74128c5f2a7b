"""Forms a task only refers to: embedded in the BPMN file, lying beside it, or kept by another system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.bpmn.dialects import form_rules as rules
from engine.bpmn.dialects.beside import NotJson, is_formjs, is_schema, parsed
from engine.bpmn.dialects.formjs import read_formjs
from engine.bpmn.dialects.formpage import Page
from engine.bpmn.dialects.jsonschema import read_schema
from engine.bpmn.dialects.names import CAMUNDA, ZEEBE, text_of
from engine.bpmn.dialects.reading import Reading
from engine.domain.text import Text

EMBEDDED = "camunda-forms:bpmn:"
DEPLOYED = ("camunda-forms:deployment:", "camunda-forms:app:")
AWAY = ("embedded:", "app:", "http:", "https:", "/")
SCHEMA, UI_SCHEMA = "formJsonSchemaFilename", "formUiSchemaFilename"


@dataclass(frozen=True, slots=True)
class Reference:
    """`kind` is id, file, embedded or away."""

    kind: str
    name: str


def pages(reading: Reading, element: etree._Element) -> Iterator[Page]:
    """Each form the element refers to, read; what cannot be found or read is said."""
    for reference in references(reading, element):
        found = document(reading, element, reference)
        if found is None:
            continue
        name, content = found
        page = Page(reading, element, name)
        if is_formjs(content):
            read_formjs(page, content)
        elif is_schema(content):
            read_schema(page, content, ui_schema(reading, element))
        else:
            reading.say(rules.NOT_A_FORM, element, name=name)
        yield page


def references(reading: Reading, element: etree._Element) -> Iterator[Reference]:
    if name := reading.attribute(element, CAMUNDA, "formRef"):
        binding = reading.attribute(element, CAMUNDA, "formRefBinding")
        version = reading.attribute(element, CAMUNDA, "formRefVersion")
        yield from bound(reading, element, name, f"{binding} {version or ''}".strip() if binding == "version" else None)
    if name := reading.attribute(element, CAMUNDA, "formKey"):
        yield by_key(name)
    for form in reading.extensions(element, ZEEBE, "formDefinition"):
        tag = form.get("versionTag") if form.get("bindingType") == "versionTag" else None
        if name := (form.get("formId") or "").strip():
            yield from bound(reading, element, name, f"versionTag {tag}" if tag else None)
        elif name := (form.get("formKey") or "").strip():
            yield by_key(name)
        elif name := (form.get("externalReference") or "").strip():
            yield Reference("away", name)
    if name := reading.words(element).take(SCHEMA):
        yield Reference("file", name)


def bound(reading: Reading, element: etree._Element, name: str, binding: str | None) -> Iterator[Reference]:
    if binding:
        reading.say(rules.BINDING, element, name=name, binding=binding)
    yield Reference("id", name)


def by_key(key: str) -> Reference:
    """What Camunda's `formKey` points to; an unprefixed one may be the id of a form."""
    if key.startswith(EMBEDDED):
        return Reference("embedded", key.removeprefix(EMBEDDED))
    for prefix in DEPLOYED:
        if key.startswith(prefix):
            return Reference("file", key.removeprefix(prefix))
    return Reference("away" if key.startswith(AWAY) or key.endswith((".html", ".htm")) else "id", key)


def document(reading: Reading, element: etree._Element, reference: Reference) -> tuple[str, Any] | None:
    name = reference.name
    if reference.kind == "away":
        reading.say(rules.ELSEWHERE, element, name=name)
        return None
    if reference.kind == "embedded":
        return embedded(reading, element, name)
    found = reading.beside.by_id(name) if reference.kind == "id" else reading.beside.by_name(name)
    if found is None:
        reading.say(rules.MISSING, element, name=name, file=name if reference.kind == "file" else f"{name}.form")
    return found


def embedded(reading: Reading, element: etree._Element, ident: str) -> tuple[str, Any] | None:
    """A form inside the process itself."""
    for form in reading.root.iter(*(f"{{{namespace}}}userTaskForm" for namespace in ZEEBE)):
        if form.get("id") == ident:
            reading.taken.add((form, ""))
            try:
                return ident, parsed(text_of(form).encode())
            except NotJson as error:
                reading.say(rules.UNREADABLE, element, name=ident, why=error.why)
                return None
    reading.say(rules.MISSING, element, name=ident, file=f"{ident}.form")
    return None


def ui_schema(reading: Reading, element: etree._Element) -> dict[str, Any]:
    name = reading.words(element).take(UI_SCHEMA)
    if not name:
        return {}
    found = reading.beside.by_name(name)
    if found is None:
        reading.say(rules.MISSING, element, name=name, file=name)
        return {}
    return found[1]


def say_introduced(reading: Reading, element: etree._Element, words: Text | None, is_shown: bool) -> None:
    if words is not None:
        rule = rules.INTRODUCED if is_shown else rules.NOT_INTRODUCED
        reading.say(rule, element, form=element.get("id") or "")


def report_beside(reading: Reading) -> None:
    """What is wrong with the files beside, and which of them nothing refers to."""
    for rule, params in reading.beside.said:
        reading.say(rule, None, **params)
    for name in reading.beside.documents:
        if name not in reading.beside.used:
            reading.say(rules.BESIDE_UNUSED, None, file=name)
