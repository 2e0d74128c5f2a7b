"""The office all tests work in: a named cast, departments, groups, calendars, a clock that stands, seeded randomness.

    office = Office(database)
    office.start("inquiry", by=clerk).task("record_contact").complete(by=clerk, channel="phone", …)

The names below are log-ins; whoever acts is looked up at that moment, so that absences and changed groups count.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import SYSTEM, Actor
from engine.domain.calendar import WALL, Calendar
from engine.domain.clock import ManualClock
from engine.domain.duration import Duration
from engine.domain.errors import NotDeployable
from engine.domain.text import Text
from engine.runtime import Engine
from engine.store import procedures, roles
from engine.store.session import Database
from engine.worker import next_instant, run_once
from tests.driver import Case, Trail
from tests.settled import Settled

clerk = "zhang.min"
colleague = "wang.fang"
expert = "li.wei"
handler = "chen.jing"
second_handler = "liu.yang"
technician = "zhao.lei"
approver = "sun.li"
second_approver = "gu.ming"
checker = "wu.gang"
caller = "zheng.jie"
lead = "zhou.na"
owner = "lin.tao"
auditor = "he.ping"
admin = "ma.chao"
outsider = "gao.yuan"

SHIFTS = ((time(9), time(12)), (time(13), time(18)))
OFFICE_HOURS = Calendar(
    "default",
    "Asia/Shanghai",
    dict.fromkeys(range(5), SHIFTS),
    {date(2026, 4, 6): Text("清明节", "Tomb-Sweeping Day"), date(2026, 5, 1): Text("劳动节", "Labour Day")},
    {date(2026, 5, 9): None},
)
LATE_SHIFT = Calendar("late", "Asia/Shanghai", dict.fromkeys(range(7), ((time(9), time(21)),)))

#: key, Chinese and English name, department above, calendar
DEPARTMENTS = (
    ("company", "公司", "Company", None, "default"),
    ("service", "客户服务部", "Customer service", "company", None),
    ("complaints", "投诉处理中心", "Complaints", "service", "late"),
    ("billing", "账务部", "Billing", "company", None),
    ("quality", "质量部", "Quality", "company", None),
    ("warehouse", "仓储部", "Warehouse", "company", None),
)
#: key, Chinese and English name, department
GROUPS = (
    ("front-desk", "一线坐席", "Front desk", "service"),
    ("second-line", "二线专家", "Second line", "service"),
    ("handling", "投诉处理", "Complaint handling", "complaints"),
    ("departments", "责任部门", "Responsible departments", "billing"),
    ("approvers", "补偿审批人", "Approvers", "service"),
    ("quality", "质检", "Quality", "quality"),
    ("callback", "回访", "Callback", "service"),
    ("leads", "主管", "Leads", "service"),
    ("stock", "库房", "Stock", "warehouse"),
)
#: login, name, roles, groups, department
PEOPLE = (
    (clerk, "张敏", "employee", "front-desk", "service"),
    (colleague, "王芳", "employee", "front-desk", "service"),
    (expert, "李伟", "employee", "second-line", "service"),
    (handler, "陈静", "employee", "handling", "complaints"),
    (second_handler, "刘洋", "employee", "handling", "complaints"),
    (technician, "赵磊", "employee", "departments", "billing"),
    (approver, "孙丽", "employee", "approvers", "service"),
    (second_approver, "顾明", "employee", "approvers", "service"),
    (checker, "吴刚", "employee", "quality", "quality"),
    (caller, "郑洁", "employee", "callback", "service"),
    (lead, "周娜", "employee lead", "leads", "service"),
    (owner, "林涛", "owner", "", "company"),
    (auditor, "何平", "auditor", "", "company"),
    (admin, "马超", "admin", "", "company"),
    (outsider, "高远", "employee", "stock", "warehouse"),
)
#: A Monday, nine in the morning in Shanghai: the office has just opened.
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PROCESSES = Path(__file__).parents[1] / "processes"

_SETTLED: dict[tuple, Settled] = {}


class Office:
    """An engine on a database of its own, the cast in it, and words for what tests do with it."""

    def __init__(self, database: Database, *, at: datetime = MONDAY, is_demo: bool = False) -> None:
        self.database = database
        self.clock = ManualClock(at)
        self.random = random.Random(1)
        self.engine = Engine(database, self.clock, self.random.randbytes, is_demo=is_demo, rehearses=False)
        if not self.has_people:
            self._settle_as_before((type(self), database.is_sqlite, at, is_demo))

    @property
    def has_people(self) -> bool:
        return self.engine.actor(clerk) is not None

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def actor(self, login: str | Actor | None) -> Actor:
        """The person as they may act now; nobody named means the system."""
        if login is None or isinstance(login, Actor):
            return login or SYSTEM
        found = self.engine.actor(login)
        assert found is not None, f"nobody active is called {login}"
        return found

    def ask(self, command: c.Command, by: str | Actor | None = None, key: str | None = None) -> Any:
        """Have the engine execute a command."""
        return self.engine.execute(command, self.actor(by), key)

    def deploy(self, data: bytes | str, *, draft: bool = False) -> dict[str, Any]:
        """Release a file, or one of the shipped procedures by its key."""
        bytes_ = (PROCESSES / data / "procedure.bpmn").read_bytes() if isinstance(data, str) else data
        try:
            return self.ask(c.DeployVersion(bytes_, draft=draft), owner)
        except NotDeployable as refusal:
            refusal.add_note("\n".join(f"{f.level} {f.rule} {f.element_id}: {f.message.en}" for f in refusal.findings))
            raise

    def start(self, procedure: str | bytes, by: str | None = clerk, **variables: Any) -> Case:
        """A new case. A procedure nobody has deployed yet is deployed first: a file, or the key of a shipped one."""
        key = self._ready(procedure)
        answer = self.ask(c.StartCase(key, variables), by)
        return Case(self, answer["id"], answer)

    def case(self, case_id: int) -> Case:
        return Case(self, case_id)

    def wait(self, duration: str | timedelta, *, work: bool = True) -> None:
        """Let time pass (`PT3H`, `P2D` by the wall clock); the worker does what comes due, each at its instant.

        Without work nobody looks until later: everything due is noticed late.
        """
        step = duration if isinstance(duration, timedelta) else WALL.add(self.now, Duration.parse(duration)) - self.now
        end = self.now + step
        while work and (at := next_instant(self.engine)) is not None and at <= end:
            self.clock.move_to(max(at, self.now))
            self.work()
        self.clock.move_to(end)

    def wait_until(self, at: datetime, *, work: bool = True) -> None:
        self.wait(at - self.now, work=work)

    def work(self) -> int:
        """The worker does everything that is due now; how many times it found something."""
        for times in range(1000):
            if not run_once(self.engine):
                return times
        raise AssertionError("the worker never comes to rest")

    def system_trail(self) -> Trail:
        return Trail.read(self.engine, 0)

    def _ready(self, procedure: str | bytes) -> str:
        if isinstance(procedure, bytes):
            return self.deploy(procedure)["key"]
        with self.engine.read() as conn:
            known = procedures.find(conn, procedure)
        if known is None or known.released_id is None:
            self.deploy(procedure)
        return procedure

    def _settle_as_before(self, kind: tuple) -> None:
        """The first office of a kind settles by commands; those after it get its rows and its randomness.

        So they do where the database lets them: the role that runs Closeloop in earnest may put no rows.
        """
        with self.database.write() as conn:
            may_put = roles.may_change_trail(conn)
            settled = _SETTLED.get(kind) if may_put else None
            if settled is not None:
                settled.put(conn)
        if settled is not None:
            self.random.setstate(settled.random)
            return
        self._settle()
        if may_put:
            with self.engine.read() as conn:
                _SETTLED[kind] = Settled.of(conn, self.random.getstate())

    def _settle(self) -> None:
        for calendar in (OFFICE_HOURS, LATE_SHIFT):
            self.ask(c.DefineCalendar(calendar.key, calendar.to_dict()))
        for department in DEPARTMENTS:
            self.ask(c.DefineDepartment(*department))
        for group in GROUPS:
            self.ask(c.DefineGroup(*group))
        for login, name, as_, groups, department in PEOPLE:
            of = {"roles": tuple(as_.split()), "groups": tuple(groups.split()), "department": department}
            self.ask(c.SaveUser(login, name=name, **of))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def written_instant(at: datetime) -> str:
    return at.isoformat()


def seeded(seed: int) -> Callable[[int], bytes]:
    """Random bytes that are the same in every run."""
    return random.Random(seed).randbytes
