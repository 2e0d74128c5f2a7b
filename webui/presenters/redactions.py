"""What was deleted of a case's personal values, ready to show."""

from __future__ import annotations

from flask_babel import gettext as _

from engine.domain.actors import ADMIN
from engine.queries import redactions
from webui.presenters import time
from webui.request import Reading


def of_case(r: Reading, case_id: int) -> dict[str, object]:
    """`redacted`: who deleted what and why, the latest first; `forget_at`; whether the viewer may redact."""
    return {
        "redacted": [_words(r, one) for one in redactions.of_case(r.conn, case_id)],
        "forget_at": redactions.forget_at(r.conn, case_id),
        "may_redact": r.actor.has(ADMIN),
    }


def _words(r: Reading, one: redactions.Redaction) -> str:
    at = time.moment(one.at, r.now, r.zone)
    if one.rule:
        return _("Personal values were deleted %(at)s, when their time was over (%(rule)s).", at=at, rule=one.rule)
    who = r.organisation.name_of(one.by) or "Closeloop"
    return _("%(who)s deleted personal values %(at)s: %(reason)s", who=who, at=at, reason=one.reason)
