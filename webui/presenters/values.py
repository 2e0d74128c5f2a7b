"""Values of a case as a person reads them: by the label of their field, a choice by its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from engine.domain.text import Text
from engine.queries.names import CaseNames
from webui.locales import current
from webui.presenters import time

LONGEST = 600


@dataclass(frozen=True, slots=True)
class ValueShown:
    key: str
    label: Text
    value: str


def shown(
    variables: Mapping[str, Any], names: CaseNames, now: datetime, zone: ZoneInfo, leaving_out: Iterable[str] = ()
) -> list[ValueShown]:
    """What the forms of the procedure have asked for and got, in their order."""
    known = [key for key in names.fields if key not in set(leaving_out) and variables.get(key) not in (None, "", [], {})]
    return [ValueShown(key, names.fields[key], in_words(variables[key], names.options.get(key), now, zone)) for key in known]


def in_words(value: Any, options: Mapping[str, Text] | None, now: datetime, zone: ZoneInfo) -> str:
    words = _words(value, options or {}, now, zone)
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"


def _words(value: Any, options: Mapping[str, Text], now: datetime, zone: ZoneInfo) -> str:
    if isinstance(value, str) and value in options:
        return options[value].in_(current()) or value
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, datetime):
        return time.moment(value, now, zone) if value.tzinfo else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(_words(one, options, now, zone) for one in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_words(one, {}, now, zone)}" for key, one in value.items())
    return str(value)
