"""Camunda 7, and what Activiti and Flowable share with it. Attributes and extension elements are told apart."""

from __future__ import annotations

from engine.bpmn.dialects.lexicon.entry import (
    CASE_FORM,
    CATCH,
    EFFECT,
    FIXED,
    INLINE,
    ONE_TENANT,
    RELEASED,
    SCRIPT_BEFORE,
    STARTERS,
    VARIABLES,
    Entry,
    entry,
)
from engine.domain.text import Text

USER_TASK = Text("请写在用户任务上。", "Write it on a user task.")
REPEAT = Text("请写在多实例（multiInstanceLoopCharacteristics）上。", "Write it on a multi-instance.")
PLAIN_START = Text("请写在普通开始事件或用户任务上。", "Write it on the plain start event or a user task.")
CALL = Text("请写在调用活动上。", "Write it on a call activity.")
DECISION = Text("请写在业务规则任务上，并上传 DMN 文件。", "Write it on a business rule task, and upload the DMN file.")

ATTRIBUTES: dict[str, Entry] = {
    "assignee": entry("指定处理人", "who does the task", USER_TASK),
    "candidateUsers": entry("候选人", "who may do the task", USER_TASK),
    "candidateGroups": entry("候选组", "which groups may do the task", USER_TASK),
    "dueDate": entry("到期时间", "when the task is due", USER_TASK),
    "followUpDate": entry("跟进时间", "when to look at the task again", USER_TASK),
    "priority": entry("优先级", "how urgent the task is", USER_TASK),
    "formKey": entry("表单的位置", "where the form is", PLAIN_START),
    "formRef": entry("表单的 id", "the id of the form", PLAIN_START),
    "formRefBinding": entry("表单的版本选择", "which version of the form", PLAIN_START),
    "formRefVersion": entry("表单的版本", "the version of the form", PLAIN_START),
    "formHandlerClass": entry(
        "处理表单的 Java 类", "a Java class that handles the form", Text("请用表单字段及其校验。", "Use form fields and their validation.")
    ),
    "initiator": entry(
        "保存发起人的变量", "the variable for who started it", Text("发起人见工单记录；需要时请在开始表单中询问。", "Who opened the case is in its trail; where a step needs it, ask in the start form.")
    ),
    "candidateStarterGroups": entry("可发起的组", "which groups may start it", STARTERS),
    "candidateStarterUsers": entry("可发起的人", "who may start it", STARTERS),
    "isStartableInTasklist": entry("是否可在任务列表中发起", "whether it can be started from the task list"),
    "versionTag": entry("版本标签", "a version tag", Text("请写在流程上。", "Write it on the process.")),
    "historyTimeToLive": entry("历史保留时间", "how long history is kept"),
    "async": entry("异步执行", "asynchronous continuation"),
    "asyncBefore": entry("之前异步", "asynchronous continuation before"),
    "asyncAfter": entry("之后异步", "asynchronous continuation after"),
    "exclusive": entry("独占作业", "an exclusive job"),
    "jobPriority": entry("作业优先级", "the priority of the job"),
    "taskPriority": entry("外部任务优先级", "the priority of external tasks"),
    "retryTimeCycle": entry("重试间隔", "when to retry"),
    "failedJobRetryTimeCycle": entry("失败作业的重试间隔", "when to retry a failed job"),
    "diagramRelationId": entry("图的编号", "the id of the diagram"),
    "modelerTemplate": entry("元素模板", "the element template"),
    "modelerTemplateVersion": entry("元素模板版本", "the version of the element template"),
    "modelerTemplateIcon": entry("元素模板图标", "the icon of the element template"),
    "class": entry("Java 类", "a Java class", EFFECT),
    "delegateExpression": entry("Java 委托", "a Java delegate", EFFECT),
    "expression": entry("Java 表达式", "a Java expression", EFFECT),
    "type": entry("外部任务或内置任务的类型", "an external or built-in kind of task", EFFECT),
    "topic": entry("外部任务的主题", "the topic of an external task", EFFECT),
    "resultVariable": entry("结果变量", "the variable for the result", Text("只用于脚本任务和业务规则任务。", "It counts on script tasks and business rule tasks only.")),
    "resultVariableName": entry("结果变量", "the variable for the result", SCRIPT_BEFORE),
    "resource": entry("外部脚本文件", "a script in another file", INLINE),
    "decisionRef": entry("决策的 id", "the id of a decision", DECISION),
    "decisionRefBinding": entry("决策的版本选择", "which version of the decision", DECISION),
    "decisionRefVersion": entry("决策的版本", "the version of the decision", DECISION),
    "decisionRefVersionTag": entry("决策的版本标签", "the version tag of the decision", DECISION),
    "decisionRefTenantId": entry("决策的租户", "the tenant of the decision", ONE_TENANT),
    "mapDecisionResult": entry("决策结果的形式", "the form of the outcome", DECISION),
    "collection": entry("多实例的集合", "the collection of a multi-instance", REPEAT),
    "elementVariable": entry("多实例的元素变量", "the element variable of a multi-instance", REPEAT),
    "elementIndexVariable": entry(
        "多实例的序号变量", "the index variable of a multi-instance", Text("序号是 loopCounter（从 1 起）。", "The number of the run is loopCounter, from 1.")
    ),
    "calledElementBinding": entry("被调用流程的版本选择", "which version is called", CALL),
    "calledElementVersion": entry("被调用流程的版本", "the version that is called", RELEASED),
    "calledElementVersionTag": entry("被调用流程的版本标签", "the version tag that is called", RELEASED),
    "calledElementTenantId": entry("被调用流程的租户", "the tenant of the called process", ONE_TENANT),
    "calledElementType": entry("以什么查找被调用流程", "how the called process is looked up", FIXED),
    "caseRef": entry("CMMN 案例", "a CMMN case", Text("请调用 BPMN 流程。", "Call a BPMN process instead.")),
    "caseBinding": entry("CMMN 案例的版本选择", "which version of the CMMN case", Text("请调用 BPMN 流程。", "Call a BPMN process instead.")),
    "caseVersion": entry("CMMN 案例的版本", "the version of the CMMN case", Text("请调用 BPMN 流程。", "Call a BPMN process instead.")),
    "caseTenantId": entry("CMMN 案例的租户", "the tenant of the CMMN case", Text("请调用 BPMN 流程。", "Call a BPMN process instead.")),
    "variableMappingClass": entry("传递变量的 Java 类", "a Java class that maps variables", Text("请用 camunda:in 和 camunda:out。", "Use camunda:in and camunda:out.")),
    "variableMappingDelegateExpression": entry(
        "传递变量的 Java 委托", "a Java delegate that maps variables", Text("请用 camunda:in 和 camunda:out。", "Use camunda:in and camunda:out.")
    ),
    "errorCodeVariable": entry("保存错误代码的变量", "the variable for the error code", CATCH),
    "errorMessageVariable": entry("保存错误说明的变量", "the variable for the error message", CATCH),
    "errorMessage": entry("错误说明", "the message of the error", Text("请写在名称中。", "Put it into its name.")),
    "escalationCodeVariable": entry("保存升级代码的变量", "the variable for the escalation code", CATCH),
    "variableName": entry("条件等待的变量", "the variable a condition waits for"),
    "variableEvents": entry("条件等待的变量事件", "the events a condition waits for"),
    "taskListener": entry("任务监听器", "a task listener", SCRIPT_BEFORE),
    "executionListener": entry("执行监听器", "an execution listener", SCRIPT_BEFORE),
}  # fmt: skip

