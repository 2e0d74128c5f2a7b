"""Decision tables beside the file, compared row by row."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from engine.bpmn.decisions import Decision, is_decision_file, read_decisions
from engine.bpmn.decisions.model import Row, Table
from engine.bpmn.diff import words
from engine.bpmn.diff.changes import Change
from engine.bpmn.diff.drawing import Drawing
from engine.bpmn.diff.facts import decision_of
from engine.domain.text import Text

IT = Text("决策表{name}", "decision table {name}")
ADDED, REMOVED = Text("新增{it}", "New {it}"), Text("取消{it}", "{It} removed")
POLICY = Text("{it}的命中策略：{before} → {after}", "Hit policy of the {it} {before} → {after}")
COLUMNS = Text("{it}的列：{before} → {after}", "Columns of the {it}: {before} → {after}")
FORMULA = Text("{it}：{before} → {after}", "{It}: {before} → {after}")
ROW_ADDED = Text("{it}新增规则：{after}", "New row in the {it}: {after}")
ROW_REMOVED = Text("{it}取消规则：{before}", "Row removed from the {it}: {before}")
ROW_CHANGED = Text("{it}的规则：{before} → {after}", "Row of the {it}: {before} → {after}")
ROWS_ORDER = Text("{it}的规则改变了顺序", "The rows of the {it} are in another order")
RULE = Text("{tests}则{values}", "{tests} then {values}")
ALWAYS = Text("任何情况", "always")
MOST_EXACT = 500


def of_decisions(old: Drawing, new: Drawing) -> Iterator[Change]:
    before, after = _read(old.beside), _read(new.beside)
    for id_ in dict.fromkeys([*before, *after]):
        was, is_ = before.get(id_), after.get(id_)
        for kind, what, sentence, shown in _of_decision(was, is_):
            user, old_user = _user(new, id_), _user(old, id_)
            it = words.quoted(Text.same((is_ or was).name))  # type: ignore[union-attr]
            yield Change(kind, what, user, old_user, sentence, *shown, part=id_, step=it)


def _read(beside: Mapping[str, bytes]) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for name, data in beside.items():
        if is_decision_file(name, data):
            found |= read_decisions(name, data).decisions
    return found


def _user(drawing: Drawing, decision: str) -> str | None:
    """The first step that decides by it."""
    return next((node.id for node in drawing.nodes.values() if decision_of(node.element) == decision), None)


def _of_decision(
    was: Decision | None, is_: Decision | None
) -> Iterator[tuple[str, str, Text, tuple[Text | None, Text | None]]]:
    name = words.quoted(Text.same((is_ or was).name))  # type: ignore[union-attr]
    it = IT.format(name=name)
    told = {"it": it, "It": _capital(it)}
    if was is None or is_ is None:
        pattern, kind = (ADDED, "added") if was is None else (REMOVED, "removed")
        yield kind, "decision_table", pattern.format(**told), (None, name) if was is None else (name, None)
        return
    old, new = was.logic, is_.logic
    if not isinstance(old, Table) or not isinstance(new, Table):
        shown = tuple(Text.same(logic.source if not isinstance(logic, Table) else "…") for logic in (old, new))
        if shown[0] != shown[1] or isinstance(old, Table) != isinstance(new, Table):
            yield "changed", "decision_formula", _pair(FORMULA, told, shown), shown  # type: ignore[arg-type]
        return
    policies = tuple(Text.same(f"{table.hit} {table.aggregation}".strip()) for table in (old, new))
    if policies[0] != policies[1]:
        yield "changed", "decision_policy", _pair(POLICY, told, policies), policies  # type: ignore[arg-type]
    columns = tuple(words.plain(_columns(table)) for table in (old, new))
    if _columns(old) != _columns(new):
        yield "changed", "decision_columns", _pair(COLUMNS, told, columns), columns  # type: ignore[arg-type]
    yield from _rows(old, new, told)


def _rows(old: Table, new: Table, told: Mapping[str, object]) -> Iterator[tuple[str, str, Text, tuple]]:
    before, after = [_cells(row) for row in old.rows], [_cells(row) for row in new.rows]
    if before != after and sorted(before) == sorted(after):
        yield "moved", "decision_rows", ROWS_ORDER.format(**told), (None, None)
        return
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None, before, after, autojunk=len(before) > MOST_EXACT
    ).get_opcodes():
        if tag == "equal":
            continue
        gone = [_said(old, row) for row in old.rows[i1:i2]]
        came = [_said(new, row) for row in new.rows[j1:j2]]
        for one, other in zip(gone, came, strict=False):
            yield "changed", "decision_row", _pair(ROW_CHANGED, told, (one, other)), (one, other)
        for one in gone[len(came) :]:
            yield "removed", "decision_row", ROW_REMOVED.format(**told, before=one), (one, None)
        for other in came[len(gone) :]:
            yield "added", "decision_row", ROW_ADDED.format(**told, after=other), (None, other)


def _cells(row: Row) -> tuple[str, ...]:
    return tuple(cell.source.strip() if cell is not None else "" for cell in (*row.tests, *row.values))


def _columns(table: Table) -> tuple[str, ...]:
    return (*(f"{one.label} ({one.expression.source})" for one in table.inputs), *(out.name for out in table.outputs))


def _said(table: Table, row: Row) -> Text:
    """`amount < 5, level "vip" then priority "high"`; cells that hold whatever it is are left out."""
    tests = [
        f"{asked.label} {test.source.strip()}"
        for asked, test in zip(table.inputs, row.tests, strict=True)
        if test.source.strip() not in ("", "-")
    ]
    values = [
        f"{out.name} = {value.source.strip().removeprefix('=').strip()}"
        for out, value in zip(table.outputs, row.values, strict=True)
        if value is not None
    ]
    return RULE.format(tests=words.plain(tests) if tests else ALWAYS, values=words.plain(values))


def _pair(pattern: Text, told: Mapping[str, object], shown: tuple) -> Text:
    return pattern.format(**told, before=shown[0], after=shown[1])


def _capital(it: Text) -> Text:
    return Text(it.zh, it.en[:1].upper() + it.en[1:])
