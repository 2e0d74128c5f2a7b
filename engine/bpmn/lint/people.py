"""Steps of people: named, owned, limited, explained; and what the words of the vocabulary refer to exists."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from engine.bpmn.findings import Rule
from engine.bpmn.lint import people_rules as rules
from engine.bpmn.lint.sheet import Sheet
from engine.bpmn.model import Procedure, Step
from engine.domain.text import Text

MANY = 4
"""So many steps that lack the same are told in one finding."""


def check_people(sheet: Sheet) -> None:
    nodes = {node.get("id"): node for _, node in sheet.nodes()}
    everyone = {s.element_id: s for p in sheet.definition.procedures.values() for s in p.steps.values()}
    lacking: dict[Rule, list[Step]] = {}
    for procedure in sheet.definition.procedures.values():
        for step in procedure.steps.values():
            node = nodes.get(step.element_id)
            if step.is_human:
                for rule in lacks(step):
                    lacking.setdefault(rule, []).append(step)
            check_duties(sheet, node, procedure, step, everyone)
            check_clocks(sheet, node, procedure, step)
    for rule, steps in lacking.items():
        say_what_is_lacking(sheet, rule, steps, nodes)


def lacks(step: Step) -> Iterator[Rule]:
    """What the organisation asks of every step of a person and this one has not."""
    if not (step.name.zh or step.name.en):
        yield rules.NO_NAME
    who = step.assignment
    if not (who.assignee or who.candidate_users or who.candidate_groups):
        yield rules.NO_OWNER
    if step.limit is None and not who.due_date:
        yield rules.NO_LIMIT
    if step.guidance is None:
        yield rules.NO_GUIDANCE
    if not step.form.fields:
        yield rules.NO_FORM


def say_what_is_lacking(
    sheet: Sheet, rule: Rule, steps: list[Step], nodes: Mapping[str | None, etree._Element]
) -> None:
    """One by one where they are few, else once for all: what most of a file lacks is one thing to do."""
    names = [step.name if step.name.zh or step.name.en else Text.same(step.element_id) for step in steps]
    if len(steps) < MANY:
        for step, name in zip(steps, names, strict=True):
            sheet.say(rule, nodes.get(step.element_id), name=name)
        return
    told = Text("、".join(f"“{n.zh}”" for n in names[:3]), ", ".join(f"“{n.en}”" for n in names[:3]))
    elements = [nodes.get(step.element_id) for step in steps]
    sheet.say_of_all(rules.OF_MANY[rule.id], elements, names=told, count=len(steps))


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
