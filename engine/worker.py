"""What happens by itself: clocks strike, timers fire, effects are carried out.

`run_once` does one due thing, or a batch where many are due, and says whether to go again. Clocks and timers are
claimed, applied and gone in one transaction, so any number of workers may run and any of them may die at any moment.
Effects reach outside: they are leased, carried out and settled, at least once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from engine.bpmn.errors import NotWaiting
from engine.domain import commands as c
from engine.domain import guard as guards
from engine.domain.actors import SYSTEM
from engine.domain.case import case_number
from engine.domain.errors import CaseNotOpen, NobodyWaits, NotFound, Refusal, StaleState
from engine.domain.text import Text
from engine.mail import LogSender, Sender
from engine.runtime import Engine
from engine.store import checkpoints, due, effects, migrations, procedures, releases, waiting
from engine.store.due import Due
from engine.store.session import Busy

log = logging.getLogger(__name__)

BATCH, CANDIDATES = 50, 500
TIDY_EVERY, WATCH_EVERY = timedelta(hours=1), timedelta(minutes=1)
SHORTEST_SECONDS, LONGEST_SECONDS, AFTER_FAILURE_SECONDS = 0.05, 1.0, 5.0
LONGEST_PROBLEM = 500

SUBJECT = Text("{number} 时限“{clock}”已超时", "{number}: the time limit “{clock}” is broken")
BODY = Text(
    "服务工单 {number} 的时限“{clock}”已超时，应于 {due} 前完成。请尽快查看并安排处理。",
    "The time limit “{clock}” of case {number} is broken; it was due at {due}. Please look at it and arrange what is needed.",
)
STOPPED = Text("流程“{procedure}”第 {version} 版的试点已自动停止", "The pilot of “{procedure}” v{version} has been stopped")
STOPPED_BODY = Text(
    "流程“{procedure}”第 {version} 版的试点已自动停止：{why}。新的工单不再使用该版，正在办理的工单不受影响。",
    "The pilot of “{procedure}” v{version} has been stopped by itself: {why}. New cases no longer get this version; "
    "those under way keep it.",
)


class Worker:
    """Goes on until it is told to stop. Any number may run, in one process or in many."""

    def __init__(self, engine: Engine, sender: Sender | None = None, *, longest_seconds: float = LONGEST_SECONDS) -> None:
        self.engine = engine
        self.sender = sender or LogSender()
        self.longest_seconds = longest_seconds
        self._tidied_at: datetime | None = None
        self._watched_at: datetime | None = None

    def run(self, stop: Event) -> None:
        """One due thing after another; where nothing is due, sleep until something is."""
        while not stop.is_set():
            try:
                self._tidy()
                self._watch()
                make_checkpoint(self.engine)
                if not run_once(self.engine, self.sender):
                    stop.wait(self._pause_seconds())
            except Exception:
                log.exception("the worker goes on in %s seconds", AFTER_FAILURE_SECONDS)
                stop.wait(AFTER_FAILURE_SECONDS)

    def _pause_seconds(self) -> float:
        """Until the next thing is due; never long, because people make new things due meanwhile."""
        at = next_instant(self.engine)
        left = self.longest_seconds if at is None else (at - self.engine.clock.now()).total_seconds()
        return max(SHORTEST_SECONDS, min(left, self.longest_seconds))

    def _tidy(self) -> None:
        now = self.engine.clock.now()
        if self._tidied_at is None or now - self._tidied_at >= TIDY_EVERY:
            self._tidied_at = now
            self.engine.execute(c.TidyUp(), SYSTEM)

    def _watch(self) -> None:
        now = self.engine.clock.now()
        if self._watched_at is None or now - self._watched_at >= WATCH_EVERY:
            self._watched_at = now
            watch_pilots(self.engine)


def run_once(engine: Engine, sender: Sender | None = None) -> bool:
    """One due thing, or a batch of them, is done; False when nothing is due (or others are at it)."""
    now = engine.clock.now()
    with engine.read() as conn:
        clockwork, effect = waiting.next_instant(conn), effects.next_instant(conn)
    if clockwork is not None and clockwork <= now and _strike_and_fire(engine):
        return True
    return effect is not None and effect <= now and _carry_out_one(engine, sender or LogSender())


def next_instant(engine: Engine) -> datetime | None:
    """When the next thing is due, past or future; None when nothing ever will be as things stand."""
    with engine.read() as conn:
        instants = (waiting.next_instant(conn), effects.next_instant(conn))
    return min((at for at in instants if at is not None), default=None)


def watch_pilots(engine: Engine) -> int:
    """Pilots whose cases have crossed a limit are ended; how many. The figures are read without holding up anybody."""
    with engine.read() as conn:
        guarded = releases.guarded(conn)
        crossed = [row.id for row in guarded if guards.broken(guards.parse(row.guard), releases.tally(conn, row))]
    return sum(engine.execute(c.CheckPilot(release_id), SYSTEM)["stopped"] for release_id in crossed)


def make_checkpoint(engine: Engine) -> bool:
    """A checkpoint is made where the last one is old enough; False where none is due, or another worker made it."""
    if engine.notary is None:
        return False
    with engine.read() as conn:
        last = checkpoints.latest_at(conn)
    if last is not None and engine.clock.now() - last < engine.notary.every:
        return False
    try:
        engine.execute(c.MakeCheckpoint(), SYSTEM)
    except StaleState:
        return False
    return True


# Clocks and timers


def _strike_and_fire(engine: Engine) -> bool:
    """A batch in one transaction; where one of it fails, each by itself, so that it leaves the others alone."""
    claimed: list[tuple[c.StrikeClock | c.FireTimer, Due | None]] = []

    def claim(conn: Connection, now: datetime) -> Sequence[tuple[c.Command, Due | None]]:
        claimed[:] = _commands(due.claim(conn, now, BATCH, CANDIDATES))
        return claimed

    try:
        return engine.execute_claimed(claim) > 0
    except Busy:
        return False
    except Exception as problem:
        if _is_about_the_connection(problem):
            raise
        log.warning("a batch of %d failed, now one by one: %s", len(claimed), problem)
    done, problems = [], []
    for command, _ in claimed:
        try:
            done.append(_one_by_itself(engine, command))
        except Exception as problem:
            if _is_about_the_connection(problem):
                raise
            problems.append(problem)
    if problems:
        raise problems[0]
    return any(done)


def _commands(found: Sequence[Due]) -> list[tuple[c.StrikeClock | c.FireTimer, Due | None]]:
    """Where clocks and timers of one case are due, the second command reads what the first has left."""
    commands: list[tuple[c.StrikeClock | c.FireTimer, Due | None]] = []
    for one in found:
        if one.clocks_due:
            commands.append((c.StrikeClock(one.case_id), one))
        if one.timers:
            commands.append((c.FireTimer(one.case_id), None if one.clocks_due else one))
    return commands


def _one_by_itself(engine: Engine, command: c.StrikeClock | c.FireTimer) -> bool:
    """What fails becomes an incident and is put off. False when somebody else holds the case just now.

    Raises what not even an incident could be made of; the worker then rests before it goes on.
    """
    try:
        engine.execute(command, SYSTEM)
    except Busy:
        return False
    except Exception as problem:
        if _is_about_the_connection(problem):
            raise
        log.exception("%s failed in %s", type(command).__name__, case_number(command.case_id))
        is_clock = isinstance(command, c.StrikeClock)
        engine.execute(c.PostponeDue(command.case_id, is_clock, _words(problem)), SYSTEM)
    return True


# Effects


def _carry_out_one(engine: Engine, sender: Sender) -> bool:
    leased = engine.execute(c.LeaseEffect(), SYSTEM)
    if leased is None:
        return False
    problem, is_final = None, False
    try:
        if leased["kind"] == "message":
            _deliver(engine, leased)
        elif leased["kind"] == "escalation":
            _tell_the_leads(engine, sender, leased)
        elif leased["kind"] == "pilot-stopped":
            _tell_of_the_pilot(engine, sender, leased)
        elif leased["kind"] == "migration":
            _move_cases(engine, leased["body"])
        else:
            problem, is_final = f"unknown kind {leased['kind']}", True
    except (NobodyWaits, NotWaiting, CaseNotOpen, NotFound) as refusal:
        problem, is_final = _words(refusal), True
    except Exception as failure:
        if _is_about_the_connection(failure):
            raise
        log.warning("effect %d (%s) failed: %s", leased["id"], leased["kind"], failure)
        problem = _words(failure)
    engine.execute(c.SettleEffect(leased["id"], problem, is_final), SYSTEM)
    return True


def _deliver(engine: Engine, leased: dict) -> None:
    """Under a key of its own, so that it arrives once however often it is carried out."""
    body = leased["body"]
    command = c.DeliverMessage(leased["case"], body["name"], body["correlation"], body["values"])
    engine.execute(command, SYSTEM, key=f"effect-{leased['id']}")


def _move_cases(engine: Engine, body: dict) -> None:
    """Those of its cases that nobody has looked at yet, each in a transaction of its own."""
    migration_id = body["migration"]
    with engine.read() as conn:
        cases = migrations.planned_between(conn, migration_id, body["first"], body["last"])
    for case_id in cases:
        move_one(engine, case_id, migration_id)
    engine.execute(c.SettleMigration(migration_id), SYSTEM)


def move_one(engine: Engine, case_id: int, migration_id: int) -> None:
    """A case that cannot be moved for a mistake of ours stays, and says so. Raises `Busy` where somebody holds it."""
    try:
        engine.execute(c.MigrateCase(case_id, migration_id), SYSTEM)
    except Exception as problem:
        if isinstance(problem, Busy) or _is_about_the_connection(problem):
            raise
        log.exception("%s could not be moved", case_number(case_id))
        engine.execute(c.MigrateCase(case_id, migration_id, _words(problem)), SYSTEM)


def _tell_the_leads(engine: Engine, sender: Sender, leased: dict) -> None:
    body = leased["body"]
    words = {"number": case_number(leased["case"]), "clock": body["clock"], "due": body.get("due", "")}
    _mail(engine, sender, body["to"], SUBJECT.format(**words), BODY.format(**words))


def _tell_of_the_pilot(engine: Engine, sender: Sender, leased: dict) -> None:
    body = leased["body"]
    with engine.read() as conn:
        row = procedures.find(conn, body["procedure"])
    words = {"procedure": Text(row.name_zh, row.name_en), "version": body["version"], "why": Text(**body["why"])}
    _mail(engine, sender, body["to"], STOPPED.format(**words), STOPPED_BODY.format(**words))


def _mail(engine: Engine, sender: Sender, logins: Sequence[str], subject: Text, text: Text) -> None:
    """To those of them who have an address, each language by itself."""
    with engine.read() as conn:
        organisation = engine.organisations.current(conn)
    people = [organisation.by_login[login] for login in logins if login in organisation.by_login]
    for locale in sorted({user.locale for user in people}):
        to = [user.email for user in people if user.locale == locale and user.email and user.active]
        if to:
            sender.send(to, subject.in_(locale), text.in_(locale))


def _words(problem: Exception) -> str:
    """What went wrong, for people: a refusal in its own words, anything else by its kind and message."""
    said = problem.text.zh if isinstance(problem, Refusal) else f"{type(problem).__name__}: {problem}"
    return " ".join(said.replace("\0", "?").encode("utf-8", "replace").decode().split())[:LONGEST_PROBLEM]


def _is_about_the_connection(problem: Exception) -> bool:
    """The database went away, or has no time: nobody's case is at fault."""
    return isinstance(problem, (OperationalError, InterfaceError))
