"""What ends a pilot by itself: limits its cases must keep to, looked at once there are enough of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.domain.errors import InvalidInput
from engine.domain.text import Text

USUAL_CASES, FEWEST_CASES, MOST_CASES = 20, 5, 1_000_000

NO_LIMIT = Text(
    "请至少给出一个界限：按时率下限（on_time）或异常率上限（incidents）。",
    "Give at least one limit: the lowest on-time rate (on_time) or the highest rate of cases with incidents (incidents).",
)
UNKNOWN = Text("不认识的内容：{name}。可用 on_time、incidents、cases。", "Unknown: {name}. There are on_time, incidents and cases.")
BAD_RATE = Text("{name} 应为 0 至 1 之间的比例，例如 0.9。", "{name} is a rate from 0 to 1, for example 0.9.")
BAD_CASES = Text(
    "cases 是至少要有的件数，应为 {fewest} 以上的整数。", "cases is the number there must be first: a whole number from {fewest}."
)
TOO_LATE = Text(
    "按时率 {rate}（{good}/{of}）低于界限 {limit}", "the on-time rate {rate} ({good} of {of}) is below the limit of {limit}"
)
TOO_MANY = Text(
    "发生异常的比例 {rate}（{good}/{of}）高于界限 {limit}",
    "the rate of cases with incidents {rate} ({good} of {of}) is above the limit of {limit}",
)
WORDS = {"on_time": TOO_LATE, "incidents": TOO_MANY}


@dataclass(frozen=True, slots=True)
class Guard:
    """The pilot ends when, of at least `cases`, fewer than `on_time` were in time or more than `incidents` failed."""

    on_time: Decimal | None = None
    incidents: Decimal | None = None
    cases: int = USUAL_CASES

    def to_dict(self) -> dict[str, Any]:
        limits = {"on_time": self.on_time, "incidents": self.incidents}
        return {name: str(limit) for name, limit in limits.items() if limit is not None} | {"cases": self.cases}


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the cases of a pilot: those whose clocks are decided and how many kept them, all, and those with incidents."""

    decided: int
    on_time: int
    started: int
    with_incidents: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that was crossed: `count` cases `of` so many. `measure`: on_time or incidents."""

    measure: str
    count: int
    of: int
    limit: Decimal

    @property
    def text(self) -> Text:
        rate = f"{100 * self.count / self.of:.1f} %"
        return WORDS[self.measure].format(rate=rate, good=self.count, of=self.of, limit=f"{100 * self.limit:.1f} %")

    def to_dict(self) -> dict[str, Any]:
        return {"measure": self.measure, "count": self.count, "of": self.of, "limit": str(self.limit)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Breach:
        return cls(data["measure"], data["count"], data["of"], Decimal(data["limit"]))


def parse(given: Mapping[str, Any]) -> Guard:
    """`{"on_time": "0.9", "incidents": "0.05", "cases": 20}`, each but one limit optional. Raises `InvalidInput`."""
    names = {name for name, value in given.items() if value not in (None, "")}
    if unknown := sorted(names - {"on_time", "incidents", "cases"}):
        raise InvalidInput(fields={"guard": UNKNOWN.format(name=unknown[0][:60])})
    if not names & {"on_time", "incidents"}:
        raise InvalidInput(fields={"guard": NO_LIMIT})
    limits = {name: _rate(name, given[name]) for name in ("on_time", "incidents") if name in names}
    return Guard(**limits, cases=_cases(given["cases"]) if "cases" in names else USUAL_CASES)


def broken(guard: Guard, tally: Tally) -> Breach | None:
    """The limit the cases have crossed; None while they keep to it, or while there are too few to say."""
    if guard.on_time is not None and tally.decided >= guard.cases and tally.on_time < guard.on_time * tally.decided:
        return Breach("on_time", tally.on_time, tally.decided, guard.on_time)
    if guard.incidents is None or tally.started < guard.cases:
        return None
    if tally.with_incidents <= guard.incidents * tally.started:
        return None
    return Breach("incidents", tally.with_incidents, tally.started, guard.incidents)


def _rate(name: str, given: Any) -> Decimal:
    try:
        rate = Decimal(str(given).strip())
    except InvalidOperation:
        rate = Decimal("NaN")
    if isinstance(given, bool) or not rate.is_finite() or not 0 <= rate <= 1:
        raise InvalidInput(fields={"guard": BAD_RATE.format(name=name)})
    return rate


def _cases(given: Any) -> int:
    text = str(given).strip()
    if isinstance(given, bool) or not (text.isascii() and text.isdigit()) or not FEWEST_CASES <= int(text) <= MOST_CASES:
        raise InvalidInput(fields={"guard": BAD_CASES.format(fewest=FEWEST_CASES)})
    return int(text)
