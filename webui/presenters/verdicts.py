"""What a verification found, in words: chains that hold, and the first bad entry of each that does not."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection

from engine.audit.verify import Fault, Verdict
from engine.domain.case import case_number
from engine.domain.text import Text
from engine.queries import verification
from engine.queries.trail import EntryRow
from engine.queries.verification import KINDS
from engine.store import trail
from webui.locales import current
from webui.presenters import time
from webui.request import Reading, engine

#: A chain longer than this is not recomputed each time somebody opens the case.
MOST_AT_ONCE = 3_000

HOLDS = ("holds", "intact")


@dataclass(frozen=True, slots=True)
class FaultShown:
    """The first bad entry of a chain; `href` leads to it."""

    words: str
    href: str | None


@dataclass(frozen=True, slots=True)
class VerdictShown:
    good: bool
    words: str
    detail: str = ""
    faults: tuple[FaultShown, ...] = ()


def of_case(conn: Connection, case_id: int) -> VerdictShown | None:
    """Of one case's chain, recomputed now; None where it is too long to do so in passing."""
    if trail.length(conn, case_id) > MOST_AT_ONCE:
        return None
    with engine().read(is_snapshot=True) as snapshot:
        verdict = verification.verify(snapshot, case_id)
    if verdict.holds:
        return VerdictShown(True, ngettext("chain intact, %(num)s entry", "chain intact, %(num)s entries", verdict.entries))
    return VerdictShown(False, _fault(verdict.faults[0]).words)


def of_all(verdict: Verdict, kept_at: str = "") -> VerdictShown:
    """`kept_at`: when the checkpoint from outside was made that everything was held against."""
    counted = {"chains": f"{verdict.chains:,}", "entries": f"{verdict.entries:,}"}
    detail = _("It agrees with the checkpoint of %(at)s that was kept outside.", at=kept_at) if kept_at else ""
    if verdict.holds and verdict.since is not None:
        words = _("What was added since checkpoint %(number)s is intact: %(entries)s entries. What it holds was not read again.",
                  number=verdict.since, **counted)  # fmt: skip
        return VerdictShown(True, words, detail)
    if verdict.holds:
        return VerdictShown(True, _("All %(chains)s chains are intact: %(entries)s entries.", **counted), detail)
    words = ngettext(
        "%(num)s chain is broken. Checked: %(chains)s chains, %(entries)s entries.",
        "%(num)s chains are broken. Checked: %(chains)s chains, %(entries)s entries.",
        len(verdict.faults),
        **counted,
    )
    return VerdictShown(False, words, faults=tuple(_fault(fault) for fault in verdict.faults))


def latest(entry: EntryRow | None, r: Reading) -> VerdictShown | None:
    """What the last recorded verification found, by whom and when."""
    if entry is None:
        return None
    holds = entry.data["verdict"] in HOLDS
    words = _("The trail was found intact.") if holds else _("The trail was found broken.")
    how = {"name": r.organisation.name_of(entry.actor_id), "time": time.moment(entry.at, r.now, r.zone)}
    return VerdictShown(
        holds, words, _("Verified by %(name)s, %(time)s: %(entries)s entries.", entries=entry.data["entries"], **how)
    )


def _fault(fault: Fault) -> FaultShown:
    what = KINDS.get(fault.kind, Text.same(fault.kind)).in_(current())
    if fault.kind.startswith("checkpoint-"):
        return FaultShown(_("Checkpoint %(number)s: %(what)s", number=fault.seq, what=what), None)
    if fault.kind in ("regenerated", "not-genuine"):
        return FaultShown(_("Checkpoint kept outside: %(what)s", what=what), None)
    if not fault.case_id:
        return FaultShown(_("System chain, entry %(seq)s: %(what)s", seq=fault.seq, what=what), None)
    number = case_number(fault.case_id)
    words = _("%(number)s, entry %(seq)s: %(what)s", number=number, seq=fault.seq, what=what)
    return FaultShown(words, url_for("trail.index", case=number))
