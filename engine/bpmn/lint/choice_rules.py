"""The sentences of `choices`."""

from __future__ import annotations

from engine.bpmn.findings import INFO, WARNING, Rule
from engine.domain.text import Text

NEVER_TRUE = Rule(
    "condition-never-true",
    WARNING,
    Text(
        "“{gateway}”的路径“{name}”的条件 {condition} 永远不会成立。",
        "The condition {condition} of “{name}” out of “{gateway}” can never hold.",
    ),
    Text("请对照表单的选项和范围更正条件。", "Correct it by the options and bounds of the form."),
)
NEVER_TAKEN = Rule(
    "choice-never-taken",
    WARNING,
    Text(
        "“{gateway}”的路径“{name}”永远不会被选择：{condition} 成立时，前面的某个条件总已成立。",
        "“{name}” out of “{gateway}” is never taken: whenever {condition} holds, one of the conditions before it does too.",
    ),
    Text(
        "条件按图中连线的顺序检查；请把更窄的条件放在前面，或更正条件。",
        "Conditions are asked in the order of the flows in the file; put the narrower one first, or correct it.",
    ),
)
MAY_BE_BLANK = Rule(
    "condition-field-optional",
    WARNING,
    Text(
        "网关“{name}”要看“{field}”，但该字段可以不填；没有填写时会出现异常。",
        "Gateway “{name}” asks for “{field}”, which may be left blank; then the case stops with an incident.",
    ),
    Text("请将该字段设为必填，或给出默认值。", "Make the field required, or give it a default value."),
)
OVERLAP = Rule(
    "choice-overlap",
    INFO,
    Text(
        "“{name}”的路径“{first}”和“{second}”的条件可能同时成立（例如 {example}），此时走“{first}”。",
        "The conditions of “{first}” and “{second}” out of “{name}” may both hold (e.g. {example}); then “{first}” is taken.",
    ),
    Text("若非本意，请使条件互不重叠。", "If that is not meant, make them exclude each other."),
)
