"""Logging in at the OpenID provider: off to it, and back with a code."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flask import Blueprint, abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import InvalidInput, Refusal
from engine.handlers import provider_logins
from webui import auth, locales, sessions
from webui.errors import status_of
from webui.oidc.application import address_of, provider
from webui.oidc.identity import Identity
from webui.oidc.provider import Begun, Provider
from webui.oidc.refusals import AccountClosed, LoginTaken, MappingWrong, NoAccess, NotBegunHere, ProviderDeclined
from webui.request import engine, safe_next

bp = Blueprint("provider_logins", __name__, url_prefix="/login/provider")

BEGUN = "provider-log-in"
LASTS = timedelta(minutes=10)
LONGEST_CODE = 4_000
ERROR = re.compile(r"[a-z_]{1,60}")
WHY_NOT = {provider_logins.NO_ACCESS: NoAccess, provider_logins.LOGIN_TAKEN: LoginTaken, provider_logins.CLOSED: AccountClosed}


@bp.get("")
def begin() -> ResponseReturnValue:
    its, next_ = _provider(), safe_next(request.args.get("next"), "")
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return redirect(url_for("sessions.new", next=next_ or None), 303)  # another site may not log somebody in
    try:
        address, begun = its.begin(address_of(f"{bp.name}.finish"), engine().random)
    except Refusal as refusal:
        return _refused(refusal, next_)
    session[BEGUN] = [begun.state, begun.nonce, begun.verifier, next_, auth.logins().clock.now().isoformat()]
    return redirect(address, 303)


@bp.get("/callback")
def finish() -> ResponseReturnValue:
    its, next_ = _provider(), ""
    try:
        begun, next_ = _begun()
        if error := request.args.get("error"):
            raise ProviderDeclined(name=its.name, why=error if ERROR.fullmatch(error) else "error")
        identity = its.finish(begun, request.args.get("code", "")[:LONGEST_CODE], address_of(f"{bp.name}.finish"))
        user_id = _admitted(its, identity)
    except Refusal as refusal:
        return _refused(refusal, next_)
    answer = redirect(next_ or url_for("desk.first"), 303)
    return auth.log_in(answer, user_id, "provider", identity.id_token)


def _begun() -> tuple[Begun, str]:
    """The log-in this browser began; each can be finished once."""
    kept = session.pop(BEGUN, None)
    if kept is None:
        raise NotBegunHere()
    *secrets, next_, at = kept
    begun = Begun(*secrets)
    is_late = auth.logins().clock.now() - datetime.fromisoformat(at) > LASTS
    if is_late or request.args.get("state") != begun.state or not auth.logins().use_form(begun.state):
        raise NotBegunHere()
    return begun, next_


def _admitted(its: Provider, identity: Identity) -> int:
    """The id of the account here."""
    place = its.settings.place_of(identity.groups)
    command = c.LogInByProvider(
        identity.issuer,
        identity.subject,
        identity.login,
        identity.name,
        identity.email,
        tuple(sorted(place.roles)),
        tuple(sorted(place.groups)),
        place.department,
        locales.html_lang(),
        request.remote_addr or "",
    )
    try:
        answer = engine().execute(command, SYSTEM)
    except InvalidInput as refusal:
        why = next(iter(refusal.fields.values()), refusal.text)
        raise MappingWrong(why=why) from refusal
    if answer["user_id"] is None:
        raise WHY_NOT[answer["why"]](name=its.name, login=identity.login, subject=identity.subject)
    return answer["user_id"]


def _provider() -> Provider:
    return provider() or abort(404)


def _refused(refusal: Refusal, next_: str) -> ResponseReturnValue:
    return sessions.page(refusal=refusal, next_=next_), status_of(refusal)
