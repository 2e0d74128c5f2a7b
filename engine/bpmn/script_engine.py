"""The only evaluator an instance ever has: our safe expressions behind SpiffWorkflow's two interfaces.

The library asks its *environment* directly in places (correlation, ad-hoc conditions), so both are replaced. Our own
elements hold compiled expressions and rarely come here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from engine.bpmn.expressions import compile_expression, compile_script


class SafeEnvironment(BasePythonScriptEngineEnvironment):
    """Evaluates by the allow-list; has no globals and calls no services."""

    def evaluate(self, expression: str, context: Mapping, external_context: Mapping | None = None) -> Any:
        seen = {**external_context, **context} if external_context else context
        return compile_expression(expression).evaluate(seen)

    def execute(self, script: str, context: dict, external_context: Mapping | None = None) -> bool:
        seen = {**external_context, **context} if external_context else context
        context.update(compile_script(script).run(seen))
        return True

    def call_service(self, context: dict, **params: Any) -> Any:
        raise NotImplementedError("services are effects of the desk, not of the process")


class SafeScriptEngine(PythonScriptEngine):
    """Lets the errors of our evaluator through as they are: they already tell their reason in both languages."""

    def __init__(self) -> None:
        super().__init__(environment=SafeEnvironment())

    def validate(self, expression: str) -> None:
        compile_expression(expression)

    def evaluate(self, task: Any, expression: str, external_context: Mapping | None = None) -> Any:
        return self.environment.evaluate(expression, task.data, external_context)

    def execute(self, task: Any, script: str, external_context: Mapping | None = None) -> bool:
        task.set_data(**compile_script(script).run(task.data))
        return True

    def call_service(self, task: Any, **params: Any) -> Any:
        return self.environment.call_service(task.data, **params)


ENGINE = SafeScriptEngine()
