"""The sentences of `formulas`."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

UNREADABLE = Rule(
    "expression-unreadable",
    ERROR,
    Text("“{name}”的表达式 {source} 无法使用：{why}", "The expression {source} of “{name}” cannot be used: {why}"),
    Text(
        "可写 amount > 100、= amount > 100 或 ${{amount > 100}}。",
        "Write amount > 100, = amount > 100 or ${{amount > 100}}.",
    ),
)
NOT_A_TRUTH = Rule(
    "condition-not-a-truth",
    ERROR,
    Text(
        "“{name}”的条件 {source} 不是真或假：工单会停在那里。",
        "The condition {source} of “{name}” is neither true nor false: cases would stop there.",
    ),
    Text(
        "请写比较，例如 amount > 100；模拟用的概率请删除。",
        "Write a comparison such as amount > 100; remove what is a probability of a simulation.",
    ),
)
SCRIPT_UNREADABLE = Rule(
    "script-unreadable",
    ERROR,
    Text("脚本“{name}”无法使用：{why}", "The script “{name}” cannot be used: {why}"),
    Text(
        "脚本是若干行“名称 = 表达式”；不能执行程序。",
        "A script is lines of “name = expression”; it cannot run programs.",
    ),
)
LANGUAGE = Rule(
    "expression-language",
    WARNING,
    Text(
        "语言“{language}”不受支持，按普通表达式读取。",
        "The language “{language}” is not supported; it is read as a plain expression.",
    ),
    Text("请改用 FEEL、JUEL 或普通表达式。", "Use FEEL, JUEL or plain expressions."),
)
NAME_MISSPELT = Rule(
    "variable-misspelt",
    WARNING,
    Text(
        "没有任何步骤设置“{name}”所用的变量“{variable}”；是否应为“{likely}”？",
        "Nothing sets the variable “{variable}” used at “{name}”; is “{likely}” meant?",
    ),
    Text("请更正变量名；写错时条件无法判断，工单会出现异常。", "Correct the name; with a slip the condition cannot be decided and the case stops with an incident."),
)
TOO_LATE = Rule(
    "variable-too-late",
    WARNING,
    Text(
        "“{name}”要看变量“{variable}”，但设置它的“{setter}”在此之前不会办理。",
        "“{name}” asks for the variable “{variable}”, but “{setter}”, which sets it, is never done before.",
    ),
    Text("请把字段移到前面的步骤，或改用前面已有的字段。", "Move the field to an earlier step, or ask for one that is there already."),
)
NAME_UNKNOWN = Rule(
    "variable-unknown",
    INFO,
    Text(
        "文件中没有任何步骤设置变量“{variable}”（用于“{name}”）。",
        "Nothing in the file sets the variable “{variable}” used at “{name}”.",
    ),
    Text("若它由消息或开始表单以外的途径给出，可以忽略。", "If it comes with a message or from outside, leave it be."),
)
