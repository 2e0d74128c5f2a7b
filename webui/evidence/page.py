"""A case's story as a page that stands by itself."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _
from flask_babel import pgettext
from markupsafe import Markup

from engine.bpmn.picture.svg import svg
from webui.evidence.story import Drawn, Story
from webui.locales import current
from webui.presenters.cases import CHANNELS


def page(story: Story) -> str:
    drawings = {one.no: Markup(drawing(one)) for one in story.drawn if one.picture is not None}
    return render_template("evidence/case.html", story=story, facts=facts(story), drawings=drawings)


def drawing(one: Drawn) -> str:
    return svg(one.picture, one.title) if one.picture is not None else ""


def facts(story: Story) -> list[tuple[str, str]]:
    """What stands at the head, in words."""
    case, channel = story.case, CHANNELS.get(story.case.channel or "")
    states = {
        "open": pgettext("state of a case", "Open"),
        "closed": pgettext("state of a case", "Closed"),
        "cancelled": _("Cancelled"),
    }
    told = [
        (_("Procedure"), case.procedure_name.in_(current())),
        (_("State"), states.get(case.state, case.state)),
        (_("Opened"), story.when(case.opened_at)),
        (_("Closed"), story.when(case.closed_at) if case.closed_at else ""),
        (_("Customer"), case.customer),
        (_("Owner"), case.owner),
        (_("Channel"), channel.in_(current()) if channel else ""),
        (_("Chain"), _("intact, %(n)s entries", n=len(story.entries)) if story.chain_holds else _("BROKEN")),
        (_("This pack was made"), story.when(story.made_at)),
        (_("Time zone"), str(story.reading.zone)),
    ]
    return [(label, value) for label, value in told if value]
