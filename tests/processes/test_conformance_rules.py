"""The rules the shipped procedures declare: each is broken by a forged trail, and said with nothing else but its cause."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.queries import conformance, trail
from engine.store.session import Database
from tests.processes.stage import play
from tests.processes.test_conformance import SCENARIOS, stage_file  # noqa: F401

DAY = timedelta(days=1)


def values(element, **forged):
    """What was filled in at a step, changed; None takes it out."""

    def forge(entries):
        for entry in entries:
            if entry.type == "TaskCompleted" and entry.data["element"] == element:
                given = {key: value for key, value in {**entry.data["values"], **forged}.items() if value is not None}
                entry = replace(entry, data={**entry.data, "values": given})
            yield entry

    return forge


def moved(element, by):
    """Everything from the passing of an element on happens earlier or later, the instants its timers were due at too."""

    def forge(entries):
        first = next(e.seq for e in entries if any(p["element"] == element for p in e.data.get("path", ())))
        first -= entries[first - 2].type == "TimerFired"
        for entry in entries:
            yield replace(entry, at=entry.at + by) if entry.seq >= first else entry

    return forge


FORGED = {
    "compensation above the limit without approval": (
        "handling/happy", values("propose_solution", compensation_amount="500.01"),
        [("wrong-branch", "over_limit"), ("rule-broken", "tell_decision")],
    ),
    "promised although the approver said no": (
        "handling/approved-over-limit", values("approve_compensation", approval="rejected"),
        [("wrong-branch", "is_approved"), ("rule-broken", "tell_decision")],
    ),
    "given to a third party without consent": (
        "handling/third-party", values("ask_consent", third_party_consent="no"),
        [("wrong-branch", "has_consent"), ("rule-broken", "entrust_third_party")],
    ),
    "carried out without proof": (
        "handling/happy", values("carry_out", execution_proof=None),
        [("rule-broken", "carry_out")],
    ),
    "finished although the result was not verified": (
        "handling/happy", values("verify_result", verification="failed"),
        [("wrong-branch", "is_verified"), ("rule-broken", "handling_finished")],
    ),
    "closed without confirmation": (
        "complaint-closure/confirmed", values("send_result", customer_reply="disputed"),
        [("wrong-branch", "what_reply"), ("rule-broken", "archive_case")],
    ),
    "closed after four days of silence": (
        "complaint-closure/no-answer", moved("reply_not_arrived", -DAY),
        [("timer-early", "reply_not_arrived"), ("rule-broken", "reply_not_arrived")],
    ),
    "evidence incomplete, yet sent": (
        "complaint-closure/confirmed", values("check_evidence", evidence_complete="incomplete"),
        [("wrong-branch", "is_complete"), ("rule-broken", "send_result")],
    ),
    "called back too late": (
        "callback/satisfied", moved("call_customer", 7 * DAY), [("rule-broken", "complaint_closed")],
    ),
    "called back too early": (
        "callback/satisfied", moved("wait_before_call", -DAY), [("timer-early", "wait_before_call"), ("rule-broken", "call_customer")],
    ),
    "work begun that the customer had declined": (
        "inquiry/plan-agreed", values("confirm_plan", plan_decision="declined"),
        [("wrong-branch", "plan_agreed"), ("rule-broken", "carry_out_plan")],
    ),
    "an inquiry closed that is not solved": (
        "inquiry/solved-at-once", values("confirm_solved", confirmation="unsolved"),
        [("wrong-branch", "is_solved"), ("rule-broken", "close_inquiry")],
    ),
    "something abnormal not reviewed": (
        "callback/satisfied", values("ask_rating", abnormal="attitude"),
        [("wrong-branch", "is_abnormal"), ("rule-broken", "is_satisfied")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_broken_rule_is_named(name, stage_file, tmp_path):  # noqa: F811
    scenario, forge, expected = FORGED[name]
    database = Database(f"sqlite:///{shutil.copyfile(stage_file, tmp_path / 'closeloop.db')}")
    case = play(database, SCENARIOS[scenario])
    with case.office.engine.read() as conn:
        checker = conformance.Checker(conn, case.office.engine.versions)
        entries = trail.of_case(conn, case.id).items
        assert checker.of_entries(case.id, entries).conforms
        told = checker.of_entries(case.id, tuple(forge(entries))).deviations
    assert sorted((one.kind, one.element) for one in told) == sorted(expected)
    database.close()
