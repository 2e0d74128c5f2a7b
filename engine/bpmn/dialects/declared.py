"""`rule.NAME`: rules a procedure declares for its auditors, beyond what its flow can say."""

from __future__ import annotations

import re

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.reading import Reading, Words
from engine.bpmn.model import DeclaredRule
from engine.domain.duration import Duration
from engine.domain.errors import Refusal

ID = r"[^\s|>/]+"
IDS = rf"{ID}(?:\s*\|\s*{ID})*"
FORMS = (
    re.compile(rf"(?P<kind>response|precedence)\s*:\s*(?P<first>{IDS})\s*->\s*(?P<then>{IDS})(?:\s+within\s+(?P<within>\S+))?"),
    re.compile(rf"(?P<kind>absence)\s*:\s*(?P<first>{IDS})"),
    re.compile(rf"(?P<kind>required)\s*:\s*(?P<first>{ID})/(?P<field>{ID})"),
)


def read_rules(reading: Reading, words: Words) -> tuple[DeclaredRule, ...]:
    found = []
    for word in words.starting("rule."):
        text = (words.take(word) or "").strip()
        rule = read_rule(word.removeprefix("rule."), text)
        if rule is None:
            reading.say(rules.RULE_BAD, words.element, name=word, value=text)
        else:
            found.append(rule)
    return tuple(found)


def read_rule(name: str, text: str) -> DeclaredRule | None:
    """None for what is no rule; a time limit belongs to a response alone."""
    match = next((m for form in FORMS if (m := form.fullmatch(text))), None)
    if match is None:
        return None
    told = match.groupdict()
    if within := told.get("within"):
        try:
            Duration.parse(within)
        except (Refusal, ValueError):
            return None
        if told["kind"] != "response":
            return None
    first, then = (tuple(part.strip() for part in (told.get(n) or "").split("|") if part.strip()) for n in ("first", "then"))
    return DeclaredRule(name, told["kind"], first, then, within, told.get("field"))
