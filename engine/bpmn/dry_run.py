"""An uploaded file is tried out before anybody may use it, in a child process with little memory and time.

What could hang, explode or crash does so there: the child is killed and the file refused. Nothing of it is kept but
what was found and how far the trial came.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.bpmn.findings import ERROR, INFO, WARNING, Rule
from engine.bpmn.model import NOTHING, Finding
from engine.bpmn.trial.coverage import Coverage
from engine.domain.text import Text

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 7
WALL_SECONDS = 20
TRIAL_SECONDS = 4
HOME = Path(__file__).resolve().parents[2]
PROGRAM = "from engine.bpmn.rehearsal import main; main()"

REFUSED = Rule("dry-run-refused", ERROR, Text("“{node}”无法执行：{why}。", "“{node}” cannot be executed: {why}."))
FAILED = Rule(
    "dry-run-failed",
    WARNING,
    Text("试运行在“{node}”处失败：{why}", "In a trial run, “{node}” failed: {why}"),
    Text("请检查该元素以及通向它的路径。", "Look at this element and at what leads to it."),
)
MISSING = Rule(
    "dry-run-variable",
    INFO,
    Text("“{node}”需要变量“{name}”，在此之前没有步骤给出它。", "“{node}” needs the variable “{name}”, which no step before it gives."),
    Text("请确认开始表单、消息或前面的步骤会给出它。", "Make sure the start form, a message or an earlier step gives it."),
)
MANY_MISSING = Rule(
    "dry-run-variables",
    INFO,
    Text("有 {count} 个变量没有任何步骤给出：{names} 等。", "No step gives {count} of the variables that are asked for: {names} …"),
    Text("请确认开始表单、消息或前面的步骤会给出它们。", "Make sure the start form, a message or an earlier step gives them."),
)
STUCK = Rule(
    "dry-run-stuck",
    WARNING,
    Text("试运行停在“{node}”：{why}", "A trial run came to stand still at “{node}”: {why}"),
    Text("请检查通向它的路径；工单会停在那里。", "Look at the way that leads there; a case would stand still too."),
)
TOO_LONG = Rule(
    "dry-run-too-long",
    ERROR,
    Text("试运行超过 {limit} 秒仍未停下。", "The trial run did not come to rest within {limit} seconds."),
    Text(
        "请检查没有等待的回路、重复次数和相互调用的流程。",
        "Look for rounds that never wait, huge counts, and processes that call each other.",
    ),
)
BROKE = Rule(
    "dry-run-broke",
    ERROR,
    Text("试运行超出内存或中途崩溃（{how}）。", "The trial run used too much memory or broke down ({how})."),
    Text("请将流程拆小后重试。", "Make the process smaller and try again."),
)
RULES = {rule.id: rule for rule in (REFUSED, FAILED, MISSING, MANY_MISSING, STUCK)}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What was found; `coverage` is None where the child did not live to tell."""

    findings: tuple[Finding, ...]
    coverage: Coverage | None = None


def rehearse(
    data: bytes,
    called: Mapping[str, bytes],
    processes: Sequence[str],
    beside: Mapping[str, bytes] = NOTHING,
    called_beside: Mapping[str, Mapping[str, bytes]] = NOTHING,
) -> Rehearsal:
    """Builds and tries each process of the file in a child; what it found, or that it could not be borne."""
    question = {
        "data": base64.b64encode(data).decode(),
        "called": packed(called),
        "processes": list(processes),
        "beside": packed(beside),
        "called_beside": {key: packed(files) for key, files in called_beside.items()},
    }
    try:
        child = subprocess.run(
            [sys.executable, "-s", "-B", "-c", PROGRAM],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            env=surroundings(),
            cwd=HOME,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Rehearsal((TOO_LONG.at(limit=WALL_SECONDS),))
    return answer(child)


def packed(files: Mapping[str, bytes]) -> dict[str, str]:
    """Files as JSON carries them."""
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


def unpacked(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: base64.b64decode(data) for name, data in files.items()}


def surroundings() -> dict[str, str]:
    """A small environment: where the code is, and nothing of the server's own settings or secrets."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(HOME), *filter(None, sys.path)]), "PYTHONUTF8": "1"}


def answer(child: subprocess.CompletedProcess[bytes]) -> Rehearsal:
    if child.returncode == -getattr(signal, "SIGXCPU", 0) and child.returncode:
        return Rehearsal((TOO_LONG.at(limit=CPU_SECONDS),))
    if child.returncode != 0:
        return Rehearsal((BROKE.at(how=last_words(child)),))
    try:
        told = json.loads(child.stdout)
        return Rehearsal(tuple(finding(entry) for entry in told["findings"]), Coverage.from_dict(told["coverage"]))
    except (ValueError, KeyError, TypeError):
        return Rehearsal((BROKE.at(how=Text("无应答", "no answer")),))


def finding(entry: Mapping[str, Any]) -> Finding:
    """A finding as the child told it, made from our own rules."""
    params = {name: Text(**value) if isinstance(value, dict) else value for name, value in entry["params"].items()}
    return replace(RULES[entry["rule"]].at(**params), element_id=entry["at"], witness=tuple(entry["path"]))


def last_words(child: subprocess.CompletedProcess[bytes]) -> str:
    """The name of what broke the child, without its traceback."""
    lines = child.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].split(":")[0][:60] if lines else f"{child.returncode}"
