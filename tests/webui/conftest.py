"""Every test makes an application of its own; what is the same in all of them is made once.

Templates are compiled and the builders of addresses written once a process. Nothing of what an application does changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class Compiled(BytecodeCache):
    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


class Written(Rule):
    """Most of what making an application costs is the code that builds its addresses."""

    builders: ClassVar[dict[tuple, Callable[..., Any]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        of = (self.rule, self.subdomain, self.host, repr(self.defaults), append_unknown)
        if of not in self.builders:
            self.builders[of] = super()._compile_builder(append_unknown)
        return self.builders[of]


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": Compiled()})
        patch.setattr(Flask, "url_rule_class", Written)
        yield
