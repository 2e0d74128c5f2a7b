"""`closeloop lint` and `closeloop deploy`: what is wrong with a file, and files taken into use all or none."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.runtime import Engine
from engine.store import procedures
from tests.webui.terminal import Terminal
from webui.cli.checking import with_progress
from webui.deployment import File

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
PROCESSES = Path(__file__).parents[2] / "processes"
INQUIRY = PROCESSES / "inquiry" / "procedure.bpmn"
BROKEN = {
    "empty": b"",
    "no-xml": b"PK\x03\x04 not xml",
    "cut": INQUIRY.read_bytes()[:5000],
    "doctype": b'<!DOCTYPE x [<!ENTITY a "b">]><definitions>&a;</definitions>',
    "other": b"<html><body>hello</body></html>",
    "large": b"<definitions>" + b" " * 6_000_000,
}


@pytest.fixture
def terminal(database_url):
    return Terminal(database_url)


def test_lint_needs_no_database():
    assert "can be deployed" in Terminal("sqlite:////nowhere/none.db").ok("lint", str(INQUIRY))


def test_lint_of_all_shipped_procedures_together():
    files = sorted(str(path) for path in PROCESSES.glob("*/procedure.bpmn"))
    assert Terminal("").ok("lint", *files).count(": can be deployed") == len(files) == 4


@pytest.mark.parametrize("kind", BROKEN)
def test_lint_says_what_is_wrong_and_ends_with_one(kind, tmp_path):
    path = tmp_path / f"{kind}.bpmn"
    path.write_bytes(BROKEN[kind])
    result = Terminal("").run("lint", str(path))
    assert (result.exit_code, result.stderr) == (1, "")
    assert f"{path}: cannot be deployed" in result.stdout and ": error" in result.stdout
    assert "Traceback" not in result.output


def test_lint_as_json(tmp_path):
    (tmp_path / "broken.bpmn").write_bytes(_without_a_condition())
    result = Terminal("").run("lint", "--format", "json", str(tmp_path / "broken.bpmn"), str(INQUIRY))
    told = json.loads(result.stdout)
    assert result.exit_code == 1 and told["errors"] >= 1
    assert [file["deployable"] for file in told["files"]] == [False, True]
    error = next(finding for finding in told["findings"] if finding["severity"] == "error")
    assert error.keys() >= {"file", "severity", "rule", "element_id", "message"}
    assert error["file"].endswith("broken.bpmn") and error["element_id"]


def test_lint_speaks_chinese_on_a_chinese_terminal(tmp_path):
    (tmp_path / "empty.bpmn").touch()
    result = Terminal("").run("lint", str(tmp_path / "empty.bpmn"), LANG="zh_CN.UTF-8")
    assert "不能部署" in result.stdout


def test_a_missing_file_and_an_empty_folder_are_not_understood(tmp_path):
    for words in (("lint", "none.bpmn"), ("deploy", str(tmp_path)), ("deploy", "none.bpmn")):
        assert "Invalid value for 'FILE...'" in Terminal("").refused(*words, status=2)
    assert "There are no BPMN files" in Terminal("").refused("lint", str(tmp_path), status=2)


def test_lint_of_a_folder_is_lint_of_the_files_in_it(tmp_path):
    said = Terminal("").ok("lint", "--no-dry-run", str(PROCESSES))
    assert said.count(": can be deployed") == 4 and said.endswith("4 files, 4 can be deployed\n")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "empty.BPMN").touch()
    assert Terminal("").run("lint", str(tmp_path)).exit_code == 1


def test_lint_says_how_far_the_trial_came_and_which_way_leads_to_a_standstill(tmp_path):
    (tmp_path / "stuck.bpmn").write_bytes(_stuck())
    result = Terminal("").run("lint", "--format", "json", str(INQUIRY), str(tmp_path / "stuck.bpmn"))
    told = json.loads(result.stdout)
    coverage = told["files"][0]["coverage"]
    assert coverage["runs_to_end"] and coverage["covered"] == coverage["total"] > 40 and coverage["missed"] == []
    assert told["files"][1]["coverage"] is None
    (stuck,) = [finding for finding in told["findings"] if finding["rule"] == "join-after-choice"]
    assert stuck["witness"][:2] == ["s", "f1"] and "join" in stuck["element_id"]
    without = json.loads(Terminal("").run("lint", "--no-dry-run", "--format", "json", str(INQUIRY)).stdout)
    assert without["files"][0]["coverage"] is None
    assert "tried out to the end" in Terminal("").ok("lint", str(INQUIRY))


def test_lint_speaks_the_language_asked_for_and_without_colours(tmp_path):
    (tmp_path / "empty.bpmn").touch()
    assert "不能部署" in Terminal("").run("lint", "--locale", "zh-CN", str(tmp_path / "empty.bpmn")).stdout
    said = Terminal("").run("lint", "--locale", "en", str(tmp_path / "empty.bpmn"), LANG="zh_CN.UTF-8").stdout
    assert "cannot be deployed" in said and "\x1b" not in said


def test_what_lies_beside_is_taken_when_named_or_asked_for(tmp_path):
    (tmp_path / "a.bpmn").write_text(CALLED, encoding="utf-8")
    (tmp_path / "ask.form").write_text("{", encoding="utf-8")
    for words, is_read in ((("a.bpmn",), False), (("a.bpmn", "ask.form"), True), (("--beside", "a.bpmn"), True)):
        named = [str(tmp_path / word) if word[0] != "-" else word for word in words]
        assert ("ask.form" in Terminal("").run("lint", "--no-dry-run", *named).stdout) == is_read


def test_a_file_that_cannot_be_read_leaves_the_others_alone(tmp_path, monkeypatch):
    def broken(place):
        raise PermissionError(13, "Permission denied", str(place))

    (tmp_path / "a.bpmn").touch()
    monkeypatch.setattr("webui.cli.checking._bytes", broken)
    result = Terminal("").run("lint", str(tmp_path / "a.bpmn"))
    assert result.exit_code == 1 and "Permission denied" in result.stdout and "file-not-read" in result.stdout


def test_progress_is_shown_at_a_terminal_only(monkeypatch):
    class Tty(io.StringIO):
        def isatty(self):
            return True

    terminal = Tty()
    monkeypatch.setattr("webui.cli.checking.sys", SimpleNamespace(stderr=terminal))
    reports = [(File("a.bpmn", b""), None), (File("b.bpmn", b""), None)]
    assert list(with_progress(iter(reports), [file for file, _ in reports])) == reports
    assert "[1/2] a.bpmn" in terminal.getvalue() and terminal.getvalue().endswith("\r\x1b[K")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
def test_the_corpus_is_answered_file_by_file():
    result = Terminal("").run("lint", "--format", "json", str(CORPUS))
    told = json.loads(result.stdout)
    assert result.exit_code == 1 and len(told["files"]) == len(list(CORPUS.rglob("*.bpmn")))
    assert all(file["coverage"] is not None for file in told["files"] if file["deployable"])
    assert not {finding["rule"] for finding in told["findings"]} & {"dry-run-too-long", "dry-run-broke"}


def test_deploy_releases(terminal, database):
    said = terminal.ok("deploy", str(INQUIRY), "--note", "the first one")
    assert said.endswith(f"{INQUIRY}: version 1 of “inquiry”, released\n")
    assert "There is no group" in said
    (version,) = _versions(database)
    assert (version.state, version.note, version.deployed_by) == ("released", "the first one", "system")


def test_the_same_bytes_are_the_same_version(terminal, database):
    terminal.ok("deploy", str(INQUIRY))
    assert "is version 1 of “inquiry” already" in terminal.ok("deploy", str(INQUIRY))
    assert len(_versions(database)) == 1


def test_a_draft_is_not_released(terminal, database):
    assert "a draft" in terminal.ok("deploy", "--draft", str(INQUIRY))
    assert [version.state for version in _versions(database)] == ["draft"]


def test_one_bad_file_keeps_the_others_out(terminal, database, tmp_path):
    (tmp_path / "broken.bpmn").write_bytes(_without_a_condition())
    result = terminal.run("deploy", str(INQUIRY), str(tmp_path / "broken.bpmn"))
    assert result.exit_code == 1 and "broken.bpmn: cannot be deployed" in result.stdout
    assert _versions(database) == []


def test_what_is_called_is_deployed_first(terminal, database, tmp_path):
    (tmp_path / "a.bpmn").write_text(CALLER, encoding="utf-8")
    (tmp_path / "b.bpmn").write_text(CALLED, encoding="utf-8")
    said = terminal.ok("deploy", str(tmp_path / "a.bpmn"), str(tmp_path / "b.bpmn"))
    assert said.index("version 1 of “called”") < said.index("version 1 of “caller”")
    (version,) = _versions(database, "caller")
    assert version.bound == {"called": _versions(database, "called")[0].id}


def _versions(database, key: str = "inquiry"):
    with Engine(database).read() as conn:
        return list(procedures.versions(conn, key))


def _without_a_condition() -> bytes:
    """An exclusive gateway that cannot decide."""
    return DRAWN.format(
        key="broken",
        body="""
        <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="choose"/>
        <exclusiveGateway id="choose"/>
        <sequenceFlow id="f2" sourceRef="choose" targetRef="yes"/><sequenceFlow id="f3" sourceRef="choose" targetRef="no"/>
        <endEvent id="yes"/><endEvent id="no"/>""",
    ).encode()


def _stuck() -> bytes:
    """A parallel gateway waits for both ways out of a choice."""
    return DRAWN.format(
        key="stuck",
        body="""<startEvent id="s"/><exclusiveGateway id="choose" default="f2"/><parallelGateway id="join"/><endEvent id="e"/>
        <userTask id="a" name="A"/><userTask id="b" name="B"/><sequenceFlow id="f1" sourceRef="s" targetRef="choose"/>
        <sequenceFlow id="f2" sourceRef="choose" targetRef="a"/><sequenceFlow id="f4" sourceRef="a" targetRef="join"/>
        <sequenceFlow id="f3" sourceRef="choose" targetRef="b"><conditionExpression>x</conditionExpression></sequenceFlow>
        <sequenceFlow id="f5" sourceRef="b" targetRef="join"/><sequenceFlow id="f6" sourceRef="join" targetRef="e"/>""",
    ).encode()


DRAWN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://example.org">
<process id="{key}" name="{key}" isExecutable="true">{body}</process></definitions>"""

CALLER = DRAWN.format(
    key="caller",
    body="""<startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="c"/>
    <callActivity id="c" name="Call" calledElement="called"/><sequenceFlow id="f2" sourceRef="c" targetRef="e"/>
    <endEvent id="e"/>""",
)
CALLED = DRAWN.format(
    key="called",
    body="""<startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="t"/>
    <userTask id="t" name="Do it"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/><endEvent id="e"/>""",
)
