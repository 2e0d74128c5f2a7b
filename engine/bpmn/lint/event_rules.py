"""The sentences of `events`."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

WHAT = {
    "message": Text("消息", "message"),
    "signal": Text("信号", "signal"),
    "error": Text("错误", "error"),
    "escalation": Text("升级", "escalation"),
}
ISO = Text("请写{wanted}；或写一个给出它的表达式。", "Write {wanted}, or an expression that gives it.")

SEVERAL = Rule(
    "event-several-definitions",
    ERROR,
    Text("事件“{name}”同时有几个定义。", "Event “{name}” has several definitions."),
    Text("请拆成几个事件。", "Split it into several events."),
)
NOTHING_TO_WAIT_FOR = Rule(
    "event-without-definition",
    ERROR,
    Text("事件“{name}”没有说明等待什么。", "Event “{name}” does not say what it waits for."),
    Text("请设为消息、定时、信号或条件事件。", "Make it a message, timer, signal or conditional event."),
)
NOT_HERE = Rule(
    "event-not-supported",
    ERROR,
    Text("事件“{name}”的类型在此处不支持。", "The type of event “{name}” is not supported at this place."),
    Text(
        "请改用消息、定时、信号、条件、错误或升级事件。",
        "Use a message, timer, signal, conditional, error or escalation event.",
    ),
)
START_KIND = Rule(
    "start-not-supported",
    ERROR,
    Text("开始事件“{name}”的类型不支持。", "The type of the start event “{name}” is not supported."),
    Text("流程可以直接开始，或由消息开始。", "A process may start plainly or by a message."),
)
COMPENSATION = Rule(
    "compensation",
    ERROR,
    Text(
        "不支持补偿事件“{name}”：它不会撤销任何事。",
        "Compensation, “{name}”, is not supported: nothing would be undone.",
    ),
    Text("请将撤销步骤画成普通任务。", "Draw the steps that undo it as ordinary tasks."),
)
ERROR_THROW = Rule(
    "error-throw",
    ERROR,
    Text("中间事件“{name}”不能抛出错误。", "An error cannot be thrown by the intermediate event “{name}”."),
    Text("请改为错误结束事件。", "Use an error end event."),
)
TERMINATE_THROW = Rule(
    "terminate-throw",
    ERROR,
    Text("中间事件“{name}”不能终止流程。", "The intermediate event “{name}” cannot terminate the process."),
    Text("请改为终止结束事件。", "Use a terminate end event."),
)
BOUNDARY_LOOSE = Rule(
    "boundary-loose",
    ERROR,
    Text("边界事件“{name}”没有附着在任务或子流程上。", "The boundary event “{name}” sits on no task or subprocess."),
    Text("请将它拖到任务的边上。", "Drag it onto the border of a task."),
)
ERROR_NOT_INTERRUPTING = Rule(
    "error-not-interrupting",
    ERROR,
    Text(
        "错误或取消边界事件“{name}”总会中断，不能设为非中断。",
        "An error or cancel boundary event always interrupts; “{name}” says it does not.",
    ),
    Text("请设为中断，或改用升级事件。", "Make it interrupting, or use an escalation event."),
)
CANCEL_OUTSIDE = Rule(
    "cancel-outside-transaction",
    ERROR,
    Text("取消事件“{name}”只能用于事务。", "The cancel event “{name}” belongs to a transaction only."),
    Text("请改用错误或终止事件。", "Use an error or terminate event."),
)
NOTHING_THROWN = Rule(
    "boundary-never-happens",
    WARNING,
    Text(
        "“{host}”从不抛出错误或升级，边界事件“{name}”不会发生。",
        "“{host}” never throws an error or escalation; the boundary event “{name}” cannot happen.",
    ),
    Text(
        "请改用消息或定时事件，或把任务放入子流程。", "Use a message or timer event, or put the task into a subprocess."
    ),
)
NO_CONDITION = Rule(
    "event-without-condition",
    ERROR,
    Text("条件事件“{name}”没有条件。", "The conditional event “{name}” has no condition."),
    Text("请写出条件。", "Write its condition."),
)
REFERENCE_UNKNOWN = Rule(
    "reference-unknown",
    ERROR,
    Text(
        "“{name}”引用的{what}“{reference}”不存在。", "The {what} “{reference}” that “{name}” refers to does not exist."
    ),
    Text("请重新选择{what}。", "Choose the {what} again."),
)
REFERENCE_MISSING = Rule(
    "reference-missing",
    ERROR,
    Text("“{name}”没有指明{what}。", "“{name}” names no {what}."),
    Text("请选择或新建{what}。", "Choose or create the {what}."),
)
REFERRED_WITHOUT_NAME = Rule(
    "reference-without-name",
    ERROR,
    Text("“{name}”的{what}没有名称。", "The {what} of “{name}” has no name."),
    Text("请给{what}一个名称。", "Give the {what} a name."),
)
DECLARED_WITHOUT_ID = Rule(
    "declaration-without-id",
    ERROR,
    Text("{what}“{name}”没有 id。", "The {what} “{name}” has no id."),
    Text("请用建模工具重新保存，它会补上 id。", "Save it again in your modelling tool, which adds one."),
)
SEND_WITHOUT_MESSAGE = Rule(
    "send-without-message",
    ERROR,
    Text(
        "发送任务“{name}”没有指明消息，什么也不会发出。",
        "The send task “{name}” names no message; nothing would be sent.",
    ),
    Text("请选择消息；若由人发送，请改为用户任务。", "Choose a message; if a person sends it, make it a user task."),
)
RECEIVE_WITHOUT_MESSAGE = Rule(
    "receive-without-message",
    ERROR,
    Text("接收任务“{name}”没有指明消息，不会等待。", "The receive task “{name}” names no message; it would not wait."),
    Text("请选择消息；若由人接收，请改为用户任务。", "Choose a message; if a person takes it in, make it a user task."),
)
RECEIVE_STARTS = Rule(
    "receive-starts",
    ERROR,
    Text("不支持由接收任务“{name}”启动流程。", "Starting a process by the receive task “{name}” is not supported."),
    Text("请改用消息开始事件。", "Use a message start event."),
)
LINK_TARGET = Rule(
    "link-target",
    ERROR,
    Text("链接“{link}”应有一个目标，却有 {count} 个。", "The link “{link}” should have one target, but has {count}."),
    Text("请画出同名的链接捕获事件，且只画一个。", "Draw one catching link event of the same name."),
)
LINK_SOURCE = Rule(
    "link-source",
    WARNING,
    Text("没有事件指向链接“{link}”。", "Nothing leads to the link “{link}”."),
    Text("请更正链接名称。", "Correct the name of the link."),
)
TIMER_EMPTY = Rule(
    "timer-empty",
    ERROR,
    Text("定时事件“{name}”没有时间。", "The timer event “{name}” has no time."),
    Text("请写 ISO 8601 时间，例如 PT4H。", "Write ISO 8601 such as PT4H."),
)
TIMER_TWICE = Rule(
    "timer-twice",
    WARNING,
    Text(
        "定时事件“{name}”写了几种时间，采用第一种。", "The timer event “{name}” gives several times; the first counts."
    ),
    Text("请只保留一种。", "Keep one."),
)
TIMER_BAD = Rule(
    "timer-bad",
    ERROR,
    Text(
        "定时事件“{name}”的“{found}”不是时间，也不是表达式。",
        "“{found}” of the timer event “{name}” is neither a time nor an expression.",
    ),
    ISO,
)
TIMER_UNUSABLE = Rule(
    "timer-unusable",
    ERROR,
    Text(
        "定时事件“{name}”的“{found}”无法使用：{why}。", "“{found}” of the timer event “{name}” cannot be used: {why}."
    ),
    ISO,
)
TIMER_START = Rule(
    "timer-start",
    INFO,
    Text(
        "定时开始事件“{name}”不会自动启动，工单由人或消息开始。",
        "The timer start “{name}” does not start by itself; a person or a message begins the case.",
    ),
)
