"""Files under review: examined before anything is stored, changed as their owner decides, discarded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import ADMIN, OWNER, Actor
from engine.domain.errors import Forbidden, InvalidInput, NotFound, UploadSettled
from engine.domain.events import EventType
from engine.domain.procedure import OWNERS_ONLY, check_may_change_procedure
from engine.domain.text import Text
from engine.handlers.ahead import Ahead
from engine.handlers.mending import House, Material
from engine.handlers.reviewing import review
from engine.handlers.work import Work
from engine.store import procedures, uploads

LONGEST_NAME, LONGEST_NOTE = 255, 2_000
MOST_BESIDE, LARGEST_BESIDE = 20, 1_000_000
TOO_MANY = Text("一次最多随附 {most} 个文件。", "At most {most} files are taken beside it.")
TOO_LARGE = Text("“{name}”超过 {most} MB。", "“{name}” has more than {most} MB.")
LONG_NOTE = Text("说明最多 {most} 个字。", "A note has at most {most} characters.")


@dataclass(frozen=True, slots=True)
class Revised:
    """The upload as it will be: its row's new values, the files beside it where they change."""

    values: Mapping[str, Any]
    beside: Mapping[str, bytes] | None
    report: Mapping[str, Any]


def examine(command: c.UploadFile, ahead: Ahead) -> Mapping[str, Any] | None:
    """The report on the file; None for somebody who may not upload any."""
    if not ahead.actor.has(OWNER, ADMIN):
        return None
    _check_beside(command.beside)
    return review(Material(command.data, _name(command.name), command.beside), _house(ahead))


def upload(command: c.UploadFile, work: Work) -> Mapping[str, Any]:
    """The file is under review; nobody but its owner sees it."""
    _check_may_upload(work.actor)
    key = command.procedure
    if key is not None:
        row = procedures.find(work.conn, key)
        if row is None:
            raise NotFound(what=Text(f"流程“{key[:100]}”", f"Procedure “{key[:100]}”"))
        check_may_change_procedure(work.actor, row)
    report, name = work.prepared, _name(command.name)
    values = {"user_id": work.actor.id, "procedure": key, "name": name, "data": command.data, "main": None}
    values |= {"repairs": {}, "report": report, "created_at": work.now, "changed_at": work.now}
    upload_id = uploads.add(work.conn, values, command.beside)
    work.record_system(
        EventType.FileUploaded,
        upload=upload_id,
        name=name,
        sha256=hashlib.sha256(command.data).hexdigest(),
        procedure=key,
        files={name: hashlib.sha256(data).hexdigest() for name, data in sorted(command.beside.items())},
    )
    return {"id": upload_id, "errors": report["errors"]}


def examine_revision(command: c.ReviseUpload, ahead: Ahead) -> Revised | None:
    """The upload with the changes, examined anew where they could change what is found; None where it is not theirs."""
    if not ahead.actor.has(OWNER, ADMIN):
        return None
    with ahead.read() as conn:
        row = uploads.find(conn, command.upload_id, ahead.actor.id)
        files = uploads.files(conn, command.upload_id) if row is not None else {}
    if row is None:
        return None
    beside = command.beside if command.beside is not None else files
    _check_beside(beside)
    values: dict[str, Any] = {}
    if command.note is not None:
        if len(command.note) > LONGEST_NOTE:
            raise InvalidInput(fields={"note": LONG_NOTE.format(most=LONGEST_NOTE)})
        values["note"] = command.note.strip()
    if all(given is None for given in (command.data, command.beside, command.main, command.repairs)):
        return Revised(values, None, row.report)
    data = command.data if command.data is not None else bytes(row.data)
    main = (command.main or None) if command.main is not None else row.main
    accepted = dict(command.repairs) if command.repairs is not None else row.repairs
    report = review(Material(data, row.name, beside, main, accepted), _house(ahead))
    values |= {"data": data, "main": main, "repairs": accepted, "report": report}
    return Revised(values, command.beside, report)


def revise(command: c.ReviseUpload, work: Work) -> Mapping[str, Any]:
    """What is under review is changed; what has become a version is not."""
    _check_under_review(command.upload_id, work)
    revised: Revised = work.prepared
    uploads.change(work.conn, command.upload_id, {**revised.values, "changed_at": work.now}, revised.beside)
    return {"id": command.upload_id, "errors": revised.report["errors"]}


def discard(command: c.DiscardUpload, work: Work) -> Mapping[str, Any]:
    """The file is gone; nobody has ever worked with it."""
    _check_under_review(command.upload_id, work)
    uploads.remove(work.conn, command.upload_id)
    work.record_system(EventType.UploadDiscarded, upload=command.upload_id)
    return {"id": command.upload_id}


def _house(ahead: Ahead) -> House:
    with ahead.read() as conn:
        return House.of(conn, ahead.versions, ahead.organisations.current(conn), ahead.rehearses)


def _check_under_review(upload_id: int, work: Work) -> None:
    _check_may_upload(work.actor)
    row = uploads.find(work.conn, upload_id, work.actor.id)
    if row is None:
        raise NotFound(what=uploads.UPLOAD)
    if row.version_id is not None:
        raise UploadSettled()


def _check_may_upload(actor: Actor) -> None:
    if not actor.has(OWNER, ADMIN):
        raise Forbidden(why=OWNERS_ONLY)


def _check_beside(beside: Mapping[str, bytes]) -> None:
    if len(beside) > MOST_BESIDE:
        raise InvalidInput(fields={"files": TOO_MANY.format(most=MOST_BESIDE)})
    large = next((name for name, data in beside.items() if len(data) > LARGEST_BESIDE), None)
    if large is not None:
        raise InvalidInput(fields={"files": TOO_LARGE.format(name=large, most=LARGEST_BESIDE // 1_000_000)})


def _name(name: str) -> str:
    """The file's own name: no folders, nothing that cannot be shown."""
    own = "".join(char for char in name.replace("\\", "/").rsplit("/", 1)[-1] if char.isprintable()).strip()
    return own[-LONGEST_NAME:] or "procedure.bpmn"
