"""Mails: to the leads when a time limit is broken, to the owner when a pilot has ended by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain.case import case_number
from engine.domain.text import Text
from engine.mail import Sender
from engine.runtime import Engine
from engine.store import procedures

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


def tell_the_leads(engine: Engine, sender: Sender, leased: Mapping[str, Any]) -> None:
    body = leased["body"]
    said = {"number": case_number(leased["case"]), "clock": body["clock"], "due": body.get("due", "")}
    mail(engine, sender, body["to"], SUBJECT.format(**said), BODY.format(**said))


def tell_of_the_pilot(engine: Engine, sender: Sender, leased: Mapping[str, Any]) -> None:
    body = leased["body"]
    with engine.read() as conn:
        row = procedures.find(conn, body["procedure"])
    said = {"procedure": Text(row.name_zh, row.name_en), "version": body["version"], "why": Text(**body["why"])}
    mail(engine, sender, body["to"], STOPPED.format(**said), STOPPED_BODY.format(**said))


def mail(engine: Engine, sender: Sender, logins: Sequence[str], subject: Text, text: Text) -> None:
    """To those of them who have an address, each language by itself."""
    with engine.read() as conn:
        organisation = engine.organisations.current(conn)
    people = [organisation.by_login[login] for login in logins if login in organisation.by_login]
    for locale in sorted({user.locale for user in people}):
        to = [user.email for user in people if user.locale == locale and user.email and user.active]
        if to:
            sender.send(to, subject.in_(locale), text.in_(locale))
