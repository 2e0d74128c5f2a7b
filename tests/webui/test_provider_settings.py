"""The provider in the settings, and accounts linked to it from the command line."""

from __future__ import annotations

import json

import pytest

from tests.webui.terminal import Terminal
from webui.config import BadSetting, Settings
from webui.oidc import settings as oidc
from webui.oidc.settings import Place

MAPPING = {"desk": {"roles": ["employee"], "groups": ["front-desk"], "department": "service"}, "audit": {"roles": ["auditor"]}}
GOOD = {
    "CLOSELOOP_OIDC_ISSUER": "https://login.example.com/realms/desk/",
    "CLOSELOOP_OIDC_CLIENT_ID": "closeloop",
    "CLOSELOOP_OIDC_CLIENT_SECRET": "hush",
    "CLOSELOOP_OIDC_MAPPING": json.dumps(MAPPING),
}


def test_without_an_issuer_there_is_no_provider():
    assert Settings.from_env({"CLOSELOOP_OIDC_CLIENT_ID": "closeloop"}).oidc is None


def test_what_is_set_counts():
    given = Settings.from_env(GOOD).oidc
    assert (given.issuer, given.client_id, given.client_secret) == ("https://login.example.com/realms/desk", "closeloop", "hush")
    assert (given.name, given.scopes, given.groups_claim) == ("login.example.com", "openid profile email", "groups")
    assert given.places["desk"] == Place(frozenset({"employee"}), frozenset({"front-desk"}), "service")


def test_secrets_are_not_shown():
    assert "hush" not in repr(Settings.from_env(GOOD))


def test_secret_and_mapping_may_lie_in_files(tmp_path):
    (tmp_path / "secret").write_text("from a file\n")
    (tmp_path / "mapping.json").write_text(json.dumps(MAPPING))
    files = {"CLOSELOOP_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"), "CLOSELOOP_OIDC_MAPPING_FILE": str(tmp_path / "mapping.json")}
    given = Settings.from_env({**GOOD, "CLOSELOOP_OIDC_MAPPING": "", **files}).oidc
    assert given.client_secret == "from a file"
    assert given.places.keys() == MAPPING.keys()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISSUER", "http://login.example.com"),
        ("ISSUER", "login.example.com"),
        ("ISSUER", "https://login.example.com/?x=1"),
        ("ISSUER", "https://[broken"),
        ("CLIENT_ID", " "),
        ("SCOPES", "profile email"),
        ("MAPPING", ""),
        ("MAPPING", "{"),
        ("MAPPING", "[" * 20_000),
        ("MAPPING", "{}"),
        ("MAPPING", '{"desk": []}'),
        ("MAPPING", '{"desk": {"roles": []}}'),
        ("MAPPING", '{"desk": {"roles": ["king"]}}'),
        ("MAPPING", '{"desk": {"roles": "employee"}}'),
        ("MAPPING", '{"desk": {"roles": ["employee"], "group": ["x"]}}'),
        ("MAPPING", '{"desk": {"roles": ["employee"], "groups": [7]}}'),
        ("MAPPING", '{"desk": {"roles": ["employee"], "department": 7}}'),
        ("MAPPING_FILE", "/nowhere/mapping.json"),
    ],
)
def test_what_cannot_be_meant_is_named(name, value):
    with pytest.raises(BadSetting) as refusal:
        Settings.from_env({**GOOD, f"CLOSELOOP_OIDC_{name}": value})
    assert f"CLOSELOOP_OIDC_{name}" in refusal.value.text.en
    assert len(refusal.value.text.en) < 400


def test_the_provider_may_speak_http_on_this_machine_only():
    for good in ("http://127.0.0.1:9400", "http://localhost:9400", "http://[::1]:9400", "https://login.example.com"):
        assert oidc.is_safe(good)
    for bad in ("http://127.0.0.1.example.com", "http://10.0.0.1", "ftp://localhost", "https://", "//x", ""):
        assert not oidc.is_safe(bad)


def test_the_groups_of_a_person_add_up():
    given = Settings.from_env(GOOD).oidc
    assert given.place_of(["audit", "desk", "canteen"]) == Place(
        frozenset({"employee", "auditor"}), frozenset({"front-desk"}), "service"
    )
    assert given.place_of(["canteen"]) == Place(frozenset(), frozenset(), None)


def test_every_setting_is_explained_at_the_top():
    for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "MAPPING", "GROUPS_CLAIM", "SCOPES", "NAME"):
        assert f"CLOSELOOP_OIDC_{name}`" in (oidc.__doc__ or "")


def test_an_account_is_linked_from_the_command_line(sqlite_url):
    terminal = Terminal(sqlite_url)
    terminal.ok("users", "add", "anna")
    said = terminal.ok("users", "link", "anna", "u-1", "--issuer", "https://login.example.com/")
    assert said == "anna may now log in at https://login.example.com/\n"
    assert "Belongs to the account “anna” already" in link_refused(terminal, "ben", "u-1")
    assert "The person was not found" in terminal.refused("users", "link", "nobody", "u-2", "--issuer", "https://x.example")
    assert "CLOSELOOP_OIDC_ISSUER" in terminal.run("users", "link", "anna", "u-1").stderr


def link_refused(terminal, login, subject):
    terminal.ok("users", "add", login)
    return terminal.refused("users", "link", login, subject, "--issuer", "https://login.example.com")
