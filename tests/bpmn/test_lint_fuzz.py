"""Files damaged at random still get an answer; and what is called good can be built."""

import random
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.lint import check
from engine.bpmn.reader import Unreadable, read
from engine.bpmn.spec import build
from tests.bpmn.faulty import ERRORS, NOTES, WARNINGS

FILES = [data for table in (ERRORS, WARNINGS, NOTES) for files in table.values() for data in files]
FILES += [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "processes").glob("*/*.bpmn"))] * 3
VALUES = ["", "t", "s", "e", "x > 1", "= ", "${", "PT1H", "{0}", "true", "-1", "9" * 50, "名", "\u202e", "a" * 3000]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The file with some elements moved, doubled or gone and some attributes changed."""
    root = read(data)
    for _ in range(chance.randint(1, 6)):
        elements = [e for e in root.iter(etree.Element) if e.getparent() is not None]
        if not elements:
            break
        element = chance.choice(elements)
        what = chance.randrange(5)
        if what == 0:
            element.getparent().remove(element)
        elif what == 1 and element.attrib:
            element.set(chance.choice(list(element.attrib)), chance.choice(VALUES))
        elif what == 2 and element.attrib:
            del element.attrib[chance.choice(list(element.attrib))]
        elif what == 3:
            element.text = chance.choice(VALUES)
        else:
            other = chance.choice(elements)
            if element not in other.iterancestors() and other is not element:
                other.append(element)
    return etree.tostring(root)


@pytest.mark.parametrize("seed", range(10))
def test_damaged_files_are_answered(seed):
    chance = random.Random(seed)
    for _ in range(40):
        data = damaged(chance.choice(FILES), chance)
        try:
            read(data)
        except Unreadable:
            continue
        report = check(data)
        assert all(f.message.zh and f.message.en for f in report.findings)
        if report.is_deployable:
            for key in report.definition.procedures:
                build(data, key)
