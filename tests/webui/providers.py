"""OpenID providers that answer over HTTP on this machine: a real one, and one that says whatever a test wants."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.office import MONDAY
from tests.webui.serving import started_program
from webui.oidc.settings import Oidc, Place

CLIENT, SECRET = "closeloop", "a secret between the two"
PLACES = {
    "desk-leads": Place(frozenset({"lead"}), frozenset({"leads", "front-desk"}), "service"),
    "desk": Place(frozenset({"employee"}), frozenset({"front-desk"}), "service"),
    "auditors": Place(frozenset({"auditor"})),
}


def settings_of(issuer: str) -> Oidc:
    return Oidc(issuer, CLIENT, PLACES, client_secret=SECRET, name="Single sign-on")


@contextmanager
def real(folder: Path) -> Iterator[str]:
    """The address of `oidc-provider-mock`, a process of its own."""
    program = [sys.executable, "-m", "oidc_provider_mock"]
    with started_program(program, folder, "--port", "0", PYTHONUNBUFFERED="1") as process:
        yield process.address()


def agreed(address: str, subject: str, **claims: Any) -> str:
    """Where the real provider sends the browser back to, once the person has said yes there."""
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    requests.put(f"{origin}/users/{subject}", json=claims, timeout=30).raise_for_status()
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


class Crooked:
    """What it says is changed by setting `metadata`, `claims`, `header`, `key`, `answer`, `userinfo`, `published`.

    It holds its clients to PKCE: a code is worth something only together with the verifier of its challenge.
    """

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "one"})
        self.published = [self.key]
        self.metadata: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "ES256", "kid": "one"}
        self.answer: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.raw_token: str | None = None
        self.knows_us_by = "basic"
        self.asked: list[str] = []
        self.moved: dict[str, str] = {}
        self.issuer = ""
        self._codes: dict[str, dict[str, str]] = {}

    def agree(self, address: str) -> str:
        """The path the browser is sent back to."""
        given = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self._codes)}"
        self._codes[code] = given
        return urlsplit(given["redirect_uri"]).path + "?" + urlencode({"code": code, "state": given["state"]})

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append(request.path)
        if request.path in self.moved:
            return Response(status=307, headers={"Location": self.moved[request.path]})(environ, start_response)
        does = {
            "/.well-known/openid-configuration": self._metadata,
            "/keys": lambda _request: {"keys": [key.as_dict(private=False) for key in self.published]},
            "/token": self._token,
            "/userinfo": lambda _request: self.userinfo,
        }.get(request.path)
        told = does(request) if does else None
        status = 404 if told is None else 400 if "error" in told else 200
        return Response(json.dumps(told), status, mimetype="application/json")(environ, start_response)

    def _metadata(self, _request: Request) -> dict[str, Any]:
        paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer} | {name: self.issuer + path for name, path in paths.items()} | self.metadata

    def _token(self, request: Request) -> dict[str, Any]:
        begun = self._codes.pop(request.form["code"], None)
        given = (request.authorization.username, request.authorization.password) if request.authorization else None
        posted = (request.form.get("client_id"), request.form.get("client_secret"))
        good = {"basic": given == (CLIENT, SECRET), "post": posted == (CLIENT, SECRET), "none": posted == (CLIENT, None)}[self.knows_us_by]
        if begun is None or not good or create_s256_code_challenge(request.form["code_verifier"]) != begun["code_challenge"]:
            return {"error": "invalid_grant"}
        now = int(MONDAY.timestamp())
        claims = {"iss": self.issuer, "sub": "u-1", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": begun["nonce"]}
        claims |= {"preferred_username": "li.na", "name": "李娜", "email": "li.na@example.com", "groups": ["desk"]}
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        token = self.raw_token or jwt.encode(self.header, claims, self.key, algorithms=[self.header["alg"]])
        return {"access_token": "an access token", "token_type": "Bearer", "id_token": token} | self.answer


@contextmanager
def crooked() -> Iterator[Crooked]:
    provider = Crooked()
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def at(seconds: int) -> int:
    """So many seconds after the beginning of the test's time."""
    return int(MONDAY.timestamp()) + seconds


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


