"""What is asked of the search over all trails: read from the address, understood, and counted in words."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from flask import request
from flask_babel import gettext as _

from engine.domain.events import EventType
from engine.domain.text import Text
from engine.queries import customers, names
from engine.queries.search import Count
from engine.queries.search_ways import Wanted
from engine.store import procedures
from webui.request import Reading

NUMBER = re.compile(r"(?:cl-?)?0*([1-9]\d{0,14})", re.IGNORECASE | re.ASCII)
MOST_CUSTOMERS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as it was typed."""

    words: str = ""
    case: str = ""
    person: str = ""
    type: str = ""
    customer: str = ""
    procedure: str = ""
    version: str = ""
    step: str = ""
    first: str = ""
    last: str = ""

    @property
    def is_detailed(self) -> bool:
        return bool(self.customer or self.procedure or self.first or self.last)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter offers: (value, words)."""

    people: list[tuple[str, str]]
    procedures: list[tuple[str, Text]]
    versions: list[int]
    steps: list[tuple[str, Text]]


def asked() -> Asked:
    given = {field.name: request.args.get(ARGUMENTS.get(field.name, field.name), "").strip()[:200] for field in fields(Asked)}
    given["type"] = given["type"] if given["type"] in EventType.__members__ else ""
    if not given["procedure"]:
        given |= {"version": "", "step": ""}
    return Asked(**given)


ARGUMENTS = {"first": "from", "last": "to", "words": "q"}


def understood(r: Reading, typed: Asked) -> Wanted | None:
    """None for what cannot be meant (a case that cannot be, a date that is none): it finds nothing, not everything."""
    number = NUMBER.fullmatch(typed.case)
    person = r.organisation.by_login.get(typed.person)
    first, last = _day(typed.first, r), _day(typed.last, r)
    matching = customers.page(r.conn, typed.customer, limit=MOST_CUSTOMERS).items if typed.customer else ()
    meant = (
        (typed.case, number), (typed.person, person), (typed.first, first), (typed.last, last), (typed.customer, matching),
        (typed.version, typed.version.isascii() and typed.version.isdigit() and len(typed.version) < 9),
    )  # fmt: skip
    if any(said and not found for said, found in meant):
        return None
    return Wanted(
        case_id=int(number[1]) if number else None,
        actor_id=person.id if person else None,
        customer_ids=tuple(row.id for row in matching),
        procedure=typed.procedure or None,
        version=int(typed.version) if typed.version else None,
        step=typed.step,
        types=(typed.type,) if typed.type else (),
        words=typed.words,
        from_at=first,
        to_at=last and _next(last),
    )


def choices(r: Reading, typed: Asked) -> Choices:
    """The steps are those of the version that is chosen, else of the newest."""
    versions = procedures.versions(r.conn, typed.procedure) if typed.procedure else ()
    chosen = next((row for row in versions if str(row.number) == typed.version), versions[0] if versions else None)
    steps = names.of_versions([r.versions.get(r.conn, chosen.id)]).steps if chosen else {}
    people = sorted(r.organisation.users.values(), key=lambda user: user.name)
    return Choices(
        [(user.login, user.name) for user in people],
        [(row.key, Text(row.name_zh, row.name_en)) for row in procedures.all_(r.conn)],
        [row.number for row in versions],
        list(steps.items()),
    )


def counted(count: Count) -> str:
    """Exact, or said not to be."""
    if count.is_exact:
        return _("Entries: %(n)s", n=f"{count.n:,}")
    return _("more than %(n)s entries", n=f"{count.n:,}") if count.n else _("entries further back were not looked at yet")


def _day(text: str, r: Reading) -> datetime | None:
    """Midnight at which the day begins here; None for what is no date."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), r.zone) if text else None
    except ValueError:
        return None


def _next(day: datetime) -> datetime | None:
    """The day after; after the last day there is, none."""
    try:
        return day + timedelta(days=1)
    except OverflowError:
        return None
