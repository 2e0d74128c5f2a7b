"""The sentences of `people`."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

NO_NAME = Rule(
    "step-without-name",
    WARNING,
    Text(
        "人工步骤“{name}”没有名称，待办列表中无法辨认。",
        "The step “{name}” has no name; nobody will know it in a worklist.",
    ),
    Text("请用动词写出要做的事，例如“核对证据”。", "Name it by what is done, such as “Check the evidence”."),
)
NO_OWNER = Rule(
    "step-without-owner",
    INFO,
    Text("步骤“{name}”没有责任岗位，任何员工都可领取。", "Nobody is named for “{name}”; any employee may claim it."),
    Text("请放入泳道，或写候选组。", "Put it into a lane, or name a candidate group."),
)
NO_LIMIT = Rule(
    "step-without-limit",
    INFO,
    Text("步骤“{name}”没有时限。", "The step “{name}” has no limit."),
    Text("请写属性 sla，例如 PT2H。", "Write the property sla, such as PT2H."),
)
NO_GUIDANCE = Rule(
    "step-without-guidance",
    INFO,
    Text("步骤“{name}”没有操作标准。", "The step “{name}” has no operating standard."),
    Text("请写属性 guidance.zh 和 guidance.en。", "Write the properties guidance.zh and guidance.en."),
)
NO_FORM = Rule(
    "step-without-form",
    INFO,
    Text("步骤“{name}”没有表单，除“已完成”外不会留下任何记录。", "The step “{name}” has no form; nothing is recorded but that it was done."),
    Text("请添加字段，写下查明了什么、决定了什么。", "Add fields for what is found out or decided."),
)
OF_MANY = {
    rule.id: Rule(rule.id, rule.level, message, rule.advice)
    for rule, message in (
        (NO_NAME, Text("{count} 个人工步骤没有名称：{names} 等。", "{count} steps have no name: {names} …")),
        (
            NO_OWNER,
            Text(
                "{count} 个步骤没有责任岗位，任何员工都可领取：{names} 等。",
                "Nobody is named for {count} steps, any employee may claim them: {names} …",
            ),
        ),
        (NO_LIMIT, Text("{count} 个步骤没有时限：{names} 等。", "{count} steps have no limit: {names} …")),
        (NO_GUIDANCE, Text("{count} 个步骤没有操作标准：{names} 等。", "{count} steps have no operating standard: {names} …")),
        (NO_FORM, Text("{count} 个步骤没有表单：{names} 等。", "{count} steps have no form: {names} …")),
    )
}
"""The same said once of many steps."""

DUTY_UNKNOWN = Rule(
    "duty-unknown",
    ERROR,
    Text(
        "{word} 所指的步骤“{id}”不存在，职责分离不会生效。",
        "{word} names “{id}”, which does not exist: it would separate nothing.",
    ),
    Text("请更正元素 id。", "Correct the element id."),
)
DUTY_ELSEWHERE = Rule(
    "duty-elsewhere",
    WARNING,
    Text(
        "{word} 所指的步骤 {id} 不在此文件中；将在同一工单的其他流程中查找。",
        "{word} names {id}, not in this file; looked for among the other steps of the case.",
    ),
    Text(
        "请确认 id 与另一流程一致；写错则不会生效。",
        "Make sure the ids are those of the other procedure; a slip would separate nothing.",
    ),
)
DUTY_NOBODY = Rule(
    "duty-nobody",
    ERROR,
    Text("{word} 所指的“{id}”不由人办理。", "{word} names “{id}”, which no person does."),
    Text("请写用户任务的 id。", "Name a user task."),
)
DUTY_ITSELF = Rule(
    "duty-itself",
    ERROR,
    Text("{word} 指向步骤“{id}”自己。", "{word} names the step “{id}” itself."),
    Text("请写另一个步骤的 id。", "Name another step."),
)
CLOCK_UNKNOWN = Rule(
    "clock-unknown",
    ERROR,
    Text("{word} 所指的时钟“{clock}”没有定义。", "{word} names the clock “{clock}”, which is not defined."),
    Text("请在流程上定义该时钟，或更正名称。", "Define the clock on the process, or correct the name."),
)
CLOCK_ELSEWHERE = Rule(
    "clock-elsewhere",
    WARNING,
    Text(
        "{word} 所指的时钟“{clock}”不在此文件中；将在同一工单的其他流程中查找。",
        "{word} names the clock “{clock}”, which is not in this file; it will be looked for among those of the case.",
    ),
    Text("请确认名称与另一流程一致。", "Make sure the name is that of the other procedure."),
)
