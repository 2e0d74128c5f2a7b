"""Files a process owner takes home: element templates for Camunda Modeler."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from engine.bpmn import element_templates
from engine.domain.errors import NotFound
from engine.domain.text import Text

bp = Blueprint("downloads", __name__)

FILES: Mapping[str, int] = {element_templates.file_name(platform): platform for platform in element_templates.PLATFORMS}
FILE = Text("文件", "The file")


@bp.get("/downloads/element-templates/<name>")
def templates(name: str) -> ResponseReturnValue:
    if name not in FILES:
        raise NotFound(what=FILE)
    response = Response(json.dumps(element_templates.templates(FILES[name]), ensure_ascii=False, indent=2))
    response.content_type = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
