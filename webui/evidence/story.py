"""What a case's page in an evidence pack tells, in the language spoken just now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask_babel import gettext as _

from engine.bpmn.picture.drawing import Marks, draw
from engine.bpmn.picture.shapes import Picture
from engine.domain.events import EventType
from engine.queries import attachments, cases, conformance, names, path, trail, verification
from engine.queries.attachments import Attachment
from engine.queries.cases import CaseRow
from engine.queries.conformance import Verdict
from engine.queries.names import CaseNames
from engine.queries.trail import EntryRow
from webui.locales import current
from webui.presenters import clocks, history, time, values
from webui.presenters.clocks import ClockShown
from webui.presenters.history import EntryShown
from webui.request import Reading

#: Read from here every instant is long ago, and told with its whole date.
LONG_AFTER = datetime(9000, 1, 1, tzinfo=UTC)
FORMS = (EventType.CaseStarted, EventType.TaskCompleted)


@dataclass(frozen=True, slots=True)
class FormShown:
    """A form as it was filled in; what was left empty is there with nothing."""

    title: str
    who: str
    at: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One instance on the diagram of its version; `picture` is None where the file has no diagram."""

    no: int
    title: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class FileShown:
    """`inside` is its place in the pack; empty where the bytes are no longer kept."""

    attachment: Attachment
    name: str
    who: str
    inside: str


@dataclass(frozen=True, slots=True)
class Story:
    case: CaseRow
    entries: Sequence[EntryShown]
    forms: Sequence[FormShown]
    clocks: Sequence[ClockShown]
    drawn: Sequence[Drawn]
    files: Sequence[FileShown]
    verdict: Verdict
    chain_holds: bool
    made_at: datetime
    reading: Reading

    def when(self, at: datetime | None) -> str:
        return time.absolute(at, self.reading.zone) if at is not None else "–"


def tell(r: Reading, case_id: int) -> Story:
    rows = list(_entries(r, case_id))
    known = names.of_case(r.conn, r.versions, case_id)
    late = replace(r, now=LONG_AFTER)
    views = cases.explained_clocks(r.conn, r.organisation, r.versions, case_id, r.now)
    verdict = conformance.check(r.conn, r.versions, case_id, r.now)
    return Story(
        case=cases.find(r.conn, r.actor, r.organisation, case_id),
        entries=history.entries(late, rows),
        forms=[_form(late, row, known) for row in rows if row.type in FORMS and row.data.get("values")],
        clocks=clocks.shown(views, r),
        drawn=_drawn(r, case_id, verdict),
        files=[_file(r, one) for one in attachments.of_case(r.conn, case_id)],
        verdict=verdict,
        chain_holds=verification.verify(r.conn, case_id).holds,
        made_at=r.now,
        reading=r,
    )


def _entries(r: Reading, case_id: int) -> Sequence[EntryRow]:
    found, cursor = [], None
    while True:
        page = trail.of_case(r.conn, case_id, cursor=cursor)
        found += page.items
        if page.next is None:
            return found
        cursor = page.next


def _form(r: Reading, row: EntryRow, known: CaseNames) -> FormShown:
    """The fields of the step's form in their order, then what else was entered."""
    element = str(row.data.get("element") or "")
    step = known.steps.get(element)
    title = step.in_(current()) if step is not None else element or _("When the case was opened")
    entered = row.data["values"]
    if not isinstance(entered, dict):
        return FormShown(title, "", time.absolute(row.at, r.zone), ())
    order = [key for key in known.fields if key in entered]
    shown = [(key, known.fields[key].in_(current()) or key) for key in order]
    shown += [(key, key) for key in entered if key not in known.fields]
    fields = tuple((label, _value(r, entered[key], known, key)) for key, label in shown)
    return FormShown(title, r.organisation.name_of(row.actor_id) or row.login, time.absolute(row.at, r.zone), fields)


def _value(r: Reading, value: object, known: CaseNames, key: str) -> str:
    if value == trail.REDACTED:
        return _("(personal value, deleted or not for you)")
    return values.in_words(value, known.options.get(key), r.now, r.zone)


def _drawn(r: Reading, case_id: int, verdict: Verdict) -> list[Drawn]:
    drawn = []
    for one in cases.instances(r.conn, r.versions, case_id):
        version = r.versions.get(r.conn, one.version_id)
        way = path.of_instance(r.conn, r.organisation, r.versions, case_id, one.no, one.version_id)
        marks = Marks(
            passed=frozenset(way.passed),
            flows=frozenset(way.flows),
            open=frozenset(step.element_id for step in way.steps if step.state in ("open", "waiting", "failed")),
            bad=frozenset(found.element for found in verdict.deviations if found.instance == one.no),
        )
        title = f"{one.procedure_name.in_(current())} v{one.version}"
        drawn.append(Drawn(one.no, title, draw(version.bpmn, current().replace("_", "-"), marks)))
    return drawn


def _file(r: Reading, one: Attachment) -> FileShown:
    inside = f"attachments/{one.no}{_ending(one.name)}" if one.removed_at is None else ""
    name = one.name or _("(personal value, deleted or not for you)")
    return FileShown(one, name, r.organisation.name_of(one.added_by), inside)


def _ending(name: str) -> str:
    """Of a file's name, where it is one that cannot do harm to whoever unpacks it."""
    ending = name.rpartition(".")[2] if "." in name else ""
    return f".{ending.lower()}" if ending.isascii() and ending.isalnum() and len(ending) <= 5 else ".bin"
