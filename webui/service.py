"""gunicorn, set up by the settings: processes of many threads, because each open stream of news holds one."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import signal
import tempfile
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from webui import logs, start
from webui.config import Settings

GRACE_SECONDS = 10


class Service(BaseApplication):
    """The web of one machine. Each process opens the database for itself, after it has been forked."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        _count_over_all_processes()
        super().__init__()

    def load_config(self) -> None:
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        wanted = {
            "bind": f"{host}:{self.settings.port}",
            "workers": self.settings.workers,
            "threads": self.settings.threads,
            "worker_class": "gthread",
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "keepalive": 15,
            "control_socket_disable": True,
            "logger_class": OurLogger,
            "post_worker_init": _end_streams_when_told_to_stop,
            "child_exit": _forget_counts,
            "proc_name": "closeloop",
        }
        for name, value in wanted.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        from webui.app import create_app

        logs.configure(self.settings)
        database = start.open_database(self.settings)
        return create_app(start.open_engine(self.settings, database), self.settings)


class OurLogger(Logger):
    """gunicorn's own words go where all the others go."""

    def setup(self, cfg: Any) -> None:
        self.loglevel = logging.getLogger().level
        for log in (self.error_log, self.access_log):
            log.handlers, log.propagate = [], True
        self.access_log.disabled = True


def _count_over_all_processes() -> None:
    """`/metrics` of any process speaks for all of them: they count in files of one folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="closeloop-metrics-")
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        parent = os.getpid()
        atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == parent else None)


def _end_streams_when_told_to_stop(worker: Any) -> None:
    """Open streams of news end at once on SIGTERM; gunicorn alone would wait for them until its patience is over."""
    stopping, usual = worker.wsgi.extensions["closeloop-stopping"], signal.getsignal(signal.SIGTERM)

    def on_term(number: int, frame: Any) -> None:
        stopping.set()
        usual(number, frame)

    signal.signal(signal.SIGTERM, on_term)
    signal.siginterrupt(signal.SIGTERM, False)


def _forget_counts(_arbiter: object, worker: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)
