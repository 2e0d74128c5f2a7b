"""A web server of this one process: it has its port before anything slow begins, and stops without cutting answers off."""

from __future__ import annotations

import errno
import signal
import socket
import threading
import time
from typing import Any, Self

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from engine.domain.errors import Refusal
from engine.domain.text import Text

THREADS = 32
BACKLOG = 128
LARGEST_BODY = 64_000_000  # far above what the app takes: so much is read for a proper answer, more is not
PATIENCE_SECONDS = 10


class PortTaken(Refusal):
    code, kind = "port-taken", "unavailable"
    sentence = Text(
        "{host} 的端口 {port} 已被占用。请用 --port 或环境变量 PORT 指定其他端口。",
        "Port {port} of {host} is taken. Choose another by --port or PORT.",
    )


class CannotListen(Refusal):
    code, kind = "cannot-listen", "unavailable"
    sentence = Text("无法监听 {host}:{port}：{why}", "Cannot listen on {host}, port {port}: {why}")


class Listener:
    """Holds the port from the beginning: whoever comes early waits, and a second server is told at once."""

    def __init__(self, host: str, port: int, threads: int = THREADS) -> None:
        self._threads = threads
        try:
            family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            self._socket = socket.socket(family, socket.SOCK_STREAM)
            try:
                if hasattr(signal, "SIGHUP"):  # elsewhere the option would let two servers share the port
                    self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                self._socket.bind(where)
                self._socket.listen(BACKLOG)
            except BaseException:
                self._socket.close()
                raise
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise PortTaken(host=host, port=port) from problem
            raise CannotListen(host=host, port=port, why=problem.strerror or str(problem)) from problem
        self._host, self._port = host, self._socket.getsockname()[1]

    @property
    def address(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def serve(self, app: Flask, stop: threading.Event) -> None:
        """Answers until `stop` is set; then takes no more, finishes what it has begun and returns."""
        server = create_server(
            app,
            sockets=[self._socket],
            threads=self._threads,
            ident=None,
            max_request_body_size=LARGEST_BODY,
            channel_request_lookahead=1,  # without it a browser that has left is noticed late: see webui.live
            clear_untrusted_proxy_headers=False,  # the app believes as many proxies as the settings say
        )
        serving = threading.Thread(target=server.run, name="web", daemon=True)
        serving.start()
        try:
            while not stop.wait(1):
                if not serving.is_alive():
                    return
        finally:
            app.extensions["closeloop-stopping"].set()
            server.trigger.pull_trigger(server.del_channel)
            server.task_dispatcher.shutdown(cancel_pending=False, timeout=PATIENCE_SECONDS)
            _wait_until_sent(server)
            _end(server, serving)

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM or Ctrl+C sets; a second Ctrl+C ends the process at once."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: Any) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), on_signal)
    return stop


def _wait_until_sent(server: Any) -> None:
    """What has been answered has also left, as far as the other side takes it."""
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline and any(_has_more(channel) for channel in list(server.active_channels.values())):
        time.sleep(0.02)


def _end(server: Any, serving: threading.Thread) -> None:
    """The thread that serves closes what it listens to and ends: closed under its feet, it would end with an error."""
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
    serving.join(PATIENCE_SECONDS)


def _has_more(channel: Any) -> bool:
    return bool(channel.total_outbufs_len)
