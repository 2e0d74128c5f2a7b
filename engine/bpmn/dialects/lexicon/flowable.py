"""What Activiti and Flowable have beyond Camunda 7."""

from __future__ import annotations

from engine.bpmn.dialects.lexicon.entry import (
    EFFECT,
    ONE_TENANT,
    RELEASED,
    SCRIPT_BEFORE,
    SEND,
    VARIABLES,
    Entry,
    entry,
)
from engine.domain.text import Text

MESSAGES = Text(
    "请用消息事件，由 API 的 /messages 送达。", "Use message events; deliver them by the /messages of the API."
)
CONDITION = Text("请用网关跳过此步骤。", "Skip the step by a gateway.")
CALENDAR = Text("请写属性 calendar = business 或 wall。", "Write the property calendar = business or wall.")
VALIDATION = Text("请用字段的约束。", "Use the constraints of the fields.")

ATTRIBUTES: dict[str, Entry] = {
    "skipExpression": entry("跳过步骤的条件", "when the step is skipped", CONDITION),
    "category": entry("分类", "a category"),
    "owner": entry("任务所有者", "the owner of the task", Text("请用 assignee 或 candidateGroups。", "Use assignee or candidateGroups.")),
    "businessCalendarName": entry("日历", "a calendar", CALENDAR),
    "extensionId": entry("扩展编号", "the id of an extension"),
    "idVariableName": entry("保存流程编号的变量", "the variable for the id of the called instance", VARIABLES),
    "taskIdVariableName": entry("保存任务编号的变量", "the variable for the id of the task", VARIABLES),
    "taskCompleterVariableName": entry("保存完成人的变量", "the variable for who completed it", Text("请用属性 same-as 或 separate-from。", "Use the properties same-as or separate-from.")),
    "processInstanceName": entry("被调用流程的名称", "the name of the called instance"),
    "processInstanceIdVariableName": entry("保存流程编号的变量", "the variable for the id of the instance", VARIABLES),
    "inheritVariables": entry("继承变量", "whether variables are inherited", Text("请用 in 和 out 的 variables=\"all\"。", "Use in and out with variables=\"all\".")),
    "inheritBusinessKey": entry("继承业务键", "whether the business key is inherited"),
    "sameDeployment": entry("同一部署中的流程", "a process of the same deployment", RELEASED),
    "fallbackToDefaultTenant": entry("默认租户", "the default tenant", ONE_TENANT),
    "completeAsync": entry("异步结束", "asynchronous completion"),
    "triggerable": entry("可触发的服务任务", "a service task that waits", MESSAGES),
    "useLocalScopeForResultVariable": entry("局部结果变量", "a local result variable", VARIABLES),
    "storeResultVariableAsTransient": entry("临时结果变量", "a transient result variable", VARIABLES),
    "storeResultVariableAsJson": entry("JSON 结果变量", "a result variable as JSON", VARIABLES),
    "autoStoreVariables": entry("自动保存脚本变量", "storing the variables of a script", Text("请写“名称 = 表达式”。", "Write “name = expression”.")),
    "doNotIncludeVariables": entry("脚本不带变量", "a script without variables"),
    "skipIfRunning": entry("已运行则不再发起", "no second start while one runs", CONDITION),
    "formFieldValidation": entry("表单校验", "validation of the form", VALIDATION),
    "sameExecution": entry("同一执行", "the same execution"),
    "messageExpression": entry("消息名称的表达式", "the name of the message as an expression", SEND),
    "signalExpression": entry("信号名称的表达式", "the name of the signal as an expression", SEND),
    "scope": entry("信号范围", "the scope of a signal", MESSAGES),
    "escalationCode": entry("升级代码", "an escalation code", Text("请声明 escalation 并引用它。", "Declare an escalation and refer to it.")),
    "errorVariableName": entry("保存错误的变量", "the variable for the error", SCRIPT_BEFORE),
    "errorVariableLocalScope": entry("错误变量的范围", "the scope of the error variable", SCRIPT_BEFORE),
    "errorVariableTransient": entry("临时错误变量", "a transient error variable", SCRIPT_BEFORE),
    "endDate": entry("重复的结束时间", "when a cycle ends", Text("请写 R3/PT1H 这样的次数。", "Write how often, such as R3/PT1H.")),
    "aggregations": entry("多实例汇总", "what a multi-instance gathers", Text("请用 loopDataOutputRef 或 zeebe:loopCharacteristics。", "Use loopDataOutputRef or zeebe:loopCharacteristics.")),
    "variableChangeType": entry("变量变化的类型", "which change of a variable"),
    "scriptFormat": entry("脚本语言", "the language of a script"),
    "sourceRef": entry("来源", "a source"),
}  # fmt: skip

ELEMENTS: dict[str, Entry] = {
    "mapException": entry("异常映射", "an exception as an error", SCRIPT_BEFORE),
    "eventType": entry("事件注册表的事件", "an event of the event registry", MESSAGES),
    "triggerEventType": entry("事件注册表的触发事件", "a triggering event of the registry", MESSAGES),
    "eventInParameter": entry("事件的输入参数", "a parameter of an event", MESSAGES),
    "eventOutParameter": entry("事件的输出参数", "a parameter of an event", MESSAGES),
    "triggerEventOutParameter": entry("触发事件的参数", "a parameter of a triggering event", MESSAGES),
    "eventCorrelationParameter": entry("事件的关联参数", "what an event is correlated by", Text("请写属性 correlation.名称。", "Write the property correlation.NAME.")),
    "triggerEventCorrelationParameter": entry("触发事件的关联参数", "what a triggering event is correlated by", MESSAGES),
    "channelKey": entry("通道", "a channel", MESSAGES),
    "triggerChannelKey": entry("触发通道", "a triggering channel", MESSAGES),
    "sendSynchronously": entry("同步发送", "sending at once"),
    "keyDetectionValue": entry("事件识别", "how an event is known", MESSAGES),
    "startEventCorrelationConfiguration": entry("开始事件的关联", "how a start event is correlated", MESSAGES),
    "manualCorrelationParameter": entry("手工关联参数", "a correlation by hand", MESSAGES),
    "eventListener": entry("引擎事件监听器", "a listener of the engine", SCRIPT_BEFORE),
    "httpRequestHandler": entry("HTTP 请求处理", "a handler of HTTP requests", EFFECT),
    "httpResponseHandler": entry("HTTP 响应处理", "a handler of HTTP responses", EFFECT),
    "inputParameters": entry("输入参数", "input parameters", VARIABLES),
    "outputParameters": entry("输出参数", "output parameters", VARIABLES),
    "variableAggregation": entry("多实例汇总", "what a multi-instance gathers", Text("请用 loopDataOutputRef 或 zeebe:loopCharacteristics。", "Use loopDataOutputRef or zeebe:loopCharacteristics.")),
    "variableListenerEventDefinition": entry("变量监听事件", "an event on a change of a variable", Text("请用条件事件。", "Use a conditional event.")),
    "taskCompleterVariableName": entry("保存完成人的变量", "the variable for who completed it", Text("请用属性 same-as 或 separate-from。", "Use the properties same-as or separate-from.")),
    "systemChannel": entry("系统通道", "a system channel", MESSAGES),
    "transactionDependentTaskListener": entry("任务监听器", "a task listener", SCRIPT_BEFORE),
    "attribute": entry("属性", "an attribute"),
}  # fmt: skip
