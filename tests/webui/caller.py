"""The API as a program calls it: everybody has a token, and every answer is held against the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema_rs
from flask import Flask
from sqlalchemy import update
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine.domain import commands as c
from engine.store.schema import api_token
from engine.store.session import Database
from tests.office import Office
from webui.api import ENDPOINTS, PREFIX
from webui.api.endpoint import SCOPES
from webui.api.openapi import document
from webui.app import create_app
from webui.config import Settings

REFUND = (Path(__file__).parent / "desk.bpmn").read_bytes()


class Desk:
    """An office, its web application, and callers for its people. The procedure `refund` is released."""

    def __init__(self, database: Database) -> None:
        self.office = Office(database)
        self.app: Flask = create_app(self.office.engine, Settings(secret_key="a secret of the tests"))
        self.app.testing = True
        self._client = self.app.test_client(use_cookies=False)
        self.office.deploy(REFUND)

    def token(self, login: str, *scopes: str) -> str:
        return self.office.ask(c.CreateToken(login, scopes), login)["token"]

    def caller(self, login: str, *scopes: str, language: str = "en") -> Caller:
        """Somebody with a token; without scopes named it has them all."""
        return Caller(self._client, {"Authorization": f"Bearer {self.token(login, *(scopes or SCOPES))}"}, language)

    def stranger(self, authorization: str | None = None) -> Caller:
        return Caller(self._client, {"Authorization": authorization} if authorization else {}, "en")

    def change_tokens(self, **values: Any) -> None:
        with self.office.database.write() as conn:
            conn.execute(update(api_token).values(**values))


class Caller:
    def __init__(self, client: Any, headers: dict[str, str], language: str) -> None:
        self._client = client
        self.headers = headers | ({"Accept-Language": language} if language else {})

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        return self.ask("GET", path, status, query_string=query).json

    def post(self, path: str, body: Any = None, status: int = 200, key: str | None = None) -> Any:
        return self.ask("POST", path, status, json=body or {}, headers={"Idempotency-Key": key} if key else {}).json

    def put(self, path: str, body: Any, status: int = 200) -> Any:
        return self.ask("PUT", path, status, json=body).json

    def delete(self, path: str, status: int = 200) -> Any:
        return self.ask("DELETE", path, status).json

    def upload(
        self, file: Any, status: int = 201, key: str | None = None, beside: Sequence[tuple[str, bytes]] = (), **fields: str
    ) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        files = [FileStorage(BytesIO(data), name, "beside") for name, data in beside]
        more = ({"file": _stored(file)} if file is not None else {}) | ({"beside": files} if files else {})
        boundary, data = encode_multipart(fields | more)
        content_type = f"multipart/form-data; boundary={boundary}"
        return self.ask("POST", "/procedures", status, data=data, content_type=content_type, headers=headers).json

    def ask(self, method: str, path: str, status: int, headers: dict[str, str] | None = None, **more: Any) -> Any:
        response = self._client.open(PREFIX + path, method=method, headers=self.headers | (headers or {}), **more)
        assert response.status_code == status, (response.status_code, response.get_data(as_text=True)[:2000])
        conforms(method, path, response)
        return response


def _stored(file: Any) -> Any:
    """Bytes become a file; anything else is sent as the text it is."""
    return FileStorage(BytesIO(file), "desk.bpmn", "file") if isinstance(file, bytes) else file


def conforms(method: str, path: str, response: Any) -> None:
    """The answer is one the OpenAPI document announces, of the form announced."""
    if response.status_code >= 400:
        assert response.content_type == "application/problem+json"
        assert response.json["status"] == response.status_code
        _validator("Problem").validate(response.json)
        return
    operation = _operation(method, path.split("?")[0])
    announced = operation["responses"][str(response.status_code)]["content"]
    (content_type, described), = announced.items()
    assert response.mimetype == content_type
    if "schema" in described:
        _validator(json.dumps(described["schema"], default=dict)).validate(response.json)


@cache
def described() -> dict[str, Any]:
    return json.loads(json.dumps(document(ENDPOINTS, "en", "1"), default=dict))


def _operation(method: str, path: str) -> dict[str, Any]:
    places = {p: re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(p)) for p in described()["paths"]}
    found = [p for p, pattern in places.items() if re.fullmatch(pattern, path) and method.lower() in described()["paths"][p]]
    return described()["paths"][min(found, key=lambda p: p.count("{"))][method.lower()]


@cache
def _validator(schema: str) -> Any:
    named = {"$ref": f"#/components/schemas/{schema}"} if schema == "Problem" else json.loads(schema)
    return jsonschema_rs.Draft202012Validator(named | {"components": described()["components"]})
