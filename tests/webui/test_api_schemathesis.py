"""Schemathesis makes requests from the OpenAPI document, good ones and bad ones: no 500, every answer as announced.

In process, with a fixed seed and a bounded number of examples; about half of the requests are about things that exist.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from engine.domain import commands as c
from engine.domain.actors import ROLES
from engine.store.session import Database
from tests.office import clerk
from tests.webui.caller import Desk
from webui.api import ENDPOINTS
from webui.api.endpoint import SCOPES
from webui.config import Settings
from webui.notary import notary

EXAMPLES = {"sqlite": 10, "postgresql": 5}
ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: What exists; a request is about it or about something made up.
REAL = {"case": "1", "task": "1-3", "customer": "1", "no": "1", "number": "1", "key": "refund", "suggestion": "1", "migration": "1"}
NAMED = {"procedure": "refund", "to": "everybody", "instance": 2}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(request, sqlite_files, tmp_path_factory) -> Iterator[Desk]:
    if request.param == "sqlite":
        url = sqlite_files.copy_to(tmp_path_factory.mktemp("desk") / "closeloop.db")
    else:
        databases = request.getfixturevalue("postgres_databases")
        url = databases.clean()
    opened = Database(url)
    yield _furnished(Desk(opened))
    opened.close()
    if request.param == "postgresql":
        databases.used()


@pytest.fixture(scope="module")
def schema(desk):
    return schemathesis.openapi.from_wsgi("/api/openapi.json", desk.app)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_requests_made_from_the_description(desk, schema, endpoint, mode):
    operation = schema[endpoint.path][endpoint.method]
    checks = ALWAYS if mode is GenerationMode.POSITIVE else [*ALWAYS, negative_data_rejection]
    headers = {"Authorization": f"Bearer {desk.everybody}", "Accept-Language": "en"}

    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    @settings(
        max_examples=EXAMPLES["sqlite" if desk.office.database.is_sqlite else "postgresql"],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def ask(case, real: bool) -> None:
        if real and mode is GenerationMode.POSITIVE:
            case.path_parameters = {name: REAL[name] for name in case.path_parameters}
            if isinstance(case.body, dict):
                case.body |= {name: NAMED[name] for name in NAMED.keys() & case.body.keys()}
        case.call_and_validate(headers=headers, checks=checks)

    ask()


def _furnished(desk: Desk) -> Desk:
    """One person who may do everything, a case, a customer, a suggestion."""
    office = desk.office
    office.engine.notary = notary(Settings(signing_key="07" * 32))
    office.ask(c.SaveUser("everybody", roles=ROLES, groups=("front-desk", "leads"), department="company"))
    desk.everybody = desk.token("everybody", *SCOPES)
    desk.caller(clerk).post("/cases", {"procedure": "refund", "customer": {"name": "Tom"}}, 201)
    desk.caller(clerk).post("/tasks/1-3/suggestions", {"text": "Ask for the receipt first."}, 201)
    return desk
