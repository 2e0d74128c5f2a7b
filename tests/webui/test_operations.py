"""Alive, ready, how it is doing; and one line of log for each request."""

from __future__ import annotations

import io
import json
import logging

import pytest

from engine.runtime import Engine
from engine.store import migrate
from tests.office import Office, clerk
from webui import logs
from webui.app import create_app
from webui.config import Settings


@pytest.fixture
def client(database):
    return create_app(Engine(database), Settings()).test_client()


def test_alive_and_ready(client):
    assert client.get("/health").json == {"status": "ok", "live": True, "ready": True}
    assert client.get("/health/ready").status_code == 200
    assert client.get("/health/live").json == {"status": "ok", "live": True}


def test_alive_but_not_ready_without_its_schema(client, database):
    with database.write() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = client.get("/health")
    assert answer.status_code == 503
    assert (answer.json["live"], answer.json["ready"]) == (True, False)
    assert "9999" in answer.json["reason"]
    assert client.get("/health/live").status_code == 200
    with database.write() as conn:
        conn.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{migrate.head()}'")


def test_the_figures_of_the_desk(database):
    office = Office(database)
    office.start("inquiry", by=clerk)
    told = create_app(office.engine, Settings()).test_client().get("/metrics")
    assert told.mimetype == "text/plain"
    figures = dict(line.split(" ") for line in told.text.splitlines() if line.startswith("closeloop_") and "{" not in line)
    assert figures["closeloop_open_tasks"] == "1.0" and figures["closeloop_running_instances"] == "1.0"
    assert figures["closeloop_open_incidents"] == "0.0" and figures["closeloop_worker_lateness_seconds"] == "0.0"


def test_how_late_the_worker_is(database):
    office = Office(database)
    office.start("inquiry", by=clerk)
    office.wait("P3D", work=False)
    told = create_app(office.engine, Settings()).test_client().get("/metrics").text
    (late,) = (line.split(" ")[1] for line in told.splitlines() if line.startswith("closeloop_worker_lateness_seconds "))
    assert float(late) > 24 * 3600


def test_answers_are_counted_by_page_and_not_by_address(client):
    for path in ("/health/live", "/nowhere/1", "/nowhere/2"):
        client.get(path)
    client.open("/health/live", method="BREW")
    told = client.get("/metrics").text
    assert 'closeloop_http_requests_total{endpoint="operations.live",method="GET",status="200"} 1.0' in told
    assert "nowhere" not in told and "BREW" not in told


def test_a_line_of_log_is_one_json_object(client, monkeypatch):
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    before = logging.getLogger().handlers, logging.getLogger().level
    try:
        logs.configure(Settings())
        client.get("/nowhere%0A%7B%22level%22%3A%22forged%22%7D")
        logging.getLogger("somebody.else").warning("said %s", "this")
    finally:
        logging.getLogger().handlers, _ = before[0], logging.getLogger().setLevel(before[1])
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    request = next(line for line in lines if line["event"] == "request")
    assert (request["method"], request["status"], request["level"]) == ("GET", 404, "info")
    assert request["path"] == '/nowhere\n{"level":"forged"}'
    assert lines[-1] | {"timestamp": ""} == {
        "event": "said this", "level": "warning", "logger": "somebody.else", "timestamp": "",
    }  # fmt: skip


def test_browsers_are_told_to_stay_on_https_where_it_is_used(database):
    answers = {https: create_app(Engine(database), Settings(https=https)).test_client().get("/health") for https in (True, False)}
    assert answers[True].headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in answers[False].headers
