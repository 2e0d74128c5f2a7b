"""What the modeler says on its palette and menus, in Chinese; in English it speaks for itself.

Words that are put together (`Timer` + `boundary event`) are put together here too.
"""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "Activate create/remove space tool": "增减空间", "Activate global connect tool": "连线", "Activate hand tool": "移动画布",
    "Activate lasso tool": "框选", "Add lane above": "在上方添加泳道", "Add lane below": "在下方添加泳道",
    "Add text annotation": "添加注释", "Append compensation activity": "追加补偿活动",
    "Append conditional intermediate catch event": "追加条件中间事件", "Append end event": "追加结束事件",
    "Append gateway": "追加网关", "Append intermediate/boundary event": "追加中间/边界事件",
    "Append message intermediate catch event": "追加等待消息", "Append receive task": "追加接收任务",
    "Append signal intermediate catch event": "追加等待信号", "Append task": "追加任务",
    "Append timer intermediate catch event": "追加定时等待", "Change element": "更改类型", "Connect to other element": "连接到其他元素",
    "Connect using association": "用关联连接", "Connect using data input association": "用数据关联连接",
    "Create data object reference": "数据对象", "Create data store reference": "数据存储", "Create end event": "结束事件",
    "Create expanded sub-process": "展开的子流程", "Create gateway": "网关", "Create group": "分组",
    "Create intermediate/boundary event": "中间/边界事件", "Create pool/participant": "泳池", "Create start event": "开始事件",
    "Create task": "任务", "Delete": "删除", "Distribute elements horizontally": "水平均匀分布",
    "Distribute elements vertically": "垂直均匀分布", "Divide into three lanes": "分成三条泳道", "Divide into two lanes": "分成两条泳道",
    "Toggle non-interrupting": "切换是否中断", "Loop": "循环", "Parallel multi-instance": "并行多实例",
    "Sequential multi-instance": "顺序多实例", "Collection": "集合", "Participant multiplicity": "多个参与方",
    "Task": "任务", "User task": "用户任务", "Service task": "服务任务", "Send task": "发送任务", "Receive task": "接收任务",
    "Manual task": "人工任务", "Business rule task": "业务规则任务", "Script task": "脚本任务", "Call activity": "调用活动",
    "Sub-process": "子流程", "Sub-process (collapsed)": "子流程（折叠）", "Sub-process (expanded)": "子流程（展开）",
    "Ad-hoc sub-process": "即席子流程", "Ad-hoc sub-process (collapsed)": "即席子流程（折叠）",
    "Ad-hoc sub-process (expanded)": "即席子流程（展开）", "Event sub-process": "事件子流程", "Transaction": "事务",
    "Exclusive gateway": "排他网关", "Parallel gateway": "并行网关", "Inclusive gateway": "包容网关", "Complex gateway": "复杂网关",
    "Event-based gateway": "事件网关", "Sequence flow": "顺序流", "Default flow": "默认路径", "Conditional flow": "条件路径",
    "Data object reference": "数据对象", "Data store reference": "数据存储", "Empty pool/participant": "空泳池",
    "Expanded pool/participant": "展开的泳池", "Start event": "开始事件", "End event": "结束事件", "Boundary event": "边界事件",
    "Intermediate throw event": "中间事件", "Terminate end event": "终止结束事件", "Cancel boundary event": "取消边界事件",
    "Cancel end event": "取消结束事件", "Link intermediate catch event": "链接入口", "Link intermediate throw event": "链接出口",
    "Search in diagram": "在图中查找",
}  # fmt: skip
KINDS = {"Message": "消息", "Timer": "定时", "Conditional": "条件", "Signal": "信号", "Error": "错误", "Escalation": "升级", "Compensation": "补偿"}
EVENTS = {
    "start event": "开始事件", "start event (non-interrupting)": "开始事件（不中断）", "intermediate catch event": "中间等待事件",
    "intermediate throw event": "中间抛出事件", "boundary event": "边界事件", "boundary event (non-interrupting)": "边界事件（不中断）",
    "end event": "结束事件",
}  # fmt: skip


def in_chinese() -> dict[str, str]:
    together = {f"{kind} {event}": words + what for kind, words in KINDS.items() for event, what in EVENTS.items()}
    return together | dict(WORDS)
