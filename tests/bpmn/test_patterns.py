"""A form may check what is typed by a regular expression, but not by one that can stall the desk."""

import pytest

from engine.bpmn.dialects.patterns import why_not


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9 ]{5,20}", r"\+?[0-9]{3,4}-?[0-9]{7,8}", "[A-Z]{2}[0-9]{6}", r"(CN|DE)\d+", r"\d{4}-\d{2}-\d{2}", "(foo|bar)?x*", ".*",
        r"[^@ ]+@[a-z.]+", r"(\d{3},)*\d", "工单[0-9]+", "^a$", "(?:ab){3}",
    ],
)  # fmt: skip
def test_simple_patterns_are_available(pattern):
    assert why_not(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+", "(a*)*b", "(a|a)*b", "(a|aa)+$", "(.*a){12}", "a?" * 30 + "a" * 30, "(a|b|ab)*c", ".*.*.*x", "(a{1,9}){1,9}",
        "(x+x+)+y", "([a-z]+)*!", "a{0,20}" * 20, "(a|a)" * 30,
        "(", "[z-a]", "a{99999999999}", "*", r"(a)\1", "(?=a)b", "(?<!a)b", "(?i)a", "(?i:a)", "x" * 201, "(?P<n>a)(?(n)b|c)",
    ],
)  # fmt: skip
def test_others_are_not(pattern):
    reason = why_not(pattern)
    assert reason is not None and reason.zh and reason.en
