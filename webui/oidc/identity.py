"""What an ID token proves: signed by the provider, for us, now, for this very log-in. And who that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

#: Signatures by a key that only the provider has. Neither `none` nor those made with a secret we hold ourselves.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
CLOCKS_MAY_DIFFER_SECONDS = 60
LONGEST_SUBJECT = 255
NO_LOGIN = re.compile(r"[^\w.@+-]+")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the provider knows them."""

    issuer: str
    subject: str
    login: str
    name: str
    email: str | None
    groups: tuple[str, ...]
    id_token: str


def claims_of(
    id_token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, access_token: str, now: datetime
) -> Mapping[str, Any]:
    """The claims of a token that holds. Raises `JoseError`, `ValueError` or `TypeError` for any other."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    token = jwt.decode(id_token, keys, registry=registry)
    options = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True, "value": nonce},
    }
    params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    claims = CodeIDToken(token.claims, token.header, options, params)
    claims.validate(now=int(now.timestamp()), leeway=CLOCKS_MAY_DIFFER_SECONDS)
    if not (isinstance(claims["sub"], str) and 0 < len(claims["sub"]) <= LONGEST_SUBJECT and claims["sub"].isprintable()):
        raise ValueError("sub is no usable name")
    return claims


def identity_of(claims: Mapping[str, Any], issuer: str, groups_claim: str, id_token: str) -> Identity:
    """Names are tidied so that they can be a login here; an address the provider has not checked is left out."""
    email = claims.get("email")
    is_usable = isinstance(email, str) and MAIL.fullmatch(email) and claims.get("email_verified") is not False
    wanted = next((one for key in ("preferred_username", "email", "sub") if (one := _line(claims.get(key)))), "")
    login = NO_LOGIN.sub("-", wanted)[:64].strip("-") or "person"
    return Identity(
        issuer,
        claims["sub"],
        login,
        _line(claims.get("name"))[:200] or login,
        email[:254] if is_usable and isinstance(email, str) else None,
        _texts(claims.get(groups_claim)),
        id_token,
    )


def why(problem: Exception) -> str:
    """What was wrong with a token, in a few words that hold nothing of the token."""
    if isinstance(problem, JoseError):
        claim = getattr(problem, "claim", None)
        return f"{problem.error}: {claim}" if claim else str(problem.error)
    return "unreadable token"


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) and value.replace("\n", " ").isprintable() else ""


def _texts(value: Any) -> tuple[str, ...]:
    """A provider with one group of somebody may send it without a list."""
    many = value if isinstance(value, list) else [value]
    return tuple(one for one in many if isinstance(one, str))
