"""The sentences of `structure`."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

ID_TWICE = Rule(
    "id-twice",
    ERROR,
    Text("id“{id}”使用了两次。", "The id “{id}” is used twice."),
    Text("请更改其中一个元素的 id。", "Give one of the elements another id."),
)
NODE_WITHOUT_ID = Rule(
    "element-without-id",
    ERROR,
    Text("一个元素没有 id：{kind}“{name}”。", "An element has no id: {kind} “{name}”."),
    Text("请用建模工具重新保存，它会补上 id。", "Save it again in your modelling tool, which adds one."),
)
DIAGRAM_FAULTY = Rule(
    "diagram-faulty",
    ERROR,
    Text(
        "图形的坐标 {name}=“{value}”不是数字，无法绘制。",
        "The coordinate {name}=“{value}” of the diagram is not a number; it cannot be drawn.",
    ),
    Text("请用建模工具重新打开并保存。", "Open and save it again in your modelling tool."),
)
NO_SHAPES = Rule(
    "diagram-missing",
    INFO,
    Text("文件没有图形，只有流程本身。", "The file has no shapes, only the process itself."),
    Text("显示时会自动排版；文件本身不变。", "It is laid out when it is shown; the file stays as it is."),
)
SHAPES_MISSING = Rule(
    "diagram-incomplete",
    INFO,
    Text("“{name}”等 {count} 个元素没有图形，图上看不到。", "{count} element(s), “{name}” among them, have no shape and cannot be seen."),
    Text("请在建模工具中重新打开并保存。", "Open and save it again in your modelling tool."),
)
SHAPES_ALONE = Rule(
    "shape-without-element",
    INFO,
    Text("{count} 个图形所表示的元素不在文件中。", "{count} shape(s) stand for elements that are not in the file."),
    Text("显示时会略去这些图形。", "They are left out when it is shown."),
)
NO_START = Rule(
    "no-start",
    ERROR,
    Text("“{name}”没有开始事件。", "“{name}” has no start event."),
    Text("请画一个开始事件并连到第一步。", "Draw a start event and join it to the first step."),
)
SEVERAL_STARTS = Rule(
    "several-starts",
    ERROR,
    Text(
        "“{name}”有多个没有消息的开始事件，无法决定从哪里开始。",
        "“{name}” has several start events without a message; which one begins is open.",
    ),
    Text("请只保留一个，其余改为消息开始事件。", "Keep one and make the others message start events."),
)
START_INSIDE = Rule(
    "start-in-subprocess",
    ERROR,
    Text("子流程的开始事件不能等待消息或时间。", "The start event of a subprocess cannot wait for anything."),
    Text("请改为普通开始事件。", "Make it a plain start event."),
)
FLOW_LOOSE = Rule(
    "flow-loose",
    ERROR,
    Text(
        "连线的一端“{missing}”在同一流程中不存在。",
        "One end of the flow, “{missing}”, does not exist in the same process.",
    ),
    Text("请重新连接，或删除该连线。", "Join it again, or delete it."),
)
FLOW_INTO_START = Rule(
    "flow-into-start",
    ERROR,
    Text(
        "连线指向“{name}”，但开始事件和边界事件不能有流入。",
        "A flow leads into “{name}”; start and boundary events take none.",
    ),
    Text("请将连线接到第一步。", "Lead it to the first step instead."),
)
FLOW_OUT_OF_END = Rule(
    "flow-out-of-end",
    ERROR,
    Text("连线从结束事件“{name}”流出。", "A flow leaves the end event “{name}”."),
    Text("请改用中间事件，或删除该连线。", "Use an intermediate event, or delete the flow."),
)
UNREACHABLE = Rule(
    "unreachable",
    WARNING,
    Text("“{name}”永远不会到达。", "“{name}” can never be reached."),
    Text("请连上它，或删除它。", "Join it to the process, or delete it."),
)
NO_WAY_OUT = Rule(
    "no-way-out",
    WARNING,
    Text(
        "“{name}”之后没有连线，流程会在此悄然结束。",
        "Nothing follows “{name}”; the path ends there without an end event.",
    ),
    Text("请画出结束事件。", "Draw an end event."),
)
IMPLICIT_SPLIT = Rule(
    "implicit-split",
    WARNING,
    Text(
        "“{name}”有 {count} 条流出连线，将同时进行。",
        "{count} flows leave “{name}”; all of them are followed at the same time.",
    ),
    Text(
        "请画并行网关或排他网关，使意图清楚。", "Draw a parallel or an exclusive gateway to make clear what is meant."
    ),
)
CONDITION_AFTER_TASK = Rule(
    "condition-after-task",
    WARNING,
    Text(
        "“{name}”的流出连线带有条件，却没有默认路径；条件都不成立时会出现异常。",
        "Flows leaving “{name}” have conditions and there is no default; if none holds, the case stops with an incident.",
    ),
    Text("请改用排他网关，并设默认路径。", "Use an exclusive gateway with a default flow."),
)
ENDLESS = Rule(
    "endless-round",
    WARNING,
    Text(
        "“{name}”所在的回路中没有任何等待，可能永远循环。",
        "The round “{name}” is part of never waits for anything; it may go on for ever.",
    ),
    Text("请在回路中加入人工任务或等待事件。", "Put a task of a person or a waiting event into it."),
)
