"""Everybody whose work is in Closeloop is named, with the words of their licence, in a file that is up to date."""

from __future__ import annotations

import re
from pathlib import Path

from webui import assets, licences

PROJECT = Path(__file__).parents[2]


def test_the_file_names_everything_in_the_version_that_is_locked():
    """`make lock licences` writes it again."""
    written = licences.FILE.read_text(encoding="utf-8")
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)$", lock, re.MULTILINE))
    versions = {_key(name): version for name, version in locked.items()}
    for library in licences.libraries():
        assert f"\n{library.name} {versions[_key(library.name)]}: " in written
    for component in assets.components():
        assert f"\n{component.name} {component.version}: " in written


def test_every_licence_comes_with_its_words():
    assert "comes without" not in licences.text()
    for name in ("SpiffWorkflow", "psycopg-binary", "lxml"):
        assert any(library.name == name and library.license for library in licences.libraries())


def test_every_requirement_is_locked_and_no_address_is_named():
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock and "--" not in lock
    needed = re.findall(r"^    ([A-Za-z][\w-]*)(?:\[\w+\])? [>=]=", (PROJECT / "setup.cfg").read_text(), re.MULTILINE)
    locked = {_key(line.split("==")[0]) for line in lock.splitlines() if "==" in line}
    assert [name for name in needed if _key(name) not in locked] == []


def test_our_own_licence_is_the_apache_licence():
    words = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in words and "Version 2.0" in words and len(words.splitlines()) > 190


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
