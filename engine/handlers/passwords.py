"""Passwords: kept as Argon2id hashes (19 MiB, two passes, one lane: OWASP's password storage cheat sheet), and good ones.

A good one is long and not easily guessed; what characters it is made of is the person's own matter (NIST SP 800-63B).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Row
from zxcvbn import zxcvbn

from engine.domain.text import Text

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

SHORTEST, LONGEST = 12, 200
#: Of zxcvbn's scores 0 to 4: more than a hundred million guesses, which no log-in page allows and no hash makes cheap.
GOOD_ENOUGH = 3
#: How much of a password is judged: its beginning, and in it so many kinds of signs that may stand for letters. zxcvbn
#: tries every way of reading those, which with all of them takes it ten seconds.
LOOKED_AT, MOST_KINDS = 64, 3
FOR_LETTERS, FOR_NOTHING = frozenset("@({[<!|$+%"), "~"
OUR_WORDS = ("closeloop", "bihuan", "kefu", "gongdan", "service", "desk", "闭环", "客服", "工单")
LENGTH = Text("密码应为 12 至 200 个字符。几个不相干的词即可。", "A password has 12 to 200 characters. A few unrelated words will do.")
SAME = Text("应与原密码不同。", "It should not be the old one.")
GUESSABLE = Text("太容易被猜到：{why}。可再加几个不相干的词。", "It is too easily guessed: {why}. Add a few unrelated words.")
KNOWN = Text(
    "除去您的姓名、用户名或本系统的名称后所剩无几",
    "little is left without your name, your login or the name of this system",
)
WHY = {
    "passwords": Text("它与常用密码相近", "it is close to a password many people use"),
    "dictionary": Text("常见的词太少", "it is made of too few common words"),
    "spatial": Text("是键盘上相邻的按键", "the keys stand beside each other on the keyboard"),
    "repeat": Text("有重复的内容", "the same comes again and again"),
    "sequence": Text("是连续的字母或数字", "letters or digits follow one another in their order"),
    "regex": Text("含有近年的年份", "it holds a recent year"),
    "date": Text("含有日期", "it holds a date"),
    "bruteforce": Text("不同的字符太少", "it has too few different characters"),
}


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def is_password(password: str, hash_: str | None) -> bool:
    """Takes as long for a login that does not exist as for one that does."""
    try:
        return HASHER.verify(hash_ or _nobodys(), password) and hash_ is not None
    except (Argon2Error, InvalidHashError):
        return False


def fault(password: str, about: Iterable[str | None]) -> Text | None:
    """What is wrong with a new password, None if it is good. `about`: what is known of its owner."""
    if not SHORTEST <= len(password) <= LONGEST:
        return LENGTH
    found = zxcvbn(looked_at(password))
    if found["score"] < GOOD_ENOUGH:
        longest = max(found["sequence"], key=lambda match: len(match["token"]))
        return GUESSABLE.format(why=WHY.get(longest.get("dictionary_name", ""), WHY[longest["pattern"]]))
    rest = _without(password, about)
    if rest != password and (not rest or zxcvbn(looked_at(rest))["score"] < GOOD_ENOUGH):
        return GUESSABLE.format(why=KNOWN)
    return None


def looked_at(password: str) -> str:
    """What is judged. Words are disguised with a few kinds of signs; further kinds count as signs alone."""
    text = password[:LOOKED_AT]
    kinds = dict.fromkeys(one for one in text if one in FOR_LETTERS)
    ignored = set(list(kinds)[MOST_KINDS:])
    return "".join(FOR_NOTHING if one in ignored else one for one in text)


def about(row: Row) -> tuple[str | None, ...]:
    """What is known of the owner of an account, which a password should not be made of."""
    return row.login, row.name, row.email, row.department


def _without(password: str, about: Iterable[str | None]) -> str:
    """What is left when everything is taken out that a stranger who knows the owner would try first."""
    parts = {part for text in (*OUR_WORDS, *about) if text for part in (text, *re.split(r"[\W_]+", text))}
    telling = sorted((part for part in parts if len(part) > (2 if part.isascii() else 1)), key=len, reverse=True)
    return re.sub("|".join(map(re.escape, telling)), "", password, flags=re.IGNORECASE)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return HASHER.hash("nobody has this password")
