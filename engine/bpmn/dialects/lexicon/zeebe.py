"""Camunda 8 (Zeebe)."""

from __future__ import annotations

from engine.bpmn.dialects.lexicon.entry import EFFECT, FIXED, RELEASED, SCRIPT_BEFORE, VARIABLES, Entry, entry
from engine.domain.text import Text

USER_TASK = Text("请写在用户任务上。", "Write it on a user task.")
AD_HOC = Text("请改用普通子流程，以网关选择步骤。", "Use a subprocess, and choose the steps by gateways.")
MESSAGE = Text(
    "请写在消息（message）上，或用属性 correlation.名称。",
    "Write it on the message, or use the property correlation.NAME.",
)

ATTRIBUTES: dict[str, Entry] = {
    "modelerTemplate": entry("元素模板", "the element template"),
    "modelerTemplateVersion": entry("元素模板版本", "the version of the element template"),
    "modelerTemplateIcon": entry("元素模板图标", "the icon of the element template"),
    "retryCounter": entry("重试次数", "how often to retry"),
    "diagramRelationId": entry("图的编号", "the id of the diagram"),
}  # fmt: skip

ELEMENTS: dict[str, Entry] = {
    "userTask": entry("由平台管理的用户任务", "a user task of the platform", USER_TASK),
    "assignmentDefinition": entry("任务的分配", "who may do the task", USER_TASK),
    "taskSchedule": entry("任务的到期与跟进", "when the task is due", USER_TASK),
    "priorityDefinition": entry("任务的优先级", "how urgent the task is", USER_TASK),
    "formDefinition": entry("表单的引用", "a reference to a form", USER_TASK),
    "userTaskForm": entry(
        "没有被任何任务引用的内嵌表单", "an embedded form no task of this process refers to", Text("请在用户任务上引用它（camunda-forms:bpmn:id），或删除它。", "Refer to it from a user task (camunda-forms:bpmn:id), or remove it.")
    ),
    "taskDefinition": entry("作业类型（由外部程序执行）", "the type of a job another program does", EFFECT),
    "taskHeaders": entry("作业的固定参数", "fixed parameters of a job", EFFECT),
    "header": entry("作业的一个参数", "a parameter of a job", EFFECT),
    "ioMapping": entry("输入输出映射", "input and output mappings", VARIABLES),
    "input": entry("输入映射", "an input mapping", VARIABLES),
    "output": entry("输出映射", "an output mapping", VARIABLES),
    "subscription": entry("消息的关联键", "the correlation key of a message", MESSAGE),
    "loopCharacteristics": entry("多实例的集合", "the collection of a multi-instance", Text("请写在多实例上。", "Write it on a multi-instance.")),
    "calledElement": entry("被调用的流程", "the process that is called", Text("请写在调用活动上。", "Write it on a call activity.")),
    "calledDecision": entry("调用的决策", "the decision that is called", Text("请写在业务规则任务上，并上传 DMN 文件。", "Write it on a business rule task, and upload the DMN file.")),
    "script": entry("脚本", "a script", Text("请写在脚本任务上。", "Write it on a script task.")),
    "properties": entry("属性", "properties"),
    "property": entry("属性", "a property"),
    "versionTag": entry("版本标签", "a version tag", Text("请写在流程上。", "Write it on the process.")),
    "executionListeners": entry("执行监听器", "execution listeners", SCRIPT_BEFORE),
    "executionListener": entry("执行监听器", "an execution listener", SCRIPT_BEFORE),
    "taskListeners": entry("任务监听器", "task listeners", SCRIPT_BEFORE),
    "taskListener": entry("任务监听器", "a task listener", SCRIPT_BEFORE),
    "adHoc": entry("即席子流程的设置", "settings of an ad-hoc subprocess", AD_HOC),
    "linkedResources": entry("关联的资源文件", "linked resources", EFFECT),
    "linkedResource": entry("关联的资源文件", "a linked resource", EFFECT),
    "conditionalFilter": entry("条件等待的变量", "the variables a condition waits for"),
}  # fmt: skip

INNER: dict[str, Entry] = {
    "calledElement processIdExpression": entry("被调用流程的表达式", "the called process as an expression", FIXED),
    "calledElement versionTag": entry("被调用流程的版本标签", "the version tag that is called", RELEASED),
}
