"""The sentences of `activities`."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, WARNING, Rule
from engine.domain.text import Text

SERVICE = Rule(
    "service-task",
    ERROR,
    Text(
        "服务任务“{name}”没有可执行的实现，工单会停在这里。",
        "The service task “{name}” has no implementation here; cases would stop at it.",
    ),
    Text(
        "由人做请改为用户任务；通知外部请改为发送任务；计算请改为脚本任务。",
        "If a person does it, make it a user task; to tell another system, a send task; to compute, a script task.",
    ),
)
AD_HOC = Rule(
    "ad-hoc",
    ERROR,
    Text(
        "不支持即席子流程“{name}”：它不会结束。", "The ad-hoc subprocess “{name}” is not supported: it would not end."
    ),
    Text("请改用普通子流程，以并行或包容网关选择步骤。", "Use a subprocess with parallel or inclusive gateways."),
)
EVENT_SUBPROCESS = Rule(
    "event-subprocess",
    ERROR,
    Text(
        "事件子流程“{name}”应有且只有一个等待事件的开始，且没有连线。",
        "The event subprocess “{name}” needs exactly one start that waits for an event, and no flows.",
    ),
    Text("请只画一个消息、定时、信号、条件、错误或升级开始事件。", "Draw one start event: message, timer, signal, conditional, error or escalation."),
)
FOR_COMPENSATION = Rule(
    "compensation",
    ERROR,
    Text(
        "不支持补偿活动“{name}”：它永远不会执行。", "Compensation, “{name}”, is not supported: it would never be done."
    ),
    Text("请将撤销步骤画成普通任务。", "Draw the steps that undo it as ordinary tasks."),
)
NO_SCRIPT = Rule(
    "script-missing",
    ERROR,
    Text("脚本任务“{name}”没有脚本。", "The script task “{name}” has no script."),
    Text("请写“名称 = 表达式”，或改为用户任务。", "Write “name = expression”, or make it a user task."),
)
HOW_OFTEN = Rule(
    "multi-instance-count",
    ERROR,
    Text("多实例“{name}”没有次数或集合。", "The multi-instance “{name}” has neither a count nor a collection."),
    Text("请写次数，或写集合变量。", "Write how often, or over which collection."),
)
LOOP_BEHAVIOUR = Rule(
    "multi-instance-behaviour",
    WARNING,
    Text(
        "多实例“{name}”的 behavior 设置没有作用。", "The behaviour set for the multi-instance “{name}” has no effect."
    ),
    Text("请删除该设置。", "Remove it."),
)
LOOP_WITHOUT_END = Rule(
    "loop-without-end",
    ERROR,
    Text(
        "循环“{name}”没有次数或条件，不会结束。",
        "The loop “{name}” has neither a maximum nor a condition; it would not end.",
    ),
    Text("请写 loopMaximum 或循环条件。", "Write a loopMaximum or a loop condition."),
)
LOOP_NOT_HERE = Rule(
    "loop-not-here",
    ERROR,
    Text("“{name}”不是任务或子流程，不能重复执行。", "“{name}” is no task or subprocess and cannot be repeated."),
    Text("请将重复设在任务或子流程上。", "Repeat a task or subprocess instead."),
)
CALL_OPEN = Rule(
    "call-open",
    ERROR,
    Text("调用活动“{name}”没有指明固定的流程。", "The call activity “{name}” names no fixed process."),
    Text("请写被调用流程的 id。", "Write the id of the process to be called."),
)
CALL_UNKNOWN = Rule(
    "call-unknown",
    ERROR,
    Text("调用活动“{name}”调用的流程“{called}”不存在。", "The process “{called}” that “{name}” calls does not exist."),
    Text("请先部署该流程，或更正 id。", "Deploy that process first, or correct its id."),
)
CALL_NOT_EXECUTABLE = Rule(
    "call-not-executable",
    ERROR,
    Text(
        "被“{name}”调用的流程“{called}”未标为可执行。", "The process “{called}” that “{name}” calls is not executable."
    ),
    Text("请在该流程的属性中勾选“可执行”。", "Tick “Executable” in the properties of that process."),
)
CALL_NO_START = Rule(
    "call-no-start",
    ERROR,
    Text(
        "被“{name}”调用的流程“{called}”没有普通开始事件。",
        "The process “{called}” that “{name}” calls has no plain start event.",
    ),
    Text("请给它一个普通开始事件。", "Give it a plain start event."),
)
CALLS_ITSELF = Rule(
    "call-recursion",
    ERROR,
    Text(
        "“{name}”会使流程“{called}”不断调用自己。",
        "Through “{name}” the process “{called}” comes to call itself, without end.",
    ),
    Text("请用回路代替。", "Use a loop instead."),
)
