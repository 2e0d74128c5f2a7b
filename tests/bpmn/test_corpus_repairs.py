"""Files nobody here wrote, mended: all can be deployed, and those tried come to their end on every way."""

import time
from pathlib import Path

import pytest

from engine.bpmn.lint import check
from engine.bpmn.repairs import apply, propose
from tests.bench.corpus import examine, files, row, table

CORPUS = Path(__file__).parents[2].parent / "shared/corpus"
FILES = sorted(CORPUS.rglob("*.bpmn")) or [None]
TRIED = [path for path in FILES if path is not None and path.parent.name == "Reference"][::4] or [None]


def present(path):
    if path is None:
        pytest.skip(f"the corpus is not beside the project: {CORPUS}")
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path and f"{path.parent.name}-{path.stem}")
def test_every_file_can_be_deployed_once_its_repairs_are_accepted(path):
    data = present(path).read_bytes()
    started = time.process_time()
    accepted = {repair.id: None for repair in propose(data)}
    assert time.process_time() - started < 10
    whole = apply(data, accepted)
    assert not check(whole).errors
    assert propose(whole) == ()
    assert apply(data, {}) == data


@pytest.mark.parametrize("path", TRIED, ids=lambda path: path and path.stem)
def test_a_mended_file_runs_to_its_end(path):
    fate = examine(present(path), "Reference")
    assert (fate.crash, fate.stopped) == ("", [])
    assert fate.answered and fate.repaired_runs and fate.covered > 0


def test_the_figures_are_counted_by_folder(tmp_path):
    good, bad = tmp_path / "one", tmp_path / "other"
    for folder in (good, bad):
        folder.mkdir()
    (good / "a.bpmn").write_bytes(b"PK\x03\x04")
    (bad / "b.bpmn").write_text("<a")
    found = files([tmp_path])
    rows = [row(folder, [examine(path, folder, trial=False) for path in paths]) for folder, paths in found.items()]
    assert [(r.folder, r.files, r.answered, r.deployable) for r in rows] == [("one", 1, 1, 0), ("other", 1, 1, 0)]
    assert [r.stops for r in rows] == [{"file-not-bpmn": 1}, {"xml-error": 1}]
    assert table(rows).count("\n") == 2
