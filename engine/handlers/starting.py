"""Which version a new instance gets: what is released now, and the one rule of `engine.domain.release`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.errors import InvalidInput, NothingToStart, Refusal
from engine.domain.release import Release, choose, has_shares, subject_of
from engine.domain.text import Text
from engine.handlers.work import Work
from engine.store import cases, releases
from engine.store.releases import Released
from engine.versions import Version

BY_MESSAGE = Text("该流程由消息启动，不能直接建立", "this procedure is started by a message, not by hand")


class NotReleasedHere(Refusal):
    code, kind = "procedure-not-released-here", "conflict"
    sentence = Text(
        "流程“{procedure}”正在试点，没有发布给该部门或该客户的版本。",
        "Procedure “{procedure}” is on trial: no version of it is released to this department or this customer.",
    )


@dataclass(frozen=True, slots=True)
class Given:
    """The version a new instance gets, the release that gave it, and why that one. `name` is its procedure's."""

    version: Version
    release_id: int
    why: str
    name: Text


def check_by_hand(work: Work, released: Released) -> None:
    """Raises a refusal where nobody can open a case with the procedure."""
    if not released.releases:
        raise NothingToStart(procedure=released.key)
    if not _able(work, released, None):
        raise InvalidInput(fields={"procedure": BY_MESSAGE})


def by_hand(work: Work, released: Released, opening: dict[str, Any]) -> Given:
    """The version the case gets that is opened with `opening`.

    The case is opened here already where there is neither a customer nor a business key: its number has to decide.
    """
    given = _given(work, released, None, opening)
    if given is None:
        raise NotReleasedHere(procedure=released.key)
    return given


def by_message(work: Work, message: str, opening: dict[str, Any]) -> Given | None:
    """The version that begins by the message in a case opened with `opening`; None where there is none."""
    for released in releases.started_by(work.conn, message):
        whole = opening | {"procedure": released.key, "title": released.name.zh[:400]}
        given = _given(work, released, message, whole)
        if given is not None and work.case is None:
            work.open_case(**whole)
        if work.case is not None:
            return given
    return None


def in_case(work: Work, message: str) -> Given | None:
    """The version that begins by the message in the locked case; None where there is none."""
    for released in releases.started_by(work.conn, message):
        able = _able(work, released, message)
        subject = subject_of(*cases.subject(work.conn, work.case.id)) if has_shares(able) else None
        given = _chosen(work, released, able, subject, work.case.department)
        if given is not None:
            return given
    return None


def _able(work: Work, released: Released, message: str | None) -> list[Release]:
    return [one for one in released.releases if work.versions.get(work.conn, one.version_id).begins(message)]


def _given(work: Work, released: Released, message: str | None, opening: dict[str, Any]) -> Given | None:
    able, subject = _able(work, released, message), subject_of(opening["customer_id"], opening["business_key"])
    if subject is None and has_shares(able):
        subject = subject_of(None, None, work.open_case(**opening).id)
    return _chosen(work, released, able, subject, opening["department"])


def _chosen(
    work: Work, released: Released, able: Sequence[Release], subject: str | None, department: str | None
) -> Given | None:
    release, why = choose(able, released.key, subject, work.organisation.line_of(department))
    if release is None:
        return None
    return Given(work.versions.get(work.conn, release.version_id), release.id, why, released.name)
