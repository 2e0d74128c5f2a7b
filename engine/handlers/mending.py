"""The repairs of a file under review: which there are, and the file with those its owner accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.bpmn import repairs
from engine.bpmn.reader import Unreadable
from engine.bpmn.repairs import Repair
from engine.bpmn.repairs.groups import RULE as GROUP
from engine.bpmn.repairs.lanes import RULE as LANE
from engine.store import procedures
from engine.store.organisation import Organisation
from engine.versions import Versions

Accepted = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Material:
    """What is reviewed. `accepted` are the repairs taken so far, each with the choice made for it."""

    data: bytes
    name: str
    beside: Mapping[str, bytes]
    main: str | None = None
    accepted: Accepted | None = None


@dataclass(frozen=True, slots=True)
class House:
    """What the file is held against: released procedures, by key, with the files beside them, and the organisation."""

    called: Mapping[str, bytes]
    called_beside: Mapping[str, Mapping[str, bytes]]
    organisation: Organisation
    rehearses: bool = False

    @classmethod
    def of(cls, conn: Connection, versions: Versions, organisation: Organisation, rehearses: bool = False) -> House:
        released = {row.key: versions.get(conn, row.released_id) for row in procedures.released(conn)}
        called, besides = {k: v.bpmn for k, v in released.items()}, {k: v.beside for k, v in released.items()}
        return cls(called, besides, organisation, rehearses)

    @property
    def group_names(self) -> tuple[str, ...]:
        """Everything a lane may be called to mean a group."""
        groups = self.organisation.groups.values()
        names = (name for group in groups for name in (group.key, group.name.zh, group.name.en) if name)
        return tuple(dict.fromkeys(names))


def proposed(material: Material, house: House) -> list[dict[str, Any]]:
    """Every repair as plain data, the accepted ones among them; one that only another makes necessary comes after it."""
    accepted = material.accepted or {}
    found = {one.id: one for one in repairs.propose(material.data, **_given(material, house))}
    if accepted:
        current = mended(material, house)
        found |= {one.id: one for one in repairs.propose(current, **_given(material, house)) if one.id not in found}
    return [_plain(one, accepted, house.organisation) for one in found.values()]


def mended(material: Material, house: House, accepted: Accepted | None = None) -> bytes:
    """The file with the accepted repairs; the very bytes where there are none, or where it stays unreadable."""
    wanted = material.accepted if accepted is None else accepted
    if not wanted:
        return material.data
    try:
        return repairs.apply(material.data, wanted, **_given(material, house))
    except Unreadable:
        return material.data


def _given(material: Material, house: House) -> dict[str, Any]:
    return {"main": material.main, "beside": material.beside, "groups": house.group_names, "called": house.called}


def _plain(one: Repair, accepted: Accepted, organisation: Organisation) -> dict[str, Any]:
    choices, default = [(choice.value, choice.label) for choice in one.choices], one.default
    if one.rule in (LANE, GROUP):  # a group is offered once, whatever it may be called by
        choices = [(group.key, group.name) for group in organisation.groups.values()]
        default = organisation.group_key(default) if default else None
    return {
        "id": one.id,
        "rule": one.rule,
        "element_id": one.element_id,
        "level": one.level,
        "message": one.message.to_dict(),
        "why": one.why.to_dict(),
        "choices": [{"value": value, "label": label.to_dict()} for value, label in choices],
        "default": default,
        "free": one.free,
        "adds": list(one.adds),
        "changes": list(one.changes),
        "removes": list(one.removes),
        "accepted": one.id in accepted,
        "choice": accepted.get(one.id),
    }
