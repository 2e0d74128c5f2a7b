"""A version is given to everyone, to departments or to a share, and taken back: who then starts on what."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, NotFound, NothingToStart, Refusal
from engine.domain.release import PLACES, place
from engine.handlers.releases import EveryoneHasIt, NotReleased
from engine.handlers.starting import NotReleasedHere
from engine.store import procedures, releases
from tests.engine.drawn import bpmn, messages, sequence, task, throw
from tests.office import admin, auditor, clerk, handler, lead, outsider, owner, technician


def file(version: int, *, fields: str = "", starts: str = "", key: str = "p") -> bytes:
    """The same procedure, a step of another name in each version."""
    return bpmn(
        messages("begin"),
        sequence(key, task(f"v{version}", "front-desk"), path=f"s > v{version} > e", fields=fields, starts=starts),
    )


ASKS = bpmn(messages("begin"), sequence("asks", task("a", "front-desk"), throw("t", "m-begin"), path="s > a > t > e"))
HALF, TENTH, DEPARTMENT = {"share": "0.5"}, {"share": "0.1"}, {"departments": ["service"]}


@pytest.fixture
def two(office):
    """Version 1 for everyone, version 2 a draft."""
    office.deploy(file(1))
    office.deploy(file(2), draft=True)
    return office


def release(office, number, scope, by=owner, **more):
    return office.ask(c.ReleaseVersion("p", number, scope, **more), by)


def withdraw(office, number, by=owner, reason="it did not work"):
    return office.ask(c.WithdrawVersion("p", number, reason), by)


def started(office, by=clerk, **more) -> int:
    """The version a new case gets."""
    return office.ask(c.StartCase("p", **more), by)["version"]


def states(office, key="p"):
    with office.engine.read() as conn:
        return {row.number: row.state for row in procedures.versions(conn, key)}


def active(office, key="p"):
    with office.engine.read() as conn:
        return [(row.version_id, row.scope, row.places) for row in releases.active(conn, key)]


def customer_in(office, below: int, key="p", above: int = -1) -> int:
    """A customer whose place is below that one."""
    while True:
        found = office.ask(c.RegisterCustomer("王丽娟"), clerk)["id"]
        if above < place(key, f"customer:{found}") < below:
            return found


def test_departments_get_the_pilot_and_those_below_them(two):
    assert release(two, 2, DEPARTMENT)["state"] == "released"
    assert {by: started(two, by) for by in (clerk, handler, technician, outsider)} == {
        clerk: 2, handler: 2, technician: 1, outsider: 1
    }  # fmt: skip
    assert states(two) == {1: "released", 2: "released"}
    case = two.start("p")
    assert case.trail().of("CaseStarted")[0]["why"] == "released-to-department"
    assert case.trail().of("InstanceStarted")[0]["why"] == "released-to-department"
    assert case.instances[0].release_id == 2
    other = two.start("p", by=outsider)
    assert other.trail().of("CaseStarted")[0]["why"] == "released-to-everyone"
    assert "why" not in other.trail().of("InstanceStarted")[0].data
    assert other.instances[0].release_id == 1
    two.system_trail().check()


def test_a_share_is_sticky_by_customer(two):
    release(two, 2, TENTH)
    chosen, other = customer_in(two, 1_000), customer_in(two, PLACES, above=1_000)
    assert [started(two, customer_id=one) for one in (chosen, other) * 3] == [2, 1] * 3
    case = two.case(two.ask(c.StartCase("p", customer_id=chosen), clerk)["id"])
    assert case.trail().of("CaseStarted")[0]["why"] == "released-to-share"
    release(two, 2, HALF)
    assert started(two, customer_id=chosen) == 2


def test_who_has_no_record_is_told_by_business_key_or_by_the_case(two):
    release(two, 2, HALF)
    keys = [f"A-{n}" for n in range(12)]
    expected = [2 if place("p", f"key:{key}") < 5_000 else 1 for key in keys]
    assert [started(two, business_key=key) for key in keys * 2] == expected * 2
    for _ in range(8):
        answer = two.ask(c.StartCase("p"), clerk)
        assert answer["version"] == (2 if place("p", f"case:{answer['id']}") < 5_000 else 1)
    assert set(expected) == {1, 2}


def test_several_shares_run_side_by_side_and_growing_keeps_who_is_in(two):
    two.deploy(file(3), draft=True)
    release(two, 2, TENTH)
    release(two, 3, HALF)
    assert [places for _, _, places in active(two)] == [None, [[0, 1_000]], [[1_000, 6_000]]]
    release(two, 2, {"share": "0.4"})
    assert active(two)[-1][2] == [[0, 1_000], [6_000, 9_000]]
    with pytest.raises(InvalidInput) as told:
        release(two, 3, {"share": "0.7"})
    assert "0.6" in told.value.fields["scope"].en
    assert withdraw(two, 2)["replaced_by"] == 1
    assert states(two) == {1: "released", 2: "retired", 3: "released"}


def test_roll_out_is_one_action(two):
    before = two.start("p", by=outsider)
    release(two, 2, TENTH, guard={"on_time": "0.9"})
    release(two, 2, {"all": True})
    assert states(two) == {1: "retired", 2: "released"}
    assert len(active(two)) == 1
    assert started(two) == 2
    assert before.open_tasks == ["v1"]
    told = two.system_trail().last("VersionReleased")
    assert (told["scope"], told["replaces"]) == ({"all": True}, 1)
    with two.engine.read() as conn:
        assert [row.ended_how for row in releases.history(conn, "p")] == [None, "promoted", "replaced"]


def test_taking_back_the_version_for_everyone_brings_the_one_before(two):
    two.deploy(file(3), draft=True)
    release(two, 2, {"all": True})
    release(two, 3, {"all": True})
    assert withdraw(two, 3)["replaced_by"] == 2
    assert (started(two), states(two)) == (2, {1: "retired", 2: "released", 3: "retired"})
    assert withdraw(two, 2)["replaced_by"] == 1
    assert started(two) == 1
    assert withdraw(two, 1) == {"key": "p", "version": 1, "state": "retired", "replaced_by": None}
    with pytest.raises(NothingToStart):
        started(two)
    assert "replaced_by" not in two.system_trail().last("VersionWithdrawn").data
    release(two, 3, {"all": True})
    assert started(two) == 3
    two.system_trail().check()


def test_a_version_that_comes_back_for_everyone_is_no_pilot_any_more(two):
    release(two, 2, {"all": True})
    release(two, 1, DEPARTMENT)
    withdraw(two, 2)
    assert [scope for _, scope, _ in active(two)] == [{"all": True}]
    assert {started(two, by) for by in (clerk, outsider)} == {1}


def test_a_newer_pilot_of_the_same_departments_takes_the_place_of_the_older(two):
    two.deploy(file(3), draft=True)
    release(two, 2, {"departments": ["service", "billing"]})
    release(two, 3, DEPARTMENT)
    assert (started(two, clerk), started(two, technician)) == (3, 2)
    assert states(two)[2] == "released"
    withdraw(two, 3)
    assert started(two, clerk) == 2
    release(two, 3, {"departments": ["service", "billing", "warehouse"]})
    assert (states(two)[2], started(two, technician)) == ("retired", 3)
    assert two.system_trail().last("VersionReleased")["replaces"] == 2


def test_a_procedure_can_begin_in_one_department_alone(office):
    office.deploy(file(1), draft=True)
    release(office, 1, DEPARTMENT)
    assert started(office) == 1
    with pytest.raises(NotReleasedHere):
        started(office, outsider)
    with pytest.raises(InvalidInput):
        release(office, 1, HALF)
    withdraw(office, 1)
    with pytest.raises(NothingToStart):
        started(office)


def test_the_same_release_again_changes_nothing(two):
    release(two, 2, TENTH)
    before = two.system_trail()
    release(two, 2, {"share": 0.1})
    assert two.system_trail() == before


@pytest.mark.parametrize(
    "number, scope, more, refusal",
    [
        (1, TENTH, {}, EveryoneHasIt),
        (1, DEPARTMENT, {}, EveryoneHasIt),
        (2, {"departments": ["moon"]}, {}, InvalidInput),
        (2, {"share": "2"}, {}, InvalidInput),
        (2, {}, {}, InvalidInput),
        (2, {"all": True}, {"guard": {"on_time": 1}}, InvalidInput),
        (2, TENTH, {"guard": {"on_time": 7}}, InvalidInput),
        (2, TENTH, {"training": "perhaps"}, InvalidInput),
        (3, TENTH, {}, NotFound),
    ],
    ids=str,
)
def test_what_is_refused_changes_nothing(two, number, scope, more, refusal):
    before = two.system_trail()
    with pytest.raises(refusal):
        release(two, number, scope, **more)
    assert two.system_trail() == before
    assert [scope for _, scope, _ in active(two)] == [{"all": True}]


def test_withdrawing_needs_a_reason_and_something_released(two):
    with pytest.raises(InvalidInput):
        withdraw(two, 1, reason="  ")
    with pytest.raises(NotReleased):
        withdraw(two, 2)
    with pytest.raises(NotFound):
        withdraw(two, 9)


def test_training_is_kept_with_the_version(two):
    release(two, 2, TENTH, training="asked")
    release(two, 2, {"all": True})
    with two.engine.read() as conn:
        assert [row.training for row in procedures.versions(conn, "p")] == ["asked", "none"]


def test_owners_of_another_department_change_nothing(two):
    two.ask(c.SaveUser("owner.billing", roles=("owner",), department="billing"), admin)
    two.ask(c.SetProcedureDepartment("p", "service"), owner)
    for command in (
        c.ReleaseVersion("p", 2), c.WithdrawVersion("p", 1, "mine"), c.SetProcedureDepartment("p", None),
        c.DeployVersion(file(3)),
    ):  # fmt: skip
        for login in ("owner.billing", clerk, lead, auditor):
            with pytest.raises(Forbidden) as told:
                two.ask(command, login)
            assert login != "owner.billing" or "Customer service" in told.value.text.en
    two.ask(c.SetProcedureDepartment("p", None), admin)
    assert two.ask(c.ReleaseVersion("p", 2), "owner.billing")["state"] == "released"
    with pytest.raises(InvalidInput):
        two.ask(c.SetProcedureDepartment("p", "moon"), owner)
    with pytest.raises(NotFound):
        two.ask(c.SetProcedureDepartment("q", None), owner)
    told = two.system_trail().of("ProcedureDepartmentSet")
    assert [(one.data.get("was"), one.data.get("department")) for one in told] == [("company", "service"), ("service", None)]


def test_the_form_asked_for_is_the_form_of_the_version_that_is_got(office):
    office.deploy(file(1, fields="old:string!"))
    office.deploy(file(2, fields="new:string!"), draft=True)
    release(office, 2, DEPARTMENT)
    with pytest.raises(InvalidInput) as told:
        started(office, clerk, variables={"old": "x"})
    assert "new" in told.value.fields
    assert started(office, clerk, variables={"new": "x"}) == 2
    assert started(office, outsider, variables={"old": "x"}) == 1


def test_a_message_that_only_the_pilot_begins_by_begins_the_pilot(office):
    office.deploy(file(1))
    office.deploy(file(2, starts="m-begin"), draft=True)
    with pytest.raises(Refusal):
        office.ask(c.SendMessage("begin"), clerk)
    release(office, 2, DEPARTMENT)
    case = office.case(office.ask(c.SendMessage("begin"), clerk)["case"])
    assert case.open_tasks == ["v2"]
    assert case.trail().of("InstanceStarted")[0]["why"] == "released-to-department"
    with pytest.raises(Refusal):
        office.ask(c.SendMessage("begin"), outsider)
    assert started(office, clerk) == 1
    withdraw(office, 2)
    with pytest.raises(Refusal):
        office.ask(c.SendMessage("begin"), clerk)


def test_the_next_procedure_of_a_case_follows_the_same_rule(office):
    office.deploy(file(1, starts="m-begin"))
    office.deploy(file(2, starts="m-begin"), draft=True)
    office.deploy(ASKS)
    release(office, 2, HALF)
    chosen, other = customer_in(office, 5_000), customer_in(office, PLACES, above=5_000)
    for customer, step, why in ((chosen, "v2", "released-to-share"), (other, "v1", None)):
        case = office.case(office.ask(c.StartCase("asks", customer_id=customer), clerk)["id"])
        case.task("a").complete(by=clerk)
        assert case.open_tasks == [step]
        assert case.trail().of("InstanceStarted")[1].data.get("why") == why
        case.trail().check()
    case = office.start("asks")
    case.task("a").complete(by=clerk)
    assert case.open_tasks == ["v2" if place("p", f"case:{case.id}") < 5_000 else "v1"]


def test_a_refused_form_leaves_no_gap_in_the_numbers_of_cases(office):
    office.deploy(file(1, fields="asked:string!"))
    first = office.ask(c.StartCase("p", {"asked": "x"}), clerk)["id"]
    for _ in range(3):
        with pytest.raises(InvalidInput):
            started(office)
    assert office.ask(c.StartCase("p", {"asked": "x"}), clerk)["id"] == first + 1
