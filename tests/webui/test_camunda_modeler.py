"""Camunda Modeler presses Deploy: its requests as it makes them, against a server of its own."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import make_server
from werkzeug.test import EnvironBuilder

from engine.domain import commands as c
from engine.store import procedures
from tests.bpmn.ruled import decision, dmn, table
from tests.engine.drawn import bpmn, sequence, task
from tests.office import Office, clerk, owner
from webui.app import create_app
from webui.config import Settings

DESK = bpmn(sequence("desk", task("take", "front-desk"), path="s > take > e"))
BROKEN = bpmn(sequence("desk", task("take", "front-desk"), path="s > take > nowhere"))
TABLE = dmn(decision("rates", table("amount -> rate", "< 5 -> 1")))


@dataclass
class Modeler:
    """The Modeler's client: `CamundaAPI.js` and `WellKnownAPI.js` of camunda-modeler, call by call."""

    url: str
    authorization: str = ""
    language: str = "en"
    _origin: str = field(default="file://", repr=False)

    def check_connection(self) -> int:
        return self._fetch("/deployment?maxResults=0")[0]

    def get_version(self) -> str:
        return self._fetch("/version")[1]["version"]

    def deploy(self, name: str, contents: bytes, tenant: str = "", **attachments: bytes) -> tuple[int, dict[str, Any]]:
        """`deployDiagram`: one part for each file, called by the file's name."""
        form: list[tuple[str, Any]] = [
            ("deployment-name", name.removesuffix(".bpmn")),
            ("deployment-source", "Camunda Modeler"),
            ("enable-duplicate-filtering", "true"),
        ]
        form += [("tenant-id", tenant)] if tenant else []
        files = [(name, contents, "text/xml")]
        files += [(one.replace("__", "."), data, "application/octet-stream") for one, data in attachments.items()]
        builder = EnvironBuilder(method="POST", data=dict(form))
        for one, data, kind in files:
            builder.files.add_file(one, BytesIO(data), one, kind)
        environ = builder.get_environ()
        body = environ["wsgi.input"].read()
        return self._fetch("/deployment/create", body, environ["CONTENT_TYPE"])

    def link_after(self, deployment: dict[str, Any]) -> str:
        """`determineCockpitUrl` and `CockpitDeploymentLink`: where “Open in Camunda Cockpit” leads."""
        with urllib.request.urlopen(self.url.rsplit("/", 1)[0] + "/.well-known/camunda-automation-platform/webapps") as answer:
            cockpit = json.load(answer)["cockpitUrl"]
        cockpit = cockpit if cockpit.endswith("/") else cockpit + "/"
        query = f"%5B%7B%22type%22:%22id%22,%22operator%22:%22eq%22,%22value%22:%22{deployment['id']}%22%7D%5D"
        return f"{cockpit}repository?deploymentsQuery={query}"

    def _fetch(self, path: str, body: bytes | None = None, content_type: str = "") -> tuple[int, Any]:
        headers = {"accept": "application/json", "origin": self._origin, "accept-language": self.language}
        headers |= {"authorization": self.authorization} if self.authorization else {}
        headers |= {"content-type": content_type} if content_type else {}
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, body, headers)) as answer:
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, json.load(answer)


@pytest.fixture
def office(database) -> Office:
    return Office(database)


