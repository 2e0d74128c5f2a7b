"""Steps of people: named, owned, limited, explained; and what the words of the vocabulary refer to exists."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from lxml import etree

from engine.bpmn.lint import people_rules as rules
from engine.bpmn.lint.sheet import Sheet
from engine.bpmn.model import Procedure, Step


def check_people(sheet: Sheet) -> None:
    nodes = {node.get("id"): node for _, node in sheet.nodes()}
    everyone = {s.element_id: s for p in sheet.definition.procedures.values() for s in p.steps.values()}
    for procedure in sheet.definition.procedures.values():
        for step in procedure.steps.values():
            node = nodes.get(step.element_id)
            if step.is_human:
                check_standard(sheet, node, step)
            check_duties(sheet, node, procedure, step, everyone)
            check_clocks(sheet, node, procedure, step)


def check_standard(sheet: Sheet, node: etree._Element | None, step: Step) -> None:
    """What the organisation asks of every step: a name, an owner, a limit, a standard."""
    name = step.name if step.name.zh or step.name.en else step.element_id
    if name == step.element_id:
        sheet.say(rules.NO_NAME, node, name=name)
    who = step.assignment
    if not (who.assignee or who.candidate_users or who.candidate_groups):
        sheet.say(rules.NO_OWNER, node, name=name)
    if step.limit is None and not who.due_date:
        sheet.say(rules.NO_LIMIT, node, name=name)
    if step.guidance is None:
        sheet.say(rules.NO_GUIDANCE, node, name=name)


def check_duties(
    sheet: Sheet, node: etree._Element | None, procedure: Procedure, step: Step, everyone: Mapping[str, Step]
) -> None:
    """`separate-from` and `same-as` name other steps of people. A slip here would undo four eyes without a word."""
    for word, named in (("separate-from", step.separate_from), ("same-as", step.same_as)):
        elsewhere: list[str] = []
        for element_id in named:
            if element_id == step.element_id:
                sheet.say(rules.DUTY_ITSELF, node, word=word, id=element_id)
            elif element_id not in everyone:
                if may_be_elsewhere(sheet, procedure, element_id, everyone):
                    elsewhere.append(element_id)
                else:
                    sheet.say(rules.DUTY_UNKNOWN, node, word=word, id=element_id)
            elif not everyone[element_id].is_human:
                sheet.say(rules.DUTY_NOBODY, node, word=word, id=element_id)
        if elsewhere:
            sheet.say(rules.DUTY_ELSEWHERE, node, word=word, id=", ".join(elsewhere))


def check_clocks(sheet: Sheet, node: etree._Element | None, procedure: Procedure, step: Step) -> None:
    """`clock.stop` and `clock.pause` name clocks that exist."""
    clocks = [clock.name for p in sheet.definition.procedures.values() for clock in p.clocks]
    for word, named in (("clock.stop", step.stops), ("clock.pause", step.pauses)):
        for clock in named:
            if clock not in clocks:
                here = not may_be_elsewhere(sheet, procedure, clock, clocks)
                sheet.say(rules.CLOCK_UNKNOWN if here else rules.CLOCK_ELSEWHERE, node, word=word, clock=clock)


def may_be_elsewhere(sheet: Sheet, procedure: Procedure, name: str, known: Iterable[str]) -> bool:
    """A name this file does not know may be another procedure's of the same case, if this one is begun by a message.

    Not if it is nearly a name of this file; whether it is costs time, so a file gets only so many guesses.
    """
    if all(start.kind != "message" for start in procedure.starts):
        return False
    sheet.guesses -= 1
    return sheet.guesses < 0 or not difflib.get_close_matches(name[:80], list(known)[:300], 1, 0.8)
