"""Element templates for Camunda Modeler: the vocabulary as fields of its properties panel, with hints and choices.

Which word belongs on which element is read from the vocabulary itself; here stands only how a field is called. The
Modeler shows one language, so every label is in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.dialects.names import SUBPROCESSES, TASKS
from engine.bpmn.dialects.vocabulary import ANY, CALENDARS, LANE, PLACES, PROCESS, STAGES, STEP, TASK, TIMER
from engine.domain.text import Text

VERSION = 1
DURATION = r"^(P(?=.)(\d+[YMWD])*(T(\d+[HMS])+)?)?$"
SHARE = r"^(\d{1,3}(\.\d+)?%|0?\.\d+|1)?$"
#: Words that no field can stand for: names that everybody chooses for themselves, and SpiffWorkflow's form files.
WITHOUT_FIELD = ("clock.NAME", "correlation.NAME", "rule.NAME", "formJsonSchemaFilename", "formUiSchemaFilename")
#: Clocks that most procedures have, as examples of `clock.NAME`.
CLOCKS = {"clock.case": Text("全程时限", "Whole case"), "clock.first-response": Text("首次响应时限", "First response")}


@dataclass(frozen=True, slots=True)
class Field:
    """One word of the vocabulary in the panel. `pattern`: what may be typed, nothing included."""

    label: Text
    hint: Text
    group: str
    placeholder: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    is_long: bool = False


GROUPS = {
    "who": Text("由谁办理", "Who does it"),
    "limits": Text("时限", "Limits"),
    "standard": Text("操作规范", "Standard"),
    "eyes": Text("职责分离", "Four eyes"),
    "blueprint": Text("服务蓝图", "Service blueprint"),
    "data": Text("个人信息", "Personal data"),
    "names": Text("名称", "Names"),
}
GROUP_HINT = Text("以逗号分隔，可为表达式", "separated by commas; may be an expression")
ISO = Text("ISO 8601，按工作时间计算", "ISO 8601, in working time")
MARKDOWN = Text("Markdown", "Markdown")
IDS = Text("步骤的元素 id，以逗号分隔", "element ids of steps, separated by commas")
CLOCK_NAMES = Text("时钟名，以逗号分隔，如 case", "names of clocks, separated by commas, such as case")
FIELDS: Mapping[str, Field] = {
    "candidateGroups": Field(Text("候选组", "Candidate groups"), GROUP_HINT, "who", "front-desk"),
    "candidateUsers": Field(Text("候选人", "Candidate users"), GROUP_HINT, "who"),
    "assignee": Field(Text("指定人", "Assignee"), Text("用户名或表达式", "a login or an expression"), "who"),
    "priority": Field(Text("优先级", "Priority"), Text("0–100", "0–100"), "who", "50"),
    "sla": Field(Text("时限", "Limit"), ISO, "limits", "PT2H", pattern=DURATION),
    "sla.warn": Field(
        Text("何时预警", "Warn at"), Text("时限的百分比，默认 80%", "share of the limit, 80 % if empty"), "limits", "80%", pattern=SHARE
    ),
    "calendar": Field(
        Text("日历", "Calendar"), Text("business：工作时间；wall：连续计时", "business: working time; wall: round the clock"), "limits", choices=CALENDARS
    ),
    "clock.stop": Field(Text("完成时停止时钟", "Stops clocks"), CLOCK_NAMES, "limits", "case"),
    "clock.pause": Field(Text("进行中暂停时钟", "Pauses clocks while open"), CLOCK_NAMES, "limits", "case"),
    "dueDate": Field(Text("到期时间", "Due date"), Text("表达式或 ISO 8601 时刻", "an expression or an ISO 8601 instant"), "limits"),
    "followUpDate": Field(Text("跟进时间", "Follow-up date"), Text("表达式或 ISO 8601 时刻", "an expression or an ISO 8601 instant"), "limits"),
    "guidance": Field(Text("怎么做（双语相同）", "How it is done (both languages)"), MARKDOWN, "standard", is_long=True),
    "guidance.zh": Field(Text("怎么做（中文）", "How it is done (Chinese)"), MARKDOWN, "standard", is_long=True),
    "guidance.en": Field(Text("怎么做（英文）", "How it is done (English)"), MARKDOWN, "standard", is_long=True),
    "script": Field(Text("怎么说（双语相同）", "What to say (both languages)"), MARKDOWN, "standard", is_long=True),
    "script.zh": Field(Text("怎么说（中文）", "What to say (Chinese)"), MARKDOWN, "standard", is_long=True),
    "script.en": Field(Text("怎么说（英文）", "What to say (English)"), MARKDOWN, "standard", is_long=True),
    "separate-from": Field(Text("不得与谁同一人", "Not by whoever did"), IDS, "eyes"),
    "same-as": Field(Text("优先由同一人", "Preferably by whoever did"), IDS, "eyes"),
    "stage": Field(Text("前台 / 后台", "Stage"), Text("未填时取泳道的", "the lane's if empty"), "blueprint", choices=STAGES),
    "touchpoint": Field(
        Text("触点", "Touchpoint"), Text("客户在此接触到我们", "the customer meets us here"), "blueprint", choices=("true", "false")
    ),
    "retention": Field(
        Text("结案后保存多久", "Kept after the case is closed"), Text("ISO 8601，到期删除个人信息；空：不删除", "ISO 8601; then personal values are deleted; empty: never"), "data", "P3Y", pattern=r"^(P(?=.)(\d+[YMWD])+)?$"
    ),
    "name.zh": Field(Text("中文名称", "Name in Chinese"), Text("", ""), "names"),
    "name.en": Field(Text("英文名称", "Name in English"), Text("", ""), "names"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Template:
    """`places` of the vocabulary whose words it offers, on these BPMN elements."""

    id: str
    name: Text
    applies_to: tuple[str, ...]
    places: tuple[str, ...]


STEPS = tuple(sorted(name for name in TASKS | SUBPROCESSES | {"callActivity"} if name not in ("userTask", "task")))
TEMPLATES = (
    Template("task", Text("Closeloop 人工步骤", "Closeloop step of a person"), ("userTask",), (TASK, STEP, ANY)),
    Template("activity", Text("Closeloop 其他步骤", "Closeloop other step"), STEPS, (STEP, ANY)),
    Template("process", Text("Closeloop 流程", "Closeloop process"), ("process",), (PROCESS, ANY)),
    Template("lane", Text("Closeloop 泳道", "Closeloop lane"), ("lane",), (LANE, ANY)),
    Template(
        "timer",
        Text("Closeloop 定时事件", "Closeloop timer event"),
        ("boundaryEvent", "intermediateCatchEvent", "startEvent"),
        (TIMER, ANY),
    ),
    Template(
        "name",
        Text("Closeloop 双语名称", "Closeloop name in both languages"),
        ("endEvent", "exclusiveGateway", "inclusiveGateway", "intermediateThrowEvent", "messageFlow", "participant", "sequenceFlow"),
        (ANY,),
    ),
)

PLATFORMS = {7: "camunda", 8: "zeebe"}
SCHEMAS = {
    7: "https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json",
    8: "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json",
}
#: Where Camunda 8 keeps what Camunda 7 has as attributes of the step.
ZEEBE_HOMES = {
    "assignee": "zeebe:assignmentDefinition", "candidateUsers": "zeebe:assignmentDefinition",
    "candidateGroups": "zeebe:assignmentDefinition", "dueDate": "zeebe:taskSchedule",
    "followUpDate": "zeebe:taskSchedule", "priority": "zeebe:priorityDefinition",
}  # fmt: skip


def templates(platform: int) -> list[dict[str, Any]]:
    """Those of Camunda 7 or 8, as the Modeler reads them from a file."""
    return [_template(one, platform) for one in TEMPLATES]


def file_name(platform: int) -> str:
    return f"closeloop-camunda-{platform}.json"


def words_of(template: Template) -> list[str]:
    """The words of the vocabulary that have a field in the template, in the order of the panel."""
    return [word for word in FIELDS if not set(PLACES[word]).isdisjoint(template.places)]


def _template(template: Template, platform: int) -> dict[str, Any]:
    properties = [_property(word, FIELDS[word], template, platform) for word in words_of(template)]
    if template.id == "process":
        properties[:0] = [part for word in CLOCKS for part in _clock(word, platform)]
    if template.id == "task" and platform == 8:
        properties.insert(0, {"type": "Hidden", "binding": {"type": "zeebe:userTask"}})
    used = {one["group"] for one in properties if "group" in one}
    found: dict[str, Any] = {
        "$schema": SCHEMAS[platform],
        "id": f"closeloop.{template.id}",
        "name": _both(template.name),
        "version": VERSION,
        "appliesTo": [_type(name) for name in template.applies_to],
        "groups": [{"id": id_, "label": _both(label)} for id_, label in GROUPS.items() if id_ in used],
        "properties": properties,
    }
    if template.id == "task" and platform == 8:
        found["elementType"] = {"value": "bpmn:UserTask"}
    return found | ({"entriesVisible": True} if platform == 7 else {})


def _property(word: str, field: Field, template: Template, platform: int) -> dict[str, Any]:
    """Native attributes where the platform has them on this element, else a property of the extension."""
    is_native = word in ZEEBE_HOMES and template.id == "task"
    label, hint = f"{_both(field.label)} · {word}", _both(field.hint)
    found: dict[str, Any] = {"label": label, "group": field.group} | ({"description": hint} if hint else {})
    if field.choices:
        choices = [{"name": "–", "value": ""}, *({"name": one, "value": one} for one in field.choices)]
        found |= {"type": "Dropdown", "choices": choices, "value": ""}
    else:
        # Camunda 7 takes no text of several lines into a property.
        found["type"] = "Text" if field.is_long and platform == 8 else "String"
        found |= {"placeholder": field.placeholder} if field.placeholder else {}
    if field.pattern:
        found["constraints"] = {"notEmpty": False, "pattern": {"value": field.pattern, "message": hint}}
    if is_native and platform == 7:
        return found | {"binding": {"type": "property", "name": f"camunda:{word}"}}
    if is_native:
        return found | {"binding": {"type": ZEEBE_HOMES[word], "property": word}, "feel": _feel(word)}
    optional = {"optional": True} if platform == 8 else {}
    return found | {"binding": {"type": f"{PLATFORMS[platform]}:property", "name": word}} | optional


def _feel(word: str) -> str:
    return "required" if word == "priority" else "optional"


def _clock(word: str, platform: int) -> list[dict[str, Any]]:
    """A clock with its limit, when it warns, and what it is called."""
    label = CLOCKS[word]
    parts = {
        word: Field(label, ISO, "limits", "PT72H", pattern=DURATION),
        f"{word}.warn": Field(_of(label, Text("何时预警", "warn at")), FIELDS["sla.warn"].hint, "limits", "80%", pattern=SHARE),
        f"{word}.zh": Field(_of(label, Text("中文名称", "name in Chinese")), Text("", ""), "limits"),
        f"{word}.en": Field(_of(label, Text("英文名称", "name in English")), Text("", ""), "limits"),
    }
    process = next(one for one in TEMPLATES if one.id == "process")
    return [_property(name, field, process, platform) for name, field in parts.items()]


def _of(label: Text, part: Text) -> Text:
    return Text(f"{label.zh}：{part.zh}", f"{label.en}: {part.en}")


def _both(text: Text) -> str:
    return text.zh if text.zh == text.en else f"{text.zh} / {text.en}"


def _type(name: str) -> str:
    return f"bpmn:{name[0].upper()}{name[1:]}"
