"""Drawing a revision in the browser: from a version into the review, and back into it as a file like any other."""

import io
import json
import re

import pytest

from tests.office import admin, clerk, owner
from tests.webui.pages import REFUND, main, words
from tests.webui.web import Web


@pytest.fixture
def web(database):
    web = Web.of(database)
    web.office.deploy(REFUND)
    return web


def test_a_version_is_opened_as_a_copy_under_review(web):
    browser = web.another(owner)
    page = browser.follow(browser.post("/procedures/refund/versions/1/edit"))
    assert "refund-v1.bpmn" in words(main(page.text))
    assert browser.get("/uploads/1/edit/source").data == REFUND
    assert browser.get("/uploads/1.json").json["key"] == "refund"


@pytest.mark.parametrize(("language", "said"), [("en", "Limit, working time"), ("zh_CN", "时限（工作时间）")])
def test_the_form_beside_the_drawing_has_our_words(web, language, said):
    browser = web.another(owner, language)
    html = browser.follow(browser.post("/procedures/refund/versions/1/edit")).text
    assert said in words(main(html))
    for name in ("name.zh", "name.en", "sla", "sla.warn", "guidance.zh", "guidance.en", "script.zh", "script.en", "stage", "touchpoint", "clock.stop", "clock.pause"):
        assert f'data-property="{name}"' in html
    for name in ("separate-from", "same-as"):
        assert f'data-steps="{name}"' in html
    assert 'data-group value="front-desk" data-names="一线坐席|Front desk"' in html
    said_by_modeler = json.loads(re.search(r'id="modeler-words">(.*?)</script>', html, re.DOTALL).group(1))
    assert (said_by_modeler.get("Timer boundary event") == "定时边界事件") is (language == "zh_CN")


def test_the_drawing_comes_back_as_a_file_in_its_place(web):
    browser = web.another(owner)
    browser.post("/procedures/refund/versions/1/edit")
    drawn = REFUND.replace(b'value="PT2H"', b'value="PT1H"')
    sent = {"files": [(io.BytesIO(drawn), "refund-v1.bpmn")]}
    page = browser.follow(browser.post("/uploads/1/contents", sent, content_type="multipart/form-data"))
    assert "2 h → 1 h" in words(main(page.text))


def test_only_those_who_may_change_procedures_draw(web):
    assert web.another(clerk).post("/procedures/refund/versions/1/edit").status_code == 403
    web.another(owner).post("/procedures/refund/versions/1/edit")
    for path in ("/uploads/1/edit", "/uploads/1/edit/source"):
        assert web.another(clerk).get(path).status_code == 403
        assert web.another(admin).get(path).status_code == 404
    assert web.another(owner).post("/procedures/refund/versions/9/edit").status_code == 404


def test_what_became_a_version_is_not_drawn_on(web):
    browser = web.another(owner)
    browser.post("/procedures/refund/versions/1/edit")
    browser.post("/uploads/1/version")
    assert browser.get("/uploads/1/edit").status_code == 409


def test_what_the_modeler_says_is_the_same_in_its_bundle():
    from webui.assets import VENDOR
    from webui.modeler_words import WORDS

    bundle = (VENDOR / "bpmn-js/bpmn-modeler.min.js").read_text(encoding="utf-8")
    assert [said for said in WORDS if f'"{said}"' not in bundle] == []
