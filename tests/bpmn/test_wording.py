"""A diagram is shown in the reader's language; the file itself stays as it was uploaded."""

import re
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.dialects import read_definition
from engine.bpmn.wording import worded

CHINESE = re.compile("[\u4e00-\u9fff]")
FILES = sorted((Path(__file__).parents[2] / "processes").glob("*/procedure.bpmn"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_no_chinese_is_left_in_the_english_names(file):
    root = etree.fromstring(worded(file.read_bytes(), "en"))
    names = {e.get("id"): e.get("name") for e in root.iter("{http://www.omg.org/spec/BPMN/20100524/MODEL}*")}
    assert sum(name is not None for name in names.values()) > 20
    assert not {ident: name for ident, name in names.items() if name and CHINESE.search(name)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_nothing_but_names_is_different(file):
    before, after = (read_definition(data).procedure for data in (file.read_bytes(), worded(file.read_bytes(), "en")))
    assert {e: (s.kind, s.limit, s.form, s.assignment) for e, s in before.steps.items()} == {
        e: (s.kind, s.limit, s.form, s.assignment) for e, s in after.steps.items()
    }
