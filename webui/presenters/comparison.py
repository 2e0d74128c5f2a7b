"""What changed between two versions, ready to show: two diagrams with marks, and sentences step by step."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from engine.bpmn.diff import Change, Diff
from engine.bpmn.diff.sentences import LONG
from engine.domain.case import case_number
from engine.domain.text import Text
from engine.queries.effect import Effect
from engine.queries.replays import Replays
from webui import locales
from webui.presenters.diagrams import Diagram

QUOTED = re.compile("“[^“”]*”")
OLD, NEW = "marks-old", "marks-new"
PICTURES = {"added": "plus", "removed": "x", "changed": "edit", "moved": "arrow-right"}
COLOURS = {"added": "fine", "removed": "late", "changed": "soon", "moved": "soon"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two files: what to call it, and where its drawing is."""

    name: str
    bpmn_href: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text that was rewritten. `kind`: same, added or removed."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """`old` and `new` are the elements it is about, for the diagrams; `lines` the rewritten text, if it is one."""

    words: Text
    kind: str
    kind_words: str
    colour: str
    picture: str
    old: str | None
    new: str | None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The sentences about one step; `name` is empty for the procedure as a whole."""

    name: Text
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    old: Side
    new: Side
    old_diagram: Diagram
    new_diagram: Diagram
    groups: tuple[Group, ...]
    count: int
    drawing_only: bool
    drawing_too: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a version would do to cases that run, and to those that have ended."""

    effect: Effect
    replays: Replays

    @property
    def ways(self) -> list[Way]:
        return [Way(way.sentence, way.count, cases(way.case_ids)) for way in self.replays.ways]

    @property
    def limits(self) -> list[Way]:
        """Those that would be kept or broken otherwise than they were."""
        differ = (limit for limit in self.replays.limits if limit.was_broken != limit.would_be_broken)
        return [Way(limit.sentence, limit.would_be_broken, cases(limit.case_ids)) for limit in differ]

    @property
    def reasons(self) -> list[Way]:
        return [Way(reason.why, reason.count, cases(reason.case_ids)) for reason in self.replays.reasons]

    @property
    def stays(self) -> list[Way]:
        return [Way(why.why, why.count, cases(why.case_ids)) for why in self.effect.stays]


@dataclass(frozen=True, slots=True)
class Way:
    """Something that several cases have in common, and a few of them as (number, address)."""

    words: Text
    count: int
    cases: tuple[tuple[str, str], ...]


def cases(ids: Iterable[int]) -> tuple[tuple[str, str], ...]:
    return tuple((case_number(id_), url_for("cases.show", case_id=id_)) for id_ in ids)


def comparison(diff: Diff, old: Side, new: Side) -> Comparison:
    """Both sides of a comparison. Either may be a file that is not deployed: all it needs is an address."""
    back = {mine: theirs for theirs, mine in diff.mapping.items()}
    return Comparison(
        old=old,
        new=new,
        old_diagram=_diagram(old, OLD, _marks(diff.changes, "old", back), _("Diagram of %(name)s", name=old.name)),
        new_diagram=_diagram(new, NEW, _marks(diff.changes, "new", back), _("Diagram of %(name)s", name=new.name)),
        groups=tuple(_groups(diff.changes, back)),
        count=len(diff.changes),
        drawing_only=diff.is_drawing_only,
        drawing_too=diff.drawing_changed and not diff.is_drawing_only,
    )


def _diagram(side: Side, name: str, marks: dict[str, list[str]], label: str) -> Diagram:
    return Diagram(side.bpmn_href, marks, tall=True, name=name, label=label)


def _marks(changes: Iterable[Change], side: str, back: dict[str, str]) -> dict[str, list[str]]:
    """Added shows in the new drawing, removed in the old one, changed in both."""
    found: dict[str, dict[str, None]] = {"added": {}, "changed": {}, "removed": {}}
    for change in changes:
        old, new = _elements(change, back)
        is_new, is_gone = change.element_id is None, change.old_element_id is None
        kind = "added" if is_gone else "removed" if is_new else "changed"
        element = new if side == "new" else old
        if element is not None:
            wanted = kind if change.what in ("step", "route") or kind == "changed" else "changed"
            found["changed" if element not in (change.element_id, change.old_element_id) else wanted][element] = None
    plain = {kind: list(ids) for kind, ids in found.items()}
    plain["changed"] = [id_ for id_ in plain["changed"] if id_ not in found["added"] and id_ not in found["removed"]]
    return plain | {"show": [*plain["added"], *plain["removed"], *plain["changed"]][:3]}


def _elements(change: Change, back: dict[str, str]) -> tuple[str | None, str | None]:
    """What to show of it in either drawing; of a way that is on one side only, the step it leaves on the other."""
    old, new = change.old_element_id, change.element_id
    if change.at is not None:
        return old or back.get(change.at), new or change.at
    return old, new


def _groups(changes: Iterable[Change], back: dict[str, str]) -> Iterable[Group]:
    """Changes come in the order of the procedure; those that follow one another about one step stand together."""
    together: list[tuple[str, Text, list[Sentence]]] = []
    for change in changes:
        key = change.at or change.element_id or f"-{change.old_element_id}"
        if not together or together[-1][0] != key:
            together.append((key, _bare(change.step), []))
        together[-1][2].append(_sentence(change, back))
    return [Group(name, tuple(sentences)) for _key, name, sentences in together]


def _bare(name: Text) -> Text:
    """A name as a heading: without the quotes it has in a sentence."""
    return Text(*(words[1:-1] if QUOTED.fullmatch(words) else words for words in (name.zh, name.en)))


def _sentence(change: Change, back: dict[str, str]) -> Sentence:
    old, new = _elements(change, back)
    words = {"added": _("new"), "removed": _("removed"), "changed": _("changed"), "moved": _("moved")}
    lines = tuple(_lines(change.before, change.after)) if change.what in LONG else ()
    kind = change.kind
    return Sentence(change.sentence, kind, words[kind], COLOURS[kind], PICTURES[kind], old, new, lines)


def _lines(before: Text | None, after: Text | None) -> Iterable[Line]:
    """The text line by line in the reader's language; in the other one where only that was rewritten."""
    locale = locales.current()
    old, new = ((text.in_(locale) if text else "") for text in (before, after))
    if old == new and before and after:
        other = "zh" if locale == "en" else "en"
        old, new = before.in_(other), after.in_(other)
    was, is_ = old.splitlines(), new.splitlines()
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, was, is_).get_opcodes():
        for kind, lines in (("same", is_[j1:j2]),) if tag == "equal" else (("removed", was[i1:i2]), ("added", is_[j1:j2])):
            yield from (Line(kind, line) for line in lines if line.strip())
