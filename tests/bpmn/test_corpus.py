"""Files nobody here wrote: each gets an answer in words, within seconds, and never an exception."""

import re
import time
from pathlib import Path

import pytest

from engine.bpmn.errors import Unrunnable
from engine.bpmn.lint import check
from engine.bpmn.spec import build

CORPUS = Path(__file__).parents[2].parent / "shared/corpus"
FILES = sorted(CORPUS.rglob("*.bpmn")) or [None]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem if path else "absent")
@pytest.mark.parametrize("executable", [False, True], ids=["as it is", "executable"])
def test_a_real_file_is_answered(path, executable):
    if path is None:
        pytest.skip(f"the corpus is not beside the project: {CORPUS}")
    data = path.read_bytes()
    if executable:
        data = re.sub(rb'isExecutable="false"', b'isExecutable="true"', data)
    started = time.process_time()
    report = check(data)
    assert time.process_time() - started < 10
    for finding in report.findings:
        assert finding.message.zh and finding.message.en and len(finding.message.en) < 600
        assert finding.level in ("error", "warning", "info")
    if report.is_deployable:
        for key in report.definition.procedures:
            build(data, key)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem if path else "absent")
def test_what_the_lint_lets_pass_can_be_built_and_what_cannot_was_found(path):
    """The lint and the part that runs agree: nothing is refused at run time that was called good."""
    if path is None:
        pytest.skip(f"the corpus is not beside the project: {CORPUS}")
    data = re.sub(rb'isExecutable="false"', b'isExecutable="true"', path.read_bytes())
    report = check(data)
    for key in report.definition.procedures if report.definition else ():
        try:
            build(data, key)
        except Unrunnable as refusal:
            assert report.errors, refusal
