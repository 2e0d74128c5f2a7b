"""`closeloop check-log`: cases of another system held against a procedure of ours."""

from __future__ import annotations

import json

import pytest

from tests.bpmn.logged import xes
from tests.engine.drawn import bpmn, sequence, task
from tests.office import Office
from tests.webui.terminal import Terminal


def line(last):
    return bpmn(sequence("line", *(task(step, "front-desk") for step in f"abc{last}"), path=f"s > a > b > c > {last} > e"))


@pytest.fixture
def terminal(database, database_url):
    office = Office(database)
    office.deploy(line("k"))
    office.deploy(line("f"), draft=True)
    return Terminal(database_url)


@pytest.fixture
def here(tmp_path):
    def write(data, name="past.xes"):
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return write


def test_cases_that_keep_to_it(terminal, here):
    said = terminal.ok("check-log", here(xes("1: a b c k; 2: a b c k")), "--procedure", "line")
    assert said.splitlines()[-1] == "“line” v1: 2 of 2 cases keep to it, fitness 1.000, 1 variant(s)"
    assert "“b” waited: median 1 h, nine in ten no longer than 1 h" in said


def test_one_that_deviates(terminal, here):
    result = terminal.run("check-log", here(xes("1: a b c k; 2: a c k")), "--procedure", "line")
    assert result.exit_code == 1
    assert "! 1 case(s): “b” should have been passed, and was not. (such as 2)" in result.stdout


def test_another_version_as_json_in_other_words(terminal, here):
    given = ("check-log", here(xes("1: a b c last")), "--procedure", "line", "--version", "2", "--format", "json")
    told = json.loads(terminal.ok(*given, "--map", "last=f"))
    assert (told["version"], told["mapping"]["last"], told["fitness"]) == (2, "f", 1.0)
    assert [one["element"] for one in json.loads(terminal.ok(*given))["unseen"]] == ["f"]
    assert terminal.run(*given, "--strict").exit_code == 1


def test_a_table_with_a_bad_row(terminal, here):
    table = b"who|what|when\n1|a|2026-03-02\n1|b|soon\n1|b|2026-03-03\n1|c|2026-03-03\n1|k|2026-03-04\n"
    columns = ("--column", "case=who", "--column", "activity=what", "--column", "time=when")
    result = terminal.run("check-log", here(table, "past.csv"), "--procedure", "line", *columns)
    assert (result.exit_code, result.stderr) == (0, "left out: line 3: “soon” is no time\n")
    assert "times are read as iso" in result.stdout


def test_how_much_of_the_log_was_judged(terminal, here):
    said = terminal.ok("check-log", here(xes("1: a b c k elsewhere")), "--procedure", "line")
    assert said.splitlines()[-1] == "4 of 5 events are judged: the others belong to no element"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--procedure", "nowhere"), "was not found"),
        (("--procedure", "line", "--version", "9"), "was not found"),
        (("--procedure", "line", "--map", "a=nothing"), "There is no element called “nothing”."),
        (("--procedure", "line", "--map", "q=a"), "There is no activity called “q”."),
        (("--procedure", "line", "--column", "whatever=a"), "There is no use of a column called “whatever”."),
        (("--procedure", "line", "--map", "a=", "--map", "b="), "no activity is an element"),
    ],
)
def test_what_is_refused(terminal, here, more, why):
    assert why in terminal.refused("check-log", here(xes("1: a b")), *more)
