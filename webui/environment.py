"""What is said of a setting that cannot be meant."""

from __future__ import annotations

from engine.domain.errors import Refusal
from engine.domain.text import Text


class BadSetting(Refusal):
    code, kind = "bad-setting", "invalid"
    sentence = Text("环境变量 {name} 的值“{value}”无效：应为{wanted}。", "{name} is “{value}” but should be {wanted}.")
