"""The other side of the service: what the customer says, gets, sees and does, at the column where it happens."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.blueprint.columns import Cells
from engine.bpmn.blueprint.course import Course
from engine.bpmn.blueprint.sheet import CUSTOMER, EVIDENCE, FRONT, ROWS, SUPPORT, Card, Column
from engine.bpmn.dialects.names import TASKS, bpmn, children, kind, text_of
from engine.bpmn.dialects.vocabulary import read_name, read_stage
from engine.domain.text import Text

MEETS = Text("与我们接触", "In touch with us")
FORM = Text("表单（{n} 项）", "Form, {n} fields")
CUSTOMERS = ("客户", "customer", "client", "kunde", "消费者", "用户", "citizen", "patient", "applicant", "申请人")


def sides(course: Course, cells: list[Cells]) -> tuple[Column, ...]:
    cells = cells or [{}]
    at = {card.element_id: n for n, column in enumerate(cells) for cards in column.values() for card in cards}
    _theirs(course, cells, at)
    for node_id, card in course.cards.items():
        for evidence in _evidence(course, node_id, card):
            cells[at[node_id]].setdefault(EVIDENCE, []).append(evidence)
    _message_flows(course, cells, at)
    for node_id, card in course.cards.items():
        column = cells[at[node_id]]
        if card.is_touchpoint and CUSTOMER not in column:
            column[CUSTOMER] = [Card(node_id, "meets", MEETS)]
    return tuple(Column({row: tuple(column[row]) for row in ROWS if row in column}) for column in cells)


def _evidence(course: Course, node_id: str, card: Card) -> Iterator[Card]:
    """Documents and data the step reads or writes, and the form that is filled in while the customer is there."""
    element = course.drawing.nodes[node_id].element
    for name in ("dataInputAssociation", "dataOutputAssociation"):
        for association in children(element, name):
            end = "sourceRef" if name == "dataInputAssociation" else "targetRef"
            for reference in children(association, end):
                if (data := _by_id(course, text_of(reference))) is not None:
                    yield Card(data.get("id") or "", "evidence", _called(course, data))
    is_met = card.is_touchpoint or course.rows[node_id] == CUSTOMER
    if is_met and card.step is not None and card.step.form.fields:
        yield Card(node_id, "evidence", FORM.format(n=len(card.step.form.fields)))


def _message_flows(course: Course, cells: list[Cells], at: dict[str, int]) -> None:
    """From the other side: what they say, unless the event that hears it stands there already. To them: what they get."""
    for flow in _flows(course):
        source, target = (_bare(flow.get(end)) for end in ("sourceRef", "targetRef"))
        name = _called(course, flow)
        if _is_ours(course, target) and not _is_ours(course, source):
            if course.cards.get(target) is None or course.cards[target].kind != "says":
                _put(cells, _column(course, at, target), _row_of(course, source), Card(_id(flow), "says", name))
        elif _is_ours(course, source) and not _is_ours(course, target):
            column = _column(course, at, source, last=True)
            _put(cells, column, _row_of(course, target), Card(_id(flow), "gets", name))


def _theirs(course: Course, cells: list[Cells], at: dict[str, int]) -> None:
    """The steps drawn in the other side's own process, each where it exchanges a message, else after the one before."""
    partners: dict[str, int] = {}
    for flow in _flows(course):
        ends = [_bare(flow.get(end)) for end in ("sourceRef", "targetRef")]
        for theirs, ours in (ends, ends[::-1]):
            if not _is_ours(course, theirs) and (card := _card_at(course, ours)) is not None:
                partners.setdefault(theirs, at[card])
    for participant in course.drawing.root.iter(bpmn("participant")):
        process = _by_id(course, _bare(participant.get("processRef")))
        if process is None or process.get("id") in course.drawing.processes:
            continue
        here = 0
        for node in process.iter(etree.Element):
            if kind(node) in TASKS:
                here = partners.get(node.get("id") or "", here)
                card = Card(node.get("id") or "", "theirs", _called(course, node))
                _put(cells, here, _row_of(course, participant.get("id") or ""), card)


def _row_of(course: Course, id_: str) -> str:
    """The row of a pool on the other side: its `stage`, else the customer's if it looks like one or is the only one."""
    others = [one for one in course.drawing.root.iter(bpmn("participant")) if not _is_ours(course, one.get("id") or "")]
    pool = next((one for one in others if id_ in (one.get("id"), *_ids_in(course, one))), None)
    if pool is None:
        return CUSTOMER
    stage = read_stage(course.reading, course.reading.words(pool))
    name = _called(course, pool)
    is_customer = any(word in f"{name.zh} {name.en}".lower() for word in CUSTOMERS)
    return stage or (CUSTOMER if is_customer or len(others) == 1 else SUPPORT)


def _ids_in(course: Course, pool: etree._Element) -> set[str]:
    process = _by_id(course, _bare(pool.get("processRef")))
    return {node.get("id") or "" for node in process.iter(etree.Element)} if process is not None else set()


def _is_ours(course: Course, id_: str) -> bool:
    if id_ in course.drawing.nodes:
        return True
    pool = _by_id(course, id_)
    return pool is not None and _bare(pool.get("processRef")) in course.drawing.processes


def _column(course: Course, at: dict[str, int], id_: str, *, last: bool = False) -> int:
    """Where a message is exchanged: at the card of the node, else at the beginning or the end of the whole."""
    card = _card_at(course, id_)
    return at[card] if card is not None else max(at.values(), default=0) if last else 0


def _card_at(course: Course, id_: str) -> str | None:
    return course.before(id_) if id_ in course.drawing.nodes else None


def _put(cells: list[Cells], column: int, row: str, card: Card) -> None:
    row = row if row in ROWS else FRONT
    cells[column].setdefault(row, []).append(card)


def _flows(course: Course) -> Iterator[etree._Element]:
    for collaboration in children(course.drawing.root, "collaboration"):
        yield from children(collaboration, "messageFlow")


def _called(course: Course, element: etree._Element) -> Text:
    name = read_name(course.reading, element)
    return name if name.zh or name.en else Text.same(element.get("id") or "")


def _by_id(course: Course, id_: str) -> etree._Element | None:
    return course.elements.get(id_)


def _bare(reference: str | None) -> str:
    return (reference or "").split(":")[-1]


def _id(element: etree._Element) -> str:
    return element.get("id") or ""
