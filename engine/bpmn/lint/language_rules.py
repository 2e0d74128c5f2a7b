"""The sentences of `languages`."""

from __future__ import annotations

from engine.bpmn.findings import WARNING, Rule
from engine.domain.text import Text

NAME = Rule(
    "name-one-language",
    WARNING,
    Text("文件用两种语言书写，但有 {count} 个名称缺少{language}：{names}。", "The file is written in two languages, but {count} name(s) lack {language}: {names}."),
    Text("请补上属性 name.zh 或 name.en。", "Add the property name.zh or name.en."),
)
STANDARD = Rule(
    "guidance-one-language",
    WARNING,
    Text("有 {count} 个步骤的 {word} 缺少{language}。", "The {word} of {count} step(s) lacks {language}."),
    Text("请补上属性 guidance.zh、guidance.en 或 script.zh、script.en。", "Add guidance.zh, guidance.en or script.zh, script.en."),
)
