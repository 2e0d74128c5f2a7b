"""Decision tables beside the file: what changed in their rows, in words."""

from __future__ import annotations

import pytest

from engine.bpmn.diff import diff, source_of
from tests.bpmn.ruled import decision, dmn, table

BPMN = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="rule"/>
<businessRuleTask id="rule" name="Rank" camunda:decisionRef="rank"/><sequenceFlow id="g" sourceRef="rule" targetRef="e"/>
<endEvent id="e"/></process></definitions>"""
ROWS = ("< 5 | - -> 1", '[5..10] | "vip" -> 2', "> 10 | - -> 3")


def changes(old: bytes, new: bytes) -> list[tuple[str, str, str]]:
    found = diff(source_of(BPMN, beside={"rank.dmn": old}), source_of(BPMN, beside={"rank.dmn": new}))
    assert all(change.element_id == "rule" for change in found.changes)
    return [(change.kind, change.what, change.sentence.en) for change in found.changes]


def ranks(*rows: str, hit: str = "FIRST", head: str = "amount, level -> priority") -> bytes:
    return dmn(decision("rank", table(head, *rows, hit=hit)))


def test_the_same_table_in_a_file_of_another_name_is_the_same():
    one, other = source_of(BPMN, beside={"a.dmn": ranks(*ROWS)}), source_of(BPMN, beside={"b.dmn": ranks(*ROWS)})
    assert not diff(one, other).changes


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("< 7 | - -> 1", *ROWS[1:]), ("changed", "decision_row", "Row of the decision table “rank”: amount < 5 then priority = 1 → amount < 7 then priority = 1")),
        (ROWS[:2], ("removed", "decision_row", "Row removed from the decision table “rank”: amount > 10 then priority = 3")),
        ((*ROWS, "- | - -> 9"), ("added", "decision_row", "New row in the decision table “rank”: always then priority = 9")),
        (ROWS[::-1], ("moved", "decision_rows", "The rows of the decision table “rank” are in another order")),
    ],
)  # fmt: skip
def test_rows(rows, expected):
    assert changes(ranks(*ROWS), ranks(*rows)) == [expected]


def test_hit_policy_and_columns():
    assert changes(ranks(*ROWS), ranks(*ROWS, hit="UNIQUE")) == [
        ("changed", "decision_policy", "Hit policy of the decision table “rank” FIRST → UNIQUE")
    ]
    ((kind, what, said),) = changes(ranks(*ROWS), ranks(*ROWS, head="amount, tier -> priority"))[:1]
    assert (kind, what) == ("changed", "decision_columns") and "tier" in said


def test_tables_that_come_and_go():
    empty = dmn()
    assert [c[:2] for c in changes(empty, ranks(*ROWS))] == [("added", "decision_table")]
    assert [c[:2] for c in changes(ranks(*ROWS), empty)] == [("removed", "decision_table")]
