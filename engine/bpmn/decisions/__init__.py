"""DMN decisions beside a BPMN file: read, checked and computed by ourselves."""

from engine.bpmn.decisions.deciding import Outcome, decide
from engine.bpmn.decisions.model import Decision, DecisionFile, Fault
from engine.bpmn.decisions.reading import is_decision_file, read_decisions

__all__ = ["Decision", "DecisionFile", "Fault", "Outcome", "decide", "is_decision_file", "read_decisions"]
