"""What is said about DMN files and the tasks that use them. Every message names the file or the decision meant."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

TABLE = Text(
    "请改写为决策表或 FEEL 表达式（literal expression）。",
    "Write it as a decision table or as a FEEL expression (literal expression).",
)
FEEL = Text("请写成 FEEL。", "Write it in FEEL.")

UNREADABLE = Rule(
    "decision-file-unreadable",
    ERROR,
    Text("决策文件“{file}”无法读取：{why}", "The decision file “{file}” cannot be read: {why}"),
    Text(
        "请在建模工具中另存为 DMN 1.1–1.5 的 XML 文件（.dmn）。",
        "In your modelling tool save it as DMN 1.1 to 1.5 XML (.dmn).",
    ),
)
TWICE = Rule(
    "decision-twice",
    ERROR,
    Text("决策“{decision}”出现了两次（文件“{file}”）。", "The decision “{decision}” is there twice (file “{file}”)."),
    Text("请更改其中一个的 id。", "Change the id of one."),
)
LOGIC = Rule(
    "decision-logic",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”使用 {logic}，不会执行。",
        "The decision “{decision}” (file “{file}”) is a {logic}, which is not carried out.",
    ),
    TABLE,
)
EMPTY = Rule(
    "decision-empty",
    ERROR,
    Text("文件“{file}”的决策“{decision}”没有内容。", "The decision “{decision}” (file “{file}”) decides nothing."),
    TABLE,
)
HIT = Rule(
    "decision-hit-policy",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”：命中策略“{hit}”不可用。",
        "The decision “{decision}” (file “{file}”): the hit policy “{hit}” is not available.",
    ),
    Text(
        "可用：UNIQUE、FIRST、ANY、PRIORITY、RULE ORDER、OUTPUT ORDER，及 COLLECT（可加 SUM、MIN、MAX、COUNT）。",
        "There are UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, OUTPUT ORDER and COLLECT (with SUM, MIN, MAX, COUNT).",
    ),
)
AGGREGATION = Rule(
    "decision-aggregation",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”有多个输出，不能汇总。",
        "The decision “{decision}” (file “{file}”) has several outputs, which cannot be added up.",
    ),
    Text("请只保留一个输出，或去掉汇总。", "Keep one output, or collect without adding up."),
)
RANKS = Rule(
    "decision-ranks",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”按优先级排序，但输出没有取值表。",
        "The decision “{decision}” (file “{file}”) goes by priority, but no output lists its values.",
    ),
    Text("请给输出写取值表（output values），重要的在前。", "Give an output its values, the most important first."),
)
OUTPUTS = Rule(
    "decision-outputs",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”的输出须各有不同的名称。",
        "The outputs of the decision “{decision}” (file “{file}”) need names, each its own.",
    ),
    Text("请给每个输出一个名称（name）。", "Give every output a name."),
)
CELLS = Rule(
    "decision-cells",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”：规则 {row} 的格数与列数不符。",
        "The decision “{decision}” (file “{file}”): rule {row} has not as many cells as there are columns.",
    ),
    Text("请在建模工具中重新打开并保存。", "Open and save it again in your modelling tool."),
)
EXPRESSION = Rule(
    "decision-expression",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”，{place}：“{source}”无法读懂。{why}",
        "The decision “{decision}” (file “{file}”), {place}: “{source}” cannot be read. {why}",
    ),
    FEEL,
)
LANGUAGE = Rule(
    "decision-language",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”，{place}：不支持语言“{language}”。",
        "The decision “{decision}” (file “{file}”), {place}: the language “{language}” is not supported.",
    ),
    FEEL,
)
REQUIRES = Rule(
    "decision-requires",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”需要“{required}”，但找不到或无法执行它。",
        "The decision “{decision}” (file “{file}”) requires “{required}”, which is missing or cannot be carried out.",
    ),
    Text(
        "请把它写在同一个 DMN 文件中，并改正其错误。", "Put it into the same DMN file and correct what is wrong in it."
    ),
)
KNOWLEDGE = Rule(
    "decision-knowledge",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”使用业务知识模型“{required}”，不会执行。",
        "The decision “{decision}” (file “{file}”) uses the business knowledge model “{required}”, which is not carried out.",
    ),
    Text("请改为所需的决策（required decision）。", "Make it a decision that this one requires."),
)
ROUND = Rule(
    "decision-round",
    ERROR,
    Text(
        "文件“{file}”的决策“{decision}”（间接）需要它自己。",
        "The decision “{decision}” (file “{file}”) comes to require itself.",
    ),
    Text("请去掉其中一个“需要”。", "Remove one of the requirements."),
)
UNUSED_PART = Rule(
    "decision-part-unused",
    WARNING,
    Text(
        "文件“{file}”的 {part}“{name}”没有作用，不会执行。",
        "{part} “{name}” of the file “{file}” has no effect and is not carried out.",
    ),
    TABLE,
)
NOT_CHECKED = Rule(
    "decision-values-not-checked",
    INFO,
    Text(
        "文件“{file}”的决策“{decision}”：{place}的取值表不作检查。",
        "The decision “{decision}” (file “{file}”): the values listed for {place} are not checked.",
    ),
)
SPACED = Rule(
    "decision-name-spaced",
    INFO,
    Text(
        "文件“{file}”：输入“{name}”取自变量“{variable}”。",
        "File “{file}”: the input “{name}” is read from the variable “{variable}”.",
    ),
)
FOREIGN = Rule(
    "decision-attribute-unused",
    INFO,
    Text(
        "文件“{file}”的 {name} 没有作用（共 {count} 处）。",
        "{name} in the file “{file}” has no effect here ({count} time(s)).",
    ),
)
