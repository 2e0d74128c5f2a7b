"""A message one case sends to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.mail import Sender
from engine.runtime import Engine


def deliver(engine: Engine, sender: Sender, leased: Mapping[str, Any]) -> None:
    """Under a key of its own, so that it arrives once however often it is carried out."""
    body = leased["body"]
    command = c.DeliverMessage(leased["case"], body["name"], body["correlation"], body["values"])
    engine.execute(command, SYSTEM, key=f"effect-{leased['id']}")
