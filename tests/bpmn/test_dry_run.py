"""A file is started once in a child process: what it does to itself there, it does to nobody else."""

import sys

import pytest

from engine.bpmn import dry_run
from engine.bpmn.lint import check
from tests.bpmn.drawn import bpmn, element, flows, message, process
from tests.bpmn.faulty import MESSAGE, E, S, line

FORM = (
    '<bpmn:extensionElements><camunda:formData><camunda:formField id="amount" type="long"/>'
    '<camunda:formField id="kind" type="enum"><camunda:value id="a" name="A"/></camunda:formField>'
    '<camunda:formField id="when" type="date"/></camunda:formData></bpmn:extensionElements>'
)


def rehearsed(data: bytes, processes=("p",), called=None) -> list[tuple[str, str, str | None]]:
    return [(f.level, f.rule, f.element_id) for f in dry_run.rehearse(data, called or {}, processes).findings]


def test_a_good_file_has_nothing_to_tell():
    assert rehearsed(line("userTask t name=A")) == []


def test_the_start_form_is_filled_in():
    body = (element("startEvent s", FORM), element("exclusiveGateway t default=t-e"), E, element("endEvent f"))
    ways = flows('s > t > e; t > f [amount > 3 and kind == "b" and when > date("2020-01-01")]')
    assert rehearsed(bpmn(process("p", *body, ways))) == []


def test_a_variable_nobody_gave_is_a_note():
    body = (
        S,
        element("exclusiveGateway t default=t-e"),
        E,
        element("endEvent f"),
        flows("s > t > e; t > f [amount > 3]"),
    )
    (finding,) = dry_run.rehearse(bpmn(process("p", *body)), {}, ("p",)).findings
    assert (finding.level, finding.rule, finding.element_id) == ("info", "dry-run-variable", "t")
    assert "amount" in finding.message.zh and "amount" in finding.message.en


def test_a_script_that_fails_is_a_warning():
    data = line("scriptTask t", "<bpmn:script>a = 1 / 0</bpmn:script>")
    assert rehearsed(data) == [("warning", "dry-run-failed", "t")]


def test_what_cannot_be_built_is_an_error_at_its_element():
    assert rehearsed(line("serviceTask t")) == [("error", "dry-run-refused", "t")]


def test_every_start_and_every_process_is_tried():
    again = element("startEvent s2", message("m"))
    bad = element("scriptTask x", "<bpmn:script>a = 1 / 0</bpmn:script>")
    first = process("p", S, again, bad, E, flows("s > e; s2 > x > e"))
    second = process(
        "q", element("startEvent qs"), element("serviceTask z"), element("endEvent qe"), flows("qs > z > qe")
    )
    data = bpmn(MESSAGE, first, second)
    assert rehearsed(data, ("p", "q")) == [("warning", "dry-run-failed", "x"), ("error", "dry-run-refused", "z")]


def test_calls_without_end_come_to_rest():
    data = line("callActivity t calledElement=p")
    found = rehearsed(data)
    assert found and all(rule.startswith("dry-run") for _, rule, _ in found)


def test_a_flood_of_tokens_comes_to_rest():
    body = (S, element("parallelGateway g"), element("parallelGateway h"), E)
    data = bpmn(process("p", *body, flows("s > g; g > h; g > h; h > g")))
    assert all(rule.startswith("dry-run") for _, rule, _ in rehearsed(data))


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits on this system")
def test_too_much_time_and_memory_end_the_child(monkeypatch):
    greedy = "from engine.bpmn import rehearsal, dry_run; rehearsal.limit({}, {}); {}"
    monkeypatch.setattr(dry_run, "PROGRAM", greedy.format(dry_run.MEMORY, 1, "exec('while True: pass')"))
    assert rehearsed(line("userTask t")) == [("error", "dry-run-too-long", None)]
    monkeypatch.setattr(dry_run, "PROGRAM", greedy.format(dry_run.MEMORY, 5, "bytearray(2 * 1024 ** 3)"))
    (finding,) = dry_run.rehearse(line("userTask t"), {}, ("p",)).findings
    assert finding.rule == "dry-run-broke" and "MemoryError" in finding.message.en


def test_a_child_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(dry_run, "PROGRAM", "import time; time.sleep(60)")
    monkeypatch.setattr(dry_run, "WALL_SECONDS", 1)
    assert rehearsed(line("userTask t")) == [("error", "dry-run-too-long", None)]


def test_a_child_that_talks_nonsense_is_not_believed(monkeypatch):
    monkeypatch.setattr(dry_run, "PROGRAM", "print('hello')")
    assert rehearsed(line("userTask t")) == [("error", "dry-run-broke", None)]


def test_the_child_sees_nothing_of_the_servers_settings(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "secret")
    assert "DATABASE_URL" not in dry_run.surroundings()


def test_check_rehearses_only_files_without_errors():
    assert [f.rule for f in check(line("serviceTask t"), dry_run=True).errors] == ["service-task"]
    report = check(line("scriptTask t", "<bpmn:script>a = 1 / 0</bpmn:script>"), dry_run=True)
    assert "dry-run-failed" in [f.rule for f in report.findings] and report.is_deployable
