"""How long personal values are kept: by the calendar on the wall."""

from datetime import UTC, datetime

import pytest

from engine.domain.retention import BadRetention, Retention

CLOSED = datetime(2024, 2, 29, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("P3Y", "2027-02-28"),
        ("P4Y", "2028-02-29"),
        ("P1M", "2024-03-29"),
        ("P12M", "2025-02-28"),
        ("P90D", "2024-05-29"),
        ("P2W", "2024-03-14"),
        ("P1Y6M10D", "2025-09-08"),
        (" P100Y ", "2124-02-29"),
    ],
)
def test_years_months_and_days_are_counted_on_the_calendar(text, until):
    assert Retention.parse(text).after(CLOSED) == datetime.fromisoformat(f"{until}T08:30:00+00:00")


@pytest.mark.parametrize("text", ["", "3Y", "P", "P0D", "PT5H", "P-1Y", "P1.5Y", "P101Y", "P99999Y", "three years", "P1D1Y"])
def test_what_is_no_such_time_is_refused_in_words(text):
    with pytest.raises(BadRetention) as refused:
        Retention.parse(text)
    assert "P3Y" in refused.value.text.zh
