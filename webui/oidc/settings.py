"""How the provider is reached and what its groups are here.

| variable | default | |
| --- | --- | --- |
| `CLOSELOOP_OIDC_ISSUER` | none: local accounts only | the provider's address, `https://login.example.com/realms/service` |
| `CLOSELOOP_OIDC_CLIENT_ID` | needed with it | what Closeloop is called there |
| `CLOSELOOP_OIDC_CLIENT_SECRET`, `…_SECRET_FILE` | none: a public client | its secret, or the file that holds it |
| `CLOSELOOP_OIDC_MAPPING`, `…_MAPPING_FILE` | needed with it | which groups there are which roles here, in JSON |
| `CLOSELOOP_OIDC_GROUPS_CLAIM` | groups | the claim that lists a person's groups |
| `CLOSELOOP_OIDC_SCOPES` | openid profile email | what is asked for |
| `CLOSELOOP_OIDC_NAME` | the provider's host | what stands on the button |
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.domain.actors import ROLES
from engine.domain.text import Text
from webui.environment import BadSetting

PREFIX = "CLOSELOOP_OIDC_"
EXAMPLE = '{"desk-leads": {"roles": ["lead"], "groups": ["front-desk"], "department": "service"}}'


@dataclass(frozen=True, slots=True)
class Place:
    """What the members of one group of the provider are here."""

    roles: frozenset[str]
    groups: frozenset[str] = frozenset()
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Oidc:
    issuer: str
    client_id: str
    places: Mapping[str, Place]
    client_secret: str | None = field(default=None, repr=False)
    groups_claim: str = "groups"
    scopes: str = "openid profile email"
    name: str = ""

    def place_of(self, groups: Iterable[str]) -> Place:
        """All that the groups give together; of several departments the one that the mapping names first."""
        mine = set(groups)
        found = [place for group, place in self.places.items() if group in mine]
        return Place(
            frozenset().union(*(place.roles for place in found)),
            frozenset().union(*(place.groups for place in found)),
            next((place.department for place in found if place.department), None),
        )


def from_env(environ: Mapping[str, str]) -> Oidc | None:
    """None where no provider is named; otherwise `BadSetting` names the first variable that cannot be meant."""
    issuer = environ.get(f"{PREFIX}ISSUER", "").strip()
    if not issuer:
        return None
    if not is_safe(issuer) or urlsplit(issuer).query:
        wanted = Text("https:// 开头的地址", "an address that begins with https://")
        raise BadSetting(name=f"{PREFIX}ISSUER", value=issuer[:60], wanted=wanted)
    scopes = " ".join(environ.get(f"{PREFIX}SCOPES", "").split()) or "openid profile email"
    if "openid" not in scopes.split():
        wanted = Text("以空格分隔、包含 openid 的列表", "a list with openid in it")
        raise BadSetting(name=f"{PREFIX}SCOPES", value=scopes[:60], wanted=wanted)
    return Oidc(
        issuer=issuer.rstrip("/"),
        client_id=_needed(environ, "CLIENT_ID", Text("在提供方登记的客户端标识", "the client's id at the provider")),
        client_secret=_value(environ, "CLIENT_SECRET") or None,
        places=_places(_needed(environ, "MAPPING", Text.same(EXAMPLE))),
        groups_claim=environ.get(f"{PREFIX}GROUPS_CLAIM", "").strip() or "groups",
        scopes=scopes,
        name=environ.get(f"{PREFIX}NAME", "").strip()[:60] or urlsplit(issuer).hostname or issuer,
    )


def is_safe(address: str) -> bool:
    """https, or http that does not leave this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))
    except ValueError:
        return False


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _needed(environ: Mapping[str, str], name: str, wanted: Text) -> str:
    value = _value(environ, name)
    if not value:
        raise BadSetting(name=PREFIX + name, value="", wanted=wanted)
    return value


def _value(environ: Mapping[str, str], name: str) -> str:
    """The variable, or what stands in the file that `…_FILE` names."""
    path = environ.get(f"{PREFIX}{name}_FILE", "").strip()
    if not path:
        return environ.get(PREFIX + name, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        wanted = Text("可读取的文本文件", "a text file that can be read")
        raise BadSetting(name=f"{PREFIX}{name}_FILE", value=path[:200], wanted=wanted) from problem


def _places(text: str) -> Mapping[str, Place]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise _bad_mapping(text[:60], Text.same(f"JSON: {EXAMPLE}")) from problem
    if not isinstance(given, dict) or not given:
        raise _bad_mapping(text[:60], Text.same(f"JSON: {EXAMPLE}"))
    return {group: _place(group, told) for group, told in given.items()}


def _place(group: str, told: Any) -> Place:
    if not isinstance(told, dict) or told.keys() - {"roles", "groups", "department"}:
        wanted = Text("包含 roles、groups、department 的对象", "an object of roles, groups and department")
        raise _bad_mapping(group, wanted)
    roles, groups, department = told.get("roles"), told.get("groups", []), told.get("department")
    if not _is_list(roles) or not roles or set(roles) - set(ROLES):
        raise _bad_mapping(f"{group}: roles", Text.same(f"[{', '.join(ROLES)}]"))
    if not _is_list(groups) or not isinstance(department, str | None):
        wanted = Text("groups 为名称列表，department 为名称", "a list of keys as groups, a key as department")
        raise _bad_mapping(group, wanted)
    return Place(frozenset(roles), frozenset(groups), department)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _bad_mapping(where: str, wanted: Text) -> BadSetting:
    return BadSetting(name=f"{PREFIX}MAPPING", value=where[:60], wanted=wanted)
