"""The provider itself: where it is, its keys, and the two steps of a log-in there (authorization code with PKCE)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import requests
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from engine.domain.clock import Clock
from webui.oidc import identity
from webui.oidc.identity import Identity
from webui.oidc.refusals import NotProven, ProviderDeclined, ProviderUnreachable
from webui.oidc.settings import Oidc, is_safe

log = structlog.get_logger("closeloop.oidc")

WAIT_SECONDS = (3, 5)
LARGEST_ANSWER = 1_000_000
KNOWN_FOR, DOWN_FOR = timedelta(hours=1), timedelta(seconds=10)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint")
NEEDED = ENDPOINTS[:3]


@dataclass(frozen=True, slots=True)
class Known:
    """What the provider says of itself, and its keys."""

    at: datetime
    issuer: str
    endpoints: Mapping[str, str]
    secret_is_posted: bool
    keys: KeySet


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in on its way: what has to come back, and what proves that it is ours."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One for all requests of a process. What is known of the provider is asked anew every hour."""

    def __init__(self, settings: Oidc, clock: Clock) -> None:
        self.settings = settings
        self._clock = clock
        self._known: Known | None = None
        self._down_until: datetime | None = None

    @property
    def name(self) -> str:
        return self.settings.name

    def begin(self, redirect_uri: str, random: Callable[[int], bytes]) -> tuple[str, Begun]:
        """The address at the provider to go to, and what to keep until the person comes back."""
        endpoint = self._now_known().endpoints["authorization_endpoint"]
        begun = Begun(random(32).hex(), random(32).hex(), random(32).hex())
        with self._session(redirect_uri) as session:
            url, _state = session.create_authorization_url(
                endpoint, state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
            )
        return url, begun

    def finish(self, begun: Begun, code: str, redirect_uri: str) -> Identity:
        """Who came back with this code. Raises what the person is told."""
        known = self._now_known()
        tokens = self._exchanged(known, begun, code, redirect_uri)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise self._not_proven("no ID token")
        claims = self._proven(known, id_token, access_token, begun.nonce)
        if self.settings.groups_claim not in claims and "userinfo_endpoint" in known.endpoints:
            claims = {**self._asked(known, access_token, claims["sub"]), **claims}
        return identity.identity_of(claims, self.settings.issuer, self.settings.groups_claim, id_token)

    def farewell(self, id_token: str, back: str) -> str | None:
        """Where to end the session at the provider, if it offers that."""
        try:
            endpoint = self._now_known().endpoints.get("end_session_endpoint")
        except ProviderUnreachable:
            return None
        if endpoint is None:
            return None
        given = {"id_token_hint": id_token, "client_id": self.settings.client_id, "post_logout_redirect_uri": back}
        return add_params_to_uri(endpoint, given)

    def _exchanged(self, known: Known, begun: Begun, code: str, redirect_uri: str) -> Mapping[str, Any]:
        with self._session(redirect_uri, posted=known.secret_is_posted) as session:
            try:
                return session.fetch_token(
                    known.endpoints["token_endpoint"],
                    code=code,
                    code_verifier=begun.verifier,
                    timeout=WAIT_SECONDS,
                    allow_redirects=False,
                )
            except requests.RequestException as problem:
                raise self._unreachable(problem) from problem
            except (AuthlibBaseError, ValueError) as problem:
                reason = getattr(problem, "error", None) or "no token"
                log.warning("the provider gave no token", why=str(reason)[:100])
                raise ProviderDeclined(name=self.name, why=str(reason)[:60]) from problem

    def _proven(self, known: Known, id_token: str, access_token: str, nonce: str) -> Mapping[str, Any]:
        """The claims; for a key that is not known, the provider's keys are asked for once more."""
        wanted = {"issuer": known.issuer, "client_id": self.settings.client_id, "nonce": nonce}
        wanted |= {"access_token": access_token}
        now = self._clock.now()
        try:
            try:
                return identity.claims_of(id_token, known.keys, now=now, **wanted)
            except InvalidKeyIdError:
                self._known = replace(known, keys=self._keys(known.endpoints["jwks_uri"]))
                return identity.claims_of(id_token, self._known.keys, now=now, **wanted)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as problem:
            raise self._not_proven(identity.why(problem)) from problem

    def _asked(self, known: Known, access_token: str, subject: str) -> Mapping[str, Any]:
        """What the provider tells of this person beside the token; of anybody else it is not believed."""
        told = self._fetched(known.endpoints["userinfo_endpoint"], {"Authorization": f"Bearer {access_token}"})
        if told.get("sub") != subject:
            raise self._not_proven("userinfo of somebody else")
        return told

    def _now_known(self) -> Known:
        known, now = self._known, self._clock.now()
        if known is not None and now - known.at < KNOWN_FOR:
            return known
        if self._down_until is not None and now < self._down_until:
            raise ProviderUnreachable(name=self.name)
        self._known = self._discovered(now)
        return self._known

    def _discovered(self, now: datetime) -> Known:
        told = self._fetched(f"{self.settings.issuer}/.well-known/openid-configuration")
        issuer = told.get("issuer")
        if not isinstance(issuer, str) or issuer.rstrip("/") != self.settings.issuer:
            raise self._unreachable(ValueError("it calls itself by another issuer"))
        endpoints = {name: told[name] for name in ENDPOINTS if isinstance(told.get(name), str)}
        if not all(name in endpoints for name in NEEDED) or not all(is_safe(one) for one in endpoints.values()):
            raise self._unreachable(ValueError("an address is missing or not https"))
        methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        posted = "client_secret_basic" not in methods and "client_secret_post" in methods
        return Known(now, issuer, endpoints, posted, self._keys(endpoints["jwks_uri"]))

    def _keys(self, address: str) -> KeySet:
        """Keys of kinds we do not know are left out."""
        told = self._fetched(address).get("keys")
        usable = [key for key in (told if isinstance(told, list) else []) if _is_public_key(key)]
        try:
            return KeySet.import_key_set({"keys": usable})
        except (JoseError, ValueError, TypeError) as problem:
            raise self._unreachable(problem) from problem

    def _fetched(self, address: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        try:
            with requests.get(
                address, headers=headers, timeout=WAIT_SECONDS, stream=True, allow_redirects=False
            ) as answer:
                answer.raise_for_status()
                body = answer.raw.read(LARGEST_ANSWER + 1, decode_content=True)
            told = json.loads(body) if len(body) <= LARGEST_ANSWER else None
        except (requests.RequestException, OSError, ValueError, RecursionError) as problem:
            raise self._unreachable(problem) from problem
        if not isinstance(told, dict):
            raise self._unreachable(ValueError("no JSON object"))
        return told

    def _session(self, redirect_uri: str, *, posted: bool = False) -> OAuth2Session:
        method = ("client_secret_post" if posted else "client_secret_basic") if self.settings.client_secret else "none"
        return OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret,
            scope=self.settings.scopes,
            redirect_uri=redirect_uri,
            token_endpoint_auth_method=method,
            code_challenge_method="S256",
        )

    def _unreachable(self, problem: Exception) -> ProviderUnreachable:
        self._down_until = self._clock.now() + DOWN_FOR
        log.error("the OpenID provider cannot be used", issuer=self.settings.issuer, why=_reason(problem))
        return ProviderUnreachable(name=self.name)

    def _not_proven(self, why: str) -> NotProven:
        log.warning("an identity was not proven", issuer=self.settings.issuer, why=why)
        return NotProven(name=self.name, why=why)


def _is_public_key(key: Any) -> bool:
    return isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"


def _reason(problem: Exception) -> str:
    """The kind of a network error and no more: its text may hold addresses with codes in them."""
    return type(problem).__name__ if isinstance(problem, requests.RequestException | OSError) else str(problem)[:200]
