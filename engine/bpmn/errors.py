"""What a step of an instance may refuse, and what makes one element of it fail."""

from __future__ import annotations

from engine.domain.errors import Refusal
from engine.domain.text import Text


class NotReady(Refusal):
    """Also when a timer that is due has just taken the task away."""

    code, kind = "task-not-ready", "conflict"
    sentence = Text("该任务已不再待办。", "The task is no longer open.")


class NotWaiting(Refusal):
    code, kind = "not-waiting", "conflict"
    sentence = Text("该流程没有在等待消息“{name}”。", "The process is not waiting for the message “{name}”.")


class NotFailed(Refusal):
    code, kind = "not-failed", "conflict"
    sentence = Text("该步骤没有待处理的异常。", "There is no open failure at this step.")


class NoSuchStart(Refusal):
    code, kind = "no-such-start", "invalid"
    sentence = Text(
        "流程“{process}”没有由“{name}”触发的开始事件。", "Process “{process}” has no start event for “{name}”."
    )


class Unstorable(Refusal):
    """A value of a kind no variable may hold: see `engine.bpmn.codec`."""

    code, kind = "value-not-storable", "invalid"
    sentence = Text("变量“{name}”的值无法保存：{why}。", "The value of the variable “{name}” cannot be stored: {why}.")


class Unrunnable(Refusal):
    """The file has something at `element_id` that cannot be executed; `engine.bpmn.lint` finds it at upload."""

    code, kind = "process-not-runnable", "invalid"
    sentence = Text("元素“{element}”无法执行：{why}。", "Element “{element}” cannot be executed: {why}.")

    @property
    def element_id(self) -> str:
        return str(self.params["element"])


class StepFault(Exception):
    """An element failed for a reason a person can read; it becomes a `Failure`, never an error page."""

    def __init__(self, text: Text, source: str = "") -> None:
        super().__init__(text.en)
        self.text = text
        self.source = source
