"""What a case is called."""

from __future__ import annotations

from engine.domain.text import Text

CASE = Text("服务工单", "The case")


def case_number(case_id: int) -> str:
    """What people call the case: `CL-000017`."""
    return f"CL-{case_id:06d}"
