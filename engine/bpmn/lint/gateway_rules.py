"""The sentences of `gateways`."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

COMPLEX = Rule(
    "complex-gateway",
    ERROR,
    Text("不支持复杂网关“{name}”。", "The complex gateway “{name}” is not supported."),
    Text("请改用排他、并行或包容网关。", "Use exclusive, parallel or inclusive gateways."),
)
MIXED = Rule(
    "gateway-mixed",
    INFO,
    Text("网关“{name}”既汇合又分支。", "Gateway “{name}” both joins and splits."),
    Text("分成两个网关更易读。", "Two gateways would be easier to read."),
)
DEFAULT_UNKNOWN = Rule(
    "default-unknown",
    ERROR,
    Text("“{name}”的默认路径“{flow}”不是它的流出连线。", "The default flow “{flow}” of “{name}” does not leave it."),
    Text("请重新指定默认路径。", "Choose the default flow again."),
)
DEFAULT_CONDITION = Rule(
    "default-condition",
    WARNING,
    Text(
        "“{name}”的默认路径带有条件，该条件不会被检查。",
        "The default flow of “{name}” has a condition, which is never asked.",
    ),
    Text("请删除条件，或取消默认路径。", "Remove the condition, or choose another default."),
)
ONLY_CONDITION = Rule(
    "only-condition",
    WARNING,
    Text(
        "“{name}”只有一条流出连线且带条件；条件不成立时会出现异常。",
        "The only flow out of “{name}” has a condition; where it does not hold, the case stops with an incident.",
    ),
    Text("请删除条件，或再画一条默认路径。", "Remove the condition, or draw a default flow."),
)
NO_CONDITION = Rule(
    "choice-without-condition",
    ERROR,
    Text(
        "网关“{gateway}”的路径“{name}”既无条件也不是默认路径，永远不会被选择。",
        "The way “{name}” out of “{gateway}” has no condition and is not the default; it would never be taken.",
    ),
    Text("请写条件，或设为默认路径。", "Write a condition, or make it the default."),
)
NO_DEFAULT = Rule(
    "choice-without-default",
    WARNING,
    Text(
        "网关“{name}”没有默认路径；条件都不成立时会出现异常。",
        "Gateway “{name}” has no default flow; if no condition holds, the case stops with an incident.",
    ),
    Text("请将一条路径设为默认。", "Make one of its flows the default."),
)
CAN_FAIL = Rule(
    NO_DEFAULT.id,
    NO_DEFAULT.level,
    Text(
        "网关“{name}”没有默认路径；例如 {example} 时所有条件都不成立，会出现异常。",
        "Gateway “{name}” has no default flow; with {example}, for instance, no condition holds, and the case stops with an incident.",
    ),
    NO_DEFAULT.advice,
)
"""The same where values are known with which it happens."""

SAME_CONDITION = Rule(
    "choice-same-condition",
    WARNING,
    Text(
        "网关“{name}”的两条路径条件相同，只会走第一条。",
        "Two ways out of “{name}” have the same condition; only the first is ever taken.",
    ),
    Text("请更正其中一个条件。", "Correct one of the conditions."),
)
PARALLEL_CONDITION = Rule(
    "parallel-condition",
    ERROR,
    Text(
        "并行网关“{name}”的路径带有条件，但并行网关总走所有路径。",
        "A flow out of the parallel gateway “{name}” has a condition, but such a gateway takes all its flows.",
    ),
    Text("请删除条件，或改用包容网关。", "Remove it, or use an inclusive gateway."),
)
JOIN_AFTER_CHOICE = Rule(
    "join-after-choice",
    ERROR,
    Text(
        "并行汇合“{name}”等待“{choice}”的多条路径，而那里只会走一条：工单会永远停住。",
        "The parallel join “{name}” waits for several ways out of “{choice}”, where only one is taken: cases would stand still for ever.",
    ),
    Text("请用排他网关汇合。", "Join them with an exclusive gateway."),
)
INSTANTIATES = Rule(
    "gateway-instantiates",
    ERROR,
    Text("不支持由网关“{name}”启动流程。", "Starting a process by the gateway “{name}” is not supported."),
    Text("请改用消息开始事件。", "Use message start events."),
)
PARALLEL_EVENTS = Rule(
    "gateway-parallel-events",
    ERROR,
    Text("不支持等待所有事件的网关“{name}”。", "A gateway that waits for all its events, “{name}”, is not supported."),
    Text("请在并行网关之后放置各个事件。", "Put the events behind a parallel gateway."),
)
NO_EVENTS = Rule(
    "event-gateway-empty",
    ERROR,
    Text("事件网关“{name}”之后没有任何事件。", "No events follow the event gateway “{name}”."),
    Text("请画出要等待的事件。", "Draw the events to wait for."),
)
NOT_AN_EVENT = Rule(
    "event-gateway-target",
    ERROR,
    Text(
        "事件网关“{gateway}”之后的“{name}”不是可等待的事件。",
        "“{name}” behind the event gateway “{gateway}” is not an event that can be waited for.",
    ),
    Text(
        "事件网关之后只能是中间捕获事件或接收任务。",
        "Behind it there may be intermediate catch events and receive tasks only.",
    ),
)
EVENT_SHARED = Rule(
    "event-gateway-shared",
    ERROR,
    Text(
        "事件网关“{gateway}”之后的“{name}”还有其他流入连线。",
        "“{name}” behind the event gateway “{gateway}” has other incoming flows.",
    ),
    Text("请为另一条路径复制该事件。", "Copy the event for the other way."),
)
