"""The sentences of `calls`: which version of a process is called."""

from __future__ import annotations

from engine.bpmn.findings import INFO, WARNING, Rule
from engine.domain.text import Text

VERSION = Rule(
    "call-version",
    WARNING,
    Text(
        "“{name}”要求流程“{called}”的 {binding}；实际调用部署时已发布的版本。",
        "“{name}” asks for {binding} of the process “{called}”; the version released when this file is deployed is called.",
    ),
    Text(
        "请先发布所需的版本，再部署此文件；然后删除该设置。",
        "Release the version wanted first, then deploy this file; then remove the setting.",
    ),
)
LATEST = Rule(
    "call-latest",
    INFO,
    Text(
        "“{name}”调用部署时已发布的“{called}”，以后发布的新版本不会影响它；要用新版本请重新部署此文件。",
        "“{name}” calls the version of “{called}” released when this file is deployed, and keeps it; deploy this file again "
        "to call a newer one.",
    ),
)
