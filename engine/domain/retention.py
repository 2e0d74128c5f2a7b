"""How long personal values of a closed case are kept: whole years, months and days on the wall calendar (`P3Y`)."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.errors import Refusal
from engine.domain.text import Text

MOST_YEARS = 100
_ISO = re.compile(r"P(?=\d)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,5})D)?")


class BadRetention(Refusal, ValueError):
    code, kind = "bad-retention", "invalid"
    sentence = Text(
        "“{given}”不是可用的保存期限，请写整年、整月或整天，如 P3Y、P6M、P90D，最长 100 年。",
        "“{given}” is no usable time to keep values; write whole years, months or days such as P3Y, P6M, P90D, "
        "100 years at most.",
    )


@dataclass(frozen=True, slots=True)
class Retention:
    months: int
    days: int

    @classmethod
    def parse(cls, text: str) -> Retention:
        """Raises `BadRetention`."""
        found = _ISO.fullmatch(text.strip())
        if found is None:
            raise BadRetention(given=text[:40])
        years, months, weeks, days = (int(part or 0) for part in found.groups())
        kept = cls(12 * years + months, 7 * weeks + days)
        if not 0 < kept.months * 31 + kept.days <= MOST_YEARS * 12 * 31:
            raise BadRetention(given=text[:40])
        return kept

    def after(self, at: datetime) -> datetime:
        """Years and months later on the same day, or on the last of a shorter month; then the days."""
        month = at.month - 1 + self.months
        year, month = at.year + month // 12, month % 12 + 1
        day = min(at.day, calendar.monthrange(year, month)[1])
        return at.replace(year=year, month=month, day=day) + timedelta(days=self.days)
