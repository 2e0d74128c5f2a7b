"""Limits against the clocks of the case, along the quickest and the longest way; and files in two languages."""

from __future__ import annotations

import pytest

from engine.bpmn.lint import check
from tests.bpmn.drawn import bpmn, element, flows, process, timer
from tests.bpmn.faulty import E, S, clocked, line, words

RULES = {"limits-exceed-clock", "limits-may-exceed-clock", "name-one-language", "guidance-one-language"}


def step(name: str, sla: str, **more: str) -> str:
    return element(f"userTask {name} name={name.upper()}", words(sla=sla, **more))


def found(data: bytes) -> list:
    return [f for f in check(data).findings if f.rule in RULES]


def limits(clock: str, *parts: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(f.rule, f.witness) for f in found(bpmn(process("p", words(**{"clock.whole": clock}), S, *parts)))]


def test_limits_that_leave_no_time_for_the_last_step():
    (finding,) = found(clocked("PT1H", "PT2H", "PT30M"))
    assert (finding.level, finding.element_id, finding.witness) == ("warning", "p", ("u",))
    assert "2 h" in finding.message.en and "PT1H" in finding.message.en and "U" in finding.message.zh
    assert [f.rule for f in found(clocked("PT2H", "PT2H", "PT30M"))] == ["limits-may-exceed-clock"]
    assert found(clocked("PT150M", "PT2H", "PT30M")) == []


def test_the_quickest_way_of_a_choice_and_the_longest():
    parts = (step("a", "PT1H"), step("b", "PT9H"), E, element("exclusiveGateway x default=x-a"), element("exclusiveGateway m"))
    ways = flows("s > x; x > a > m; x > b [k] > m; m > e".replace("b [k] > m", "b [k]; b > m"))
    assert limits("PT2H", *parts, ways) == [("limits-may-exceed-clock", ("b",))]
    assert limits("PT30M", *parts, ways) == [("limits-exceed-clock", ("a",))]


def test_parallel_branches_take_as_long_as_the_longest():
    parts = (step("a", "PT1H"), step("b", "PT9H"), E, element("parallelGateway f"), element("parallelGateway j"))
    ways = flows("s > f; f > a > j; f > b > j; j > e")
    assert limits("PT9H", *parts, ways) == []
    assert limits("PT8H", *parts, ways) == [("limits-exceed-clock", ("b",))]


def test_timers_and_subprocesses_count_and_pauses_do_not():
    wait = element("intermediateCatchEvent w", words(calendar="business") + timer("PT3H"))
    inner = element("subProcess q", element("startEvent qs") + step("a", "PT2H") + element("endEvent qe") + flows("qs > a > qe"))
    assert limits("PT5H", wait, inner, E, flows("s > w > q > e")) == []
    assert limits("PT4H", wait, inner, E, flows("s > w > q > e")) == [("limits-exceed-clock", ("w", "a"))]
    paused = step("a", "PT20H", **{"clock.pause": "whole"})
    assert limits("PT1H", paused, E, flows("s > a > e")) == []


def test_rounds_are_gone_once_and_what_comes_after_the_stop_is_left_out():
    parts = (step("a", "PT1H"), step("b", "PT1H", **{"clock.stop": "whole"}), step("c", "PT99H"), element("exclusiveGateway m"), element("exclusiveGateway x default=x-e"), E)
    assert limits("PT2H", *parts, flows("s > m > a > b > c > x; x > m [k]; x > e")) == []


def test_a_boundary_event_is_a_way_too():
    late = element("boundaryEvent l attachedToRef=a", words(calendar="business") + timer("PT1H"))
    parts = (step("a", "PT1H"), late, step("b", "PT5H"), E, element("endEvent e2"))
    assert limits("PT4H", *parts, flows("s > a > e; l > b > e2")) == [("limits-may-exceed-clock", ("l", "b"))]


@pytest.mark.parametrize(("clock", "sla", "rules"), [("P1D", "PT8H", []), ("P1D", "P2D", ["limits-exceed-clock"]), ("P1W", "P5D", []), ("bad", "P5D", [])])
def test_working_days_count_as_eight_hours(clock, sla, rules):
    assert [rule for rule, _ in limits(clock, step("a", sla), E, flows("s > a > e"))] == rules


def test_names_in_one_language_only_matter_where_the_file_is_written_in_two():
    both = line("userTask t name=Alpha", words(**{"name.zh": "甲"}), element("userTask u name=Beta"), flows("t > u > e"))
    (finding,) = found(both)
    assert (finding.rule, finding.element_id, "“Beta”" in finding.message.en) == ("name-one-language", "u", True)
    assert found(line("userTask t name=A", "", element("userTask u name=B"), flows("t > u > e"))) == []
    assert found(line("userTask t name=核对", words(**{"name.en": "Check"}))) == []


def test_a_standard_in_one_language():
    assert [f.rule for f in found(line("userTask t name=A", words(**{"script.en": "Hello"})))] == ["guidance-one-language"]
    assert found(line("userTask t name=A", words(**{"script.en": "Hello", "script.zh": "您好"}))) == []
    assert found(line("userTask t name=A", words(guidance="Listen"))) == []
