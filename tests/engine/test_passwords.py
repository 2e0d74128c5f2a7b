"""Which passwords are good ones, and that judging one is no work to be kept busy with."""

from __future__ import annotations

import pytest

from engine.handlers.passwords import FOR_LETTERS, LOOKED_AT, MOST_KINDS, fault, looked_at

ABOUT = ("zhang.min", "张敏", "zhang.min@example.com", None)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("x" * 11, "12 to 200"),
        ("012345678901234", "in their order"),
        ("9876543210987", "in their order"),
        ("Passw0rd!2024", "many people use"),
        ("p@ssw0rdp@ssw0rd", "again and again"),
        ("qwertyuiop[]", "keyboard"),
        ("Zhang.Min 12345", "your login"),
        ("zhangmin1990kefu", "your login"),
        ("张敏张敏的工单系统密码", "12 to 200"),
        ("张敏 201304 zhang", "your name"),
        ("closeloop desk 2026", "name of this system"),
    ],
)
def test_what_is_easily_guessed_says_why_in_both_languages(password, why):
    found = fault(password, ABOUT)
    assert why in found.en
    assert found.zh != found.en


@pytest.mark.parametrize("password", ["seventeen green umbrellas", "雨伞十七把放在门口的木架子上", "kX9#mPq2$vLw", "é" * 3 + " tin kettles rust slowly"])
def test_good_ones_are_taken_whatever_they_are_made_of(password):
    assert fault(password, ABOUT) is None


def test_signs_for_letters_are_read_in_few_ways():
    kinds = "".join(sorted(FOR_LETTERS))
    seen = looked_at(kinds * 20)
    assert len(seen) == LOOKED_AT
    assert len(set(seen) & FOR_LETTERS) == MOST_KINDS
    assert looked_at("p@$$w0rd 4711") == "p@$$w0rd 4711"
