"""SpiffWorkflow and SpiffArena."""

from __future__ import annotations

from engine.bpmn.dialects.lexicon.entry import EFFECT, SCRIPT_BEFORE, Entry, entry
from engine.domain.text import Text

PAYLOAD = Text(
    "发送的值写属性 payload = 名称列表；收到的值写属性 accepts = 名称列表。",
    "List what is sent as the property payload = names, and what is received as the property accepts = names.",
)
TEST = Text("请用 closeloop lint 的试运行检查。", "The trial run of closeloop lint checks it.")
SIGNAL = Text("请在用户任务上画消息边界事件。", "Draw a message boundary event on the user task.")

ATTRIBUTES: dict[str, Entry] = {
    "scriptsOnInstances": entry("脚本用于每次重复", "scripts for each run", SCRIPT_BEFORE),
    "isOutputSynced": entry("数据存储的同步", "whether a data store is kept in step"),
}

ELEMENTS: dict[str, Entry] = {
    "preScript": entry("步骤之前的脚本", "a script before the step", SCRIPT_BEFORE),
    "postScript": entry("步骤之后的脚本", "a script after the step", SCRIPT_BEFORE),
    "messagePayload": entry("消息带的值", "what a message carries", PAYLOAD),
    "messageVariable": entry("保存消息的变量", "the variable for a message", PAYLOAD),
    "processVariable": entry("消息的变量", "a variable of a message", PAYLOAD),
    "correlation": entry("消息的关联", "the correlation of a message", Text("请写属性 correlation.名称。", "Write the property correlation.NAME.")),
    "calledDecisionId": entry("调用的决策", "the decision that is called", Text("请写在业务规则任务上，并上传 DMN 文件。", "Write it on a business rule task, and upload the DMN file.")),
    "serviceTaskOperator": entry("服务连接器", "a service connector", EFFECT),
    "parameters": entry("服务的参数", "parameters of a service", EFFECT),
    "parameter": entry("服务的一个参数", "a parameter of a service", EFFECT),
    "resultVariable": entry("服务的结果变量", "the variable for the result of a service", EFFECT),
    "instructionsForEndUser": entry("给处理人的说明", "instructions for whoever does the step", Text("请写在用户任务上。", "Write it on a user task.")),
    "unitTests": entry("脚本的单元测试", "unit tests of a script", TEST),
    "unitTest": entry("脚本的单元测试", "a unit test of a script", TEST),
    "inputJson": entry("单元测试的输入", "the input of a unit test", TEST),
    "expectedOutputJson": entry("单元测试的预期结果", "the expected outcome of a unit test", TEST),
    "signalButtonLabel": entry("触发信号的按钮", "a button that throws a signal", SIGNAL),
    "allowGuest": entry("允许访客处理", "guests may do it", Text("客户没有账号；请用消息接收客户的答复。", "Customers have no account; receive their answer as a message.")),
    "guestConfirmation": entry("给访客的确认语", "words of confirmation for guests", Text("请写属性 script。", "Write the property script.")),
    "taskMetadataValues": entry("任务的附加数据", "metadata of the task", Text("请用表单字段或属性。", "Use form fields or properties.")),
    "taskMetadataValue": entry("任务的附加数据", "metadata of the task", Text("请用表单字段或属性。", "Use form fields or properties.")),
    "isOutputSynced": entry("数据存储的同步", "whether a data store is kept in step"),
    "properties": entry("属性", "properties"),
    "property": entry("属性", "a property"),
    "category": entry("分类", "a category"),
    "scriptsOnInstances": entry("脚本用于每次重复", "scripts for each run", SCRIPT_BEFORE),
    "caseInsensitive": entry("不分大小写", "letter case does not matter"),
}  # fmt: skip
