"""Which finding of the lint is mended how."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.bpmn.dialects.names import kind
from engine.bpmn.findings import ERROR
from engine.bpmn.repairs import (
    activities,
    compensation,
    definitions,
    event_gateways,
    events,
    flows,
    forms,
    formulas,
    gateways,
    inclusive,
    lanes,
    outcomes,
    references,
    splits,
    structure,
    subprocesses,
    times,
    variables,
)
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault, Sight
from engine.bpmn.repairs.groups import unknown_groups
from engine.bpmn.repairs.model import Mend

MENDERS: Mapping[str, Callable[[Draft, Fault], Mend | None]] = {
    "process-without-id": flows.nameless_process,
    "process-twice": flows.twice,
    "id-twice": flows.twice,
    "element-without-id": flows.nameless,
    "declaration-without-id": flows.nameless_declarations,
    "diagram-faulty": flows.unplaceable,
    "flow-loose": flows.loose_flow,
    "flow-into-start": flows.into_start,
    "flow-out-of-end": flows.out_of_end,
    "boundary-loose": flows.loose_boundary,
    "no-start": structure.missing_start,
    "several-starts": structure.several_starts,
    "start-in-subprocess": structure.start_inside,
    "no-way-out": splits.missing_end,
    "implicit-split": splits.implicit_split,
    "condition-after-task": splits.implicit_split,
    "choice-without-condition": gateways.choose_way,
    "choice-without-default": gateways.default_way,
    "default-unknown": gateways.wrong_default,
    "default-condition": gateways.idle_condition,
    "only-condition": gateways.idle_condition,
    "parallel-condition": gateways.parallel_condition,
    "gateway-instantiates": event_gateways.instantiates,
    "gateway-parallel-events": event_gateways.waits_for_all,
    "event-gateway-empty": event_gateways.empty,
    "event-gateway-target": event_gateways.not_an_event,
    "event-gateway-shared": event_gateways.shared,
    "compensation": compensation.compensation,
    "complex-gateway": gateways.complex_gateway,
    "join-after-choice": gateways.impossible_join,
    "deadlock": gateways.impossible_join,
    "timer-empty": times.timer,
    "timer-bad": times.timer,
    "timer-unusable": times.timer,
    "event-without-definition": events.no_definition,
    "event-without-condition": events.never_happens,
    "boundary-never-happens": outcomes.said_by_person,
    "event-several-definitions": definitions.several_definitions,
    "event-not-supported": events.not_here,
    "error-throw": events.not_here,
    "terminate-throw": events.not_here,
    "start-not-supported": events.unsupported_start,
    "error-not-interrupting": events.interrupts,
    "cancel-outside-transaction": events.cancel_outside,
    "link-target": events.link_target,
    "reference-missing": references.reference,
    "reference-unknown": references.reference,
    "reference-without-name": references.nameless,
    "send-without-message": references.message_task,
    "receive-without-message": references.message_task,
    "receive-starts": references.receive_starts,
    "service-task": activities.by_hand,
    "business-rule-task": activities.by_hand,
    "decision-open": activities.by_hand,
    "decision-missing": activities.by_hand,
    "decision-mapping": activities.by_hand,
    "script-missing": activities.by_hand,
    "script-unreadable": activities.by_hand,
    "event-subprocess": subprocesses.event_subprocess,
    "ad-hoc": subprocesses.ad_hoc,
    "call-open": activities.call,
    "call-unknown": activities.call,
    "call-recursion": activities.call,
    "call-not-executable": activities.call_not_executable,
    "call-no-start": activities.call_without_start,
    "multi-instance-count": activities.how_often,
    "loop-without-end": activities.loop_end,
    "loop-not-here": activities.no_loop,
    "expression-unreadable": formulas.unreadable,
    "condition-not-a-truth": formulas.unreadable,
    "mapping-target": formulas.bad_target,
    "field-key-bad": forms.form,
    "field-twice": forms.form,
    "field-type-unknown": forms.form,
    "field-no-options": forms.form,
    "field-option-twice": forms.form,
    "field-default-bad": forms.form,
    "field-limit-bad": forms.form,
    "field-pattern-bad": forms.form,
    "form-unreadable": forms.form,
    "form-not-known": forms.form,
    "value-bad": forms.setting,
    "limit-bad": forms.setting,
    "warn-bad": forms.setting,
}


def mends(draft: Draft, sight: Sight, groups: tuple[str, ...]) -> list[Mend]:
    """Every repair there is for what is seen now. A fault without one is left to the owner, and to the lint."""
    found: list[Mend] = []
    for fault in sight.faults:
        if fault.rule.id == "nothing-executable":
            mend = structure.make_executable(draft, fault, sight.definition)
        elif fault.rule.id in MENDERS:
            mend = MENDERS[fault.rule.id](draft, fault)
        elif fault.rule.id.startswith("decision-") and fault.rule.level == ERROR and fault.element is not None:
            mend = activities.by_hand(draft, fault) if kind(fault.element) == "businessRuleTask" else None
        else:
            continue
        if mend is not None:
            found.append(mend)
    found += inclusive.idle_defaults(draft, sight.scopes)
    found += variables.labels(draft, sight)
    found += variables.unset(draft, sight)
    found += activities.untyped_tasks(draft, sight.scopes)
    found += splits.implicit_merges(draft, sight.scopes)
    found += lanes.lanes_without_group(draft, sight.scopes, sight.definition, groups)
    found += unknown_groups(draft, sight.scopes, sight.definition, groups)
    return found
