"""Who the token speaks for."""

from __future__ import annotations

from typing import Any

from engine.domain.text import Text
from webui.api import schemas as s
from webui.api.calls import actor, engine, reading
from webui.api.endpoint import SCOPES, Resource
from webui.api.words import iso

api = Resource("me")


@api.get("/me", Text("令牌所属的用户", "The person a token speaks for"), s.named("Me"), scopes=SCOPES)
def show() -> dict[str, Any]:
    who = actor()
    with reading() as (_, organisation):
        absent = [organisation.users[one.user_id].login for one in who.stands_in_for]
    return {
        "login": who.login,
        "name": who.name,
        "roles": sorted(who.roles),
        "groups": sorted(who.groups),
        "department": who.department,
        "locale": who.locale,
        "scopes": [scope for scope in SCOPES if scope in (who.scopes or ())],
        "stands_in_for": absent,
        "now": iso(engine().clock.now()),
    }
