"""Refusals: a command that may not happen, in one sentence shape, in both languages.

A refusal changes nothing. The web and the API map `kind` to a status in one table (`webui.errors`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.domain.text import Text


class Refusal(Exception):
    """Base of all refusals. `kind` is one of invalid, forbidden, missing, conflict, gone, limited, unavailable."""

    code: ClassVar[str] = "refused"
    kind: ClassVar[str] = "conflict"
    sentence: ClassVar[Text] = Text("操作未被接受。", "The request was refused.")

    def __init__(self, *, fields: Mapping[str, Text] | None = None, **params: object) -> None:
        self.params = params
        self.fields: dict[str, Text] = dict(fields or {})
        self.text = self.sentence.format(**params)
        super().__init__(self.text.en)


class NotFound(Refusal):
    """Also the answer for what exists but is not this person's to see."""

    code, kind = "not-found", "missing"
    sentence = Text("未找到{what}。", "{what} was not found.")


class Forbidden(Refusal):
    code, kind = "forbidden", "forbidden"
    sentence = Text("您无权执行此操作：{why}。", "You may not do this: {why}.")


class InvalidInput(Refusal):
    """`fields` names each field and what is wrong with it."""

    code, kind = "invalid-input", "invalid"
    sentence = Text("请更正标出的内容后重新提交。", "Please correct what is marked and send again.")


class TaskNotOpen(Refusal):
    code, kind = "task-not-open", "conflict"
    sentence = Text(
        "该任务应处于待办状态，但已由{who}于{at}{how}。您填写的内容已保留。",
        "Expected the task to be open, but it was {how} by {who} at {at}. What you typed is kept.",
    )


class TaskHeldByAnother(Refusal):
    code, kind = "task-held", "conflict"
    sentence = Text("该任务已由{who}领取。", "This task is already claimed by {who}.")


class TaskNotHeld(Refusal):
    code, kind = "task-not-held", "conflict"
    sentence = Text("您未持有该任务，请先领取。", "You do not hold this task; claim it first.")


class SeparationOfDuties(Refusal):
    """Four eyes: whoever did `step` may not do this one."""

    code, kind = "separation-of-duties", "forbidden"
    sentence = Text(
        "职责分离：{who}已处理过“{step}”，因此不能办理“{this}”。请由其他人员办理。",
        "Separation of duties: {who} did “{step}” and therefore may not do “{this}”. Somebody else has to do it.",
    )

    def __init__(self, *, separate_from: str, **params: object) -> None:
        """`separate_from` is the element of `step`."""
        self.separate_from = separate_from
        super().__init__(**params)


class CaseNotOpen(Refusal):
    code, kind = "case-not-open", "conflict"
    sentence = Text("服务工单 {number} 已{state}，不能再更改。", "Case {number} is {state} and can no longer be changed.")


class StaleState(Refusal):
    code, kind = "stale", "conflict"
    sentence = Text("在您操作期间内容已被他人更改，请刷新后重试。", "It was changed by somebody else meanwhile; reload and try again.")


class KeyReused(Refusal):
    code, kind = "idempotency-key-reused", "invalid"
    sentence = Text(
        "该幂等键已用于另一个不同的请求，请使用新的键。",
        "This idempotency key was used for a different request; use a new key.",
    )


class NothingToStart(Refusal):
    code, kind = "procedure-not-released", "conflict"
    sentence = Text("流程“{procedure}”没有已发布的版本。", "Procedure “{procedure}” has no released version.")


class NotDeployable(Refusal):
    """An uploaded file with errors; `findings` are all of them together."""

    code, kind = "not-deployable", "invalid"
    sentence = Text(
        "文件有 {errors} 处错误，无法部署。请按列出的说明修改后重新上传。",
        "The file has {errors} error(s) and cannot be deployed. Correct what is listed and upload it again.",
    )

    def __init__(self, findings: tuple = (), **params: object) -> None:
        self.findings = findings
        super().__init__(errors=sum(1 for f in findings if f.level == "error"), **params)


class NotReadable(Refusal):
    """What was uploaded is no BPMN file at all; `why` says what it is and what to do."""

    code, kind = "not-readable", "invalid"
    sentence = Text("“{name}”无法读取：{why}", "“{name}” cannot be read: {why}")


class UploadSettled(Refusal):
    code, kind = "upload-settled", "conflict"
    sentence = Text("该文件已成为一个版本，不能再更改。", "This file has become a version and can no longer be changed.")


class NoNextTask(Refusal):
    code, kind = "no-next-task", "missing"
    sentence = Text("当前没有可领取的任务。", "There is no task to take at the moment.")


class NobodyWaits(Refusal):
    code, kind = "nobody-waits", "conflict"
    sentence = Text("没有工单在等待消息“{name}”。", "No case is waiting for the message “{name}”.")


class IncidentNotOpen(Refusal):
    code, kind = "incident-not-open", "conflict"
    sentence = Text("该异常已处理。", "This incident is already settled.")


class WrongCredentials(Refusal):
    """Says neither whether the login exists nor which part was wrong."""

    code, kind = "wrong-credentials", "forbidden"
    sentence = Text("用户名或密码不正确。", "Login or password is not correct.")


class TooManyAttempts(Refusal):
    code, kind = "too-many-attempts", "limited"
    sentence = Text("尝试次数过多，请稍后再试。", "Too many attempts; try again later.")
