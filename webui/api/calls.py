"""How every call runs: who calls, what was sent, what is answered. The views only say what is asked and shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Response, current_app, g, request
from sqlalchemy import Connection

from engine.domain.actors import Actor
from engine.domain.commands import Command
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.runtime import Engine
from engine.store.organisation import Organisation
from webui.api import checking
from webui.api.auth import authenticate, check_scope
from webui.api.body import read_json
from webui.api.endpoint import Answer, Endpoint
from webui.api.refusals import BadAddress
from webui.api.words import reader_locale

LONGEST_KEY = 200
BAD_KEY = Text(
    "应为 1 至 200 个可见 ASCII 字符，例如一个 UUID。", "It has 1 to 200 visible ASCII characters, for example a UUID."
)
TWICE = Text("只能给出一次。", "Give it only once.")


def engine() -> Engine:
    return current_app.extensions["closeloop"]


def actor() -> Actor:
    return g.actor


@contextmanager
def reading() -> Iterator[tuple[Connection, Organisation]]:
    """A transaction that only reads, and the organisation as of it."""
    with engine().read() as conn:
        yield conn, engine().organisations.current(conn)


def run(command: Command) -> Any:
    """Have the engine execute it for whoever calls, once for each Idempotency-Key."""
    outcome = engine().execute_once(command, actor(), g.get("idempotency_key"))
    g.is_replay = outcome.is_replay
    return outcome.answer


def handler(endpoint: Endpoint) -> Callable[..., Response]:
    """The function Flask calls for an endpoint."""

    def handle(**path: Any) -> Response:
        _check_address()
        g.actor = authenticate(engine(), request)
        check_scope(g.actor, endpoint.scopes)
        if endpoint.method == "POST":
            g.idempotency_key = _key()
        sent: dict[str, Any] = {}
        query = _query(endpoint.query or {})
        if endpoint.query is not None:
            sent["query"] = query
        if endpoint.body is not None and not endpoint.is_upload:
            sent["body"] = _body(endpoint.body)
        return respond(endpoint.view(**path, **sent), next(iter(endpoint.answers)))

    return handle


def respond(answer: Any, status: int) -> Response:
    if not isinstance(answer, Answer):
        answer = Answer(answer, status)
    is_json = not isinstance(answer.body, (bytes, Iterator))
    data = json.dumps(answer.body, ensure_ascii=False).encode() if is_json else answer.body
    response = Response(data, answer.status, content_type="application/json" if is_json else None)
    response.headers["Vary"] = "Accept-Language, Authorization"
    if is_json:
        response.headers["Content-Language"] = reader_locale()
    if g.get("is_replay"):
        response.headers["Idempotent-Replay"] = "true"
    response.headers.update(answer.headers)
    return response


def checked(schema: Mapping[str, Any], value: Any) -> Any:
    """The value, where it has the form asked for."""
    if wrong := checking.problems(schema, value):
        raise InvalidInput(fields=wrong)
    return value


def _check_address() -> None:
    """Control characters in an address reach no query: one of the databases cannot even be asked about them."""
    texts = [request.path, *request.args.keys(), *(one for values in request.args.listvalues() for one in values)]
    if any(character < " " or "\ud800" <= character <= "\udfff" for text in texts for character in text):
        raise BadAddress()


def _key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY or not all("!" <= character <= "~" for character in key):
        raise InvalidInput(fields={"Idempotency-Key": BAD_KEY})
    return key


def _body(schema: Mapping[str, Any]) -> Any:
    return checked(schema, read_json(request))


def _query(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The parameters of the address, typed; one that is not known or stands there twice is refused."""
    given, wrong = {}, {}
    for name, values in request.args.lists():
        if len(values) > 1:
            wrong[name[:100]] = TWICE
        given[name] = _typed(schemas.get(name, {}), values[-1])
    whole = {"type": "object", "properties": schemas, "additionalProperties": False}
    if wrong := checking.problems(whole, given) | wrong:
        raise InvalidInput(fields=wrong)
    return {name: _read(schemas[name], value) for name, value in given.items() if value != ""}


def _typed(schema: Mapping[str, Any], text: str) -> Any:
    """A text from the address as its schema means it; what cannot be meant stays text and is refused by the check."""
    if schema.get("type") == "integer" and text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 17:
        return int(text)
    if schema.get("type") == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _read(schema: Mapping[str, Any], value: Any) -> Any:
    return checking.instant(value) if schema.get("format") == "date-time" else value
