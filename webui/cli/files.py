"""`closeloop deploy`: BPMN files taken into use, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from webui import deployment
from webui.cli.checking import dicts, found, show, sum_up
from webui.cli.opening import engine
from webui.cli.words import say
from webui.deployment import File

FILES = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=FILES)
@click.option("--note", default="", help="What changed, for those who work with the procedure.")
@click.option("--draft", is_flag=True, help="Store the version without releasing it.")
def deploy(paths: Sequence[Path], note: str, *, draft: bool) -> None:
    """Store BPMN files as new versions and release them to everyone. The same bytes give the version they already are.

    Decision tables (.dmn) and forms (.form, .json) named too belong to the BPMN files in their folders.
    If any file has errors, none is deployed and the exit status is 1.
    """
    given = found(paths)
    with engine() as opened:
        checked = deployment.check(given, deployment.released(opened))
        if wrong := [(file, report) for file, report in checked if not report.is_deployable]:
            for file, report in wrong:
                show(file, dicts(report))
                sum_up(file, report)
            raise click.exceptions.Exit(1)
        for file, answer in deployment.deploy(opened, checked, note=note, draft=draft):
            show(file, answer["findings"])
            _announce(file, answer)


COMMANDS = (deploy,)


def _announce(file: File, answer: dict[str, Any]) -> None:
    names = {"name": file.name, "key": answer["key"], "version": answer["version"]}
    if not answer["is_new"]:
        say("{name}：与流程“{key}”的第 {version} 版相同", "{name}: is version {version} of “{key}” already", **names)
    elif answer["state"] == "draft":
        say("{name}：流程“{key}”第 {version} 版（草稿）", "{name}: version {version} of “{key}”, a draft", **names)
    else:
        say("{name}：流程“{key}”第 {version} 版已发布", "{name}: version {version} of “{key}”, released", **names)
