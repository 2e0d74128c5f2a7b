"""Messages: across the instances of one case, across cases, from outside, and as the beginning of an instance."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, NobodyWaits, Refusal
from engine.store.schema import effect, message_wait
from tests.engine.drawn import boundary, bpmn, catch, messages, receive, sequence, task, throw
from tests.office import admin, auditor, clerk, colleague, outsider

ASKS = bpmn(
    messages("question", "answer"),
    sequence(
        "asks",
        task("write", "front-desk", fields="subject:string amount:decimal"),
        throw("ask", "m-question"),
        receive("wait", "m-answer"),
        task("read", "front-desk"),
        path="s > write > ask > wait > read > e",
    ),
)
ANSWERS = bpmn(
    messages("question", "answer"),
    sequence("answers", task("think", "second-line", fields="reply:string"), path="s > think > e", starts="m-question", ends="m-answer"),
)
ORDER = bpmn(
    messages("delivered"),
    sequence(
        "order",
        task("place", "front-desk", fields="order:string amount:decimal"),
        receive("arrives", "m-delivered", correlation_order="order"),
        task("unpack", "front-desk"),
        path="s > place > arrives > unpack > e",
    ),
)
DELIVERY = bpmn(
    messages("delivered"),
    sequence(
        "delivery",
        task("load", "front-desk", fields="order:string"),
        throw("deliver", "m-delivered", correlation_order="order"),
        path="s > load > deliver > e",
    ),
)


def placed(office, order):
    case = office.start(ORDER)
    case.task("place").complete(by=clerk, order=order, amount="12.50")
    return case


def test_instances_of_one_case_ask_and_answer(office):
    office.deploy(ANSWERS)
    case = office.start(ASKS)
    case.task("write").complete(by=clerk, subject="a bill", amount="0.10")
    assert [i.procedure for i in case.instances] == ["asks", "answers"]
    assert case.open_tasks == ["think"]
    assert case.variables()["amount"] == Decimal("0.10")
    case.task("think").complete(by="li.wei", reply="it is right")
    assert case.open_tasks == ["read"]
    assert case.variables(1)["reply"] == "it is right"
    case.task("read").complete(by=clerk)
    assert case.state == "closed"
    trail = case.trail()
    assert [(e["name"], e["to"]) for e in trail.of("MessageSent")] == [("question", "case"), ("answer", "case")]
    assert trail.of("InstanceStarted")[1]["from"] == 1
    trail.check()


def test_a_message_nobody_waits_for_is_told_and_lost(office):
    case = office.start(ASKS)
    case.task("write").complete(by=clerk)
    assert "to" not in case.trail().last("MessageSent").data
    assert case.open_tasks == []


def test_from_outside_by_the_number_of_the_case(office):
    case, other = office.start(ASKS), office.start(ASKS)
    for one in (case, other):
        one.task("write").complete(by=clerk)
    office.ask(c.SendMessage("answer", {"case": f"CL-{case.id:06d}"}, {"reply": "yes"}), clerk)
    assert case.open_tasks == ["read"]
    assert case.variables()["reply"] == "yes"
    assert other.open_tasks == []


def test_from_outside_by_business_key(office):
    office.deploy(ASKS)
    found = office.case(office.ask(c.StartCase("asks", business_key="A-7"), clerk)["id"])
    other = office.case(office.ask(c.StartCase("asks", business_key="A-8"), clerk)["id"])
    for one in (found, other):
        one.task("write").complete(by=clerk)
    office.ask(c.SendMessage("answer", {"business_key": "A-7"}), clerk)
    assert (found.open_tasks, other.open_tasks) == (["read"], [])


@pytest.mark.parametrize(
    "correlation", [{}, {"case": "CL-000999"}, {"case": "17; DROP"}, {"order": "B-1"}, {"business_key": "none"}]
)
def test_a_message_for_nobody_is_refused(office, correlation):
    placed(office, "A-1")
    with pytest.raises(NobodyWaits):
        office.ask(c.SendMessage("delivered", correlation), clerk)


def test_correlation_finds_the_one_that_asks_for_it(office):
    cases = [placed(office, f"A-{n}") for n in range(3)]
    office.ask(c.SendMessage("delivered", {"order": "A-1", "weight": 3}, {"door": "back"}), clerk)
    assert [case.open_tasks for case in cases] == [[], ["unpack"], []]
    assert cases[1].variables()["door"] == "back"


def test_two_that_ask_for_the_same_are_told_apart_by_name(office):
    one, other = placed(office, "A-1"), placed(office, "A-1")
    with pytest.raises(InvalidInput, match="correct") as told:
        office.ask(c.SendMessage("delivered", {"order": "A-1"}), clerk)
    assert "2" in told.value.fields["correlation"].en
    office.ask(c.SendMessage("delivered", {"order": "A-1", "case": other.id}), clerk)
    assert (one.open_tasks, other.open_tasks) == ([], ["unpack"])


def test_cases_of_others_are_not_reached(office):
    """Who may not see the case does not learn that it waits."""
    placed(office, "A-1")
    with pytest.raises(NobodyWaits):
        office.ask(c.SendMessage("delivered", {"order": "A-1"}), outsider)


def test_across_cases_by_an_effect_once(office):
    waiting = placed(office, "A-1")
    sender = office.start(DELIVERY)
    sender.task("load").complete(by=clerk, order="A-1")
    assert sender.trail().last("MessageSent")["to"] == "other"
    assert waiting.open_tasks == []
    office.work()
    assert waiting.open_tasks == ["unpack"]
    with office.database.write() as conn:  # a worker that died before it settled
        conn.execute(effect.update().values(due_at=office.now, done_at=None))
    office.work()
    assert waiting.trail().types.count("MessageReceived") == 1
    assert sender.state == "closed"
    waiting.trail().check()


def test_across_cases_too_late_is_given_up_with_its_reason(office):
    waiting = placed(office, "A-1")
    sender = office.start(DELIVERY)
    sender.task("load").complete(by=clerk, order="A-1")
    office.ask(c.CancelCase(waiting.id, "returned"), admin)
    office.work()
    with office.engine.read() as conn:
        (row,) = conn.execute(select(effect)).all()
    assert row.due_at is None
    assert "取消" in row.last_error


def test_a_message_from_outside_starts_a_case(office):
    office.deploy(ANSWERS)
    answer = office.ask(c.SendMessage("question", {"business_key": "K-1"}, {"subject": "my bill"}), clerk)
    case = office.case(answer["case"])
    assert case.open_tasks == ["think"]
    assert case.row.business_key == "K-1"
    assert case.trail().last("InstanceStarted")["message"] == "question"
    case.trail().check()


def test_not_everybody_starts_a_case_by_message(office):
    office.deploy(ANSWERS)
    with pytest.raises(Forbidden):
        office.ask(c.SendMessage("question"), auditor)


def test_a_timer_that_is_due_comes_before_the_message(office):
    file = bpmn(
        messages("reply"),
        sequence(
            "p",
            '<bpmn:eventBasedGateway id="g"></bpmn:eventBasedGateway>',
            receive("reply", "m-reply"),
            catch("enough", "PT1H"),
            task("a", "front-desk"),
            task("b", "front-desk"),
            path="s > g > reply > a > e; g > enough > b > e",
        ),
    )
    case = office.start(file)
    office.wait("PT2H", work=False)
    with pytest.raises(NobodyWaits):
        case.ask(c.DeliverMessage, "reply")
    office.work()
    assert case.open_tasks == ["b"]


def test_a_colleague_completes_although_the_receiver_has_just_run_out_of_time(office):
    """The step that sends must not be refused because the one who waited is overtaken by a timer nobody noticed yet."""
    waits = bpmn(
        messages("begin", "done"),
        sequence(
            "waits",
            '<bpmn:eventBasedGateway id="g"></bpmn:eventBasedGateway>',
            receive("done", "m-done"),
            catch("enough", "PT1H"),
            task("late", "front-desk"),
            path="s > g > done > e; g > enough > late > e",
            starts="m-begin",
        ),
    )
    sends = bpmn(
        messages("begin", "done"),
        sequence("sends", throw("begin", "m-begin"), task("work", "front-desk"), path="s > begin > work > e", ends="m-done"),
    )
    office.deploy(waits)
    case = office.start(sends)
    office.wait("PT2H", work=False)
    case.task("work").complete(by=clerk)
    assert case.open_tasks == ["late"]
    assert case.trail().last("TimerFired")["late_s"] == 3600
    case.trail().check()


def test_decimals_and_numbers_correlate(office):
    file = bpmn(
        messages("paid"),
        sequence(
            "pays",
            task("place", "front-desk", fields="amount:decimal"),
            receive("paid", "m-paid", correlation_amount="amount"),
            task("a", "front-desk"),
            path="s > place > paid > a > e",
        ),
    )
    case = office.start(file)
    case.task("place").complete(by=clerk, amount="12.50")
    office.ask(c.SendMessage("paid", {"amount": "12.50"}), clerk)
    assert case.open_tasks == ["a"]


def test_a_signal_reaches_every_instance_of_the_case_once(office):
    signal = '<bpmn:signal id="sig" name="sig"/>'
    defined = '<bpmn:signalEventDefinition signalRef="sig"/>'
    hears = bpmn(
        signal,
        messages("join"),
        sequence(
            "hears",
            task("listen", "front-desk"),
            f'<bpmn:boundaryEvent id="heard" attachedToRef="listen" cancelActivity="false">{defined}</bpmn:boundaryEvent>',
            task("note", "front-desk"),
            path="s > listen > e; heard > note > e",
            starts="m-join",
        ),
    )
    sends = bpmn(
        signal,
        messages("join"),
        sequence(
            "sends",
            throw("join", "m-join"),
            throw("again", "m-join"),
            task("shout", "front-desk"),
            f'<bpmn:intermediateThrowEvent id="loud">{defined}</bpmn:intermediateThrowEvent>',
            path="s > join > again > shout > loud > e",
        ),
    )
    office.deploy(hears)
    case = office.start(sends)
    assert sorted(case.open_tasks) == ["listen", "listen", "shout"]
    case.task("shout").complete(by=clerk)
    assert sorted(case.open_tasks) == ["listen", "listen", "note", "note"]
    case.trail().check()


def test_two_procedures_that_answer_each_other_for_ever_are_refused_as_a_whole(office):
    one = bpmn(messages("ping", "pong"), sequence("one", path="s > e", starts="m-ping", ends="m-pong"))
    two = bpmn(messages("ping", "pong"), sequence("two", path="s > e", starts="m-pong", ends="m-ping"))
    begin = bpmn(messages("ping"), sequence("begin", task("a", "front-desk"), path="s > a > e", ends="m-ping"))
    office.deploy(one)
    office.deploy(two)
    case = office.start(begin)
    with pytest.raises(Refusal) as told:
        case.task("a").complete(by=clerk)
    assert told.value.code == "endless-messages"
    assert case.open_tasks == ["a"]


def test_a_message_taken_at_a_boundary_leaves_no_wait_behind(office):
    event = '<bpmn:boundaryEvent id="stop" attachedToRef="a" cancelActivity="true"><bpmn:messageEventDefinition messageRef="m-stop"/></bpmn:boundaryEvent>'
    file = bpmn(
        messages("stop"),
        sequence("p", task("a", "front-desk"), event, boundary("late", "a", "PT1H"), task("b", "front-desk"),
                 path="s > a > e; stop > b > e; late > e"),
    )  # fmt: skip
    case = office.start(file)
    case.ask(c.DeliverMessage, "stop")
    assert case.open_tasks == ["b"]
    with office.engine.read() as conn:
        assert conn.execute(select(message_wait)).all() == []
    assert office.wait("PT2H") is None
    assert case.open_tasks == ["b"]
    assert case.task("b").claim(by=colleague).holder == colleague
