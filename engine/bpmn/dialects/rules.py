"""What is said about vendor attributes, properties and forms: read, misread or not understood."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

DURATION = Text("请写 ISO 8601 时长，例如 PT2H 或 P1D。", "Write an ISO 8601 duration such as PT2H or P1D.")

ATTRIBUTE_UNMAPPED = Rule(
    "attribute-not-mapped",
    WARNING,
    Text(
        "属性 {name}=“{value}”（{what}）没有作用，不会执行。",
        "The attribute {name}=“{value}” ({what}) has no effect here and is not carried out.",
    ),
    Text("{advice}", "{advice}"),
)
ATTRIBUTE_NEEDLESS = Rule(
    "attribute-not-needed",
    INFO,
    Text("{name}（{what}）在此不需要，未使用。", "{name} ({what}) is not needed here and not used."),
)
EXTENSION_UNMAPPED = Rule(
    "extension-not-mapped",
    WARNING,
    Text(
        "扩展元素 {name}（{what}）没有作用，不会执行。",
        "The extension {name} ({what}) has no effect here and is not carried out.",
    ),
    Text("{advice}", "{advice}"),
)
STANDARD_UNDONE = Rule(
    "standard-not-mapped",
    WARNING,
    Text("{name}（{what}）没有作用，不会执行。", "{name} ({what}) has no effect here and is not carried out."),
    Text("{advice}", "{advice}"),
)
STANDARD_UNKNOWN = Rule(
    "standard-unknown",
    WARNING,
    Text("BPMN 2.0 中没有 {name}，未使用。", "BPMN 2.0 has no {name}; it is not used."),
    Text(
        "请检查拼写；厂商的扩展须有自己的命名空间。", "Check its spelling; an extension needs a namespace of its own."
    ),
)
DRAWN_ONLY = Rule(
    "drawn-only",
    INFO,
    Text("以下内容只保留和显示，不影响执行：{names}。", "Kept and shown, but without effect on what happens: {names}."),
)
FOREIGN_UNMAPPED = Rule(
    "foreign-extension",
    INFO,
    Text(
        "{maker}（{namespace}）的内容共 {count} 处，原样保留，不使用：{names}。",
        "{count} entries of {maker} ({namespace}) are kept as they are and not used: {names}.",
    ),
)
PROPERTY_UNKNOWN = Rule(
    "property-unknown", INFO, Text("属性“{name}”未知，未使用。", "The property “{name}” is not known and not used.")
)
PROPERTY_MISSPELT = Rule(
    "property-misspelt",
    WARNING,
    Text("属性“{name}”未知，未使用。是否应为“{likely}”？", "The property “{name}” is not known. Was “{likely}” meant?"),
    Text("请更正名称。", "Correct its name."),
)
PROPERTY_MISPLACED = Rule(
    "property-misplaced",
    WARNING,
    Text("属性“{name}”在此类元素上没有作用。", "The property “{name}” has no effect on this kind of element."),
    Text("它应写在{places}上。", "It belongs on {places}."),
)
PROPERTY_TWICE = Rule(
    "property-twice",
    WARNING,
    Text("属性“{name}”写了两次，采用后一个。", "The property “{name}” is written twice; the last one counts."),
    Text("请删除其中一个。", "Remove one of them."),
)
RETENTION_BAD = Rule(
    "retention-bad",
    ERROR,
    Text("保存期限“{value}”不可用，个人信息将永不删除。", "The retention “{value}” cannot be used; personal values would be kept for ever."),
    Text("请写整年、整月或整天，如 P3Y、P6M、P90D，最长 100 年。", "Write whole years, months or days, such as P3Y, P6M or P90D, 100 years at most."),
)
RULE_BAD = Rule(
    "rule-bad",
    WARNING,
    Text("规则“{name}”无法读取：{value}。", "The rule “{name}” cannot be read: {value}."),
    Text(
        "可写：response: A -> B within PT48H；precedence: A | B -> C；absence: A；required: A/field；"
        "时间可加 business，元素可加条件 A[amount > 100]，末尾可加 when 条件。",
        "Write response: A -> B within PT48H, precedence: A | B -> C, absence: A or required: A/field; a time may be "
        "followed by business, an element by a condition as in A[amount > 100], the whole by when and a condition.",
    ),
)
LIMIT_BAD = Rule(
    "limit-bad",
    ERROR,
    Text("“{name}”的时限“{value}”无法使用：{why}", "The limit “{value}” of “{name}” cannot be used: {why}"),
    DURATION,
)
WARN_BAD = Rule(
    "warn-bad",
    ERROR,
    Text("“{name}”的值“{value}”应为百分比。", "“{name}” should be a percentage, but is “{value}”."),
    Text("请写 1% 到 100%，例如 80%。", "Write 1% to 100%, such as 80%."),
)
WARN_ALONE = Rule(
    "warn-alone",
    WARNING,
    Text("写了“{name}”却没有对应的时限。", "“{name}” is given without a limit to warn about."),
    Text("请补上时限，或删除它。", "Add the limit, or remove it."),
)
VALUE_BAD = Rule(
    "value-bad",
    ERROR,
    Text("“{name}”的值“{value}”不可用。", "“{name}” cannot be “{value}”."),
    Text("可用的值：{allowed}。", "It can be: {allowed}."),
)
PERSON_IGNORED = Rule(
    "assignment-ignored",
    WARNING,
    Text(
        "“{name}”只对人工任务有效，在此不起作用。", "“{name}” counts for tasks of people only and has no effect here."
    ),
    Text("请写在用户任务上。", "Write it on a user task."),
)

FIELD_KEY_BAD = Rule(
    "field-key-bad",
    ERROR,
    Text("表单字段的键“{key}”不能用作变量名。", "The form field key “{key}” cannot be the name of a variable."),
    Text(
        "请用字母（或汉字）开头，仅含字母、数字和下划线。",
        "Begin with a letter and use letters, digits and underscores only.",
    ),
)
FIELD_TWICE = Rule(
    "field-twice",
    ERROR,
    Text("表单中有两个字段“{key}”。", "The form has two fields “{key}”."),
    Text("请更改其中一个的键。", "Change the key of one."),
)
FIELD_TYPE_UNKNOWN = Rule(
    "field-type-unknown",
    ERROR,
    Text("字段“{key}”的类型“{type}”未知。", "Field “{key}” has the unknown type “{type}”."),
    Text("可用的类型：{allowed}。", "Known types: {allowed}."),
)
FIELD_NO_OPTIONS = Rule(
    "field-no-options",
    ERROR,
    Text("选择字段“{key}”没有选项。", "The choice “{key}” has no options."),
    Text("请添加选项。", "Add its options."),
)
FIELD_OPTION_TWICE = Rule(
    "field-option-twice",
    ERROR,
    Text("字段“{key}”的选项“{value}”出现了两次。", "Field “{key}” has the option “{value}” twice."),
    Text("请删除其中一个。", "Remove one of them."),
)
FIELD_DEFAULT_BAD = Rule(
    "field-default-bad",
    ERROR,
    Text("字段“{key}”的默认值“{value}”不是它的选项。", "The default “{value}” of “{key}” is not one of its options."),
    Text("请改为一个选项，或删除默认值。", "Choose one of the options, or remove the default."),
)
FIELD_LIMIT_BAD = Rule(
    "field-limit-bad",
    ERROR,
    Text(
        "字段“{key}”的约束 {name}=“{value}”不是可用的数值。",
        "{name}=“{value}” of field “{key}” is not a usable number.",
    ),
    Text("请写数字，且下限不大于上限。", "Write a number; the lower bound may not be above the upper."),
)
FIELD_PATTERN_BAD = Rule(
    "field-pattern-bad",
    ERROR,
    Text("字段“{key}”的格式“{pattern}”不可用：{why}", "The pattern “{pattern}” of field “{key}” cannot be used: {why}"),
    Text("请写简单的正则表达式。", "Write a simple regular expression."),
)
FIELD_CONSTRAINT_UNKNOWN = Rule(
    "field-constraint-unknown",
    WARNING,
    Text(
        "字段“{key}”的约束“{name}”未知，不会检查。",
        "The constraint “{name}” of field “{key}” is not known and not checked.",
    ),
    Text(
        "可用：required、readonly、min、max、minlength、maxlength、pattern。",
        "Known: required, readonly, min, max, minlength, maxlength, pattern.",
    ),
)
