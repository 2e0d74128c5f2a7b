"""The page of the service blueprint: rows with their lines, cards with who and how long, sheets that fit the paper."""

from __future__ import annotations

import re

import pytest

from tests.office import clerk, owner
from tests.webui.pages import main, words
from tests.webui.web import Web

PAGE = "/procedures/inquiry/versions/1/blueprint"


@pytest.fixture
def web(database) -> Web:
    web = Web.of(database)
    web.office.deploy("inquiry")
    return web.log_in(owner)


def test_rows_and_lines_stand_in_the_order_of_a_blueprint(web):
    page = words(main(web.get(PAGE).text))
    marks = ("Evidence", "Customer", "Line of interaction", "Front stage", "Line of visibility", "Back stage", "Support")
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "Line of internal interaction" in page and "First response 15 min" in page


def test_a_card_says_who_and_how_long_and_what_is_decided(web):
    page = words(web.get(PAGE).text)
    assert re.search(r"Expert answer Second line · Limit 4 h then decided: Plan that costs money\? may fail here: 4 hours passed", page)
    assert "Customer confirms Front desk · Limit 1 d Touchpoint then decided: Solved? back to “Expert answer”" in page


def test_every_sheet_has_its_row_heads_and_every_column_its_number(web):
    html = web.get(PAGE).text
    assert html.count("<table") == 2 and html.count('<th scope="row">Front stage</th>') == 2
    assert re.findall(r'<th scope="col">(\d+)</th>', html) == [str(n) for n in range(1, 10)]
    assert html.count("<caption") == 2 and html.count('<th scope="rowgroup"') == 6
    assert web.get(f"{PAGE}?paper=a3").text.count("<table") == 1
    assert web.get(f"{PAGE}?paper=nothing").text.count("<table") == 2


def test_what_is_open_now_stands_at_its_step(web):
    web.office.start("inquiry", by=clerk)
    assert "1 open now" in words(web.get(PAGE).text)


def test_in_chinese_and_for_everybody_who_sees_procedures(web):
    page = words(web.another(clerk, "zh").get(PAGE).text)
    assert "可视线" in page and "专家研究并答复" in page and "退回“专家研究并答复”" in page


def test_the_page_of_the_procedure_leads_here(web):
    assert PAGE in web.get("/procedures/inquiry").text


def test_a_version_that_is_not_there(web):
    assert web.get("/procedures/inquiry/versions/9/blueprint").status_code == 404
    assert web.get("/procedures/nothing/versions/1/blueprint").status_code == 404
