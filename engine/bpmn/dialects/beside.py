"""The files uploaded beside a BPMN file, apart from decisions: forms as form-js JSON or JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.decisions import is_decision_file
from engine.bpmn.dialects import form_rules as rules
from engine.bpmn.findings import Rule
from engine.domain.text import Text

MOST = 1_000_000
TOO_LARGE = Text("超过 1 MB。", "it has more than 1 MB.")
NOT_TEXT = Text("它不是 UTF-8 文本。", "it is not UTF-8 text.")
FAULTY = Text("第 {line} 行：{why}", "line {line}: {why}")
TOO_DEEP = Text("嵌套过深。", "it is nested too deeply.")
NO_NUMBER = Text("其中有非数字（NaN 或无穷）。", "it has a number that is none (NaN or Infinity).")
JSON_LIKE = (".json", ".form")


class NotJson(Exception):
    """`why` says it in both languages."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


class Beside:
    """The files by name. `used` are those some task or decision refers to."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.used: set[str] = set()
        self.documents: dict[str, Any] = {}
        self.said: list[tuple[Rule, dict[str, object]]] = []
        for name, data in files.items():
            if not is_decision_file(name, data):
                self._take(name, data)

    def _take(self, name: str, data: bytes) -> None:
        looks_json = name.lower().endswith(JSON_LIKE) or data.lstrip()[:1] == b"{"
        if not looks_json:
            advice = rules.OTHER_BPMN if name.lower().endswith((".bpmn", ".bpmn20.xml")) else rules.LEAVE
            self.said.append((rules.BESIDE_UNKNOWN, {"file": name, "advice": advice}))
            return
        try:
            document = parsed(data)
        except NotJson as error:
            self.said.append((rules.BESIDE_UNREADABLE, {"file": name, "why": error.why}))
            return
        if not (is_formjs(document) or is_schema(document) or is_ui_schema(document)):
            self.said.append((rules.BESIDE_UNKNOWN, {"file": name, "advice": rules.LEAVE}))
            return
        self.documents[name] = document

    def by_id(self, ident: str) -> tuple[str, Any] | None:
        """The form of that id, or in a file of that name."""
        for name, document in self.documents.items():
            if ident in (document.get("id"), document.get("$id")):
                return self._used(name)
        stems = {PurePosixPath(name).name.split(".")[0]: name for name in self.documents}
        return self._used(stems[ident]) if ident in stems else self.by_name(ident)

    def by_name(self, file: str) -> tuple[str, Any] | None:
        wanted = PurePosixPath(file).name
        name = next((n for n in self.documents if PurePosixPath(n).name == wanted), None)
        return self._used(name) if name is not None else None

    def _used(self, name: str) -> tuple[str, Any]:
        self.used.add(name)
        return name, self.documents[name]


def parsed(data: bytes) -> Any:
    """The JSON of a file, its numbers exact. Raises `NotJson`."""
    if len(data) > MOST:
        raise NotJson(TOO_LARGE)
    try:
        return json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise NotJson(NOT_TEXT) from None
    except json.JSONDecodeError as error:
        raise NotJson(FAULTY.format(line=error.lineno, why=error.msg)) from None
    except RecursionError:
        raise NotJson(TOO_DEEP) from None
    except (ArithmeticError, ValueError):
        raise NotJson(NO_NUMBER) from None


def _no_number(_: str) -> None:
    raise ArithmeticError


def is_formjs(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("components"), list)


def is_schema(document: Any) -> bool:
    return isinstance(document, dict) and (
        isinstance(document.get("properties"), dict) or "json-schema.org" in str(document.get("$schema", ""))
    )


def is_ui_schema(document: Any) -> bool:
    return isinstance(document, dict) and (
        any(key.startswith("ui:") for key in document)
        or any(isinstance(v, dict) and any(k.startswith("ui:") for k in v) for v in document.values())
    )
