"""The trail told in sentences. Every event type has at least one; a test holds this against `engine.domain.events`.

A type may have several sentences, the richest first: the first one all of whose places the payload fills is told.
"""

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

LONGEST = 300


def N_(words: str) -> str:
    """Marks words for translation that are translated later."""
    return words


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


@dataclass(frozen=True, slots=True)
class Told:
    """How a type of event is told: its picture and its sentences."""

    picture: str
    kind: str
    sentences: tuple[str, ...]


def told(picture: str, kind: str, *sentences: str) -> Told:
    return Told(picture, kind, sentences)


SENTENCES: Mapping[E, Told] = {
    E.CaseStarted: told("plus", "accent", N_("%(who)s opened the case “%(title)s” with “%(procedure)s” v%(version)s")),
    E.CaseClosed: told("circle-check", "fine", N_("The case was closed: %(outcome)s")),
    E.CaseCancelled: told("ban", "late", N_("%(who)s cancelled the case")),
    E.OwnerChanged: told(
        "user-share", "", N_("%(who)s made %(to)s the owner in place of %(from)s"), N_("%(to)s became the owner")
    ),
    E.NoteAdded: told("note", "", N_("%(who)s noted: %(text)s")),
    E.InstanceStarted: told(
        "route",
        "accent",
        N_("“%(procedure)s” v%(version)s began by the message “%(message)s”"),
        N_("“%(procedure)s” v%(version)s began"),
    ),
    E.InstanceEnded: told("flag", "fine", N_("“%(procedure)s” ended: %(how)s")),
    E.PathTaken: told("route", "", N_("The procedure went on by %(path)s")),
    E.VariablesEdited: told("edit", "soon", N_("%(who)s corrected values by hand")),
    E.MessageSent: told("mail", "", N_("The message “%(name)s” was sent")),
    E.MessageReceived: told(
        "mail", "", N_("The message “%(name)s” arrived at “%(element)s”"), N_("The message “%(name)s” arrived")
    ),
    E.TimerFired: told(
        "clock",
        "",
        N_("The timer “%(element)s”, due %(due_at)s, fired %(late_s)s late"),
        N_("The timer “%(element)s”, due %(due_at)s, fired"),
    ),
    E.EscalationRaised: told("alert-triangle", "late", N_("Escalated to %(to)s because of “%(clock)s”")),
    E.IncidentRaised: told("alert-triangle", "late", N_("“%(element)s” could not be carried out: %(text)s")),
    E.IncidentResolved: told("check", "fine", N_("The incident at “%(element)s” was settled by %(who)s: %(how)s")),
    E.TaskCreated: told(
        "inbox",
        "",
        N_("“%(element)s” is to be done by %(assignee)s, due %(due_at)s"),
        N_("“%(element)s” is to be done by %(assignee)s"),
        N_("“%(element)s” is to be done by somebody of %(groups)s, due %(due_at)s"),
        N_("“%(element)s” is to be done by somebody of %(groups)s"),
        N_("“%(element)s” is to be done"),
    ),
    E.TaskClaimed: told(
        "hand-stop",
        "accent",
        N_("%(who)s claimed “%(element)s”, standing in for %(for)s"),
        N_("%(who)s claimed “%(element)s”"),
    ),
    E.TaskReleased: told("arrow-left", "", N_("%(who)s put “%(element)s” back")),
    E.TaskDelegated: told("user-share", "", N_("%(who)s passed “%(element)s” on to %(to)s")),
    E.TaskAssigned: told(
        "user-share",
        "",
        N_("%(who)s gave “%(element)s” to %(to)s in place of %(from)s"),
        N_("%(who)s gave “%(element)s” to %(to)s"),
    ),
    E.TaskCompleted: told(
        "check",
        "fine",
        N_("%(who)s completed “%(element)s” %(met)s, standing in for %(for)s"),
        N_("%(who)s completed “%(element)s”, standing in for %(for)s"),
        N_("%(who)s completed “%(element)s” %(met)s"),
        N_("%(who)s completed “%(element)s”"),
    ),
    E.TaskCancelled: told("ban", "", N_("“%(element)s” was no longer needed")),
    E.ClockStarted: told("clock", "", N_("The clock “%(name)s” of %(limit)s began, due %(due_at)s")),
    E.ClockPaused: told("player-pause", "paused", N_("The clock “%(name)s” stands still")),
    E.ClockResumed: told(
        "player-skip-forward", "", N_("The clock “%(name)s” runs again, due %(due_at)s"), N_("“%(name)s” runs again")
    ),
    E.ClockStopped: told("check", "fine", N_("The clock “%(name)s” ended %(met)s"), N_("The clock “%(name)s” ended")),
    E.ClockWarned: told("hourglass", "soon", N_("“%(name)s” is about to be missed, due %(due_at)s")),
    E.ClockBreached: told(
        "alert-triangle",
        "late",
        N_("“%(name)s” was missed at %(due_at)s, noticed %(late_s)s later"),
        N_("“%(name)s” was missed at %(due_at)s"),
    ),
    E.PersonalValuesRedacted: told("eye", "soon", N_("%(who)s deleted %(count)s personal values")),
    E.CustomerRegistered: told("user-plus", "", N_("%(who)s made the customer record %(customer)s")),
    E.CustomerUpdated: told("edit", "", N_("%(who)s changed the customer record %(customer)s")),
    E.VersionDeployed: told("versions", "accent", N_("%(who)s deployed “%(procedure)s” v%(version)s")),
    E.VersionReleased: told(
        "flag",
        "fine",
        N_("%(who)s released “%(procedure)s” v%(version)s in place of v%(replaces)s"),
        N_("%(who)s released “%(procedure)s” v%(version)s"),
    ),
    E.DepartmentDefined: told("building", "", N_("%(who)s defined the department %(department)s")),
    E.GroupDefined: told("users", "", N_("%(who)s defined the group %(group)s")),
    E.CalendarDefined: told("calendar", "", N_("%(who)s defined the calendar %(calendar)s")),
    E.UserSaved: told("user", "", N_("%(who)s saved the account of %(login)s")),
    E.AbsenceSet: told(
        "calendar",
        "",
        N_("%(login)s is away; %(substitute)s stands in from %(from)s until %(until)s"),
        N_("%(login)s is away; %(substitute)s stands in"),
        N_("%(login)s is back"),
    ),
    E.LoggedIn: told("login-2", "", N_("%(login)s logged in from %(address)s"), N_("%(login)s logged in")),
    E.LogInRefused: told(
        "lock", "soon", N_("A log-in as %(login)s from %(address)s was refused"), N_("A log-in as %(login)s was refused")
    ),
    E.LoggedOut: told("logout", "", N_("%(login)s logged out")),
    E.TokenCreated: told("code", "soon", N_("%(who)s made a token for %(login)s")),
    E.TokenRevoked: told("code", "", N_("%(who)s revoked a token of %(login)s")),
    E.OrganisationClockMoved: told("clock", "soon", N_("%(who)s moved the organisation’s clock forward by %(seconds)s")),
    E.TrailVerified: told("shield-check", "", N_("%(who)s verified the trail (%(scope)s, %(entries)s entries): %(verdict)s")),
}

WORDS: Mapping[str, str] = {
    "released-to-everyone": N_("the version released to everyone"),
    "started-by-message": N_("started by a message"),
    "completed": N_("completed"),
    "terminated": N_("terminated"),
    "cancelled": N_("cancelled"),
    "retried": N_("tried again"),
    "edited": N_("values corrected"),
    "gone": N_("no longer needed"),
    "intact": N_("intact"),
    "holds": N_("intact"),
    "broken": N_("broken"),
    "overtaken": N_("no longer needed"),
    "all": N_("everything"),
    "system": N_("system"),
    "met:True": N_("in time"),
    "met:False": N_("too late"),
}


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
    if key in ("element",):
        return _named(names.steps, value)
    if key in ("login", "substitute", "assignee", "for", "to") or (key == "from" and not _is_instant(value)):
        return ", ".join(names.people.get(str(one), str(one)) for one in _many(value))
    if key == "procedure":
        return _named(names.procedures, value)
    if key in ("groups", "group"):
        return ", ".join(_named(names.groups, one) for one in _many(value))
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
    if key == "met":
        return gettext(WORDS[f"met:{bool(value)}"])
    return _plain(value)


def _named(names: Mapping[str, Text], key: Any) -> str:
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
