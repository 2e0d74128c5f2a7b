"""The sentences of `soundness`."""

from __future__ import annotations

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.domain.text import Text

STUCK = Rule(
    "deadlock",
    ERROR,
    Text(
        "“{name}”会永远等待“{missing}”：经过 {path} 之后，那里已不会再有任何步骤到达，工单停住。",
        "“{name}” waits for ever for “{missing}”: after {path} nothing can come there any more, and the case stands still.",
    ),
    Text(
        "请让分支与汇合成对：排他网关分开的用排他网关汇合，并行网关分开的用并行网关汇合。",
        "Let splits and joins match: what an exclusive gateway parts, an exclusive one joins; the same for parallel ones.",
    ),
)
MAY_STICK = Rule(
    "deadlock-possible",
    WARNING,
    Text(
        "“{name}”可能永远等待“{missing}”：若经过 {path}，工单会停住。沿途的条件使用同样的变量，也许不会一起成立。",
        "“{name}” may wait for ever for “{missing}”: after {path} the case would stand still. The conditions on that way share variables; perhaps they never hold together.",
    ),
    Text(
        "请确认这条路径不会出现，或让分支与汇合成对。",
        "Make sure that this way cannot be taken, or let splits and joins match.",
    ),
)
TWICE = Rule(
    "done-twice",
    WARNING,
    Text(
        "“{step}”可能同时进行两次：经过 {path} 之后，“{name}”让并行的分支逐一通过，而不是等待它们汇合。",
        "“{step}” may be done twice: after {path} “{name}” lets parallel branches through one by one instead of joining them.",
    ),
    Text(
        "请在前面用并行网关（或包容网关）汇合这些分支。",
        "Join the branches before it by a parallel (or inclusive) gateway.",
    ),
)
ENDLESS = Rule(
    "no-way-to-end",
    WARNING,
    Text(
        "经过 {path} 之后，流程在“{name}”处不断循环，再也到不了任何结束。",
        "After {path} the process goes round at “{name}” and can never come to an end.",
    ),
    Text("请从回路中画出一条通向结束的路径。", "Draw a way out of the round to an end."),
)
NEVER = Rule(
    "never-happens",
    WARNING,
    Text(
        "“{name}”画在图上，但没有任何走法会到达它。",
        "“{name}” is joined to the process, yet no way of going through it ever comes there.",
    ),
    Text(
        "请检查它前面的汇合与事件，或删除它。",
        "Look at the joins and events before it, or delete it.",
    ),
)
UNDECIDED = Rule(
    "soundness-unknown",
    INFO,
    Text(
        "“{name}”的走法太多，未能全部检查（已检查 {states} 种状态）；未查到的部分可能有死锁。",
        "“{name}” can go so many ways that not all were looked at ({states} states were); there may be standstills among the rest.",
    ),
    Text("将流程拆成子流程可使其可查。", "Subprocesses would make it possible to check."),
)
