"""Nothing is forgotten: each refusal a status, each text both languages."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import webui.api
from engine.domain.errors import Refusal
from engine.domain.text import Text
from tests.webui.caller import described
from webui.api import ENDPOINTS, checking, refusals, schemas
from webui.errors import STATUS, TITLES, status_of, title_of


def subclasses(of: type) -> set[type]:
    return {one for below in of.__subclasses__() for one in {below, *subclasses(below)}}


def test_each_refusal_has_a_status_and_words():
    for refusal in subclasses(Refusal):
        assert refusal.kind in STATUS, refusal
        assert refusal.sentence.zh and refusal.sentence.en, refusal
    assert len({refusal.code for refusal in subclasses(Refusal)}) == len(subclasses(Refusal))
    for status in STATUS.values():
        assert status in TITLES
    assert title_of(418) == TITLES[400] and title_of(599) == TITLES[500]
    assert status_of(refusals.TokenMissing()) == 401


def test_each_text_of_the_api_is_in_both_languages():
    modules = [import_module(f"webui.api.{path.stem}") for path in Path(webui.api.__path__[0]).glob("[!_]*.py")]
    texts = [value for module in modules for value in _texts(vars(module))]
    texts += [endpoint.summary for endpoint in ENDPOINTS]
    assert len(texts) > 50
    assert [text for text in texts if not (text.zh and text.en)] == []


def test_the_description_is_whole():
    document = described()
    assert document["openapi"] == "3.1.0"
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names)) == len(ENDPOINTS)
    referred = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert referred == document["components"]["schemas"].keys()
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"})
    posts = [path["post"] for path in document["paths"].values() if "post" in path]
    assert all(any(one["name"] == "Idempotency-Key" for one in post["parameters"]) for post in posts)


# The checker says what a full validator of JSON Schema says.

SENT = {endpoint.name: endpoint.body for endpoint in ENDPOINTS if endpoint.body and not endpoint.is_upload}
NAMES = st.sampled_from("procedure variables customer name phone to note reason text scope all instance title due".split())
LEAVES = st.none() | st.booleans() | st.integers(-2, 10**16) | st.text(max_size=4) | st.sampled_from(["x" * 201, "refund"])
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=12)


@pytest.mark.parametrize("name", SENT)
@settings(max_examples=60, derandomize=True)
@given(value=VALUES)
def test_the_checker_agrees_with_a_full_validator(name, value):
    full = jsonschema_rs.Draft202012Validator(json.loads(json.dumps(SENT[name], default=dict)))
    assert (not checking.problems(SENT[name], value)) == full.is_valid(value)


@pytest.mark.parametrize(
    ("schema", "value", "place"),
    [
        ({"type": "integer", "minimum": 1}, True, "body"),
        ({"type": "integer"}, Decimal("1.5"), "body"),
        ({"type": "string", "format": "date-time"}, "2026-03-02T09:00:00", "body"),
        ({"type": "string", "format": "date-time"}, "0001-01-01T00:00:00+23:00", "body"),
        ({"const": True}, 1, "body"),
        (schemas.record({"a": schemas.record({"b": schemas.TEXT})}), {"a": {"b": 1}}, "a.b"),
        (schemas.items(schemas.TEXT), ["a", 1], "1"),
    ],
)
def test_the_place_of_what_is_wrong(schema, value, place):
    assert checking.problems(schema, value).keys() == {place}


def _texts(values: dict) -> list[Text]:
    found = [value for value in values.values() if isinstance(value, Text)]
    for value in values.values():
        if isinstance(value, dict):
            found += [one for one in value.values() if isinstance(one, Text)]
    return found
