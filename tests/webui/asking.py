"""An office in which everything can be asked for, and everybody who asks."""

from __future__ import annotations

import io
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.domain import commands as c
from engine.domain.clock import ManualClock
from engine.domain.errors import Refusal
from engine.handlers.access import SCOPES
from engine.handlers.vault import NONCE_BYTES, Vault
from engine.queries.exports import Wanted
from engine.store import people
from engine.store.session import Database
from tests.engine.drawn import bpmn, sequence, task
from tests.engine.test_training import ask
from tests.office import MONDAY, Office, admin, auditor, clerk, colleague, lead, outsider, owner, seeded
from tests.webui.caller import REFUND
from tests.webui.probes import (
    ATTACHED,
    BROKEN,
    FAILED,
    FIRST,
    HELD,
    NO_CASES,
    OPEN,
    OVER,
    PAST,
    PDF,
    PROBES,
    SECRET,
    WAITING,
)
from tests.webui.web import FIRST_PASSWORD, PASSWORD, Web
from webui.config import Settings
from webui.notary import notary

OTHER_LEAD, OTHER_OWNER, MINE = "lead.elsewhere", "owner.elsewhere", "owner.here"
#: Who asks: name, role, login, whether they belong to another department than everything that is asked about.
CAST = (
    ("stranger", None, None, True),
    ("employee", "employee", clerk, False),
    ("employee of another department", "employee", outsider, True),
    ("lead", "lead", lead, False),
    ("lead of another department", "lead", OTHER_LEAD, True),
    ("owner", "owner", MINE, False),
    ("owner of another department", "owner", OTHER_OWNER, True),
    ("auditor", "auditor", auditor, False),
    ("admin", "admin", admin, False),
)
OLD = bpmn(sequence("p", task("a", "front-desk"), task("b", "front-desk"), path="s > a > b > e"))
NEW = bpmn(sequence("p", task("b", "front-desk"), task("c"), path="s > b > c > e"))
FAULTY = REFUND.replace(b'isExecutable="true"', b'isExecutable="false"')
#: A request about one case or task.
CASE = r"/(cases|tasks)/\d+"


def furnish(database: Database) -> dict[str, str]:
    """Everything belongs to the service department; the clerk holds one task and the owner reviews two files.

    Answers a token of each person.
    """
    office = Office(database)
    office.ask(c.SaveUser(OTHER_LEAD, name="陈库", roles=("employee", "lead"), groups=("stock",), department="warehouse"))
    office.ask(c.SaveUser(OTHER_OWNER, name="孙库", roles=("owner",), department="warehouse"))
    office.ask(c.SaveUser(MINE, name="周服", roles=("owner",), department="service"))
    office.ask(c.SaveUser(clerk, password=FIRST_PASSWORD))
    office.ask(c.ChangePassword(FIRST_PASSWORD, PASSWORD), clerk)
    _give_device(office, clerk)
    office.deploy(REFUND)
    office.ask(c.RegisterCustomer("王女士", "13800138000"), clerk)
    assert office.ask(c.RegisterCustomer("赵先生"), clerk)["id"] == NO_CASES
    for _ in range(5):
        office.ask(c.StartCase("refund", {}, 1), clerk)
    office.case(HELD).task("check").claim(by=clerk)
    assert office.ask(c.AddAttachment(HELD, PDF, "receipt.pdf"), clerk)["no"] == ATTACHED
    office.case(BROKEN).task("check").complete(by=clerk, amount="10")
    office.case(BROKEN).task("approve").complete(by=colleague)
    office.case(WAITING).task("check").complete(by=clerk, amount="10")
    office.case(WAITING).task("approve").complete(by=colleague)
    office.ask(c.RetryIncident(WAITING, FAILED, {"people": 2}), lead)
    office.ask(c.MakeSuggestion(OPEN, FIRST, "Ask for the number first."), clerk)
    office.ask(c.DeployVersion(REFUND.replace(b"PT2H", b"PT3H"), draft=True), owner)
    office.ask(c.OrderExport("csv", "trail.csv", {}, {**Wanted().to_dict(), "locale": "en"}, 5, 50), auditor)
    for first, second in ((OLD, NEW), (OLD.replace(b'"p"', b'"q"'), NEW.replace(b'"p"', b'"q"'))):
        key = office.deploy(first)["key"]
        stays, moves = office.start(key), office.start(key)
        moves.task("a").complete(by=clerk)
        assert stays.id < moves.id
        office.deploy(second)
        office.ask(c.MigrateCases(key, 1, 2, {}, None, "shorter"), owner)
        if key == "p":
            office.work()
    ask(office, "asked", "p", 2)
    before = Office(database, at=MONDAY - timedelta(days=7))
    over = before.start("refund")
    assert before.ask(c.CancelCase(over.id, "settled by phone"), clerk) and over.id == OVER
    office.ask(c.DrawSample("week 8", 1, "random", MONDAY - timedelta(days=9), MONDAY - timedelta(days=4)), auditor)
    for key in ("refund", "p", "q"):
        office.ask(c.SetProcedureDepartment(key, "service"), owner)
    office.ask(c.UploadFile(REFUND, "refund.bpmn"), MINE)
    office.ask(c.UploadFile(FAULTY, "faulty.bpmn"), MINE)
    office.engine.notary = notary(Settings(signing_key="07" * 32))
    office.ask(c.MakeCheckpoint(), auditor)
    office.ask(c.ImportLog(PAST, "past.xes", "refund", 1), auditor)
    return {login: office.ask(c.CreateToken(login, SCOPES), login)["token"] for _, _, login, _ in CAST if login}


