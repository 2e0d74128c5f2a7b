"""What changed within steps that stand on both sides, and in the procedure as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.bpmn.diff import facts, fields, sentences, words
from engine.bpmn.diff.changes import Change
from engine.bpmn.diff.drawing import Drawing, Node
from engine.bpmn.diff.facts import Fact
from engine.bpmn.diff.rest import of_rest
from engine.bpmn.diff.titles import title
from engine.bpmn.model import Form, Procedure
from engine.domain.text import Text

#: Facts that come and go with another one.
PART_OF = {"warn": "limit", "calendar": "limit", "timer_calendar": "timer"}
FIELD = Text("{form}的字段{field}", "field {field} of {form}")
FIELD_ADDED = Text("{form}新增字段{field}（{described}）", "New field {field} in {form} ({described})")
FIELD_REMOVED = Text("{form}取消字段{field}", "Field {field} removed from {form}")
FIELD_RENAMED = Text("{form}的字段{before}改名为{after}", "Field {before} of {form} is now called {after}")
FIELDS_ORDER = Text("{form}的字段改变了顺序", "Fields of {form} are asked in another order")
LANE_RENAMED = Text("泳道{before}改名为{after}", "Lane {before} is now called {after}")
CLOCK = Text("时钟{name}", "the clock {name}")
CLOCK_ADDED = Text("新增时钟{name}：{limit}", "New clock {name}: {limit}")
CLOCK_REMOVED = Text("取消时钟{name}（原为 {limit}）", "Clock {name} removed (was {limit})")
PROCEDURE = Text("流程", "the procedure")
OPENING = Text("受理表单", "the opening form")


class Steps:
    def __init__(self, old: Drawing, new: Drawing, mapping: Mapping[str, str]) -> None:
        self.old, self.new, self.mapping = old, new, mapping
        self.lanes = dict(_renamed_lanes(old, new, mapping))

    def of_node(self, old: Node, new: Node) -> Iterator[Change]:
        before = facts.of_node(old, self.old, self._by_new_id)
        after = facts.of_node(new, self.new, lambda id_: id_)
        it = title(self.new, new)
        for was, is_ in differences(before, after):
            if (is_ or was).what == "lane" and was and is_ and self.lanes.get(was.value) == is_.value:
                continue
            yield self._change(new.id, old.id, it, was, is_)
        if old.step is not None and new.step is not None:
            yield from self.of_form(old.step.form, new.step.form, old.id, new.id, it)
        yield from of_rest(old, new, (self.old.names, self.new.names), it)

    def _by_new_id(self, id_: str) -> str:
        """Ids of steps in other files are the same on both sides."""
        return self.mapping.get(id_, f"-{id_}" if id_ in self.old.nodes else id_)

    def of_procedure(self, old: Procedure, new: Procedure) -> Iterator[Change]:
        for was, is_ in differences(_of_procedure(old), _of_procedure(new)):
            yield self._change(new.key, old.key, PROCEDURE, was, is_)
        clocks_old, clocks_new = ({clock.name: clock for clock in one.clocks} for one in (old, new))
        for name in dict.fromkeys([*clocks_old, *clocks_new]):
            was, is_ = clocks_old.get(name), clocks_new.get(name)
            called = words.quoted((is_ or was).label or Text.same(name))
            if was is not None and is_ is not None:
                for one, other in differences(_of_clock(was), _of_clock(is_)):
                    yield self._change(new.key, old.key, CLOCK.format(name=called), one, other, part=name)
            elif (clock := is_ or was) is not None:
                limit = words.duration(clock.limit.limit, clock.limit.calendar)
                sentence = (CLOCK_ADDED if was is None else CLOCK_REMOVED).format(name=called, limit=limit)
                kind, shown = ("added", (None, limit)) if was is None else ("removed", (limit, None))
                yield Change(kind, "clock", new.key, old.key, sentence, *shown, part=name)
        for before, after in self.lanes.items():
            sentence = LANE_RENAMED.format(before=words.quoted(before), after=words.quoted(after))
            if any(
                node.step and node.step.lane == after and node.process_id == new.key for node in self.new.nodes.values()
            ):
                yield Change("changed", "lane", new.key, old.key, sentence, before, after, part=after.en)
        yield from self._opening(old, new)

    def of_form(self, old: Form, new: Form, old_id: str | None, new_id: str | None, it: Text) -> Iterator[Change]:
        before, after = fields.of_form(old), fields.of_form(new)
        for key in dict.fromkeys([*after, *before]):
            if key not in before or key not in after:
                yield self._field(old, new, key, old_id, new_id, it)
                continue
            for was, is_ in differences(before[key].values(), after[key].values()):
                yield self._change(new_id, old_id, self._field_title(is_ or was, it), was, is_, it=it)
        kept = [key for key in before if key in after]
        if kept != [key for key in after if key in before]:
            yield Change("changed", "field_order", new_id, old_id, FIELDS_ORDER.format(form=it), step=it)

    def _opening(self, old: Procedure, new: Procedure) -> Iterator[Change]:
        starts = [next((s.element_id for s in one.starts if s.kind == "none"), None) for one in (old, new)]
        yield from self.of_form(old.start_form, new.start_form, *starts, OPENING)

    def _field(self, old: Form, new: Form, key: str, old_id: str | None, new_id: str | None, it: Text) -> Change:
        if (field := new.field(key)) is not None:
            described = fields.described(field)
            sentence = FIELD_ADDED.format(form=it, field=words.quoted(field.label), described=described)
            return Change("added", "field", new_id, old_id, sentence, None, described, key, step=it)
        field = old.field(key)
        assert field is not None
        sentence = FIELD_REMOVED.format(form=it, field=words.quoted(field.label))
        return Change("removed", "field", new_id, old_id, sentence, fields.described(field), None, key, step=it)

    def _field_title(self, fact: Fact | None, it: Text) -> Text:
        assert fact is not None
        return FIELD.format(form=it, field=words.quoted(fact.label))

    def _change(
        self, new_id: str | None, old_id: str | None, subject: Text, was: Fact | None, is_: Fact | None,
        part: str = "", it: Text | None = None,
    ) -> Change:  # fmt: skip
        fact = is_ or was
        assert fact is not None
        sentence = sentences.of_fact(subject, was, is_)
        if fact.what == "field_label" and was and is_:
            sentence = FIELD_RENAMED.format(form=it, **dict(zip(("before", "after"), _labels(was, is_), strict=True)))
        sentence = Text(sentence.zh, sentences.capital(sentence.en))
        kind = "moved" if fact.what == "lane" and was and is_ else "changed"
        shown = (was.shown if was else None, is_.shown if is_ else None)
        return Change(kind, fact.what, new_id, old_id, sentence, *shown, part or fact.part, step=it or subject)


def _labels(was: Fact, is_: Fact) -> tuple[Text, Text]:
    return sentences.differing(was.shown, is_.shown)


def differences(before: Iterable[Fact], after: Iterable[Fact]) -> Iterator[tuple[Fact | None, Fact | None]]:
    """Facts that differ, came or went, in the order in which they are told."""
    old, new = ({(fact.what, fact.part): fact for fact in one} for one in (before, after))
    for key in dict.fromkeys([*new, *old]):
        was, is_ = old.get(key), new.get(key)
        whole = (PART_OF.get(key[0], ""), key[1])
        if (was is None or is_ is None) and whole[0] and (whole in old) != (whole in new):
            continue
        if was is None or is_ is None or was.value != is_.value:
            yield was, is_


def _of_procedure(procedure: Procedure) -> Iterator[Fact]:
    yield Fact("name", procedure.name, procedure.name)
    if procedure.version_tag:
        yield Fact("version_tag", procedure.version_tag, Text.same(procedure.version_tag))
    if procedure.documentation is not None:
        yield Fact("documentation", procedure.documentation, procedure.documentation)
    if procedure.retention is not None:
        yield Fact("retention", procedure.retention, Text.same(procedure.retention))


def _of_clock(clock) -> Iterator[Fact]:
    yield from facts.of_limit(clock.limit, clock.name)
    if clock.label is not None:
        yield Fact("name", clock.label, clock.label, clock.name)


def _renamed_lanes(old: Drawing, new: Drawing, mapping: Mapping[str, str]) -> Iterator[tuple[Text, Text]]:
    """Lanes all of whose steps stand together in one that is new."""
    went: dict[Text, set[Text | None]] = {}
    for node in old.nodes.values():
        other = new.nodes.get(mapping.get(node.id, ""))
        if node.step is not None and node.step.lane is not None and other is not None and other.step is not None:
            went.setdefault(node.step.lane, set()).add(other.step.lane)
    after = {node.step.lane for node in new.nodes.values() if node.step is not None}
    for lane, others in went.items():
        only = next(iter(others))
        if len(others) == 1 and only is not None and lane not in after and only not in went:
            yield lane, only
