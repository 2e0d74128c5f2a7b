"""The demo organisation: made by running the engine through three weeks, never by inserting rows.

Its people and procedures are those the scenarios under `processes/` are written for; each case plays one of those
scenarios with a customer of its own, at a human pace, until the present is reached. What is not done by then is what
the visitor finds open.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from engine import worker
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.calendar import Calendar
from engine.domain.clock import ManualClock
from engine.domain.duration import Duration
from engine.handlers.calendar_files import read_calendar
from engine.runtime import Engine
from engine.store.schema import user_task

SHIPPED = Path(__file__).parents[1] / "processes"
PROCEDURES = ("inquiry", "handling", "complaint-closure", "callback")
HISTORY = timedelta(days=21)
LATE_SHARE, CLAIMED_SHARE = 0.07, 0.35
WORDS = {"question": "questions", "complaint_summary": "complaints"}
SEED = 20260302
CHANNELS = ("phone", "phone", "phone", "counter", "web", "email")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?")
OWNER = "ma.lin"


@dataclass(order=True, slots=True)
class Story:
    """One case under way: what happens next to it, and when."""

    at: datetime
    number: int
    name: str = field(compare=False)
    script: Mapping[str, Any] = field(compare=False)
    customer: tuple[int, str, str] = field(compare=False)
    words: Mapping[str, str] = field(compare=False)
    steps: Iterator[Mapping[str, Any]] = field(compare=False)
    case_id: int | None = field(default=None, compare=False)
    upcoming: Mapping[str, Any] | None = field(default=None, compare=False)


def make(engine: Engine) -> int:
    """Fill an empty database up to the engine's present; returns the number of cases."""
    now, data = engine.clock.now(), json.loads((SHIPPED / "demo.json").read_text(encoding="utf-8"))
    clock = ManualClock(now - HISTORY)
    past = Engine(engine.database, clock, engine.random, is_demo=True, rehearses=False)
    calendar = _organisation(past, data, now)
    customers = _customers(past, data)
    stories = _stories(data, customers, now, calendar)
    _play(past, clock, stories, calendar, now)
    return len(stories)


def _organisation(engine: Engine, data: Mapping[str, Any], now: datetime) -> Calendar:
    """Departments, groups, calendars, people and the four procedures; returns the calendar the desk works by."""
    cast = json.loads((SHIPPED / "cast.json").read_text(encoding="utf-8"))
    years = range((now - HISTORY).year, now.year + 3)
    calendars = {}
    for file in sorted((SHIPPED / "calendars").glob("*.json")):
        calendar = read_calendar(json.loads(file.read_text(encoding="utf-8")), years)
        calendars[calendar.key] = calendar
        engine.execute(c.DefineCalendar(calendar.key, calendar.to_dict()), SYSTEM)
    for d in cast["departments"]:
        command = c.DefineDepartment(d["key"], d["name"]["zh"], d["name"]["en"], d["parent"], d["calendar"])
        engine.execute(command, SYSTEM)
    for g in cast["groups"]:
        engine.execute(c.DefineGroup(g["key"], g["name"]["zh"], g["name"]["en"], g["department"]), SYSTEM)
    for p in [*cast["people"], *data["people"]]:
        of = {"roles": tuple(p["roles"]), "groups": tuple(p["groups"]), "department": p["department"]}
        engine.execute(c.SaveUser(p["login"], name=p["name"], **of), SYSTEM)
    owner = engine.actor(OWNER)
    for key in PROCEDURES:
        bpmn = (SHIPPED / key / "procedure.bpmn").read_bytes()
        engine.execute(c.DeployVersion(bpmn, note="随演示组织部署 / shipped with the demo", draft=False), owner)
    return calendars["back-office"]


