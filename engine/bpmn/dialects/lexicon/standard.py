"""BPMN 2.0 itself: which of its elements and attributes change what happens here, and what becomes of the others.

`DRAWN` is shown in the diagram, or kept in the file, and changes nothing. `UNDONE` would change what happens elsewhere
but is not carried out here. Everything else the standard knows is read.
"""

from __future__ import annotations

from engine.bpmn.dialects.lexicon.entry import EFFECT, Entry, entry
from engine.domain.text import Text

DATA = Text(
    "数据在工单变量中：传值请用脚本任务或表单字段。",
    "The variables of the case hold the data: move values by a script task or form fields.",
)
ROLE = Text(
    "请用 camunda:candidateGroups，或在 potentialOwner 中写 user(x), group(y)。",
    "Use camunda:candidateGroups, or user(x), group(y) in a potentialOwner.",
)
POOL = Text("请画成流程（process）。", "Draw it as a process.")
INNER_PROCESS = Text("请画成流程，以调用活动调用。", "Make it a process of its own, called by a call activity.")
CORRELATE = Text(
    "请用 correlationProperty，或属性 correlation.名称。",
    "Use a correlationProperty, or the property correlation.NAME.",
)
QUANTITY = Text("请用并行网关或多实例。", "Use a parallel gateway or a multi-instance.")

RUN = frozenset(
    {
        "definitions",
        "process",
        "collaboration",
        "participant",
        "messageFlow",
        "laneSet",
        "childLaneSet",
        "lane",
        "flowNodeRef",
    }
    | {"sequenceFlow", "conditionExpression", "incoming", "outgoing", "extensionElements", "documentation"}
    | {"message", "signal", "error", "escalation", "resource", "correlationProperty"}
    | {"correlationPropertyRetrievalExpression", "messagePath", "correlationKey", "correlationPropertyRef"}
    | {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "loopCardinality", "loopCondition"}
    | {"loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem", "completionCondition"}
    | {"condition", "timeDate", "timeDuration", "timeCycle", "script", "potentialOwner", "humanPerformer", "performer"}
    | {"resourceRef", "resourceAssignmentExpression", "formalExpression", "expression", "activationCondition"}
    | {"task", "userTask", "manualTask", "scriptTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask"}
    | {"subProcess", "transaction", "adHocSubProcess", "callActivity", "exclusiveGateway", "parallelGateway"}
    | {"inclusiveGateway", "eventBasedGateway", "complexGateway", "startEvent", "endEvent", "intermediateCatchEvent"}
    | {"intermediateThrowEvent", "boundaryEvent", "messageEventDefinition", "timerEventDefinition"}
    | {"signalEventDefinition", "errorEventDefinition", "escalationEventDefinition", "conditionalEventDefinition"}
    | {"linkEventDefinition", "compensateEventDefinition", "cancelEventDefinition", "terminateEventDefinition"}
    | {"eventDefinitionRef"}
)
"""Read here or judged by the lint, which names those that cannot run."""

DRAWN = frozenset(
    {"group", "textAnnotation", "text", "association", "category", "categoryValue", "categoryValueRef", "dataObject"}
    | {"dataObjectReference", "dataStore", "dataStoreReference", "dataState", "dataInput", "dataOutput", "inputSet"}
    | {"outputSet", "dataInputRefs", "dataOutputRefs", "optionalInputRefs", "optionalOutputRefs", "inputSetRefs"}
    | {"outputSetRefs", "whileExecutingInputRefs", "whileExecutingOutputRefs", "ioSpecification", "property"}
    | {"dataInputAssociation", "dataOutputAssociation", "sourceRef", "targetRef", "itemDefinition", "import"}
    | {"interface", "operation", "inMessageRef", "outMessageRef", "errorRef", "endPoint", "endPointRef", "interfaceRef"}
    | {
        "partnerEntity",
        "partnerRole",
        "participantRef",
        "participantMultiplicity",
        "supportedInterfaceRef",
        "ioBinding",
    }
    | {"auditing", "monitoring", "rendering", "relationship", "source", "target", "extension", "supports", "artifact"}
    | {
        "partitionElement",
        "resourceParameter",
        "messageFlowAssociation",
        "participantAssociation",
        "innerParticipantRef",
    }
    | {
        "outerParticipantRef",
        "conversation",
        "subConversation",
        "callConversation",
        "conversationLink",
        "messageFlowRef",
    }
    | {"conversationAssociation", "conversationNode", "globalConversation", "choreographyRef", "definition"}
    | {"innerMessageFlowRef", "outerMessageFlowRef", "innerConversationNodeRef", "outerConversationNodeRef"}
)

