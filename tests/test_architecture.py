"""The house as it was designed: who imports whom, who writes, and that no command or refusal is half there."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import engine
import webui
from engine.domain import commands, errors
from engine.handlers import HANDLERS
from webui.errors import STATUS

PROJECT = Path(__file__).parents[1]
ENGINE = sorted((PROJECT / "engine").rglob("*.py"))
WEBUI = sorted((PROJECT / "webui").rglob("*.py"))

#: `Database.write` is called by the engine for commands; by the others for what is nobody's matter: schema, the
#: installation's secret, the sessions of browsers, how often somebody tried to log in.
WRITERS = {"engine/runtime.py", "engine/store/migrate.py", "webui/start.py", "webui/logins.py", "webui/attempts.py"}

#: The only places of the engine that ask the system for the time or for chance.
SOURCES_OF_TIME = {"engine/domain/clock.py", "engine/store/organisation_clock.py", "engine/store/session.py"}

#: Lists of one thing after another, which would not become clearer in pieces; and the verifier, which goes out alone.
LISTS = {"engine/audit/offline.py", "engine/store/schema.py", "engine/domain/commands.py", "webui/api/schemas.py", "webui/api/answers.py"}
LONGEST = 300


#: Commands without a call of the API, and why.
NOT_BY_API = {
    "DeliverMessage": "a message from outside finds its case by itself: SendMessage",
    "FireTimer": "the worker's",
    "StrikeClock": "the worker's",
    "PostponeDue": "the worker's",
    "ForgetValues": "the worker's",
    "MigrateCase": "the worker's",
    "SettleMigration": "the worker's",
    "LeaseEffect": "the worker's",
    "KeepEffect": "the worker's",
    "SettleEffect": "the worker's",
    "NoteLogProgress": "the worker's",
    "SettleLog": "the worker's",
    "TidyUp": "the worker's",
    "KeepVerdicts": "checking keeps what it finds",
    "CheckPilot": "the worker's",
    "BeginExport": "the worker's",
    "AddExportPiece": "the worker's",
    "FinishExport": "the worker's",
    "OrderExport": "asked for at /audit/exports: `webui.exports` orders it for pages and programs alike",
    "RecordExport": "an export records itself",
    "RecordReading": "reading records itself",
    "RecordSeparationRefused": "the refusal records itself",
    "LogIn": "a program has a token",
    "LogInByProvider": "a program has a token",
    "LinkAccount": "set-up, by the command line",
    "LogOut": "a program has a token",
    "DemoLogIn": "a program has a token",
    "MoveClock": "a visitor's of the demo",
    "ChangePassword": "a person's: a token must not be able to take the account over",
    "EndSessions": "a person's",
    "LogInWithCode": "a program has a token",
    "BeginSecondFactor": "a person's",
    "ConfirmSecondFactor": "a person's",
    "RemoveSecondFactor": "a person's: a token must not be able to take the account over",
    "RenewRecoveryCodes": "a person's",
    "SaveUser": "set-up, by the command line",
    "CreateToken": "a person's, or by the command line: a token makes no tokens",
    "RevokeToken": "a person's, or by the command line",
    "DefineDepartment": "set-up, by the command line",
    "DefineGroup": "set-up, by the command line",
    "DefineCalendar": "set-up, with a later issue",
    "SetAbsence": "set-up, with a later issue",
    "UploadFile": "the review of a person; a program deploys at once, or runs closeloop lint",
    "ReviseUpload": "the review of a person",
    "DiscardUpload": "the review of a person",
}


def test_imports_point_one_way(capsys):
    assert lint_imports(config_filename=str(PROJECT / "setup.cfg"), cache_dir=None, no_logo=True) == 0, capsys.readouterr().out


@pytest.mark.parametrize("path", [*sorted((PROJECT / "engine/domain").glob("*.py")), PROJECT / "engine/audit/verify.py"],
                         ids=lambda path: path.stem)  # fmt: skip
def test_the_domain_and_the_verifier_need_the_standard_library_alone(path):
    ours = ("engine.domain",) if path.parent.name == "domain" else ()
    for name in _imports(path):
        assert name.split(".")[0] in sys.stdlib_module_names or name.startswith(ours or "\0"), f"{path} imports {name}"


def test_only_the_engine_writes_business():
    found = {_name(path) for path in (*ENGINE, *WEBUI) for call in _calls(path) if call.endswith(".database.write")}
    found |= {_name(path) for path in (*ENGINE, *WEBUI) for call in _calls(path) if call == "database.write"}
    assert found == WRITERS


def test_nobody_commits_by_hand():
    called = {(_name(path), call) for path in (*ENGINE, *WEBUI) for call in _calls(path)}
    assert [at for at in called if at[1].endswith((".commit", ".rollback"))] == []


def test_time_and_chance_are_given_to_the_engine():
    asked = ("datetime.now", "datetime.utcnow", "date.today", "time.time", "time.monotonic", "uuid4", "token_hex", "os.urandom")
    for path in ENGINE:
        if _name(path) not in SOURCES_OF_TIME:
            assert [call for call in _calls(path) if call in asked or call.startswith(("random.", "secrets."))] == [], path


def test_every_command_has_one_handler():
    assert set(HANDLERS) == _commands()


def test_every_handler_answers_one_command():
    handlers = list(HANDLERS.values())
    assert len(set(handlers)) == len(handlers)


def test_every_command_can_be_asked_for_by_a_program_or_is_not_meant_to_be():
    asked = {name for path in (PROJECT / "webui/api").rglob("*.py") for name in _names(path)}
    assert {command.__name__ for command in _commands()} - asked == NOT_BY_API.keys()


def test_every_refusal_has_a_status_a_code_of_its_own_and_both_languages():
    codes: dict[str, type] = {}
    for refusal in _refusals():
        assert refusal.kind in STATUS, refusal
        assert refusal.sentence.zh and refusal.sentence.en, refusal
        inherits = "code" not in vars(refusal)
        assert inherits or codes.setdefault(refusal.code, refusal) is refusal, f"{refusal} and {codes[refusal.code]}"


def test_the_two_languages_of_a_refusal_have_the_same_places():
    for refusal in _refusals():
        assert _places(refusal.sentence.zh) == _places(refusal.sentence.en), refusal


@pytest.mark.parametrize("path", [*ENGINE, *WEBUI], ids=lambda path: _name(path))
def test_a_file_can_be_read_in_one_sitting(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST or _name(path) in LISTS


def test_every_module_says_what_it_is():
    for path in (*ENGINE, *WEBUI):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not tree.body or ast.get_docstring(tree), path


def test_the_linter_has_nothing_to_say():
    said = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--quiet"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout


def _name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _calls(path: Path) -> Iterator[str]:
    """What is called, as it is written: `self.database.write`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def _commands() -> set[type[commands.Command]]:
    every = {one for one in vars(commands).values() if isinstance(one, type) and issubclass(one, commands.Command)}
    return every - {commands.Command}


def _refusals() -> list[type[errors.Refusal]]:
    """Every subclass there is, once all modules have been imported."""
    for package in (engine, webui):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found, left = [], [errors.Refusal]
    while left:
        found.append(left.pop())
        left += found[-1].__subclasses__()
    return [refusal for refusal in found if refusal.__module__.startswith(("engine.", "webui."))]


def _places(sentence: str) -> set[str]:
    import string

    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
