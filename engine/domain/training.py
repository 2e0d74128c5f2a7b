"""Read and acknowledge: who works on a version that asks for it reads first what it changes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.errors import InvalidInput, Refusal
from engine.domain.text import Text

NONE, ASKED, REQUIRED = TRAININGS = ("none", "asked", "required")
UNKNOWN = Text("应为 none、asked 或 required。", "Should be none, asked or required.")


class TrainingRequired(Refusal):
    """`key` and `version` lead to what is to be read."""

    code, kind = "training-required", "forbidden"
    sentence = Text(
        "“{procedure}”第 {version} 版要求先阅读本次变更再办理“{step}”：{who}尚未确认已读。请先阅读并确认。",
        "“{procedure}” v{version} asks everybody to read what it changes before doing “{step}”: {who} has not yet "
        "acknowledged it. It has to be read and acknowledged first.",
    )


class NothingToRead(Refusal):
    code, kind = "nothing-to-read", "conflict"
    sentence = Text(
        "“{procedure}”第 {version} 版没有要求阅读确认。",
        "“{procedure}” v{version} does not ask anybody to read and acknowledge it.",
    )


@dataclass(frozen=True, slots=True)
class Training:
    """A version that may only be worked on by those who have read it: `readers`, by id."""

    key: str
    procedure: Text
    version: int
    readers: frozenset[int] = frozenset()


def check_has_read(training: Training | None, person_id: int, person_name: str, step: Text) -> None:
    """None: the version does not require it."""
    if training is not None and person_id not in training.readers:
        raise TrainingRequired(
            procedure=training.procedure, version=training.version, step=step, who=person_name, key=training.key
        )


def check_training(training: str) -> None:
    if training not in TRAININGS:
        raise InvalidInput(fields={"training": UNKNOWN})
