"""A due instant explains itself in sentences, in both languages."""

from __future__ import annotations

import json
from decimal import Decimal

from engine.domain.calendar import Calendar
from engine.domain.sla import Clock, due_at, explain
from engine.domain.text import Text
from tests.domain.calendars import BERLIN, OFFICE, at, china, nightly

CUSTOMER = Text("等待客户", "waiting for the customer")


def test_a_day_in_sentences() -> None:
    clock = Clock("answer", "PT4H", Decimal("0.8"), OFFICE, china("2025-09-16 09:00"))
    clock = clock.pause(china("2025-09-16 11:40"), CUSTOMER).resume(china("2025-09-16 13:20"))
    found = explain(clock, china("2025-09-16 15:00"))
    assert [each.text.en for each in found] == [
        "Tue 2025-09-16 09:00–11:40 counted, 2 h 40 min",
        "Tue 2025-09-16 11:40–13:20 standing still: waiting for the customer",
        "Tue 2025-09-16 13:20–14:40 counted, 1 h 20 min",
        "Tue 2025-09-16 14:40–15:00 counted beyond the limit, 20 min",
    ]
    assert [each.text.zh for each in found] == [
        "2025-09-16 周二 09:00–11:40 计时 2 小时 40 分钟",
        "2025-09-16 周二 11:40–13:20 暂停计时：等待客户",
        "2025-09-16 周二 13:20–14:40 计时 1 小时 20 分钟",
        "2025-09-16 周二 14:40–15:00 超时计时 20 分钟",
    ]
    assert [each.kind for each in found] == ["counted", "paused", "counted", "late"]


def test_the_national_holiday_and_a_make_up_day() -> None:
    clock = Clock("whole", "P2D", None, OFFICE, china("2025-09-28 15:00"))
    assert due_at(clock) == china("2025-09-30 15:00")
    clock = Clock("whole", "P3D", None, OFFICE, china("2025-09-28 15:00"))
    due = due_at(clock)
    assert due == china("2025-10-09 15:00")
    assert [each.text.zh for each in explain(clock, due)] == [
        "2025-09-28 周日 15:00–18:00 计时（调休上班） 3 小时",
        "2025-09-28 周日 18:00 – 2025-09-29 周一 09:00 非工作时间，不计时",
        "2025-09-29 周一 09:00–12:00 计时 3 小时",
        "2025-09-29 周一 12:00–13:00 班次间休息，不计时",
        "2025-09-29 周一 13:00–18:00 计时 5 小时",
        "2025-09-29 周一 18:00 – 2025-09-30 周二 09:00 非工作时间，不计时",
        "2025-09-30 周二 09:00–12:00 计时 3 小时",
        "2025-09-30 周二 12:00–13:00 班次间休息，不计时",
        "2025-09-30 周二 13:00–18:00 计时 5 小时",
        "2025-09-30 周二 18:00 – 2025-10-01 周三 00:00 非工作时间，不计时",
        "2025-10-01 周三 00:00 – 2025-10-04 周六 00:00 节假日，不计时：国庆节",
        "2025-10-04 周六 00:00 – 2025-10-06 周一 00:00 非工作时间，不计时",
        "2025-10-06 周一 00:00 – 2025-10-09 周四 00:00 节假日，不计时：休息日",
        "2025-10-09 周四 00:00–09:00 非工作时间，不计时",
        "2025-10-09 周四 09:00–12:00 计时 3 小时",
        "2025-10-09 周四 12:00–13:00 班次间休息，不计时",
        "2025-10-09 周四 13:00–15:00 计时 2 小时",
    ]


def test_still_waiting() -> None:
    clock = Clock("answer", "PT4H", None, OFFICE, china("2025-09-16 09:00")).pause(china("2025-09-16 11:40"), CUSTOMER)
    last = explain(clock, china("2025-09-18 10:00"))[-1]
    assert last.text.en == "since Tue 2025-09-16 11:40 standing still: waiting for the customer"
    assert last.text.zh == "2025-09-16 周二 11:40 起 暂停计时：等待客户"
    assert last.end_at == china("2025-09-18 10:00")


