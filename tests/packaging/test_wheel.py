"""The wheel carries everything: installed in an empty environment it works from any folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.webui.serving import fetch, started_program

PROJECT = Path(__file__).parents[2]
PACKAGED = ("engine", "webui", "processes", "migrations", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy, so that nothing an earlier build left behind gets in."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in PACKAGED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(PROJECT / name, source / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    _run([*pip, "--wheel-dir", str(built), str(source)], source)
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def program(wheel, tmp_path_factory) -> Path:
    """`closeloop` in an environment that has the wheel itself and, to be quick, borrows everything it needs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    (borrowed,) = (path for path in sys.path if path.endswith("site-packages") and Path(path, "sqlalchemy").is_dir())
    (packages,) = folder.glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    _run([*pip, "--no-deps", "--no-index", "--no-compile", str(wheel)], folder)
    # The path of the borrowed packages alone: their own .pth files would bring this source tree along.
    (packages / "borrowed.pth").write_text(f"{borrowed}\n", encoding="utf-8")
    return folder / "bin" / "closeloop"


def test_the_wheel_carries_what_is_no_python(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "webui/templates/_base.html",
        "webui/static/closeloop.css",
        "webui/static/vendor/bpmn-js/bpmn-navigated-viewer.min.js",
        "webui/static/vendor/bpmn-js/LICENSE",
        "webui/translations/zh/LC_MESSAGES/messages.mo",
        "webui/third-party-licences.txt",
        "processes/inquiry/procedure.bpmn",
        "processes/complaint-closure/procedure.bpmn",
        "migrations/env.py",
        "migrations/versions/0003_trail.py",
    ):
        assert name in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.endswith(".pyc") or name.startswith("tests") for name in names)


def test_every_file_of_the_source_is_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = _run(["git", "ls-files", "engine", "webui", "processes", "migrations"], PROJECT).splitlines()
    assert [name for name in tracked if (PROJECT / name).exists() and name not in names] == []


def test_the_installed_program_is_not_this_source_tree(program, tmp_path):
    python = program.with_name("python")
    where = "import engine, migrations, webui; print(webui.__file__, engine.__file__, migrations.__file__)"
    assert str(PROJECT) not in _run([str(python), "-c", where], tmp_path)


def test_it_works_from_any_folder(program, tmp_path):
    assert "Usage: closeloop" in _run([str(program), "--help"], tmp_path)
    assert "schema version" in _run([str(program), "upgrade"], tmp_path)
    assert (tmp_path / "closeloop.db").exists()
    assert "the trail holds" in _run([str(program), "verify"], tmp_path)


def test_it_runs_from_any_folder(program, tmp_path):
    with started_program([str(program)], tmp_path, "run", "--port", "0") as process:
        address = process.address()
        assert fetch(f"{address}/health")[0] == 200
        assert "complaint-closure" in process.err
        assert fetch(f"{address}/static/closeloop.css")[0] == 200


def _run(words: list[str], folder: Path) -> str:
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PORT", "PYTHONPATH")}
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
