"""The sentences of `decisions`; those about the decision files themselves are in `engine.bpmn.decisions.rules`."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

NO_DECISION = Rule(
    "business-rule-task",
    ERROR,
    Text("业务规则任务“{name}”没有指明决策。", "The business rule task “{name}” names no decision."),
    Text(
        "请写明 DMN 决策的 id（camunda:decisionRef 或 zeebe:calledDecision），并同时上传该 .dmn 文件；其他实现方式不执行。",
        "Name a DMN decision by its id (camunda:decisionRef or zeebe:calledDecision) and upload its .dmn file too; no other "
        "way of carrying it out is available.",
    ),
)
OPEN = Rule(
    "decision-open",
    ERROR,
    Text(
        "业务规则任务“{name}”的决策是表达式“{decision}”，无法在上传时确定。",
        "The decision of the business rule task “{name}” is an expression, “{decision}”; it cannot be known at upload.",
    ),
    Text("请写固定的决策 id。", "Write the id of one decision."),
)
MISSING = Rule(
    "decision-missing",
    ERROR,
    Text(
        "任务“{name}”使用决策“{decision}”，但没有上传含有它的 DMN 文件。",
        "“{name}” uses the decision “{decision}”, but no DMN file uploaded here has it.",
    ),
    Text(
        "请连同 BPMN 一起上传含决策“{decision}”的 .dmn 文件，或更正 id。已有决策：{known}。",
        "Upload the .dmn file with the decision “{decision}” beside the BPMN, or correct the id. There are: {known}.",
    ),
)
MAPPING = Rule(
    "decision-mapping",
    ERROR,
    Text(
        "任务“{name}”的 mapDecisionResult=“{mapping}”不可用{why}。",
        "mapDecisionResult=“{mapping}” of “{name}” cannot be used{why}.",
    ),
    Text(
        "可用：singleEntry、singleResult、collectEntries、resultList；多个输出时用后两者之外的 singleResult 或 resultList。",
        "There are singleEntry, singleResult, collectEntries and resultList; with several outputs singleResult or resultList.",
    ),
)
RESULT = Rule(
    "decision-result",
    INFO,
    Text(
        "任务“{name}”没有结果变量：决策的每个输出成为一个变量（{outputs}）。",
        "“{name}” names no result variable: each output of the decision becomes a variable ({outputs}).",
    ),
)
BINDING = Rule(
    "decision-binding",
    WARNING,
    Text(
        "任务“{name}”要求决策“{decision}”的特定版本（{binding}）；实际使用随此文件上传的那一份。",
        "“{name}” asks for a certain version of the decision “{decision}” ({binding}); the one uploaded with this file is used.",
    ),
    Text("请上传所需版本的 DMN 文件，并删除该设置。", "Upload the DMN file of that version, and remove the setting."),
)
UNUSED_DECISION = Rule(
    "decision-unused",
    INFO,
    Text(
        "文件“{file}”的决策“{decision}”没有被此流程使用。",
        "The decision “{decision}” of the file “{file}” is not used by this process.",
    ),
)
