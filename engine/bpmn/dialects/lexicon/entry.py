"""One word of a vendor's vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.text import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """`what` it is; `advice` what to write instead. Without advice it is not needed here at all."""

    what: Text
    advice: Text | None = None


def entry(zh: str, en: str, advice: Text | None = None) -> Entry:
    return Entry(Text(zh, en), advice)


SCRIPT_BEFORE = Text(
    "请在此步骤之前或之后画一个脚本任务（名称 = 表达式）。",
    "Draw a script task (name = expression) before or after this step.",
)
EFFECT = Text(
    "由人做请画用户任务；通知外部请画发送任务；计算请画脚本任务。",
    "If a person does it, draw a user task; to tell another system, a send task; to compute, a script task.",
)
SEND = Text(
    "请在发送任务或消息事件上指明消息（messageRef），要带的值写属性 payload = 名称列表。",
    "Name a message (messageRef) on the send task or event; list what it carries as the property payload = names.",
)
VARIABLES = Text(
    "步骤可见所有工单变量：改名或计算请用脚本任务，填写请用表单字段。",
    "A step sees all variables of the case: rename or compute in a script task, ask by form fields.",
)
RELEASED = Text(
    "调用的总是部署时已发布的版本；请先发布所需的版本，再部署此文件。",
    "The version released when this file is deployed is called; release the version wanted first, then deploy this file.",
)
FIXED = Text("请写固定的 id。", "Write a fixed id.")
INLINE = Text("请把脚本或表达式直接写在元素上。", "Write the script or expression on the element itself.")
CATCH = Text(
    "请让抛出方设置变量，再在边界事件后面的网关中判断。",
    "Let the step that fails set a variable, and decide by it at a gateway behind the boundary event.",
)
STARTERS = Text(
    "发布范围（部门或份额）决定新工单；谁能开工单由角色决定。",
    "The scope of the release decides who gets new cases; who may open them is decided by roles.",
)
CASE_FORM = Text("请用开始事件的表单字段。", "Ask for it by a field of the start form.")
ONE_TENANT = Text("每套系统只有一个租户；请删除它。", "One installation is one tenant; remove it.")
