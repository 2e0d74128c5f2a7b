"""Business rule tasks: a decision of a DMN file beside the BPMN, computed when a token arrives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from engine.bpmn.decisions import Decision, DecisionFile, Outcome, decide, is_decision_file, read_decisions
from engine.bpmn.errors import StepFault
from engine.bpmn.expressions.errors import Trouble
from engine.bpmn.expressions.values import weighed
from engine.bpmn.flow_nodes import Activity
from engine.bpmn.parsing_nodes import TaskNode
from engine.bpmn.process import refused
from engine.bpmn.token import Token
from engine.bpmn.vendor import called_decision, decision_result
from engine.domain.text import Text

MAPPINGS = ("singleEntry", "singleResult", "collectEntries", "resultList")
SEVERAL = Text(
    "决策给出 {count} 个结果，但“{mapping}”只容一个。",
    "The decision gives {count} results, but “{mapping}” takes one only.",
)
NOT_KEPT = Text("“{name}”是时长，不能保存。", "“{name}” is a duration, which cannot be stored.")
TOO_LARGE = Text("决策的结果过大。", "The outcome of the decision is too large.")


class DecisionTask(Activity, BpmnSpecMixin):
    """`result` is the variable the outcome becomes, empty where each output becomes one; `mapping` is Camunda 7's way."""

    decisions: Mapping[str, Decision] = {}
    decision = result = mapping = ""

    def _run_hook(self, my_task: Token) -> bool:
        found = decide(self.decisions, self.decision, my_task.data)
        values = self.values(found)
        for name, value in values.items():
            if type(value) is timedelta:
                raise StepFault(NOT_KEPT.format(name=name))
        try:
            weighed(values)
        except Trouble as trouble:
            raise StepFault(TOO_LARGE) from trouble
        my_task.set_data(**values)
        return True

    def values(self, found: Outcome) -> dict[str, Any]:
        """The variables it sets."""
        if self.result:
            return {self.result: mapped(found, self.mapping) if self.mapping else found.value}
        outputs = self.decisions[self.decision].outputs
        if isinstance(found.value, list):
            return {name: [row[name] for row in found.rows] for name in outputs}
        row = found.rows[0] if found.rows else {}
        return {name: row.get(name) for name in outputs}


def mapped(found: Outcome, mapping: str) -> Any:
    """The outcome as Camunda 7 hands it over."""
    rows = [dict(row) for row in found.rows]
    if mapping == "resultList":
        return rows
    if mapping == "collectEntries":
        return [only_entry(row, mapping) for row in rows]
    if len(rows) > 1:
        raise StepFault(SEVERAL.format(count=len(rows), mapping=mapping))
    if mapping == "singleResult":
        return rows[0] if rows else None
    return only_entry(rows[0], mapping) if rows else None


def only_entry(row: Mapping[str, Any], mapping: str) -> Any:
    if len(row) > 1:
        raise StepFault(SEVERAL.format(count=len(row), mapping=mapping))
    return next(iter(row.values()), None)


def decisions_beside(beside: Mapping[str, bytes]) -> tuple[DecisionFile, ...]:
    """The decision files among those beside a BPMN file."""
    return tuple(read_decisions(name, data) for name, data in sorted(beside.items()) if is_decision_file(name, data))


class DecisionNode(TaskNode):
    def create_task(self) -> DecisionTask:
        wanted = called_decision(self.node)
        if not wanted:
            raise refused(self.bpmn_id, "业务规则任务没有指明决策", "the business rule task names no decision")
        task = self.spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)
        file = next((f for f in self.process_parser.parser.decision_files if wanted in f.ids), None)
        if file is None:
            raise refused(self.bpmn_id, f"没有决策“{wanted}”", f"the decision “{wanted}” is not beside the file")
        if wanted not in file.decisions:
            raise refused(self.bpmn_id, f"决策“{wanted}”无法执行", f"the decision “{wanted}” cannot be carried out")
        task.decision, task.decisions = wanted, file.decisions
        task.result, task.mapping = decision_result(self.node)
        return task
