"""Files an owner brings: a shipped procedure as it might come back from somebody's desk, faults and all."""

from __future__ import annotations

import re

from tests.processes.shelf import PROCESSES


def shipped(key: str) -> bytes:
    return (PROCESSES / key / "procedure.bpmn").read_bytes()


def replaced(key: str, old: str, new: str) -> bytes:
    data = shipped(key).replace(old.encode(), new.encode())
    assert data != shipped(key), old
    return data


def faulty_file(limit: str = "PT2H") -> bytes:
    """The callback with another limit, saved by a tool that runs nothing: nothing is executable, no way is the usual one."""
    data = replaced("callback", 'isExecutable="true"', 'isExecutable="false"')
    data = re.sub(rb' default="[^"]+"', b"", data)
    return re.sub(rb'name="sla" value="[^"]+"', f'name="sla" value="{limit}"'.encode(), data, count=1)
