"""A decision and what it requires, computed over the variables of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.bpmn.decisions.model import LISTS, Decision, Input, Row, Table
from engine.bpmn.errors import StepFault
from engine.bpmn.expressions import EvaluationError, Expression
from engine.bpmn.expressions.cells import ASKED
from engine.bpmn.expressions.functions import day, decimal, instant, largest, smallest, total
from engine.bpmn.expressions.values import equal
from engine.domain.text import Text

NOT_UNIQUE = Text(
    "决策“{name}”的命中策略为 UNIQUE，但规则 {rows} 同时成立。",
    "The decision “{name}” allows one rule to match (UNIQUE), but rules {rows} all do.",
)
NOT_ANY = Text(
    "决策“{name}”的命中策略为 ANY，但规则 {rows} 给出不同的结果。",
    "The decision “{name}” may match several rules only if they agree (ANY), but rules {rows} differ.",
)
NOT_RANKED = Text(
    "决策“{name}”规则 {row} 的结果“{found}”不在输出的取值表中，无法排序。",
    "Rule {row} of the decision “{name}” gives “{found}”, which is not among the output's values and has no rank.",
)
IN_A_CELL = Text("决策“{name}”，{place}：{why}", "Decision “{name}”, {place}: {why}")
AT_INPUT = Text("输入“{label}”", "input “{label}”")
AT_RULE = Text("规则 {row} 的“{label}”", "rule {row}, “{label}”")
READERS = {
    **dict.fromkeys(("number", "integer", "long", "double", "float", "decimal"), decimal),
    "date": day,
    **dict.fromkeys(("datetime", "date and time", "dateandtime"), instant),
}
AT_RESULT = Text("结果", "result")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`value` as DMN means it: one value, a mapping or a list. `rows` are the results by output name, rule by rule."""

    value: Any
    rows: tuple[Mapping[str, Any], ...]


def decide(decisions: Mapping[str, Decision], ident: str, variables: Mapping[str, Any]) -> Outcome:
    """The outcome of a decision. Raises `StepFault` naming the rule or cell at fault, or `EvaluationError`."""
    known: dict[str, Outcome] = {}
    waiting = [ident]
    while waiting:
        decision = decisions[waiting[-1]]
        missing = [name for name in decision.requires if name not in known]
        if missing:
            waiting.extend(missing)
            continue
        waiting.pop()
        if decision.id not in known:
            known[decision.id] = outcome(decision, seen_by(decision, decisions, known, variables))
    return known[ident]


def seen_by(
    decision: Decision, decisions: Mapping[str, Decision], known: Mapping[str, Outcome], variables: Mapping[str, Any]
) -> dict[str, Any]:
    """The variables, and the results it requires: by the names of their decisions, and single results by output too."""
    seen = dict(variables)
    for required in decision.requires:
        result = known[required]
        if len(result.rows) == 1:
            seen.update(result.rows[0])
        seen.update(dict.fromkeys(decisions[required].names, result.value))
    return seen


def outcome(decision: Decision, seen: Mapping[str, Any]) -> Outcome:
    logic = decision.logic
    if isinstance(logic, Table):
        return of_table(decision, logic, seen)
    value = computed(decision, logic, seen, AT_RESULT)
    return Outcome(value, ({decision.names[0]: value},))


def of_table(decision: Decision, table: Table, seen: Mapping[str, Any]) -> Outcome:
    asked = [{**seen, ASKED: asked_of(decision, column, seen)} for column in table.inputs]
    matched = []
    for row in table.rows:
        if holds(decision, table, row, asked):
            matched.append(row)
            if table.hit == "FIRST":
                break
    results = [(row.number, values_of(decision, table, row, seen)) for row in matched]
    if not results and any(output.default for output in table.outputs):
        defaults = {
            o.name: computed(decision, o.default, seen, AT_RESULT) if o.default else None for o in table.outputs
        }
        results = [(0, defaults)]
    return chosen(decision, table, results)


