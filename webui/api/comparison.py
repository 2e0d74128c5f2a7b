"""What changed between two versions of a procedure, and what the newer one would do to cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.bpmn.diff import Change
from engine.domain.actors import OVERSEERS
from engine.domain.case import case_number
from engine.domain.errors import Forbidden
from engine.domain.text import Text
from engine.queries import comparison, effect, replays
from webui.api import schemas as s
from webui.api.calls import actor, engine, reading
from webui.api.endpoint import DEPLOY, READ, Resource
from webui.api.words import said, words
from webui.budget import within

api = Resource("procedures")
READERS = {"scopes": (READ, DEPLOY)}
BETWEEN = {
    "from": {**s.NO, "description": "The older version; without it the one in use."},
    "to": {**s.NO, "description": "The newer version; without it the newest."},
}
#: A call is answered within this time, with as many cases as could be looked at.
SECONDS = 20
ONE_VERSION = {
    "from": {**s.NO, "description": "Only what runs on this version."},
    "to": {**s.NO, "description": "The version to look ahead to; without it the newest."},
}
LATEST = {
    "to": {**s.NO, "description": "The version to drive them on; without it the newest."},
    "limit": {"type": "integer", "minimum": 1, "maximum": 2000, "default": replays.USUAL},
}
NOT_FOR_ALL = Text("这涉及所有工单，只有流程负责人、审计人员和管理员可以查看",
                   "it is about all cases: only process owners, auditors and administrators see it")  # fmt: skip


@api.get(
    "/procedures/{key}/diff",
    Text("两个版本之间的差异，逐条说明", "What changed between two versions, in sentences"),
    s.named("Diff"),
    query=BETWEEN,
    **READERS,
)
def diff(key: str, query: dict[str, Any]) -> dict[str, Any]:
    with reading() as (conn, _):
        old, new = comparison.versions_to_compare(conn, engine().versions, key, query.get("from"), query.get("to"))
    found = comparison.of_versions(old, new)
    return {
        "procedure": key,
        "from": old.number,
        "to": new.number,
        "changes": [_change(change) for change in found.changes],
        "mapping": dict(found.mapping),
        "drawing_only": found.is_drawing_only,
    }


@api.get(
    "/procedures/{key}/effect",
    Text("发布前：在办工单在哪里，哪些能转到新版本，哪些不能及原因",
         "Before a release: where running cases are, which could move to the version, which not and why"),
    s.named("Effect"),
    query=ONE_VERSION,
    **READERS,
)  # fmt: skip
def show_effect(key: str, query: dict[str, Any]) -> dict[str, Any]:
    _check_sees_all()
    now = engine().clock.now()
    with reading() as (conn, organisation):
        candidate = comparison.candidate(conn, engine().versions, key, query.get("to"))
        found = effect.of_candidate(
            conn, engine().versions, organisation, candidate, now, from_=query.get("from"), go_on=within(SECONDS)
        )
    return effected(found, said) | {"procedure": key, "to": candidate.number}


@api.get(
    "/procedures/{key}/replay",
    Text("把已办结的工单在新版本上重演：哪些会走不同的路，哪些时限会超",
         "Finished cases driven again on the version: which would have gone another way, which limits broken"),
    s.named("Replay"),
    query=LATEST,
    **READERS,
)  # fmt: skip
def show_replay(key: str, query: dict[str, Any]) -> dict[str, Any]:
    _check_sees_all()
    with reading() as (conn, organisation):
        candidate = comparison.candidate(conn, engine().versions, key, query.get("to"))
        found = replays.of_procedure(
            conn, engine().versions, organisation, candidate,
            limit=query.get("limit", replays.USUAL), go_on=within(SECONDS),
        )  # fmt: skip
    return replayed(found, said) | {"procedure": key, "to": candidate.number}


def effected(found: effect.Effect, said: Any) -> dict[str, Any]:
    """Also for the command line, which has a language of its own."""
    numbers = ("running", "examined", "there", "can_move", "cannot")
    return {name: getattr(found, name) for name in numbers} | {
        "standing": [
            {"version": one.version, "element_id": one.element_id, "name": said(one.name), "count": one.count,
             "can_move": one.can_move} for one in found.standing
        ],
        "stays": [
            {"version": one.version, "element_id": one.element_id, "name": said(one.name), "why": said(one.why),
             "count": one.count, "cases": _cases(one.case_ids)} for one in found.stays
        ],
    }  # fmt: skip


def replayed(found: replays.Replays, said: Any) -> dict[str, Any]:
    numbers = ("finished", "cases", "instances", "same", "other", "unknown")
    return {name: getattr(found, name) for name in numbers} | {
        "ways": [
            {"sentence": said(one.sentence), "at": one.at, "was": one.was, "would": one.would, "count": one.count,
             "cases": _cases(one.case_ids)} for one in found.ways
        ],
        "limits": [
            {"sentence": said(one.sentence), "kind": one.kind, "name": said(one.name), "was_broken": one.was_broken,
             "would_be_broken": one.would_be_broken, "cases": _cases(one.case_ids)} for one in found.limits
        ],
        "reasons": [{"why": said(one.why), "count": one.count, "cases": _cases(one.case_ids)} for one in found.reasons],
        "assumed": [{"step": said(name), "count": count} for name, count in found.assumed],
        "skipped": [{"step": said(name), "count": count} for name, count in found.skipped],
    }  # fmt: skip


def _check_sees_all() -> None:
    if not actor().has(*OVERSEERS):
        raise Forbidden(why=NOT_FOR_ALL)


def _cases(ids: Iterable[int]) -> list[str]:
    return [case_number(id_) for id_ in ids]


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "what": change.what,
        "part": change.part or None,
        "element_id": change.element_id,
        "old_element_id": change.old_element_id,
        "step_id": change.at or change.element_id or change.old_element_id,
        "before": words(change.before),
        "after": words(change.after),
        "sentence": said(change.sentence),
    }