def vault() -> Vault:
    return Vault("a secret of tests", ManualClock(MONDAY))


def _give_device(office: Office, login: str) -> None:
    """One that is in use, and the same again waiting for its first code."""
    user_id = office.actor(login).id
    locked = vault().lock(user_id, SECRET, bytes(NONCE_BYTES))
    kept = {"secret": locked, "last": 0, "recovery": [], "new": locked}
    with office.engine.database.write() as conn:
        people.save_user(conn, user_id, {"totp": kept})


class Asking:
    """Makes requests as anybody, each against the office as it was furnished."""

    def __init__(self, folder: Path, furnished: Path, tokens: dict[str, str]) -> None:
        self.furnished, self.file, self.tokens = furnished, folder / "asked.db", tokens
        self._database: Database | None = None
        self._renew()

    #: Requests about one case or task.
    hidden = frozenset(name for name, (_, path, _) in PROBES.items() if re.search(CASE, path))

    def outcome_elsewhere(self, name: str, login: str | None) -> str:
        """The same, asked about a case that does not exist."""
        method, path, how = PROBES[name]
        return self._outcome(method, re.sub(CASE, r"/\g<1>/999", path), how, login)[0]

    def outcome(self, name: str, login: str | None) -> tuple[str, int]:
        """`done`, `forbidden`, `missing`, `log in`, or the status of anything else; and how much was written."""
        return self._outcome(*PROBES[name], login)

    def answer(self, name: str, login: str | None) -> Any:
        """What is answered, whatever it is."""
        method, path, how = PROBES[name]
        return self._send(method, path, dict(how), login, path.startswith(("/api/v1", "/engine-rest")))

    def _outcome(self, method: str, path: str, how: dict[str, Any], login: str | None) -> tuple[str, int]:
        is_call = path.startswith(("/api/v1", "/engine-rest"))
        refused: list[Refusal] = []
        self._listen(refused)
        before = self._entries()
        answer = self._send(method, path, dict(how), login, is_call)
        wrote = self._entries() - before
        answer.close()
        kinds = {refusal.kind for refusal in refused}
        self._stale = bool(wrote) or (answer.status_code < 400 and method != "GET" and not kinds)
        return _named(answer, kinds), wrote

    def _send(self, method: str, path: str, how: dict[str, Any], login: str | None, is_call: bool) -> Any:
        if self._stale:
            self._renew()
        if is_call:
            client = self.web.app.test_client(use_cookies=False)
            headers = {"Authorization": f"Bearer {self.tokens[login]}"} if login else {}
            return client.open(path, method=method, headers=headers, **made(how))
        if login not in self._browsers:
            self._browsers[login] = self.web.another(login)
        browser = self._browsers[login]
        if method == "GET":
            return browser.get(path, **how)
        self._csrf[login] = self._csrf.get(login) or browser.token()
        return browser.post(path, made(how).get("data"), token=self._csrf[login], content_type=how.get("content_type"))

    def _listen(self, refused: list[Refusal]) -> None:
        if self._stale:
            self._renew()
        engine = self.web.office.engine
        plain = type(engine).execute_once

        def listening(*given: Any, **named: Any) -> Any:
            try:
                return plain(engine, *given, **named)
            except Refusal as refusal:
                refused.append(refusal)
                raise

        engine.execute_once = listening  # type: ignore[method-assign]

    def _entries(self) -> int:
        with self.web.office.engine.read() as conn:
            return conn.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()

    def _renew(self) -> None:
        self.close()
        shutil.copyfile(self.furnished, self.file)
        self._database = Database(f"sqlite:///{self.file}")
        office = Office(self._database)
        office.engine.random, office.engine.vault = seeded(2), vault()  # tokens that nobody has yet
        self.web = Web(office)
        self.web.office.engine.notary = notary(Settings(signing_key="07" * 32))
        self._browsers: dict[str | None, Web] = {}
        self._csrf: dict[str | None, str] = {}
        self._stale = False

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
        for end in ("-wal", "-shm"):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)


def _named(answer: Any, kinds: set[str]) -> str:
    if answer.status_code == 401 or (answer.location or "").startswith("/login"):
        return "log in"
    if answer.status_code == 404 or "missing" in kinds:
        return "missing"
    if answer.status_code == 403 or "forbidden" in kinds:
        return "forbidden"
    if answer.status_code < 400:
        return "refused" if kinds else "done"
    return str(answer.status_code)


def made(how: dict[str, Any]) -> dict[str, Any]:
    """Files are opened anew for each request."""
    data = how.get("data")
    if not isinstance(data, dict):
        return how
    opened = {k: (io.BytesIO(v[0]), v[1]) if isinstance(v, tuple) else v for k, v in data.items()}
    return how | {"data": opened}
