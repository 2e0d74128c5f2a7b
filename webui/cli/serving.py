"""`closeloop run`, `serve`, `worker`, `upgrade`: the processes."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace

import click
import structlog

from engine.runtime import Engine
from engine.store import roles
from webui import deployment, logs, start
from webui.cli.opening import settings as settings_of_environment
from webui.cli.words import note, say
from webui.config import Settings
from webui.listening import Listener, stop_on_signals

log = structlog.get_logger("closeloop.worker")

PORT = click.IntRange(0, 65535)


@click.command()
@click.option("--demo", is_flag=True, help="Make a demo organisation in an empty database; one-click log-in.")
@click.option("--port", type=PORT, help="Default: PORT, else 8000. 0 takes any free one.")
@click.option("--host", help="Default: CLOSELOOP_HOST, else 127.0.0.1: this machine alone.")
def run(port: int | None, host: str | None, *, demo: bool) -> None:
    """Web and worker in one process: for trying out, and for a small desk on SQLite.

    Brings the database up to date and deploys the procedures that come with Closeloop if there are none.
    """
    settings = _settings(port, host, demo=demo, text_logs=sys.stderr.isatty())
    with Listener(settings.host, settings.port) as listener:
        database, _ = start.open_upgraded(settings)
        engine = start.open_engine(settings, database)
        if settings.is_demo:
            _make_demo(engine)
        if keys := deployment.deploy_shipped(engine):
            note("已部署流程：{keys}", "Deployed the procedures {keys}", keys=", ".join(keys))
        stop = stop_on_signals()
        working = threading.Thread(target=_work, args=(engine, settings, stop), name="worker", daemon=True)
        working.start()
        try:
            from webui.app import create_app

            say(
                "Closeloop 运行于 {address}，按 Ctrl+C 停止",
                "Closeloop is at {address} – Ctrl+C stops it",
                address=listener.address,
            )
            listener.serve(create_app(engine, settings), stop)
        finally:
            stop.set()
            working.join()
            database.close()
    note("已停止", "Stopped")


@click.command()
@click.option("--port", type=PORT, help="Default: PORT, else 8000.")
@click.option("--host", help="Default: CLOSELOOP_HOST, else 127.0.0.1.")
def serve(port: int | None, host: str | None) -> None:
    """The web alone, for production: beside it runs at least one `closeloop worker`.

    CLOSELOOP_WORKERS processes of CLOSELOOP_THREADS threads each (gunicorn; on Windows one process, waitress).
    """
    settings = _settings(port, host)
    _check_database(settings)
    if sys.platform == "win32":
        _serve_in_this_process(settings)
    else:
        from webui.service import Service

        Listener(settings.host, settings.port).close()
        Service(settings).run()


@click.command()
def worker() -> None:
    """Fire timers, strike clocks, send what is to be sent. Any number may run, on any number of machines."""
    settings = _settings()
    stop = stop_on_signals()
    database = start.open_database(settings)
    try:
        _work(start.open_engine(settings, database), settings, stop)
    finally:
        database.close()


@click.command()
def upgrade() -> None:
    """Bring the database to the schema of this program; makes it where it is empty.

    PostgreSQL: with CLOSELOOP_OWNER_URL the tables belong to that role, and the one of DATABASE_URL, made if need be,
    may add to the trail and never change it.
    """
    database, (before, after) = start.open_upgraded(settings_of_environment())
    try:
        with database.read() as conn:
            is_open = not database.is_sqlite and roles.may_change_trail(conn)
    finally:
        database.close()
    if before == after:
        say("数据库结构已是最新版本 {after}", "The database has schema version {after} already", after=after)
    elif before is None:
        say("数据库结构已建立，版本 {after}", "The database now has schema version {after}", after=after)
    else:
        say("数据库结构已由版本 {before} 升级到 {after}", "The database went from schema version {before} to {after}",
            before=before, after=after)  # fmt: skip
    if is_open:
        note("运行 Closeloop 的数据库角色可以更改轨迹。请用 CLOSELOOP_OWNER_URL 指定另一个角色作为表的所有者。",
             "The database role Closeloop runs as could change the trail. Name another as the owner of the tables: "
             "CLOSELOOP_OWNER_URL.")  # fmt: skip


COMMANDS = (run, serve, worker, upgrade)


def _settings(
    port: int | None = None, host: str | None = None, *, demo: bool = False, text_logs: bool = False
) -> Settings:
    """The settings of the environment with what the command line says instead; logging begins."""
    settings = settings_of_environment()
    if port is not None:
        settings = replace(settings, port=port)
    if host is not None:
        settings = replace(settings, host=host)
    if demo:
        settings = replace(settings, is_demo=True)
    if text_logs and "CLOSELOOP_LOG_FORMAT" not in os.environ:
        settings = replace(settings, log_format="text")
    logs.configure(settings)
    return settings


def _make_demo(engine: Engine) -> None:
    """A demo organisation, once: one that was interrupted in the making is thrown away and made again."""
    from webui import demo

    if start.demo_is_made(engine.database):
        return
    note("正在准备演示组织，大约需要半分钟……", "Preparing the demo organisation; this takes about half a minute …")
    start.begin_demo(engine.database)
    demo.make(engine)
    start.end_demo(engine.database)


def _work(engine: Engine, settings: Settings, stop: threading.Event) -> None:
    from engine.mail import sender_of
    from engine.worker import Worker

    log.info("worker begins")
    Worker(engine, sender_of(settings.smtp)).run(stop)


def _check_database(settings: Settings) -> None:
    """What is wrong with the database is said here once, not by every process that serves."""
    database = start.open_database(settings)
    try:
        start.open_engine(settings, database)
    finally:
        database.close()


def _serve_in_this_process(settings: Settings) -> None:
    from webui.app import create_app

    stop = stop_on_signals()
    database = start.open_database(settings)
    with Listener(settings.host, settings.port, settings.threads) as listener:
        say("Closeloop 运行于 {address}", "Closeloop is at {address}", address=listener.address)
        listener.serve(create_app(start.open_engine(settings, database), settings), stop)
    database.close()
