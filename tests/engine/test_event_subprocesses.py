"""Event subprocesses at the desk: the customer withdraws, a reminder goes out; tasks, timers and the trail follow."""

from engine.domain import commands as c
from tests.bpmn.drawn import bpmn, element, flows, message, process, timer
from tests.office import clerk

WHO = '<bpmn:potentialOwner><bpmn:resourceAssignmentExpression><bpmn:formalExpression>group(front-desk)</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:potentialOwner>'


def step(ident: str) -> str:
    return element(f"userTask {ident} name={ident}", WHO)


def aside(ident: str, start: str, attributes: str = "") -> str:
    inside = element(f"startEvent {ident}-s {attributes}", start) + step(f"{ident}-t") + element(f"endEvent {ident}-e")
    return element(f"subProcess {ident} triggeredByEvent=true name={ident}", inside + flows(f"{ident}-s > {ident}-t > {ident}-e"))


FILE = bpmn(
    '<bpmn:message id="m" name="withdrawn"/>',
    process(
        "wish", element("startEvent s"), step("check"), step("grant"), element("endEvent e"), flows("s > check > grant > e"),
        aside("withdraw", message("m")), aside("remind", timer("PT2H"), "isInterrupting=false"),
    ),
)  # fmt: skip


def test_a_withdrawal_takes_the_place_of_all_open_work(office):
    case = office.start(FILE)
    assert case.open_tasks == ["check"]
    office.ask(c.SendMessage("withdrawn", {"case": case.id}, {"reason": "changed my mind"}), clerk)
    assert case.open_tasks == ["withdraw-t"]
    case.task("withdraw-t").complete(by=clerk)
    assert case.state == "closed"
    case.trail().check()


def test_a_reminder_goes_on_beside_and_ends_with_nobody_waiting(office):
    case = office.start(FILE)
    case.wait("PT3H")
    assert sorted(case.open_tasks) == ["check", "remind-t"]
    case.task("remind-t").complete(by=clerk)
    case.task("check").complete(by=clerk)
    case.task("grant").complete(by=clerk)
    assert case.state == "closed"
    case.trail().check()
