"""Who signs checkpoints, where they are kept besides the database, and how often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from engine.audit.signing import Signer


@dataclass(frozen=True, slots=True)
class Notary:
    """`signer` gives the key, made the first time; `keep` is given the name and bytes of each checkpoint made.

    `mail` and `post`: whom and where the worker sends each one to.
    """

    signer: Callable[[], Signer]
    keep: Callable[[str, bytes], None] | None = None
    every: timedelta = timedelta(hours=24)
    mail: tuple[str, ...] = ()
    post: str | None = field(default=None, repr=False)
