"""One form kept in a file of its own, while it is read: whose it is, and what is to be said about its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from engine.bpmn.dialects import form_rules, rules
from engine.bpmn.dialects.fields import KEY, check_field, length, number
from engine.bpmn.dialects.patterns import why_not
from engine.bpmn.dialects.reading import Reading
from engine.bpmn.findings import Rule
from engine.bpmn.model import Field, Option
from engine.domain.text import Text

MOST_FIELDS = 200
LANGUAGES = (("zh", ".zh"), ("en", ".en"))


@dataclass(slots=True)
class Page:
    """`words` is what the form says besides its fields."""

    reading: Reading
    element: etree._Element
    name: str
    fields: dict[str, Field] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def say(self, rule: Rule, **params: object) -> None:
        self.reading.say(rule, self.element, form=self.name, **params)

    def no_effect(self, key: str, name: str, advice: Text = form_rules.ELSE) -> None:
        self.say(form_rules.NO_EFFECT, key=key, name=name, advice=advice)

    def add(self, found: Field) -> None:
        if not KEY.fullmatch(found.key):
            self.reading.say(rules.FIELD_KEY_BAD, self.element, key=found.key)
        if found.key in self.fields:
            self.reading.say(rules.FIELD_TWICE, self.element, key=found.key)
        check_field(self.reading, self.element, found)
        if len(self.fields) < MOST_FIELDS:
            self.fields[found.key] = found

    def number(self, key: str, name: str, value: Any) -> Decimal | None:
        """A bound; one that is computed is said to have no effect."""
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.startswith("="):
            self.no_effect(key, f"{name}={value}", form_rules.PLAIN_VALUE)
            return None
        return number(self.reading, self.element, key, name, str(value))

    def length(self, key: str, name: str, value: Any) -> int | None:
        if isinstance(value, str) and value.startswith("="):
            self.no_effect(key, f"{name}={value}", form_rules.PLAIN_VALUE)
            return None
        return length(self.reading, self.element, key, name, None if value in (None, "") else str(value))

    def pattern(self, key: str, value: Any) -> str | None:
        """A regular expression as JavaScript matches it, anywhere in the text, for our matcher of the whole."""
        if not isinstance(value, str) or not value:
            return None
        begin, end = value.startswith("^"), value.endswith("$") and not value.endswith("\\$")
        bare = value[begin : len(value) - end]
        whole = f"{'' if begin else '.*'}{f'(?:{bare})' if '|' in bare else bare}{'' if end else '.*'}"
        if why_not(whole):
            self.no_effect(key, f"pattern={value}", form_rules.ANCHORS)
            return None
        return whole

    def truth(self, key: str, name: str, value: Any) -> bool:
        if isinstance(value, str) and value.startswith("="):
            self.no_effect(key, f"{name}={value}", form_rules.PLAIN_VALUE)
            return False
        return value is True or value == "true"


def text_of(otherwise: Any, words: Any, name: str) -> Text | None:
    """`NAME.zh` and `NAME.en` among the own properties of a part, else the words it shows to everybody."""
    plain = " ".join(str(otherwise).split()) if otherwise not in (None, "") else ""
    own = words if isinstance(words, dict) else {}
    zh, en = (str(own.get(f"{name}{suffix}") or plain) for _, suffix in LANGUAGES)
    return Text(zh, en) if zh or en else None


def options_of(page: Page, key: str, values: list[Any]) -> tuple[Option, ...]:
    """Options as `{label, value}` or bare values."""
    found: dict[str, Option] = {}
    for entry in values[:500]:
        value = entry.get("value") if isinstance(entry, dict) else entry
        if value is None or isinstance(value, dict | list):
            continue
        name = shown(value)
        if name in found:
            page.reading.say(rules.FIELD_OPTION_TWICE, page.element, key=key, value=name)
        label, own = (entry.get("label"), entry.get("properties")) if isinstance(entry, dict) else (name, None)
        found[name] = Option(name, text_of(label or name, own, "label") or Text.same(name))
    return tuple(found.values())


def shown(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def default_of(value: Any) -> str | None:
    if value is None or isinstance(value, dict | list) or value == "":
        return None
    return shown(value)
