"""Timers of an instance that is moved: what has passed has passed, what is new begins now, what is gone is forgotten."""

from __future__ import annotations

from datetime import timedelta

from tests.bpmn.drawn import NOON, Run, element, message, timer
from tests.bpmn.migrating import moved, planned, simple, why
from tests.engine.drawn import extended, properties

HOUR = timedelta(hours=1)


def waiting(text: str, kind: str = "timeDuration", calendar: str = "wall") -> bytes:
    """`a`, then a timer `t`, then `b`."""
    inner = extended(properties({"calendar": calendar})) + timer(text, kind)
    return simple("s > a > t > b > e", element("intermediateCatchEvent t", inner), tasks="a b")


def watched(*watches: str, more: str = "") -> bytes:
    """`a` with boundary events; each of them leads to `b`."""
    names = [watch.split('id="')[1].split('"')[0] for watch in watches]
    return simple("s > a > c > e; b > e" + "".join(f"; {name} > b" for name in names) + more, *watches)


def watch(ident: str, text: str, kind: str = "timeDuration", *, interrupts: bool = False) -> str:
    return element(f"boundaryEvent {ident} attachedToRef=a cancelActivity={str(interrupts).lower()}", timer(text, kind))


def due(run: Run) -> dict[str, timedelta]:
    """When each timer is due, from noon."""
    return {timer.element_id: timer.due_at - NOON for timer in run.timers.values()}


def started(file: bytes) -> Run:
    run = Run(file)
    run.complete("a")
    return run


def test_a_timer_whose_text_is_the_same_keeps_its_instant():
    run = started(waiting("PT4H"))
    run.later(hours=1)
    plan = moved(run, waiting("PT4H"))
    assert plan.result.timers_set == ()
    assert due(run) == {"t": 4 * HOUR}


def test_the_time_that_has_passed_counts_for_the_new_duration():
    run = started(waiting("PT4H"))
    run.later(hours=1)
    moved(run, waiting("PT6H"))
    assert due(run) == {"t": 6 * HOUR}
    run.later(hours=5)
    assert run.names == ["b"]


def test_it_counts_in_the_calendar_of_the_new_version():
    """In the business calendar of these tests everything takes twice as long."""
    run = started(waiting("PT4H"))
    run.later(hours=1)
    moved(run, waiting("PT4H", calendar="business"))
    assert due(run) == {"t": 8 * HOUR}


def test_what_would_have_been_due_before_is_due_now_and_not_late():
    run = started(waiting("PT4H"))
    run.later(hours=3)
    moved(run, waiting("PT2H"))
    assert due(run) == {"t": 3 * HOUR}
    assert run.names == []
    run.later(hours=0)
    assert run.names == ["b"]


def test_a_duration_that_became_an_instant_or_a_cycle():
    run = started(waiting("PT4H"))
    run.later(hours=1)
    moved(run, waiting("2026-03-02T22:00:00+00:00", "timeDate"))
    assert due(run) == {"t": 10 * HOUR}
    moved(run, waiting("R3/PT7H", "timeCycle"))
    assert due(run) == {"t": 7 * HOUR}


def test_a_time_that_cannot_be_worked_out_for_this_case():
    run = started(waiting("PT4H"))
    ((element_id, text),) = why(run, waiting("patience"))
    assert element_id == "t"
    assert text.startswith("The time of “t” cannot be worked out: ")


def test_a_new_watch_begins_when_the_case_is_moved():
    run = Run(simple("s > a > c > e; b > e"))
    run.later(hours=2)
    moved(run, watched(watch("w", "PT1H")))
    assert due(run) == {"w": 3 * HOUR}
    run.later(hours=1)
    assert run.names == ["a", "b"]


