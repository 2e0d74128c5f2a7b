"""What people and programs type: exact through a whole case, or refused by field; never an error page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.domain import commands as c
from engine.domain.errors import InvalidInput, Refusal
from tests.engine.drawn import bpmn, script, sequence, task
from tests.office import admin, clerk, colleague

TYPED = bpmn(
    sequence(
        "typed",
        task("a", "front-desk", fields="amount:decimal count:long day:date at:datetime yes:boolean text:string story:long_text"),
        script("compute", "double = amount * 2"),
        task("b", "front-desk", fields="amount:decimal"),
        path="s > a > compute > b > e",
    )
)
FREE = bpmn(sequence("free", task("a", "front-desk"), task("b", "front-desk"), path="s > a > b > e"))


@pytest.fixture
def case(office):
    return office.start(FREE)


def test_dates_and_decimals_stay_exact_through_a_case(office):
    case = office.start(TYPED)
    case.task("a").complete(
        by=clerk, amount="0.10", count="9007199254740993", day="2026-02-28", at="2026-03-02T14:30", yes="on", text="文字"
    )
    variables = case.variables()
    assert variables["amount"] == Decimal("0.10")
    assert str(variables["double"]) == "0.20"
    assert variables["count"] == 9007199254740993
    assert variables["day"] == date(2026, 2, 28)
    assert variables["at"] == datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
    assert variables["yes"] is True
    told = case.trail().last("TaskCompleted")["values"]
    assert (told["amount"], told["day"], told["at"]) == ("0.10", "2026-02-28", "2026-03-02T06:30:00.000000Z")
    assert told["count"] == "9007199254740993"
    case.task("b").complete(by=clerk)
    assert case.variables()["amount"] == Decimal("0.10")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "a lot"), ("amount", "1e999"), ("amount", "NaN"), ("amount", "Infinity"), ("amount", []), ("amount", True),
        ("count", "1.5"), ("count", "9" * 61), ("day", "2026-02-30"), ("day", "yesterday"), ("at", "25:00"), ("yes", "perhaps"),
        ("text", "x" * 1001), ("story", "x" * 10_001), ("text", "a\x07b"), ("text", {}), ("nothing", 1),
        ("at", "0001-01-01T00:00+14:00"), ("at", "9999-12-31T23:59-14:00"),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_field_is_refused_by_field(office, field, value):
    case = office.start(TYPED)
    with pytest.raises(InvalidInput) as told:
        case.task("a").complete(by=clerk, **{field: value})
    assert told.value.fields.keys() == {field}
    assert all(words.zh and words.en for words in told.value.fields.values())
    assert case.open_tasks == ["a"]


def test_every_fault_is_named_at_once(office):
    case = office.start(TYPED)
    with pytest.raises(InvalidInput) as told:
        case.task("a").complete(by=clerk, amount="x", day="y", nothing=1, text="fine")
    assert told.value.fields.keys() == {"amount", "day", "nothing"}


def test_ten_thousand_characters_go_through(office):
    case = office.start(TYPED)
    story = "服务" * 5_000
    case.task("a").complete(by=clerk, amount=1, story=story)
    assert case.variables()["story"] == story
    case.trail().check()


@pytest.mark.parametrize(
    "values",
    [
        {"typename": "datetime", "value": "x"},
        {"inner": {"typename": "Decimal", "data": [1, {"typename": "set"}]}},
        {"__class__": "x", "self": 1, "None": None},
        {"变量": "值", "emoji 🙂": "🙂", "quote\"'": "\\"},
        {"list": [1, 2.5, "x", None, True, [[]], {}], "empty": ""},
        {"big": 2**200, "negative": -(2**70)},
        {"line\nbreak": "a\nb\r\nc\t"},
    ],
)
def test_any_plain_data_comes_back_as_it_was(case, values):
    case.task("a").complete(by=clerk, values=values)
    assert case.variables() == values
    case.task("b").complete(by=clerk, values={"more": 1})
    assert case.variables() == {**values, "more": 1}
    case.trail().check()


def nested(depth):
    value = "x"
    for _ in range(depth):
        value = {"v": [value]}
    return value


@pytest.mark.parametrize(
    "values",
    [
        {"deep": nested(300)},
        {"a\0b": 1},
        {"a": "nul\0"},
        {"a": "\ud800"},
        {"\udfff": 1},
        {"k" * 300: 1},
        {"inner": {"k" * 300: 1}},
        {"many": list(range(20_000))},
        {"set": {1, 2}},
        {"object": object()},
    ],
    ids=lambda values: next(iter(values))[:10].encode("unicode_escape").decode(),
)
def test_what_cannot_be_kept_is_refused(case, values):
    with pytest.raises(InvalidInput) as told:
        case.task("a").complete(by=clerk, values=values, key="k")
    assert told.value.fields
    str(told.value.fields).encode()
    assert case.open_tasks == ["a"]
    for command in (c.EditVariables(case.id, 1, values, "why"), c.SaveDraft(case.id, 1, values), c.StartCase("free", values)):
        with pytest.raises(Refusal):
            case.office.ask(command, admin)


def test_names_are_one_line(office):
    customer = office.ask(c.RegisterCustomer(" 王\n丽娟\t ", "138 0013 8000"), clerk)
    assert customer["name"] == "王 丽娟"
    office.ask(c.SaveUser("new.person", name=" New\n Person ", email="a@b.example"), admin)
    assert office.actor("new.person").name == "New Person"
    office.deploy(FREE)
    answer = office.ask(c.StartCase("free", title="Two\nlines", channel="c" * 300, business_key="k" * 300), clerk)
    row = office.case(answer["id"]).row
    assert (row.title, len(row.channel), len(row.business_key)) == ("Two lines", 64, 200)


@pytest.mark.parametrize(
    "command",
    [
        c.SaveUser("x" * 65),
        c.SaveUser("new.person", name="n" * 201),
        c.SaveUser("new.person", name="  "),
        c.SaveUser("new.person", email="e" * 250 + "@x.example"),
        c.SaveUser("new.person", email="not a mail\naddress"),
        c.SaveUser("new.person", roles=("emperor",)),
        c.SaveUser("new.person", groups=("nobody",)),
        c.SaveUser("new.person", department="nowhere"),
        c.SaveUser("new.person", password="short"),
        c.SaveUser("new.person", locale="tlh"),
        c.SaveUser("a\0b"),
        c.DefineDepartment("d" * 65, "x", "x"),
        c.DefineDepartment("d", "x" * 201, "x"),
        c.DefineDepartment("d", "x", ""),
        c.DefineDepartment("d", "x", "x", parent="nowhere"),
        c.DefineDepartment("d", "x", "x", calendar="nowhere"),
        c.DefineDepartment("company", "x", "x", parent="service"),
        c.DefineGroup("g", "x" * 201, "x"),
        c.DefineGroup("g", "x", "x", department="nowhere"),
        c.DefineCalendar("c", {}),
        c.DefineCalendar("c", {"zone": "Mars/Olympus", "hours": {}}),
        c.DefineCalendar("c", {"zone": "UTC", "hours": {"0": [["09:00", "25:00"]]}}),
        c.SetAbsence(clerk, clerk),
        c.SetAbsence(clerk, colleague, from_at="soon"),
        c.SetAbsence(clerk, colleague, from_at="2026-03-05", until_at="2026-03-04"),
        c.RegisterCustomer(""),
        c.RegisterCustomer("n" * 201),
        c.RegisterCustomer("x", phone="phone me"),
        c.RegisterCustomer("x", email="x"),
        c.CreateToken(clerk, scopes=("everything",)),
        c.CreateToken(clerk, name="n" * 300 + "\0"),
        c.StartCase("free", title="\0"),
        c.LogIn("a\0b", "x"),
    ],
    ids=str,
)
def test_whatever_is_wrong_is_a_refusal(office, command):
    before = office.system_trail()
    office.deploy(FREE) if isinstance(command, c.StartCase) else None
    with pytest.raises(Refusal) as told:
        office.ask(command, admin)
    assert told.value.kind == "invalid"
    assert told.value.text.zh and told.value.text.en
    if not isinstance(command, c.StartCase):
        assert office.system_trail() == before
