"""`python -m webui.lint_rules`: writes docs/lint-rules.md, every rule of the lint with what it says and what to do."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import engine.bpmn
from engine.bpmn.findings import Rule

PAGE = Path(__file__).parents[1] / "docs" / "lint-rules.md"
ELSEWHERE = ("engine.bpmn.dry_run", "webui.deployment")
LEVELS = {"error": "错误 error", "warning": "警告 warning", "info": "提示 info"}
TITLES = {
    "engine.bpmn.reader_rules": "文件能否读取 · Whether the file can be read",
    "engine.bpmn.dialects.rules": "各厂商的写法 · What vendors write",
    "engine.bpmn.dialects.form_rules": "表单文件 · Forms in files of their own",
    "engine.bpmn.decisions.rules": "决策表 · Decision tables",
    "engine.bpmn.lint.structure_rules": "流程结构 · Structure",
    "engine.bpmn.lint.pools_rules": "泳池与参与方 · Pools",
    "engine.bpmn.lint.gateway_rules": "网关 · Gateways",
    "engine.bpmn.lint.choice_rules": "条件 · Conditions",
    "engine.bpmn.lint.soundness_rules": "能否走通 · Soundness",
    "engine.bpmn.lint.event_rules": "事件 · Events",
    "engine.bpmn.lint.activity_rules": "活动 · Activities",
    "engine.bpmn.lint.call_rules": "调用 · Calls",
    "engine.bpmn.lint.decision_rules": "业务规则任务 · Business rule tasks",
    "engine.bpmn.lint.mapping_rules": "变量映射 · Mappings",
    "engine.bpmn.lint.formula_rules": "表达式与变量 · Expressions and variables",
    "engine.bpmn.lint.people_rules": "人工步骤 · Steps of people",
    "engine.bpmn.lint.staffing_rules": "人员与分组 · People and groups",
    "engine.bpmn.lint.deadline_rules": "时限 · Limits",
    "engine.bpmn.lint.declared_rules": "审计规则 · Rules for auditors",
    "engine.bpmn.lint.language_rules": "语言 · Languages",
    "engine.bpmn.dry_run": "试运行 · Trial run",
    "webui.deployment": "命令行 · Command line",
}
HEAD = """# 检查规则 · Rules of the lint

每个文件在上传时、`closeloop lint` 时按以下规则检查。错误使文件不能部署；警告与提示不妨碍部署。
本页由 `python -m webui.lint_rules` 生成，测试会确认它与代码一致。

Every file is held against these rules at upload and by `closeloop lint`. Errors keep a file from being deployed;
warnings and notes do not. `python -m webui.lint_rules` writes this page; a test keeps it in step with the code.
"""


def rules() -> Iterator[tuple[str, list[Rule]]]:
    """The rules of each module that has any; an id that has several sentences is told by its first."""
    found = {name: importlib.import_module(name) for name in (*_modules(), *ELSEWHERE)}
    said: set[str] = set()
    for name in sorted(found, key=lambda one: (list(TITLES).index(one) if one in TITLES else len(TITLES), one)):
        own: list[Rule] = []
        for rule in vars(found[name]).values():
            if isinstance(rule, Rule) and rule.id not in said:
                said.add(rule.id)
                own.append(rule)
        if own:
            yield name, own


def page() -> str:
    parts = [HEAD]
    for name, own in rules():
        parts.append(f"\n## {TITLES.get(name, name.rpartition('.')[2])}\n")
        parts.append("| id | 级别 level | 说明 what it says | 怎么办 what to do |\n| --- | --- | --- | --- |")
        parts += [_row(rule) for rule in own]
    return "\n".join(parts) + "\n"


def _row(rule: Rule) -> str:
    advice = f"{_cell(rule.advice.zh)}<br>{_cell(rule.advice.en)}" if rule.advice else "—"
    return f"| `{rule.id}` | {LEVELS[rule.level]} | {_cell(rule.message.zh)}<br>{_cell(rule.message.en)} | {advice} |"


def _cell(text: str) -> str:
    """A sentence with its places shown as `…`, fit for a table."""
    text = re.sub(r"(?<!\{)\{\w+\}(?!\})", "…", text).replace("{{", "{").replace("}}", "}")
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def _modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(engine.bpmn.__path__, "engine.bpmn."):
        if module.name.endswith("rules"):
            yield module.name


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