def test_a_watch_that_is_gone_is_forgotten():
    run = Run(watched(watch("w", "PT1H"), watch("v", "PT2H", interrupts=True)))
    plan = moved(run, watched(watch("v", "PT2H", interrupts=True)))
    assert len(plan.result.timers_gone) == 1
    assert due(run) == {"v": 2 * HOUR}
    run.later(hours=2)
    assert run.names == ["b"]


def test_a_watch_that_has_happened_does_not_happen_again():
    run = Run(watched(watch("w", "PT1H")))
    run.later(hours=1)
    assert run.names == ["a", "b"]
    moved(run, watched(watch("w", "PT30M")))
    assert due(run) == {}


def test_a_watch_for_something_else_begins_anew():
    run = Run(watched(watch("w", "PT1H")))
    said = element("boundaryEvent w attachedToRef=a cancelActivity=false", message("m"))
    moved(run, watched(said).replace(b"<bpmn:process", b'<bpmn:message id="m" name="reply"/><bpmn:process'))
    assert due(run) == {}
    run.deliver("reply")
    assert run.names == ["a", "b"]


def test_a_watch_that_moved_to_another_step_begins_there():
    run = Run(watched(watch("w", "PT1H")))
    elsewhere = watched(watch("w", "PT1H").replace('attachedToRef="a"', 'attachedToRef="c"'))
    moved(run, elsewhere)
    assert due(run) == {}
    run.complete("a")
    assert due(run) == {"w": HOUR}


def test_a_watch_that_interrupts_now():
    run = Run(watched(watch("w", "PT1H")))
    moved(run, watched(watch("w", "PT1H", interrupts=True)))
    run.later(hours=1)
    assert run.names == ["b"]


def test_a_reminder_goes_on_from_the_last_one():
    run = Run(watched(watch("w", "R3/PT1H", "timeCycle")))
    run.later(hours=1)
    moved(run, watched(watch("w", "R3/PT2H", "timeCycle")))
    assert due(run) == {"w": 3 * HOUR}
    run.later(hours=2)
    run.later(hours=2)
    assert run.names == ["a", "b", "b", "b"]
    assert due(run) == {}


def test_a_reminder_that_has_come_often_enough_comes_no_more():
    run = Run(watched(watch("w", "R/PT1H", "timeCycle")))
    run.later(hours=2)
    assert run.names == ["a", "b", "b"]
    moved(run, watched(watch("w", "R2/PT1H", "timeCycle")))
    assert due(run) == {}


def test_an_event_gateway_waits_for_what_it_waits_for_in_the_new_version():
    def file(*events: tuple[str, str]) -> bytes:
        catches = [element(f"intermediateCatchEvent {name}", timer(text)) for name, text in events]
        paths = "".join(f"; g > {name} > b" for name, _ in events)
        return simple("s > a > g; b > e" + paths, element("eventBasedGateway g"), *catches, tasks="a b")

    run = started(file(("one", "PT3H"), ("two", "PT5H")))
    run.later(hours=1)
    moved(run, file(("two", "PT5H"), ("three", "PT2H")))
    assert due(run) == {"two": 5 * HOUR, "three": 3 * HOUR}
    run.later(hours=2)
    assert run.names == ["b"]
    assert due(run) == {}


def test_a_condition_that_holds_already_would_make_the_case_go_on():
    def file(condition: str) -> bytes:
        inner = f"<bpmn:conditionalEventDefinition><bpmn:condition>{condition}</bpmn:condition></bpmn:conditionalEventDefinition>"
        return watched(element("boundaryEvent w attachedToRef=a", inner))

    run = Run(watched(), variables={"n": 5})
    assert why(run, file("n > 3")) == [
        ("w", "In the new version the case would go on at “w” at once; moving alone must not advance it.")
    ]
    moved(run, file("n > 9"))
    run.edit(n=10)
    assert run.names == ["b"]


def test_an_overdue_timer_is_not_noticed_by_moving():
    run = started(waiting("PT1H"))
    run.world.now += 2 * HOUR
    assert planned(run, waiting("PT1H")).moves
