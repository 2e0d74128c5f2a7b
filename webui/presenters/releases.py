"""What a release is to be, as it was typed, and in words what will happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from engine.domain import commands as c
from engine.domain import guard as guards
from engine.domain.guard import USUAL_CASES, Guard
from engine.domain.release import PLACES, Scope, parse
from engine.domain.training import ASKED, NONE, REQUIRED
from engine.queries.releases import ReleaseRow
from engine.store.organisation import Organisation
from webui.presenters.scopes import percent as percent_words
from webui.presenters.scopes import scope_words

EVERYONE, DEPARTMENTS, SHARE = SCOPES = ("everyone", "departments", "share")


@dataclass(frozen=True, slots=True)
class Wish:
    """As it stands in the form. Shares and rates are in per cent there."""

    scope: str
    departments: tuple[str, ...] = ()
    share: str = ""
    training: str = NONE
    on_time: str = ""
    incidents: str = ""
    cases: str = str(USUAL_CASES)
    note: str = ""

    @classmethod
    def typed(cls, sent: MultiDict[str, str], usual: Wish) -> Wish:
        """What was sent; what was not, as usual."""
        names = ("scope", "share", "training", "on_time", "incidents", "cases", "note")
        found = {name: sent.get(name, getattr(usual, name)).strip() for name in names}
        found["scope"] = found["scope"] if found["scope"] in SCOPES else usual.scope
        departments = tuple(sent.getlist("department")) if "scope" in sent else usual.departments
        return cls(departments=departments, **found)

    def command(self, key: str, number: int) -> c.ReleaseVersion:
        """Limits belong to pilots: with everyone they are left out."""
        given: dict[str, Any] = {
            EVERYONE: {"all": True}, DEPARTMENTS: {"departments": list(self.departments)}, SHARE: {"share": _part(self.share)}
        }[self.scope]  # fmt: skip
        limits = {"on_time": _part(self.on_time), "incidents": _part(self.incidents)}
        limits = {name: limit for name, limit in limits.items() if limit}
        guard = limits | {"cases": self.cases} if limits and self.scope != EVERYONE else None
        return c.ReleaseVersion(key, number, given, self.training, guard, self.note)


def usual(own: ReleaseRow | None, training: str, *, is_first: bool) -> Wish:
    """What the form begins with: what the version has now; a new one goes to departments first."""
    if own is None:
        return Wish(EVERYONE if is_first else DEPARTMENTS, training=training)
    scope, guard = own.scope, own.guard or Guard()
    share = f"{100 * scope.share / PLACES:g}" if scope.share else ""
    limits = {name: _hundred(getattr(guard, name)) for name in ("on_time", "incidents")}
    return Wish(scope.kind, scope.departments, share, training, cases=str(guard.cases), note=own.note, **limits)


def will_happen(
    wish: c.ReleaseVersion,
    own: ReleaseRow | None,
    active: Sequence[ReleaseRow],
    organisation: Organisation,
    running: int,
) -> list[str]:
    """In sentences, before anything has. Raises `InvalidInput` for a scope or guard that is none."""
    scope = parse(wish.scope, organisation.departments)
    guard = guards.parse(wish.guard) if wish.guard is not None else None
    names = {key: department.name for key, department in organisation.departments.items()}
    current = next((row.version for row in active if row.scope.is_everyone and row is not own), None)
    said = [_who(wish.number, scope, scope_words(scope, names)), _rest(scope, current)]
    said += [_("Version %(other)s is no longer on trial there.", other=row.version) for row in _covered(scope, own, active)]
    if own is not None and own.scope != scope:
        said.append(_("Until now version %(number)s was given to: %(scope)s.", number=wish.number, scope=scope_words(own.scope, names)))
    if running:
        said.append(ngettext("%(num)s running case keeps its version.", "%(num)s running cases keep their version.", running))
    said += [*_training(wish.training), *(_limits(guard) if guard else ())]
    return [sentence for sentence in said if sentence]


def _who(number: int, scope: Scope, words: str) -> str:
    if scope.is_everyone:
        return _("Every new case gets version %(number)s.", number=number)
    if scope.departments:
        return _("New cases of %(scope)s, with the departments below, get version %(number)s.", scope=words, number=number)
    return _(
        "%(percent)s of the customers get version %(number)s with their new cases: each of them always or never. "
        "Cases without a customer are told apart by their business key or their number.",
        percent=percent_words(scope.share or 0), number=number,
    )  # fmt: skip


def _rest(scope: Scope, current: int | None) -> str:
    if scope.is_everyone:
        if current is None:
            return ""
        return _("Version %(current)s is retired; it comes back when this one is taken back.", current=current)
    if current is None:
        return _("Nobody else can open cases of this procedure.")
    return _("Everybody else goes on with version %(current)s.", current=current)


def _covered(scope: Scope, own: ReleaseRow | None, active: Iterable[ReleaseRow]) -> list[ReleaseRow]:
    wanted = set(scope.departments)
    return [row for row in active if row is not own and row.scope.departments and set(row.scope.departments) <= wanted]


def _training(training: str | None) -> list[str]:
    words = {
        ASKED: _("Its people are asked to read what changed and to acknowledge it."),
        REQUIRED: _("Who has not acknowledged what changed cannot take its tasks."),
    }
    return [words[training]] if training in words else []


def _limits(guard: Guard) -> Iterable[str]:
    if guard.on_time is not None:
        yield _(
            "The pilot ends by itself when, of at least %(cases)s cases, fewer than %(limit)s kept their limits.",
            cases=guard.cases, limit=f"{_hundred(guard.on_time)} %",
        )  # fmt: skip
    if guard.incidents is not None:
        yield _(
            "The pilot ends by itself when, of at least %(cases)s cases, more than %(limit)s have incidents.",
            cases=guard.cases, limit=f"{_hundred(guard.incidents)} %",
        )  # fmt: skip


def guard_words(guard: Guard | None) -> list[str]:
    return list(_limits(guard)) if guard is not None else []


def hidden(wish: Wish) -> list[tuple[str, str]]:
    """The form again, to be confirmed."""
    names = ("scope", "share", "training", "on_time", "incidents", "cases", "note")
    return [*((name, getattr(wish, name)) for name in names), *(("department", key) for key in wish.departments)]


def _part(percent: str) -> str:
    """Per cent as the share they are; what is no number stays as it is, to be refused in words."""
    percent = percent.replace("%", "").replace("％", "").strip()
    try:
        return format(Decimal(percent) / 100, "f") if percent else ""
    except InvalidOperation:
        return percent


def _hundred(rate: Decimal | None) -> str:
    return f"{100 * rate:f}".rstrip("0").rstrip(".") if rate is not None and rate else "0" if rate is not None else ""


def departments(organisation: Organisation, chosen: Iterable[str]) -> list[Mapping[str, Any]]:
    """Each below the one it belongs to."""
    keys = sorted(organisation.departments, key=lambda key: organisation.line_of(key)[::-1])
    marked = set(chosen)
    return [
        {"key": key, "name": organisation.departments[key].name, "checked": key in marked, "depth": len(organisation.line_of(key))}
        for key in keys
    ]
