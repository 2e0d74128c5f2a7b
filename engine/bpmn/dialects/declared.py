"""`rule.NAME`: rules a procedure declares for its auditors, beyond what its flow can say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.reading import Reading, Words
from engine.bpmn.expressions import ExpressionError, compile_expression
from engine.bpmn.model import DeclaredRule, Mention, Wait
from engine.domain.duration import Duration
from engine.domain.errors import Refusal
from engine.domain.text import Text

ONE = r"[^\s|>/\[\]]+(?:\s*\[[^\]]+\])?"
MANY = rf"{ONE}(?:\s*\|\s*{ONE})*"
TIME = r"\S+(?:\s+(?:business|wall))?"
PAIR = rf"\s*:\s*(?P<first>{MANY})\s*->\s*(?P<then>{MANY})(?:\s+after\s+(?P<after>{TIME}))?"
WHEN = r"(?:\s+when\s+(?P<when>.+))?"
FORMS = (
    re.compile(rf"(?P<kind>response){PAIR}(?:\s+within\s+(?P<within>{TIME}))?{WHEN}"),
    re.compile(rf"(?P<kind>precedence){PAIR}(?:\s+since\s+(?P<since>{MANY}))?{WHEN}"),
    re.compile(rf"(?P<kind>absence)\s*:\s*(?P<first>{MANY}){WHEN}"),
    re.compile(rf"(?P<kind>required)\s*:\s*(?P<first>{ONE})\s*/\s*(?P<field>[^\s|>/\[\]]+){WHEN}"),
)
EACH = re.compile(r"(?P<element>[^\s|>/\[\]]+)(?:\s*\[(?P<condition>[^\]]+)\])?")


def read_rules(reading: Reading, words: Words) -> tuple[DeclaredRule, ...]:
    """`rule.NAME`, each with an optional `.zh` and `.en` to call it by."""
    found = []
    for word in words.starting("rule."):
        name = word.removeprefix("rule.")
        if "." in name:
            continue
        text = (words.take(word) or "").strip()
        rule = read_rule(name, text)
        if rule is None:
            reading.say(rules.RULE_BAD, words.element, name=word, value=text)
            continue
        zh, en = words.take(f"{word}.zh"), words.take(f"{word}.en")
        found.append(replace(rule, label=Text(zh or en or "", en or zh or "")) if zh or en else rule)
    return tuple(found)


def read_rule(name: str, text: str) -> DeclaredRule | None:
    """None for what is no rule: an unknown form, a time that cannot be counted, a condition that cannot be read."""
    match = next((m for form in FORMS if (m := form.fullmatch(text))), None)
    if match is None:
        return None
    told = match.groupdict()
    try:
        return DeclaredRule(
            name,
            told["kind"],
            _mentions(told["first"]),
            _mentions(told.get("then")),
            told.get("field"),
            _wait(told.get("after")),
            _wait(told.get("within")),
            _mentions(told.get("since")),
            _condition(told.get("when")),
        )
    except (Refusal, ValueError, ExpressionError):
        return None


def _mentions(text: str | None) -> tuple[Mention, ...]:
    return tuple(_mention(match.groupdict()) for match in EACH.finditer(text or ""))


def _mention(told: Mapping[str, str | None]) -> Mention:
    return Mention(told["element"] or "", _condition(told["condition"]))


def _condition(text: str | None) -> str | None:
    return compile_expression(text.strip()).source if text else None


def _wait(text: str | None) -> Wait | None:
    if text is None:
        return None
    length, _, calendar = text.partition(" ")
    calendar = calendar.strip() or "wall"
    if Duration.parse(length).months and calendar != "wall":
        raise ValueError(length)
    return Wait(length, calendar)
