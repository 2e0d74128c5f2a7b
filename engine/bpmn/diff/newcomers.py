"""Steps that are new: what they are, where they stand, when they are reached, what comes after a new choice."""

from __future__ import annotations

from engine.bpmn.diff import words
from engine.bpmn.diff.changes import Change
from engine.bpmn.diff.drawing import Drawing, Node
from engine.bpmn.diff.facts import kind_of
from engine.bpmn.diff.titles import title
from engine.domain.text import Text

NEW = Text("新增{kind}{it}，在{place}{details}", "New {kind} {it} {place}{details}")
NEW_NAMELESS = Text("新增{kind}，在{place}{details}", "New {kind} {place}{details}")
BEFORE, AFTER = Text("{other}之前", "before {other}"), Text("{other}之后", "after {other}")
ON = Text("{other}上", "on {other}")
SOMEWHERE = Text("流程中", "in the procedure")
WHEN = Text("，当{condition}时", ", when {condition}")
OUT = Text("到{target}：{condition}", "to {target} when {condition}")
OTHERWISE = Text("否则到{target}", "otherwise to {target}")
ASIDE = Text("（{details}）", " ({details})")


class Newcomers:
    """`known` are the elements of the new file that the old one has too."""

    def __init__(self, new: Drawing, known: set[str]) -> None:
        self.new, self.known = new, known

    def change(self, node: Node) -> Change:
        kind = kind_of(node, self.new)
        said = {"kind": kind, "it": words.quoted(node.name), "place": self.place(node), "details": self._details(node)}
        sentence = (NEW if node.is_named else NEW_NAMELESS).format(**said)
        return Change("added", "step", node.id, None, sentence, None, title(self.new, node), step=title(self.new, node))

    def place(self, node: Node) -> Text:
        """Before the one step it leads to, else after the one it comes from."""
        if node.host:
            return ON.format(other=title(self.new, self.new.nodes[node.host]))
        before = [self.new.nodes[id_] for id_ in dict.fromkeys(flow.target for flow in node.outgoing)]
        after = [self.new.nodes[id_] for id_ in dict.fromkeys(flow.source for flow in node.incoming)]
        when = self._when(node)
        if len(before) == 1 and (before[0].is_named or not after):
            place = BEFORE.format(other=title(self.new, before[0]))
        elif after:
            place = AFTER.format(other=words.listed(title(self.new, one) for one in after))
        elif before:
            place = BEFORE.format(other=words.listed(title(self.new, one) for one in before))
        else:
            place = SOMEWHERE
        return Text(place.zh + when.zh, place.en + when.en)

    def _when(self, node: Node) -> Text:
        conditions = [flow.condition for flow in node.incoming if flow.condition]
        if len(conditions) != 1 or len(node.incoming) != 1:
            return Text("", "")
        return WHEN.format(condition=self.new.conditions.condition(conditions[0]))

    def _details(self, node: Node) -> Text:
        """Who does a new step and within what time; where a new choice leads."""
        parts: list[Text] = []
        if node.step is not None and node.step.is_human:
            groups = node.step.assignment.candidate_groups
            parts += [words.plain(groups)] if groups else []
            if (limit := node.step.limit) is not None:
                said = words.duration(limit.limit, limit.calendar)
                parts.append(Text(f"时限 {said.zh}", f"limit {said.en}"))
        if node.kind == "exclusiveGateway" and len(node.outgoing) > 1:
            for flow in sorted(node.outgoing, key=lambda flow: flow.is_default):
                target = title(self.new, self.new.nodes[flow.target])
                condition = self.new.conditions.condition(flow.condition) if flow.condition else None
                is_otherwise = flow.is_default or condition is None
                parts.append(
                    OTHERWISE.format(target=target) if is_otherwise else OUT.format(target=target, condition=condition)
                )
        return ASIDE.format(details=words.listed(parts)) if parts else Text("", "")