ELEMENTS: dict[str, Entry] = {
    "in": entry("传入的变量", "variables handed in", Text("信号不带变量：请改用消息和属性 payload。", "A signal carries none here: send a message with the property payload.")),
    "out": entry("传出的变量", "variables handed back", CALL),
    "inputOutput": entry("输入输出映射", "input and output mappings", VARIABLES),
    "inputParameter": entry("输入参数", "an input parameter", VARIABLES),
    "outputParameter": entry("输出参数", "an output parameter", VARIABLES),
    "list": entry("列表参数", "a list parameter", VARIABLES),
    "map": entry("映射参数", "a map parameter", VARIABLES),
    "entry": entry("映射参数的项", "an entry of a map parameter", VARIABLES),
    "script": entry("脚本参数", "a script as a parameter", SCRIPT_BEFORE),
    "connector": entry("连接器", "a connector", EFFECT),
    "connectorId": entry("连接器", "a connector", EFFECT),
    "field": entry("注入 Java 类的字段", "a field injected into a Java class", EFFECT),
    "string": entry("字段的文本", "the text of a field", EFFECT),
    "expression": entry("字段的表达式", "the expression of a field", EFFECT),
    "executionListener": entry("执行监听器", "an execution listener", SCRIPT_BEFORE),
    "taskListener": entry("任务监听器", "a task listener", SCRIPT_BEFORE),
    "errorEventDefinition": entry("外部任务的错误", "an error of an external task", EFFECT),
    "failedJobRetryTimeCycle": entry("失败作业的重试间隔", "when to retry a failed job"),
    "potentialStarter": entry("可发起的人或组", "who may start it", STARTERS),
    "formData": entry("表单", "a form", PLAIN_START),
    "formField": entry("表单字段", "a form field", PLAIN_START),
    "formProperty": entry("表单字段", "a form field", PLAIN_START),
    "value": entry("选项", "an option", PLAIN_START),
    "validation": entry("字段校验", "a validation", PLAIN_START),
    "constraint": entry("字段约束", "a constraint", PLAIN_START),
    "properties": entry("属性", "properties"),
    "property": entry("属性", "a property"),
    "customResource": entry("自定义资源", "a resource of its own kind", USER_TASK),
    "localScope": entry("局部变量", "local variables", VARIABLES),
    "dataObject": entry("数据对象的值", "the value of a data object", CASE_FORM),
}  # fmt: skip

INNER: dict[str, Entry] = {
    "in businessKey": entry("传给被调用流程的业务键", "the business key handed on", Text("被调用流程属于同一工单，业务键相同；请删除它。", "The called process belongs to the same case and has its business key; remove it.")),
    "in local": entry("只传局部变量", "local variables only", VARIABLES),
    "out local": entry("只传局部变量", "local variables only", VARIABLES),
    "formData businessKey": entry("作为业务键的字段", "the field that is the business key", Text("业务键在开工单时填写。", "The business key is given when the case is opened.")),
    "formField datePattern": entry("日期的格式", "the pattern of a date", Text("日期按使用者的语言显示；请删除它。", "Dates are shown as the reader is used to; remove it.")),
    "formProperty variable": entry("保存字段的变量", "the variable for the field", Text("请让字段 id 就是变量名。", "Make the id of the field the name of the variable.")),
    "formProperty expression": entry("字段的表达式", "the expression of the field", Text("请用脚本任务计算，再作为字段的默认值。", "Compute it in a script task, and make it the default of the field.")),
    "formProperty readable": entry("字段是否显示", "whether the field is shown", Text("请删除不显示的字段。", "Remove a field that is not to be shown.")),
    "formProperty datePattern": entry("日期的格式", "the pattern of a date", Text("日期按使用者的语言显示；请删除它。", "Dates are shown as the reader is used to; remove it.")),
}  # fmt: skip
