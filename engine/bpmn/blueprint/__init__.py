"""The service blueprint of a procedure, drawn from its BPMN: what the customer does and sees, who serves them, and what
happens behind the line of visibility.
"""

from __future__ import annotations

from engine.bpmn.blueprint.columns import columns
from engine.bpmn.blueprint.course import Course
from engine.bpmn.blueprint.sheet import ROWS, Blueprint, Card, Column
from engine.bpmn.blueprint.sides import sides
from engine.bpmn.diff import Source
from engine.bpmn.diff.drawing import Drawing

__all__ = ["ROWS", "Blueprint", "Card", "Column", "blueprint"]


def blueprint(source: Source) -> Blueprint:
    """Steps in the order of the flow, in columns that go from the customer down to what supports the service.

    A step stands in the row of its `stage`, else in that of its lane; what a machine does alone, without meeting the
    customer, supports. Steps of people without a stage are guessed and named in `guessed`.
    """
    course = Course(Drawing(source))
    found = columns(course)
    return Blueprint(sides(course, found), course.guessed)
