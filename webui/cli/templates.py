"""`closeloop templates`: element templates for Camunda Modeler, written where it looks for them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from engine.bpmn import element_templates
from webui.cli.words import say

FOLDER = click.Path(file_okay=False, writable=True, path_type=Path)


@click.command()
@click.option("--out", "folder", type=FOLDER, default=Path(), help="Folder to write to; made where it is missing.")
def templates(folder: Path) -> None:
    """Write the element templates for Camunda Modeler: assignment, limits, standards, stage and names as fields.

    Put them into the folder resources/element-templates of the Modeler or beside the diagram in .camunda/element-templates.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for platform in element_templates.PLATFORMS:
            path = folder / element_templates.file_name(platform)
            text = json.dumps(element_templates.templates(platform), ensure_ascii=False, indent=2)
            path.write_text(text + "\n", encoding="utf-8")
            say("已写入 {path}（Camunda {platform}）", "wrote {path} (Camunda {platform})", path=path, platform=platform)
    except OSError as problem:
        raise click.ClickException(f"{problem.filename}: {problem.strerror}") from problem


COMMANDS = (templates,)
