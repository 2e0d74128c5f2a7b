"""The engine: the only place that commits.

`execute` runs one command in one transaction: key, handler, events, answer, commit. Nothing of a command that is
refused or fails remains.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.audit.entry import canonical, plain
from engine.audit.notary import Notary
from engine.domain.actors import SYSTEM, Actor
from engine.domain.clock import Clock, SystemClock
from engine.domain.commands import Command, case_of
from engine.domain.errors import KeyReused, Refusal
from engine.domain.values import check, check_key
from engine.handlers import HANDLERS, NOTICES, PREPARATIONS
from engine.handlers.ahead import Ahead
from engine.handlers.vault import Vault
from engine.handlers.work import Work
from engine.store import idempotency
from engine.store.due import Due
from engine.store.organisation import OrganisationCache
from engine.store.session import Database
from engine.store.writes import Writes
from engine.versions import Versions

#: The pieces of an evidence pack, given what is wanted and whom to tell how many cases are in it.
Packer = Callable[["Engine", Any, Callable[[int], None]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command answered. `is_replay`: an earlier command with the same key did."""

    answer: Any
    is_replay: bool = False


class Engine:
    """One per process; threads share it. Time and randomness are given, so that tests and the demo can choose them."""

    def __init__(
        self,
        database: Database,
        clock: Clock | None = None,
        random: Callable[[int], bytes] = os.urandom,
        *,
        is_demo: bool = False,
        rehearses: bool = True,
        notary: Notary | None = None,
        packer: Packer | None = None,
        vault: Vault | None = None,
    ) -> None:
        self.database = database
        self.clock = clock or SystemClock()
        self.random = random
        self.is_demo = is_demo
        self.rehearses = rehearses
        self.notary = notary
        self.packer = packer
        self.vault = vault
        self.versions = Versions()
        self.organisations = OrganisationCache()

    def execute(self, command: Command, actor: Actor, key: str | None = None) -> Any:
        """What the command answers, JSON-able. With the key of an earlier command: that command's answer, unchanged.

        Raises a `Refusal`, and then nothing has happened.
        """
        return self.execute_once(command, actor, key).answer

    def execute_once(self, command: Command, actor: Actor, key: str | None = None) -> Outcome:
        """The same, and whether the answer is that of an earlier command with the same key."""
        check(_arguments(command))
        if key is not None:
            check_key(key)
        try:
            return self._once(command, actor, key)
        except Refusal as refusal:
            self._write_down(refusal, command, actor)
            raise

    def _once(self, command: Command, actor: Actor, key: str | None) -> Outcome:
        prepared = self._prepare(command, actor)
        with self.database.write() as conn:
            work = self._work(conn, actor)
            work.prepared = prepared
            if key is not None:
                earlier = idempotency.take(conn, actor.id, key, _fingerprint(command), work.now)
                if earlier is not None:
                    return Outcome(_answer_of(earlier, command), is_replay=True)
            answer = self._run(command, work)
            if key is not None:
                idempotency.answer(work.writes, actor.id, key, _without_secrets(answer, command))
            work.writes.send()
        work.finished()
        return Outcome(answer)

    def execute_together(self, commands: Sequence[Command], actor: Actor = SYSTEM) -> list[Any]:
        """Several commands in one transaction: all of them happen, or none. Returns their answers."""
        for command in commands:
            check(_arguments(command))
        prepared = [self._prepare(command, actor) for command in commands]
        with self.database.write() as conn:
            works, answers = self._run_all(conn, commands, actor, prepared)
        for work in works:
            work.finished()
        return answers

    def execute_claimed(self, claim: Callable[[Connection, datetime], Sequence[tuple[Command, Due | None]]]) -> int:
        """The system's commands that `claim` finds and locks, in one transaction: all of them happen, or none.

        With each goes what was read ahead for it, if anything was. Returns how many there were.
        """
        with self.database.write() as conn:
            claimed = claim(conn, self.clock.now())
            works, _ = self._run_all(conn, [c for c, _ in claimed], SYSTEM, [ahead for _, ahead in claimed])
        for work in works:
            work.finished()
        return len(works)

    @contextmanager
    def read(self, *, is_snapshot: bool = False) -> Iterator[Connection]:
        """A transaction that only reads; as a snapshot it sees one state of the database however long it takes."""
        with self.database.read(is_snapshot=is_snapshot) as conn:
            yield conn

    def actor(self, login: str) -> Actor | None:
        """The person of that login as they may act now; None when there is none or the account is not active."""
        with self.read() as conn:
            organisation = self.organisations.current(conn)
            user = organisation.by_login.get(login)
            return organisation.actor(user.id, self.clock.now()) if user else None

    def _write_down(self, refusal: Refusal, command: Command, actor: Actor) -> None:
        """Some attempts stay in the trail although nothing came of them; that they cannot be written changes no answer."""
        notice = NOTICES.get(type(refusal))
        if notice is not None and (told := notice(command, refusal)) is not None:
            with suppress(Refusal):
                self.execute(told, actor)

    def _prepare(self, command: Command, actor: Actor) -> Any:
        prepare = PREPARATIONS.get(type(command))
        if prepare is None:
            return None
        return prepare(command, Ahead(actor, self.read, self.versions, self.organisations, self.rehearses))

    def _work(self, conn: Connection, actor: Actor, writes: Writes | None = None) -> Work:
        writes = writes or self.database.writes(conn)
        given = (self.clock.now(), self.random, self.versions, self.organisations, self.is_demo, self.notary)
        return Work(conn, writes, actor, *given, self.vault)

    def _run_all(
        self, conn: Connection, commands: Sequence[Command], actor: Actor, prepared: Sequence[Any]
    ) -> tuple[list[Work], list[Any]]:
        writes, touched, works, answers = self.database.writes(conn), set(), [], []
        for command, ahead in zip(commands, prepared, strict=True):
            if (case_id := case_of(command)) in touched:  # what the first one wrote is read by the second
                writes.send()
            touched.add(case_id)
            works.append(self._work(conn, actor, writes))
            works[-1].prepared = ahead
            answers.append(self._run(command, works[-1]))
        writes.send()
        return works, answers

    def _run(self, command: Command, work: Work) -> Any:
        answer = HANDLERS[type(command)](command, work)
        work.finish()
        return answer


def _arguments(command: Command) -> dict[str, Any]:
    return {field.name: getattr(command, field.name) for field in fields(command)}


def _fingerprint(command: Command) -> str:
    """Names what was asked, so that a key sent again with another request is noticed. Passwords stay out of it."""
    asked = {field.name: getattr(command, field.name) for field in fields(command) if field.repr}
    return hashlib.sha256(canonical([type(command).__name__, plain(_without_bytes(asked))])).hexdigest()


def _without_bytes(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return {key: _without_bytes(one) for key, one in value.items()} if isinstance(value, Mapping) else value


def _without_secrets(answer: Any, command: Command) -> Any:
    """What is kept of an answer: never what lets somebody in."""
    secret = type(command).SECRETS
    return {name: value for name, value in answer.items() if name not in secret} if secret else answer


def _answer_of(earlier: Any, command: Command) -> Any:
    if earlier.fingerprint != _fingerprint(command):
        raise KeyReused()
    return earlier.answer
