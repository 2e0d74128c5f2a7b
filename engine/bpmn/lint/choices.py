"""Choices settled by trying values: whether all conditions can fail, and which of them can never matter.

Conditions that compare variables with constants are settled by finitely many values (`engine.bpmn.trial.values`); for
others nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from lxml import etree

from engine.bpmn.dialects.names import kind
from engine.bpmn.expressions import EvaluationError, Expression, ExpressionError, compile_expression
from engine.bpmn.lint import choice_rules as rules
from engine.bpmn.lint import gateway_rules
from engine.bpmn.lint.sheet import Scope, Sheet, condition_of, name_of
from engine.bpmn.model import Field
from engine.bpmn.trial.values import OTHER, Path, Trials, assembled, fields_of
from engine.domain.text import Text

MOST_TRIES = 3_000
ELSE = Text("其他任何值", "anything else")


@dataclass(frozen=True, slots=True)
class Try:
    """Values of the variables, and which of the conditions hold with them."""

    values: Mapping[Path, Any]
    holds: tuple[bool, ...]

    def in_words(self) -> Text:
        """“amount = 5, kind = b”."""
        said = [(".".join(path), ELSE if value == OTHER else Text.same(shown(value))) for path, value in self.values.items()]
        return Text(
            "，".join(f"{name} = {value.zh}" for name, value in said), ", ".join(f"{name} = {value.en}" for name, value in said)
        )


def shown(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def check_choices(sheet: Sheet) -> None:
    """Every condition of a choice can decide it, one of them always does, and what they ask for is there."""
    every = fields_of(sheet.definition)
    fields = {key: entry for key, entry in every.items() if key not in sheet.written}
    for scope, node in sheet.nodes("exclusiveGateway", "inclusiveGateway"):
        flows = [f for f in scope.out_of(node) if condition_of(f) and f.get("id") != node.get("default")]
        tries = tried(flows, fields)
        check_default(sheet, scope, node, tries)
        check_blank(sheet, node, flows, fields)
        if tries:
            check_conditions(sheet, node, flows, tries)


def check_default(sheet: Sheet, scope: Scope, node: etree._Element, tries: list[Try]) -> None:
    """Without a default flow, some condition holds whatever the values are."""
    flows = scope.out_of(node)
    bare = [flow for flow in flows if not condition_of(flow)]
    if node.get("default") or len(flows) < 2 or len(bare) == len(flows) or (bare and kind(node) == "inclusiveGateway"):
        return
    example = next((one for one in tries if not any(one.holds)), None)
    if example is not None:
        sheet.say(gateway_rules.CAN_FAIL, node, name=name_of(node), example=example.in_words())
    elif not tries or bare:
        sheet.say(gateway_rules.NO_DEFAULT, node, name=name_of(node))


def check_blank(sheet: Sheet, node: etree._Element, flows: list[etree._Element], fields: Mapping[str, Field]) -> None:
    """What a choice asks for is never left blank: a comparison with nothing fails."""
    for condition, flow in zip(compiled(flows), flows, strict=False):
        for name in sorted(condition.names & fields.keys()):
            entry = fields[name]
            if entry.required or entry.type == "boolean" or entry.default is not None or asks_whether_there(condition.source, name):
                continue
            sheet.say(rules.MAY_BE_BLANK, node, name=name_of(node), field=entry.label, flow=name_of(flow))
            return


def asks_whether_there(source: str, name: str) -> bool:
    """Whether the condition itself takes care of a value that is not there."""
    trials = Trials()
    trials.read(source)
    return None in trials.constants.get((name,), ()) or any(word in source for word in ("defined(", "default(", "get or else("))


def check_conditions(sheet: Sheet, node: etree._Element, flows: list[etree._Element], tries: list[Try]) -> None:
    for at, flow in enumerate(flows):
        own = [one for one in tries if one.holds[at]]
        if not own:
            sheet.say(rules.NEVER_TRUE, flow, name=name_of(flow), gateway=name_of(node), condition=condition_of(flow))
        elif kind(node) == "exclusiveGateway" and all(any(one.holds[:at]) for one in own):
            sheet.say(rules.NEVER_TAKEN, flow, name=name_of(flow), gateway=name_of(node), condition=condition_of(flow))
    if kind(node) == "exclusiveGateway":
        check_overlap(sheet, node, flows, tries)


def check_overlap(sheet: Sheet, node: etree._Element, flows: list[etree._Element], tries: list[Try]) -> None:
    """Two conditions of which neither is a case of the other, and which may hold together: their order decides."""
    for one, other in combinations(range(len(flows)), 2):
        both = next((t for t in tries if t.holds[one] and t.holds[other]), None)
        apart = [any(t.holds[a] and not t.holds[b] for t in tries) for a, b in ((one, other), (other, one))]
        if both is not None and all(apart):
            names = {"first": name_of(flows[one]), "second": name_of(flows[other])}
            sheet.say(rules.OVERLAP, node, name=name_of(node), example=both.in_words(), **names)
            return


def tried(flows: list[etree._Element], fields: Mapping[str, Field]) -> list[Try]:
    """All values that matter, with what holds; nothing where that would not settle it."""
    trials, conditions = Trials(), list(compiled(flows))
    for flow in flows:
        trials.read(condition_of(flow))
    if not conditions or len(conditions) < len(flows) or not trials.exact:
        return []
    points = {path: trials.points(path, fields.get(path[0]) if len(path) == 1 else None) for path in sorted(trials.constants)}
    count = 1
    for values in points.values():
        count *= len(values)
    if count > MOST_TRIES:
        return []
    found = []
    for chosen in product(*points.values()):
        values = dict(zip(points, chosen, strict=True))
        try:
            found.append(Try(values, tuple(c.evaluate(assembled(values, {})) is True for c in conditions)))
        except EvaluationError:
            continue
    return found


def compiled(flows: list[etree._Element]) -> Iterator[Expression]:
    for flow in flows:
        try:
            yield compile_expression(condition_of(flow))
        except ExpressionError:
            return
