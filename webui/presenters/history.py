"""Entries of the trail ready to show: each told as a sentence, with what its words stand for looked up once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from markupsafe import Markup

from engine.domain.case import case_number
from engine.queries.names import CaseNames, NameBook, book
from engine.queries.trail import EntryRow
from webui.presenters.deviations import entry_href
from webui.presenters.trail import Change, Names, tell
from webui.request import Reading


@dataclass(frozen=True, slots=True)
class EntryShown:
    """`case_number`, `case_href` and `entry_href` are None where the page is about one case anyway, or the entry about none."""

    seq: int
    case_id: int
    at: datetime
    picture: str
    kind: str
    sentence: Markup
    why: str
    changes: tuple[Change, ...]
    hash: str
    case_number: str | None = None
    case_href: str | None = None
    entry_href: str | None = None


def entries(r: Reading, rows: Sequence[EntryRow], *, with_case: bool = False) -> list[EntryShown]:
    """The rows in their order; `with_case` where each has to say which case it is of."""
    known = book(r.conn, r.versions, rows)
    names = {case_id: _names(r, known, known.of(case_id)) for case_id in {row.case_id for row in rows}}
    return [_entry(r, row, names[row.case_id], with_case) for row in rows]


def _names(r: Reading, known: NameBook, of_case: CaseNames) -> Names:
    return Names(
        steps=of_case.steps,
        people={user.login: user.name for user in r.organisation.users.values()},
        procedures=known.procedures,
        groups={key: group.name for key, group in r.organisation.groups.items()},
        departments={key: department.name for key, department in r.organisation.departments.items()},
        fields=of_case.fields,
        options=of_case.options,
        clocks=of_case.clocks,
        customers=known.customers,
    )


def _entry(r: Reading, row: EntryRow, names: Names, with_case: bool) -> EntryShown:
    user = r.organisation.users.get(row.actor_id)
    who = user.name if user else "Closeloop" if row.actor_id == 0 else row.login
    told = tell(row.type, row.data, who, names, r.now, r.zone)
    has_case = with_case and row.case_id > 0
    return EntryShown(
        seq=row.seq,
        case_id=row.case_id,
        at=row.at,
        picture=told.picture,
        kind=told.kind,
        sentence=told.sentence,
        why=told.why,
        changes=told.changes,
        hash=row.hash,
        case_number=case_number(row.case_id) if has_case else None,
        case_href=url_for("cases.show", case_id=row.case_id) if has_case else None,
        entry_href=entry_href(row.case_id, row.seq) if has_case else None,
    )
