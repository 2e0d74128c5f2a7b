"""Messages from other systems: to the case that waits for them, or to the procedure they start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.text import Text
from webui.api import schemas as s
from webui.api.calls import run
from webui.api.endpoint import Resource

api = Resource("messages")
SUMMARY = Text("发送消息", "Send a message to the one case that waits for it, or start one by it")


@api.post("/messages", SUMMARY, s.named("CaseChanged"), body=s.MESSAGE_SENT)
def send(body: Mapping[str, Any]) -> dict[str, Any]:
    answer = run(c.SendMessage(body["name"], body.get("correlation", {}), body.get("variables", {})))
    return {"id": answer["case"], "number": answer["number"], "state": answer["state"]}
