"""`run`, `serve` and `worker` as processes: they begin, answer, say what is in their way, and stop when asked."""

from __future__ import annotations

import json
import signal
import socket

import pytest

from tests.webui.serving import fetch, started
from tests.webui.terminal import Terminal


def test_run_makes_deploys_serves_and_stops(empty_url, tmp_path):
    with started(tmp_path, "run", "--port", "0", DATABASE_URL=empty_url) as process:
        status, body = fetch(f"{process.address()}/health")
        assert (status, json.loads(body)) == (200, {"status": "ok", "live": True, "ready": True})
        assert "Deployed the procedures callback, complaint-closure, handling, inquiry" in process.err
        process.send(signal.SIGTERM)
        assert process.wait() == 0
        assert process.err.endswith("Stopped\n")
    assert "the trail holds" in Terminal(empty_url).ok("verify")


def test_run_after_a_kill_goes_on(empty_url, tmp_path):
    for _ in range(2):
        with started(tmp_path, "run", "--port", "0", DATABASE_URL=empty_url) as process:
            assert fetch(f"{process.address()}/health/ready")[0] == 200
            process.send(signal.SIGKILL)
            process.wait()
    assert "the trail holds" in Terminal(empty_url).ok("verify")


def test_run_stops_on_an_interrupt(sqlite_url, tmp_path):
    with started(tmp_path, "run", PORT="0", DATABASE_URL=sqlite_url) as process:
        process.address()
        process.send(signal.SIGINT)
        assert process.wait() == 0


def test_serve_and_worker_beside_each_other(database_url, tmp_path):
    (tmp_path / "web").mkdir()
    (tmp_path / "worker").mkdir()
    environ = {"DATABASE_URL": database_url, "CLOSELOOP_WORKERS": "2", "CLOSELOOP_THREADS": "4"}
    with (
        started(tmp_path / "web", "serve", "--port", str(_free_port()), **environ) as web,
        started(tmp_path / "worker", "worker", **environ) as worker,
    ):
        address = web.address()
        web.until(lambda: fetch(f"{address}/health")[0] == 200)
        for _ in range(5):
            fetch(f"{address}/health/live")
        counted = 'closeloop_http_requests_total{endpoint="operations.live",method="GET",status="200"} 5.0'
        assert counted in fetch(f"{address}/metrics")[1]
        worker.until(lambda: "worker begins" in worker.err)
        web.send(signal.SIGTERM)
        worker.send(signal.SIGTERM)
        assert (web.wait(), worker.wait()) == (0, 0)
    for line in web.err.splitlines():
        assert json.loads(line)["level"] == "info"


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_port_that_is_taken(command, sqlite_url):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = Terminal(sqlite_url).refused(command, "--port", port)
        assert said == f"closeloop: Port {port} of 127.0.0.1 is taken. Choose another by --port or PORT.\n"


def test_an_address_that_is_not_ours(sqlite_url):
    assert "Cannot listen on 203.0.113.1" in Terminal(sqlite_url).refused("serve", "--host", "203.0.113.1")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
