"""The table of OWASP's standard: every item of levels 1 and 2 stands in it once, and what it rests on is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
TABLE = (PROJECT / "docs" / "asvs.md").read_text(encoding="utf-8")
#: How many items of levels 1 and 2 each section of ASVS 5.0.0 has; within a section they are the first ones.
SECTIONS = """
1.1 2  1.2 9  1.3 11  1.4 3  1.5 2   2.1 3  2.2 3  2.3 4  2.4 1   3.2 2  3.3 4  3.4 6  3.5 5  3.7 2   4.1 3  4.2 1
4.3 2  4.4 4   5.1 1  5.2 3  5.3 2  5.4 3   6.1 3  6.2 12  6.3 4  6.4 4  6.5 5  6.6 3  6.8 4   7.1 3  7.2 4  7.3 2
7.4 5  7.5 2  7.6 2   8.1 2  8.2 3  8.3 1  8.4 1   9.1 3  9.2 4   10.1 2  10.2 2  10.3 4  10.4 11  10.5 5  10.6 2
10.7 3   11.1 2  11.2 3  11.3 3  11.4 4  11.5 1  11.6 1   12.1 3  12.2 2  12.3 4   13.1 1  13.2 5  13.3 2  13.4 5
14.1 2  14.2 4  14.3 3   15.1 3  15.2 3  15.3 7   16.1 1  16.2 5  16.3 4  16.4 3  16.5 3   17.1 1  17.2 4  17.3 2
"""
FOUND = re.findall(r"^\| (V\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$", TABLE, re.MULTILINE)
NAMED = re.compile(r"`([\w/.-]+\.(?:py|html|lock))(?:::(\w+))?`|\b((?:docs/[\w-]+|README)\.md)\b")


def test_every_item_of_both_levels_stands_there_once():
    words = SECTIONS.split()
    expected = [f"V{at}.{no}" for at, many in zip(words[::2], words[1::2], strict=True) for no in range(1, int(many) + 1)]
    assert len(expected) == 253
    assert [item for item, *_ in FOUND] == expected


def test_each_is_met_by_something_or_not_applicable_or_open_with_the_reason():
    for item, _, state, by in FOUND:
        assert state in ("met", "n/a", "open"), item
        assert state == "n/a" or by.strip(), item
        assert state != "met" or NAMED.search(by), f"{item} rests on nothing"


def test_the_counts_at_the_top_are_right():
    states = Counter(state for _, _, state, _ in FOUND)
    assert f"**{states['met']} met, {states['n/a']} not applicable, {states['open']} open** of {len(FOUND)}." in TABLE


@pytest.mark.parametrize(("item", "by"), [(item, by) for item, _, _, by in FOUND if NAMED.search(by)], ids=lambda one: one[:8])
def test_what_is_named_is_there(item, by):
    for file, test, doc in NAMED.findall(by):
        path = PROJECT / (doc or file)
        if not path.exists():
            path = PROJECT / "tests" / file
        assert path.is_file(), f"{item}: {doc or file}"
        assert not test or test in functions_of(path), f"{item}: {file}::{test}"


@lru_cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
