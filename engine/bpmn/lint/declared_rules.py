"""The sentences of `declared`."""

from __future__ import annotations

from engine.bpmn.findings import INFO, WARNING, Rule
from engine.domain.text import Text

ELEMENT_UNKNOWN = Rule(
    "rule-element-unknown",
    WARNING,
    Text("规则“{name}”所指的“{id}”不存在。", "The rule “{name}” speaks of “{id}”, which is not there."),
    Text("是否应为“{likely}”？请写元素 id。", "Was “{likely}” meant? Write the id of an element."),
)
ELEMENT_ELSEWHERE = Rule(
    "rule-element-elsewhere",
    INFO,
    Text(
        "规则“{name}”所指的“{id}”不在本文件中，按同一工单里其他流程的元素理解。",
        "“{id}” of the rule “{name}” is not in this file; elements of other procedures in the same case are taken to be meant.",
    ),
)
NOT_RECORDED = Rule(
    "rule-not-recorded",
    WARNING,
    Text(
        "规则“{name}”用到“{field}”，但没有表单填写它：审计记录中没有，条件永远不成立。",
        "The rule “{name}” looks at “{field}”, which no form asks for: it is not on record and the condition never holds.",
    ),
    Text("请改用表单字段，或为该步骤添加字段。", "Use the key of a form field, or add the field to the step."),
)
PERSONAL = Rule(
    "rule-personal",
    WARNING,
    Text(
        "规则“{name}”用到个人信息字段“{field}”：个人信息删除后无法再检查。",
        "The rule “{name}” looks at “{field}”, which is personal: once it is redacted the rule can no longer be checked.",
    ),
    Text("请改用不含个人信息的字段。", "Use a field that holds no personal data."),
)
