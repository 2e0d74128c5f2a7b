"""The trail told in sentences: what its keys are called put into the places of `webui.presenters.sentences`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from markupsafe import Markup, escape

from engine.domain.events import EventType as E
from engine.domain.text import Text
from webui.locales import current
from webui.presenters import time
from webui.presenters.scopes import scope_words
from webui.presenters.sentences import SENTENCES, WORDS

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Names:
    """What the words of a payload are called; what is not known is shown as it is written."""

    steps: Mapping[str, Text] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    procedures: Mapping[str, Text] = field(default_factory=dict)
    groups: Mapping[str, Text] = field(default_factory=dict)
    departments: Mapping[str, Text] = field(default_factory=dict)
    fields: Mapping[str, Text] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    clocks: Mapping[str, Text] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    label: Text | str
    was: str | None
    now: str


@dataclass(frozen=True, slots=True)
class Telling:
    """One entry ready to show. `kind` colours it: late, soon, fine, paused, accent or nothing."""

    picture: str
    kind: str
    sentence: Markup
    why: str
    changes: tuple[Change, ...]


def tell(type_: str, data: Mapping[str, Any], who: str, names: Names, now: datetime, zone: ZoneInfo) -> Telling:
    """The event as a person reads it, in the language of the request.

    Of an entry that somebody has altered until it makes no sense, this is said; the verification names it.
    """
    try:
        return _tell(E(type_), data, who, names, now, zone)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Telling("alert-triangle", "late", escape(gettext("This entry cannot be read.")), "", ())


def _tell(type_: E, data: Mapping[str, Any], who: str, names: Names, now: datetime, zone: ZoneInfo) -> Telling:
    how = SENTENCES[type_]
    if isinstance(clock := data.get("clock"), Mapping):
        data = {**data, "clock": clock.get("no"), "due_at": clock.get("due_at")}
    places = {key: _words(key, value, names, now, zone) for key, value in data.items() if value not in (None, "", [])}
    places["who"] = who
    told_by = next((s for s in how.sentences if _places(s) <= places.keys()), how.sentences[-1])
    places = {key: places.get(key, "–") for key in _places(told_by)}
    sentence = Markup(gettext(told_by)) % {key: _emphasised(key, words) for key, words in places.items()}
    return Telling(how.picture, how.kind, sentence, _why(data), _changes(data, names, now, zone))


def title(type_: str) -> str:
    """The type's name for a filter: its plainest sentence with the places left open."""
    return re.sub(r"\s*%\(\w+\)s\s*", "…", gettext(SENTENCES[E(type_)].sentences[-1])).strip("…,，:： ")


def _places(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", sentence))


def _emphasised(key: str, words: str) -> Markup | str:
    return Markup("<strong>{}</strong>").format(words) if key in ("who", "to", "assignee") else words


def _words(key: str, value: Any, names: Names, now: datetime, zone: ZoneInfo) -> str:
    if key in ("element", "separate"):
        return _named(names.steps, value)
    if key in ("login", "substitute", "assignee", "for", "to") or (key == "from" and not _is_instant(value)):
        return ", ".join(names.people.get(str(one), str(one)) for one in _many(value))
    if key == "procedure":
        return _named(names.procedures, value)
    if key in ("groups", "group"):
        return ", ".join(_named(names.groups, one) for one in _many(value))
    if key == "scope" and isinstance(value, Mapping):
        return scope_words(value, names.departments)
    if key == "department":
        return _named(names.departments, value)
    if key in ("name", "clock"):
        return _named(names.clocks, value)
    if key == "customer":
        return names.customers.get(str(value), f"#{value}")
    if key == "path":
        return " → ".join(_path(value, names))
    if key == "limit":
        return time.limit(str(value))
    if key in ("late_s", "seconds"):
        return time.duration(timedelta(seconds=float(value)))
    if _is_instant(value):
        return time.moment(datetime.fromisoformat(value), now, zone)
    if key == "what":
        return gettext(WORDS.get(f"what:{value}", str(value)))
    if key == "met":
        return gettext(WORDS[f"met:{bool(value)}"])
    return _plain(value)


def _named(names: Mapping[str, Text], key: Any) -> str:
    if isinstance(key, Mapping):  # a personal value that was deleted
        return _plain(key)
    found = names.get(str(key))
    return found.in_(current()) if found else str(key)


def _path(passages: Any, names: Names) -> list[str]:
    """The elements by name, those without a name left out; all of them by id where none has one."""
    ids = [str(one["element"]) if isinstance(one, Mapping) else str(one) for one in _many(passages)]
    ids = [id_ for id_, before in zip(ids, [None, *ids], strict=False) if id_ != before]
    return [_named(names.steps, id_) for id_ in ids if id_ in names.steps] or ids


def _many(value: Any) -> list:
    return list(value) if isinstance(value, list | tuple) else [value]


def _is_instant(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^ ]*", value) is not None


def _plain(value: Any) -> str:
    """A value as a person reads it; a commitment whose value was deleted says so."""
    if isinstance(value, Mapping):
        if {"zh", "en"} <= value.keys():
            return Text(value["zh"], value["en"]).in_(current())
        if "sha256" in value or "redacted" in value:
            return gettext("(personal value, deleted or not for you)")
        return "; ".join(f"{key}: {_plain(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value)
    if value is None:
        return "–"
    words = gettext(WORDS[value]) if isinstance(value, str) and value in WORDS else str(value)
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"


def _why(data: Mapping[str, Any]) -> str:
    return next((_plain(data[key]) for key in ("reason", "note", "why") if data.get(key)), "")


def _changes(data: Mapping[str, Any], names: Names, now: datetime, zone: ZoneInfo) -> tuple[Change, ...]:
    values, was = data.get("values"), data.get("was")
    if not isinstance(values, Mapping):
        return ()
    earlier = was if isinstance(was, Mapping) else {}

    def told(value: Any, key: str) -> str:
        """A choice by its words, an instant in local time, anything else as it is."""
        chosen = names.options.get(key, {}).get(value) if isinstance(value, str) else None
        if chosen is not None and chosen.in_(current()):
            return chosen.in_(current())
        return time.moment(datetime.fromisoformat(value), now, zone) if _is_instant(value) else _plain(value)

    return tuple(
        Change(names.fields.get(key, key), told(earlier[key], key) if key in earlier else None, told(value, key))
        for key, value in values.items()
    )