def test_two_reasons_at_once_are_both_named() -> None:
    clock = Clock("answer", "PT4H", None, OFFICE, china("2025-09-16 09:00"))
    clock = clock.pause(china("2025-09-16 10:00"), CUSTOMER, "a").pause(
        china("2025-09-16 10:10"), Text("等待厂家", "the maker"), "b"
    )
    clock = clock.resume(china("2025-09-16 10:20"), "a").resume(china("2025-09-16 10:30"), "b")
    assert [each.text.en for each in explain(clock, china("2025-09-16 11:00"))][1] == (
        "Tue 2025-09-16 10:00–10:30 standing still: waiting for the customer; the maker"
    )


def test_one_wait_after_another_is_two_sentences() -> None:
    clock = Clock("answer", "PT4H", None, OFFICE, china("2025-09-16 09:00"))
    clock = clock.pause(china("2025-09-16 10:00"), CUSTOMER).resume(china("2025-09-16 10:20"))
    clock = clock.pause(china("2025-09-16 10:20"), Text("等待厂家", "the maker")).resume(china("2025-09-16 10:30"))
    assert [each.text.zh for each in explain(clock, china("2025-09-16 10:40"))][1:3] == [
        "2025-09-16 周二 10:00–10:20 暂停计时：等待客户",
        "2025-09-16 周二 10:20–10:30 暂停计时：等待厂家",
    ]


def test_special_hours_and_seconds() -> None:
    found = BERLIN.segments(at("2025-12-24 11:30:15", "Europe/Berlin"), at("2025-12-25 06:00", "Europe/Berlin"))
    assert [each.text.en for each in found] == [
        "Wed 2025-12-24 11:30:15–12:00 counted (special hours), 29 min 45 s",
        "Wed 2025-12-24 12:00 – Thu 2025-12-25 00:00 outside working hours, not counted",
        "Thu 2025-12-25 00:00–06:00 holiday, not counted: Christmas Day",
    ]


def test_when_the_clocks_change_the_offsets_are_named() -> None:
    night = nightly("America/New_York", "00:00", "04:00")
    (found,) = night.segments(at("2025-11-02 04:30"), at("2025-11-02 08:30"))
    assert found.text.en == "Sun 2025-11-02 00:30–03:30 (UTC-04:00 → UTC-05:00) counted, 4 h"
    (found,) = night.segments(at("2025-11-02 05:30"), at("2025-11-02 06:30"))
    assert found.text.en == "Sun 2025-11-02 01:30–01:30 (UTC-04:00 → UTC-05:00) counted, 1 h"


def test_night_shifts_that_meet_at_midnight_read_as_one() -> None:
    always = Calendar.from_dict(
        {"key": "n", "zone": "UTC", "hours": {"0": [["20:00", "24:00"]], "1": [["00:00", "06:00"]]}},
    )
    assert [each.text.en for each in always.segments(at("2025-09-15 19:00"), at("2025-09-16 06:00"))] == [
        "Mon 2025-09-15 19:00–20:00 outside working hours, not counted",
        "Mon 2025-09-15 20:00 – Tue 2025-09-16 06:00 counted, 10 h",
    ]


def test_segments_are_plain_json_too() -> None:
    (found,) = OFFICE.segments(china("2025-09-16 09:00"), china("2025-09-16 10:00"))
    assert json.loads(json.dumps(found.to_dict())) == {
        "start_at": "2025-09-16T01:00:00+00:00",
        "end_at": "2025-09-16T02:00:00+00:00",
        "kind": "counted",
        "reason": {"zh": "计时", "en": "counted"},
        "text": {"zh": "2025-09-16 周二 09:00–10:00 计时 1 小时", "en": "Tue 2025-09-16 09:00–10:00 counted, 1 h"},
    }


def test_nothing_to_explain_before_the_start() -> None:
    clock = Clock("answer", "PT4H", None, OFFICE, china("2025-09-16 09:00"))
    assert explain(clock, china("2025-09-16 08:00")) == explain(clock, china("2025-09-16 09:00")) == ()


def test_nothing_after_the_stop() -> None:
    clock = Clock("answer", "PT1H", None, OFFICE, china("2025-09-16 09:00")).stop(china("2025-09-16 09:30"))
    assert [each.text.en for each in explain(clock, china("2025-09-20 12:00"))] == [
        "Tue 2025-09-16 09:00–09:30 counted, 30 min"
    ]
