"""What a call of the API is: declared once, and from that routed, checked and described."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.domain.text import Text
from webui.api.checking import Schema

READ, WORK, DEPLOY, ADMIN = SCOPES = ("read", "work", "deploy", "admin")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answers. `body` is JSON-able, or bytes, or an iterator of bytes, with their content type in `headers`."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`scopes`: any one of them will do (`admin` always does). `body` and `query`: the schemas of what is sent.

    `answers` is the schema of each good status, `None` where the answer is not JSON. `is_upload`: a multipart form.
    `media`: what an answer is that is not JSON.
    """

    method: str
    path: str
    view: Callable[..., Any]
    tag: str
    summary: Text
    scopes: tuple[str, ...]
    answers: Mapping[int, Schema | None]
    body: Schema | None = None
    query: Mapping[str, Schema] | None = None
    is_upload: bool = False
    media: str = "application/xml"

    @property
    def name(self) -> str:
        return f"{self.tag}_{self.view.__name__}"

    @property
    def writes(self) -> bool:
        return self.method != "GET"


class Resource:
    """The calls of one module; the decorators add to it while the module is read."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.endpoints: list[Endpoint] = []

    def get(self, path: str, summary: Text, answer: Schema | None, *, scopes: tuple[str, ...] = (READ,), **more: Any):
        return self._add("GET", path, summary, scopes, {200: answer}, more)

    def post(self, path: str, summary: Text, answer: Schema, *, status: int = 200, scope: str = WORK, **more: Any):
        """`also`: the schemas of further good statuses."""
        answers = {status: answer, **more.pop("also", {})}
        return self._add("POST", path, summary, (scope,), answers, more)

    def put(self, path: str, summary: Text, answer: Schema, *, scope: str = WORK, **more: Any):
        return self._add("PUT", path, summary, (scope,), {200: answer}, more)

    def delete(self, path: str, summary: Text, answer: Schema, *, scope: str = WORK, **more: Any):
        return self._add("DELETE", path, summary, (scope,), {200: answer}, more)

    def _add(
        self, method: str, path: str, summary: Text, scopes: tuple[str, ...], answers: Mapping[int, Any], more: dict
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def add(view: Callable[..., Any]) -> Callable[..., Any]:
            self.endpoints.append(Endpoint(method, path, view, self.tag, summary, scopes, answers, **more))
            return view

        return add
