"""Which version a new instance gets: one rule, the same for everybody who starts one.

A release gives a version to a scope: everyone, departments, or a share of the customers. Departments come first, then
shares, then everyone. Of two that fit equally well the later one counts, so the order they are looked at in is no matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.domain.errors import InvalidInput
from engine.domain.text import Text

#: Every customer has one of so many places, and keeps it; a share is made of places.
PLACES = 10_000
TO_EVERYONE, TO_DEPARTMENT, TO_SHARE = "released-to-everyone", "released-to-department", "released-to-share"

Stretch = tuple[int, int]

ONE_SCOPE = Text(
    "请给出一种范围：所有人、部门或客户比例。",
    "Give one scope: everyone, departments, or a share of the customers.",
)
NO_DEPARTMENT = Text("请至少选择一个部门。", "Choose at least one department.")
UNKNOWN_DEPARTMENT = Text("没有部门“{department}”。", "There is no department “{department}”.")
BAD_SHARE = Text(
    "比例应大于 0 且小于 1，最多四位小数，例如 0.1 表示一成客户。全部客户请选择“所有人”。",
    "A share is above 0 and below 1 with at most four decimals: 0.1 is one customer in ten. For all, choose everyone.",
)
NO_ROOM = Text(
    "其他版本已占用客户比例，最多还可给出 {left}。请先收回或缩小其他试点。",
    "Other versions have their shares; at most {left} is left. Take back or reduce another pilot first.",
)
MOST_DEPARTMENTS = 200


@dataclass(frozen=True, slots=True)
class Scope:
    """Who gets a version: `departments` with all below them, a `share` in ten-thousandths, or with neither everyone."""

    departments: tuple[str, ...] = ()
    share: int | None = None

    @property
    def kind(self) -> str:
        return "departments" if self.departments else "everyone" if self.share is None else "share"

    @property
    def is_everyone(self) -> bool:
        return self.kind == "everyone"

    def to_dict(self) -> dict[str, Any]:
        if self.departments:
            return {"departments": list(self.departments)}
        return {"all": True} if self.share is None else {"share": share_text(self.share)}


EVERYONE = Scope()


@dataclass(frozen=True, slots=True)
class Release:
    """A version given to a scope, from now until it ends. `places` are the stretches a share has."""

    id: int
    version_id: int
    scope: Scope
    places: tuple[Stretch, ...] = ()


def parse(given: Mapping[str, Any], departments: Collection[str] | None = None) -> Scope:
    """`{"all": true}`, `{"departments": […]}` or `{"share": "0.1"}`. Raises `InvalidInput` naming the field `scope`.

    `departments` are those there are; None does not ask (what is stored was asked for once).
    """
    names = {name for name, value in given.items() if value is not None}
    if names == {"all"} and given["all"] is True:
        return EVERYONE
    if names == {"departments"} and isinstance(given["departments"], (list, tuple)):
        return Scope(departments=_departments(given["departments"], departments))
    if names == {"share"}:
        return Scope(share=_share(given["share"]))
    raise InvalidInput(fields={"scope": ONE_SCOPE})


def share_text(share: int) -> str:
    """Ten-thousandths as the share people write: 1000 is `0.1`."""
    return format((Decimal(share) / PLACES).normalize(), "f")


def place(procedure: str, subject: str) -> int:
    """The place of a customer among those of a procedure: always the same, and even over all of them.

    SHA-256, so that the places of two procedures, or of customers numbered one after another, have nothing to do with
    each other. 2**64 is no multiple of 10,000; the first places are more frequent by less than one in 10**15.
    """
    digest = hashlib.sha256(f"{procedure}\0{subject}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % PLACES


def subject_of(customer_id: int | None, business_key: str | None, case_id: int | None = None) -> str | None:
    """By what a case is told from others when shares are given out: its customer, else its business key, else itself."""
    if customer_id is not None:
        return f"customer:{customer_id}"
    if business_key:
        return f"key:{business_key}"
    return f"case:{case_id}" if case_id is not None else None


def has_shares(releases: Iterable[Release]) -> bool:
    return any(release.places for release in releases)


def choose(
    releases: Iterable[Release], procedure: str, subject: str | None, departments: Sequence[str] = ()
) -> tuple[Release | None, str]:
    """The release by which a new instance gets its version, and why; None where nothing is released to it.

    `departments` are the department of the case and those above it, its own first: what is released nearest counts.
    """
    newest = sorted(releases, key=lambda release: release.id, reverse=True)
    for department in departments:
        for release in newest:
            if department in release.scope.departments:
                return release, TO_DEPARTMENT
    if subject is not None and has_shares(newest):
        here = place(procedure, subject)
        for release in newest:
            if any(start <= here < end for start, end in release.places):
                return release, TO_SHARE
    return next((release for release in newest if release.scope.is_everyone), None), TO_EVERYONE


def allot(share: int, own: Sequence[Stretch], others: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The places of a share: those it has already (the first of them when it shrinks), then the first free ones.

    `own` are the places the version has until now, `others` those of other versions. Raises `InvalidInput` when there
    are not enough.
    """
    free = _gaps([*own, *others])
    room = _size(own) + _size(free)
    if share > room:
        raise InvalidInput(fields={"scope": NO_ROOM.format(left=share_text(room))})
    after = own[-1][1] if own else 0
    growing = sorted(free, key=lambda stretch: (stretch[0] != after, stretch))
    taken, left = [], share
    for start, end in (*own, *growing):
        length = min(end - start, left)
        if length:
            taken.append((start, start + length))
        left -= length
    return _joined(taken)


def _departments(given: Sequence[Any], known: Collection[str] | None) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(str(one) for one in given))
    if not names or len(names) > MOST_DEPARTMENTS:
        raise InvalidInput(fields={"scope": NO_DEPARTMENT})
    for name in names:
        if known is not None and name not in known:
            raise InvalidInput(fields={"scope": UNKNOWN_DEPARTMENT.format(department=name[:64])})
    return names


def _share(given: Any) -> int:
    try:
        parts = Decimal(str(given).strip()) * PLACES
    except (InvalidOperation, ValueError):
        parts = Decimal("NaN")
    if isinstance(given, bool) or not parts.is_finite() or not 0 < parts < PLACES or parts != int(parts):
        raise InvalidInput(fields={"scope": BAD_SHARE})
    return int(parts)


def _gaps(taken: Iterable[Stretch]) -> list[Stretch]:
    """What is free between the stretches, in order."""
    gaps, at = [], 0
    for start, end in sorted(taken):
        if start > at:
            gaps.append((at, start))
        at = max(at, end)
    return [*gaps, (at, PLACES)] if at < PLACES else gaps


def _size(stretches: Iterable[Stretch]) -> int:
    return sum(end - start for start, end in stretches)


def _joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same places in order, stretches that touch made one."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)
