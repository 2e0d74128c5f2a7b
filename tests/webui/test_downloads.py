"""Element templates: from the page and from the command line, the same."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from engine.bpmn.element_templates import templates
from tests.office import clerk, owner
from tests.webui.web import Web
from webui.cli import main


@pytest.mark.parametrize("platform", [7, 8])
def test_an_owner_downloads_them_from_the_page_of_procedures(database, platform):
    web = Web.of(database).log_in(owner)
    address = f"/downloads/element-templates/closeloop-camunda-{platform}.json"
    assert address in web.get("/procedures").text
    answer = web.get(address)
    assert answer.json == templates(platform) and "attachment" in answer.headers["Content-Disposition"]
    assert web.get("/downloads/element-templates/other.json").status_code == 404
    assert address not in web.another(clerk).get("/procedures").text


def test_they_are_written_to_a_folder(tmp_path):
    folder = tmp_path / "new" / "element-templates"
    said = CliRunner().invoke(main, ["templates", "--out", str(folder)])
    assert said.exit_code == 0 and "closeloop-camunda-8.json" in said.output
    for platform in (7, 8):
        assert json.loads((folder / f"closeloop-camunda-{platform}.json").read_text("utf-8")) == templates(platform)


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    said = CliRunner().invoke(main, ["templates", "--out", str(tmp_path / "file" / "below")])
    assert said.exit_code == 1 and "file" in said.output and "Traceback" not in said.output
