"""`closeloop release` and `closeloop withdraw`."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.runtime import Engine
from engine.store import releases
from tests.engine.test_releases import file
from tests.webui.terminal import Terminal


@pytest.fixture
def terminal(database_url, database):
    engine = Engine(database, rehearses=False)
    engine.execute(c.DefineDepartment("service", "客户服务部", "Customer service"), SYSTEM)
    engine.execute(c.DeployVersion(file(1), draft=False), SYSTEM)
    engine.execute(c.DeployVersion(file(2)), SYSTEM)
    return Terminal(database_url)


def active(database):
    with database.read() as conn:
        return [(row.version_id, row.scope, row.guard) for row in releases.active(conn, "p")]


def test_to_a_share_with_limits_then_to_everyone_then_back(terminal, database):
    said = terminal.ok("release", "p", "2", "--share", "0.125", "--guard", "on_time=0.9, cases=30", "--training", "asked")
    assert said == "version 2 of “p”: released to 12.5 % of the customers\n"
    assert active(database)[1] == (2, {"share": "0.125"}, {"on_time": "0.9", "cases": 30})
    assert terminal.ok("release", "p", "2") == "version 2 of “p”: released to everyone\n"
    assert active(database) == [(2, {"all": True}, None)]
    assert terminal.ok("withdraw", "p", "2", "--reason", "slow") == "version 2 of “p”: taken back; version 1 takes its place\n"
    assert "nothing of it is released" in terminal.ok("withdraw", "p", "1", "--reason", "slow")
    assert active(database) == []


def test_to_departments_in_chinese(terminal):
    said = terminal.run("release", "p", "2", "--department", "service", LANG="zh_CN.UTF-8").stdout
    assert said == "流程“p”第 2 版已发布给客户服务部\n"


@pytest.mark.parametrize(
    "words, told",
    [
        (("release", "p", "2", "--department", "moon"), "There is no department “moon”."),
        (("release", "p", "2", "--share", "1.5"), "A share is above 0 and below 1"),
        (("release", "p", "2", "--share", "0.5", "--guard", "on_time=often"), "on_time is a rate from 0 to 1"),
        (("release", "p", "2", "--share", "0.5", "--guard", "nonsense"), "Give at least one limit"),
        (("release", "p", "1", "--share", "0.5"), "Everyone has version 1"),
        (("release", "p", "7"), "was not found"),
        (("withdraw", "p", "2", "--reason", "x"), "Nobody is given version 2 now."),
        (("withdraw", "p", "1", "--reason", " "), "Give the reason"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said(terminal, words, told):
    assert told in terminal.refused(*words)


def test_what_is_not_understood(terminal):
    terminal.refused("release", "p", "2", "--department", "service", "--share", "0.1", status=2)
    terminal.refused("withdraw", "p", "2", status=2)