UNDONE: dict[str, Entry] = {
    "assignment": entry("数据传递的赋值", "an assignment of a data association", DATA),
    "from": entry("赋值的来源", "the source of an assignment", DATA),
    "to": entry("赋值的去向", "the target of an assignment", DATA),
    "dataPath": entry("关联属性的取值", "the value of a correlation property", CORRELATE),
    "transformation": entry("数据传递的转换", "a transformation of a data association", DATA),
    "resourceRole": entry("一般的资源角色", "a resource role of no kind", ROLE),
    "resourceParameterBinding": entry("资源的参数", "a parameter of a resource", ROLE),
    "operationRef": entry("网络服务的操作", "an operation of a web service", EFFECT),
    "complexBehaviorDefinition": entry("多实例的复杂行为", "complex behaviour of a multi-instance", Text("请用完成条件（completionCondition）。", "Use a completion condition.")),
    "correlationSubscription": entry("流程的关联订阅", "a correlation subscription of the process", CORRELATE),
    "correlationPropertyBinding": entry("关联属性的绑定", "a binding of a correlation property", CORRELATE),
    "choreography": entry("编排", "a choreography", POOL),
    "globalChoreographyTask": entry("全局编排任务", "a global choreography task", POOL),
    "choreographyTask": entry("编排任务", "a choreography task", POOL),
    "subChoreography": entry("子编排", "a sub-choreography", POOL),
    "callChoreography": entry("调用编排", "a call of a choreography", POOL),
    "globalTask": entry("全局任务", "a global task", INNER_PROCESS),
    "globalUserTask": entry("全局用户任务", "a global user task", INNER_PROCESS),
    "globalManualTask": entry("全局手工任务", "a global manual task", INNER_PROCESS),
    "globalScriptTask": entry("全局脚本任务", "a global script task", INNER_PROCESS),
    "globalBusinessRuleTask": entry("全局业务规则任务", "a global business rule task", INNER_PROCESS),
    "implicitThrowEvent": entry("隐式抛出事件", "an implicit throw event", Text("请用中间事件。", "Use an intermediate event.")),
}  # fmt: skip

READ_ATTRIBUTES = frozenset(
    {"id", "name", "isExecutable", "sourceRef", "targetRef", "default", "attachedToRef", "cancelActivity", "processRef"}
    | {"messageRef", "signalRef", "errorRef", "escalationRef", "errorCode", "escalationCode", "calledElement"}
    | {"isSequential", "behavior", "testBefore", "loopMaximum", "triggeredByEvent", "isForCompensation", "instantiate"}
    | {"eventGatewayType", "language", "scriptFormat", "expressionLanguage", "typeLanguage", "targetNamespace"}
    | {"exporter", "exporterVersion", "type", "textFormat", "scriptLanguage", "isInterrupting", "ordering"}
    | {"cancelRemainingInstances"}
)
"""Read here or judged by the lint."""

DRAWN_ATTRIBUTES = frozenset(
    {"gatewayDirection", "processType", "isClosed", "definitionalCollaborationRef", "isImmediate", "itemSubjectRef"}
    | {
        "isCollection",
        "dataObjectRef",
        "dataStoreRef",
        "capacity",
        "isUnlimited",
        "structureRef",
        "itemRef",
        "itemKind",
    }
    | {
        "categoryValueRef",
        "associationDirection",
        "partitionElementRef",
        "value",
        "evaluatesToTypeRef",
        "implementationRef",
    }
    | {"minimum", "maximum", "isRequired", "direction", "mustUnderstand", "definition", "importType", "location"}
    | {
        "namespace",
        "innerConversationNodeRef",
        "outerConversationNodeRef",
        "innerMessageFlowRef",
        "outerMessageFlowRef",
    }
    | {"calledCollaborationRef", "inputDataRef", "outputDataRef"}
    | {
        "parameterRef",
        "correlationPropertyRef",
        "correlationKeyRef",
        "initiatingParticipantRef",
        "loopType",
        "calledChoreographyRef",
    }
)

UNDONE_ATTRIBUTES: dict[str, Entry] = {
    "completionQuantity": entry("完成时产生的令牌数", "how many tokens leave it", QUANTITY),
    "startQuantity": entry("开始所需的令牌数", "how many tokens it waits for", QUANTITY),
    "operationRef": entry("网络服务的操作", "an operation of a web service", EFFECT),
    "oneBehaviorEventRef": entry("每次重复抛出的事件", "the event each run throws", Text("请在重复内部画事件。", "Draw the event inside.")),
    "noneBehaviorEventRef": entry("每次重复抛出的事件", "the event each run throws", Text("请在重复内部画事件。", "Draw the event inside.")),
    "parallelMultiple": entry("等待全部事件", "waiting for all of several events", Text("请用并行网关连接各个事件。", "Join single events by a parallel gateway.")),
    "method": entry("事务的方法", "the method of a transaction", Text("请用取消事件和错误事件。", "Use cancel and error events.")),
    "implementation": entry("实现技术", "the technology that carries it out", EFFECT),
    "activityRef": entry("要补偿的活动", "the activity to compensate", Text("请将撤销步骤画成普通任务。", "Draw the steps that undo it as ordinary tasks.")),
    "waitForCompletion": entry("等待补偿完成", "waiting for compensation", Text("请将撤销步骤画成普通任务。", "Draw the steps that undo it as ordinary tasks.")),
}  # fmt: skip
NORMAL: dict[str, frozenset[str]] = {
    "completionQuantity": frozenset({"1"}),
    "startQuantity": frozenset({"1"}),
    "parallelMultiple": frozenset({"false", "0"}),
    "implementation": frozenset({"##unspecified", "##Unspecified", "##WebService", "##webService", "unspecified", ""}),
    "method": frozenset({"##Compensate", "##Image", "##Store", "compensate", ""}),
    "waitForCompletion": frozenset({"true", "1", "false", "0"}),
}
"""Values that say nothing beyond what happens anyway, or that every modeler writes by itself."""
