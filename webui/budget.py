"""How long something that could go on for long may take before what has been found is shown."""

from __future__ import annotations

import time
from collections.abc import Callable


def within(seconds: float) -> Callable[[int], bool]:
    """Whether there is time for one more; the first is always looked at."""
    end = time.monotonic() + seconds
    return lambda done: done == 0 or time.monotonic() < end
