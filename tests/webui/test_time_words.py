"""Times in words, in both languages, in the organisation's zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask_babel import force_locale

from tests.webui.preview import create
from webui.presenters import time

NOW, ZONE = datetime(2025, 11, 5, 6, 20, tzinfo=UTC), ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def in_request():
    with create().test_request_context():
        yield


@pytest.mark.parametrize(
    ("offset", "level", "zh", "en"),
    [
        (timedelta(minutes=-12), "late", "超时 12 分钟", "late 12 min"),
        (timedelta(0), "late", "超时 不到 1 分钟", "late under 1 min"),
        (timedelta(hours=-26, minutes=-5), "late", "超时 1 天 2 小时", "late 1 d 2 h"),
        (timedelta(minutes=30), "soon", "还剩 30 分钟", "in 30 min"),
        (timedelta(hours=2, minutes=5), "fine", "还剩 2 小时 5 分钟", "in 2 h 5 min"),
        (timedelta(hours=19), "fine", "明天 09:20", "tomorrow 09:20"),
        (timedelta(days=2), "fine", "周五 14:20", "Fri 14:20"),
        (timedelta(days=20), "fine", "11月25日 14:20", "25 Nov 14:20"),
        (timedelta(days=90), "fine", "2026年2月3日 14:20", "3 Feb 2026 14:20"),
    ],
)
def test_due(offset, level, zh, en):
    for locale, words in (("zh_CN", zh), ("en", en)):
        with force_locale(locale):
            due = time.due(NOW + offset, NOW, ZONE)
        assert (due.level, due.words) == (level, words)


def test_a_warning_instant_decides_what_is_soon():
    due_at = NOW + timedelta(hours=8)
    assert time.due(due_at, NOW, ZONE, warn_at=NOW - timedelta(seconds=1)).level == "soon"
    assert time.due(NOW + timedelta(minutes=5), NOW, ZONE, warn_at=NOW + timedelta(minutes=4)).level == "fine"


def test_no_limit_and_a_clock_that_stands_still():
    assert time.due(None, NOW, ZONE).level == "none"
    assert time.due(None, NOW, ZONE, paused=True).level == "paused"


def test_the_whole_instant_names_its_zone():
    with force_locale("en"):
        assert time.absolute(NOW, ZONE) == "Wed 5 Nov 2025 14:20:00 GMT+08:00"
    with force_locale("zh_CN"):
        assert time.absolute(NOW, ZONE) == "2025年11月5日 周三 14:20:00 GMT+08:00"


def test_limits_as_written_in_words():
    with force_locale("en"):
        assert [time.limit(x) for x in ("PT2H", "P1D", "P1W", "PT1H30M", "R3/P1D", "")] == ["2 h", "1 d", "1 wk", "1 h 30 min", "R3/P1D", ""]
