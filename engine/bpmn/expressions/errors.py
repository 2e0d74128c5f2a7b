"""What can be wrong with an expression: when it is read (`ExpressionError`) and when it runs (`EvaluationError`)."""

from __future__ import annotations

from engine.domain.text import Text

SENTENCES: dict[str, Text] = {
    "empty": Text("表达式为空。", "The expression is empty."),
    "too-long": Text("表达式过长（最多 {limit} 个字符）。", "The expression is too long (at most {limit} characters)."),
    "too-many-parts": Text(
        "表达式过于复杂（最多 {limit} 个部分）。", "The expression is too complex (at most {limit} parts)."
    ),
    "too-deep": Text("表达式嵌套过深。", "The expression is nested too deeply."),
    "unexpected": Text(
        "第 {at} 个字符处应为{expected}，却是“{found}”。",
        "Expected {expected} at character {at}, but found “{found}”.",
    ),
    "unknown-character": Text("第 {at} 个字符“{found}”不能使用。", "Character “{found}” at {at} cannot be used."),
    "full-width": Text(
        "第 {at} 个字符“{found}”是全角符号，请改用半角“{instead}”。",
        "Character “{found}” at {at} is full-width; write “{instead}”.",
    ),
    "open-text": Text(
        "第 {at} 个字符开始的文本缺少结束引号。", "The text starting at character {at} has no closing quote."
    ),
    "unknown-escape": Text("文本中的“{found}”不是可用的转义。", "“{found}” is not a known escape in a text."),
    "not-available": Text("表达式中不能使用“{found}”。{advice}", "“{found}” is not available in expressions. {advice}"),
    "untranslatable": Text(
        "{language} 的“{found}”无法安全地转换，因此不予接受。{advice}",
        "“{found}” of {language} cannot be translated safely and is refused. {advice}",
    ),
    "unknown-function": Text("没有名为“{found}”的函数。", "There is no function “{found}”."),
    "arity": Text("函数“{found}”的参数个数不正确。", "Function “{found}” was given the wrong number of arguments."),
    "private-name": Text(
        "名称“{found}”以下划线开头，不能使用。", "The name “{found}” begins with an underscore and is refused."
    ),
    "literal-too-large": Text("数值“{found}”过大。", "The number “{found}” is too large."),
    "not-an-assignment": Text(
        "脚本的每一行应写成“名称 = 表达式”，却是“{found}”。",
        "Every line of a script should read “name = expression”, but one reads “{found}”.",
    ),
    "missing-variable": Text("没有变量“{name}”。", "There is no variable “{name}”."),
    "missing-key": Text("{of}中没有“{name}”。", "There is no “{name}” in {of}."),
    "wrong-type": Text("“{what}”不能用于{got}。", "“{what}” cannot be applied to {got}."),
    "foreign-value": Text("变量“{name}”不是普通数据。", "Variable “{name}” is not plain data."),
    "too-large": Text("结果过大。", "The result is too large."),
    "division-by-zero": Text("除数为零。", "Division by zero."),
    "not-storable": Text(
        "“{name}”的结果是{got}，不能保存。", "The result for “{name}” is {got}, which cannot be stored."
    ),
    "bad-value": Text("“{what}”不接受值“{found}”。", "“{what}” does not accept the value “{found}”."),
    "failed": Text("计算失败：{why}", "The calculation failed: {why}"),
}


class _Told(Exception):
    """An exception that can tell its reason in both languages; `source` is the expression as written."""

    def __init__(self, code: str, source: str = "", **params: object) -> None:
        self.code, self.source, self.params = code, source, params
        self.text = SENTENCES[code].format(**{"advice": "", **params})
        super().__init__(f"{self.text.en.strip()} [{source[:200]}]")


class ExpressionError(_Told):
    """The expression cannot be read; raised before anything runs."""


class EvaluationError(_Told):
    """The expression was read but could not be computed with these variables."""

    @property
    def missing(self) -> str | None:
        """The variable that was not there, if that is the reason."""
        return str(self.params["name"]) if self.code == "missing-variable" else None


class Trouble(Exception):
    """Inner signal of closures and operations; `Expression.evaluate` adds the source and raises `EvaluationError`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params
