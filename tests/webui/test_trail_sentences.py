"""Every event type is told in both languages, with what its payload says."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask_babel import force_locale

from engine.domain.events import GRAMMAR, EventType
from engine.domain.text import Text
from tests.webui.preview import create
from webui.presenters.sentences import SENTENCES, WORDS
from webui.presenters.trail import Names, tell, title

NOW, ZONE = datetime(2025, 11, 5, 6, 20, tzinfo=UTC), ZoneInfo("Asia/Shanghai")
VALUES = {"due_at": "2025-11-05T06:00:00Z", "late_s": 90, "text": {"zh": "坏了", "en": "broken"}, "met": True, "seconds": 3600}


@pytest.fixture(autouse=True)
def in_request():
    with create().test_request_context():
        yield


def said(locale, type_, data, names=Names()):  # noqa: B008 - frozen
    with force_locale(locale):
        return str(tell(type_, data, "林悦", names, NOW, ZONE).sentence)


@pytest.mark.parametrize("type_", list(EventType))
def test_every_event_is_told_in_both_languages(type_):
    always, maybe = GRAMMAR[type_]
    for keys in (always, always | maybe):
        data = {key: VALUES.get(key, f"some-{key}") for key in keys}
        zh, en = said("zh_CN", type_, data), said("en", type_, data)
        assert zh and en and zh != en
        assert "%(" not in zh + en and "–" not in zh + en
        with force_locale("zh_CN"):
            assert title(type_)


def test_sentences_use_only_what_the_grammar_knows():
    import re

    for type_, told in SENTENCES.items():
        always, maybe = GRAMMAR[type_]
        if type_.value == "TaskCreated":
            maybe |= {"due_at"}  # of the clock it tells of
        for sentence in told.sentences:
            assert set(re.findall(r"%\((\w+)\)s", sentence)) <= always | maybe | {"who"}, type_
        assert set(re.findall(r"%\((\w+)\)s", told.sentences[-1])) <= always | {"who"}, type_


def test_the_richest_sentence_the_payload_allows_is_told():
    names = Names(steps={"a": Text("安抚", "Calm")}, people={"zhou": "周凯"})
    assert said("en", "TaskClaimed", {"task": 1, "element": "a"}, names) == "<strong>林悦</strong> claimed “Calm”"
    assert said("zh_CN", "TaskClaimed", {"task": 1, "element": "a", "for": "zhou"}, names) == "<strong>林悦</strong>代周凯领取了“安抚”"


def test_what_people_typed_is_never_markup():
    assert "<script>" not in said("en", "NoteAdded", {"text": "<script>alert(1)</script>"})


def test_values_show_old_and_new_and_hide_commitments():
    data = {"task": 1, "element": "a", "values": {"amount": "12.50", "phone": {"sha256": "ab"}}, "was": {"amount": None}}
    with force_locale("en"):
        changes = tell("TaskCompleted", data, "x", Names(), NOW, ZONE).changes
    assert [(c.label, c.was, c.now) for c in changes] == [
        ("amount", "–", "12.50"),
        ("phone", None, "(personal value, deleted or not for you)"),
    ]


def test_known_words_are_known():
    assert WORDS
