"""Forms and properties that cannot be used: put right where that is plain, else left out."""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree

from engine.bpmn.dialects.names import CAMUNDA, VENDORS, bpmn
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Mend
from engine.bpmn.repairs.typed import slug
from engine.domain.text import Text

KEY = re.compile(r"[^\W\d_]\w*")
TYPES = frozenset(
    "string long integer int double decimal float boolean date datetime enum choice text long_text phone email".split()
)
OUTSIDE = ("formKey", "formRef", "formHandlerClass")


def form(draft: Draft, fault: Fault) -> Mend | None:
    """Keys become names of variables, types unknown become text, what cannot be checked is not; else the form goes."""
    task = fault.element
    if task is None or not task.get("id"):
        return None

    def do(draft: Draft, choice: str | None) -> None:
        changed = [_mend_field(field, fault.rule.id) for field in _fields(task)]
        if fault.rule.id == "field-twice" or any(changed):
            changed.append(_unique(task))
        if fault.rule.id == "field-key-bad":
            changed += [_mend_page(page) for page in draft.root.iter("{*}userTaskForm")]
        if not any(changed):
            _leave_out(task)
        draft.change(task)

    message = Text(
        f"“{name_of(task)}”的表单：无法使用的部分改为可用的，或被删除。",
        f"The form of “{name_of(task)}”: what cannot be used is put right or left out.",
    )
    return Mend(fault.rule.id, task.get("id"), message, fault.why, do, phase=5)


def _fields(task: etree._Element) -> list[etree._Element]:
    names = [f"{{{namespace}}}{name}" for namespace in CAMUNDA for name in ("formField", "formProperty")]
    holder = task.find(bpmn("extensionElements"))
    return list(holder.iter(*names)) if holder is not None else []


def _mend_field(field: etree._Element, rule: str) -> bool:
    before = etree.tostring(field)
    key = (field.get("id") or "").strip()
    if not KEY.fullmatch(key):
        field.set("id", slug(key, "field"))
    if (field.get("type") or "string").strip() not in TYPES:
        field.set("type", "string")
    values = [v for v in field if isinstance(v.tag, str) and etree.QName(v).localname == "value"]
    if (field.get("type") or "") in ("enum", "choice") and not values:
        field.set("type", "string")
    seen: set[str] = set()
    for value in values:
        if (value.get("id") or "") in seen:
            field.remove(value)
        seen.add(value.get("id") or "")
    if rule == "field-default-bad":
        field.attrib.pop("defaultValue", None)
        field.attrib.pop("default", None)
    unwanted = {"field-limit-bad": ("min", "max", "minlength", "maxlength"), "field-pattern-bad": ("pattern",)}.get(
        rule, ()
    )
    for part in list(field.iter(etree.Element)):
        if (part.get("name") or part.get("id")) in unwanted and part is not field:
            part.getparent().remove(part)
    return etree.tostring(field) != before


def _unique(task: etree._Element) -> bool:
    seen: set[str] = set()
    for field in _fields(task):
        key, number = field.get("id") or "field", 2
        while field.get("id") in seen:
            field.set("id", f"{key}_{number}")
            number += 1
        seen.add(field.get("id") or "")
    return True


def _mend_page(page: etree._Element) -> bool:
    """A form-js page kept in the file: its keys become names of variables."""
    try:
        content = json.loads(page.text or "")
    except ValueError:
        return False
    if not _rename_keys(content):
        return False
    page.text = json.dumps(content, ensure_ascii=False)
    return True


def _rename_keys(part: Any) -> bool:
    if isinstance(part, list):
        renamed = [_rename_keys(entry) for entry in part]
        return any(renamed)
    if not isinstance(part, dict):
        return False
    changed = _rename_keys(part.get("components"))
    key = part.get("key")
    if isinstance(key, str) and "type" in part and not KEY.fullmatch(key):
        part["key"] = slug(key, "field")
        return True
    return changed


def _leave_out(task: etree._Element) -> None:
    for key in list(task.attrib):
        if etree.QName(key).localname in OUTSIDE:
            del task.attrib[key]
    holder = task.find(bpmn("extensionElements"))
    for extension in list(holder) if holder is not None else ():
        if isinstance(extension.tag, str) and etree.QName(extension).localname in ("formDefinition", "formData"):
            holder.remove(extension)
    for entry in list(holder.iter("{*}property")) if holder is not None else ():
        if (entry.get("name") or "").startswith("formJson"):
            entry.getparent().remove(entry)


def setting(draft: Draft, fault: Fault) -> Mend | None:
    """A limit or other property with a value that cannot be is left out."""
    element = fault.element
    if element is None or not element.get("id"):
        return None
    entries = [
        e
        for e in element.iterfind(f"{bpmn('extensionElements')}/*/*")
        if etree.QName(e).namespace in VENDORS
        and f"“{e.get('name') or e.get('id')}”" in fault.why.en
        and (e.get("value") or "") in fault.why.en
    ]
    if not entries:
        return None
    names = ", ".join(e.get("name") or e.get("id") or "" for e in entries)

    def do(draft: Draft, choice: str | None) -> None:
        for entry in entries:
            if entry.getparent() is not None:
                entry.getparent().remove(entry)
        draft.change(element)

    message = Text(
        f"“{name_of(element)}”的设置 {names} 被删除。", f"The setting {names} of “{name_of(element)}” is left out."
    )
    return Mend(fault.rule.id, element.get("id"), message, fault.why, do, phase=5)
