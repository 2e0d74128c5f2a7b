"""docs/lint-rules.md says what the code says."""

from __future__ import annotations

import re

from webui.lint_rules import PAGE, TITLES, page, rules


def test_the_page_of_rules_is_in_step_with_the_code():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m webui.lint_rules"


def test_every_rule_has_an_id_of_its_own_and_a_line_on_the_page():
    every = [rule.id for _, own in rules() for rule in own]
    assert len(every) == len(set(every)) > 150
    assert re.findall(r"^\| `([^`]+)` \|", page(), re.MULTILINE) == every
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", ident) for ident in every)


def test_every_part_of_the_page_has_a_title_in_both_languages():
    assert {name for name, _ in rules()} <= TITLES.keys()
