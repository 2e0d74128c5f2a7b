"""What a process owner writes is shown formatted and can do nothing else."""

import pytest

from webui.presenters.markdown import LARGEST, markdown


def test_lists_emphasis_and_tables():
    html = markdown("1. **Apologise**\n\n| a | b |\n| --: | --- |\n| 1 | 2 |")
    assert "<ol>" in html and "<strong>Apologise</strong>" in html and "<table>" in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)",
        "![x](https://example.org/pixel.png)",
        "<a href='x' onclick='y'>z</a>",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(source):
    html = markdown(source)
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html and 'href="data' not in html
    assert "<a href='x'" not in html


def test_headings_go_below_those_of_the_page():
    assert markdown("# A\n\n#### B") == "<h3>A</h3>\n<h6>B</h6>\n"


def test_the_longest_text_is_cut():
    assert len(markdown("a" * (LARGEST + 500))) < LARGEST + 20
    assert markdown(None) == ""
