"""The sentences of `mappings`."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, Rule
from engine.domain.text import Text

TARGET = Rule(
    "mapping-target",
    ERROR,
    Text(
        "“{name}”的映射目标“{target}”不能用作变量名。",
        "The mapping of “{name}” goes to “{target}”, which cannot be a variable.",
    ),
    Text(
        "请用字母（或汉字）开头，仅含字母、数字和下划线；各部分请分别映射。",
        "Begin with a letter and use letters, digits and underscores only; map the parts one by one.",
    ),
)
