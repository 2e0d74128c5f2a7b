"""The sentences of `deadlines`."""

from __future__ import annotations

from engine.bpmn.findings import INFO, WARNING, Rule
from engine.domain.text import Text

TOO_LONG = Rule(
    "limits-exceed-clock",
    WARNING,
    Text(
        "即使走最短的路径，在停止“{clock}”（{limit}）之前，各步时限之和已有 {sum}：{path}。每一步都按时，整单仍会超时。",
        "Even on the quickest way the limits add up to {sum} before “{clock}” ({limit}) stops: {path}. With every step on time, the case would still be late.",
    ),
    Text("请缩短步骤的时限，或放宽整单时限（工作日按 8 小时计）。", "Shorten the limits of the steps, or allow the case more time (a working day counts as 8 hours)."),
)
MAY_BE_TOO_LONG = Rule(
    "limits-may-exceed-clock",
    INFO,
    Text(
        "走最长的路径时，各步时限之和为 {sum}，超过“{clock}”的 {limit}：{path}。",
        "On the longest way the limits add up to {sum}, more than “{clock}” allows ({limit}): {path}.",
    ),
    Text("若此路径常见，请缩短时限，或放宽整单时限。", "If that way is common, shorten the limits or allow the case more time."),
)
