"""The sentences of `staffing`."""

from __future__ import annotations

from engine.bpmn.findings import INFO, WARNING, Rule
from engine.domain.text import Text

GROUP_UNKNOWN = Rule(
    "group-unknown",
    WARNING,
    Text("没有名为“{group}”的组（用于 {count} 个步骤）。", "There is no group “{group}”, which {count} step(s) name."),
    Text("请先建立该组，否则无人能领取这些步骤。", "Make the group, or nobody can claim these steps."),
)
GROUP_EMPTY = Rule(
    "group-empty",
    WARNING,
    Text("组“{group}”没有成员（用于 {count} 个步骤）。", "The group “{group}” has no members; {count} step(s) name it."),
    Text("请把人加入该组，或写另一个组。", "Put people into the group, or name another one."),
)
IMPOSSIBLE = Rule(
    "separation-impossible",
    WARNING,
    Text(
        "按今天的分组，“{name}”无人可办：能办的只有 {who}，而此人必是“{other}”的办理人。",
        "With today's groups nobody can do “{name}”: only {who} may, and that is who has done “{other}”.",
    ),
    Text("请给其中一个步骤的组增加成员，或改由另一个组办理。", "Add people to the group of one of the steps, or name another group."),
)
NARROW = Rule(
    "separation-narrow",
    INFO,
    Text(
        "“{name}”可能无人可办：能办的只有 {who}，若他们已办理 {other}，就没有别人了。",
        "“{name}” may find nobody: only {who} may do it, and if they have done {other}, there is no one else.",
    ),
    Text("请给该步骤的组增加成员。", "Add people to the group of the step."),
)