def asked_of(decision: Decision, column: Input, seen: Mapping[str, Any]) -> Any:
    value = computed(decision, column.expression, seen, AT_INPUT, label=column.label)
    return typed(decision, value, column.type, AT_INPUT, label=column.label)


def holds(decision: Decision, table: Table, row: Row, asked: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every cell of the rule passes; `asked` is what each column's cells see."""
    for column, seen, test in zip(table.inputs, asked, row.tests, strict=True):
        if computed(decision, test, seen, AT_RULE, row=row.number, label=column.label) is not True:
            return False
    return True


def values_of(decision: Decision, table: Table, row: Row, seen: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for output, cell in zip(table.outputs, row.values, strict=True):
        at = {"row": row.number, "label": output.name}
        value = None if cell is None else computed(decision, cell, seen, AT_RULE, **at)
        found[output.name] = typed(decision, value, output.type, AT_RULE, **at)
    return found


def chosen(decision: Decision, table: Table, results: list[tuple[int, dict[str, Any]]]) -> Outcome:
    """What the hit policy makes of the rules that matched."""
    if table.hit in ("UNIQUE", "ANY") and len(results) > 1:
        alike = table.hit == "ANY" and all(same(results[0][1], other) for _, other in results[1:])
        if not alike:
            text = NOT_UNIQUE if table.hit == "UNIQUE" else NOT_ANY
            raise StepFault(text.format(name=decision.name, rows=", ".join(str(n) for n, _ in results)))
    if table.hit in ("PRIORITY", "OUTPUT ORDER"):
        results = sorted(results, key=lambda result: rank(decision, table, *result))
    rows = tuple(values for _, values in results)
    if table.hit not in LISTS:
        rows = rows[:1]
        return Outcome(plain(table, rows[0]) if rows else None, rows)
    if table.aggregation:
        value = added_up(decision, table, [row[table.outputs[0].name] for row in rows])
        return Outcome(value, ({table.outputs[0].name: value},))
    return Outcome([plain(table, row) for row in rows], rows)


def plain(table: Table, row: Mapping[str, Any]) -> Any:
    """The value itself where there is one output, else all by name."""
    return row[table.outputs[0].name] if len(table.outputs) == 1 else dict(row)


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(equal(one[name], other[name]) for name in one)


def rank(decision: Decision, table: Table, number: int, row: Mapping[str, Any]) -> tuple[int, ...]:
    """Where a result stands by the values of the outputs that have a list of them."""
    found = []
    for output in table.outputs:
        if output.ranks and number:
            place = next((i for i, value in enumerate(output.ranks) if equal(value, row[output.name])), None)
            if place is None:
                shown = str(row[output.name])[:60]
                raise StepFault(NOT_RANKED.format(name=decision.name, row=number, found=Text.same(shown)))
            found.append(place)
    return tuple(found)


def added_up(decision: Decision, table: Table, values: list[Any]) -> Any:
    given = [value for value in values if value is not None]
    if table.aggregation == "COUNT":
        return len(values)
    if not given:
        return None
    function = {"SUM": total, "MIN": smallest, "MAX": largest}[table.aggregation]
    cell = Expression(table.aggregation, frozenset(), False, lambda _: function(given))
    return computed(decision, cell, {}, AT_RESULT)


def typed(decision: Decision, value: Any, declared: str, place: Text, **at: object) -> Any:
    """A text where a number or a date is declared, read as such: a case opened by another system brings texts."""
    read = READERS.get(declared) if type(value) is str else None
    if read is None:
        return value
    return computed(decision, Expression(value, frozenset(), False, lambda _: read(value)), {}, place, **at)


def computed(decision: Decision, cell: Expression, seen: Mapping[str, Any], place: Text, **at: object) -> Any:
    """The value of a cell; what fails there is told with the place. A variable that is not there tells enough itself."""
    try:
        return cell.evaluate(seen)
    except EvaluationError as error:
        if error.missing:
            raise
        told = IN_A_CELL.format(name=decision.name, place=place.format(**at), why=error.text)
        raise StepFault(told, cell.source) from error