def _customers(engine: Engine, data: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    clerk, found = engine.actor("zhang.min"), []
    for name, phone, segment in data["customers"]:
        answer = engine.execute(c.RegisterCustomer(name, phone, segment=segment), clerk)
        found.append((answer["id"], name, phone))
    return found


def _stories(data: Mapping[str, Any], customers: list, now: datetime, calendar: Calendar) -> list[Story]:
    """The cases in a fixed but mixed order: two in three from the past weeks, the others from the last working day."""
    random, stories = Random(SEED), []
    names = [name for name, times in data["stories"].items() for _ in range(times)]
    random.shuffle(names)
    for number, name in enumerate(names):
        key, scenario = name.split("/")
        script = json.loads((SHIPPED / key / "scenarios" / f"{scenario}.json").read_text(encoding="utf-8"))
        customer = customers[number % len(customers)]
        age = calendar.day * (random.random() ** 2 if number % 3 == 0 else random.uniform(1, 13))
        words = {key: data[many][number % len(data[many])] for key, many in WORDS.items()}
        begun = _worked_before(now, age, calendar)
        stories.append(Story(begun, number, name, script, customer, words, iter(script["steps"])))
    return stories


def _worked_before(now: datetime, age: timedelta, calendar: Calendar) -> datetime:
    """The instant since which so much working time has passed."""
    early, late = now - HISTORY + timedelta(hours=1), now - timedelta(minutes=1)
    while late - early > timedelta(seconds=30):
        middle = early + (late - early) / 2
        early, late = (middle, late) if calendar.between(middle, now) > age else (early, middle)
    return early


def _play(engine: Engine, clock: ManualClock, stories: list[Story], calendar: Calendar, now: datetime) -> None:
    random, claiming, queue = Random(SEED), Random(SEED), list(stories)
    heapq.heapify(queue)
    while queue and queue[0].at <= now:
        story = heapq.heappop(queue)
        _let_time_pass(engine, clock, story.at)
        if story.case_id is None:
            _begin(engine, story, random)
        else:
            _act(engine, story)
        if _prepare(engine, story, calendar, random):
            if claiming.random() < CLAIMED_SHARE:
                _claim(engine, story)
            heapq.heappush(queue, story)
    _let_time_pass(engine, clock, now)


def _claim(engine: Engine, story: Story) -> None:
    """Whoever does the next step takes it at once, where it is there to be taken."""
    task = _open_task(engine, story)
    if task is not None and task.assignee_id is None:
        engine.execute(c.ClaimTask(story.case_id, task.no), engine.actor(story.upcoming["by"]))


def _let_time_pass(engine: Engine, clock: ManualClock, until: datetime) -> None:
    """Timers fire and clocks strike at their own instants on the way."""
    while (due := worker.next_instant(engine)) is not None and due <= until:
        clock.move_to(max(due, clock.now()))
        while worker.run_once(engine):
            pass
    clock.move_to(max(until, clock.now()))


def _begin(engine: Engine, story: Story, random: Random) -> None:
    clerk = engine.actor(random.choice(("zhang.min", "wu.yan")) if story.number % 2 else "zhang.min")
    customer_id, _, _ = story.customer
    values = _adapted(story.script["start"], story)
    channel = random.choice(CHANNELS)
    command = c.StartCase(story.script["procedure"], values, customer_id, title=_title(story), channel=channel)
    story.case_id = engine.execute(command, clerk)["id"]


def _prepare(engine: Engine, story: Story, calendar: Calendar, random: Random) -> bool:
    """Decide what happens to the case next, and when; False when its story is told."""
    waited = timedelta(0)
    for step in story.steps:
        if "wait" in step:
            length = Duration.parse(step["wait"])
            waited += length.time + timedelta(days=int(length.days))
        elif "refused" not in step:
            story.upcoming = step
            story.at = calendar.add(story.at + waited, _pace(engine, story, calendar, random))
            return True
    return False


def _pace(engine: Engine, story: Story, calendar: Calendar, random: Random) -> timedelta:
    """How long people take: mostly a part of the step's limit, now and then longer."""
    share = random.uniform(1.05, 1.6) if random.random() < LATE_SHARE else random.uniform(0.1, 0.75)
    task = _open_task(engine, story)
    if task is None or task.due_at is None:
        return timedelta(minutes=60 * share)
    return calendar.between(task.created_at, task.due_at) * share


def _open_task(engine: Engine, story: Story) -> Any:
    """The task the upcoming step is about, if it is open."""
    with engine.read() as conn:
        at = (user_task.c.case_id == story.case_id) & (user_task.c.element_id == story.upcoming.get("task"))
        query = select(user_task).where(at, user_task.c.state == "open").order_by(user_task.c.no)
        return conn.execute(query).first()


def _act(engine: Engine, story: Story) -> None:
    step = story.upcoming
    if "task" in step:
        task = _open_task(engine, story)
        if task is None:
            return
        command: c.Command = c.CompleteTask(story.case_id, task.no, _adapted(step["values"], story))
        engine.execute(command, engine.actor(step["by"]))
    elif "message" in step:
        command = c.DeliverMessage(story.case_id, step["message"], {}, _adapted(step["values"], story))
        engine.execute(command, SYSTEM)
    elif "cancel" in step:
        engine.execute(c.CancelCase(story.case_id, step["cancel"]), engine.actor(step["by"]))


def _adapted(values: Mapping[str, Any], story: Story) -> dict[str, Any]:
    """The scenario's values for this case: its own customer, and dates as far from its begin as in the scenario."""
    _, name, phone = story.customer
    shift = story.at - datetime.fromisoformat(story.script["at"])
    own = {"customer_name": name, "customer_phone": phone, **story.words}
    return {key: own.get(key, _shifted(value, shift)) for key, value in values.items()}


def _shifted(value: Any, by: timedelta) -> Any:
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        return value
    moved = datetime.fromisoformat(value) + timedelta(days=by.days)
    return moved.isoformat(timespec="minutes") if "T" in value else moved.date().isoformat()


def _title(story: Story) -> str:
    """What the customer came with, in their own words."""
    return story.words["question" if story.script["procedure"] == "inquiry" else "complaint_summary"][:60]
