"""ISO 8601 durations: what is read, what is refused, and how they are said."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.duration import BadDuration, Duration, DurationTooLong, spoken


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT2H", Duration(time=timedelta(hours=2))),
        ("PT15M", Duration(time=timedelta(minutes=15))),
        ("PT1.5H", Duration(time=timedelta(minutes=90))),
        ("PT1,5H", Duration(time=timedelta(minutes=90))),
        ("PT0.000001S", Duration(time=timedelta(microseconds=1))),
        ("PT36H", Duration(time=timedelta(hours=36))),
        ("PT0S", Duration()),
        ("P1D", Duration(days=Decimal(1))),
        ("P0.5D", Duration(days=Decimal("0.5"))),
        ("P1W", Duration(weeks=Decimal(1))),
        ("P1W2DT3H4M5S", Duration(0, Decimal(1), Decimal(2), timedelta(hours=3, minutes=4, seconds=5))),
        ("P1M", Duration(months=1)),
        ("P1Y2M", Duration(months=14)),
        ("P0.5Y", Duration(months=6)),
        (" PT2H\n", Duration(time=timedelta(hours=2))),
        ("P5Y", Duration(months=60)),
        ("P1830D", Duration(days=Decimal(1830))),
    ],
)
def test_read(text: str, duration: Duration) -> None:
    assert Duration.parse(text) == duration


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            (text, "it is not well formed")
            for text in ("", "P", "PT", "P1DT", "2H", "PT2", "P1H", "PT1D", "pt2h", "2 hours")
        ),
        *(
            (text, "it is not well formed")
            for text in ("PT1H1H", "PT1M1H", "P１D", "R3/PT1H", "PT1e3S", "PT.5H", "P+1D", "PT2H;")
        ),
        ("x" * 10_000, "it is not well formed"),
        ("P" + "9" * 10_000 + "D", "it is not well formed"),
        *((text, "it must not be negative") for text in ("-PT1H", "PT-1H", "P-1D", "-P1Y")),
        ("P1.5DT1H", "only the last part may have a fraction"),
        ("P0.3M", "months must be whole"),
    ],
)
def test_refused(text: str, said: str) -> None:
    with pytest.raises(BadDuration, match=said) as caught:
        Duration.parse(text)
    assert caught.value.text.zh and len(caught.value.text.en) < 300
    assert "PT2H" in caught.value.text.zh, "says what to write instead"


@pytest.mark.parametrize("text", ["P10Y", "P61M", "P1831D", "PT999999999H", "P999999999W", "P262W", "PT158112001S"])
def test_too_long(text: str) -> None:
    with pytest.raises(DurationTooLong, match=f"“{text}” is too long"):
        Duration.parse(text)


@pytest.mark.parametrize("value", [None, 5, b"PT2H", timedelta(1)])
def test_not_a_text(value: object) -> None:
    with pytest.raises(BadDuration):
        Duration.parse(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("parts", [{"time": timedelta(seconds=-1)}, {"days": Decimal(-1)}, {"months": -1}])
def test_never_negative(parts: dict) -> None:
    with pytest.raises(BadDuration, match="negative"):
        Duration(**parts)


durations = st.builds(
    Duration,
    st.integers(0, 12),
    st.integers(0, 50).map(Decimal),
    st.decimals(0, 300, places=2),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)),
)


@given(durations.filter(lambda d: not (d.days % 1 and d.time)))
def test_written_and_read_again(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@given(st.text(alphabet="PTYMWDHS0123456789.,-R/ ", max_size=14))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        Duration.parse(text)
    except (BadDuration, DurationTooLong):
        return


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        (timedelta(hours=2, minutes=40), "2 小时 40 分钟", "2 h 40 min"),
        (timedelta(days=3), "72 小时", "72 h"),
        (timedelta(seconds=61.9), "1 分钟 1 秒", "1 min 1 s"),
        (timedelta(0), "0 分钟", "0 min"),
        (timedelta(hours=-1), "0 分钟", "0 min"),
    ],
)
def test_said(amount: timedelta, zh: str, en: str) -> None:
    assert (spoken(amount).zh, spoken(amount).en) == (zh, en)
