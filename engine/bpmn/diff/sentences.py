"""What a change is called and how it is said, in both languages."""

from __future__ import annotations

from engine.bpmn.diff import words
from engine.bpmn.diff.facts import Fact
from engine.domain.text import Text

#: What is compared → its name, and in English with its article.
LABELS: dict[str, tuple[Text, str]] = {
    "name": (Text("名称", "name"), "a name"),
    "host": (Text("所附着的步骤", "step it watches"), "a step to watch"),
    "lane": (Text("泳道", "lane"), "a lane"),
    "groups": (Text("候选组", "groups"), "groups"),
    "users": (Text("候选人", "people"), "people named"),
    "assignee": (Text("办理人", "assignee"), "an assignee"),
    "due_date": (Text("到期时间", "due date"), "a due date"),
    "follow_up_date": (Text("跟进时间", "follow-up date"), "a follow-up date"),
    "priority": (Text("优先级", "priority"), "a priority"),
    "limit": (Text("时限", "limit"), "a limit"),
    "warn": (Text("预警点", "warning point"), "a warning point"),
    "calendar": (Text("时限所用日历", "calendar of the limit"), "a calendar"),
    "stops": (Text("停止的时钟", "clocks stopped"), "clocks to stop"),
    "pauses": (Text("暂停的时钟", "clocks paused"), "clocks to pause"),
    "separate_from": (Text("职责分离", "separation of duties"), "a separation of duties: not by who did"),
    "same_as": (Text("同人办理", "same person as"), "a preference: by who did"),
    "guidance": (Text("操作规范", "standard"), "a standard"),
    "script": (Text("话术", "script"), "a script"),
    "stage": (Text("蓝图层次", "stage"), "a stage"),
    "timer": (Text("定时", "time"), "a time"),
    "timer_calendar": (Text("定时所用日历", "calendar of the timer"), "a calendar"),
    "message": (Text("消息", "message"), "a message"),
    "signal": (Text("信号", "signal"), "a signal"),
    "error": (Text("错误", "error"), "an error"),
    "escalation": (Text("升级", "escalation"), "an escalation"),
    "condition": (Text("条件", "condition"), "a condition"),
    "link": (Text("链接", "link"), "a link"),
    "multi_instance": (Text("多次执行", "repetition"), "a repetition"),
    "loop": (Text("循环", "loop"), "a loop"),
    "computation": (Text("计算", "computation"), "a computation"),
    "calls": (Text("所调用的流程", "procedure called"), "a procedure to call"),
    "decision": (Text("决策表", "decision table"), "a decision table"),
    "service": (Text("服务", "service"), "a service"),
    "values": (Text("传递的数据", "values handed over"), "values handed over"),
    "documentation": (Text("说明", "description"), "a description"),
    "retention": (Text("个人信息保存期限", "time personal values are kept"), "a time to keep personal values"),
    "version_tag": (Text("版本标签", "version tag"), "a version tag"),
    "field_label": (Text("标签", "label"), "a label"),
    "field_type": (Text("类型", "type"), "a type"),
    "field_options": (Text("选项", "choices"), "choices"),
    "field_default": (Text("默认值", "default"), "a default"),
    "field_pattern": (Text("格式", "pattern"), "a pattern"),
    "field_minimum": (Text("最小值", "minimum"), "a minimum"),
    "field_maximum": (Text("最大值", "maximum"), "a maximum"),
    "field_min_length": (Text("最少字数", "least length"), "a least length"),
    "field_max_length": (Text("最多字数", "greatest length"), "a greatest length"),
    "field_hint": (Text("提示", "hint"), "a hint"),
    "flow_name": (Text("连线名称", "label"), "a label"),
}
#: Too long to stand in a sentence; `before` and `after` of the change have all of it.
LONG = frozenset({"guidance", "script", "documentation"})
#: Yes or no: what is said when it became so, and when it is so no more. `{it}` is the step or the field.
FLAGS: dict[str, tuple[Text, Text]] = {
    "touchpoint": (Text("{it}现为客户接触点", "{it} is now a touchpoint"), Text("{it}不再是客户接触点", "{it} is no touchpoint any more")),
    "interrupting": (
        Text("{it}发生时，现在会中断原步骤", "{it} now interrupts the step it watches"),
        Text("{it}发生时，原步骤现在继续进行", "{it} now lets the step it watches go on"),
    ),
    "field_required": (Text("{it}现在必填", "{it} must now be filled in"), Text("{it}现在可不填", "{it} may now be left empty")),
    "field_readonly": (Text("{it}现在只读", "{it} can now only be read"), Text("{it}现在可修改", "{it} can now be changed")),
    "field_personal": (
        Text("{it}现在按个人信息保护", "{it} is now protected as personal"),
        Text("{it}不再按个人信息保护", "{it} is no longer protected as personal"),
    ),
}  # fmt: skip
#: Facts with a sentence of their own: when they came, went, changed.
TOLD: dict[str, tuple[Text, Text, Text]] = {
    "separate_from": (
        Text("{it}不得由{after}的办理人办理", "{it} may not be done by who did {after}"),
        Text("{it}现在可由{before}的办理人办理", "{it} may now be done by who did {before}"),
        Text("{it}不得由{after}的办理人办理（原为{before}）", "{it} may not be done by who did {after} (was {before})"),
    ),
    "same_as": (
        Text("{it}宜由{after}的办理人办理", "{it} should be done by who did {after}"),
        Text("{it}不再要求由{before}的办理人办理", "{it} need no longer be done by who did {before}"),
        Text("{it}宜由{after}的办理人办理（原为{before}）", "{it} should be done by who did {after} (was {before})"),
    ),
    "stops": (
        Text("{it}现在停止时钟{after}", "{it} now stops the clock {after}"),
        Text("{it}不再停止时钟{before}", "{it} no longer stops the clock {before}"),
        Text("{it}现在停止时钟{after}（原为{before}）", "{it} now stops the clock {after} (was {before})"),
    ),
    "pauses": (
        Text("{it}期间时钟{after}暂停", "{it} now pauses the clock {after}"),
        Text("{it}期间时钟{before}不再暂停", "{it} no longer pauses the clock {before}"),
        Text("{it}期间时钟{after}暂停（原为{before}）", "{it} now pauses the clock {after} (was {before})"),
    ),
    "timer": (
        Text("{it}现在定时：{after}", "{it} now has a time: {after}"),
        Text("{it}不再定时（原为{before}）", "{it} no longer has a time (was {before})"),
        Text("{it}的触发时间：{before} → {after}", "{it} happens {after} (was {before})"),
    ),
    "multi_instance": (
        Text("{it}现在多次执行：{after}", "{it} is now done several times: {after}"),
        Text("{it}不再多次执行（原为{before}）", "{it} is now done once (was {before})"),
        Text("{it}多次执行：{before} → {after}", "{it} is repeated {after} (was {before})"),
    ),
}
CHANGED = Text("{it}的{label} {before} → {after}", "{Label} of {it} {before} → {after}")
ADDED = Text("{it}新增{label}：{after}", "{it} now has {article}: {after}")
REMOVED = Text("{it}取消了{label}（原为 {before}）", "{it} no longer has {article} (was {before})")
REWRITTEN = Text("{it}的{label}已改写", "{Label} of {it} rewritten")
RENAMED = Text("{before}改名为{after}", "{before} is now called {after}")
GIVEN = Text("{it}新增{label}", "{it} now has {article}")
TAKEN = Text("{it}取消了{label}", "{it} no longer has {article}")
KIND = Text("{it}由{before}改为{after}", "{it} is now: {after} (was: {before})")
ELSEWHERE = Text("{it}由泳道{before}移到{after}", "{it} moved from lane {before} to lane {after}")
OPTIONS_MORE, OPTIONS_LESS = (
    Text("新增选项{more}", "new choice {more}"),
    Text("取消选项{less}", "choice {less} removed"),
)


