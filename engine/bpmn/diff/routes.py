"""Steps that came, went or moved, and the ways between those that stayed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from engine.bpmn.diff import words
from engine.bpmn.diff.changes import Change
from engine.bpmn.diff.conditions import same_meaning
from engine.bpmn.diff.drawing import Drawing, Flow, Node
from engine.bpmn.diff.facts import kind_of
from engine.bpmn.diff.newcomers import Newcomers
from engine.bpmn.diff.titles import title
from engine.domain.text import Text

Link = tuple[str, str]
#: Beyond this many ways that differ, telling what moved would take long and help nobody: the ways themselves are told.
MOST_MOVED = 60

MOVED = Text("{it}移动了位置：现在在{place}", "{it} moved: now {place}")
REMOVED = Text("取消{kind}{it}", "{Kind} {it} removed")
REMOVED_NAMELESS = Text("取消{it}", "{It} removed")
INSTEAD = Text("{it}之后改到{after}（原到{before}）{when}", "{it} now goes to {after} instead of {before}{when}")
ALSO = Text("{it}之后现在也可到{after}{when}", "{it} now also goes to {after}{when}")
NO_MORE = Text("{it}之后不再到{before}", "{it} no longer goes to {before}")
WHEN = Text("（当{condition}时）", " when {condition}")
CONDITION = Text("{it}到{target}的条件：{before} → {after}", "{it} goes to {target} when {after} (was: when {before})")
CONDITION_NEW = Text("{it}只在{after}时到{target}", "{it} goes to {target} only when {after}")
CONDITION_GONE = Text(
    "{it}到{target}不再有条件（原为{before}）", "{it} goes to {target} without a condition (was: when {before})"
)
DEFAULT = Text("{it}的默认路径：{before} → {after}", "Otherwise {it} goes to {after} (was {before})")
LABEL = Text(
    "{it}到{target}的连线名称：{before} → {after}", "The way from {it} to {target} is labelled {after} (was {before})"
)
ORDER = Text("{it}的条件按另一顺序判断", "{it} tries its conditions in another order")


class Routes:
    def __init__(self, old: Drawing, new: Drawing, mapping: Mapping[str, str]) -> None:
        self.old, self.new, self.mapping = old, new, mapping
        self.back = {mine: theirs for theirs, mine in mapping.items()}
        self.newcomers = Newcomers(new, set(self.back))

    def changes(self) -> Iterator[Change]:
        """In no particular order."""
        for node in self.new.nodes.values():
            if node.id not in self.back:
                yield self.newcomers.change(node)
        for node in self.old.nodes.values():
            if node.id not in self.mapping:
                yield self._gone(node)
        moved = list(self._moved())
        yield from (self._elsewhere(id_) for id_ in moved)
        yield from self._rerouted(set(moved))
        for id_, node in self.new.nodes.items():
            if id_ in self.back:
                yield from self._leaving(self.old.nodes[self.back[id_]], node)

    # -- what stays linked, seen through what came and went ---------------------------------------------------------

    @cached_property
    def _old_links(self) -> dict[Link, Flow]:
        """Kept step → kept step (by their new ids), also through steps that are gone, with the first flow of the way."""
        return _links(self.old, set(self.mapping), self.mapping)

    @cached_property
    def _new_links(self) -> dict[Link, Flow]:
        return _links(self.new, set(self.back), {id_: id_ for id_ in self.new.nodes})

    def _moved(self) -> Iterator[str]:
        """Steps without which both sides go the same ways."""
        old, new = set(self._old_links), set(self._new_links)
        order = {id_: n for n, id_ in enumerate(self.new.in_order())}
        while (differing := old ^ new) and len(differing) <= MOST_MOVED:
            best, left = None, len(differing) - 3
            for id_ in sorted({id_ for link in differing for id_ in link}, key=lambda id_: order[id_]):
                pair = _spliced(old, id_), _spliced(new, id_)
                if None not in pair and len(pair[0] ^ pair[1]) < left:  # type: ignore[operator]
                    best, left, after = id_, len(pair[0] ^ pair[1]), pair  # type: ignore[operator]
            if best is None:
                return
            old, new = after  # type: ignore[assignment]
            yield best

    # -- sentences --------------------------------------------------------------------------------------------------

    def _gone(self, node: Node) -> Change:
        kind = kind_of(node, self.old)
        if node.is_named:
            said = {"it": words.quoted(node.name), "kind": kind, "Kind": kind.en[:1].upper() + kind.en[1:]}
            sentence = REMOVED.format(**said)
        else:
            it = title(self.old, node)
            sentence = REMOVED_NAMELESS.format(it=it, It=it.en[:1].upper() + it.en[1:])
        return Change(
            "removed", "step", None, node.id, sentence, title(self.old, node), None, step=title(self.old, node)
        )

    def _elsewhere(self, id_: str) -> Change:
        node = self.new.nodes[id_]
        it, place = title(self.new, node), self.newcomers.place(node)
        return Change("moved", "place", id_, self.back[id_], MOVED.format(it=it, place=place), None, place, step=it)

    def _rerouted(self, moved: set[str]) -> Iterator[Change]:
        old, new = self._old_links, self._new_links
        touched = {link for link in old.keys() ^ new.keys() if moved & set(link)}
        if moved:
            kept_old, kept_new = set(old), set(new)
            for id_ in moved:
                kept_old, kept_new = _spliced(kept_old, id_) or kept_old, _spliced(kept_new, id_) or kept_new
            touched |= {link for link in old.keys() ^ new.keys() if link in kept_old and link in kept_new}
        gone = [link for link in old if link not in new and link not in touched and self._is_direct(link, self.old)]
        came = [link for link in new if link not in old and link not in touched and self._is_direct(link, self.new)]
        for source in dict.fromkeys(link[0] for link in [*gone, *came]):
            mine, theirs = ([link for link in links if link[0] == source] for links in (gone, came))
            while mine or theirs:
                yield self._way(mine.pop(0) if mine else None, theirs.pop(0) if theirs else None)

    def _is_direct(self, link: Link, drawing: Drawing) -> bool:
        flow = (self._old_links if drawing is self.old else self._new_links)[link]
        return (self.mapping.get(flow.target) if drawing is self.old else flow.target) == link[1]

    def _way(self, gone: Link | None, came: Link | None) -> Change:
        source = (came or gone)[0]  # type: ignore[index]
        it = title(self.new, self.new.nodes[source])
        before = title(self.new, self.new.nodes[gone[1]]) if gone else None
        after = title(self.new, self.new.nodes[came[1]]) if came else None
        old_flow = self._old_links[gone] if gone else None
        new_flow = self._new_links[came] if came else None
        when = Text("", "")
        if new_flow is not None and new_flow.condition:
            when = WHEN.format(condition=self.new.conditions.condition(new_flow.condition))
        pattern, kind = (INSTEAD, "changed") if gone and came else (ALSO, "added") if came else (NO_MORE, "removed")
        sentence = _capital(pattern.format(it=it, before=before, after=after, when=when))
        ids = (new_flow.id if new_flow else None, old_flow.id if old_flow else None)
        return Change(kind, "route", *ids, sentence, before, after, at=source, step=it)

    def _leaving(self, old: Node, new: Node) -> Iterator[Change]:
        """Conditions, default, labels and order of the ways that stayed."""
        it = title(self.new, new)
        pairs = list(self._pairs(old, new))
        for mine, theirs in pairs:
            target = title(self.new, self.new.nodes[theirs.target])
            told = {"it": it, "target": target}
            ids = (theirs.id, mine.id)
            if not same_meaning(mine.condition, theirs.condition) and not (theirs.is_default and mine.is_default):
                yield self._condition(mine, theirs, ids, told, new.id)
            if mine.name != theirs.name:
                shown = [Text.same(name) if name else words.NONE for name in (mine.name, theirs.name)]
                sentence = LABEL.format(**told, **dict(zip(("before", "after"), map(words.quoted, shown), strict=True)))
                yield Change("changed", "flow_name", *ids, _capital(sentence), *shown, at=new.id, step=it)
        yield from self._default(old, new, pairs, it)
        tried = [pair for pair in pairs if all(flow.condition and not flow.is_default for flow in pair)]
        was, is_ = (sorted(tried, key=lambda pair, side=side: pair[side].rank) for side in (0, 1))
        if old.kind == new.kind == "exclusiveGateway" and was != is_:
            yield Change("changed", "order", new.id, old.id, _capital(ORDER.format(it=it)), step=it)

    def _condition(self, mine: Flow, theirs: Flow, ids: Link, told: dict[str, Text], at: str) -> Change:
        before = self.old.conditions.condition(mine.condition) if mine.condition else None
        after = self.new.conditions.condition(theirs.condition) if theirs.condition else None
        pattern = CONDITION if before and after else CONDITION_NEW if after else CONDITION_GONE
        sentence = _capital(pattern.format(**told, before=before, after=after))
        return Change("changed", "condition", *ids, sentence, before, after, at=at, step=told["it"])

    def _pairs(self, old: Node, new: Node) -> Iterator[tuple[Flow, Flow]]:
        """The ways out of a step that lead to the same place on both sides, maybe through what came or went."""
        taken: set[str] = set()
        for flow in old.outgoing:
            other = self.new.flows.get(self.mapping.get(flow.id, ""))
            if other is not None:
                taken.add(other.id)
                yield flow, other
        for link, flow in self._old_links.items():
            other = self._new_links.get(link)
            if (
                link[0] == new.id
                and flow.id not in self.mapping
                and other is not None
                and other.id not in taken | set(self.back)
            ):
                taken.add(other.id)
                yield flow, other

    def _default(self, old: Node, new: Node, pairs: list[tuple[Flow, Flow]], it: Text) -> Iterator[Change]:
        mine = next((flow for flow in old.outgoing if flow.is_default), None)
        theirs = next((flow for flow in new.outgoing if flow.is_default), None)
        if (mine is None and theirs is None) or (mine, theirs) in pairs:
            return
        known = [flow for pair in pairs for flow in pair]
        if mine is not None and theirs is not None and mine not in known and theirs not in known:
            return  # the way itself is told: it now goes elsewhere
        before = title(self.old, self.old.nodes[mine.target]) if mine else words.NONE
        after = title(self.new, self.new.nodes[theirs.target]) if theirs else words.NONE
        sentence = _capital(DEFAULT.format(it=it, before=before, after=after))
        yield Change("changed", "default", new.id, old.id, sentence, before, after, at=new.id, step=it)


def _links(drawing: Drawing, kept: set[str], names: Mapping[str, str]) -> dict[Link, Flow]:
    found: dict[Link, Flow] = {}
    for node in drawing.nodes.values():
        if node.id not in kept:
            continue
        for first in node.outgoing:
            waiting, seen = [first.target], set()
            while waiting:
                id_ = waiting.pop()
                if id_ in kept:
                    found.setdefault((names[node.id], names[id_]), first)
                elif id_ not in seen:
                    seen.add(id_)
                    waiting += [flow.target for flow in drawing.nodes[id_].outgoing]
    return found


def _spliced(links: set[Link], id_: str) -> set[Link] | None:
    """The links with a step taken out whose one way in leads straight to its one way out."""
    before = [source for source, target in links if target == id_]
    after = [target for source, target in links if source == id_]
    if len(before) != 1 or len(after) != 1 or id_ in (before[0], after[0]):
        return None
    return {link for link in links if id_ not in link} | {(before[0], after[0])}


def _capital(sentence: Text) -> Text:
    return Text(sentence.zh, sentence.en[:1].upper() + sentence.en[1:])
