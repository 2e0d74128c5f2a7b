"""The server of `closeloop run` takes its port first and cuts no answer off when it stops."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from tests.webui.serving import fetch
from webui.listening import Listener, PortTaken


@pytest.fixture
def app():
    app = Flask("slow")
    app.extensions["closeloop-stopping"] = threading.Event()
    app.begun, app.may_go_on = threading.Event(), threading.Event()

    @app.get("/slow")
    def slow() -> str:
        app.begun.set()
        app.may_go_on.wait(30)
        return "x" * 300_000

    @app.get("/quick")
    def quick() -> str:
        return "quick"

    return app


def test_whoever_comes_before_it_serves_waits(app):
    answers = []
    with Listener("127.0.0.1", 0) as listener:
        early = threading.Thread(target=lambda: answers.append(fetch(f"{listener.address}/quick")))
        early.start()
        with _serving(listener, app):
            early.join(30)
    assert answers == [(200, "quick")]


def test_an_answer_that_was_begun_is_finished(app):
    answers = []
    with Listener("127.0.0.1", 0) as listener:
        with _serving(listener, app):
            asking = threading.Thread(target=lambda: answers.append(fetch(f"{listener.address}/slow")))
            asking.start()
            assert app.begun.wait(30)
            threading.Timer(0.3, app.may_go_on.set).start()
        asking.join(30)
    assert answers == [(200, "x" * 300_000)]
    assert app.extensions["closeloop-stopping"].is_set()


def test_two_do_not_share_a_port():
    with Listener("127.0.0.1", 0) as listener, pytest.raises(PortTaken):
        Listener("127.0.0.1", int(listener.address.rsplit(":", 1)[1]))


def test_the_port_is_free_again_afterwards(app):
    with Listener("127.0.0.1", 0) as listener:
        port = int(listener.address.rsplit(":", 1)[1])
        with _serving(listener, app):
            assert fetch(f"{listener.address}/quick") == (200, "quick")
    Listener("127.0.0.1", port).close()


def test_nothing_of_it_goes_on_afterwards(app):
    with Listener("127.0.0.1", 0) as listener, _serving(listener, app):
        assert fetch(f"{listener.address}/quick") == (200, "quick")
        serving = [thread for thread in threading.enumerate() if thread.name == "web"]
        assert serving
    assert not any(thread.is_alive() for thread in serving)


class _serving:
    """The listener serves in a thread until the block ends; then it has come to rest."""

    def __init__(self, listener: Listener, app: Flask) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=listener.serve, args=(app, self._stop))

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_problem: object) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()