def of_fact(it: Text, before: Fact | None, after: Fact | None) -> Text:
    """What became of one fact of `it`."""
    what = (after or before).what  # type: ignore[union-attr]
    if what in FLAGS:
        is_so = bool(after is not None and after.value)
        return FLAGS[what][0 if is_so else 1].format(it=it)
    if what in TOLD:
        shown = {"before": before.shown if before else None, "after": after.shown if after else None}
        return TOLD[what][0 if before is None else 1 if after is None else 2].format(it=it, **shown)
    if before is not None and after is not None:
        return _changed(it, what, before, after)
    label, article = LABELS[what]
    told = {"it": it, "label": label, "article": article}
    if before is None:
        return (GIVEN if what in LONG else ADDED).format(**told, after=after.shown)  # type: ignore[union-attr]
    return (TAKEN if what in LONG else REMOVED).format(**told, before=before.shown)


def _changed(it: Text, what: str, before: Fact, after: Fact) -> Text:
    was, is_ = differing(before.shown, after.shown)
    if what == "kind":
        return KIND.format(it=it, before=was, after=is_)
    label, _ = LABELS[what]
    told = {"it": it, "label": label, "Label": capital(label.en)}
    if what in LONG or was == is_:
        return REWRITTEN.format(**told)
    if what == "name" and (was, is_) == (before.shown, after.shown):
        return RENAMED.format(before=words.quoted(was), after=words.quoted(is_))
    if what == "lane":
        return ELSEWHERE.format(it=it, before=was, after=is_)
    if what == "field_options":
        return _options(it, before, after) or CHANGED.format(**told, before=was, after=is_)
    return CHANGED.format(**told, before=was, after=is_)


def differing(before: Text, after: Text) -> tuple[Text, Text]:
    """Both as they are, but where only one language differs its words for every reader."""
    if before.in_("zh") == after.in_("zh"):
        return Text.same(before.in_("en")), Text.same(after.in_("en"))
    if before.in_("en") == after.in_("en"):
        return Text.same(before.in_("zh")), Text.same(after.in_("zh"))
    return before, after


def _options(it: Text, before: Fact, after: Fact) -> Text | None:
    """Which choices came and went, where nothing else is different about them."""
    old, new = {o.value: o for o in before.value}, {o.value: o for o in after.value}  # type: ignore[attr-defined]
    if any(old[value] != new[value] for value in old.keys() & new.keys()) or old.keys() == new.keys():
        return None
    more = [words.quoted(option.label) for value, option in new.items() if value not in old]
    less = [words.quoted(option.label) for value, option in old.items() if value not in new]
    said = [OPTIONS_MORE.format(more=words.listed(more))] if more else []
    said += [OPTIONS_LESS.format(less=words.listed(less))] if less else []
    return Text(f"{it.zh}：" + "；".join(part.zh for part in said), f"{it.en}: " + "; ".join(part.en for part in said))


def capital(word: str) -> str:
    return word[:1].upper() + word[1:]
