"""What happened before a test begins: done by the program itself, on the database of the desk, without a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine.domain import commands as c
from engine.domain.case import case_number
from engine.domain.scorecard import USUAL
from engine.mail import LogSender
from engine.runtime import Engine
from engine.store.organisation_clock import OrganisationClock
from engine.store.schema import customer, user_task
from engine.store.session import Database
from engine.worker.logs import check_log
from tests.browser.desks import Desk
from tests.browser.files import faulty_file, replaced
from tests.browser.scenarios import scenario
from webui.deployment import SHIPPED

LOG = """case,activity,time,resource
1,登记投诉,2026-03-02 09:00,张敏
1,调查,2026-03-02 11:00,王芳
2,登记投诉,2026-03-03 09:00,张敏
2,通知客户,2026-03-03 10:00,张敏
""".encode()


@dataclass(frozen=True, slots=True)
class Backstage:
    engine: Engine

    @classmethod
    @contextmanager
    def of(cls, desk: Desk) -> Iterator[Backstage]:
        database = Database(desk.database_url)
        try:
            yield cls(Engine(database, OrganisationClock(database), is_demo=True))
        finally:
            database.close()

    def begun(self, name: str, through: str | None = None, title: str = "") -> str:
        """The number of a new case in which the steps of the scenario are done, the last of them `through`."""
        story = scenario(name)
        with self.engine.read() as conn:
            customer_id = conn.execute(select(customer.c.id).order_by(customer.c.id)).scalars().first()
        start = c.StartCase(story["procedure"], story["start"], customer_id, title=title or name)
        case_id = self.engine.execute(start, self.engine.actor(story["by"]))["id"]
        tasks = [step for step in story["steps"] if "task" in step]
        done = 1 + [step["task"] for step in tasks].index(through) if through else 0
        for step in tasks[:done]:
            self._complete(case_id, step)
        return case_number(case_id)

    def open_task(self, case_id: int, element_id: str) -> int:
        """The number of the open task at this element."""
        at = (user_task.c.case_id == case_id) & (user_task.c.element_id == element_id) & (user_task.c.state == "open")
        with self.engine.read() as conn:
            return conn.execute(select(user_task.c.no).where(at)).scalar_one()

    def suggested(self, case_id: int, element_id: str, login: str, words: str) -> None:
        """Somebody said what would be better done at an open task."""
        self.engine.execute(c.MakeSuggestion(case_id, self.open_task(case_id, element_id), words), self.engine.actor(login))

    def asked_to_read(self, procedure: str, owner: str) -> None:
        """The people of the first version are to read it."""
        self.engine.execute(c.ReleaseVersion(procedure, 1, training="asked"), self.engine.actor(owner))

    def on_trial(self, procedure: str, number: int, owner: str) -> None:
        """A tenth of the customers get the version."""
        scope, guard = {"share": "0.1"}, {"on_time": "0.9", "incidents": "0.05"}
        self.engine.execute(c.ReleaseVersion(procedure, number, scope, guard=guard), self.engine.actor(owner))

    def drafted(self, procedure: str, old: str, new: str) -> int:
        """The number of a draft of the shipped file in which `old` was replaced, all over."""
        data = (SHIPPED / procedure / "procedure.bpmn").read_bytes()
        changed = data.replace(old.encode(), new.encode())
        assert changed != data, old
        return self.engine.execute(c.DeployVersion(changed, draft=True), self.engine.actor("ma.lin"))["version"]

    def moving(self, procedure: str, old: str, new: str) -> int:
        """A version in which `old` was replaced is released, and the running cases are on their way to it."""
        number, owner = self.drafted(procedure, old, new), self.engine.actor("ma.lin")
        self.engine.execute(c.ReleaseVersion(procedure, number), owner)
        return self.engine.execute(c.MigrateCases(procedure, 1, number, reason="办理时限缩短"), owner)["id"]

    def sampled(self, login: str) -> tuple[int, int]:
        """A sample of what was closed until now, and one of its cases, reviewed and failed."""
        auditor, now = self.engine.actor(login), self.engine.clock.now()
        drawn = self.engine.execute(c.DrawSample("质检", 5, "weighted", now - timedelta(days=60), now, seed="1"), auditor)
        ratings = {one.key: "met" for one in USUAL.questions} | {"truthful": "not-met"}
        self.engine.execute(c.ReviewCase(drawn["id"], drawn["cases"][0], ratings, "缺少证据"), auditor)
        return drawn["id"], drawn["cases"][1]

    def imported(self, procedure: str, login: str) -> int:
        """A log of another system, to be laid beside the first version."""
        return self.engine.execute(c.ImportLog(LOG, "past.csv", procedure, 1), self.engine.actor(login))["id"]

    def checked(self, procedure: str, element: str, login: str) -> int:
        """The same, laid beside it."""
        log_id = self.imported(procedure, login)
        self.engine.execute(c.CheckLog(log_id, {"调查": element}), self.engine.actor(login))
        for _ in check_log(self.engine, LogSender(), {"body": {"log": log_id}}):
            pass
        return log_id

    def uploaded(self, login: str) -> tuple[int, int]:
        """Two files under review: one with faults, the other a revision that could be released."""
        actor = self.engine.actor(login)
        faulty = c.UploadFile(faulty_file(), "faulty.bpmn")
        revised = c.UploadFile(replaced("handling", 'name="sla" value="PT2H"', 'name="sla" value="PT90M"'), "revised.bpmn")
        return self.engine.execute(faulty, actor)["id"], self.engine.execute(revised, actor)["id"]

    def complete(self, number: str, element_id: str, name: str) -> None:
        """Somebody does the step, as the scenario has it."""
        (step,) = [one for one in scenario(name)["steps"] if one.get("task") == element_id]
        self._complete(int(number.removeprefix("CL-")), step)

    def _complete(self, case_id: int, step: Mapping[str, Any]) -> None:
        command = c.CompleteTask(case_id, self.open_task(case_id, step["task"]), step["values"])
        self.engine.execute(command, self.engine.actor(step["by"]))
