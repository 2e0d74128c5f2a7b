"""A script leaves room for what the case knows already; whatever stands there is said as it is, never as markup."""

from engine.domain.text import Text
from webui.presenters.markdown import markdown
from webui.presenters.task import spoken

SCRIPT = Text("{称呼}您好，工单号{工单号}，{时间}前回复。", "Good morning {name}, case {number}, by {time}.")


def test_the_number_and_the_name_are_filled_in_and_the_rest_is_left_to_the_speaker():
    said = spoken(SCRIPT, "CL-000017", "Grace Hopper")
    assert markdown(said.en) == "<p>Good morning Grace Hopper, case CL-000017, by {time}.</p>\n"
    assert markdown(said.zh) == "<p>Grace Hopper您好，工单号CL-000017，{时间}前回复。</p>\n"


def test_without_a_customer_the_name_is_left_too():
    assert spoken(SCRIPT, "CL-000017", "").en.startswith("Good morning {name}")


def test_no_script_stays_none():
    assert spoken(None, "CL-000017", "Grace Hopper") is None


def test_a_name_is_no_markup():
    name = "*Al* [x](javascript:alert(1)) <b>&amp; `code` \\ # 1. _u_"
    assert markdown(spoken(Text("{称呼}", "{name}"), "CL-1", name).en) == (
        "<p>*Al* [x](javascript:alert(1)) &lt;b&gt;&amp;amp; `code` \\ # 1. _u_</p>\n"
    )
