"""Why an instance cannot be moved, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.domain.text import Text

MISSING = Text(
    "新版本中没有“{element}”；请指明由哪个步骤代替。",
    "“{element}” is not in the new version; say which element takes its place.",
)
NESTED = Text(
    "“{element}”在新版本中位于另一个子流程内。", "“{element}” is inside another subprocess in the new version."
)
KIND = Text(
    "“{element}”现为{was}，在新版本中对应的却是{now}。", "“{element}” would change from {was} to {now} in the new version."
)
REPEATS = Text(
    "“{element}”正在重复执行，而新版本的重复方式不同。", "“{element}” is being repeated, and repeats in another way in the new version."
)
CALLS = Text("“{element}”在新版本中调用另一个流程。", "“{element}” calls another process in the new version.")
FLOW = Text(
    "已有一路到达“{element}”，而新版本中没有这一路。",
    "A path has arrived at “{element}” that does not lead there in the new version.",
)
TOGETHER = Text(
    "在新版本中，工单不可能同时停在：{elements}。", "In the new version no case can stand at these at the same time: {elements}."
)
ALONE = Text(
    "在新版本中，工单不可能只停在“{elements}”而没有其他并行步骤。",
    "In the new version no case can stand at “{elements}” with nothing else going on beside it.",
)
NEVER = Text("在新版本中无法走到“{element}”。", "No case can come to “{element}” in the new version.")
TOO_MANY = Text(
    "新版本的并行可能性过多，无法判断工单能否停在：{elements}。",
    "The new version allows too much at the same time to tell whether a case can stand at: {elements}.",
)
AT_ONCE = Text(
    "按新版本，流程会在“{element}”立即继续；换版本本身不应推进工单。",
    "In the new version the case would go on at “{element}” at once; moving alone must not advance it.",
)
NO_TIME = Text("“{element}”的时间无法计算：{problem}", "The time of “{element}” cannot be worked out: {problem}")
UNREADABLE = Text("保存的状态无法读取：{problem}", "What is stored of the case cannot be read: {problem}")

# Of a mapping

NOT_OLD = Text("旧版本中没有元素“{element}”。", "There is no element “{element}” in the old version.")
NOT_NEW = Text("新版本中没有元素“{element}”。", "There is no element “{element}” in the new version.")
ELSEWHERE = Text(
    "“{element}”与“{other}”不在同一个流程或子流程内。", "“{element}” and “{other}” are not in the same process or subprocess."
)
BOTH = Text(
    "“{element}”与“{other}”可能同时进行，不能都对应到“{target}”。",
    "“{element}” and “{other}” may go on at the same time; they cannot both become “{target}”.",
)

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "human": Text("人工任务", "task for people"),
        "ScriptTask": Text("脚本任务", "script task"),
        "ReceiveTask": Text("接收任务", "receive task"),
        "SendTask": Text("发送任务", "send task"),
        "ExclusiveGateway": Text("排他网关", "exclusive gateway"),
        "ParallelGateway": Text("并行网关", "parallel gateway"),
        "InclusiveGateway": Text("包容网关", "inclusive gateway"),
        "EventGateway": Text("事件网关", "event gateway"),
        "SubProcess": Text("子流程", "subprocess"),
        "Transaction": Text("事务子流程", "transaction"),
        "CallActivity": Text("调用活动", "call activity"),
        "StartEvent": Text("开始事件", "start event"),
        "EndEvent": Text("结束事件", "end event"),
        "IntermediateCatchEvent": Text("等待事件", "catching event"),
        "IntermediateThrowEvent": Text("抛出事件", "throwing event"),
        "BoundaryEvent": Text("边界事件", "boundary event"),
        "ParallelMultiInstance": Text("并行多实例", "parallel multi-instance"),
        "SequentialMultiInstance": Text("顺序多实例", "sequential multi-instance"),
        "StandardLoop": Text("循环", "loop"),
        "timer": Text("定时", "timer"),
        "message": Text("消息", "message"),
        "signal": Text("信号", "signal"),
        "condition": Text("条件", "condition"),
        "DecisionTask": Text("业务规则任务", "business rule task"),
        "Watch": Text("事件子流程的开始", "start of an event subprocess"),
        "NoneEvent": Text("无触发", "plain"),
        "ErrorEvent": Text("错误", "error"),
        "EscalationEvent": Text("升级", "escalation"),
        "CancelEvent": Text("取消", "cancel"),
    }
)


def in_words(kind: tuple[str, ...]) -> Text:
    """A kind as `kind_of` gives it: what is repeated after how it is, what is awaited before the event."""
    words = [KINDS.get(part, Text.same(part)) for part in kind if part]
    return Text("·".join(word.zh for word in words), " · ".join(word.en for word in words))