@pytest.fixture
def server(office: Office) -> Iterator[str]:
    app = create_app(office.engine, Settings(secret_key="a secret of the tests"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/engine-rest"
    server.shutdown()
    thread.join()
    server.server_close()


def token(office: Office, login: str = owner, *scopes: str) -> str:
    return office.ask(c.CreateToken(login, scopes or ("deploy",)), login)["token"]


@pytest.fixture
def modeler(server: str, office: Office) -> Modeler:
    return Modeler(server, f"Bearer {token(office)}")


def versions(office: Office) -> list[tuple[str, int, str]]:
    with office.engine.read() as conn:
        return [(row.procedure, row.number, row.state) for row in procedures.versions(conn, "desk")]


def test_the_button_makes_a_draft_and_the_modeler_gets_what_it_reads(modeler, office):
    assert modeler.check_connection() == 200
    assert modeler.get_version().startswith("7.")
    status, deployed = modeler.deploy("desk.bpmn", DESK)
    assert status == 200 and deployed["name"] == "desk" and deployed["source"] == "Camunda Modeler"
    ((id_, definition),) = deployed["deployedProcessDefinitions"].items()
    assert id_ == definition["id"] and (definition["key"], definition["version"]) == ("desk", 1)
    assert definition["deploymentId"] == deployed["id"] and definition["resource"] == "desk.bpmn"
    assert versions(office) == [("desk", 1, "draft")]
    with office.engine.read() as conn:
        row = procedures.version_by_number(conn, "desk", 1)
    assert (bytes(row.bpmn), row.note, row.deployed_by) == (DESK, "Camunda Modeler: desk", owner)


def test_pressed_again_it_is_the_same_version(modeler, office):
    first, again = modeler.deploy("desk.bpmn", DESK), modeler.deploy("desk.bpmn", DESK)
    assert first == again and len(versions(office)) == 1
    assert modeler.deploy("desk.bpmn", DESK.replace(b'"take"', b'"taken"'))[1]["id"] != first[1]["id"]
    assert len(versions(office)) == 2


def test_the_modeler_learns_that_it_has_to_ask_for_a_password(server, office):
    """Without credentials first: only a 401 makes it show the fields."""
    assert Modeler(server).check_connection() == 401
    for login, word, status in (
        (owner, token(office), 200),
        (clerk, token(office), 401),
        (owner, "correct horse battery", 401),
        (owner, "", 401),
    ):
        basic = b64encode(f"{login}:{word}".encode()).decode()
        assert Modeler(server, f"Basic {basic}").check_connection() == status
    for broken in ("Basic ???", "Basic", "Digest x", "Bearer clp_nothing"):
        assert Modeler(server, broken).check_connection() == 401


def test_faults_are_told_by_element_in_camundas_form(modeler, office):
    status, body = modeler.deploy("desk.bpmn", BROKEN)
    assert status == 400 and body["type"] == "ParseException"
    assert body["message"].startswith("ENGINE-09005 Could not parse BPMN process.")
    problems = body["details"]["desk.bpmn"]["errors"]
    assert problems and all(one["message"] in body["message"] for one in problems)
    assert any(one["mainElementId"] and one["mainElementId"] in body["message"] for one in problems)
    assert versions(office) == []


def test_in_chinese_where_the_modeler_speaks_chinese(modeler):
    modeler.language = "zh-CN"
    assert "。" in modeler.deploy("desk.bpmn", BROKEN)[1]["message"]


@pytest.mark.parametrize("data", [b"PK\x03\x04zip", b"", b"<html/>"])
def test_what_is_no_diagram_has_its_own_answer(modeler, data):
    status, body = modeler.deploy("desk.bpmn", data)
    assert status == 400 and len(body["message"]) > 60


def test_a_table_that_cannot_be_read_is_named(modeler):
    assert "rates.dmn" in modeler.deploy("desk.bpmn", DESK, rates__dmn=b"<definitions/>")[1]["message"]


def test_files_beside_the_diagram_go_with_it(modeler, office):
    status, body = modeler.deploy("desk.bpmn", DESK, rates__dmn=TABLE, ask__form=b'{"components": []}')
    assert status == 200, body
    with office.engine.read() as conn:
        version = office.engine.versions.get(conn, procedures.version_by_number(conn, "desk", 1).id)
    assert version.beside == {"rates.dmn": TABLE, "ask.form": b'{"components": []}'}


def test_what_has_no_place_here_is_said(modeler, office):
    for wanted, words in (
        ({"name": "rates.dmn", "contents": TABLE}, "no BPMN file"),
        ({"name": "desk.bpmn", "contents": DESK, "tenant": "north"}, "no tenants"),
        ({"name": "desk.bpmn", "contents": DESK, "run__groovy": b"x"}, "run.groovy"),
    ):
        status, body = modeler.deploy(**wanted)
        assert status == 400 and words in body["message"]
    assert versions(office) == []


def test_who_may_not_deploy_is_told_so(server, office):
    reader = Modeler(server, f"Bearer {token(office, owner, 'read')}")
    assert reader.check_connection() == 200
    assert reader.deploy("desk.bpmn", DESK)[0] == 403
    status, body = Modeler(server, f"Bearer {token(office, clerk)}").deploy("desk.bpmn", DESK)
    assert status == 403 and body["type"] == "AuthorizationException"
    assert versions(office) == []


def test_several_diagrams_are_all_deployed_or_none(modeler, office):
    other = bpmn(sequence("other", task("look", "front-desk"), path="s > look > e"))
    assert modeler.deploy("desk.bpmn", DESK, other__bpmn=BROKEN)[0] == 400 and versions(office) == []
    status, body = modeler.deploy("desk.bpmn", DESK, other__bpmn=other)
    assert status == 200 and {one["key"] for one in body["deployedProcessDefinitions"].values()} == {"desk", "other"}


def test_the_link_after_a_deployment_leads_to_the_version(modeler, office):
    link = modeler.link_after(modeler.deploy("desk.bpmn", DESK)[1])
    app = create_app(office.engine, Settings(secret_key="a secret of the tests"))
    client = app.test_client()
    with app.test_request_context():
        client.set_cookie("closeloop_login", app.extensions["logins"].begin(office.actor(owner).id, "password"))
    at = urlsplit(link)
    shown = client.get(f"{at.path}?{at.query}")
    assert shown.status_code == 303 and shown.location == "/procedures/desk?version=1"
    assert client.get("/deployed/repository?deploymentsQuery=[]").status_code == 404
    assert client.get("/deployed/repository").status_code == 404


def test_versions_are_listed_and_other_calls_say_where_to_go(modeler):
    modeler.deploy("desk.bpmn", DESK)
    (one,) = modeler._fetch("/deployment?maxResults=5")[1]
    assert one["name"] == "desk v1" and one["deploymentTime"] == "2026-03-02T01:00:00.000+0000"
    assert modeler._fetch("/deployment?maxResults=0") == (200, [])
    status, body = modeler._fetch("/process-definition/desk:1:1/start", b"{}", "application/json")
    assert status == 404 and "Start cases in Closeloop itself" in body["message"]
    assert modeler._fetch("/deployment/create")[0] == 405


def test_a_browser_may_ask_before_it_sends(server):
    asked = urllib.request.Request(f"{server}/deployment/create", method="OPTIONS", headers={"origin": "file://"})
    with urllib.request.urlopen(asked) as answer:
        assert answer.status == 200 and "Authorization" in answer.headers["Access-Control-Allow-Headers"]
