"""A stream that says when lists should be fetched again: something happened in some case.

Each stream holds a thread, so a process has a limited number of them; whoever comes later gets an empty answer and
goes on by polling. Streams end by themselves after a while, and at once when the process is to stop.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from threading import Event
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from engine.queries import trail
from engine.runtime import Engine

bp = Blueprint("live", __name__)

MOST = 20
SHARE_OF_THREADS = 0.4
#: Not every system tells of a connection closed from one side; one closed from both is told of by all.
HUNG_UP = getattr(select, "POLLRDHUP", 0) | getattr(select, "POLLHUP", 0)
LOOK_SECONDS, SIGN_OF_LIFE_SECONDS, LONGEST_SECONDS = 1.0, 15.0, 300.0


class Pulse:
    """The newest entry of the trail, looked up at most once a second however many streams ask."""

    def __init__(self, engine: Engine, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._latest: tuple | None = None

    def latest(self) -> tuple | None:
        with self._lock:
            if self._monotonic() - self._looked_at >= LOOK_SECONDS:
                self._looked_at = self._monotonic()
                with self._engine.read() as conn:
                    self._latest = trail.latest(conn)
            return self._latest


class Streams:
    """How many streams this process may have at once."""

    def __init__(self, pulse: Pulse, stopping: Event, most: int) -> None:
        self.pulse = pulse
        self.stopping = stopping
        self.most = most
        self._free = threading.BoundedSemaphore(most) if most else None

    def take(self) -> bool:
        return self._free is not None and not self.stopping.is_set() and self._free.acquire(blocking=False)

    def give_back(self) -> None:
        assert self._free is not None
        self._free.release()

    def events(
        self, monotonic: Callable[[], float] = time.monotonic, has_left: Callable[[], bool] = lambda: False
    ) -> Iterator[str]:
        """Server-sent events: `worklist` after every change, a comment now and then so that dead ends are noticed.

        They end with `has_left`: a page that was left a second ago keeps no thread from the next one.
        """
        began = spoke = monotonic()
        known = self.pulse.latest()
        yield "retry: 5000\n: hello\n\n"
        while not self.stopping.wait(LOOK_SECONDS) and monotonic() - began < LONGEST_SECONDS and not has_left():
            latest = self.pulse.latest()
            if latest != known:
                known, spoke = latest, monotonic()
                yield "event: worklist\ndata: changed\n\n"
            elif monotonic() - spoke >= SIGN_OF_LIFE_SECONDS:
                spoke = monotonic()
                yield ": still here\n\n"


def install(app: Flask) -> None:
    settings, stopping = app.extensions["closeloop-settings"], app.extensions["closeloop-stopping"]
    most = min(MOST, int(settings.threads * SHARE_OF_THREADS))
    app.extensions["closeloop-streams"] = Streams(Pulse(app.extensions["closeloop"]), stopping, most)


@bp.get("/live")
def stream() -> ResponseReturnValue:
    streams: Streams = current_app.extensions["closeloop-streams"]
    if not streams.take():
        return "", 204
    response = Response(streams.events(has_left=_has_left(request.environ)), mimetype="text/event-stream")
    response.headers.update({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    response.call_on_close(streams.give_back)
    return response


def _has_left(environ: Mapping[str, Any]) -> Callable[[], bool]:
    """Whether the browser has hung up, as this server tells it; where none does, writing to it fails in the end."""
    if told := environ.get("waitress.client_disconnected"):
        return told
    connection = environ.get("gunicorn.socket")
    if connection is None:
        return lambda: False
    poll = select.poll()
    poll.register(connection, HUNG_UP)
    return lambda: any(happened & (HUNG_UP | select.POLLERR) for _, happened in poll.poll(0))
